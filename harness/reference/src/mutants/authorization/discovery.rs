//! A table of mutants of codes, tokens and metadata.

use crate::policy::AlgorithmsShown;
use crate::policy::ChallengeRule;
use crate::policy::Check;
use crate::policy::EndpointsShown;
use crate::policy::GrantsShown;
use crate::policy::Mutant;
use crate::policy::ResourceRule;

/// One row for each.
pub(crate) const MUTANTS: &[Mutant] = &[
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
        name: "pkce-downgrade-accepted",
        summary: "lets the challenge be missing, and takes a verifier for such a code",
        apply: |policy| {
            *policy.authorize.challenge = ChallengeRule::Optional;
            *policy.token.downgrade = Check::Skip;
        },
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
];
