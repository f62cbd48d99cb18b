//! Decisions in favour of a client that does everything right: a server that refuses all is not conformant either.

use crate::policy::watched::Rule;
use crate::policy::watched::decisions;

decisions! {
    /// What a client that is right gets.
    pub struct ServicePolicy {
        /// All redirect URIs of a client count; otherwise the first only.
        pub all_redirect_uris: Rule,
        /// Clients with documents are taken.
        pub documents: Rule,
        /// Token requests of clients with keys are served.
        pub key_clients: Rule,
        /// Clients are there when they are registered; otherwise some seconds later.
        pub at_once: Rule,
        /// Clients whose keys are at a URL renew their tokens.
        pub linked_keys_renew: Rule,
        /// Token requests of clients with secrets are served.
        pub secret_clients: Rule,
        /// Right requests may be pushed; otherwise all are refused.
        pub par: Rule,
        /// Token requests of public clients are served.
        pub public_clients: Rule,
        /// Refresh tokens are redeemed.
        pub refresh: Rule,
        /// Clients with several redirect URIs are taken.
        pub several_redirect_uris: Rule,
    }
}
