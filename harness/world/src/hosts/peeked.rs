//! Whom a connection is for, as far as it can be told before anything of it is read away.

/// Whether more than these bytes may come.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum SoFar {
    /// Nothing more came.
    All,
    /// More may come.
    Beginning,
}

/// Whom the beginning of a connection names.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Peeked {
    /// This name.
    Name(String),
    /// Nobody.
    Nobody,
    /// It is too short to tell.
    TooLittle,
}
