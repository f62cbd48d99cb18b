//! What can go wrong when the server starts.

/// A failure to start the reference server.
#[derive(Debug, PartialEq, Eq, thiserror::Error)]
#[non_exhaustive]
pub enum ReferenceError {
    /// No key can be made.
    #[error("failed to make a key: {reason}")]
    Key {
        /// Why.
        reason: String,
    },
    /// The address cannot be had.
    #[error("failed to listen on `{address}`: {reason}")]
    Listen {
        /// Where.
        address: String,
        /// Why.
        reason: String,
    },
    /// The resolver cannot be set up.
    #[error("failed to set up the resolver: {reason}")]
    Resolver {
        /// Why.
        reason: String,
    },
    /// The store cannot be opened or written.
    #[error("failed to open the store: {reason}")]
    Store {
        /// Why.
        reason: String,
    },
}
