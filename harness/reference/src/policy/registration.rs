//! Faults of dynamic registration and its management: one wrong thing each.

/// What a registration gets wrong.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
pub enum RegistrationFault {
    /// Nothing.
    #[default]
    None,
    /// The answer is called plain text.
    AnswersText,
    /// Members are registered whatever their type is.
    AnyTypes,
    /// What was not registered is told as null.
    AbsentAsNull,
    /// A refusal is a page for whoever takes pages.
    ErrorPages,
    /// A refusal of what cannot be read shows where in the code it came to be.
    ErrorsTraced,
    /// A null fails the server.
    FailsAtNull,
    /// A redirect URI with a response parameter in its query is refused, where the name is not encoded.
    ResponseNames,
    /// Whoever takes pages registers nothing.
    RefusesPages,
    /// Regular expressions are registered as redirect URIs.
    Patterns,
    /// A private-use scheme spoils a registration.
    RefusesPrivateUse,
    /// The scope that was registered is lost, and then none is allowed.
    ScopeLost,
    /// Every client is registered for all scopes.
    ScopeWidened,
    /// The lifetime of tokens is told, and taken from whoever sends one.
    TakesProvisioned,
    /// A registration without one of the usual members is refused.
    WantsUsualMembers,
    /// Every method registers.
    AnyMethod,
    /// A media type with a parameter is another one.
    BareMediaType,
    /// A JSON body is read as far as it goes.
    BrokenJson,
    /// A chosen secret is taken.
    ChosenSecret,
    /// Only what the server assigned is told.
    EchoesNothing,
    /// Errors are 422.
    ErrorsAre422,
    /// A refusal is a page that shows the client's name as HTML.
    ErrorsReflect,
    /// A secret is short-lived by its expiry and works on.
    ExpiredSecretWorks,
    /// The URIs of the metadata are fetched, without the guard.
    FetchesUris,
    /// The URIs of the metadata are fetched three times.
    FetchesThrice,
    /// A client without redirect URIs may use any.
    AnyRedirectUri,
    /// What was in a body that could not be read is not registered any more.
    DiesOfJson,
    /// What was in a body that was too large is not registered any more.
    DiesOfSize,
    /// The keys of a client are fetched without the guard.
    KeysUnguarded,
    /// No `registration_client_uri`.
    NoPlace,
    /// A method that is not known makes the client public, and that is not told.
    SilentlyPublic,
    /// The identifier of a deleted client is given out again.
    IdsAgain,
    /// Only the first redirect URI is registered.
    FirstRedirectUri,
    /// Identifiers are counted.
    IdsCountUp,
    /// The same metadata get the same id.
    IdsRepeat,
    /// `code` without its grant is registered.
    InconsistentTypes,
    /// A method that is not known is registered as it is.
    KeepsUnknownMethod,
    /// No `client_id`.
    NoClientId,
    /// No `client_secret`.
    NoSecret,
    /// No `registration_access_token`.
    NoToken,
    /// The rules for keys are held against clients only that authenticate by keys.
    KeyRulesForKeyClients,
    /// Members of another type than theirs are registered as they are.
    KeepsWrongTypes,
    /// Members with a language tag are refused.
    RefusesLocalized,
    /// Loopback redirect URIs are refused.
    RefusesLoopback,
    /// A body that is no JSON is never answered.
    HangsOnJson,
    /// Everything is refused.
    RefusesAll,
    /// A redirect URI is registered and told as a browser reads it, whatever it is.
    RespellsRedirectUris,
    /// A body that cannot be read is answered with a stack trace.
    ShowsTrace,
    /// Any redirect URI is registered, and none is told.
    TellsNoRedirectUris,
    /// Clients whose redirect URIs are registered very often are deleted.
    FloodDeletes,
    /// One registration is read after the other.
    OneAtATime,
    /// The place is told without scheme and host.
    RelativePlace,
    /// What a client registered as its scope is forgotten.
    ScopeForgotten,
    /// Links of any scheme are registered.
    ScriptUris,
    /// All clients get the same secret.
    SameSecret,
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
    /// A redirect URI is taken, whatever it is.
    UnparsedRedirectUris,
}

/// What registration management gets wrong.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
pub enum ManagementFault {
    /// Nothing.
    #[default]
    None,
    /// An access token of the client manages it.
    AccessTokenAccepted,
    /// The place of a client that does not exist is read like any other.
    AnyPlace,
    /// Every method that is not known reads.
    AnyMethodReads,
    /// The client that the body names is updated.
    BodyNamesClient,
    /// A deletion leaves the access tokens.
    DeleteKeepsAccessTokens,
    /// There is no deletion, which is told with 501.
    NoDeletion,
    /// The token is also taken from the body.
    TokenInBody,
    /// An update that is refused is made nevertheless.
    RefusedYetMade,
    /// A deletion ends all clients with these redirect URIs.
    DeletesAlike,
    /// A client with a document is read by its identifier.
    DocumentClients,
    /// What is forbidden is 404.
    ForbiddenIs404,
    /// The token that was replaced works on.
    FormerTokenAccepted,
    /// An answer has no `client_id`.
    NoClientId,
    /// The token that an update tells does not work, the one before does.
    NewTokenDead,
    /// A client that becomes confidential gets no secret.
    NoSecretLater,
    /// An initial access token manages every client.
    InitialTokenAccepted,
    /// An update that names the client's secret is refused.
    OwnAnswerRefused,
    /// A read is answered with 202.
    ReadAccepted,
    /// A read forgets the name.
    ReadForgetsName,
    /// A read does not tell the place.
    ReadWithoutPlace,
    /// A read does not tell the token.
    ReadWithoutToken,
    /// The client's secret manages it.
    SecretAccepted,
    /// A client that becomes public keeps its secret and is told it needs it.
    SecretKept,
    /// A registration token of the client's choice is taken in an update.
    ServerMembersTaken,
    /// An update with a value of the wrong type shows where in the code it failed.
    ErrorsTraced,
    /// Part of the token says whose it is, and the other part may be anybody's.
    TokenOfParts,
    /// To introspection the registration token is an access token.
    TokenIntrospected,
    /// A client that does not exist is told so at the token endpoint.
    TellsUnknown,
    /// The URIs of an update are fetched, without the guard.
    UpdateFetchesUris,
    /// The token is also taken from the query.
    TokenInQuery,
    /// The first half of the token is enough.
    TokenPrefix,
    /// An update is answered with 202.
    UpdateAccepted,
    /// An update leaves the client without redirect URIs.
    UpdateForgetsRedirectUris,
    /// An update changes the answer and not the client.
    UpdateNotKept,
    /// An update takes a chosen id.
    UpdateTakesClientId,
    /// An update is answered with the metadata of before.
    UpdateTellsOld,
    /// The answer to an update does not tell the place.
    UpdateWithoutPlace,
    /// The answer to an update does not tell the token.
    UpdateWithoutToken,
}
