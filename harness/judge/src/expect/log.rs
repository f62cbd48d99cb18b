//! What stood in the log of a server.

use cimdspec_model::expect::LogExpect;
use cimdspec_model::observation::Logged;
use cimdspec_model::reason::ReasonCode;
use cimdspec_model::verdict::Outcome;

use crate::expect::Evidence;
use crate::expect::list;
use crate::expect::pass_if;

impl Evidence<'_> {
    pub(super) fn log(&self, expect: &LogExpect) -> (Outcome, String, String) {
        let mut wants = Vec::new();
        if !expect.lacks.is_empty() {
            wants.push(format!("none of the kinds {}", list(expect.lacks.iter())));
        }
        if expect.begins_not.is_some() {
            wants.push("no line that a stranger began".to_owned());
        }
        let expected = format!("in the log {}", list(wants.iter()));
        let Some(logged) = self.record(&expect.of).and_then(|record| record.logged.as_ref()) else {
            let why = format!("the log was not heard in step `{}`", expect.of);
            return (Outcome::inconclusive(why.clone()), expected, why);
        };
        let (outcome, seen) = read(expect, logged);
        (outcome, expected, seen)
    }
}

/// What the log of a case says: what stands there is seen, and what does not stand there only where lines are the case's own.
fn read(expect: &LogExpect, logged: &Logged) -> (Outcome, String) {
    let begun = expect.begins_not.is_some() && !logged.begun.is_empty();
    let found: Vec<&String> = expect
        .lacks
        .iter()
        .filter(|kind| logged.kinds.contains(kind))
        .collect();
    let is_clean = found.is_empty() && !begun;
    if is_clean && logged.lines == 0 && logged.others > 0 {
        let why = format!(
            "no line of the log can be told to be of this case, of {} lines",
            logged.others
        );
        return (Outcome::inconclusive(why.clone()), why);
    }
    if is_clean && logged.lines == 0 {
        let why = "the server wrote no line to its log meanwhile".to_owned();
        return (
            Outcome::not_applicable(ReasonCode::NothingThere.with(why.clone())),
            why,
        );
    }
    let mut seen = vec![format!("{} lines", logged.lines)];
    if !found.is_empty() {
        seen.push(format!("a value of the kinds {}", list(found.iter())));
    }
    if begun {
        seen.push("a line that a stranger began".to_owned());
    }
    (pass_if(is_clean), seen.join(", with "))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_log_is_clean_by_lines_of_its_own_case_only() {
        let expect: LogExpect =
            serde_json::from_value(serde_json::json!({ "of": "log", "lacks": ["code"] })).unwrap();
        let of = |lines, others, kinds: &[&str]| {
            let logged = Logged {
                lines,
                others,
                kinds: kinds.iter().map(ToString::to_string).collect(),
                begun: Vec::new(),
            };
            read(&expect, &logged).0
        };
        assert_eq!(of(1, 5, &[]), Outcome::Pass);
        assert!(matches!(of(0, 5, &[]), Outcome::Inconclusive(_)));
        assert!(matches!(of(0, 0, &[]), Outcome::NotApplicable(_)));
        assert_eq!(of(0, 5, &["code"]), Outcome::Fail);
    }
}
