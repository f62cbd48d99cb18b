//! Several attempts at one case: what comes once only is no finding, but for what was seen on the wire.

use cimdspec_model::expect::Expect;
use cimdspec_model::plan::Plan;
use cimdspec_model::reason::ReasonCode;
use cimdspec_model::verdict::Finding;
use cimdspec_model::verdict::Outcome;
use cimdspec_model::verdict::Verdict;
use serde::Deserialize;
use serde::Serialize;

/// What a first attempt at a check calls for.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
pub enum Doubt {
    /// Nothing: no other attempt could change it.
    Certain,
    /// A second attempt.
    Open,
    /// An attempt of its own, when nothing else is asked: somebody is about to be accused.
    Accused,
}

/// What the first attempt at a check calls for, in a case of which a step was refused, or none.
pub fn doubt(plan: &Plan, finding: &Finding, was_refused: bool) -> Doubt {
    match (&finding.outcome, finding.verdict()) {
        // The condition may be unmet by a refusal that is due to the load of the concurrent phase.
        (Outcome::NotApplicable(why), _) if was_refused && why.code.is_of_the_check() => Doubt::Open,
        // A document that was not kept may have had no room in the concurrent phase.
        (Outcome::NotApplicable(_), _) if is_about_keeping(plan, finding) => Doubt::Accused,
        (Outcome::NotApplicable(_) | Outcome::Pass | Outcome::Recorded(_), _) => Doubt::Certain,
        (Outcome::Fail, _) if was_seen(plan, finding) => Doubt::Certain,
        (_, Some(Verdict::Violation | Verdict::Warning)) => Doubt::Accused,
        _ => Doubt::Open,
    }
}

/// Whether a check rests on something that did not happen, as when a document is kept and not fetched again.
fn is_about_keeping(plan: &Plan, finding: &Finding) -> bool {
    let is_absence = |given: &Expect| given.kind().absence().is_some();
    let mut checks = plan.checks.iter();
    checks.any(|check| check.id == finding.check && check.given.iter().any(is_absence))
}

/// The findings of two attempts together, check by check.
///
/// What was seen on the wire is seen, whichever attempt it was. Of everything else the second attempt decides, for it was made
/// after the concurrent phase, whose load may be too much for a target; unless it came to no end. A grant that does
/// not come again is no breach: the target may have failed the one time or the other.
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

/// The same, where the first attempt rests on a refusal that is unlike all others: a pass is one only if it comes again.
pub fn settle_odd(plan: &Plan, first: Vec<Finding>, second: Vec<Finding>) -> Vec<Finding> {
    let attempts = first.into_iter().zip(second);
    attempts
        .map(|(before, after)| match (&before.outcome, &after.outcome) {
            (Outcome::Pass, Outcome::Error(why) | Outcome::Inconclusive(why)) => Finding {
                outcome: Outcome::inconclusive(ReasonCode::Unstable.with(format!(
                    "the refusal was unlike the others of this server, and did not come again: {why}"
                ))),
                ..after
            },
            _ => settled(plan, before, after),
        })
        .collect()
}

/// Whether a third attempt is to decide: what passed, or did not apply, breaks the rule when it is tried again.
pub fn is_disputed(before: &Finding, after: &Finding) -> bool {
    matches!(before.outcome, Outcome::NotApplicable(_) | Outcome::Pass) && after.outcome == Outcome::Fail
}

/// The findings of three attempts, of which the second disputed the first: two of three decide, where they agree on a breach.
pub fn settle_dispute(
    plan: &Plan,
    first: &[Finding],
    second: Vec<Finding>,
    third: Vec<Finding>,
) -> Vec<Finding> {
    let attempts = first.iter().zip(second).zip(third);
    attempts
        .map(|((before, after), last)| match is_disputed(before, &after) {
            true if last.outcome == Outcome::Fail => last,
            true if was_seen(plan, &after) => after,
            true => once(&after, &last, "once of three"),
            false => settled(plan, before.clone(), after),
        })
        .collect()
}

