//! Two looks at one case: what comes once only is no finding.

use cimdspec_model::plan::Plan;
use cimdspec_model::verdict::Finding;
use cimdspec_model::verdict::Outcome;
use cimdspec_model::verdict::REFUSED;

use crate::finding::speaks_without_control;

/// The findings of both looks together, check by check.
///
/// A breach that was seen is seen, whichever look it was. Of everything else the second look decides, for it was made
/// when the crowd of the other cases was gone, which may be too much for a target; unless it came to no end.
pub fn settle(plan: &Plan, first: Vec<Finding>, second: Vec<Finding>) -> Vec<Finding> {
    let mut second = second.into_iter();
    first
        .into_iter()
        .map(|before| match second.next() {
            Some(after) => settled(plan, before, after),
            None => before,
        })
        .collect()
}

/// Whether no second look could change a finding.
pub fn is_certain(plan: &Plan, finding: &Finding) -> bool {
    match finding.outcome {
        // The refusal may have been one of the crowd.
        Outcome::NotApplicable(ref why) => !why.starts_with(REFUSED),
        Outcome::Pass | Outcome::Told(_) => true,
        Outcome::Fail => breach_speaks(plan, finding),
        _ => false,
    }
}

fn breach_speaks(plan: &Plan, finding: &Finding) -> bool {
    plan.checks
        .iter()
        .any(|check| check.id == finding.check && speaks_without_control(check))
}

fn settled(plan: &Plan, before: Finding, after: Finding) -> Finding {
    let breach_speaks = breach_speaks(plan, &before);
    match (&before.outcome, &after.outcome) {
        (Outcome::Fail, Outcome::Fail) => after,
        (Outcome::Fail, _) if breach_speaks => before,
        (Outcome::Pass, Outcome::Fail) if !breach_speaks => Finding {
            outcome: Outcome::Inconclusive("it passed at the first look and failed at the second".to_owned()),
            ..after
        },
        // A look that came to an end tells more than one that did not.
        (Outcome::Pass, Outcome::Error(_) | Outcome::Inconclusive(_)) => before,
        _ => after,
    }
}

#[cfg(test)]
mod tests {
    use cimdspec_model::clause::Level;
    use cimdspec_model::name::CheckId;
    use cimdspec_model::name::ClauseId;
    use cimdspec_model::name::ScenarioId;
    use cimdspec_model::name::StepName;
    use cimdspec_model::name::VariantId;
    use cimdspec_model::plan::Check;
    use cimdspec_model::plan::Control;
    use cimdspec_model::plan::Request;
    use cimdspec_model::scenario::expect::AnswerExpect;
    use cimdspec_model::scenario::expect::Disposition;
    use cimdspec_model::scenario::expect::Expect;
    use cimdspec_model::text::Text;
    use cimdspec_model::verdict::Verdict;

    use super::*;

    fn plan(is: Disposition) -> Plan {
        let answer = AnswerExpect {
            of: StepName::parse("ask").unwrap(),
            is,
            code: None,
            error: Vec::new(),
        };
        Plan {
            variant: variant(),
            title: String::new(),
            base: String::new(),
            needs: Vec::new(),
            hosts: Vec::new(),
            registration: serde_json::Map::new(),
            request: Request {
                redirect_uri: Text(String::new()),
                set: Default::default(),
            },
            steps: Vec::new(),
            checks: vec![Check {
                id: CheckId::parse("c").unwrap(),
                clause: ClauseId::parse("a.b").unwrap(),
                given: Vec::new(),
                expect: Expect::Answer(answer),
                unless: Vec::new(),
                kills: Vec::new(),
                witness: None,
                also: Default::default(),
                follows: None,
            }],
            control: Control::None(String::new()),
        }
    }

    fn variant() -> VariantId {
        VariantId {
            scenario: ScenarioId::parse("a/b").unwrap(),
            axes: Vec::new(),
        }
    }

    fn settled_outcome(is: Disposition, before: Outcome, after: Outcome) -> Outcome {
        let finding = |outcome| Finding {
            variant: variant(),
            check: CheckId::parse("c").unwrap(),
            title: String::new(),
            clause: ClauseId::parse("a.b").unwrap(),
            level: Level::Must,
            breach: Verdict::Violation,
            citation: String::new(),
            outcome,
            expected: String::new(),
            seen: String::new(),
            evidence: Vec::new(),
            because: None,
        };
        let mut settled = settle(&plan(is), vec![finding(before)], vec![finding(after)]);
        settled.remove(0).outcome
    }

    #[test]
    fn what_fails_in_the_crowd_only_is_kept() {
        let kept = settled_outcome(Disposition::Granted, Outcome::Fail, Outcome::Pass);
        assert_eq!(kept, Outcome::Pass);
        let doubtful = settled_outcome(Disposition::Granted, Outcome::Pass, Outcome::Fail);
        assert!(matches!(doubtful, Outcome::Inconclusive(_)));
        let failed = settled_outcome(Disposition::Granted, Outcome::Fail, Outcome::Fail);
        assert_eq!(failed, Outcome::Fail);
    }

    #[test]
    fn a_grant_that_should_not_be_was_given() {
        let failed = settled_outcome(Disposition::Refused, Outcome::Fail, Outcome::Pass);
        assert_eq!(failed, Outcome::Fail);
        let failed = settled_outcome(Disposition::Refused, Outcome::Pass, Outcome::Fail);
        assert_eq!(failed, Outcome::Fail);
    }

    #[test]
    fn the_second_look_concludes_what_the_first_could_not() {
        let unsure = || Outcome::Inconclusive("throttled".to_owned());
        assert_eq!(
            settled_outcome(Disposition::Granted, unsure(), Outcome::Pass),
            Outcome::Pass
        );
        assert_eq!(
            settled_outcome(Disposition::Granted, unsure(), Outcome::Fail),
            Outcome::Fail
        );
        assert_eq!(
            settled_outcome(Disposition::Granted, Outcome::Pass, unsure()),
            Outcome::Pass
        );
    }
}
