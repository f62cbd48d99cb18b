//! The special-purpose address blocks (IANA registries, 2026), grouped as an implementer would forget them. A table.

use std::net::IpAddr;
use std::net::Ipv4Addr;
use std::net::Ipv6Addr;

/// A group of address blocks that must not be contacted.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
#[expect(missing_docs, reason = "the names are the registries'")]
pub enum Block {
    Benchmarking,
    Compatible,
    Documentation,
    GlobalAnycast,
    IetfProtocol,
    Isatap,
    LaterRegistry,
    LinkLocal,
    Loopback,
    Mapped,
    Multicast,
    Nat64,
    OtherV6,
    Private,
    Reserved,
    SharedAddressSpace,
    SiteLocal,
    SixToFour,
    ThisNetwork,
    UniqueLocal,
}

impl Block {
    /// All groups.
    pub const ALL: [Self; 20] = [
        Self::Benchmarking,
        Self::Compatible,
        Self::Documentation,
        Self::GlobalAnycast,
        Self::IetfProtocol,
        Self::Isatap,
        Self::LaterRegistry,
        Self::LinkLocal,
        Self::Loopback,
        Self::Mapped,
        Self::Multicast,
        Self::Nat64,
        Self::OtherV6,
        Self::Private,
        Self::Reserved,
        Self::SharedAddressSpace,
        Self::SiteLocal,
        Self::SixToFour,
        Self::ThisNetwork,
        Self::UniqueLocal,
    ];
}

const V4: [(Ipv4Addr, u32, Block); 20] = [
    (Ipv4Addr::new(0, 0, 0, 0), 8, Block::ThisNetwork),
    (Ipv4Addr::new(10, 0, 0, 0), 8, Block::Private),
    (Ipv4Addr::new(100, 64, 0, 0), 10, Block::SharedAddressSpace),
    (Ipv4Addr::new(127, 0, 0, 0), 8, Block::Loopback),
    (Ipv4Addr::new(169, 254, 0, 0), 16, Block::LinkLocal),
    (Ipv4Addr::new(172, 16, 0, 0), 12, Block::Private),
    (Ipv4Addr::new(192, 0, 0, 0), 24, Block::IetfProtocol),
    (Ipv4Addr::new(192, 0, 2, 0), 24, Block::Documentation),
    (Ipv4Addr::new(192, 31, 196, 0), 24, Block::GlobalAnycast),
    (Ipv4Addr::new(192, 52, 193, 0), 24, Block::GlobalAnycast),
    (Ipv4Addr::new(192, 88, 99, 0), 24, Block::SixToFour),
    (Ipv4Addr::new(192, 168, 0, 0), 16, Block::Private),
    (Ipv4Addr::new(192, 175, 48, 0), 24, Block::GlobalAnycast),
    (Ipv4Addr::new(198, 18, 0, 0), 15, Block::Benchmarking),
    (Ipv4Addr::new(198, 51, 100, 0), 24, Block::Documentation),
    (Ipv4Addr::new(203, 0, 113, 0), 24, Block::Documentation),
    (Ipv4Addr::new(224, 0, 0, 0), 4, Block::Multicast),
    (Ipv4Addr::new(240, 0, 0, 0), 4, Block::Reserved),
    (Ipv4Addr::new(255, 255, 255, 255), 32, Block::Reserved),
    (Ipv4Addr::new(168, 63, 129, 16), 32, Block::LinkLocal),
];

const fn v6(segments: [u16; 8]) -> Ipv6Addr {
    let [a, b, c, d, e, f, g, h] = segments;
    Ipv6Addr::new(a, b, c, d, e, f, g, h)
}

