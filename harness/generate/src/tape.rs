//! A tape: the numbers that a world is made from.

use std::fmt;

/// The version of what the numbers mean. A tape of another version is refused, never read as something else.
pub const VERSION: u32 = 1;
/// The numbers before the first frame: the kind of client, the route, and one choice of each.
pub(crate) const HEAD: usize = 4;
/// The numbers of one mutation.
pub(crate) const FRAME: usize = 6;
/// The most mutations of one world.
pub(crate) const MOST_FRAMES: usize = 4;
/// The first words of a tape that is written down.
const MARK: &str = "cimdspec tape";

/// The numbers that a world is made from. Each tape makes a valid world. What a tape does not say is 0: as in the
/// known-good world.
///
/// ```
/// use cimdspec_generate::Tape;
/// let tape = Tape::of(vec![0, 3, 0, 0, 2, 1]);
/// assert_eq!(tape.to_string().parse(), Ok(tape));
/// ```
#[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord, Hash, Default)]
pub struct Tape(Vec<u16>);

/// Why a text is no tape.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
#[non_exhaustive]
pub enum TapeError {
    /// The numbers of another version mean something else.
    #[error("the tape is of version {found}, and this release reads version {VERSION}")]
    Version {
        /// The version of the tape.
        found: u32,
    },
    /// It is something else.
    #[error(
        "this is no tape: it begins with `cimdspec tape {VERSION}:` and has numbers up to 65535 after it"
    )]
    NoTape,
}

impl Tape {
    /// A tape of these numbers. What is beyond the last frame, and zeros at the end, mean nothing and are left out.
    pub fn of(mut words: Vec<u16>) -> Self {
        words.truncate(HEAD + FRAME * MOST_FRAMES);
        while words.last() == Some(&0) {
            words.pop();
        }
        Self(words)
    }

    /// A tape of bytes: two make a number.
    pub fn of_bytes(bytes: &[u8]) -> Self {
        let words = bytes.chunks(2).map(|pair| match pair {
            [low, high] => u16::from_le_bytes([*low, *high]),
            [low] => u16::from(*low),
            _ => 0,
        });
        Self::of(words.collect())
    }

    /// The numbers.
    pub fn words(&self) -> &[u16] {
        &self.0
    }

    /// The tape of the same client on the same route, without a mutation.
    pub fn base(&self) -> Self {
        Self::of(self.0.get(..HEAD).unwrap_or(&self.0).to_vec())
    }

    /// A short name: the same for the same tape, in every release.
    pub fn name(&self) -> String {
        // FNV-1a.
        let hash = self.0.iter().fold(0xcbf2_9ce4_8422_2325_u64, |hash, word| {
            (hash ^ u64::from(*word)).wrapping_mul(0x0100_0000_01b3)
        });
        format!("{hash:016x}")
    }

    /// The numbers before the first mutation.
    pub(crate) fn head(&self) -> Words<'_> {
        Words(self.0.get(..HEAD).unwrap_or(&self.0))
    }

    /// The numbers of each mutation.
    pub(crate) fn frames(&self) -> impl Iterator<Item = Words<'_>> {
        self.0.get(HEAD..).unwrap_or_default().chunks(FRAME).map(Words)
    }
}

impl fmt::Display for Tape {
    fn fmt(&self, out: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(out, "{MARK} {VERSION}:")?;
        self.0.iter().try_for_each(|word| write!(out, " {word}"))
    }
}

impl std::str::FromStr for Tape {
    type Err = TapeError;

    fn from_str(text: &str) -> Result<Self, TapeError> {
        // What follows on other lines is for people.
        let line = text.trim().lines().next().unwrap_or_default();
        let (mark, words) = line.split_once(':').ok_or(TapeError::NoTape)?;
        let version = mark.strip_prefix(MARK).ok_or(TapeError::NoTape)?;
        let found = version.trim().parse().map_err(|_| TapeError::NoTape)?;
        if found != VERSION {
            return Err(TapeError::Version { found });
        }
        let words = words.split_whitespace().map(str::parse);
        let words: Result<Vec<u16>, _> = words.collect();
        words.map(Self::of).map_err(|_| TapeError::NoTape)
    }
}

/// Numbers that are read one after the other. After the last one come zeros.
#[derive(Debug, Clone, Copy)]
pub(crate) struct Words<'t>(&'t [u16]);

impl Words<'_> {
    pub(crate) fn next(&mut self) -> u16 {
        let Some((first, rest)) = self.0.split_first() else {
            return 0;
        };
        self.0 = rest;
        *first
    }

    /// A number below a bound; 0 without one.
    pub(crate) fn below(&mut self, bound: usize) -> usize {
        usize::from(self.next()).checked_rem(bound).unwrap_or_default()
    }

    /// One of several; the first for 0.
    pub(crate) fn pick<'l, T>(&mut self, from: &'l [T]) -> Option<&'l T> {
        let at = self.below(from.len());
        from.get(at)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_a_tape_does_not_say_is_zero() {
        let tape = Tape::of(vec![1, 2]);
        let mut head = tape.head();
        assert_eq!([head.next(), head.next(), head.next(), head.next()], [1, 2, 0, 0]);
        assert_eq!(tape.frames().count(), 0);
        assert_eq!(Tape::of(vec![1, 2, 0, 0, 0]), tape);
    }

    #[test]
    fn a_text_that_is_no_tape_is_refused() {
        for (text, error) in [
            ("cimdspec tape 2: 1", TapeError::Version { found: 2 }),
            ("cimdspec tape 1 1 2", TapeError::NoTape),
            ("cimdspec tape 1: 65536", TapeError::NoTape),
            ("cimdspec tape x: 1", TapeError::NoTape),
            ("", TapeError::NoTape),
        ] {
            assert_eq!(text.parse::<Tape>(), Err(error), "{text}");
        }
    }

    #[test]
    fn bytes_are_numbers_in_pairs() {
        assert_eq!(Tape::of_bytes(&[1, 0, 0, 1, 7]), Tape::of(vec![1, 256, 7]));
        assert_eq!(Tape::of_bytes(&[]), Tape::default());
    }
}
