//! Decisions about how a client with a document authenticates, and where its keys come from.

use crate::policy::watched::Rule;
use crate::policy::watched::decisions;

decisions! {
    /// Methods and keys of documents (CIMD -03 sections 6, 9.2, 9.4; RFC 7591 section 2).
    pub struct CredentialPolicy {
        /// A document that tells no method has none; otherwise the default of RFC 7591 counts.
        pub absent_is_none: Rule,
        /// Certificates that a key links to are not fetched; otherwise they are.
        pub certificates_left_alone: Rule,
        /// A JWK Set is read up to a limit; otherwise whole.
        pub keys_bounded: Rule,
        /// For keys that a kept set lacks it is fetched again a few times; otherwise each time.
        pub looks_bounded: Rule,
        /// A client that signs has keys; otherwise one without keys is public.
        pub keys_needed: Rule,
        /// The keys of a document are those of its newest copy; otherwise of the first.
        pub keys_renewed: Rule,
        /// The keys at `jwks_uri` are fetched anew; otherwise once.
        pub keys_refetched: Rule,
        /// Without its keys a client cannot authenticate; otherwise it need not.
        pub keys_reached: Rule,
        /// A list of methods counts where no single method is told; otherwise it is not looked at.
        pub list_counts: Rule,
        /// The method of a document is that of its newest copy; otherwise of the first.
        pub method_renewed: Rule,
        /// A document has one source of keys; otherwise the keys of both count.
        pub one_source: Rule,
        /// A client that wants its requests pushed gets no other; otherwise the member is not looked at.
        pub pushed_as_asked: Rule,
        /// That no method is common is told to the client; otherwise it is shown here.
        pub told_to_client: Rule,
        /// A method that this server does not have is refused; otherwise such a client is public.
        pub unknown_refused: Rule,
    }
}