/// Whether the breach was seen and needs no repetition: traffic that should not be, or a race that was won. Who races again may
/// lose by chance, and that both were granted once is the breach.
fn was_seen(plan: &Plan, finding: &Finding) -> bool {
    let mut checks = plan.checks.iter();
    checks.any(|check| check.id == finding.check && check.expect.kind().needs_no_repetition(&plan.steps))
}

/// One of several rounds of an attempt.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Round {
    /// Its number, from 1.
    pub number: usize,
    /// How many there are at most.
    pub of: usize,
}

/// Adds in which round something was seen, or in how many nothing else was.
pub fn in_round(findings: &mut [Finding], round: Round) {
    let Round { number, of } = round;
    for finding in findings {
        match finding.outcome {
            Outcome::Pass => finding.seen = format!("{}, in each of {number} rounds", finding.seen),
            Outcome::Fail => finding.seen = format!("{}, in round {number} of {of}", finding.seen),
            _ => {}
        }
    }
}

fn breach_speaks(plan: &Plan, finding: &Finding) -> bool {
    plan.checks
        .iter()
        .any(|check| check.id == finding.check && check.expect.kind().speaks_without_control())
}

fn settled(plan: &Plan, before: Finding, after: Finding) -> Finding {
    let breach_speaks = breach_speaks(plan, &before);
    match (&before.outcome, &after.outcome) {
        (Outcome::Fail, Outcome::Fail) => after,
        (Outcome::Fail, _) if was_seen(plan, &before) => before,
        (_, Outcome::Fail) if was_seen(plan, &after) => after,
        (Outcome::Fail, _) if breach_speaks => once(&before, &after, "once of two"),
        (Outcome::Pass, Outcome::Fail) => once(&after, &before, "once of two"),
        // An attempt that came to an end tells more than one that did not.
        (Outcome::Pass, Outcome::Error(_) | Outcome::Inconclusive(_)) => before,
        _ => after,
    }
}

/// A breach that came in one attempt and not in the other.
fn once(breach: &Finding, other: &Finding, how_often: &str) -> Finding {
    let other = other.outcome.why().map_or(&other.seen, |why| &why.text);
    Finding {
        outcome: Outcome::inconclusive(ReasonCode::Unstable.with(format!(
            "the rule was broken {how_often}: {}; another time: {other}",
            breach.seen
        ))),
        ..breach.clone()
    }
}

#[cfg(test)]
mod tests {
    use std::sync::Arc;

    use cimdspec_model::name::CheckId;
    use cimdspec_model::name::ClauseId;
    use cimdspec_model::name::ScenarioId;
    use cimdspec_model::name::StepName;
    use cimdspec_model::name::VariantId;
    use cimdspec_model::plan::Check;
    use cimdspec_model::plan::Control;
    use cimdspec_model::plan::Request;
    use cimdspec_model::reason::Reason;
    use cimdspec_model::requirement::level::Level;
    use cimdspec_model::text::Text;
    use cimdspec_model::verb::Act;
    use cimdspec_model::verb::Authorize;
    use cimdspec_model::verb::Step;
    use cimdspec_model::verdict::Verdict;
    use serde_json::Value;
    use serde_json::json;

    use super::*;

    const GRANTED: &str = r#"{ "answer": { "of": "ask", "is": "granted" } }"#;
    const REFUSED: &str = r#"{ "answer": { "of": "ask", "is": "refused" } }"#;
    const TRAFFIC: &str = r#"{ "traffic": { "event": "connect", "to": "10.0.0.1", "at_most": 0 } }"#;
    const COUNT: &str = r#"{ "count": { "of": ["ask", "again"], "at_most": 1 } }"#;

