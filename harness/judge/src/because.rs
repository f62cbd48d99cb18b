//! One fact gives one finding: what only follows from another finding of its case is no breach of its own.

use cimdspec_model::expect::Disposition;
use cimdspec_model::name::StepName;
use cimdspec_model::plan::Check;
use cimdspec_model::reason::ReasonCode;
use cimdspec_model::scenario::follow::refusal_looked_at;
use cimdspec_model::verdict::Finding;
use cimdspec_model::verdict::Outcome;

use crate::disposition::Seen;
use crate::expect::Evidence;

const NO_REFUSAL: &str = "the request was granted: there is no refusal to look at";

/// The findings of a case, in the order of its checks, each consequence with its cause.
pub(crate) fn with_causes(evidence: &Evidence<'_>, findings: Vec<Finding>) -> Vec<Finding> {
    after_refusals(evidence, after_grants(evidence, findings))
}

/// A check of a step that was not asked for, since a step before it was refused, is a consequence of the finding that says that
/// this one is to be granted.
fn after_refusals(evidence: &Evidence<'_>, mut findings: Vec<Finding>) -> Vec<Finding> {
    let checks = &evidence.plan.checks;
    for (index, check) in checks.iter().enumerate() {
        let Some(refused) = evidence.refused_on_the_way(&check.expect.steps()) else {
            continue;
        };
        let is_cause =
            |(it, finding): &(&Check, &Finding)| wants(it, refused) && finding.outcome == Outcome::Fail;
        let cause = checks.iter().zip(&findings).find(is_cause);
        let cause = cause.map(|(_, finding)| finding.id());
        let Some(finding) = findings.get_mut(index) else {
            continue;
        };
        if cause.is_some() && matches!(finding.outcome, Outcome::NotApplicable(_)) {
            finding.because = cause;
        }
    }
    findings
}

/// Whether a check says that a step is to be granted.
fn wants(check: &Check, step: &StepName) -> bool {
    check.expect.kind().disposes() == Some((step, Disposition::Granted))
}

/// Each check that is about how a step was refused, where the step was granted, is a consequence of the finding that tells so.
fn after_grants(evidence: &Evidence<'_>, mut findings: Vec<Finding>) -> Vec<Finding> {
    for (index, check) in evidence.plan.checks.iter().enumerate() {
        let (Some(cause), Some(step)) = (&check.follows, refusal_looked_at(check)) else {
            continue;
        };
        if !matches!(evidence.disposition(step), Seen::Diverted(_) | Seen::Granted) {
            continue;
        }
        let cause = findings.iter().find(|finding| finding.check == *cause);
        let broken = cause
            .filter(|cause| cause.outcome == Outcome::Fail)
            .map(Finding::id);
        // Where it cannot be said that the grant is wrong, nothing can be said of a refusal either.
        let open = cause.and_then(|cause| match &cause.outcome {
            Outcome::Inconclusive(why) => Some(why.clone()),
            _ => None,
        });
        let Some(finding) = findings.get_mut(index) else {
            continue;
        };
        match &finding.outcome {
            Outcome::Fail | Outcome::Inconclusive(_) => {
                finding.outcome = match open {
                    Some(why) => Outcome::inconclusive(why),
                    None => Outcome::not_applicable(ReasonCode::Consequence.with(NO_REFUSAL)),
                };
            }
            Outcome::NotApplicable(_) => {}
            _ => continue,
        }
        finding.because = broken;
    }
    findings
}

#[cfg(test)]
mod tests {
    use std::sync::Arc;

    use cimdspec_model::observation::Arrival;

    use super::*;
    use crate::fabricated::ended;
    use crate::fabricated::impossible;
    use crate::fabricated::judged;
    use crate::fabricated::plan;
    use crate::fabricated::registered;
    use crate::fabricated::sent;

    const BOTH: &str = "[[step]]\nname = \"reg\"\nregister = {}\n[[step]]\nname = \"first\"\nauthorize = {}\n\
        [[check]]\nid = \"refused\"\nclause = \"a.c\"\nexpect = { answer = { of = \"first\", is = \"refused\" } }\n\
        [[check]]\nid = \"sent-nowhere\"\nclause = \"a.b\"\nexpect = { sent = { of = \"first\", to = \"nowhere\" } }\n";

    fn outcomes(arrival: Arrival) -> Vec<(Outcome, Option<String>)> {
        let findings = judged(&plan(BOTH), vec![registered("reg"), ended("first", 302, arrival)]);
        findings.into_iter().map(|it| (it.outcome, it.because)).collect()
    }

    #[test]
    fn of_a_grant_one_check_tells_and_the_other_follows() {
        let there = "https://app.test/callback";
        let follows = Outcome::not_applicable(ReasonCode::Consequence.with(NO_REFUSAL));
        assert_eq!(
            outcomes(sent(there, "code")),
            [(Outcome::Fail, None), (follows, Some("x/y#refused".to_owned()))]
        );
        // A refusal that is told by redirect is a fact of its own.
        assert_eq!(
            outcomes(sent(there, "error")),
            [(Outcome::Pass, None), (Outcome::Fail, None)]
        );
        assert_eq!(outcomes(Arrival::Page)[1].1, None);
    }

    #[test]
    fn what_a_refusal_makes_impossible_follows_from_it() {
        let text = "[[step]]\nname = \"first\"\nauthorize = {}\n[[step]]\nname = \"tokens\"\ntoken = { code = \"first\" }\n\
            [[check]]\nid = \"accepted\"\nclause = \"a.b\"\nexpect = { answer = { of = \"first\", is = \"granted\" } }\n\
            [[check]]\nid = \"tokens\"\nclause = \"a.c\"\nexpect = { answer = { of = \"tokens\", is = \"granted\" } }\n";
        let whole = plan(text);
        let steps = || {
            vec![
                ended("first", 302, sent("https://app.test/callback", "error")),
                impossible("tokens", "step `first` gave no code"),
            ]
        };
        let told = |finding: &Finding| (finding.outcome.clone(), finding.because.clone());
        let refused = crate::guard::foundation::refused_already(&StepName::parse("first").unwrap());
        let findings = judged(&whole, steps());
        assert_eq!(told(&findings[0]), (Outcome::Fail, None));
        assert_eq!(
            told(&findings[1]),
            (refused.clone(), Some("x/y#accepted".to_owned()))
        );
        let mut alone = whole;
        Arc::make_mut(&mut alone.checks).remove(0);
        assert_eq!(told(&judged(&alone, steps())[0]), (refused, None));
    }

    #[test]
    fn what_is_chosen_alone_is_no_breach_of_its_own_either() {
        let mut alone = plan(BOTH);
        Arc::make_mut(&mut alone.checks).remove(0);
        let there = sent("https://app.test/callback", "code");
        let findings = judged(&alone, vec![registered("reg"), ended("first", 302, there)]);
        assert_eq!(
            findings[0].outcome,
            Outcome::not_applicable(ReasonCode::Consequence.with(NO_REFUSAL))
        );
        assert_eq!(findings[0].because, None);
    }
}
