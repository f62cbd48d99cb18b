//! The pace of requests: no more a second than the target's operator allows.

use std::sync::Mutex;
use std::sync::PoisonError;
use std::time::Duration;

use tokio::time::Instant;

/// Gives every request its turn.
#[derive(Debug)]
pub(crate) struct Pace {
    between: Duration,
    next: Mutex<Option<Instant>>,
}

impl Pace {
    /// So many turns a second.
    pub(crate) fn per_second(turns: u32) -> Self {
        Self {
            between: Duration::from_secs(1) / turns.max(1),
            next: Mutex::default(),
        }
    }

    /// Waits for the next turn.
    pub(crate) async fn turn(&self) {
        let mine = {
            let mut next = self.next.lock().unwrap_or_else(PoisonError::into_inner);
            let now = Instant::now();
            let mine = next.map_or(now, |next| next.max(now));
            *next = Some(mine + self.between);
            mine
        };
        tokio::time::sleep_until(mine).await;
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[tokio::test(start_paused = true)]
    async fn ten_turns_at_five_a_second_take_near_two_seconds() {
        let pace = Pace::per_second(5);
        let began = Instant::now();
        for _ in 0..10 {
            pace.turn().await;
        }
        assert_eq!(began.elapsed().as_millis() / 100, 18);
    }
}
