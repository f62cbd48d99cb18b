//! Mutants: what a document may say.

use crate::policy::IdComparison;
use crate::policy::Mutant;

/// One row for each.
pub(crate) const MUTANTS: &[Mutant] = &[
    Mutant {
        name: "client-id-not-compared",
        summary: "does not compare the document's client_id",
        apply: |policy| *policy.document.comparison = IdComparison::Never,
    },
    Mutant {
        name: "client-id-compared-ignoring-case",
        summary: "compares client_id without case",
        apply: |policy| *policy.document.comparison = IdComparison::IgnoringCase,
    },
    Mutant {
        name: "client-id-compared-normalised",
        summary: "compares client_id after normalising both",
        apply: |policy| *policy.document.comparison = IdComparison::Normalised,
    },
    Mutant {
        name: "client-id-trailing-slash-ignored",
        summary: "compares client_id without a trailing slash",
        apply: |policy| *policy.document.comparison = IdComparison::TrailingSlash,
    },
    Mutant {
        name: "client-id-host-only-compared",
        summary: "compares the hosts of client_id only",
        apply: |policy| *policy.document.comparison = IdComparison::HostOnly,
    },
];
