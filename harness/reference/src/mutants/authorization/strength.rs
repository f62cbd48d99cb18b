//! A table of mutants whose codes, tokens and references can be guessed.

use crate::policy::Made;
use crate::policy::Mutant;

/// One row for each.
pub(crate) const MUTANTS: &[Mutant] = &[
    Mutant {
        name: "codes-count-up",
        summary: "gives codes that are counted",
        apply: |policy| *policy.strength.codes = Made::Counted,
    },
    Mutant {
        name: "codes-short",
        summary: "gives codes of 66 random bits",
        apply: |policy| *policy.strength.codes = Made::Short,
    },
    Mutant {
        name: "access-tokens-short",
        summary: "gives access tokens of 66 random bits",
        apply: |policy| *policy.strength.access_tokens = Made::Short,
    },
    Mutant {
        name: "refresh-tokens-short",
        summary: "gives refresh tokens of 66 random bits",
        apply: |policy| *policy.strength.refresh_tokens = Made::Short,
    },
    Mutant {
        name: "request-uris-count-up",
        summary: "gives references to pushed requests that are counted",
        apply: |policy| *policy.strength.request_uris = Made::Counted,
    },
    Mutant {
        name: "request-uris-short",
        summary: "gives references to pushed requests with 66 random bits",
        apply: |policy| *policy.strength.request_uris = Made::Short,
    },
];
