//! A table of mutants that write to their log what should not stand there.

use crate::policy::LogFault;
use crate::policy::Mutant;

/// One row for each.
pub(crate) const MUTANTS: &[Mutant] = &[
    Mutant {
        name: "logs-assertions",
        summary: "writes the assertions of clients to its log",
        apply: |policy| *policy.log = LogFault::Assertions,
    },
    Mutant {
        name: "logs-codes",
        summary: "writes codes to its log",
        apply: |policy| *policy.log = LogFault::Codes,
    },
    Mutant {
        name: "logs-line-breaks",
        summary: "writes names and identifiers of clients to its log as they are",
        apply: |policy| *policy.log = LogFault::LineBreaks,
    },
    Mutant {
        name: "logs-registration-secrets",
        summary: "writes the answers of registrations to its log",
        apply: |policy| *policy.log = LogFault::RegistrationSecrets,
    },
    Mutant {
        name: "logs-tokens",
        summary: "writes the answers of the token endpoint to its log",
        apply: |policy| *policy.log = LogFault::Tokens,
    },
];
