//! The pace of requests: no more in a second, a minute or an hour than the target's operator allows.

use std::collections::VecDeque;
use std::sync::Mutex;
use std::sync::PoisonError;
use std::time::Duration;

use cimdspec_model::profile;
use tokio::time::Instant;

/// Gives every request its turn.
#[derive(Debug)]
pub(crate) struct Pace {
    /// The time between two turns.
    between: Duration,
    /// At most so many turns in any such time.
    windows: Vec<(Duration, usize)>,
    turns: Mutex<VecDeque<Instant>>,
}

const MINUTE: Duration = Duration::from_secs(60);
const HOUR: Duration = Duration::from_secs(3600);

impl Pace {
    /// The pace of a profile, where it sets one.
    pub(crate) fn of(pace: &profile::Pace) -> Option<Self> {
        let windows = [(MINUTE, pace.per_minute), (HOUR, pace.per_hour)];
        let windows: Vec<(Duration, usize)> = windows
            .into_iter()
            .filter_map(|(window, turns)| Some((window, usize::try_from(turns?.max(1)).ok()?)))
            .collect();
        let between = pace.per_second.map(|turns| Duration::from_secs(1) / turns.max(1));
        (between.is_some() || !windows.is_empty()).then(|| Self {
            between: between.unwrap_or_default(),
            windows,
            turns: Mutex::default(),
        })
    }

    /// Waits for the next turn.
    pub(crate) async fn turn(&self) {
        let mine = self.next(Instant::now());
        tokio::time::sleep_until(mine).await;
    }

    fn next(&self, now: Instant) -> Instant {
        let mut turns = self.turns.lock().unwrap_or_else(PoisonError::into_inner);
        let after_last = turns.back().map(|last| *last + self.between);
        let after_windows = self.windows.iter().filter_map(|(window, most)| {
            let first = turns.len().checked_sub(*most)?;
            Some(turns[first] + *window)
        });
        let mine = after_windows.chain(after_last).fold(now, Instant::max);
        turns.push_back(mine);
        let kept = self.windows.iter().map(|(_, most)| *most).max().unwrap_or(1);
        while turns.len() > kept {
            turns.pop_front();
        }
        mine
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    /// When the turns come, in seconds.
    fn turns(pace: &profile::Pace, many: usize) -> Vec<f64> {
        let pace = Pace::of(pace).unwrap();
        let began = Instant::now();
        (0..many)
            .map(|_| (pace.next(began) - began).as_secs_f64())
            .collect()
    }

    #[test]
    fn turns_of_a_second_are_apart() {
        let pace = profile::Pace {
            per_second: Some(5),
            ..profile::Pace::default()
        };
        assert_eq!(turns(&pace, 4), [0.0, 0.2, 0.4, 0.6]);
    }

    #[test]
    fn turns_of_a_minute_may_come_together() {
        let pace = profile::Pace {
            per_minute: Some(2),
            per_hour: Some(3),
            ..profile::Pace::default()
        };
        assert_eq!(turns(&pace, 5), [0.0, 0.0, 60.0, 3600.0, 3600.0]);
    }

    #[test]
    fn without_a_pace_nobody_waits() {
        assert!(Pace::of(&profile::Pace::default()).is_none());
    }
}
