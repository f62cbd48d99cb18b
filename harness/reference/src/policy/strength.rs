//! Decisions about what can be guessed.

/// How the values are made that nobody may guess.
#[derive(Debug, Clone, PartialEq, Eq, Default)]
pub struct StrengthPolicy {
    /// Access tokens.
    pub access_tokens: Made,
    /// Codes.
    pub codes: Made,
    /// Refresh tokens.
    pub refresh_tokens: Made,
    /// The references to pushed requests.
    pub request_uris: Made,
}

/// How a value is made.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
pub enum Made {
    /// By counting.
    Counted,
    /// Of random bits, as many as are needed.
    #[default]
    Random,
    /// Of few random bits.
    Short,
}
