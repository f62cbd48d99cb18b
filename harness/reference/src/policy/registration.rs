//! Faults of dynamic registration and its management: one wrong thing each.

/// What a registration gets wrong.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
pub enum RegistrationFault {
    /// Nothing.
    #[default]
    None,
    /// Every method registers.
    AnyMethod,
    /// A refusal is a page that shows the client's name as HTML.
    ErrorsReflect,
    /// A secret is short-lived by its expiry and works on.
    ExpiredSecretWorks,
    /// The URIs of the metadata are fetched, without the guard.
    FetchesUris,
    /// The identifier of a deleted client is given out again.
    IdsAgain,
    /// Identifiers are counted.
    IdsCountUp,
    /// `code` without its grant is registered.
    InconsistentTypes,
    /// A method that is not known is registered as it is.
    KeepsUnknownMethod,
    /// Members with a language tag are refused.
    RefusesLocalized,
    /// The place is told without scheme and host.
    RelativePlace,
    /// Links of any scheme are registered.
    ScriptUris,
    /// A secret has expired when it is told.
    SecretExpiredAtBirth,
    /// Secrets never expire.
    SecretNeverExpires,
    /// Secrets have 48 bits.
    ShortSecrets,
    /// A software statement is believed, whoever signed it.
    StatementBelieved,
    /// A registration token of the client's choice is taken.
    TakesServerMembers,
    /// Half of the metadata is told.
    TellsHalf,
    /// Registration tokens are counted.
    TokensCountUp,
    /// Lists have no bound.
    UnboundedLists,
    /// A method that is not known makes the client public.
    UnknownMethodIsNone,
}

/// What registration management gets wrong.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
pub enum ManagementFault {
    /// Nothing.
    #[default]
    None,
    /// An access token of the client manages it.
    AccessTokenAccepted,
    /// Every method that is not known reads.
    AnyMethodReads,
    /// A client with a document is read by its identifier.
    DocumentClients,
    /// The token that was replaced works on.
    FormerTokenAccepted,
    /// A client that becomes confidential gets no secret.
    NoSecretLater,
    /// A client that becomes public keeps its secret and is told it needs it.
    SecretKept,
    /// The client's secret manages it.
    SecretAccepted,
    /// A registration token of the client's choice is taken in an update.
    ServerMembersTaken,
    /// The token is also taken from the query.
    TokenInQuery,
    /// The first half of the token is enough.
    TokenPrefix,
}
