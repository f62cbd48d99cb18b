//! A literal address that a case claims is its alone: a bare connection tells nothing but its address.

use std::collections::BTreeMap;
use std::collections::HashMap;
use std::net::IpAddr;
use std::net::Ipv4Addr;
use std::net::Ipv6Addr;
use std::sync::Arc;
use std::sync::Mutex;
use std::sync::PoisonError;

use tokio::sync::OwnedRwLockReadGuard;
use tokio::sync::OwnedRwLockWriteGuard;
use tokio::sync::RwLock;

/// Addresses that never answer a SYN, as behind a firewall that drops: ordinary ones and private ones. Nothing is seen
/// there, so all cases share them.
pub(crate) const SILENT_BLOCKS: [(Ipv4Addr, u8); 2] = [
    (Ipv4Addr::new(45, 45, 99, 0), 24),
    (Ipv4Addr::new(10, 99, 99, 0), 24),
];

/// Blocks to which there is no route: a connection attempt fails at once, and the next address is tried. One is of
/// ordinary addresses of each family.
pub(crate) const UNREACHABLE_V4: (Ipv4Addr, u8) = (Ipv4Addr::new(45, 45, 98, 0), 24);
pub(crate) const UNREACHABLE_V6: (Ipv6Addr, u8) = (Ipv6Addr::new(0x2600, 0x1f18, 0xffff, 0, 0, 0, 0, 0), 48);

/// The turns at addresses.
#[derive(Default)]
pub(crate) struct Reservations(Mutex<HashMap<IpAddr, Arc<RwLock<()>>>>);

/// The addresses of a case for as long as it is kept.
#[must_use]
pub struct Reservation {
    _own: Vec<OwnedRwLockWriteGuard<()>>,
    _shared: Vec<OwnedRwLockReadGuard<()>>,
}

impl Reservations {
    /// Waits until the addresses that are claimed are nobody else's, and those that are only mentioned are claimed by
    /// nobody; always in the same order, so that two cases cannot wait for each other.
    pub(crate) async fn take(&self, claimed: &[IpAddr], mentioned: &[IpAddr]) -> Reservation {
        let mentioned = mentioned.iter().map(|address| (address, false));
        let ordered: BTreeMap<IpAddr, bool> = mentioned
            .chain(claimed.iter().map(|address| (address, true)))
            .map(|(address, is_claimed)| (address.to_canonical(), is_claimed))
            .filter(|(address, _)| !is_nobodys(*address))
            .collect();
        let (mut own, mut shared) = (Vec::new(), Vec::new());
        for (address, is_claimed) in ordered {
            let turn = {
                let mut turns = self.0.lock().unwrap_or_else(PoisonError::into_inner);
                Arc::clone(turns.entry(address).or_default())
            };
            if is_claimed {
                own.push(turn.write_owned().await);
            } else {
                shared.push(turn.read_owned().await);
            }
        }
        Reservation {
            _own: own,
            _shared: shared,
        }
    }
}

/// Whether nothing is ever seen at an address.
fn is_nobodys(address: IpAddr) -> bool {
    match address {
        IpAddr::V4(address) => {
            let prefix = |address: Ipv4Addr, bits: u8| address.to_bits() >> (32 - bits);
            SILENT_BLOCKS
                .iter()
                .chain([&UNREACHABLE_V4])
                .any(|(block, bits)| prefix(address, *bits) == prefix(*block, *bits))
        }
        IpAddr::V6(address) => {
            let (block, bits) = UNREACHABLE_V6;
            address.to_bits() >> (128 - bits) == block.to_bits() >> (128 - bits)
        }
    }
}

#[cfg(test)]
mod tests {
    use std::time::Duration;

    use super::*;

    #[tokio::test]
    async fn an_address_is_of_one_case_and_a_silent_one_of_all() {
        let reservations = Reservations::default();
        let of = |text: &str| [text.parse::<IpAddr>().unwrap()];
        let soon = Duration::from_millis(50);
        let _silent = reservations.take(&of("45.45.99.7"), &[]).await;
        let again = tokio::time::timeout(soon, reservations.take(&of("45.45.99.7"), &[])).await;
        assert!(again.is_ok());
        for unreachable in ["45.45.98.7", "2600:1f18:ffff::7"] {
            let _first = reservations.take(&of(unreachable), &[]).await;
            let again = tokio::time::timeout(soon, reservations.take(&of(unreachable), &[])).await;
            assert!(again.is_ok());
        }
        let _inside = reservations.take(&of("10.0.0.1"), &[]).await;
        let mapped = tokio::time::timeout(soon, reservations.take(&of("::ffff:10.0.0.1"), &[])).await;
        assert!(mapped.is_err());
    }

    #[tokio::test]
    async fn many_may_mention_an_address_but_not_while_it_is_claimed() {
        let reservations = Reservations::default();
        let here = ["127.0.0.1".parse::<IpAddr>().unwrap()];
        let soon = Duration::from_millis(50);
        let first = reservations.take(&[], &here).await;
        let second = reservations.take(&[], &here).await;
        let claimed = tokio::time::timeout(soon, reservations.take(&here, &[])).await;
        assert!(claimed.is_err());
        drop((first, second));
        let _claimed = reservations.take(&here, &here).await;
        let third = tokio::time::timeout(soon, reservations.take(&[], &here)).await;
        assert!(third.is_err());
    }
}