const V6: [(Ipv6Addr, u32, Block); 20] = [
    (v6([0, 0, 0, 0, 0, 0, 0, 1]), 128, Block::Loopback),
    (v6([0, 0, 0, 0, 0, 0, 0, 0]), 128, Block::ThisNetwork),
    (v6([0, 0, 0, 0, 0, 0xffff, 0, 0]), 96, Block::Mapped),
    // IPv4-translated by SIIT, an old form of the mapped ones.
    (v6([0, 0, 0, 0, 0xffff, 0, 0, 0]), 96, Block::Mapped),
    (v6([0, 0, 0, 0, 0, 0, 0, 0]), 96, Block::Compatible),
    (v6([0x64, 0xff9b, 0, 0, 0, 0, 0, 0]), 96, Block::Nat64),
    (v6([0x64, 0xff9b, 1, 0, 0, 0, 0, 0]), 48, Block::LaterRegistry),
    (v6([0x100, 0, 0, 0, 0, 0, 0, 0]), 64, Block::OtherV6),
    (v6([0x100, 0, 0, 1, 0, 0, 0, 0]), 64, Block::LaterRegistry),
    (v6([0x2001, 2, 0, 0, 0, 0, 0, 0]), 48, Block::Benchmarking),
    (v6([0x2001, 0xdb8, 0, 0, 0, 0, 0, 0]), 32, Block::Documentation),
    (v6([0x2001, 0, 0, 0, 0, 0, 0, 0]), 23, Block::IetfProtocol),
    (v6([0x2002, 0, 0, 0, 0, 0, 0, 0]), 16, Block::SixToFour),
    (
        v6([0x2620, 0x4f, 0x8000, 0, 0, 0, 0, 0]),
        48,
        Block::GlobalAnycast,
    ),
    (v6([0x3fff, 0, 0, 0, 0, 0, 0, 0]), 20, Block::LaterRegistry),
    (v6([0x5f00, 0, 0, 0, 0, 0, 0, 0]), 16, Block::LaterRegistry),
    (v6([0xfc00, 0, 0, 0, 0, 0, 0, 0]), 7, Block::UniqueLocal),
    (v6([0xfe80, 0, 0, 0, 0, 0, 0, 0]), 10, Block::LinkLocal),
    (v6([0xfec0, 0, 0, 0, 0, 0, 0, 0]), 10, Block::SiteLocal),
    (v6([0xff00, 0, 0, 0, 0, 0, 0, 0]), 8, Block::Multicast),
];

/// The groups that an address belongs to; empty for an ordinary global address.
pub fn block_of(address: IpAddr) -> Vec<Block> {
    match address {
        IpAddr::V4(address) => {
            let bits = u32::from(address);
            V4.iter()
                .filter(|(net, length, _)| same(bits, u32::from(*net), 32 - length))
                .map(|entry| entry.2)
                .collect()
        }
        IpAddr::V6(address) => {
            let bits = u128::from(address);
            let listed = V6.iter().filter(|(net, length, _)| {
                (bits ^ u128::from(*net)).checked_shr(128 - length).unwrap_or(0) == 0
            });
            let mut found: Vec<Block> = listed.map(|entry| entry.2).collect();
            let [.., g, h, _, _] = address.segments();
            if h == 0x5efe && (g == 0 || g == 0x200) {
                found.push(Block::Isatap);
            }
            if found.is_empty() && address.segments()[0] >> 13 != 1 {
                found.push(Block::OtherV6);
            }
            // `::1` and `::` are named themselves; they are no compatible addresses.
            if bits <= 1 {
                found.retain(|block| *block != Block::Compatible);
            }
            found
        }
    }
}

