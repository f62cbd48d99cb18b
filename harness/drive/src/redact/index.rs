//! Finding thousands of values in a text at once.

use std::collections::HashMap;
use std::ops::Range;

/// Values, each with what it is replaced by.
#[derive(Debug, Default)]
pub(super) struct Index {
    values: Vec<Value>,
    /// The values by their first bytes.
    by_start: HashMap<[u8; START], Vec<usize>>,
    /// Where a byte pair begins a value.
    pairs: Vec<u64>,
    bytes: usize,
}

#[derive(Debug)]
struct Value {
    written: Vec<u8>,
    kind: &'static str,
    name: String,
}

/// No value is shorter.
pub(super) const START: usize = 8;
const PAIRS: usize = 1 << 16;
const WORD: usize = 64;

impl Index {
    /// Adds a value; one that is too short is passed over, and so is one that is known with this type.
    pub(super) fn add(&mut self, value: &str, kind: &'static str, name: &str) {
        let written = value.as_bytes();
        let Some(start) = written.first_chunk::<START>() else {
            return;
        };
        let same_start = self.by_start.entry(*start).or_default();
        if same_start
            .iter()
            .any(|known| self.values[*known].written == written && self.values[*known].kind == kind)
        {
            return;
        }
        same_start.push(self.values.len());
        self.bytes += written.len();
        self.values.push(Value {
            written: written.to_owned(),
            kind,
            name: name.to_owned(),
        });
        self.pairs.resize(PAIRS / WORD, 0);
        let pair = pair(start);
        self.pairs[pair / WORD] |= 1 << (pair % WORD);
    }

    /// How long the values are together.
    pub(super) fn bytes(&self) -> usize {
        self.bytes
    }

    /// Whether this very value is known with this type.
    pub(super) fn has(&self, value: &str, kind: &str) -> bool {
        let written = value.as_bytes();
        let same_start = written
            .first_chunk::<START>()
            .and_then(|start| self.by_start.get(start));
        let mut known = same_start.into_iter().flatten().map(|known| &self.values[*known]);
        known.any(|known| known.written == written && known.kind == kind)
    }

    /// Calls `take` with the place, the type and the name of each value that stands in a text, the longest of each place.
    pub(super) fn each(&self, text: &[u8], mut take: impl FnMut(Range<usize>, &'static str, &str)) {
        if self.values.is_empty() {
            return;
        }
        let mut at = 0;
        while let Some(start) = text.get(at..).and_then(<[u8]>::first_chunk::<START>) {
            let mut length = 1;
            if self.begins(start)
                && let Some(known) = self.by_start.get(start)
            {
                let stands = known.iter().map(|value| &self.values[*value]);
                let stands: Vec<&Value> = stands
                    .filter(|value| text[at..].starts_with(&value.written))
                    .collect();
                let longest = stands.iter().map(|value| value.written.len()).max();
                for value in stands {
                    if Some(value.written.len()) == longest {
                        take(at..at + value.written.len(), value.kind, &value.name);
                        length = value.written.len();
                    }
                }
            }
            at += length;
        }
    }

    fn begins(&self, start: &[u8; START]) -> bool {
        let pair = pair(start);
        self.pairs[pair / WORD] & (1 << (pair % WORD)) != 0
    }
}

fn pair(start: &[u8; START]) -> usize {
    usize::from(u16::from_le_bytes([start[0], start[1]]))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn all_values_are_found_the_longest_first() {
        let mut index = Index::default();
        for (value, kind) in [
            ("abcdefgh", "short"),
            ("abcdefghij", "long"),
            ("abcdefghij", "same"),
            ("zzzzzzzz", "other"),
            ("tiny", "tiny"),
        ] {
            index.add(value, kind, kind);
        }
        let found = |text: &str| {
            let mut found = Vec::new();
            index.each(text.as_bytes(), |at, kind, _| found.push((at, kind)));
            found
        };
        assert_eq!(
            found("xabcdefghij abcdefghi zzzzzzzzz tiny"),
            [
                (1..11, "long"),
                (1..11, "same"),
                (12..20, "short"),
                (22..30, "other")
            ]
        );
        assert_eq!(found("abcdefg"), []);
        assert_eq!(found(""), []);
    }
}
