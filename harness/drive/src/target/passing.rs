//! Refusals that pass: the server failed for the moment, as where its database is busy, and told it as if the client had been wrong.

use std::collections::BTreeMap;
use std::sync::Mutex;
use std::sync::MutexGuard;
use std::sync::PoisonError;
use std::time::Duration;

use cimdspec_judge::is_by_the_book;
use serde_json::Value;

use crate::http::answer::Answer;
use crate::http::answer::Lost;

/// How often a request is repeated whose refusal may pass.
const RETRIES: u32 = 4;
/// Before the first of them; doubled for each further one.
const PAUSE: Duration = Duration::from_millis(100);
/// A refusal that stayed so often, and never passed, is the server's own.
const STAYED: usize = 3;
/// The same for all with one error code, however they are described.
const ALIKE_STAYED: usize = 9;

/// The refusals by no specification, with what became of each when the request was repeated.
#[derive(Debug, Default)]
pub(crate) struct Passing(Mutex<BTreeMap<Refusal, Tally>>);

/// A refusal as the server told it.
#[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord)]
struct Refusal {
    status: u16,
    error: Option<String>,
    description: Option<String>,
}

#[derive(Debug, Clone, Copy, Default)]
struct Tally {
    passed: usize,
    stayed: usize,
}

/// The attempts at one request.
pub(crate) struct Tries<'a> {
    passing: &'a Passing,
    most: u32,
    made: u32,
    before: Option<Refusal>,
}

impl Passing {
    /// Attempts at a request that may be repeated: no other one depends on how often it is sent.
    pub(crate) fn tries(&self) -> Tries<'_> {
        self.at_most(RETRIES)
    }

    /// A single attempt at a request that another one races with.
    pub(crate) fn one_try(&self) -> Tries<'_> {
        self.at_most(0)
    }

    fn at_most(&self, most: u32) -> Tries<'_> {
        Tries {
            passing: self,
            most,
            made: 0,
            before: None,
        }
    }

    fn lock(&self) -> MutexGuard<'_, BTreeMap<Refusal, Tally>> {
        self.0.lock().unwrap_or_else(PoisonError::into_inner)
    }

    fn note(&self, refusal: Refusal, note: impl FnOnce(&mut Tally)) {
        note(self.lock().entry(refusal).or_default());
    }

    fn of(&self, refusal: &Refusal) -> Tally {
        self.lock().get(refusal).copied().unwrap_or_default()
    }

    /// Those of all refusals with its status and error code.
    fn of_alike(&self, refusal: &Refusal) -> Tally {
        let known = self.lock();
        let alike = known
            .iter()
            .filter(|(known, _)| (known.status, &known.error) == (refusal.status, &refusal.error));
        alike.fold(Tally::default(), |sum, (_, tally)| Tally {
            passed: sum.passed + tally.passed,
            stayed: sum.stayed + tally.stayed,
        })
    }

    /// Whether a refusal is the server's own: it stays, and none like it ever passed.
    fn is_own(&self, refusal: &Refusal) -> bool {
        let alike = self.of_alike(refusal);
        alike.passed == 0 && (alike.stayed >= ALIKE_STAYED || self.of(refusal).stayed >= STAYED)
    }
}

