//! Dynamic registration (RFC 7591), and what it may get wrong.

use crate::policy::watched::Rule;
use crate::policy::watched::Watched;
use crate::policy::watched::decisions;

decisions! {
    /// Dynamic registration (RFC 7591).
    pub struct RegistrationPolicy at registration {
        /// Success is 201; otherwise 200.
        pub answers_created: Rule
            => "registration-answers-200" "answers a registration with 200",
        /// The body is bounded.
        pub bounded: Rule
            => "registration-unbounded-body" "reads registrations of any size",
        /// A chosen `client_id` is ignored.
        pub chosen_client_id: Rule
            => "registration-honours-chosen-client-id" "lets a client choose its id",
        /// Defaults are told.
        pub defaults: Rule
            => "registration-omits-defaults" "does not tell the defaults that it filled in",
        /// Errors are JSON; otherwise HTML.
        pub error_json: Rule
            => "registration-error-as-html" "answers errors with HTML",
        /// Bad redirect URIs are `invalid_redirect_uri`; otherwise `invalid_request`.
        pub error_codes: Rule
            => "registration-wrong-error-code" "says invalid_request for everything",
        /// What else it gets wrong.
        pub fault: Watched<RegistrationFault>,
        /// Redirect URIs with a fragment are refused.
        pub fragment_redirect_uris: Rule
            => "registration-accepts-fragment-redirect-uris" "registers redirect URIs with a fragment",
        /// http redirect URIs are refused but for loopback.
        pub http_redirect_uris: Rule
            => "registration-accepts-http-redirect-uris" "registers plain http redirect URIs",
        /// Ids never look like URLs.
        pub ids: Rule
            => "registration-ids-look-like-urls" "gives ids that look like URLs",
        /// `jwks` with `jwks_uri` is refused.
        pub jwks_with_jwks_uri: Rule
            => "registration-accepts-jwks-with-jwks-uri" "registers jwks with jwks_uri",
        /// Only JSON; otherwise form bodies too.
        pub json_only: Rule
            => "registration-accepts-form-bodies" "registers form bodies",
        /// Malformed JSON is a 400; otherwise a 500.
        pub malformed: Rule
            => "registration-malformed-json-answers-500" "fails on malformed JSON",
        /// Logout addresses are registered under the rules of redirect URIs; otherwise as they are.
        pub logout_uris: Rule
            => "registration-any-logout-uri" "registers any text as a logout address",
        /// Redirect URIs must be there.
        pub missing_redirect_uris: Rule
            => "registration-accepts-missing-redirect-uris" "registers clients without redirect URIs",
        /// `Cache-Control: no-store`.
        pub no_store: Rule
            => "registration-cacheable" "does not forbid storing registrations",
        /// Private keys are refused.
        pub private_keys: Rule
            => "registration-accepts-private-keys" "registers private keys",
        /// Script redirect URIs are refused.
        pub script_redirect_uris: Rule
            => "registration-accepts-script-redirect-uris" "registers javascript: and data: redirect URIs",
        /// `client_secret_expires_at` is told.
        pub secret_expiry: Rule
            => "registration-omits-secret-expiry" "leaves client_secret_expires_at out",
        /// A public client gets no secret.
        pub secret_for_none: Rule
            => "registration-issues-secret-for-none" "gives public clients a secret",
        /// Unknown members are ignored; otherwise refused.
        pub unknown_members: Rule
            => "registration-refuses-unknown-members" "refuses members that it does not know",
        /// Wildcard redirect URIs are refused.
        pub wildcard_redirect_uris: Rule
            => "registration-accepts-wildcard-redirect-uris" "registers redirect URIs with a wildcard and honours it",
    }
}

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
    /// A grant type that the server does not have spoils a registration.
    RefusesForeignGrants,
    /// A private-use scheme spoils a registration.
    RefusesPrivateUse,
    /// The scope that was registered is lost, and then none is allowed.
    ScopeLost,
    /// Every client is registered for all scopes.
    ScopeWidened,
    /// A registration with the software identifier of a client replaces it.
    TakesOver,
    /// Who says of itself that its users need not be asked is believed.
    TakesConsentMembers,
    /// The lifetime of its tokens is taken from whoever sends one, and not told.
    TakesLifetimes,
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
    /// A client that authenticates by key and has none need not authenticate.
    KeylessIsPublic,
    /// Whom access tokens are for is taken from whoever registers, and not told.
    TakesAudiences,
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
