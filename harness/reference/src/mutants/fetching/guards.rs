//! Mutants: which addresses are kept out.

use crate::cimd::Block;
use crate::policy::Check;
use crate::policy::Mutant;

/// One row for each.
pub(crate) const MUTANTS: &[Mutant] = &[
    Mutant {
        name: "other-ports-not-checked",
        summary: "contacts any address at other ports than that of https, and tries a closed one twice",
        apply: |policy| {
            *policy.fetch.guard.other_ports = Check::Skip;
            *policy.fetch.guard.tried_once = Check::Skip;
        },
    },
    Mutant {
        name: "only-rfc1918-checked",
        summary: "refuses private IPv4 addresses and nothing else",
        apply: |policy| *policy.fetch.guard.forgotten = all_but(&[Block::Private]),
    },
    Mutant {
        name: "checks-first-usable-answer-only",
        summary: "judges the first answer to which there is a route, and contacts them all",
        apply: |policy| {
            *policy.fetch.guard.all_answers = Check::Skip;
            *policy.fetch.guard.answer_order = Check::Skip;
        },
    },
    Mutant {
        name: "mapped-not-unwrapped",
        summary: "takes IPv4-mapped addresses for global ones",
        apply: |policy| *policy.fetch.guard.forgotten = vec![Block::Mapped],
    },
    Mutant {
        name: "nat64-not-checked",
        summary: "forgets NAT64 (64:ff9b::/96)",
        apply: |policy| *policy.fetch.guard.forgotten = vec![Block::Nat64],
    },
    Mutant {
        name: "six-to-four-not-checked",
        summary: "forgets 6to4 (2002::/16, 192.88.99.0/24)",
        apply: |policy| *policy.fetch.guard.forgotten = vec![Block::SixToFour],
    },
    Mutant {
        name: "isatap-not-checked",
        summary: "forgets ISATAP interface identifiers",
        apply: |policy| *policy.fetch.guard.forgotten = vec![Block::Isatap],
    },
    Mutant {
        name: "compatible-not-checked",
        summary: "forgets IPv4-compatible addresses (::/96)",
        apply: |policy| *policy.fetch.guard.forgotten = vec![Block::Compatible],
    },
    Mutant {
        name: "link-local-not-checked",
        summary: "forgets link-local addresses and cloud metadata services",
        apply: |policy| *policy.fetch.guard.forgotten = vec![Block::LinkLocal],
    },
    Mutant {
        name: "loopback-not-checked",
        summary: "forgets loopback",
        apply: |policy| *policy.fetch.guard.forgotten = vec![Block::Loopback],
    },
    Mutant {
        name: "shared-address-space-not-checked",
        summary: "forgets 100.64.0.0/10",
        apply: |policy| *policy.fetch.guard.forgotten = vec![Block::SharedAddressSpace],
    },
    Mutant {
        name: "reserved-not-checked",
        summary: "forgets 240.0.0.0/4",
        apply: |policy| *policy.fetch.guard.forgotten = vec![Block::Reserved],
    },
    Mutant {
        name: "documentation-not-checked",
        summary: "forgets the documentation blocks",
        apply: |policy| *policy.fetch.guard.forgotten = vec![Block::Documentation],
    },
    Mutant {
        name: "unique-local-not-checked",
        summary: "forgets fc00::/7",
        apply: |policy| *policy.fetch.guard.forgotten = vec![Block::UniqueLocal],
    },
    Mutant {
        name: "private-not-checked",
        summary: "forgets the private IPv4 blocks",
        apply: |policy| *policy.fetch.guard.forgotten = vec![Block::Private],
    },
    Mutant {
        name: "this-network-not-checked",
        summary: "forgets 0.0.0.0/8 and ::",
        apply: |policy| *policy.fetch.guard.forgotten = vec![Block::ThisNetwork],
    },
    Mutant {
        name: "benchmarking-not-checked",
        summary: "forgets the benchmarking blocks",
        apply: |policy| *policy.fetch.guard.forgotten = vec![Block::Benchmarking],
    },
    Mutant {
        name: "site-local-not-checked",
        summary: "forgets fec0::/10",
        apply: |policy| *policy.fetch.guard.forgotten = vec![Block::SiteLocal],
    },
    Mutant {
        name: "global-anycast-not-checked",
        summary: "forgets the AS112 and AMT anycast blocks",
        apply: |policy| *policy.fetch.guard.forgotten = vec![Block::GlobalAnycast],
    },
    Mutant {
        name: "later-registry-blocks-not-checked",
        summary: "forgets what IANA listed after RFC 6890",
        apply: |policy| *policy.fetch.guard.forgotten = vec![Block::LaterRegistry],
    },
    Mutant {
        name: "ietf-protocol-not-checked",
        summary: "forgets 192.0.0.0/24 and 2001::/23",
        apply: |policy| *policy.fetch.guard.forgotten = vec![Block::IetfProtocol],
    },
    Mutant {
        name: "non-global-v6-not-checked",
        summary: "forgets what lies outside of 2000::/3 without a name of its own",
        apply: |policy| *policy.fetch.guard.forgotten = vec![Block::OtherV6],
    },
];

fn all_but(kept: &[Block]) -> Vec<Block> {
    Block::ALL
        .into_iter()
        .filter(|block| !kept.contains(block))
        .collect()
}
