//! A table of mutants of client authentication, at the token endpoint and beside it.

use crate::mutants::Mutant;
use crate::policy::Check;

pub(super) const MUTANTS: &[Mutant] = &[
    Mutant {
        name: "accepts-assertion-wrong-key",
        summary: "does not verify the signature of assertions",
        apply: |policy| *policy.assertion.signature = Check::Skip,
    },
    Mutant {
        name: "assertion-audience-not-checked",
        summary: "accepts assertions for other audiences",
        apply: |policy| *policy.assertion.audience = Check::Skip,
    },
    Mutant {
        name: "assertion-expiry-not-checked",
        summary: "accepts expired assertions",
        apply: |policy| *policy.assertion.expiry = Check::Skip,
    },
    Mutant {
        name: "assertion-subject-not-checked",
        summary: "accepts assertions about other subjects",
        apply: |policy| *policy.assertion.subject = Check::Skip,
    },
    Mutant {
        name: "assertion-alg-none-accepted",
        summary: "accepts unsigned assertions",
        apply: |policy| *policy.assertion.unsigned = Check::Skip,
    },
    Mutant {
        name: "assertion-not-required",
        summary: "lets clients with keys in without an assertion",
        apply: |policy| *policy.assertion.required = Check::Skip,
    },
    Mutant {
        name: "assertion-replay-accepted",
        summary: "accepts an assertion twice",
        apply: |policy| *policy.assertion.replay = Check::Skip,
    },
    Mutant {
        name: "revocation-answers-202",
        summary: "answers a revocation with 202",
        apply: |policy| *policy.token.revocation_ok = Check::Skip,
    },
    Mutant {
        name: "assertion-issuer-not-checked",
        summary: "accepts assertions that another client issued",
        apply: |policy| *policy.assertion.issuer = Check::Skip,
    },
    Mutant {
        name: "assertion-not-before-ignored",
        summary: "accepts assertions before they are valid",
        apply: |policy| *policy.assertion.not_before = Check::Skip,
    },
    Mutant {
        name: "assertion-expiry-optional",
        summary: "takes an assertion without expiry for one that never expires",
        apply: |policy| *policy.assertion.expires = Check::Skip,
    },
    Mutant {
        name: "assertion-crit-ignored",
        summary: "does not look at critical header members",
        apply: |policy| *policy.assertion.critical = Check::Skip,
    },
    Mutant {
        name: "assertion-type-not-checked",
        summary: "takes any JWT of the client for an assertion",
        apply: |policy| *policy.assertion.typed = Check::Skip,
    },
    Mutant {
        name: "assertion-mac-by-public-key",
        summary: "lets the header choose a MAC, with the public key as its secret",
        apply: |policy| *policy.assertion.no_mac = Check::Skip,
    },
    Mutant {
        name: "follows-jku",
        summary: "verifies an assertion by the keys that its header links to",
        apply: |policy| *policy.assertion.links_ignored = Check::Skip,
    },
    Mutant {
        name: "visits-jku",
        summary: "fetches what the header of an assertion links to, without the guard, and makes nothing of it",
        apply: |policy| *policy.assertion.links_not_visited = Check::Skip,
    },
    Mutant {
        name: "unknown-keys-fetched-each-time",
        summary: "fetches the keys of a client anew for each key that it does not know",
        apply: |policy| *policy.credentials.looks_bounded = Check::Skip,
    },
    Mutant {
        name: "assertion-alg-none-in-capitals",
        summary: "refuses `none` as the algorithm of an assertion and accepts `NONE`",
        apply: |policy| *policy.assertion.none_in_capitals = Check::Skip,
    },
    Mutant {
        name: "assertion-of-any-client",
        summary: "verifies an assertion by the keys of its issuer and lets it speak for the client that is named",
        apply: |policy| *policy.assertion.own_keys = Check::Skip,
    },
    Mutant {
        name: "two-methods-accepted",
        summary: "lets a client authenticate in two ways at once",
        apply: |policy| *policy.assertion.one_method = Check::Skip,
    },
    Mutant {
        name: "client-credentials-for-public",
        summary: "gives tokens for themselves to clients that do not authenticate",
        apply: |policy| *policy.token.credentials_authenticated = Check::Skip,
    },
    Mutant {
        name: "introspection-unauthenticated",
        summary: "tells everybody about tokens",
        apply: |policy| *policy.token.introspection_authenticated = Check::Skip,
    },
    Mutant {
        name: "revocation-unauthenticated",
        summary: "revokes tokens for everybody",
        apply: |policy| *policy.token.revocation_authenticated = Check::Skip,
    },
    Mutant {
        name: "revocation-without-effect",
        summary: "says that it revoked and does nothing",
        apply: |policy| *policy.token.revocation_ends = Check::Skip,
    },
    Mutant {
        name: "revocation-for-other-clients",
        summary: "revokes the tokens of other clients",
        apply: |policy| *policy.token.revocation_bound = Check::Skip,
    },
    Mutant {
        name: "par-unauthenticated",
        summary: "takes pushed requests of clients that did not authenticate",
        apply: |policy| *policy.authorize.par_authenticated = Check::Skip,
    },
];
