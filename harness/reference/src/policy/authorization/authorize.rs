//! Authorization requests and responses.

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
