//! Mutants: what a client identifier may look like.

use crate::mutants::Mutant;
use crate::policy::Check;
use crate::policy::FragmentRule;
use crate::policy::UserinfoRule;

/// One row for each.
pub(super) const MUTANTS: &[Mutant] = &[
    Mutant {
        name: "odd-identifiers-fail",
        summary: "fails where an identifier has an address as its host, the path of the root or an encoded letter",
        apply: |policy| *policy.url.odd_ones = Check::Skip,
    },
    Mutant {
        name: "port-that-is-none-taken",
        summary: "takes the port of https where an identifier has one that is none",
        apply: |policy| *policy.url.port_is_one = Check::Skip,
    },
    Mutant {
        name: "loopback-hosts-excepted",
        summary: "fetches over http from its own machine, whatever the port, as if it were always under development",
        apply: |policy| *policy.url.loopback_hosts = Check::Skip,
    },
    Mutant {
        name: "accepts-http-client-id",
        summary: "takes http URLs as client identifiers",
        apply: |policy| *policy.url.scheme = Check::Skip,
    },
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
        name: "accepts-missing-path",
        summary: "takes client identifiers without a path",
        apply: |policy| *policy.url.path = Check::Skip,
    },
    Mutant {
        name: "accepts-dot-segments",
        summary: "takes client identifiers with dot segments",
        apply: |policy| *policy.url.dot_segments = Check::Skip,
    },
    Mutant {
        name: "accepts-encoded-dot-segments",
        summary: "takes `%2e` segments and lets a URL library resolve them",
        apply: |policy| *policy.url.encoded_dot_segments = Check::Skip,
    },
    Mutant {
        name: "accepts-backslash",
        summary: "reads a backslash as a slash",
        apply: |policy| *policy.url.backslash = Check::Skip,
    },
    Mutant {
        name: "strips-control-characters",
        summary: "strips control characters and spaces before it uses the URL",
        apply: |policy| *policy.url.control_characters = Check::Skip,
    },
    Mutant {
        name: "accepts-numeric-hosts",
        summary: "reads hosts as inet_aton does, after the guard looked for dotted decimals",
        apply: |policy| *policy.url.numeric_hosts = Check::Skip,
    },
    Mutant {
        name: "accepts-zones",
        summary: "takes addresses with a zone, which its guard does not know",
        apply: |policy| *policy.url.zones = Check::Skip,
    },
    Mutant {
        name: "par-without-identifier-rules",
        summary: "judges no identifiers of pushed requests",
        apply: |policy| *policy.authorize.par_identifier = Check::Skip,
    },
    Mutant {
        name: "repairs-authority",
        summary: "puts the slashes before a host in order before it fetches",
        apply: |policy| *policy.url.authority = Check::Skip,
    },
    Mutant {
        name: "userinfo-sent-as-basic",
        summary: "takes client identifiers with userinfo and sends it to the host as credentials",
        apply: |policy| *policy.url.userinfo = UserinfoRule::Send,
    },
    Mutant {
        name: "parameters-stripped-before-fetch",
        summary: "leaves out what follows a `;` when it fetches a document",
        apply: |policy| *policy.url.parameters_sent = Check::Skip,
    },
];
