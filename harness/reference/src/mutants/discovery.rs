//! A table of mutants of codes, tokens and metadata.

use crate::mutants::Mutant;
use crate::policy::AlgorithmsShown;
use crate::policy::ChallengeRule;
use crate::policy::Check;
use crate::policy::EndpointsShown;
use crate::policy::GrantsShown;
use crate::policy::ResourceRule;

/// One row for each.
pub(super) const MUTANTS: &[Mutant] = &[
    Mutant {
        name: "metadata-allows-credentials",
        summary: "lets the pages of strangers read the metadata with the user's credentials",
        apply: |policy| *policy.metadata.anonymous = Check::Skip,
    },
    Mutant {
        name: "metadata-omits-signing-algorithms",
        summary: "tells that clients may sign assertions, and not with which algorithms",
        apply: |policy| *policy.metadata.algorithms = AlgorithmsShown::Nothing,
    },
    Mutant {
        name: "metadata-lists-unsigned",
        summary: "lists `none` among the algorithms of assertions",
        apply: |policy| *policy.metadata.algorithms = AlgorithmsShown::Unsigned,
    },
    Mutant {
        name: "metadata-registration-http",
        summary: "tells a registration endpoint in plain http",
        apply: |policy| *policy.metadata.endpoints = EndpointsShown::HttpRegistration,
    },
    Mutant {
        name: "implicit-granted",
        summary: "gives tokens at the authorization endpoint",
        apply: |policy| *policy.authorize.implicit = Check::Skip,
    },
    Mutant {
        name: "offline-access-fails",
        summary: "fails when a client asks for offline access",
        apply: |policy| *policy.authorize.offline_access = Check::Skip,
    },
    Mutant {
        name: "several-resources-refused",
        summary: "refuses a request with two resource indicators, with `invalid_request`",
        apply: |policy| *policy.authorize.resources = ResourceRule::One,
    },
    Mutant {
        name: "resource-refused",
        summary: "refuses every request with a resource indicator, with `invalid_request`",
        apply: |policy| *policy.authorize.resources = ResourceRule::Nothing,
    },
    Mutant {
        name: "resource-malformed-accepted",
        summary: "takes any text for a resource indicator",
        apply: |policy| *policy.authorize.resources = ResourceRule::Anything,
    },
    Mutant {
        name: "resource-upper-case-refused",
        summary: "refuses resource indicators with upper-case letters in scheme or host",
        apply: |policy| *policy.authorize.resources = ResourceRule::LowerCase,
    },
    Mutant {
        name: "par-required-not-enforced",
        summary: "says that requests must be pushed and takes others",
        apply: |policy| *policy.authorize.par_required = Check::Skip,
    },
    Mutant {
        name: "state-truncated",
        summary: "gives back the first 1024 characters of `state`",
        apply: |policy| *policy.authorize.whole_state = Check::Skip,
    },
    Mutant {
        name: "code-bound-to-normalised-id",
        summary: "compares the client of a code by what a URL library makes of its identifier",
        apply: |policy| *policy.token.code_bound_exactly = Check::Skip,
    },
    Mutant {
        name: "code-race",
        summary: "marks a code as used some time after it looked",
        apply: |policy| *policy.token.code_taken_at_once = Check::Skip,
    },
    Mutant {
        name: "code-names-client",
        summary: "takes the client from the code when a token request names none",
        apply: |policy| *policy.token.client_named = Check::Skip,
    },
    Mutant {
        name: "pkce-downgrade-accepted",
        summary: "lets the challenge be missing, and takes a verifier for such a code",
        apply: |policy| {
            *policy.authorize.challenge = ChallengeRule::Optional;
            *policy.token.downgrade = Check::Skip;
        },
    },
    Mutant {
        name: "password-granted",
        summary: "gives tokens for any user name and password",
        apply: |policy| *policy.token.passwords_give_nothing = Check::Skip,
    },
    Mutant {
        name: "password-looked-at",
        summary: "looks at user names and passwords at the token endpoint",
        apply: |policy| *policy.token.no_password = Check::Skip,
    },
    Mutant {
        name: "tokens-live-for-a-week",
        summary: "gives access tokens that live for a week",
        apply: |policy| *policy.token.short_lived = Check::Skip,
    },
    Mutant {
        name: "refresh-bound-to-normalised-id",
        summary: "compares the client of a refresh token by what a URL library makes of its identifier",
        apply: |policy| *policy.token.refresh_bound_exactly = Check::Skip,
    },
    Mutant {
        name: "refresh-race",
        summary: "ends a used refresh token some time after it looked",
        apply: |policy| *policy.token.refresh_taken_at_once = Check::Skip,
    },
    Mutant {
        name: "refresh-token-repeated",
        summary: "gives the used refresh token again",
        apply: |policy| *policy.token.refresh_is_new = Check::Skip,
    },
    Mutant {
        name: "authorize-restores-registration",
        summary: "writes a registration back as it was when an authorization request began",
        apply: |policy| *policy.management.left_alone = Check::Skip,
    },
    Mutant {
        name: "openid-document-differs",
        summary: "has other endpoints in the document of OpenID Connect",
        apply: |policy| *policy.metadata.documents_agree = Check::Skip,
    },
    Mutant {
        name: "metadata-http-endpoint",
        summary: "lists an endpoint by http",
        apply: |policy| *policy.metadata.endpoints = EndpointsShown::Http,
    },
    Mutant {
        name: "metadata-endpoint-with-fragment",
        summary: "lists an endpoint with a fragment",
        apply: |policy| *policy.metadata.endpoints = EndpointsShown::Fragment,
    },
    Mutant {
        name: "metadata-lists-implicit",
        summary: "lists the implicit grant",
        apply: |policy| *policy.metadata.grants = GrantsShown::Implicit,
    },
    Mutant {
        name: "metadata-omits-refresh-grant",
        summary: "lists its grant types without refresh tokens",
        apply: |policy| *policy.metadata.grants = GrantsShown::WithoutRefresh,
    },
    Mutant {
        name: "iss-flag-missing",
        summary: "sends `iss` and does not tell it",
        apply: |policy| *policy.metadata.iss_flag = Check::Skip,
    },
    Mutant {
        name: "metadata-for-any-issuer",
        summary: "shows metadata for any issuer that is asked for",
        apply: |policy| *policy.metadata.own_places = Check::Skip,
    },
    Mutant {
        name: "metadata-answers-203",
        summary: "shows the document of OpenID Connect with the status 203",
        apply: |policy| *policy.metadata.ok = Check::Skip,
    },
    Mutant {
        name: "metadata-answers-203-first",
        summary: "shows the document of RFC 8414 with the status 203",
        apply: |policy| *policy.metadata.ok_first = Check::Skip,
    },
    Mutant {
        name: "metadata-secret-methods-only",
        summary: "lists only methods with a shared secret",
        apply: |policy| *policy.metadata.methods = Check::Skip,
    },
    Mutant {
        name: "page-loads-third-party",
        summary: "loads a script of another origin on its pages",
        apply: |policy| *policy.pages.own_parts = Check::Skip,
    },
];
