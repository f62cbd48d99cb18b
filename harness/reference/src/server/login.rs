//! What a server and its login application have in common, where that is at another origin.

use ring::hmac;

/// The login application of a server.
pub(crate) struct LoginApplication {
    pub(crate) origin: String,
    /// The key that signs tickets.
    pub(crate) key: hmac::Key,
}
