//! Mutants of the fetch on the wire: what is asked for, where, and what is told of the answer.

use crate::policy::LengthRule;
use crate::policy::Mutant;

/// One row for each.
pub(crate) const MUTANTS: &[Mutant] = &[
    Mutant {
        name: "first-length-counts",
        summary: "believes the first of several content lengths",
        apply: |policy| *policy.fetch.lengths = LengthRule::First,
    },
    Mutant {
        name: "length-before-coding",
        summary: "believes the content length of an answer that says it is chunked",
        apply: |policy| *policy.fetch.lengths = LengthRule::BeforeCoding,
    },
];
