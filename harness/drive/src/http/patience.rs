//! Patience with a target that asks for it: throttled is not refused.

use std::time::Duration;

use crate::http::answer::Answer;

/// How often a throttled request is sent again.
pub(crate) const RETRIES: u32 = 4;
/// Before the first retry, where the target does not say how long; doubled for each further one.
const PAUSE: Duration = Duration::from_millis(250);
const LONGEST_PAUSE: Duration = Duration::from_secs(5);

/// How long a throttled request waits: as long as the answer says, else longer each time.
pub(crate) fn pause(answer: &Answer, retry: u32) -> Option<Duration> {
    let said = answer.header("retry-after");
    let pause = match (answer.status, said) {
        (429 | 503, Some(said)) => Duration::from_secs(said.trim().parse().unwrap_or(1)),
        (429, None) => PAUSE * 2_u32.saturating_pow(retry),
        _ => return None,
    };
    Some(pause.min(LONGEST_PAUSE))
}

#[cfg(test)]
mod tests {
    use super::*;

    fn answer(status: u16, after: Option<&str>) -> Answer {
        Answer {
            status,
            headers: Vec::from_iter(after.map(|after| ("retry-after".to_owned(), after.to_owned()))),
            body: String::new(),
        }
    }

    #[test]
    fn patience_is_bounded() {
        assert_eq!(pause(&answer(429, Some("2")), 0), Some(Duration::from_secs(2)));
        assert_eq!(pause(&answer(503, Some("99999")), 0), Some(LONGEST_PAUSE));
        assert_eq!(
            pause(&answer(429, Some("Wed, 21 Oct 2026 07:28:00 GMT")), 0),
            Some(Duration::from_secs(1))
        );
        assert_eq!(pause(&answer(400, Some("2")), 0), None);
    }

    #[test]
    fn who_does_not_say_how_long_is_waited_for_longer_each_time() {
        assert_eq!(pause(&answer(429, None), 0), Some(PAUSE));
        assert_eq!(pause(&answer(429, None), 2), Some(PAUSE * 4));
        assert_eq!(pause(&answer(429, None), 9), Some(LONGEST_PAUSE));
        // Nothing was asked for: an error like any other.
        assert_eq!(pause(&answer(503, None), 0), None);
    }
}
