//! Decisions on software statements (RFC 7591 sections 2.3 and 3.1.1).

use super::Check;

/// How a software statement of a registration is judged and used.
#[derive(Debug, Clone, PartialEq, Eq, Default)]
pub struct StatementPolicy {
    /// A statement for another audience says nothing here.
    pub audience: Check,
    /// Header members that must be understood and are not end it.
    pub critical: Check,
    /// A statement has not expired.
    pub expiry: Check,
    /// The issuer is the trusted one; otherwise whoever has the key is.
    pub issuer: Check,
    /// An issuer is named; otherwise the one with the key is meant.
    pub issuer_named: Check,
    /// Keys are the issuer's; otherwise the one in the header counts too.
    pub known_key: Check,
    /// A statement is valid already.
    pub not_before: Check,
    /// What is refused is told as a fault of the statement; otherwise of the metadata.
    pub own_error: Check,
    /// The statement takes precedence; otherwise the plain members do.
    pub precedence: Check,
    /// A statement that was used is in the answer.
    pub returned: Check,
    /// It is the one that was sent; otherwise its signature is cut off.
    pub returned_whole: Check,
    /// The signature is verified.
    pub signature: Check,
    /// `none` is no signature.
    pub unsigned: Check,
    /// What was used of a statement is told among the metadata.
    pub values_told: Check,
}
