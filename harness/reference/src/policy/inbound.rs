//! Decisions about requests to this server and its answers.

use super::Check;
use super::registration::ManagementFault;
use super::registration::RegistrationFault;

/// Authorization requests and responses.
#[derive(Debug, Clone, PartialEq, Eq, Default)]
pub struct AuthorizePolicy {
    /// Of several redirect URIs one must be named; otherwise the first is taken.
    pub ambiguous_redirect: Check,
    /// A request for a token at the authorization endpoint is refused.
    pub implicit: Check,
    /// What is asked of the PKCE challenge.
    pub challenge: ChallengeRule,
    /// How a denial is told.
    pub denial: Denial,
    /// Errors about an unverified redirect URI are shown, never redirected.
    pub errors_stay_here: Check,
    /// Of repeated parameters the first counts; otherwise the last.
    pub first_counts: Check,
    /// The `iss` parameter (RFC 9207).
    pub issuer: Issuer,
    /// The query adds nothing to a pushed request.
    pub par_alone: Check,
    /// A pushed request is bound to the client that pushed it.
    pub par_bound: Check,
    /// A pushed request is used once.
    pub par_once: Check,
    /// Clients authenticate where they push requests.
    pub par_authenticated: Check,
    /// The guard is asked for the clients of pushed requests too.
    pub par_guarded: Check,
    /// The identifiers of pushed requests are judged like others.
    pub par_identifier: Check,
    /// The redirect URI of a pushed request is checked.
    pub par_redirect_uri: Check,
    /// Nothing of a user's request goes to the client's host.
    pub private: Check,
    /// The query of a redirect URI is kept character by character; otherwise it is encoded anew.
    pub query_literal: Check,
    /// The query of a redirect URI is kept.
    pub query_retained: Check,
    /// The redirect URI is checked whatever the response mode.
    pub response_modes: Check,
    /// A parameter that comes twice is refused.
    pub repeated_parameters: Check,
    /// A scope for offline access is answered as others are; otherwise the server fails.
    pub offline_access: Check,
    /// A `request_uri` that was not pushed is refused unread; otherwise it is fetched without the guard.
    pub request_uri_left_alone: Check,
    /// What is asked of resource indicators.
    pub resources: ResourceRule,
    /// Where pushed requests are required, others are refused; otherwise that is only said.
    pub par_required: Check,
    /// The redirect URI that is used is the one that was checked; otherwise the last of several.
    pub one_redirect_uri: Check,
    /// A parameter of the response stands beside one of the same name in the redirect URI; otherwise in its place.
    pub query_not_overridden: Check,
    /// The answer goes to the redirect URI that was asked for; otherwise to the client's first.
    pub sent_where_asked: Check,
    /// `state` is given back.
    pub state: Check,
    /// `state` is given back whole.
    pub whole_state: Check,
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

/// What is asked of resource indicators (RFC 8707).
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
pub enum ResourceRule {
    /// An absolute URI without a fragment; others are `invalid_target`.
    #[default]
    Absolute,
    /// Any text is taken.
    Anything,
    /// Any is refused, with `invalid_request`.
    Nothing,
    /// Several are refused, with `invalid_request`.
    One,
    /// The scheme and the host are in lower case.
    LowerCase,
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
    /// Only clients that authenticate get tokens for themselves.
    pub credentials_authenticated: Check,
    /// Clients authenticate where they ask about tokens.
    pub introspection_authenticated: Check,
    /// Clients authenticate where they revoke tokens.
    pub revocation_authenticated: Check,
    /// What is revoked is dead.
    pub revocation_ends: Check,
    /// A revocation is answered with 200.
    pub revocation_ok: Check,
    /// A client revokes its own tokens only.
    pub revocation_bound: Check,
    /// A code is bound to its client.
    pub code_bound_to_client: Check,
    /// A code is bound to its redirect URI.
    pub code_bound_to_redirect_uri: Check,
    /// A code is bound to its client's identifier as it was sent; otherwise to what a URL library makes of it.
    pub code_bound_exactly: Check,
    /// A code is marked as used in the moment in which it is looked at.
    pub code_taken_at_once: Check,
    /// A public client is named in the token request; otherwise the code tells it.
    pub client_named: Check,
    /// A verifier is taken for a code with a challenge only.
    pub downgrade: Check,
    /// That a code was asked for by S256 is kept; otherwise its challenge is compared as plain too.
    pub challenge_method_kept: Check,
    /// A code is bound to its client whatever that client is; otherwise for public clients only.
    pub code_bound_for_all: Check,
    /// A refresh token is bound to its client whatever that client is; otherwise for public clients only.
    pub refresh_bound_for_all: Check,
    /// Using a code again ends the access token too.
    pub code_reuse_ends_access: Check,
    /// User names and passwords are not looked at.
    pub no_password: Check,
    /// User names and passwords give nothing; otherwise any of them gives tokens.
    pub passwords_give_nothing: Check,
    /// A client uses the grants only that it registered.
    pub registered_grants: Check,
    /// Access tokens live for an hour; otherwise for a week.
    pub short_lived: Check,
    /// A refresh token is bound to its client's identifier as it was sent.
    pub refresh_bound_exactly: Check,
    /// A used refresh token is dead in the moment in which it is looked at.
    pub refresh_taken_at_once: Check,
    /// A new refresh token is another than the old; otherwise the same is given again.
    pub refresh_is_new: Check,
    /// A code is used once.
    pub code_once: Check,
    /// A client with a secret must send it.
    pub secret_required: Check,
    /// Using a code again revokes what it gave.
    pub code_reuse_revokes: Check,
    /// A client whose document is gone is refused; otherwise the server fails.
    pub gone_clients: Check,
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
    /// What else it gets wrong.
    pub fault: RegistrationFault,
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
    /// An authorization request leaves the registration alone; otherwise it writes back what it read.
    pub left_alone: Check,
    /// Deletion is 204; otherwise 200.
    pub delete_no_content: Check,
    /// Deletion ends the client.
    pub delete_client: Check,
    /// Deletion ends grants and tokens.
    pub delete_grants: Check,
    /// Deletion ends the registration token.
    pub delete_token: Check,
    /// What else it gets wrong.
    pub fault: ManagementFault,
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
    /// Which algorithms for the assertions of clients are told.
    pub algorithms: AlgorithmsShown,
    /// Web pages of strangers read the metadata without credentials; otherwise with the user's.
    pub anonymous: Check,
    /// `code_challenge_methods_supported` is told.
    pub challenge_methods: Check,
    /// `client_id_metadata_document_supported` is told.
    pub flag: Check,
    /// That flag is true; otherwise false.
    pub flag_true: Check,
    /// That flag is a boolean; otherwise a string.
    pub flag_boolean: Check,
    /// The two documents agree; otherwise that of OpenID Connect has other addresses.
    pub documents_agree: Check,
    /// What the addresses of endpoints look like.
    pub endpoints: EndpointsShown,
    /// Which grant and response types are told.
    pub grants: GrantsShown,
    /// `authorization_response_iss_parameter_supported` is told.
    pub iss_flag: Check,
    /// Only the places of this issuer are served; otherwise those of any issuer below it.
    pub own_places: Check,
    /// The status is 200; otherwise the document of OpenID Connect comes with 203.
    pub ok: Check,
    /// `private_key_jwt` is told.
    pub key_method: Check,
    /// Methods without a shared secret are told.
    pub methods: Check,
    /// The issuer is exact; otherwise it has a slash too many.
    pub issuer_exact: Check,
    /// The document is `application/json`; otherwise plain text.
    pub json: Check,
    /// `response_types_supported` is told.
    pub response_types: Check,
}

/// Which algorithms for the assertions of clients the metadata tells.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
pub enum AlgorithmsShown {
    /// Those that are taken.
    #[default]
    Right,
    /// None at all.
    Nothing,
    /// `none` too.
    Unsigned,
}

/// What the addresses of endpoints look like in the metadata.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
pub enum EndpointsShown {
    /// That of registration in plain http.
    HttpRegistration,
    /// As they are.
    #[default]
    Right,
    /// That of revocation begins with http.
    Http,
    /// That of tokens has a fragment.
    Fragment,
}

/// Which grant and response types the metadata tells.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
pub enum GrantsShown {
    /// Those that are served.
    #[default]
    Right,
    /// The implicit ones too.
    Implicit,
    /// Without refresh tokens.
    WithoutRefresh,
}

/// Login, consent and error pages.
#[derive(Debug, Clone, PartialEq, Eq, Default)]
pub struct PagePolicy {
    /// Characters that turn or hide the text beside them are not shown.
    pub bidi: Check,
    /// The host of the client identifier is shown.
    pub client_host: Check,
    /// The host of the client identifier is shown to the user; otherwise it is in a hidden field only.
    pub client_host_visible: Check,
    /// The redirect host is shown to the user; otherwise it is in a hidden field only.
    pub redirect_host_visible: Check,
    /// Framing is forbidden to everybody; otherwise a header is there that allows it to everybody.
    pub framing_closed: Check,
    /// A host is shown as it is asked for; otherwise in the letters that its A-labels stand for.
    pub a_labels: Check,
    /// Texts of strangers are escaped.
    pub escape: Check,
    /// Texts of requests are escaped on error pages too.
    pub escape_errors: Check,
    /// Nothing of a document that was refused is shown.
    pub failed_documents: Check,
    /// Framing is forbidden.
    pub framing: Check,
    /// Error pages show no internals.
    pub hide_internals: Check,
    /// Links go to https pages only.
    pub link_schemes: Check,
    /// Logos are raster images.
    pub logo_types: Check,
    /// Loopback-only clients get a warning.
    pub loopback_warning: Check,
    /// Nothing of the client's is loaded before somebody goes there.
    pub no_prefetch: Check,
    /// Logos come from this server; otherwise from the client's.
    pub own_logo: Check,
    /// Nothing is loaded from other origins.
    pub own_parts: Check,
    /// The redirect host is shown.
    pub redirect_host: Check,
    /// Other sites are not told the URLs of the pages.
    pub referrer: Check,
    /// Names are cut where nobody reads on.
    pub short_names: Check,
    /// What is refused is the request's fault; otherwise it is told as a failure of the server.
    pub refusal_is_no_failure: Check,
}
