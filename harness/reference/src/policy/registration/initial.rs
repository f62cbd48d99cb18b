//! Decisions on who may register (RFC 7591 section 3).

use crate::policy::watched::Rule;
use crate::policy::watched::decisions;

decisions! {
    /// Who may register, and by which initial access tokens.
    pub struct InitialTokenPolicy {
        /// Anybody may; otherwise who has an initial access token. Both are conformant.
        pub anybody: Rule,
        /// A token that has expired is none.
        pub expiry: Rule,
        /// Tokens stand in the header field; otherwise in the query too.
        pub header_only: Rule,
        /// A token is one that was handed out; otherwise any.
        pub known: Rule,
        /// A token is one for registrations; otherwise any that this server gave to somebody.
        pub own_kind: Rule,
        /// A token for one registration is ended in the moment in which it is compared; otherwise some time later.
        pub taken_at_once: Rule,
        /// Who lacks one is answered with 401 and a challenge; otherwise with 403.
        pub told: Rule,
        /// The whole token is compared; otherwise its first half.
        pub whole: Rule,
    }
}