fn same(a: u32, b: u32, host_bits: u32) -> bool {
    (a ^ b).checked_shr(host_bits).unwrap_or(0) == 0
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn each_block_is_named_from_its_first_to_its_last_address() {
        for (first, last, block) in [
            ("0.0.0.0", "0.255.255.255", Block::ThisNetwork),
            ("10.0.0.0", "10.255.255.255", Block::Private),
            ("100.64.0.0", "100.127.255.255", Block::SharedAddressSpace),
            ("127.0.0.0", "127.255.255.255", Block::Loopback),
            ("169.254.0.0", "169.254.255.255", Block::LinkLocal),
            ("172.16.0.0", "172.31.255.255", Block::Private),
            ("192.0.0.0", "192.0.0.255", Block::IetfProtocol),
            ("192.31.196.0", "192.31.196.255", Block::GlobalAnycast),
            ("192.52.193.0", "192.52.193.255", Block::GlobalAnycast),
            ("192.88.99.0", "192.88.99.255", Block::SixToFour),
            ("192.168.0.0", "192.168.255.255", Block::Private),
            ("192.175.48.0", "192.175.48.255", Block::GlobalAnycast),
            ("198.18.0.0", "198.19.255.255", Block::Benchmarking),
            ("203.0.113.0", "203.0.113.255", Block::Documentation),
            ("224.0.0.0", "239.255.255.255", Block::Multicast),
            ("240.0.0.0", "255.255.255.255", Block::Reserved),
            ("::2", "::ffff:ffff", Block::Compatible),
            ("::ffff:0.0.0.0", "::ffff:255.255.255.255", Block::Mapped),
            ("64:ff9b::", "64:ff9b::ffff:ffff", Block::Nat64),
            (
                "64:ff9b:1::",
                "64:ff9b:1:ffff:ffff:ffff:ffff:ffff",
                Block::LaterRegistry,
            ),
            ("100:0:0:1::", "100::1:ffff:ffff:ffff:ffff", Block::LaterRegistry),
            (
                "2001::",
                "2001:1ff:ffff:ffff:ffff:ffff:ffff:ffff",
                Block::IetfProtocol,
            ),
            (
                "2001:db8::",
                "2001:db8:ffff:ffff:ffff:ffff:ffff:ffff",
                Block::Documentation,
            ),
            (
                "2002::",
                "2002:ffff:ffff:ffff:ffff:ffff:ffff:ffff",
                Block::SixToFour,
            ),
            (
                "2620:4f:8000::",
                "2620:4f:8000:ffff:ffff:ffff:ffff:ffff",
                Block::GlobalAnycast,
            ),
            (
                "3fff::",
                "3fff:fff:ffff:ffff:ffff:ffff:ffff:ffff",
                Block::LaterRegistry,
            ),
            (
                "5f00::",
                "5f00:ffff:ffff:ffff:ffff:ffff:ffff:ffff",
                Block::LaterRegistry,
            ),
            (
                "fc00::",
                "fdff:ffff:ffff:ffff:ffff:ffff:ffff:ffff",
                Block::UniqueLocal,
            ),
            (
                "fe80::",
                "febf:ffff:ffff:ffff:ffff:ffff:ffff:ffff",
                Block::LinkLocal,
            ),
            (
                "fec0::",
                "feff:ffff:ffff:ffff:ffff:ffff:ffff:ffff",
                Block::SiteLocal,
            ),
            (
                "ff00::",
                "ffff:ffff:ffff:ffff:ffff:ffff:ffff:ffff",
                Block::Multicast,
            ),
            ("2600::5efe:0.0.0.0", "2600::5efe:255.255.255.255", Block::Isatap),
            (
                "2600::200:5efe:0.0.0.0",
                "2600::200:5efe:255.255.255.255",
                Block::Isatap,
            ),
        ] {
            for address in [first, last] {
                assert!(block_of(address.parse().unwrap()).contains(&block), "{address}");
            }
        }
    }

    #[test]
    fn the_neighbours_of_blocks_are_ordinary() {
        for address in [
            "1.0.0.0",
            "100.63.255.255",
            "100.128.0.0",
            "126.255.255.255",
            "128.0.0.0",
            "169.253.255.255",
            "172.15.255.255",
            "172.32.0.0",
            "192.31.195.255",
            "192.88.98.255",
            "198.17.255.255",
            "198.20.0.0",
            "223.255.255.255",
            "2000::",
            "2001:200::",
            "2001:db7:ffff::",
            "2001:db9::",
            "2003::",
            "2620:4f:8001::",
            "3ffe:ffff::",
            "3fff:1000::",
            "2600::100:5efe:0:1",
        ] {
            assert_eq!(block_of(address.parse().unwrap()), [], "{address}");
        }
    }
}
