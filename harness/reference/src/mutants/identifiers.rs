//! Mutants: what a client identifier may look like.

use super::Mutant;
use crate::policy::Check;
use crate::policy::FragmentRule;

/// One row for each.
pub(super) const MUTANTS: &[Mutant] = &[
    Mutant {
        name: "accepts-http-client-id",
        summary: "takes http URLs as client identifiers",
        apply: |policy| policy.url.scheme = Check::Skip,
    },
    Mutant {
        name: "accepts-userinfo",
        summary: "takes client identifiers with userinfo and fetches without it",
        apply: |policy| policy.url.userinfo = Check::Skip,
    },
    Mutant {
        name: "accepts-fragment",
        summary: "takes client identifiers with a fragment, but an empty one",
        apply: |policy| policy.url.fragment = FragmentRule::AcceptFilled,
    },
    Mutant {
        name: "accepts-empty-fragment",
        summary: "takes client identifiers with an empty fragment",
        apply: |policy| policy.url.fragment = FragmentRule::AcceptEmpty,
    },
    Mutant {
        name: "accepts-missing-path",
        summary: "takes client identifiers without a path",
        apply: |policy| policy.url.path = Check::Skip,
    },
    Mutant {
        name: "accepts-dot-segments",
        summary: "takes client identifiers with dot segments",
        apply: |policy| policy.url.dot_segments = Check::Skip,
    },
    Mutant {
        name: "accepts-encoded-dot-segments",
        summary: "takes `%2e` segments and lets a URL library resolve them",
        apply: |policy| policy.url.encoded_dot_segments = Check::Skip,
    },
    Mutant {
        name: "accepts-backslash",
        summary: "reads a backslash as a slash",
        apply: |policy| policy.url.backslash = Check::Skip,
    },
    Mutant {
        name: "strips-control-characters",
        summary: "strips control characters and spaces before it uses the URL",
        apply: |policy| policy.url.control_characters = Check::Skip,
    },
    Mutant {
        name: "accepts-numeric-hosts",
        summary: "reads hosts as inet_aton does, after the guard looked for dotted decimals",
        apply: |policy| policy.url.numeric_hosts = Check::Skip,
    },
];
