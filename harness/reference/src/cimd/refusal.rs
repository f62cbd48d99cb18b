//! Why a client is refused, by stage.

/// Why a client was refused.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
#[non_exhaustive]
pub enum Refusal {
    /// The name resolves to an address that must not be contacted.
    #[error("the address `{0}` is not allowed")]
    Address(String),
    /// No connection.
    #[error("failed to connect: {0}")]
    Connect(String),
    /// It took too long.
    #[error("the fetch took too long")]
    Deadline,
    /// The document is not right.
    #[error("the document is not acceptable: {0}")]
    Document(String),
    /// The server failed: only with mutants.
    #[error("failed to read the document")]
    Failure,
    /// The response is not right.
    #[error("the response is not acceptable: {0}")]
    Http(String),
    /// The identifier is not right.
    #[error("the client identifier is not acceptable: {0}")]
    Identifier(&'static str),
    /// The name does not resolve.
    #[error("failed to resolve: {0}")]
    Lookup(String),
    /// The status is not a success.
    #[error("the response has status {0}")]
    Status(u16),
    /// The response is too large.
    #[error("the response is too large")]
    TooLarge,
}

impl Refusal {
    /// What a stranger may be told: nothing about addresses or connections.
    pub fn public_reason(&self) -> String {
        match self {
            Self::Identifier(_) | Self::Document(_) => self.to_string(),
            Self::Address(_)
            | Self::Connect(_)
            | Self::Deadline
            | Self::Failure
            | Self::Http(_)
            | Self::Lookup(_)
            | Self::Status(_)
            | Self::TooLarge => "the client's metadata document could not be fetched".to_owned(),
        }
    }
}
