//! Decisions about requests to this server and its answers.

use super::Check;

/// Authorization requests and responses.
#[derive(Debug, Clone, PartialEq, Eq, Default)]
pub struct AuthorizePolicy {
    /// Of several redirect URIs one must be named; otherwise the first is taken.
    pub ambiguous_redirect: Check,
    /// What is asked of the PKCE challenge.
    pub challenge: ChallengeRule,
    /// How a denial is told.
    pub denial: Denial,
    /// Errors about an unverified redirect URI are shown, never redirected.
    pub errors_stay_here: Check,
    /// The `iss` parameter (RFC 9207).
    pub issuer: Issuer,
    /// A pushed request is bound to the client that pushed it.
    pub par_bound: Check,
    /// A pushed request is used once.
    pub par_once: Check,
    /// The redirect URI of a pushed request is checked.
    pub par_redirect_uri: Check,
    /// A parameter that comes twice is refused.
    pub repeated_parameters: Check,
    /// `state` is given back.
    pub state: Check,
}

/// How the client is told that its user said no.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
pub enum Denial {
    /// With `access_denied`.
    #[default]
    Told,
    /// With another error code.
    OtherError,
}

/// What is asked of the PKCE challenge.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
pub enum ChallengeRule {
    /// S256 must be there.
    #[default]
    S256,
    /// S256 or plain must be there.
    S256OrPlain,
    /// Any method is taken, and those that are not known are read as plain.
    AnyMethod,
    /// It may be missing.
    Optional,
}

/// The `iss` parameter of authorization responses.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
pub enum Issuer {
    /// This server's issuer.
    #[default]
    Right,
    /// Left out.
    Missing,
    /// With a slash too many.
    Wrong,
}

/// The token endpoint.
#[derive(Debug, Clone, PartialEq, Eq, Default)]
pub struct TokenPolicy {
    /// A code is bound to its client.
    pub code_bound_to_client: Check,
    /// A code is bound to its redirect URI.
    pub code_bound_to_redirect_uri: Check,
    /// A code is used once.
    pub code_once: Check,
    /// Using a code again revokes what it gave.
    pub code_reuse_revokes: Check,
    /// `Cache-Control: no-store`.
    pub no_store: Check,
    /// A refresh token is bound to its client.
    pub refresh_bound_to_client: Check,
    /// Using an old refresh token revokes its family.
    pub refresh_reuse_revokes: Check,
    /// A refresh token is replaced at each use.
    pub refresh_rotates: Check,
    /// The verifier is compared with the challenge.
    pub verifier: Check,
}

/// Dynamic registration (RFC 7591).
#[derive(Debug, Clone, PartialEq, Eq, Default)]
pub struct RegistrationPolicy {
    /// Success is 201; otherwise 200.
    pub answers_created: Check,
    /// The body is bounded.
    pub bounded: Check,
    /// A chosen `client_id` is ignored.
    pub chosen_client_id: Check,
    /// Defaults are told.
    pub defaults: Check,
    /// Errors are JSON; otherwise HTML.
    pub error_json: Check,
    /// Bad redirect URIs are `invalid_redirect_uri`; otherwise `invalid_request`.
    pub error_codes: Check,
    /// Redirect URIs with a fragment are refused.
    pub fragment_redirect_uris: Check,
    /// http redirect URIs are refused but for loopback.
    pub http_redirect_uris: Check,
    /// Ids never look like URLs.
    pub ids: Check,
    /// `jwks` with `jwks_uri` is refused.
    pub jwks_with_jwks_uri: Check,
    /// Only JSON; otherwise form bodies too.
    pub json_only: Check,
    /// Malformed JSON is a 400; otherwise a 500.
    pub malformed: Check,
    /// Redirect URIs must be there.
    pub missing_redirect_uris: Check,
    /// `Cache-Control: no-store`.
    pub no_store: Check,
    /// Private keys are refused.
    pub private_keys: Check,
    /// Script redirect URIs are refused.
    pub script_redirect_uris: Check,
    /// `client_secret_expires_at` is told.
    pub secret_expiry: Check,
    /// A public client gets no secret.
    pub secret_for_none: Check,
    /// Unknown members are ignored; otherwise refused.
    pub unknown_members: Check,
    /// Wildcard redirect URIs are refused.
    pub wildcard_redirect_uris: Check,
}

/// Registration management (RFC 7592).
#[derive(Debug, Clone, PartialEq, Eq, Default)]
pub struct ManagementPolicy {
    /// A chosen secret is refused.
    pub chosen_secret: Check,
    /// Deletion is 204; otherwise 200.
    pub delete_no_content: Check,
    /// Deletion ends the client.
    pub delete_client: Check,
    /// Deletion ends grants and tokens.
    pub delete_grants: Check,
    /// Deletion ends the registration token.
    pub delete_token: Check,
    /// Members that the server owns are refused in an update.
    pub forbidden_members: Check,
    /// `client_id` must be there and match in an update.
    pub matching_client_id: Check,
    /// `Cache-Control: no-store`.
    pub no_store: Check,
    /// A read tells all metadata.
    pub read_all: Check,
    /// Members that an update leaves out are removed.
    pub replace: Check,
    /// The token must be right.
    pub token: Check,
    /// The token must be this client's.
    pub token_bound: Check,
    /// An unknown client is 401; otherwise 404.
    pub unknown_is_unauthorized: Check,
    /// Updates are validated as registrations are.
    pub validate: Check,
}

/// Server metadata (RFC 8414).
#[derive(Debug, Clone, PartialEq, Eq, Default)]
pub struct MetadataPolicy {
    /// `code_challenge_methods_supported` is told.
    pub challenge_methods: Check,
    /// `client_id_metadata_document_supported` is told.
    pub flag: Check,
    /// That flag is a boolean; otherwise a string.
    pub flag_boolean: Check,
    /// The issuer is exact; otherwise it has a slash too many.
    pub issuer_exact: Check,
    /// The document is `application/json`; otherwise plain text.
    pub json: Check,
    /// `response_types_supported` is told.
    pub response_types: Check,
}

/// Login, consent and error pages.
#[derive(Debug, Clone, PartialEq, Eq, Default)]
pub struct PagePolicy {
    /// The host of the client identifier is shown.
    pub client_host: Check,
    /// Texts of strangers are escaped.
    pub escape: Check,
    /// Framing is forbidden.
    pub framing: Check,
    /// Error pages show no internals.
    pub hide_internals: Check,
    /// Loopback-only clients get a warning.
    pub loopback_warning: Check,
    /// Logos come from this server; otherwise from the client's.
    pub own_logo: Check,
    /// The redirect host is shown.
    pub redirect_host: Check,
    /// What is refused is the request's fault; otherwise it is told as a failure of the server.
    pub refusal_is_no_failure: Check,
}
