//! Findings: each check of a case, with its control, its level and its evidence.

use cimdspec_model::expect::Expect;
use cimdspec_model::plan::Check;
use cimdspec_model::plan::Plan;
use cimdspec_model::reason::Reason;
use cimdspec_model::reason::ReasonCode;
use cimdspec_model::requirement::clause::Clauses;
use cimdspec_model::requirement::level::Level;
use cimdspec_model::verdict::Finding;
use cimdspec_model::verdict::Outcome;
use cimdspec_model::verdict::Verdict;

use crate::because::with_causes;
use crate::disposition::Seen;
use crate::expect::Conclusion;
use crate::expect::Evidence;
use crate::guard::control::control_gap;
use crate::guard::control::is_its_control;
use crate::guard::control::refused_too_early;
use crate::guard::control::slow_control;
use crate::guard::control::stops_at_login;
use crate::guard::denial::not_made;
use crate::guard::foundation::refused_already;
use crate::guard::foundation::unfounded;
use crate::guard::hanging::hangs_on_the_wire;
use crate::guard::steering::unsteered;
use crate::guard::witness::is_witnessed;
use crate::guard::witness::unwitnessed;
use crate::history::History;
use crate::input::Input;

/// Concludes every check of a case.
pub fn judge(input: Input<'_>) -> Vec<Finding> {
    let checks = input.plan.checks.iter();
    let findings = checks.map(|check| check_finding(&input, check)).collect();
    with_causes(&input.evidence(input.plan, input.case), findings)
}

/// The same outcome for every check of a plan that was not walked.
pub fn not_judged(plan: &Plan, clauses: &Clauses, outcome: &Outcome) -> Vec<Finding> {
    let conclusion = |check: &Check| Conclusion {
        outcome: outcome.clone(),
        expected: check.expect.kind().words(),
        seen: "nothing".to_owned(),
        evidence: History::default(),
    };
    plan.checks
        .iter()
        .map(|check| finding(plan, clauses, check, conclusion(check)))
        .collect()
}

fn check_finding(input: &Input<'_>, check: &Check) -> Finding {
    let Input {
        plan, case, clauses, ..
    } = *input;
    let evidence = input.evidence(plan, case);
    let mut conclusion = evidence.conclude(&check.expect);
    if let Some(outcome) = set_aside(input, check, &evidence, &conclusion.outcome) {
        conclusion.outcome = outcome;
    }
    finding(plan, clauses, check, conclusion)
}

/// What becomes of a check whose conclusion does not stand.
fn set_aside(
    input: &Input<'_>,
    check: &Check,
    evidence: &Evidence<'_>,
    concluded: &Outcome,
) -> Option<Outcome> {
    let policies = input.policies;
    if let Some(policy) = check.unless.iter().find(|policy| policies.contains(policy)) {
        let told = format!("the target declares the policy `{policy}`");
        return Some(Outcome::not_applicable(ReasonCode::Policy.with(told)));
    }
    if is_its_control(input) {
        let told = "under the policies that the target declares this asks what the paired control asks";
        return Some(Outcome::not_applicable(ReasonCode::Policy.with(told)));
    }
    let before = not_made(evidence, &check.expect.steps())
        .or_else(|| check.given.iter().find_map(|given| lifted(evidence, given)))
        .or_else(|| {
            unprepared(evidence, check).map(|why| Outcome::inconclusive(ReasonCode::EarlierStep.with(why)))
        });
    if before.is_some() {
        return before;
    }
    let others_answer = || {
        let why = unsteered(input, check)?;
        Some(Outcome::inconclusive(ReasonCode::Environment.with(why)))
    };
    let breach_speaks = check.expect.kind().speaks_without_control() && !stops_at_login(input.plan, check);
    let gap = match concluded {
        Outcome::Fail if breach_speaks => None,
        Outcome::Fail => control_gap(input, check, concluded)
            .filter(|_| !hangs_on_the_wire(input, check))
            .or_else(|| refused_too_early(input, check))
            .or_else(|| slow_control(input, check)),
        Outcome::Pass => control_gap(input, check, concluded)
            .filter(|_| !is_witnessed(input, check))
            .or_else(|| refused_too_early(input, check))
            .or_else(|| {
                (!input.case.alive).then(|| "the target no longer answered after this case".to_owned())
            }),
        Outcome::Recorded(_) => return others_answer(),
        Outcome::Inconclusive(_) => return refused_on_the_way(input, check, evidence),
        _ => return None,
    };
    unfounded(evidence, check)
        .or_else(|| unwitnessed(input, check, concluded))
        .or_else(others_answer)
        .or_else(|| gap.map(|why| Outcome::inconclusive(ReasonCode::Control.with(why))))
}

/// What becomes of a check of a step that could not be asked for, since the server refuses what this case differs in already.
fn refused_on_the_way(input: &Input<'_>, check: &Check, evidence: &Evidence<'_>) -> Option<Outcome> {
    let refused = evidence.refused_on_the_way(&check.expect.steps())?;
    let is_granted = |(plan, case)| input.evidence(plan, case).disposition(refused).is_granted();
    input
        .control
        .is_none_or(is_granted)
        .then(|| refused_already(refused))
}

/// Why a step says nothing: one before it, such as a deletion, could not be made.
fn unprepared(evidence: &Evidence<'_>, check: &Check) -> Option<String> {
    let named = check.expect.steps();
    let last = evidence.asking().filter(|name| named.contains(name)).last()?;
    let mut before = evidence.asking().take_while(|name| *name != last);
    before.find_map(|name| match evidence.disposition(name) {
        Seen::Impossible(reason) if !evidence.was_refused_before(name) => {
            Some(format!("step `{name}` before it was not possible: {reason}"))
        }
        _ => None,
    })
}

/// What becomes of a check whose condition does not hold.
fn lifted(evidence: &Evidence<'_>, given: &Expect) -> Option<Outcome> {
    let condition = evidence.conclude(given);
    match condition.outcome {
        Outcome::Pass => None,
        Outcome::Fail | Outcome::NotApplicable(_) => Some(Outcome::not_applicable(Reason::unmet(format!(
            "expected {}, seen {}",
            condition.expected, condition.seen
        )))),
        // A request that was refused brings nothing to look at: then the condition does not hold.
        Outcome::Inconclusive(_) if given.steps().iter().any(|name| evidence.was_refused_before(name)) => {
            Some(Outcome::not_applicable(Reason::unmet(
                "a step before it was refused",
            )))
        }
        other => Some(other),
    }
}

/// A finding of a check.
pub(crate) fn finding(plan: &Plan, clauses: &Clauses, check: &Check, conclusion: Conclusion) -> Finding {
    let named = clauses.by_strength(&check.clauses);
    let deciding = named.first();
    let Conclusion {
        outcome,
        expected,
        seen,
        evidence,
    } = conclusion;
    Finding {
        variant: plan.variant.clone(),
        check: check.id.clone(),
        title: plan.title.clone(),
        clauses: named.iter().map(|clause| clause.id.clone()).collect(),
        level: deciding.map_or(Level::Advice, |clause| clause.level),
        breach: deciding.map_or(Verdict::Note, |clause| clause.breach()),
        citation: deciding.map_or_else(|| "no such clause".to_owned(), |clause| clause.citation()),
        outcome,
        expected,
        seen,
        evidence: evidence.lines,
        decisive: evidence.decisive,
        because: None,
    }
}

#[cfg(test)]
#[path = "finding_tests.rs"]
mod tests;
