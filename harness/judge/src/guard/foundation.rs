//! What a check builds on: the steps before the one that it looks at, each of which must have been granted in the same case.
//!
//! A code that is redeemed "a second time" says nothing where it was never redeemed a first time.

use cimdspec_model::name::StepName;
use cimdspec_model::plan::Check;
use cimdspec_model::plan::Control;
use cimdspec_model::plan::Plan;
use cimdspec_model::reason::ReasonCode;
use cimdspec_model::verdict::Outcome;

use crate::disposition::Seen;
use crate::expect::Evidence;
use crate::words;

/// The steps on which a check builds, in order.
pub fn foundation<'a>(plan: &'a Plan, check: &Check) -> Vec<&'a StepName> {
    if !check.expect.kind().builds_on_steps() {
        return Vec::new();
    }
    let named = check.expect.steps();
    let Some(last) = plan.steps.iter().rposition(|step| named.contains(&&step.name)) else {
        return Vec::new();
    };
    plan.steps[..last]
        .iter()
        .filter(|step| step.act.asks() && !step.background && !step.optional)
        .map(|step| &step.name)
        .filter(|name| !named.contains(name) && !may_be_refused(plan, name))
        .collect()
}

/// Whether a check of the plan, or its condition, is about what becomes of this step when it is not granted.
fn may_be_refused(plan: &Plan, name: &StepName) -> bool {
    let of_checks = plan.checks.iter();
    let mut expected = of_checks.flat_map(|check| check.given.iter().chain([&check.expect]));
    expected.any(|expect| expect.kind().may_be_refused() == Some(name))
}

/// What becomes of a check that has nothing to stand on: a step on which it builds was not granted.
pub(crate) fn unfounded(evidence: &Evidence<'_>, check: &Check) -> Option<Outcome> {
    foundation(evidence.plan, check)
        .into_iter()
        .find_map(|name| match evidence.disposition(name) {
            Seen::Granted => None,
            // Who refuses what is wrong with an earlier step shows nothing of a later one.
            Seen::Refused(_) if differs(evidence.plan, name) => Some(refused_already(name)),
            seen => Some(Outcome::inconclusive(ReasonCode::EarlierStep.with(format!(
                "step `{name}`, on which this check builds, was not granted but {}",
                words::seen(&seen)
            )))),
        })
}

/// What becomes of a check of which the server refuses an earlier step.
pub(crate) fn refused_already(name: &StepName) -> Outcome {
    let why = format!("precondition not met: the server already refuses step `{name}`");
    Outcome::not_applicable(ReasonCode::RefusedBefore.with(why))
}

/// Whether a step asks for something else than it does in the paired control.
fn differs(plan: &Plan, name: &StepName) -> bool {
    let Control::Plan(control) = &plan.control else {
        return false;
    };
    let act = |plan: &Plan| {
        plan.steps
            .iter()
            .find(|step| step.name == *name)
            .map(|step| step.act.clone())
    };
    act(plan) != act(control)
}
