//! Decisions in favour of a client that does everything right: a server that refuses all is not conformant either.

use super::Check;

/// What a client that is right gets.
#[derive(Debug, Clone, PartialEq, Eq, Default)]
pub struct ServicePolicy {
    /// All redirect URIs of a client count; otherwise the first only.
    pub all_redirect_uris: Check,
    /// Clients with documents are taken.
    pub documents: Check,
    /// Token requests of clients with keys are served.
    pub key_clients: Check,
    /// Clients are there when they are registered; otherwise some seconds later.
    pub at_once: Check,
    /// Clients whose keys are at a URL renew their tokens.
    pub linked_keys_renew: Check,
    /// Token requests of clients with secrets are served.
    pub secret_clients: Check,
    /// Right requests may be pushed; otherwise all are refused.
    pub par: Check,
    /// Token requests of public clients are served.
    pub public_clients: Check,
    /// Refresh tokens are redeemed.
    pub refresh: Check,
    /// Clients with several redirect URIs are taken.
    pub several_redirect_uris: Check,
}
