//! Which check of a plan tells whether a step was refused at all, where another is about how it was refused.

use crate::expect::Disposition;
use crate::expect::Expect;
use crate::name::StepName;
use crate::plan::Check;

/// Names in each check about how a step was refused the one that tells whether it was.
pub(crate) fn relate(checks: &mut [Check]) {
    let telling: Vec<_> = checks
        .iter()
        .filter_map(|check| Some((tells_whether_refused(&check.expect)?.clone(), check.id.clone())))
        .collect();
    for check in checks {
        let of = refusal_looked_at(check);
        let found = telling.iter().find(|(step, _)| Some(step) == of);
        check.follows = found.map(|(_, id)| id.clone());
    }
}

/// The step whose refusal a check looks at: where that step was granted there is nothing to look at.
pub fn refusal_looked_at(check: &Check) -> Option<&StepName> {
    check.expect.kind().refusal().or_else(|| {
        let looked_at = check.expect.steps();
        let mut refused = check.given.iter().filter_map(tells_whether_refused);
        refused.find(|step| looked_at.contains(step))
    })
}

/// The step that an expectation wants refused, however that is done.
fn tells_whether_refused(expect: &Expect) -> Option<&StepName> {
    let (step, is) = expect.kind().disposes()?;
    let is_of_how = expect.kind().refusal().is_some();
    (is == Disposition::Refused && !is_of_how).then_some(step)
}

#[cfg(test)]
mod tests {
    use super::super::raw_check::CheckRaw;
    use super::*;

    fn checks(text: &str) -> Vec<Check> {
        #[derive(serde::Deserialize)]
        struct File {
            check: Vec<CheckRaw>,
        }
        let file: File = toml::from_str(text).unwrap();
        let mut checks: Vec<Check> = file.check.into_iter().map(|raw| raw.check().unwrap()).collect();
        relate(&mut checks);
        checks
    }

    #[test]
    fn what_is_about_a_refusal_follows_the_check_that_tells_of_it() {
        let refused = "[[check]]\nid = \"refused\"\nclause = \"a.b\"\nexpect = { answer = { of = \"first\", is = \"refused\" } }\n";
        let given = "given = { answer = { of = \"first\", is = \"refused\" } }";
        for (expect, follows) in [
            (
                "expect = { sent = { of = \"first\", to = \"nowhere\" } }".to_owned(),
                true,
            ),
            (
                "expect = { sent = { of = \"second\", to = \"nowhere\" } }".to_owned(),
                false,
            ),
            (
                "expect = { sent = { of = \"first\", to = \"anywhere\", without = \"code\" } }".to_owned(),
                false,
            ),
            (
                "expect = { answer = { of = \"first\", is = \"status\", code = [401, 403] } }".to_owned(),
                true,
            ),
            (
                "expect = { answer = { of = \"first\", is = \"status\", code = 201 } }".to_owned(),
                false,
            ),
            (
                "expect = { answer = { of = \"first\", is = \"refused\", error = [\"x\"] } }".to_owned(),
                true,
            ),
            (
                "expect = { header = { of = \"first\", name = \"x\" } }".to_owned(),
                false,
            ),
            (
                format!("expect = {{ header = {{ of = \"first\", name = \"x\" }} }}\n{given}"),
                true,
            ),
            (
                format!("expect = {{ header = {{ of = \"second\", name = \"x\" }} }}\n{given}"),
                false,
            ),
        ] {
            let both = checks(&format!(
                "{refused}[[check]]\nid = \"how\"\nclause = \"a.b\"\n{expect}\n"
            ));
            assert_eq!(both[1].follows.is_some(), follows, "{expect}");
            assert_eq!(both[0].follows, None);
        }
    }
}
