//! Decisions on who may register (RFC 7591 section 3).

use super::Check;

/// Who may register, and by which initial access tokens.
#[derive(Debug, Clone, PartialEq, Eq, Default)]
pub struct InitialTokenPolicy {
    /// Anybody may; otherwise who has an initial access token. Both are conformant.
    pub anybody: Check,
    /// A token that has expired is none.
    pub expiry: Check,
    /// Tokens stand in the header field; otherwise in the query too.
    pub header_only: Check,
    /// A token is one that was handed out; otherwise any.
    pub known: Check,
    /// Who lacks one is answered with 401 and a challenge; otherwise with 403.
    pub told: Check,
    /// The whole token is compared; otherwise its first half.
    pub whole: Check,
}
