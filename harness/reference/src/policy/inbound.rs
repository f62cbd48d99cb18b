//! Decisions about requests to this server and its answers.

use crate::policy::registration::ManagementFault;
use crate::policy::registration::RegistrationFault;
use crate::policy::shown::AlgorithmsShown;
use crate::policy::shown::EndpointsShown;
use crate::policy::shown::GrantsShown;
use crate::policy::shown::IssuerShown;
use crate::policy::watched::Rule;
use crate::policy::watched::Watched;
use crate::policy::watched::decisions;

decisions! {
    /// Authorization requests and responses.
    pub struct AuthorizePolicy {
        /// Of several redirect URIs one must be named; otherwise the first is taken.
        pub ambiguous_redirect: Rule,
        /// A request for a token at the authorization endpoint is refused.
        pub implicit: Rule,
        /// What is asked of the PKCE challenge.
        pub challenge: Watched<ChallengeRule>,
        /// How a denial is told.
        pub denial: Watched<Denial>,
        /// Errors about an unverified redirect URI are shown, never redirected.
        pub errors_stay_here: Rule,
        /// Of repeated parameters the first counts; otherwise the last.
        pub first_counts: Rule,
        /// The `iss` parameter (RFC 9207).
        pub issuer: Watched<Issuer>,
        /// The query adds nothing to a pushed request.
        pub par_alone: Rule,
        /// A pushed request is bound to the client that pushed it.
        pub par_bound: Rule,
        /// A pushed request ends with its lifetime.
        pub par_expires: Rule,
        /// A pushed request is used once.
        pub par_once: Rule,
        /// Clients authenticate where they push requests.
        pub par_authenticated: Rule,
        /// The guard is asked for the clients of pushed requests too.
        pub par_guarded: Rule,
        /// The identifiers of pushed requests are judged like others.
        pub par_identifier: Rule,
        /// The redirect URI of a pushed request is checked.
        pub par_redirect_uri: Rule,
        /// Nothing of a user's request goes to the client's host.
        pub private: Rule,
        /// An identifier that nobody registered is nobody's; otherwise it is a public client's, with any redirect URI.
        pub known_clients: Rule,
        /// The query of a redirect URI is kept character by character; otherwise it is encoded anew.
        pub query_literal: Rule,
        /// The query of a redirect URI is kept.
        pub query_retained: Rule,
        /// The redirect URI is checked whatever the response mode.
        pub response_modes: Rule,
        /// A parameter that comes twice is refused.
        pub repeated_parameters: Rule,
        /// A scope for offline access is answered as others are; otherwise the server fails.
        pub offline_access: Rule,
        /// A `request_uri` that was not pushed is refused unread; otherwise it is fetched without the guard.
        pub request_uri_left_alone: Rule,
        /// What is asked of resource indicators.
        pub resources: Watched<ResourceRule>,
        /// Where pushed requests are required, others are refused; otherwise that is only said.
        pub par_required: Rule,
        /// The redirect URI that is used is the one that was checked; otherwise the last of several.
        pub one_redirect_uri: Rule,
        /// A parameter of the response stands beside one of the same name in the redirect URI; otherwise in its place.
        pub query_not_overridden: Rule,
        /// The answer goes to the redirect URI that was asked for; otherwise to the client's first.
        pub sent_where_asked: Rule,
        /// `state` is given back.
        pub state: Rule,
        /// `state` is given back whole.
        pub whole_state: Rule,
    }
}

