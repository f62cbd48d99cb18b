//! Decisions on software statements (RFC 7591 sections 2.3 and 3.1.1).

use crate::policy::watched::Rule;
use crate::policy::watched::decisions;

decisions! {
    /// How a software statement of a registration is judged and used.
    pub struct StatementPolicy at statement {
        /// A statement for another audience says nothing here.
        pub audience: Rule
            => "statement-for-others-accepted" "takes a software statement that is for another audience",
        /// Header members that must be understood and are not end it.
        pub critical: Rule
            => "statement-critical-ignored" "takes a software statement with critical header members that it does not understand",
        /// A statement has not expired.
        pub expiry: Rule
            => "statement-expired-accepted" "takes a software statement that has expired",
        /// The issuer is the trusted one; otherwise whoever has the key is.
        pub issuer: Rule
            => "statement-of-any-issuer-accepted" "takes a software statement of any issuer that has the trusted key",
        /// An issuer is named; otherwise the one with the key is meant.
        pub issuer_named: Rule
            => "statement-without-issuer-accepted" "takes a software statement that names no issuer",
        /// Keys are the issuer's; otherwise the one in the header counts too.
        pub known_key: Rule
            => "statement-brings-its-key" "verifies a software statement by the key in its header",
        /// A statement is valid already.
        pub not_before: Rule
            => "statement-not-yet-accepted" "takes a software statement that is not valid yet",
        /// What is refused is told as a fault of the statement; otherwise of the metadata.
        pub own_error: Rule
            => "statement-error-untold" "refuses a software statement as any other member",
        /// The statement takes precedence; otherwise the plain members do.
        pub precedence: Rule
            => "statement-loses-to-json" "prefers the plain members to those of a trusted software statement",
        /// A statement that was used is in the answer.
        pub returned: Rule
            => "statement-not-returned" "does not tell the software statement that it used",
        /// It is the one that was sent; otherwise its signature is cut off.
        pub returned_whole: Rule
            => "statement-returned-unsigned" "tells the software statement that it used without its signature",
        /// The signature is verified.
        pub signature: Rule
            => "statement-signature-unchecked" "does not verify the signature of a software statement",
        /// `none` is no signature.
        pub unsigned: Rule
            => "statement-unsigned-accepted" "takes an unsigned software statement in the name of the trusted issuer",
        /// What was used of a statement is told among the metadata.
        pub values_told: Rule
            => "statement-values-untold" "does not tell what it used of a software statement",
    }
}
