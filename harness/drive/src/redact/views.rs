//! A text as somebody reads it who resolves what is written in it otherwise: `%41`, `&#65;`, `\u0041`.

use std::borrow::Cow;
use std::ops::Range;

/// A text, and where each of its bytes stands in the text that was written.
#[derive(Debug)]
pub(super) struct View<'a> {
    pub(super) text: Cow<'a, [u8]>,
    /// Where each byte begins, and at last where the whole ends; nothing where it is the text itself.
    begins: Vec<u32>,
}

/// How often what was resolved is resolved again: a link in a link in a page.
const MOST_LEVELS: usize = 3;
/// References with a name that stand in values.
const NAMED: [(&str, u8); 9] = [
    ("amp", b'&'),
    ("apos", b'\''),
    ("colon", b':'),
    ("equals", b'='),
    ("gt", b'>'),
    ("lt", b'<'),
    ("plus", b'+'),
    ("quot", b'"'),
    ("sol", b'/'),
];
const LONGEST_REFERENCE: usize = 10;

/// The text itself, and as it is with what is written otherwise resolved, once and again.
pub(super) fn views(text: &str) -> Vec<View<'_>> {
    let mut views = vec![View {
        text: Cow::Borrowed(text.as_bytes()),
        begins: Vec::new(),
    }];
    while views.len() <= MOST_LEVELS
        && let Some(next) = views.last().and_then(View::resolved)
    {
        views.push(next);
    }
    views
}

impl View<'_> {
    /// Where a part of it stands in the text that was written.
    pub(super) fn written(&self, at: Range<usize>) -> Range<usize> {
        let place = |at: usize| match self.begins.is_empty() {
            true => at,
            false => self.begins.get(at).map_or(0, |at| *at as usize),
        };
        place(at.start)..place(at.end)
    }

    /// The same with what is written otherwise resolved, if there is any.
    fn resolved<'b>(&self) -> Option<View<'b>> {
        let bytes = &self.text;
        if !bytes.iter().any(|byte| matches!(byte, b'%' | b'&' | b'\\')) {
            return None;
        }
        let mut text = Vec::with_capacity(bytes.len());
        let mut begins = Vec::with_capacity(bytes.len() + 1);
        let mut at = 0;
        let mut is_another = false;
        let place = |at: usize| u32::try_from(self.written(at..at).start).unwrap_or(u32::MAX);
        while at < bytes.len() {
            let rest = &bytes[at..];
            let found = match rest[0] {
                b'%' => percent(rest),
                b'&' => reference(rest),
                b'\\' => escape(rest),
                _ => None,
            };
            match found {
                Some((c, length)) => {
                    is_another = true;
                    let mut buffer = [0; 4];
                    let written: &[u8] = match c {
                        Unit::Byte(byte) => {
                            buffer[0] = byte;
                            &buffer[..1]
                        }
                        Unit::Char(c) => c.encode_utf8(&mut buffer).as_bytes(),
                    };
                    text.extend_from_slice(written);
                    begins.extend(std::iter::repeat_n(place(at), written.len()));
                    at += length;
                }
                None => {
                    text.push(rest[0]);
                    begins.push(place(at));
                    at += 1;
                }
            }
        }
        begins.push(place(bytes.len()));
        is_another.then_some(View {
            text: Cow::Owned(text),
            begins,
        })
    }
}

enum Unit {
    Byte(u8),
    Char(char),
}

fn percent(rest: &[u8]) -> Option<(Unit, usize)> {
    Some((Unit::Byte(u8::try_from(hexadecimal(rest.get(1..3)?)?).ok()?), 3))
}

fn reference(rest: &[u8]) -> Option<(Unit, usize)> {
    let end = rest
        .iter()
        .take(LONGEST_REFERENCE + 2)
        .position(|byte| *byte == b';')?;
    let name = std::str::from_utf8(&rest[1..end]).ok()?;
    let unit = match name.strip_prefix('#') {
        None => Unit::Byte(NAMED.iter().find(|(known, _)| *known == name)?.1),
        Some(number) => {
            let code = match number.strip_prefix(['x', 'X']) {
                Some(digits) => hexadecimal(digits.as_bytes())?,
                None => number.parse().ok()?,
            };
            Unit::Char(char::from_u32(code)?)
        }
    };
    Some((unit, end + 1))
}

fn escape(rest: &[u8]) -> Option<(Unit, usize)> {
    let plain = |byte| Some((Unit::Byte(byte), 2));
    match rest.get(1)? {
        byte @ (b'"' | b'\'' | b'/' | b'\\') => plain(*byte),
        b'u' => Some((Unit::Char(char::from_u32(hexadecimal(rest.get(2..6)?)?)?), 6)),
        b'x' => Some((Unit::Char(char::from_u32(hexadecimal(rest.get(2..4)?)?)?), 4)),
        _ => None,
    }
}

fn hexadecimal(digits: &[u8]) -> Option<u32> {
    let digits = std::str::from_utf8(digits).ok()?;
    let is_number = digits.bytes().all(|digit| digit.is_ascii_hexdigit());
    u32::from_str_radix(digits, 16).ok().filter(|_| is_number)
}

#[cfg(test)]
mod tests {
    use super::*;

    /// Where `a/b` stands in a text, as it is written there.
    fn written(text: &str) -> Vec<&str> {
        let mut found: Vec<&str> = views(text)
            .iter()
            .filter_map(|view| {
                let at = view.text.windows(3).position(|part| part == b"a/b")?;
                Some(&text[view.written(at..at + 3)])
            })
            .collect();
        found.dedup();
        found
    }

    #[test]
    fn what_is_written_otherwise_is_found_where_it_stands() {
        for (text, expected) in [
            ("x a/b x", "a/b"),
            ("xa%2fbx", "a%2fb"),
            ("x%61%2F%62x", "%61%2F%62"),
            ("xa%252Fbx", "a%252Fb"),
            ("é a&#47;&#x62;x", "a&#47;&#x62;"),
            ("a&sol;b", "a&sol;b"),
            ("x\\u0061\\/bx", "\\u0061\\/b"),
            ("href='/x?y=a%26%2347;b'", "a%26%2347;b"),
        ] {
            assert_eq!(written(text), [expected], "{text}");
        }
        for text in [
            "a%2",
            "a%zzb",
            "a&#;b",
            "a&",
            "a\\",
            "\\u12",
            "%+1%-1",
            "&#x110000;",
        ] {
            assert!(written(text).is_empty(), "{text}");
        }
    }
}
