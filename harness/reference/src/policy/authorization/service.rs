//! Decisions in favour of a client that does everything right: a server that refuses all is not conformant either.

use crate::policy::watched::Rule;
use crate::policy::watched::decisions;

decisions! {
    /// What a client that is right gets.
    pub struct ServicePolicy at service {
        /// All redirect URIs of a client count; otherwise the first only.
        pub all_redirect_uris: Rule
            => "only-first-redirect-uri" "knows the first redirect URI of a document only",
        /// Clients with documents are taken.
        pub documents: Rule
            => "takes-no-documents" "tells that it takes clients by their documents, and fetches none",
        /// Token requests of clients with keys are served.
        pub key_clients: Rule
            => "token-refuses-key-clients" "gives codes to clients with keys and no tokens",
        /// Clients are there when they are registered; otherwise some seconds later.
        pub at_once: Rule
            => "registered-client-late" "knows a client some seconds after its registration",
        /// Clients whose keys are at a URL renew their tokens.
        pub linked_keys_renew: Rule
            => "linked-keys-do-not-renew" "renews no tokens of clients whose keys are at a URL",
        /// Token requests of clients with secrets are served.
        pub secret_clients: Rule
            => "token-refuses-secret-clients" "refuses the token requests of clients with secrets",
        /// Right requests may be pushed; otherwise all are refused.
        pub par: Rule
            => "par-refuses" "offers pushed authorization requests and refuses all",
        /// Token requests of public clients are served.
        pub public_clients: Rule
            => "token-refuses-public-clients" "gives codes to public clients and no tokens",
        /// Refresh tokens are redeemed.
        pub refresh: Rule
            => "refresh-refused" "gives refresh tokens and redeems none",
        /// Clients with several redirect URIs are taken.
        pub several_redirect_uris: Rule
            => "refuses-several-redirect-uris" "refuses documents with several redirect URIs",
    }
}
