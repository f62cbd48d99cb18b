//! A table of mutants of software statements.

use crate::mutants::Mutant;
use crate::policy::Check;

/// One row for each.
pub(super) const MUTANTS: &[Mutant] = &[
    Mutant {
        name: "statement-for-others-accepted",
        summary: "takes a software statement that is for another audience",
        apply: |policy| *policy.statement.audience = Check::Skip,
    },
    Mutant {
        name: "statement-critical-ignored",
        summary: "takes a software statement with critical header members that it does not understand",
        apply: |policy| *policy.statement.critical = Check::Skip,
    },
    Mutant {
        name: "statement-expired-accepted",
        summary: "takes a software statement that has expired",
        apply: |policy| *policy.statement.expiry = Check::Skip,
    },
    Mutant {
        name: "statement-of-any-issuer-accepted",
        summary: "takes a software statement of any issuer that has the trusted key",
        apply: |policy| *policy.statement.issuer = Check::Skip,
    },
    Mutant {
        name: "statement-without-issuer-accepted",
        summary: "takes a software statement that names no issuer",
        apply: |policy| *policy.statement.issuer_named = Check::Skip,
    },
    Mutant {
        name: "statement-brings-its-key",
        summary: "verifies a software statement by the key in its header",
        apply: |policy| *policy.statement.known_key = Check::Skip,
    },
    Mutant {
        name: "statement-not-yet-accepted",
        summary: "takes a software statement that is not valid yet",
        apply: |policy| *policy.statement.not_before = Check::Skip,
    },
    Mutant {
        name: "statement-error-untold",
        summary: "refuses a software statement as any other member",
        apply: |policy| *policy.statement.own_error = Check::Skip,
    },
    Mutant {
        name: "statement-loses-to-json",
        summary: "prefers the plain members to those of a trusted software statement",
        apply: |policy| *policy.statement.precedence = Check::Skip,
    },
    Mutant {
        name: "statement-not-returned",
        summary: "does not tell the software statement that it used",
        apply: |policy| *policy.statement.returned = Check::Skip,
    },
    Mutant {
        name: "statement-returned-unsigned",
        summary: "tells the software statement that it used without its signature",
        apply: |policy| *policy.statement.returned_whole = Check::Skip,
    },
    Mutant {
        name: "statement-signature-unchecked",
        summary: "does not verify the signature of a software statement",
        apply: |policy| *policy.statement.signature = Check::Skip,
    },
    Mutant {
        name: "statement-unsigned-accepted",
        summary: "takes an unsigned software statement in the name of the trusted issuer",
        apply: |policy| *policy.statement.unsigned = Check::Skip,
    },
    Mutant {
        name: "statement-values-untold",
        summary: "does not tell what it used of a software statement",
        apply: |policy| *policy.statement.values_told = Check::Skip,
    },
];
