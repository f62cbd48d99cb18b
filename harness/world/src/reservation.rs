//! Literal addresses belong to one case at a time: a bare connection tells nothing but its address.

use std::collections::BTreeSet;
use std::collections::HashMap;
use std::net::IpAddr;
use std::sync::Arc;
use std::sync::Mutex;
use std::sync::PoisonError;

use tokio::sync::OwnedMutexGuard;

/// The turns at addresses.
#[derive(Default)]
pub(crate) struct Reservations(Mutex<HashMap<IpAddr, Arc<tokio::sync::Mutex<()>>>>);

/// The addresses of a case for as long as it is kept.
#[must_use]
pub struct Reservation {
    _guards: Vec<OwnedMutexGuard<()>>,
}

impl Reservations {
    /// Waits for all addresses, always in the same order, so that two cases cannot wait for each other.
    pub(crate) async fn take(&self, addresses: &[IpAddr]) -> Reservation {
        let ordered: BTreeSet<IpAddr> = addresses.iter().map(IpAddr::to_canonical).collect();
        let mut guards = Vec::with_capacity(ordered.len());
        for address in ordered {
            let turn = {
                let mut turns = self.0.lock().unwrap_or_else(PoisonError::into_inner);
                Arc::clone(turns.entry(address).or_default())
            };
            guards.push(turn.lock_owned().await);
        }
        Reservation { _guards: guards }
    }
}
