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
    pub struct AuthorizePolicy at authorize {
        /// Of several redirect URIs one must be named; otherwise the first is taken.
        pub ambiguous_redirect: Rule
            => "first-redirect-uri-taken" "takes the first of several redirect URIs when a request names none",
        /// A request for a token at the authorization endpoint is refused.
        pub implicit: Rule
            => "implicit-granted" "gives tokens at the authorization endpoint",
        /// What is asked of the PKCE challenge.
        pub challenge: Watched<ChallengeRule>,
        /// How a denial is told.
        pub denial: Watched<Denial>,
        /// Errors about an unverified redirect URI are shown, never redirected.
        pub errors_stay_here: Rule
            => "redirects-errors-to-unverified-uri" "redirects errors to a redirect URI that it did not verify",
        /// Of repeated parameters the first counts; otherwise the last.
        pub first_counts: Rule,
        /// The `iss` parameter (RFC 9207).
        pub issuer: Watched<Issuer>,
        /// The query adds nothing to a pushed request.
        pub par_alone: Rule
            => "par-overridden-by-query" "lets the query replace parameters of a pushed request",
        /// A pushed request is bound to the client that pushed it.
        pub par_bound: Rule
            => "par-not-bound-to-client" "lets a client use another's pushed request",
        /// A pushed request ends with its lifetime.
        pub par_expires: Rule,
        /// A pushed request is used once.
        pub par_once: Rule
            => "par-reusable" "lets a pushed request be used again",
        /// Clients authenticate where they push requests.
        pub par_authenticated: Rule
            => "par-unauthenticated" "takes pushed requests of clients that did not authenticate",
        /// The guard is asked for the clients of pushed requests too.
        pub par_guarded: Rule
            => "par-without-guard" "does not ask the guard for the clients of pushed requests",
        /// The identifiers of pushed requests are judged like others.
        pub par_identifier: Rule
            => "par-without-identifier-rules" "judges no identifiers of pushed requests",
        /// The redirect URI of a pushed request is checked.
        pub par_redirect_uri: Rule
            => "par-does-not-check-redirect-uri" "does not check the redirect URI of pushed requests",
        /// Nothing of a user's request goes to the client's host.
        pub private: Rule
            => "fetch-carries-user-data" "tells the client's host who asks",
        /// An identifier that nobody registered is nobody's; otherwise it is a public client's, with any redirect URI.
        pub known_clients: Rule
            => "unknown-clients-taken" "takes an identifier that nobody registered for a public client that may use any redirect URI",
        /// The query of a redirect URI is kept character by character; otherwise it is encoded anew.
        pub query_literal: Rule
            => "redirect-query-rewritten" "decodes and encodes the query of a redirect URI anew",
        /// The query of a redirect URI is kept.
        pub query_retained: Rule
            => "redirect-query-dropped" "replaces the query of a redirect URI",
        /// The redirect URI is checked whatever the response mode.
        pub response_modes: Rule
            => "response-mode-skips-redirect-check" "does not check the redirect URI where a response mode is named",
        /// A parameter that comes twice is refused.
        pub repeated_parameters: Rule
            => "repeated-parameters-accepted" "takes the first of repeated parameters",
        /// A scope for offline access is answered as others are; otherwise the server fails.
        pub offline_access: Rule
            => "offline-access-fails" "fails when a client asks for offline access",
        /// A `request_uri` that was not pushed is refused unread; otherwise it is fetched without the guard.
        pub request_uri_left_alone: Rule
            => "fetches-request-uri" "fetches the `request_uri` and the `resource` of a request without the guard",
        /// What is asked of resource indicators.
        pub resources: Watched<ResourceRule>,
        /// Where pushed requests are required, others are refused; otherwise that is only said.
        pub par_required: Rule
            => "par-required-not-enforced" "says that requests must be pushed and takes others",
        /// The redirect URI that is used is the one that was checked; otherwise the last of several.
        pub one_redirect_uri: Rule
            => "redirect-uri-checked-first-used-last" "checks the first of two redirect URIs and uses the last",
        /// A parameter of the response stands beside one of the same name in the redirect URI; otherwise in its place.
        pub query_not_overridden: Rule
            => "redirect-query-overridden" "puts the response in the place of parameters that the redirect URI has",
        /// The answer goes to the redirect URI that was asked for; otherwise to the client's first.
        pub sent_where_asked: Rule
            => "answers-first-redirect-uri" "checks the redirect URI that is asked for and answers to the client's first",
        /// `state` is given back.
        pub state: Rule
            => "state-not-echoed" "does not give state back",
        /// `state` is given back whole.
        pub whole_state: Rule
            => "state-truncated" "gives back the first 1024 characters of `state`",
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
    pub struct TokenPolicy at token {
        /// Only clients that authenticate get tokens for themselves.
        pub credentials_authenticated: Rule
            => "client-credentials-for-public" "gives tokens for themselves to clients that do not authenticate",
        /// The scope of a token is told with it.
        pub scope_told: Rule
            => "token-scope-untold" "does not tell the scope of its tokens",
        /// Clients authenticate where they ask about tokens.
        pub introspection_authenticated: Rule
            => "introspection-unauthenticated" "tells everybody about tokens",
        /// Clients authenticate where they revoke tokens.
        pub revocation_authenticated: Rule
            => "revocation-unauthenticated" "revokes tokens for everybody",
        /// What is revoked is dead.
        pub revocation_ends: Rule
            => "revocation-without-effect" "says that it revoked and does nothing",
        /// A revocation is answered with 200.
        pub revocation_ok: Rule
            => "revocation-answers-202" "answers a revocation with 202",
        /// A client revokes its own tokens only.
        pub revocation_bound: Rule
            => "revocation-for-other-clients" "revokes the tokens of other clients",
        /// A code is bound to its client.
        pub code_bound_to_client: Rule
            => "code-not-bound-to-client" "redeems another client's code",
        /// A code is bound to its redirect URI.
        pub code_bound_to_redirect_uri: Rule
            => "code-not-bound-to-redirect-uri" "redeems a code with another redirect URI",
        /// A code is bound to its client's identifier as it was sent; otherwise to what a URL library makes of it.
        pub code_bound_exactly: Rule
            => "code-bound-to-normalised-id" "compares the client of a code by what a URL library makes of its identifier",
        /// A code is marked as used in the moment in which it is looked at.
        pub code_taken_at_once: Rule
            => "code-race" "marks a code as used some time after it looked",
        /// A public client is named in the token request; otherwise the code tells it.
        pub client_named: Rule
            => "code-names-client" "takes the client from the code when a token request names none",
        /// A verifier is taken for a code with a challenge only.
        pub downgrade: Rule,
        /// That a code was asked for by S256 is kept; otherwise its challenge is compared as plain too.
        pub challenge_method_kept: Rule
            => "pkce-compared-as-plain" "takes the challenge itself for its verifier",
        /// A code is bound to its client whatever that client is; otherwise for public clients only.
        pub code_bound_for_all: Rule
            => "code-bound-for-public-only" "binds the codes of public clients only",
        /// A refresh token is bound to its client whatever that client is; otherwise for public clients only.
        pub refresh_bound_for_all: Rule
            => "refresh-bound-for-public-only" "binds the refresh tokens of public clients only",
        /// Using a code again ends the access token too.
        pub code_reuse_ends_access: Rule
            => "code-reuse-keeps-access-token" "ends only the refresh token when a code is used again",
        /// User names and passwords are not looked at.
        pub no_password: Rule
            => "password-looked-at" "looks at user names and passwords at the token endpoint",
        /// User names and passwords give nothing; otherwise any of them gives tokens.
        pub passwords_give_nothing: Rule
            => "password-granted" "gives tokens for any user name and password",
        /// A client uses the grants only that it registered.
        pub registered_grants: Rule
            => "registered-grants-ignored" "gives tokens by grants that a client did not register",
        /// Access tokens live for an hour; otherwise for a week.
        pub short_lived: Rule
            => "tokens-live-for-a-week" "gives access tokens that live for a week",
        /// A refresh token is bound to its client's identifier as it was sent.
        pub refresh_bound_exactly: Rule
            => "refresh-bound-to-normalised-id" "compares the client of a refresh token by what a URL library makes of its identifier",
        /// A used refresh token is dead in the moment in which it is looked at.
        pub refresh_taken_at_once: Rule
            => "refresh-race" "ends a used refresh token some time after it looked",
        /// A new refresh token is another than the old; otherwise the same is given again.
        pub refresh_is_new: Rule
            => "refresh-token-repeated" "gives the used refresh token again",
        /// A code is used once.
        pub code_once: Rule
            => "code-reusable" "redeems a code twice",
        /// A client with a secret must send it.
        pub secret_required: Rule
            => "token-secret-not-required" "takes a client with a secret without it",
        /// Using a code again revokes what it gave.
        pub code_reuse_revokes: Rule
            => "code-reuse-keeps-tokens" "keeps the tokens of a code that is used again",
        /// A client whose document is gone is refused; otherwise the server fails.
        pub gone_clients: Rule
            => "token-endpoint-fails-without-document" "answers 500 to token requests of a client whose document is gone",
        /// Here too a document is fetched again when its lifetime is over; otherwise the one of the authorization is used.
        pub documents_renewed: Rule
            => "token-endpoint-keeps-documents" "goes on at the token endpoint with the document of the authorization, whatever became of it",
        /// The redirect URI of a code is the one that was asked for; otherwise one that is registered.
        pub redirect_uri_as_asked: Rule
            => "code-redirect-uri-as-registered" "redeems a code with a redirect URI only that is registered, port and all",
        /// `Cache-Control: no-store`.
        pub no_store: Rule
            => "token-response-cacheable" "does not forbid storing token responses",
        /// A refresh token is bound to its client.
        pub refresh_bound_to_client: Rule
            => "refresh-not-bound-to-client" "takes another client's refresh token",
        /// Using an old refresh token revokes its family.
        pub refresh_reuse_revokes: Rule
            => "refresh-reuse-keeps-family" "keeps the family of a refresh token that is used again",
        /// A refresh token is replaced at each use.
        pub refresh_rotates: Rule
            => "refresh-not-rotated" "keeps a refresh token for ever",
        /// The verifier is compared with the challenge.
        pub verifier: Rule
            => "pkce-not-verified" "does not compare the verifier",
    }
}

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

