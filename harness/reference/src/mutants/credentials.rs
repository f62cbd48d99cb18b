//! Mutants of how clients with a document authenticate, and of where their keys come from.

use crate::mutants::Mutant;
use crate::policy::Check;

/// One row for each.
pub(super) const MUTANTS: &[Mutant] = &[
    Mutant {
        name: "absent-method-is-a-secret",
        summary: "takes the default of RFC 7591 for documents without a method",
        apply: |policy| *policy.credentials.absent_is_none = Check::Skip,
    },
    Mutant {
        name: "follows-x5u",
        summary: "fetches the certificates that a key links to",
        apply: |policy| *policy.credentials.certificates_left_alone = Check::Skip,
    },
    Mutant {
        name: "keys-unbounded",
        summary: "reads a JWK Set of any size",
        apply: |policy| *policy.credentials.keys_bounded = Check::Skip,
    },
    Mutant {
        name: "no-keys-is-none",
        summary: "takes a client without keys for a public one",
        apply: |policy| *policy.credentials.keys_needed = Check::Skip,
    },
    Mutant {
        name: "keys-fixed-at-first-sight",
        summary: "keeps the keys of the first copy of a document",
        apply: |policy| *policy.credentials.keys_renewed = Check::Skip,
    },
    Mutant {
        name: "keys-at-uri-kept-for-ever",
        summary: "fetches the keys at `jwks_uri` once",
        apply: |policy| *policy.credentials.keys_refetched = Check::Skip,
    },
    Mutant {
        name: "keys-unreachable-is-none",
        summary: "asks for no signature when the keys cannot be fetched",
        apply: |policy| *policy.credentials.keys_reached = Check::Skip,
    },
    Mutant {
        name: "methods-list-overlooked",
        summary: "takes a document with nothing but a list of methods for one of a public client",
        apply: |policy| *policy.credentials.list_counts = Check::Skip,
    },
    Mutant {
        name: "method-fixed-at-first-sight",
        summary: "keeps the method of the first copy of a document",
        apply: |policy| *policy.credentials.method_renewed = Check::Skip,
    },
    Mutant {
        name: "keys-of-both-accepted",
        summary: "takes the keys of `jwks` and of `jwks_uri`",
        apply: |policy| *policy.credentials.one_source = Check::Skip,
    },
    Mutant {
        name: "client-par-requirement-ignored",
        summary: "does not look at `require_pushed_authorization_requests` of documents",
        apply: |policy| *policy.credentials.pushed_as_asked = Check::Skip,
    },
    Mutant {
        name: "no-common-method-shown-here",
        summary: "shows an error page when no authentication method is common",
        apply: |policy| *policy.credentials.told_to_client = Check::Skip,
    },
    Mutant {
        name: "unknown-method-is-none",
        summary: "takes a client with an unknown method for a public one",
        apply: |policy| *policy.credentials.unknown_refused = Check::Skip,
    },
];
