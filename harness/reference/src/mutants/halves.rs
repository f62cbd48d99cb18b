//! A table of mutants: rules that hold in one form, or at one place, and not in the next.

use crate::mutants::Mutant;
use crate::policy::Check;

/// One row for each.
pub(super) const MUTANTS: &[Mutant] = &[
    Mutant {
        name: "key-alg-listed-and-refused",
        summary: "lists algorithms for assertions and takes ES256 only",
        apply: |policy| *policy.assertion.listed_algorithms = Check::Skip,
    },
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
        name: "metadata-omits-private-key-jwt",
        summary: "takes assertions and does not list `private_key_jwt`",
        apply: |policy| *policy.metadata.key_method = Check::Skip,
    },
    Mutant {
        name: "refetches-and-keeps-old",
        summary: "fetches a document again and goes on with the one that it has",
        apply: |policy| *policy.cache.replaced = Check::Skip,
    },
    Mutant {
        name: "cache-serves-stale-on-invalid",
        summary: "goes on with the document that it has when the new one is invalid",
        apply: |policy| *policy.cache.invalid_ends = Check::Skip,
    },
    Mutant {
        name: "redirect-uri-checked-first-used-last",
        summary: "checks the first of two redirect URIs and uses the last",
        apply: |policy| *policy.authorize.one_redirect_uri = Check::Skip,
    },
    Mutant {
        name: "redirect-uri-checked-last-used-first",
        summary: "checks the last of two redirect URIs and uses the first",
        apply: |policy| {
            *policy.authorize.first_counts = Check::Skip;
            *policy.authorize.one_redirect_uri = Check::Skip;
        },
    },
    Mutant {
        name: "redirect-query-overridden",
        summary: "puts the response in the place of parameters that the redirect URI has",
        apply: |policy| *policy.authorize.query_not_overridden = Check::Skip,
    },
    Mutant {
        name: "answers-first-redirect-uri",
        summary: "checks the redirect URI that is asked for and answers to the client's first",
        apply: |policy| *policy.authorize.sent_where_asked = Check::Skip,
    },
    Mutant {
        name: "consent-host-in-hidden-field",
        summary: "has the client's host in a hidden field and shows it to nobody",
        apply: |policy| *policy.pages.client_host_visible = Check::Skip,
    },
    Mutant {
        name: "redirect-host-in-hidden-field",
        summary: "has the redirect host in a hidden field and shows it to nobody",
        apply: |policy| *policy.pages.redirect_host_visible = Check::Skip,
    },
    Mutant {
        name: "consent-framable-by-anybody",
        summary: "has a rule about framing that allows it to everybody",
        apply: |policy| *policy.pages.framing_closed = Check::Skip,
    },
];
