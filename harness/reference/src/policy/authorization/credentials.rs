//! Decisions about how a client with a document authenticates, and where its keys come from.

use crate::policy::watched::Rule;
use crate::policy::watched::decisions;

decisions! {
    /// Methods and keys of documents (CIMD -03 sections 6, 9.2, 9.4; RFC 7591 section 2).
    pub struct CredentialPolicy at credentials {
        /// A document that tells no method has none; otherwise the default of RFC 7591 counts.
        pub absent_is_none: Rule
            => "absent-method-is-a-secret" "takes the default of RFC 7591 for documents without a method",
        /// Certificates that a key links to are not fetched; otherwise they are.
        pub certificates_left_alone: Rule
            => "follows-x5u" "fetches the certificates that a key links to",
        /// A JWK Set is read up to a limit; otherwise whole.
        pub keys_bounded: Rule
            => "keys-unbounded" "reads a JWK Set of any size",
        /// For keys that a kept set lacks it is fetched again a few times; otherwise each time.
        pub looks_bounded: Rule
            => "unknown-keys-fetched-each-time" "fetches the keys of a client anew for each key that it does not know",
        /// A client that signs has keys; otherwise one without keys is public.
        pub keys_needed: Rule
            => "no-keys-is-none" "takes a client without keys for a public one",
        /// The keys of a document are those of its newest copy; otherwise of the first.
        pub keys_renewed: Rule
            => "keys-fixed-at-first-sight" "keeps the keys of the first copy of a document",
        /// The keys at `jwks_uri` are fetched anew; otherwise once.
        pub keys_refetched: Rule
            => "keys-at-uri-kept-for-ever" "fetches the keys at `jwks_uri` once",
        /// Without its keys a client cannot authenticate; otherwise it need not.
        pub keys_reached: Rule
            => "keys-unreachable-is-none" "asks for no signature when the keys cannot be fetched",
        /// A list of methods counts where no single method is told; otherwise it is not looked at.
        pub list_counts: Rule
            => "methods-list-overlooked" "takes a document with nothing but a list of methods for one of a public client",
        /// The method of a document is that of its newest copy; otherwise of the first.
        pub method_renewed: Rule
            => "method-fixed-at-first-sight" "keeps the method of the first copy of a document",
        /// A document has one source of keys; otherwise the keys of both count.
        pub one_source: Rule
            => "keys-of-both-accepted" "takes the keys of `jwks` and of `jwks_uri`",
        /// A client that wants its requests pushed gets no other; otherwise the member is not looked at.
        pub pushed_as_asked: Rule
            => "client-par-requirement-ignored" "does not look at `require_pushed_authorization_requests` of clients",
        /// That no method is common is told to the client; otherwise it is shown here.
        pub told_to_client: Rule
            => "no-common-method-shown-here" "shows an error page when no authentication method is common",
        /// A method that this server does not have is refused; otherwise such a client is public.
        pub unknown_refused: Rule
            => "unknown-method-is-none" "takes a client with an unknown method for a public one",
    }
}
