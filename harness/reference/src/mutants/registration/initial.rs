//! A table of mutants of initial access tokens: each wants one, which is conformant, and is wrong in one thing.

use crate::policy::Check;
use crate::policy::InitialTokenPolicy;
use crate::policy::Mutant;
use crate::policy::Policy;
use crate::policy::Way;

/// One row for each.
pub(crate) const MUTANTS: &[Mutant] = &[
    Mutant {
        name: "registration-any-initial-token",
        summary: "wants an initial access token, and takes any",
        apply: |policy| *wanted(policy).known = Check::Skip,
    },
    Mutant {
        name: "registration-initial-token-untold",
        summary: "wants an initial access token, and refuses without a word of it",
        apply: |policy| *wanted(policy).told = Check::Skip,
    },
    Mutant {
        name: "registration-initial-token-expired-accepted",
        summary: "wants an initial access token, and takes one that has expired",
        apply: |policy| *wanted(policy).expiry = Check::Skip,
    },
    Mutant {
        name: "registration-initial-token-in-query",
        summary: "wants an initial access token, and takes it from the query too",
        apply: |policy| *wanted(policy).header_only = Check::Skip,
    },
    Mutant {
        name: "registration-initial-token-half-compared",
        summary: "wants an initial access token, and compares its first half",
        apply: |policy| *wanted(policy).whole = Check::Skip,
    },
    Mutant {
        name: "registration-opened-by-any-token",
        summary: "wants an initial access token, and takes any token that it ever gave to a client",
        apply: |policy| *wanted(policy).own_kind = Check::Skip,
    },
    Mutant {
        name: "registration-initial-token-race",
        summary: "wants an initial access token for each registration, and ends it some time after it looked",
        apply: |policy| {
            *policy.choice.registration.initial_token_reused = Way::Other;
            *wanted(policy).taken_at_once = Check::Skip;
        },
    },
];

/// The decisions of a server that wants an initial access token.
fn wanted(policy: &mut Policy) -> &mut InitialTokenPolicy {
    *policy.initial_token.anybody = Check::Skip;
    &mut policy.initial_token
}
