//! A table of mutants: rules that hold in one form, or at one place, and not in the next.

use crate::policy::Check;
use crate::policy::Mutant;

/// One row for each.
pub(crate) const MUTANTS: &[Mutant] = &[
    Mutant {
        name: "symmetric-keys-verify",
        summary: "verifies assertions by the symmetric keys that a client publishes",
        apply: |policy| {
            *policy.document.symmetric_keys = Check::Skip;
            *policy.assertion.no_symmetric_key = Check::Skip;
        },
    },
    Mutant {
        name: "document-secret-honoured",
        summary: "lets a client authenticate by the secret in its document",
        apply: |policy| {
            *policy.document.client_secret = Check::Skip;
            *policy.document.secret_methods = Check::Skip;
            *policy.document.secret_without_effect = Check::Skip;
        },
    },
    Mutant {
        name: "document-statement-secret-honoured",
        summary: "lets a client authenticate by the secret in the software statement of its document",
        apply: |policy| {
            *policy.document.statement_ignored = Check::Skip;
            *policy.document.secret_without_effect = Check::Skip;
        },
    },
    Mutant {
        name: "redirect-uri-checked-last-used-first",
        summary: "checks the last of two redirect URIs and uses the first",
        apply: |policy| {
            *policy.authorize.first_counts = Check::Skip;
            *policy.authorize.one_redirect_uri = Check::Skip;
        },
    },
];
