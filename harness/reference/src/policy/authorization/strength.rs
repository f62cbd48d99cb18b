//! Decisions about what can be guessed, or put together.

use crate::policy::watched::Watched;
use crate::policy::watched::decisions;

decisions! {
    /// How the values are made that nobody may guess.
    pub struct StrengthPolicy {
        /// Access tokens.
        pub access_tokens: Watched<Made>,
        /// Codes.
        pub codes: Watched<Made>,
        /// Refresh tokens.
        pub refresh_tokens: Watched<Made>,
        /// The references to pushed requests.
        pub request_uris: Watched<Made>,
        /// Which value is put together of parts that are not bound to each other.
        pub of_parts: Watched<OfParts>,
    }
}

/// Which value is an identifier, a session and a client, each of which is looked at alone.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
pub enum OfParts {
    /// None.
    #[default]
    None,
    /// Codes.
    Codes,
    /// Refresh tokens.
    RefreshTokens,
    /// References to pushed requests.
    RequestUris,
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
