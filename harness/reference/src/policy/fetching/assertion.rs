//! Client assertions (RFC 7523 section 3).

use crate::policy::watched::Rule;
use crate::policy::watched::decisions;

decisions! {
    /// Client assertions (RFC 7523 section 3).
    pub struct AssertionPolicy at assertion {
        /// The algorithm is the one that the client said it signs with.
        pub algorithm_as_told: Rule
            => "signing-alg-ignored" "takes an assertion by another algorithm than the client said that it signs with",
        /// The audience is this server.
        pub audience: Rule
            => "assertion-audience-not-checked" "accepts assertions for other audiences",
        /// Header members that are said to be critical and are not known are a reason to refuse.
        pub critical: Rule
            => "assertion-crit-ignored" "does not look at critical header members",
        /// An expiry is there and not past.
        pub expiry: Rule
            => "assertion-expiry-not-checked" "accepts expired assertions",
        /// An expiry has to be there; otherwise an assertion without one never expires.
        pub expires: Rule
            => "assertion-expiry-optional" "takes an assertion without expiry for one that never expires",
        /// A key with an algorithm of its own verifies by no other.
        pub key_algorithm: Rule
            => "key-alg-ignored" "verifies an assertion by a key that is for another algorithm",
        /// A key for encryption verifies nothing.
        pub key_use: Rule
            => "key-use-ignored" "verifies an assertion by a key that is for encryption",
        /// `client_assertion_type` is the one of RFC 7523.
        pub parameter: Rule
            => "assertion-type-parameter-ignored" "takes an assertion whatever `client_assertion_type` says it is",
        /// The issuer is the client.
        pub issuer: Rule
            => "assertion-issuer-not-checked" "accepts assertions that another client issued",
        /// It is verified by public keys only; otherwise their text is taken for a shared secret where the header says so.
        pub no_mac: Rule
            => "assertion-mac-by-public-key" "lets the header choose a MAC, with the public key as its secret",
        /// Every algorithm that is listed is taken; otherwise only ES256.
        pub listed_algorithms: Rule
            => "key-alg-listed-and-refused" "lists algorithms for assertions and takes ES256 only",
        /// It is verified by public keys only; otherwise by the symmetric keys of a set too.
        pub no_symmetric_key: Rule,
        /// What the header links to is not visited; otherwise it is, without the guard and for nothing.
        pub links_not_visited: Rule
            => "visits-jku" "fetches what the header of an assertion links to, without the guard, and makes nothing of it",
        /// Keys that the header links to are not fetched; otherwise they are believed.
        pub links_ignored: Rule
            => "follows-jku" "verifies an assertion by the keys that its header links to",
        /// `alg: none` is refused however it is spelled; otherwise only in lower case.
        pub none_in_capitals: Rule
            => "assertion-alg-none-in-capitals" "refuses `none` as the algorithm of an assertion and accepts `NONE`",
        /// What is valid later is refused.
        pub not_before: Rule
            => "assertion-not-before-ignored" "accepts assertions before they are valid",
        /// One method at a time.
        pub one_method: Rule
            => "two-methods-accepted" "lets a client authenticate in two ways at once",
        /// The keys are those of the client that is named; otherwise of whoever issued the assertion.
        pub own_keys: Rule
            => "assertion-of-any-client" "verifies an assertion by the keys of its issuer and lets it speak for the client that is named",
        /// An assertion is used once.
        pub replay: Rule
            => "assertion-replay-accepted" "accepts an assertion twice",
        /// A client with keys must send one.
        pub required: Rule
            => "assertion-not-required" "lets clients with keys in without an assertion",
        /// The signature is verified.
        pub signature: Rule
            => "accepts-assertion-wrong-key" "does not verify the signature of assertions",
        /// The subject is the client.
        pub subject: Rule
            => "assertion-subject-not-checked" "accepts assertions about other subjects",
        /// Other types of JWT are refused.
        pub typed: Rule
            => "assertion-type-not-checked" "takes any JWT of the client for an assertion",
        /// `alg: none` is refused.
        pub unsigned: Rule
            => "assertion-alg-none-accepted" "accepts unsigned assertions",
    }
}