/// How the client is told that its user said no.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
pub enum Denial {
    /// With `access_denied`.
    #[default]
    Told,
    /// With another error code.
    OtherError,
    /// Not at all: it gets a code as if the user had agreed.
    Ignored,
    /// Not at all: the user is told, here (RFC 9700 section 4.11.2).
    Here,
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

decisions! {
    /// The token endpoint.
    pub struct TokenPolicy {
        /// Only clients that authenticate get tokens for themselves.
        pub credentials_authenticated: Rule,
        /// The scope of a token is told with it.
        pub scope_told: Rule,
        /// Clients authenticate where they ask about tokens.
        pub introspection_authenticated: Rule,
        /// Clients authenticate where they revoke tokens.
        pub revocation_authenticated: Rule,
        /// What is revoked is dead.
        pub revocation_ends: Rule,
        /// A revocation is answered with 200.
        pub revocation_ok: Rule,
        /// A client revokes its own tokens only.
        pub revocation_bound: Rule,
        /// A code is bound to its client.
        pub code_bound_to_client: Rule,
        /// A code is bound to its redirect URI.
        pub code_bound_to_redirect_uri: Rule,
        /// A code is bound to its client's identifier as it was sent; otherwise to what a URL library makes of it.
        pub code_bound_exactly: Rule,
        /// A code is marked as used in the moment in which it is looked at.
        pub code_taken_at_once: Rule,
        /// A public client is named in the token request; otherwise the code tells it.
        pub client_named: Rule,
        /// A verifier is taken for a code with a challenge only.
        pub downgrade: Rule,
        /// That a code was asked for by S256 is kept; otherwise its challenge is compared as plain too.
        pub challenge_method_kept: Rule,
        /// A code is bound to its client whatever that client is; otherwise for public clients only.
        pub code_bound_for_all: Rule,
        /// A refresh token is bound to its client whatever that client is; otherwise for public clients only.
        pub refresh_bound_for_all: Rule,
        /// Using a code again ends the access token too.
        pub code_reuse_ends_access: Rule,
        /// User names and passwords are not looked at.
        pub no_password: Rule,
        /// User names and passwords give nothing; otherwise any of them gives tokens.
        pub passwords_give_nothing: Rule,
        /// A client uses the grants only that it registered.
        pub registered_grants: Rule,
        /// Access tokens live for an hour; otherwise for a week.
        pub short_lived: Rule,
        /// A refresh token is bound to its client's identifier as it was sent.
        pub refresh_bound_exactly: Rule,
        /// A used refresh token is dead in the moment in which it is looked at.
        pub refresh_taken_at_once: Rule,
        /// A new refresh token is another than the old; otherwise the same is given again.
        pub refresh_is_new: Rule,
        /// A code is used once.
        pub code_once: Rule,
        /// A client with a secret must send it.
        pub secret_required: Rule,
        /// Using a code again revokes what it gave.
        pub code_reuse_revokes: Rule,
        /// A client whose document is gone is refused; otherwise the server fails.
        pub gone_clients: Rule,
        /// Here too a document is fetched again when its lifetime is over; otherwise the one of the authorization is used.
        pub documents_renewed: Rule,
        /// The redirect URI of a code is the one that was asked for; otherwise one that is registered.
        pub redirect_uri_as_asked: Rule,
        /// `Cache-Control: no-store`.
        pub no_store: Rule,
        /// A refresh token is bound to its client.
        pub refresh_bound_to_client: Rule,
        /// Using an old refresh token revokes its family.
        pub refresh_reuse_revokes: Rule,
        /// A refresh token is replaced at each use.
        pub refresh_rotates: Rule,
        /// The verifier is compared with the challenge.
        pub verifier: Rule,
    }
}

decisions! {
    /// Dynamic registration (RFC 7591).
    pub struct RegistrationPolicy {
        /// Success is 201; otherwise 200.
        pub answers_created: Rule,
        /// The body is bounded.
        pub bounded: Rule,
        /// A chosen `client_id` is ignored.
        pub chosen_client_id: Rule,
        /// Defaults are told.
        pub defaults: Rule,
        /// Errors are JSON; otherwise HTML.
        pub error_json: Rule,
        /// Bad redirect URIs are `invalid_redirect_uri`; otherwise `invalid_request`.
        pub error_codes: Rule,
        /// What else it gets wrong.
        pub fault: Watched<RegistrationFault>,
        /// Redirect URIs with a fragment are refused.
        pub fragment_redirect_uris: Rule,
        /// http redirect URIs are refused but for loopback.
        pub http_redirect_uris: Rule,
        /// Ids never look like URLs.
        pub ids: Rule,
        /// `jwks` with `jwks_uri` is refused.
        pub jwks_with_jwks_uri: Rule,
        /// Only JSON; otherwise form bodies too.
        pub json_only: Rule,
        /// Malformed JSON is a 400; otherwise a 500.
        pub malformed: Rule,
        /// Logout addresses are registered under the rules of redirect URIs; otherwise as they are.
        pub logout_uris: Rule,
        /// Redirect URIs must be there.
        pub missing_redirect_uris: Rule,
        /// `Cache-Control: no-store`.
        pub no_store: Rule,
        /// Private keys are refused.
        pub private_keys: Rule,
        /// Script redirect URIs are refused.
        pub script_redirect_uris: Rule,
        /// `client_secret_expires_at` is told.
        pub secret_expiry: Rule,
        /// A public client gets no secret.
        pub secret_for_none: Rule,
        /// Unknown members are ignored; otherwise refused.
        pub unknown_members: Rule,
        /// Wildcard redirect URIs are refused.
        pub wildcard_redirect_uris: Rule,
    }
}

decisions! {
    /// Registration management (RFC 7592).
    pub struct ManagementPolicy {
        /// A chosen secret is refused.
        pub chosen_secret: Rule,
        /// An authorization request leaves the registration alone; otherwise it writes back what it read.
        pub left_alone: Rule,
        /// Deletion is 204; otherwise 200.
        pub delete_no_content: Rule,
        /// Deletion ends the client.
        pub delete_client: Rule,
        /// Deletion ends grants and tokens.
        pub delete_grants: Rule,
        /// Deletion ends the registration token.
        pub delete_token: Rule,
        /// What else it gets wrong.
        pub fault: Watched<ManagementFault>,
        /// Members that the server owns are refused in an update.
        pub forbidden_members: Rule,
        /// `client_id` must be there and match in an update.
        pub matching_client_id: Rule,
        /// `Cache-Control: no-store`.
        pub no_store: Rule,
        /// A read tells all metadata.
        pub read_all: Rule,
        /// Members that an update leaves out are removed.
        pub replace: Rule,
        /// The token must be right.
        pub token: Rule,
        /// The token must be this client's.
        pub token_bound: Rule,
        /// An unknown client is 401; otherwise 404.
        pub unknown_is_unauthorized: Rule,
        /// Updates are validated as registrations are.
        pub validate: Rule,
    }
}

decisions! {
    /// Server metadata (RFC 8414).
    pub struct MetadataPolicy {
        /// Which algorithms for the assertions of clients are told.
        pub algorithms: Watched<AlgorithmsShown>,
        /// Web pages of strangers read the metadata without credentials; otherwise with the user's.
        pub anonymous: Rule,
        /// `code_challenge_methods_supported` is told.
        pub challenge_methods: Rule,
        /// `client_id_metadata_document_supported` is told.
        pub flag: Rule,
        /// That flag is true; otherwise false.
        pub flag_true: Rule,
        /// That flag is a boolean; otherwise a string.
        pub flag_boolean: Rule,
        /// The two documents agree; otherwise that of OpenID Connect has other addresses.
        pub documents_agree: Rule,
        /// What the addresses of endpoints look like.
        pub endpoints: Watched<EndpointsShown>,
        /// Which grant and response types are told.
        pub grants: Watched<GrantsShown>,
        /// `authorization_response_iss_parameter_supported` is told.
        pub iss_flag: Rule,
        /// Only the places of this issuer are served; otherwise those of any issuer below it.
        pub own_places: Rule,
        /// The status is 200; otherwise the document of OpenID Connect comes with 203.
        pub ok: Rule,
        /// The status is 200; otherwise the document of RFC 8414 comes with 203.
        pub ok_first: Rule,
        /// `private_key_jwt` is told.
        pub key_method: Rule,
        /// Methods without a shared secret are told.
        pub methods: Rule,
        /// Which issuer is told.
        pub issuer: Watched<IssuerShown>,
        /// The document is `application/json`; otherwise plain text.
        pub json: Rule,
        /// `response_types_supported` is told.
        pub response_types: Rule,
    }
}
