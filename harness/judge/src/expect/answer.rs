//! How the target answered a step.

use cimdspec_model::expect::AnswerExpect;
use cimdspec_model::expect::Disposition;
use cimdspec_model::verdict::Outcome;

use crate::disposition::Seen;
use crate::expect::Evidence;
use crate::expect::list;
use crate::expect::pass_if;
use crate::words;

impl Evidence<'_> {
    pub(super) fn answer(&self, expect: &AnswerExpect) -> (Outcome, String, String) {
        let seen = self.disposition(&expect.of);
        let told = words::seen(&seen);
        let unsure = |told: &str| Outcome::inconclusive(told.to_owned());
        match expect.is {
            Disposition::Answered => {
                let expected = "an answer, whichever, with a status below 500".to_owned();
                match (self.last_response(&expect.of), &seen) {
                    (_, Seen::Throttled) => (unsure("the target throttled"), expected, told),
                    (_, Seen::Accepted(_)) => (unsure(&told), expected, told),
                    (Some((status, ..)), _) => (pass_if(status < 500), expected, format!("status {status}")),
                    (None, _) => (unsure(&told), expected, told),
                }
            }
            Disposition::Status => {
                let codes = expect
                    .code
                    .as_ref()
                    .map(|codes| codes.0.clone())
                    .unwrap_or_default();
                let expected = format!("status {}", list(codes.iter()));
                match (self.last_response(&expect.of), &seen) {
                    (_, Seen::Throttled) => (unsure("the target throttled"), expected, told),
                    (_, Seen::Accepted(_)) => (unsure(&told), expected, told),
                    (Some((status, ..)), _) => (
                        pass_if(codes.contains(&status)),
                        expected,
                        format!("status {status}"),
                    ),
                    (None, _) => (unsure(&told), expected, told),
                }
            }
            Disposition::Granted => {
                let outcome = match &seen {
                    Seen::Granted => Outcome::Pass,
                    Seen::Diverted(_) | Seen::Refused(_) => Outcome::Fail,
                    _ => unsure(&told),
                };
                (outcome, "granted".to_owned(), told)
            }
            Disposition::Refused => {
                let expected = match expect.error.as_slice() {
                    [] => "refused".to_owned(),
                    errors => format!(
                        "refused with {}",
                        list(errors.iter().map(|error| format!("`{error}`")))
                    ),
                };
                let outcome = match &seen {
                    Seen::Diverted(_) | Seen::Granted => Outcome::Fail,
                    Seen::Refused(Some(error)) if !expect.error.is_empty() => {
                        pass_if(expect.error.contains(error))
                    }
                    Seen::Refused(_) => Outcome::Pass,
                    _ => unsure(&told),
                };
                (outcome, expected, told)
            }
        }
    }
}
