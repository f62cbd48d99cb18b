//! One fetch for all who ask for the same client at the same time.

use std::collections::HashMap;
use std::sync::Arc;
use std::sync::Mutex;
use std::sync::PoisonError;

use tokio::sync::OnceCell;

use crate::cimd::cache::Kept;

type Open = HashMap<String, Arc<OnceCell<Kept>>>;

/// The fetches that are under way, by client identifier.
#[derive(Default)]
pub(crate) struct Flights(Mutex<Open>);

impl Flights {
    /// The result of the flight that is under way, or of a new one.
    ///
    /// The result is shared even if it may not be kept. When the request that fetches goes away, another that waits
    /// fetches in its place.
    pub(crate) async fn join<F>(&self, client_id: &str, fetch: impl FnOnce() -> F) -> Kept
    where
        F: Future<Output = Kept>,
    {
        let seat = Seat {
            flights: self,
            client_id,
            flight: Arc::clone(self.open().entry(client_id.to_owned()).or_default()),
        };
        seat.flight.get_or_init(fetch).await.clone()
    }

    fn open(&self) -> std::sync::MutexGuard<'_, Open> {
        self.0.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

/// A place on a flight; the first to leave after the landing, or the last to leave at all, closes the flight.
struct Seat<'a> {
    flights: &'a Flights,
    client_id: &'a str,
    flight: Arc<OnceCell<Kept>>,
}

impl Drop for Seat<'_> {
    fn drop(&mut self) {
        let mut open = self.flights.open();
        let current = open
            .get(self.client_id)
            .is_some_and(|known| Arc::ptr_eq(known, &self.flight));
        // The map holds one reference and this seat the other.
        let alone = Arc::strong_count(&self.flight) == 2;
        if current && (alone || self.flight.initialized()) {
            open.remove(self.client_id);
        }
    }
}

#[cfg(test)]
mod tests {
    use std::sync::atomic::AtomicUsize;
    use std::sync::atomic::Ordering;

    use futures_util::future::join_all;
    use tokio::sync::Notify;

    use super::super::refusal::Refusal;
    use super::*;

    #[tokio::test]
    async fn who_asks_during_a_fetch_shares_its_result_even_a_refusal() {
        let (flights, fetches, landed) = (Flights::default(), AtomicUsize::new(0), Notify::new());
        let ask = || {
            flights.join("a", || async {
                fetches.fetch_add(1, Ordering::Relaxed);
                landed.notified().await;
                Err(Refusal::Deadline)
            })
        };
        let (results, ()) = tokio::join!(join_all((0..10).map(|_| ask())), async { landed.notify_one() });
        assert!(results.iter().all(|kept| *kept == Err(Refusal::Deadline)));
        assert_eq!(fetches.load(Ordering::Relaxed), 1);
        assert!(flights.open().is_empty());
        landed.notify_one();
        assert_eq!(ask().await, Err(Refusal::Deadline));
        assert_eq!(fetches.load(Ordering::Relaxed), 2);
    }

    #[tokio::test]
    async fn another_fetches_when_the_first_goes_away() {
        let flights = Flights::default();
        let mut first = Box::pin(flights.join("a", std::future::pending));
        assert!(futures_util::poll!(first.as_mut()).is_pending());
        let mut second = Box::pin(flights.join("a", || async { Err(Refusal::TooLarge) }));
        assert!(futures_util::poll!(second.as_mut()).is_pending());
        drop(first);
        assert_eq!(second.await, Err(Refusal::TooLarge));
        assert!(flights.open().is_empty());
    }

    #[tokio::test]
    async fn a_flight_that_all_leave_is_closed() {
        let flights = Flights::default();
        let mut only = Box::pin(flights.join("a", std::future::pending));
        assert!(futures_util::poll!(only.as_mut()).is_pending());
        drop(only);
        assert!(flights.open().is_empty());
    }
}