decisions! {
    /// Registration management (RFC 7592).
    pub struct ManagementPolicy at management {
        /// A chosen secret is refused.
        pub chosen_secret: Rule
            => "update-accepts-chosen-secret" "lets a client choose its secret",
        /// An authorization request leaves the registration alone; otherwise it writes back what it read.
        pub left_alone: Rule
            => "authorize-restores-registration" "writes a registration back as it was when an authorization request began",
        /// Deletion is 204; otherwise 200.
        pub delete_no_content: Rule
            => "delete-answers-200" "answers a deletion with 200",
        /// Deletion ends the client.
        pub delete_client: Rule
            => "delete-keeps-client" "keeps a deleted client",
        /// Deletion ends grants and tokens.
        pub delete_grants: Rule
            => "delete-keeps-grants" "keeps the grants of a deleted client",
        /// Deletion ends the registration token.
        pub delete_token: Rule
            => "delete-keeps-management-token" "lets the registration token of a deleted client read on",
        /// What else it gets wrong.
        pub fault: Watched<ManagementFault>,
        /// Members that the server owns are refused in an update.
        pub forbidden_members: Rule
            => "update-accepts-forbidden-members" "takes updates with members that the server owns",
        /// `client_id` must be there and match in an update.
        pub matching_client_id: Rule
            => "update-ignores-client-id-mismatch" "does not compare client_id in an update",
        /// `Cache-Control: no-store`.
        pub no_store: Rule
            => "management-cacheable" "does not forbid storing registrations that are read",
        /// A read tells all metadata.
        pub read_all: Rule
            => "read-omits-metadata" "tells only a part of a registration",
        /// Members that an update leaves out are removed.
        pub replace: Rule
            => "update-keeps-omitted-members" "keeps members that an update leaves out",
        /// The token must be right.
        pub token: Rule
            => "management-token-not-checked" "lets anyone manage a registration",
        /// The token must be this client's.
        pub token_bound: Rule
            => "management-foreign-token-accepted" "takes any client's registration token",
        /// An unknown client is 401; otherwise 404.
        pub unknown_is_unauthorized: Rule
            => "management-unknown-client-404" "answers 404 for unknown clients",
        /// Updates are validated as registrations are.
        pub validate: Rule
            => "update-skips-validation" "does not validate updates",
    }
}

