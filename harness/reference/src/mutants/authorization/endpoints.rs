//! A table of mutants of the endpoints that clients and users speak to, one wrong thing each.

use crate::policy::EndpointFault;
use crate::policy::Mutant;

/// One row for each.
pub(crate) const MUTANTS: &[Mutant] = &[
    Mutant {
        name: "authorization-endpoint-cross-origin",
        summary: "lets the pages of strangers read the authorization endpoint",
        apply: |policy| *policy.endpoint = EndpointFault::CrossOrigin,
    },
    Mutant {
        name: "backchannel-unauthenticated",
        summary: "takes requests over the back channel from whoever names a client",
        apply: |policy| *policy.endpoint = EndpointFault::BackchannelUnauthenticated,
    },
    Mutant {
        name: "device-unauthenticated",
        summary: "authorizes devices for whoever names a client",
        apply: |policy| *policy.endpoint = EndpointFault::DeviceUnauthenticated,
    },
    Mutant {
        name: "metadata-empty-list",
        summary: "lists nothing in a member of its metadata instead of leaving it out",
        apply: |policy| *policy.endpoint = EndpointFault::EmptyList,
    },
    Mutant {
        name: "empty-parameters-count",
        summary: "takes a parameter without a value for one with an empty value",
        apply: |policy| *policy.endpoint = EndpointFault::EmptyCounts,
    },
    Mutant {
        name: "par-answers-200",
        summary: "answers a pushed request with 200",
        apply: |policy| *policy.endpoint = EndpointFault::PushIsOk,
    },
    Mutant {
        name: "par-takes-request-uri",
        summary: "lets a pushed request refer to another",
        apply: |policy| *policy.endpoint = EndpointFault::PushRefers,
    },
    Mutant {
        name: "response-type-not-checked",
        summary: "gives a code whatever the response type is",
        apply: |policy| *policy.endpoint = EndpointFault::AnyResponseType,
    },
    Mutant {
        name: "repeated-token-parameters-taken",
        summary: "takes the first of repeated parameters at the token endpoint",
        apply: |policy| *policy.endpoint = EndpointFault::RepeatedTaken,
    },
    Mutant {
        name: "redirects-with-302",
        summary: "answers forms of the user with 302",
        apply: |policy| *policy.endpoint = EndpointFault::Found,
    },
    Mutant {
        name: "redirects-with-308",
        summary: "answers forms of the user with 308",
        apply: |policy| *policy.endpoint = EndpointFault::Permanent,
    },
    Mutant {
        name: "refresh-widens-scope",
        summary: "gives whatever scope a refresh asks for",
        apply: |policy| *policy.endpoint = EndpointFault::RefreshWidens,
    },
    Mutant {
        name: "revocation-keeps-access-tokens",
        summary: "ends a revoked refresh token and not the access tokens beside it",
        apply: |policy| *policy.endpoint = EndpointFault::RevocationKeepsAccess,
    },
    Mutant {
        name: "revocation-trusts-hint",
        summary: "looks for a token among those of the hint only",
        apply: |policy| *policy.endpoint = EndpointFault::RevocationTrustsHint,
    },
    Mutant {
        name: "revocation-refuses-unknown",
        summary: "answers the revocation of an unknown token with an error",
        apply: |policy| *policy.endpoint = EndpointFault::RevocationWantsKnown,
    },
    Mutant {
        name: "basic-refused-without-challenge",
        summary: "answers a client that failed at HTTP authentication with 400",
        apply: |policy| *policy.endpoint = EndpointFault::Unchallenged,
    },
    Mutant {
        name: "unknown-place-keeps-token",
        summary: "leaves the registration token alive that asked for a client that does not exist",
        apply: |policy| *policy.endpoint = EndpointFault::UnknownPlaceKeepsToken,
    },
    Mutant {
        name: "unknown-parameters-refused",
        summary: "refuses authorization requests with parameters that it does not know",
        apply: |policy| *policy.endpoint = EndpointFault::UnknownRefused,
    },
    Mutant {
        name: "weakened-client-renews",
        summary: "renews the tokens of a client that authenticated and does so no more",
        apply: |policy| *policy.endpoint = EndpointFault::WeakenedRenews,
    },
    Mutant {
        name: "wrong-replay-revokes",
        summary: "ends the tokens of a code when somebody without its verifier presents it",
        apply: |policy| *policy.endpoint = EndpointFault::WrongReplayRevokes,
    },
];
