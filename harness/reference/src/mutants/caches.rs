//! Mutants: what is kept, and how long.

use crate::mutants::Mutant;
use crate::policy::Check;

/// One row for each.
pub(super) const MUTANTS: &[Mutant] = &[
    Mutant {
        name: "cache-never-expires",
        summary: "keeps documents for ever",
        apply: |policy| *policy.cache.expiry = Check::Skip,
    },
    Mutant {
        name: "cache-ignores-no-store",
        summary: "keeps documents that say no-store",
        apply: |policy| *policy.cache.no_store = Check::Skip,
    },
    Mutant {
        name: "caches-errors",
        summary: "keeps failed fetches",
        apply: |policy| *policy.cache.errors = Check::Skip,
    },
    Mutant {
        name: "caches-invalid-documents",
        summary: "keeps invalid documents",
        apply: |policy| *policy.cache.invalid = Check::Skip,
    },
    Mutant {
        name: "cache-key-ignores-case",
        summary: "shares the cache between identifiers that differ in case",
        apply: |policy| *policy.cache.key_case = Check::Skip,
    },
    Mutant {
        name: "cache-key-ignores-query",
        summary: "shares the cache between identifiers that differ in the query",
        apply: |policy| *policy.cache.key_query = Check::Skip,
    },
    Mutant {
        name: "cache-ignores-age",
        summary: "does not count the age of a response",
        apply: |policy| *policy.cache.age = Check::Skip,
    },
    Mutant {
        name: "cache-ignores-expires",
        summary: "keeps documents whose Expires is past",
        apply: |policy| *policy.cache.expires = Check::Skip,
    },
    Mutant {
        name: "cache-ignores-s-maxage",
        summary: "lets max-age win over s-maxage",
        apply: |policy| *policy.cache.shared_lifetime = Check::Skip,
    },
    Mutant {
        name: "cache-lifetime-doubled",
        summary: "keeps documents twice as long as they say",
        apply: |policy| *policy.cache.lifetime = Check::Skip,
    },
    Mutant {
        name: "cache-reads-lower-case-only",
        summary: "knows cache directives in lower case only",
        apply: |policy| *policy.cache.directive_case = Check::Skip,
    },
    Mutant {
        name: "cache-refuses-odd-lifetimes",
        summary: "refuses documents whose lifetime is no number that it can hold",
        apply: |policy| *policy.cache.odd_lifetimes = Check::Skip,
    },
    Mutant {
        name: "cache-key-normalised",
        summary: "normalises identifiers before it looks into its cache",
        apply: |policy| *policy.cache.key_as_sent = Check::Skip,
    },
    Mutant {
        name: "cache-serves-stale-on-error",
        summary: "uses a stale document when it cannot be fetched",
        apply: |policy| *policy.cache.stale = Check::Skip,
    },
    Mutant {
        name: "caches-failed-lookups",
        summary: "remembers that a name did not resolve",
        apply: |policy| *policy.cache.lookups = Check::Skip,
    },
    Mutant {
        name: "not-modified-is-an-error",
        summary: "refuses a client whose document did not change",
        apply: |policy| *policy.cache.not_modified = Check::Skip,
    },
    Mutant {
        name: "logo-refetched",
        summary: "fetches the logo at each request",
        apply: |policy| *policy.cache.logos = Check::Skip,
    },
    Mutant {
        name: "cache-key-cut-off",
        summary: "looks documents up by the first 255 characters of their identifiers",
        apply: |policy| *policy.cache.key_whole = Check::Skip,
    },
];
