//! A body that may be large and is never written out: a beginning, a filler that is repeated, an end.

use std::borrow::Cow;
use std::ops::Range;

use bytes::Bytes;
use serde::Deserialize;
use serde::Serialize;

/// The filler is kept repeated up to this length, so that a piece of it is a slice.
const BLOCK: usize = 4096;

/// The bytes of a body: plain ones, or with a filler in their middle. All copies share the memory.
#[derive(Debug, Clone, PartialEq, Eq, Default, Serialize, Deserialize)]
pub struct Body {
    head: Bytes,
    /// The filler, repeated; empty without one.
    block: Bytes,
    /// How many bytes the filler takes.
    filled: usize,
    tail: Bytes,
}

impl Body {
    /// A body with a filler so many times between its beginning and its end.
    pub fn padded(head: impl Into<Bytes>, filler: &[u8], times: usize, tail: impl Into<Bytes>) -> Self {
        let in_block = BLOCK.checked_div(filler.len()).unwrap_or_default().max(1);
        Self {
            head: head.into(),
            block: filler.repeat(times.min(in_block)).into(),
            filled: filler.len().saturating_mul(times),
            tail: tail.into(),
        }
    }

    /// The same byte so many times.
    pub fn of_one(byte: u8, times: usize) -> Self {
        Self::padded(Bytes::new(), &[byte], times, Bytes::new())
    }

    /// How many bytes it has.
    pub fn len(&self) -> usize {
        (self.head.len() + self.tail.len()).saturating_add(self.filled)
    }

    /// Whether it has none.
    pub fn is_empty(&self) -> bool {
        self.len() == 0
    }

    /// The same body between other bytes.
    pub fn between(&self, before: &[u8], after: &[u8]) -> Self {
        Self {
            head: [before, &self.head].concat().into(),
            tail: [&self.tail, after].concat().into(),
            ..self.clone()
        }
    }

    /// The bytes of a part, in pieces of one size; the last may be shorter.
    pub fn pieces(&self, part: Range<usize>, size: usize) -> impl Iterator<Item = Cow<'_, [u8]>> {
        let (size, end) = (size.max(1), part.end.min(self.len()));
        (part.start..end)
            .step_by(size)
            .map(move |at| self.piece(at..end.min(at.saturating_add(size))))
    }

    /// All bytes written out, for a body that is known to be small.
    pub fn written_out(&self) -> Bytes {
        match self.piece(0..self.len()) {
            Cow::Borrowed(whole) if whole.len() == self.head.len() => self.head.clone(),
            whole => whole.into_owned().into(),
        }
    }

    fn piece(&self, part: Range<usize>) -> Cow<'_, [u8]> {
        let first = self.run(part.start);
        if let Some(whole) = first.get(..part.len()) {
            return Cow::Borrowed(whole);
        }
        let mut bytes = Vec::with_capacity(part.len());
        while bytes.len() < part.len() {
            let run = self.run(part.start + bytes.len());
            if run.is_empty() {
                break;
            }
            bytes.extend_from_slice(&run[..run.len().min(part.len() - bytes.len())]);
        }
        Cow::Owned(bytes)
    }

    /// What is in one piece of memory from this byte on; nothing at the end.
    fn run(&self, at: usize) -> &[u8] {
        let Some(at) = at.checked_sub(self.head.len()) else {
            return &self.head[at..];
        };
        match at.checked_sub(self.filled) {
            None => {
                let run = &self.block[at % self.block.len()..];
                &run[..run.len().min(self.filled - at)]
            }
            Some(at) => self.tail.get(at..).unwrap_or_default(),
        }
    }
}

impl From<Bytes> for Body {
    fn from(head: Bytes) -> Self {
        Self {
            head,
            ..Self::default()
        }
    }
}

impl From<Vec<u8>> for Body {
    fn from(bytes: Vec<u8>) -> Self {
        Bytes::from(bytes).into()
    }
}

impl From<&'static str> for Body {
    fn from(text: &'static str) -> Self {
        Bytes::from(text).into()
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn every_part_in_every_size_is_that_of_the_bytes_written_out() {
        for (body, written) in [
            (Body::from("plain"), b"plain".to_vec()),
            (Body::default(), Vec::new()),
            (Body::of_one(b'x', 9), vec![b'x'; 9]),
            (Body::padded("{", b" ", 5, "}"), b"{     }".to_vec()),
            (Body::padded("ab", &[0, b' '], 3, "c"), b"ab\0 \0 \0 c".to_vec()),
            (Body::padded("ab", b"", 3, "c"), b"abc".to_vec()),
            (
                Body::padded("b", b" ", 2, "c").between(b"a", b"d"),
                b"ab  cd".to_vec(),
            ),
        ] {
            assert_eq!(
                (body.len(), body.written_out().to_vec()),
                (written.len(), written.clone())
            );
            for start in 0..=written.len() {
                for end in start..=written.len() {
                    for size in 1..=written.len() + 1 {
                        let pieces: Vec<_> = body.pieces(start..end, size).collect();
                        let expected: Vec<_> = written[start..end].chunks(size).collect();
                        assert_eq!(pieces, expected, "{body:?} {start}..{end} by {size}");
                    }
                }
            }
        }
    }

    #[test]
    fn a_long_filler_takes_no_more_memory_than_a_block() {
        let body = Body::padded("{", b" ", 10 * 1024 * 1024, "}");
        assert_eq!((body.len(), body.block.len()), (10 * 1024 * 1024 + 2, BLOCK));
        let mut pieces = body.pieces(BLOCK..body.len(), BLOCK);
        assert_eq!(pieces.next().unwrap().as_ref(), [b' '; BLOCK]);
        assert_eq!(pieces.last().unwrap().as_ref(), b" }");
    }
}
