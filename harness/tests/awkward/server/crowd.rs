//! Who came a moment ago: by some manners a client is treated otherwise while others come too.

use std::sync::Mutex;
use std::sync::PoisonError;
use std::time::Duration;
use std::time::Instant;

/// The last requests, by their clients.
#[derive(Debug, Default)]
pub(crate) struct Crowd(Mutex<Vec<(String, Instant)>>);

/// Longer ago is no crowd any more.
const A_MOMENT: Duration = Duration::from_millis(400);
/// So many clients are no crowd: one case with its control has as many.
const FEW: usize = 5;

impl Crowd {
    /// Whether many clients came a moment ago; this one has come now.
    pub(crate) fn is_there(&self, client: &str) -> bool {
        let mut known = self.0.lock().unwrap_or_else(PoisonError::into_inner);
        known.retain(|(name, came)| name != client && came.elapsed() < A_MOMENT);
        known.push((client.to_owned(), Instant::now()));
        known.len() > FEW
    }
}
