//! The guard: which addresses a fetch may contact.

use std::net::IpAddr;

use crate::cimd::fetch::blocks::block_of;
use crate::policy::GuardPolicy;

/// Whether the address may be contacted under the policy.
pub fn permits(policy: &GuardPolicy, address: IpAddr) -> bool {
    let blocks = block_of(address);
    blocks.iter().all(|block| policy.forgotten.contains(block)) || address.is_ipv6() && !policy.v6.on()
}

/// Whether the whole set of answers may be used under the policy.
pub(crate) fn permits_all(policy: &GuardPolicy, answers: &[IpAddr]) -> Result<(), IpAddr> {
    let judged = match answers {
        [first, _, ..] if !policy.all_answers.on() => std::slice::from_ref(first),
        answers => answers,
    };
    match judged.iter().find(|address| !permits(policy, **address)) {
        Some(refused) if policy.exists.on() => Err(*refused),
        _ => Ok(()),
    }
}

#[cfg(test)]
mod tests {
    use std::net::Ipv4Addr;
    use std::net::Ipv6Addr;

    use proptest::prelude::*;

    use super::*;

    /// The special v4 blocks once more, stated by octets and not by the table.
    fn is_special(address: Ipv4Addr) -> bool {
        let [a, b, c, _] = address.octets();
        matches!(a, 0 | 10 | 127 | 224..=255)
            || (a == 100 && (64..128).contains(&b))
            || (a == 169 && b == 254)
            || (a == 172 && (16..32).contains(&b))
            || (a == 192 && (b == 168 || (b == 0 && (c == 0 || c == 2)) || (b == 88 && c == 99)))
            || (a == 198 && (b == 18 || b == 19 || (b == 51 && c == 100)))
            || (a == 203 && b == 0 && c == 113)
    }

    fn embedded(v4: Ipv4Addr) -> Vec<Ipv6Addr> {
        let [a, b, c, d] = v4.octets();
        let (high, low) = (u16::from_be_bytes([a, b]), u16::from_be_bytes([c, d]));
        vec![
            v4.to_ipv6_mapped(),
            Ipv6Addr::new(0, 0, 0, 0, 0, 0, high, low),
            Ipv6Addr::new(0x64, 0xff9b, 0, 0, 0, 0, high, low),
            Ipv6Addr::new(0x64, 0xff9b, 1, 0, 0, 0, high, low),
            Ipv6Addr::new(0x2002, high, low, 0, 0, 0, 0, 1),
            Ipv6Addr::new(0x2600, 0, 0, 0, 0, 0x5efe, high, low),
        ]
    }

    proptest! {
        /// Law: no address in a special block passes the guard, whatever its spelling.
        #[test]
        fn no_special_address_passes(bits in any::<u32>()) {
            let policy = GuardPolicy::default();
            let address = Ipv4Addr::from(bits);
            if is_special(address) {
                prop_assert!(!permits(&policy, address.into()));
                for spelled in embedded(address) {
                    prop_assert!(!permits(&policy, spelled.into()), "{spelled}");
                }
            }
        }

        /// Law: outside 2000::/3 no v6 address passes.
        #[test]
        fn only_global_unicast_passes(bits in any::<u128>()) {
            let address = Ipv6Addr::from(bits);
            if address.segments()[0] >> 13 != 1 {
                prop_assert!(!permits(&GuardPolicy::default(), address.into()));
            }
        }
    }

    #[test]
    fn ordinary_addresses_pass() {
        for address in [
            "93.184.216.34",
            "20.0.0.10",
            "9.255.255.255",
            "11.0.0.0",
            "2600:1f18::1",
            "192.0.1.1",
        ] {
            assert!(
                permits(&GuardPolicy::default(), address.parse().unwrap()),
                "{address}"
            );
        }
    }
}
