//! Mutants: what a client identifier may look like.

use crate::policy::FragmentRule;
use crate::policy::Mutant;
use crate::policy::UserinfoRule;

/// One row for each.
pub(crate) const MUTANTS: &[Mutant] = &[
    Mutant {
        name: "accepts-userinfo",
        summary: "takes client identifiers with userinfo and fetches without it",
        apply: |policy| *policy.url.userinfo = UserinfoRule::Drop,
    },
    Mutant {
        name: "accepts-fragment",
        summary: "takes client identifiers with a fragment, but an empty one",
        apply: |policy| *policy.url.fragment = FragmentRule::AcceptFilled,
    },
    Mutant {
        name: "accepts-empty-fragment",
        summary: "takes client identifiers with an empty fragment",
        apply: |policy| *policy.url.fragment = FragmentRule::AcceptEmpty,
    },
    Mutant {
        name: "userinfo-sent-as-basic",
        summary: "takes client identifiers with userinfo and sends it to the host as credentials",
        apply: |policy| *policy.url.userinfo = UserinfoRule::Send,
    },
];
