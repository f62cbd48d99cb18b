//! Mutants: which addresses are kept out.

use crate::cimd::Block;
use crate::mutants::Mutant;
use crate::policy::Check;

/// One row for each.
pub(super) const MUTANTS: &[Mutant] = &[
    Mutant {
        name: "address-not-checked",
        summary: "contacts any address",
        apply: |policy| *policy.fetch.guard.exists = Check::Skip,
    },
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
        name: "only-ipv4-checked",
        summary: "judges IPv4 addresses only",
        apply: |policy| *policy.fetch.guard.v6 = Check::Skip,
    },
    Mutant {
        name: "only-literals-checked",
        summary: "judges literal hosts but not what names resolve to",
        apply: |policy| *policy.fetch.guard.names = Check::Skip,
    },
    Mutant {
        name: "checks-first-answer-only",
        summary: "judges the first answer and contacts them all",
        apply: |policy| *policy.fetch.guard.all_answers = Check::Skip,
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
        name: "resolve-twice",
        summary: "judges one lookup and connects by another",
        apply: |policy| *policy.fetch.guard.pinned = Check::Skip,
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
    Mutant {
        name: "jwks-uri-not-guarded",
        summary: "asks the guard for documents but not for jwks_uri",
        apply: |policy| *policy.fetch.guard_for_keys = Check::Skip,
    },
    Mutant {
        name: "logo-uri-not-guarded",
        summary: "asks the guard for documents but not for logo_uri",
        apply: |policy| *policy.fetch.guard_for_logos = Check::Skip,
    },
    Mutant {
        name: "hosts-file-not-checked",
        summary: "connects to what the hosts file says, after its guard asked the DNS only",
        apply: |policy| *policy.fetch.guard.hosts_file = Check::Skip,
    },
    Mutant {
        name: "guard-remembers-hosts",
        summary: "does not judge a host again that it found good once",
        apply: |policy| *policy.fetch.guard.remembers = Check::Skip,
    },
    Mutant {
        name: "par-without-guard",
        summary: "does not ask the guard for the clients of pushed requests",
        apply: |policy| *policy.authorize.par_guarded = Check::Skip,
    },
];

fn all_but(kept: &[Block]) -> Vec<Block> {
    Block::ALL
        .into_iter()
        .filter(|block| !kept.contains(block))
        .collect()
}