impl Tries<'_> {
    /// Whether the request is to be sent again; waits until then.
    pub(crate) async fn again(&mut self, answer: &Result<Answer, Lost>) -> bool {
        let Some(pause) = self.pause(answer) else {
            return false;
        };
        tokio::time::sleep(pause).await;
        true
    }

    fn pause(&mut self, answer: &Result<Answer, Lost>) -> Option<Duration> {
        let refusal = refusal(answer);
        if let Some(before) = self.before.take().filter(|_| refusal.is_none())
            && answer.as_ref().is_ok_and(|answer| answer.status < 500)
        {
            self.passing.note(before, |tally| tally.passed += 1);
        }
        let refusal = refusal?;
        if self.passing.is_own(&refusal) {
            return None;
        }
        if self.made == self.most {
            if self.made > 0 {
                self.passing.note(refusal, |tally| tally.stayed += 1);
            }
            return None;
        }
        let pause = PAUSE * 2_u32.saturating_pow(self.made);
        self.made += 1;
        self.before = Some(refusal);
        Some(pause)
    }

    /// Why the last answer says nothing: it is a refusal that passes.
    pub(crate) fn failing(&self, answer: &Result<Answer, Lost>) -> Option<String> {
        let refusal = refusal(answer)?;
        let is_known = self.passing.of(&refusal).passed > 0;
        is_known.then(|| {
            let Refusal { status, error, .. } = refusal;
            let error = error.map_or(String::new(), |error| format!(" and `{error}`"));
            format!("the server failed for the moment: it refused with {status}{error}, which passes when the request is repeated")
        })
    }
}

/// The refusal, where no specification has it.
fn refusal(answer: &Result<Answer, Lost>) -> Option<Refusal> {
    let answer = answer
        .as_ref()
        .ok()
        .filter(|answer| (400..500).contains(&answer.status))?;
    let members = answer.json().unwrap_or_default();
    let text = |name: &str| members.get(name).and_then(Value::as_str).map(str::to_owned);
    let error = text("error");
    let is_throttled = answer.status == 429;
    (!is_throttled && !is_by_the_book(answer.status, error.as_deref())).then(|| Refusal {
        status: answer.status,
        error,
        description: text("error_description"),
    })
}

#[cfg(test)]
mod tests {
    use super::*;

    fn told(status: u16, error: &str) -> Result<Answer, Lost> {
        Ok(Answer {
            status,
            headers: Vec::new(),
            body: format!("{{\"error\":\"{error}\"}}"),
        })
    }

    fn busy() -> Result<Answer, Lost> {
        told(400, "serialization_failure")
    }

    #[test]
    fn what_passes_when_it_is_repeated_says_nothing_from_then_on() {
        let passing = Passing::default();
        let mut tries = passing.tries();
        assert!(tries.pause(&busy()).is_some());
        assert_eq!(tries.failing(&busy()), None);
        assert_eq!(tries.pause(&told(201, "")), None);
        let mut later = passing.one_try();
        assert_eq!(later.pause(&busy()), None);
        let why = later.failing(&busy()).unwrap();
        assert!(why.contains("400 and `serialization_failure`"), "{why}");
        assert_eq!(later.failing(&told(400, "another_error")), None);
    }

    #[test]
    fn what_stays_is_the_servers_own_refusal() {
        let passing = Passing::default();
        for _ in 0..STAYED {
            let mut tries = passing.tries();
            let sent = (0..).take_while(|_| tries.pause(&busy()).is_some()).count();
            assert_eq!(sent, RETRIES as usize);
            assert_eq!(tries.failing(&busy()), None);
        }
        assert_eq!(passing.tries().pause(&busy()), None);
    }

    #[test]
    fn a_server_that_describes_each_refusal_otherwise_is_not_asked_on() {
        let passing = Passing::default();
        let refused = |number: usize| {
            Ok(Answer {
                status: 400,
                headers: Vec::new(),
                body: format!("{{\"error\":\"Bad Request\",\"error_description\":\"value {number}\"}}"),
            })
        };
        let mut sent = 0;
        for number in 0..ALIKE_STAYED * 2 {
            let mut tries = passing.tries();
            sent += (0..)
                .take_while(|_| tries.pause(&refused(number)).is_some())
                .count();
        }
        assert_eq!(sent, ALIKE_STAYED * RETRIES as usize);
    }

    #[test]
    fn a_refusal_by_the_book_a_throttled_request_and_a_failure_are_not_repeated() {
        let passing = Passing::default();
        for answer in [
            told(400, "invalid_client_metadata"),
            told(401, "invalid_token"),
            told(429, "slow"),
            told(500, "server_error"),
            Err(Lost::Timeout),
        ] {
            assert_eq!(passing.tries().pause(&answer), None, "{answer:?}");
        }
    }
}
