//! The clock of a target, by the `Date` of its answers: assertions, certificates and lifetimes are judged by ours.

use std::time::Duration;
use std::time::SystemTime;

use crate::http::answer::Answer;
use crate::http::client::Ask;
use crate::target::server::Target;

/// What the clock of a target shows beside ours.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Clocks {
    /// The time here.
    pub here: SystemTime,
    /// The time there.
    pub there: SystemTime,
}

const DEADLINE: Duration = Duration::from_secs(10);

impl Clocks {
    /// How far the two are apart.
    pub fn apart(&self) -> Duration {
        let (here, there) = (self.here, self.there);
        here.duration_since(there)
            .or_else(|_| there.duration_since(here))
            .unwrap_or_default()
    }
}

impl Target {
    /// The two clocks; none where its answers have no date, or do not come.
    pub async fn clocks(&self) -> Option<Clocks> {
        let (url, _) = self.published().next()?;
        let asked = SystemTime::now();
        let answer = self.wire().send(&Ask::get(url.clone()), DEADLINE).await.ok()?;
        // The answer was made at some time while we waited.
        let here = asked + asked.elapsed().unwrap_or_default() / 2;
        Some(Clocks {
            here,
            there: dated(&answer)?,
        })
    }
}

/// When an answer was made, as its server says; a cache on the way adds how long it kept it (RFC 9111 section 5.1).
fn dated(answer: &Answer) -> Option<SystemTime> {
    let date = httpdate::parse_http_date(answer.header("date")?).ok()?;
    let age = answer.header("age").and_then(|age| age.trim().parse().ok());
    date.checked_add(Duration::from_secs(age.unwrap_or(0)))
}

#[cfg(test)]
mod tests {
    use std::time::UNIX_EPOCH;

    use super::*;

    fn of(headers: &[(&str, &str)]) -> Option<SystemTime> {
        let headers = headers.iter();
        let headers = headers.map(|(name, value)| ((*name).to_owned(), (*value).to_owned()));
        dated(&Answer {
            status: 200,
            headers: headers.collect(),
            body: String::new(),
        })
    }

    #[test]
    fn what_a_cache_kept_is_not_a_clock_that_is_late() {
        let at = |seconds: u64| Some(UNIX_EPOCH + Duration::from_secs(seconds));
        let date = ("date", "Sun, 06 Nov 1994 08:49:37 GMT");
        assert_eq!(of(&[date]), at(784_111_777));
        assert_eq!(of(&[date, ("age", "600")]), at(784_112_377));
        assert_eq!(of(&[("date", "today")]), None);
        assert_eq!(of(&[]), None);
    }

    #[test]
    fn clocks_are_apart_whichever_is_ahead() {
        let (early, late) = (UNIX_EPOCH, UNIX_EPOCH + Duration::from_secs(90));
        for (here, there) in [(early, late), (late, early)] {
            assert_eq!(Clocks { here, there }.apart(), Duration::from_secs(90));
        }
    }
}
