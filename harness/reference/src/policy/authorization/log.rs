//! What the log gets wrong.

/// What stands in the log and should not.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
pub enum LogFault {
    /// The assertions of clients.
    Assertions,
    /// Codes.
    Codes,
    /// Texts of strangers with their line breaks.
    LineBreaks,
    /// Nothing.
    #[default]
    None,
    /// Secrets and registration tokens of clients.
    RegistrationSecrets,
    /// Access and refresh tokens.
    Tokens,
}