    fn plan(expect: &str, background: bool) -> Plan {
        let expect: Value = serde_json::from_str(expect).unwrap();
        let step = Step {
            name: StepName::parse("ask").unwrap(),
            background,
            optional: false,
            wait_on: None,
            act: Act::Authorize(Authorize::default()),
        };
        Plan {
            variant: variant(),
            title: String::new(),
            base: String::new(),
            needs: Vec::new(),
            rounds: std::num::NonZeroU16::MIN,
            hosts: Arc::default(),
            registration: Arc::default(),
            request: Request {
                redirect_uri: Text(String::new()),
                set: Default::default(),
            },
            steps: vec![step],
            checks: Arc::new(vec![Check {
                id: CheckId::parse("c").unwrap(),
                clauses: vec![ClauseId::parse("a.b").unwrap()],
                given: Vec::new(),
                expect: serde_json::from_value(expect).unwrap(),
                unless: Vec::new(),
                kills: Vec::new(),
                witness: None,
                also: Default::default(),
                follows: None,
            }]),
            control: Control::None(String::new()),
        }
    }

    fn variant() -> VariantId {
        VariantId {
            scenario: ScenarioId::parse("a/b").unwrap(),
            axes: Vec::new(),
        }
    }

    fn finding(level: Level, outcome: Outcome) -> Finding {
        Finding {
            variant: variant(),
            check: CheckId::parse("c").unwrap(),
            title: String::new(),
            clauses: vec![ClauseId::parse("a.b").unwrap()],
            level,
            breach: Verdict::of(level, false),
            citation: String::new(),
            seen: json!(outcome)["outcome"].as_str().unwrap_or_default().to_owned(),
            outcome,
            expected: String::new(),
            evidence: Vec::new(),
            decisive: Vec::new(),
            because: None,
        }
    }

    fn settled_outcome(expect: &str, before: Outcome, after: Outcome) -> Outcome {
        let must = |outcome| finding(Level::Must, outcome);
        settle(&plan(expect, false), vec![must(before)], vec![must(after)])
            .remove(0)
            .outcome
    }

    fn is_once(outcome: &Outcome, how_often: &str) -> bool {
        matches!(outcome, Outcome::Inconclusive(why) if why.text.contains(how_often))
    }

    #[test]
    fn what_fails_in_the_concurrent_phase_only_is_kept() {
        let kept = settled_outcome(GRANTED, Outcome::Fail, Outcome::Pass);
        assert_eq!(kept, Outcome::Pass);
        let doubtful = settled_outcome(GRANTED, Outcome::Pass, Outcome::Fail);
        assert!(is_once(&doubtful, "once of two"), "{doubtful:?}");
        let failed = settled_outcome(GRANTED, Outcome::Fail, Outcome::Fail);
        assert_eq!(failed, Outcome::Fail);
    }

    /// In the concurrent phase there may have been no room for it.
    #[test]
    fn what_was_not_kept_is_looked_at_alone() {
        let unmet = finding(Level::Should, Outcome::not_applicable("not kept".to_owned()));
        let mut rests = plan(GRANTED, false);
        assert_eq!(doubt(&rests, &unmet, false), Doubt::Certain);
        Arc::make_mut(&mut rests.checks)[0].given = vec![plan(TRAFFIC, false).checks[0].expect.clone()];
        assert_eq!(doubt(&rests, &unmet, false), Doubt::Accused);
    }

    /// The load may have caused the refusal; what the server does not support is the same under any load.
    #[test]
    fn a_condition_that_a_refusal_left_unmet_is_looked_at_again() {
        let of = |why: Reason, was_refused| {
            let finding = finding(Level::Must, Outcome::NotApplicable(why));
            doubt(&plan(GRANTED, false), &finding, was_refused)
        };
        let unmet = || Reason::unmet("the request was refused");
        assert_eq!(of(unmet(), true), Doubt::Open);
        assert_eq!(of(unmet(), false), Doubt::Certain);
        let unsupported = ReasonCode::NotSupported.with("the target does not support `par`");
        assert_eq!(of(unsupported, true), Doubt::Certain);
    }

