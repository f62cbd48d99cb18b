//! How a law takes its bytes apart.

/// The bytes of a target, taken from the front. At their end each number is 0 and each text empty.
#[derive(Debug)]
pub(crate) struct Bytes<'a>(pub(crate) &'a [u8]);

impl<'a> Bytes<'a> {
    /// The next byte.
    pub(crate) fn byte(&mut self) -> u8 {
        match self.0.split_first() {
            Some((first, rest)) => {
                self.0 = rest;
                *first
            }
            None => 0,
        }
    }

    /// The next two bytes as a number.
    pub(crate) fn number(&mut self) -> usize {
        usize::from(u16::from_be_bytes([self.byte(), self.byte()]))
    }

    /// One of these.
    pub(crate) fn one_of<T: Copy>(&mut self, choices: &[T]) -> T {
        choices[usize::from(self.byte()) % choices.len()]
    }

    /// The next so many bytes, or as many as there are.
    pub(crate) fn take(&mut self, length: usize) -> &'a [u8] {
        let (taken, rest) = self.0.split_at(length.min(self.0.len()));
        self.0 = rest;
        taken
    }

    /// What stands before the next line end, without it.
    pub(crate) fn line(&mut self) -> &'a [u8] {
        let end = self.0.iter().position(|byte| *byte == b'\n');
        let line = self.take(end.unwrap_or(self.0.len()));
        self.take(1);
        line
    }

    /// The same as text.
    pub(crate) fn text_line(&mut self) -> String {
        String::from_utf8_lossy(self.line()).into_owned()
    }

    /// Whether nothing is left.
    pub(crate) fn is_empty(&self) -> bool {
        self.0.is_empty()
    }
}

/// The parts of a text that stand below lines `=== NAME`, in order.
pub(crate) fn sections(text: &str) -> Vec<(&str, &str)> {
    let mut found = Vec::new();
    let mut rest = text;
    while let Some((_, after)) = rest.split_once("=== ") {
        let (name, body) = after.split_once('\n').unwrap_or((after, ""));
        let end = body.find("=== ").unwrap_or(body.len());
        found.push((name.trim(), &body[..end]));
        rest = &body[end..];
    }
    found
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn bytes_come_from_the_front_and_end() {
        let mut bytes = Bytes(b"\x01\x02\x03\x07ab\ncd");
        assert_eq!((bytes.byte(), bytes.number()), (1, 0x0203));
        assert_eq!(bytes.one_of(&['x', 'y', 'z']), 'y');
        assert_eq!((bytes.line(), bytes.text_line().as_str()), (&b"ab"[..], "cd"));
        assert_eq!((bytes.number(), bytes.is_empty()), (0, true));
    }

    #[test]
    fn sections_have_names() {
        assert_eq!(
            sections("x\n=== a\n1\n2\n=== b c\n=== d"),
            [("a", "1\n2\n"), ("b c", ""), ("d", "")]
        );
    }
}
