//! Decisions on software statements (RFC 7591 sections 2.3 and 3.1.1).

use crate::policy::watched::Rule;
use crate::policy::watched::decisions;

decisions! {
    /// How a software statement of a registration is judged and used.
    pub struct StatementPolicy {
        /// A statement for another audience says nothing here.
        pub audience: Rule,
        /// Header members that must be understood and are not end it.
        pub critical: Rule,
        /// A statement has not expired.
        pub expiry: Rule,
        /// The issuer is the trusted one; otherwise whoever has the key is.
        pub issuer: Rule,
        /// An issuer is named; otherwise the one with the key is meant.
        pub issuer_named: Rule,
        /// Keys are the issuer's; otherwise the one in the header counts too.
        pub known_key: Rule,
        /// A statement is valid already.
        pub not_before: Rule,
        /// What is refused is told as a fault of the statement; otherwise of the metadata.
        pub own_error: Rule,
        /// The statement takes precedence; otherwise the plain members do.
        pub precedence: Rule,
        /// A statement that was used is in the answer.
        pub returned: Rule,
        /// It is the one that was sent; otherwise its signature is cut off.
        pub returned_whole: Rule,
        /// The signature is verified.
        pub signature: Rule,
        /// `none` is no signature.
        pub unsigned: Rule,
        /// What was used of a statement is told among the metadata.
        pub values_told: Rule,
    }
}