decisions! {
    /// Server metadata (RFC 8414).
    pub struct MetadataPolicy at metadata {
        /// Which algorithms for the assertions of clients are told.
        pub algorithms: Watched<AlgorithmsShown>,
        /// Web pages of strangers read the metadata without credentials; otherwise with the user's.
        pub anonymous: Rule
            => "metadata-allows-credentials" "lets the pages of strangers read the metadata with the user's credentials",
        /// `code_challenge_methods_supported` is told.
        pub challenge_methods: Rule
            => "metadata-without-pkce-methods" "does not tell its challenge methods",
        /// `client_id_metadata_document_supported` is told.
        pub flag: Rule
            => "metadata-flag-missing" "does not tell that it takes metadata documents",
        /// That flag is true; otherwise false.
        pub flag_true: Rule
            => "metadata-flag-false" "says that it takes no documents, and takes them",
        /// That flag is a boolean; otherwise a string.
        pub flag_boolean: Rule
            => "metadata-flag-is-string" "tells it as a string",
        /// The two documents agree; otherwise that of OpenID Connect has other addresses.
        pub documents_agree: Rule
            => "openid-document-differs" "has other endpoints in the document of OpenID Connect",
        /// What the addresses of endpoints look like.
        pub endpoints: Watched<EndpointsShown>,
        /// Which grant and response types are told.
        pub grants: Watched<GrantsShown>,
        /// `authorization_response_iss_parameter_supported` is told.
        pub iss_flag: Rule
            => "iss-flag-missing" "sends `iss` and does not tell it",
        /// Only the places of this issuer are served; otherwise those of any issuer below it.
        pub own_places: Rule
            => "metadata-for-any-issuer" "shows metadata for any issuer that is asked for",
        /// The status is 200; otherwise the document of OpenID Connect comes with 203.
        pub ok: Rule
            => "metadata-answers-203" "shows the document of OpenID Connect with the status 203",
        /// The status is 200; otherwise the document of RFC 8414 comes with 203.
        pub ok_first: Rule
            => "metadata-answers-203-first" "shows the document of RFC 8414 with the status 203",
        /// `private_key_jwt` is told.
        pub key_method: Rule
            => "metadata-omits-private-key-jwt" "takes assertions and does not list `private_key_jwt`",
        /// Methods without a shared secret are told.
        pub methods: Rule
            => "metadata-secret-methods-only" "lists only methods with a shared secret",
        /// Which issuer is told.
        pub issuer: Watched<IssuerShown>,
        /// The document is `application/json`; otherwise plain text.
        pub json: Rule
            => "metadata-as-text" "shows its metadata as plain text",
        /// `response_types_supported` is told.
        pub response_types: Rule
            => "metadata-without-response-types" "leaves `response_types_supported` out of the metadata",
    }
}
