//! How many are served at the same time: by some manners a crowd is treated otherwise than who comes alone.

use std::sync::atomic::AtomicUsize;
use std::sync::atomic::Ordering;
use std::time::Duration;

use tokio::time::sleep;

/// How many are served now.
#[derive(Debug, Default)]
pub(crate) struct Crowd(AtomicUsize);

/// So long each is served, so that they meet.
const SERVED: Duration = Duration::from_millis(40);
const A_CROWD: usize = 3;

impl Crowd {
    /// Whether this one is served in a crowd.
    pub(crate) async fn is_there(&self) -> bool {
        let before = self.0.fetch_add(1, Ordering::Relaxed) + 1;
        sleep(SERVED).await;
        let after = self.0.fetch_sub(1, Ordering::Relaxed);
        before.max(after) >= A_CROWD
    }
}