    /// A grant that should not be, and does not come again, is neither a breach nor none.
    #[test]
    fn a_grant_that_does_not_come_again_is_once_of_two() {
        let unsure = || Outcome::inconclusive("throttled".to_owned());
        for (before, after) in [
            (Outcome::Fail, Outcome::Pass),
            (Outcome::Pass, Outcome::Fail),
            (Outcome::Fail, unsure()),
        ] {
            let outcome = settled_outcome(REFUSED, before, after);
            assert!(is_once(&outcome, "once of two"), "{outcome:?}");
        }
        assert_eq!(
            settled_outcome(REFUSED, Outcome::Fail, Outcome::Fail),
            Outcome::Fail
        );
    }

    #[test]
    fn what_was_seen_on_the_wire_is_seen() {
        for (before, after) in [(Outcome::Fail, Outcome::Pass), (Outcome::Pass, Outcome::Fail)] {
            assert_eq!(settled_outcome(TRAFFIC, before, after), Outcome::Fail);
        }
        let failed = finding(Level::Must, Outcome::Fail);
        assert_eq!(doubt(&plan(TRAFFIC, false), &failed, false), Doubt::Certain);
    }

    #[test]
    fn a_race_that_was_won_once_is_one() {
        let must = |outcome| finding(Level::Must, outcome);
        for (background, expected) in [(true, Doubt::Certain), (false, Doubt::Accused)] {
            assert_eq!(
                doubt(&plan(COUNT, background), &must(Outcome::Fail), false),
                expected
            );
        }
        let attempts = (vec![must(Outcome::Fail)], vec![must(Outcome::Pass)]);
        let settled = settle(&plan(COUNT, true), attempts.0, attempts.1);
        assert_eq!(settled[0].outcome, Outcome::Fail);
    }

    #[test]
    fn who_is_accused_gets_a_look_of_its_own() {
        let of = |level| doubt(&plan(REFUSED, false), &finding(level, Outcome::Fail), false);
        assert_eq!(of(Level::Must), Doubt::Accused);
        assert_eq!(of(Level::Should), Doubt::Accused);
        assert_eq!(of(Level::Advice), Doubt::Open);
    }

    #[test]
    fn a_pass_that_rests_on_an_odd_refusal_comes_again_or_is_none() {
        let must = |outcome| vec![finding(Level::Must, outcome)];
        let settled = |after| {
            let odd = settle_odd(&plan(REFUSED, false), must(Outcome::Pass), must(after));
            odd[0].outcome.clone()
        };
        assert_eq!(settled(Outcome::Pass), Outcome::Pass);
        let open = settled(Outcome::inconclusive("no answer".to_owned()));
        assert!(is_once(&open, "unlike the others"), "{open:?}");
    }

    #[test]
    fn of_a_disputed_pass_a_third_look_decides() {
        let must = |outcome| vec![finding(Level::Must, outcome)];
        let settled = |first, third| {
            let (first, second) = (must(first), must(Outcome::Fail));
            assert!(is_disputed(&first[0], &second[0]));
            settle_dispute(&plan(REFUSED, false), &first, second, must(third))
                .remove(0)
                .outcome
        };
        for first in [Outcome::Pass, Outcome::not_applicable(String::new())] {
            assert_eq!(settled(first.clone(), Outcome::Fail), Outcome::Fail);
            assert!(is_once(&settled(first, Outcome::Pass), "once of three"));
        }
    }

    #[test]
    fn the_second_look_concludes_what_the_first_could_not() {
        let unsure = || Outcome::inconclusive("throttled".to_owned());
        assert_eq!(settled_outcome(GRANTED, unsure(), Outcome::Pass), Outcome::Pass);
        assert_eq!(settled_outcome(GRANTED, unsure(), Outcome::Fail), Outcome::Fail);
        assert_eq!(settled_outcome(GRANTED, Outcome::Pass, unsure()), Outcome::Pass);
    }
}
