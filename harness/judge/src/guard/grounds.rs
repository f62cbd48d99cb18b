//! Whether an expectation stands on an answer that says something: a step that came to no conclusion proves nothing,
//! neither by what it lacks nor by where it ended.

use cimdspec_model::expect::Expect;
use cimdspec_model::expect::Grounds;
use cimdspec_model::expect::TrafficExpect;
use cimdspec_model::name::StepName;
use cimdspec_model::observation::Arrival;
use cimdspec_model::verb::Act;
use cimdspec_model::verb::Until;
use cimdspec_model::verdict::Outcome;

use crate::disposition::Seen;
use crate::disposition::is_failure;
use crate::expect::Evidence;
use crate::words;

/// Why neither pass nor fail can be said of an expectation about an answer.
pub(crate) fn groundless(evidence: &Evidence<'_>, expect: &Expect, outcome: &Outcome) -> Option<String> {
    let Grounds {
        answered,
        stopped,
        ended,
        despite_failure,
    } = expect.kind().grounds(outcome);
    let failed = || expect.steps().into_iter().find_map(|name| failed(evidence, name));
    let failed = if despite_failure { None } else { failed() };
    failed
        .or_else(|| answered.into_iter().find_map(|name| throttled(evidence, name)))
        .or_else(|| stopped.and_then(|name| went_past(evidence, name)))
        .or_else(|| ended.and_then(|name| open(evidence, name)))
}

/// Why an answer says nothing of the rule: the server failed.
fn failed(evidence: &Evidence<'_>, name: &StepName) -> Option<String> {
    // A server may refuse by failing.
    let status = evidence.status(name).filter(|status| is_failure(*status))?;
    if evidence.disposition(name).is_refused() {
        return None;
    }
    Some(format!("the server failed at step `{name}`: status {status}"))
}

/// Why the absence of traffic proves nothing: a step that never reached the target's rules.
pub(crate) fn asked_in_vain(evidence: &Evidence<'_>, expect: &TrafficExpect) -> Option<String> {
    let is_meant = |name: &StepName| expect.during.as_ref().is_none_or(|during| during == name);
    evidence
        .asking()
        .find_map(|name| match evidence.disposition(name) {
            Seen::Throttled => Some(format!("step `{name}` was throttled")),
            // A client that was refused at an earlier step is refused: the later ones would bring no more.
            Seen::Impossible(_) if evidence.was_refused_before(name) => None,
            Seen::Impossible(reason) => Some(format!("step `{name}` was not possible: {reason}")),
            Seen::Unclear(reason) if is_meant(name) => Some(format!("step `{name}` is unclear: {reason}")),
            // What comes after the page may bring traffic, too.
            seen @ Seen::Accepted(_) if is_meant(name) => {
                Some(format!("step `{name}` is {}", words::seen(&seen)))
            }
            Seen::Accepted(_) | Seen::Diverted(_) | Seen::Granted | Seen::Refused(_) | Seen::Unclear(_) => {
                None
            }
        })
}

fn throttled(evidence: &Evidence<'_>, name: &StepName) -> Option<String> {
    (evidence.disposition(name) == Seen::Throttled).then(|| format!("step `{name}` was throttled"))
}

/// Why the last response of a step is not the page that it was to stop on.
fn went_past(evidence: &Evidence<'_>, name: &StepName) -> Option<String> {
    let was_sent = evidence
        .record(name)
        .is_some_and(|record| matches!(record.arrival, Arrival::Sent { .. }));
    (is_to_stop(evidence, name).is_some() && was_sent)
        .then(|| format!("step `{name}` came past the page that it is about"))
}

/// On which page a step is to stop, if it is: one that asks for a login or a decision.
pub(crate) fn is_to_stop(evidence: &Evidence<'_>, name: &StepName) -> Option<Until> {
    let step = evidence.plan.steps.iter().find(|step| step.name == *name)?;
    match &step.act {
        Act::Authorize(act) => act
            .until
            .filter(|until| matches!(until, Until::Consent | Until::Login)),
        _ => None,
    }
}

fn open(evidence: &Evidence<'_>, name: &StepName) -> Option<String> {
    match evidence.disposition(name) {
        Seen::Diverted(_) | Seen::Granted | Seen::Refused(_) => None,
        Seen::Impossible(_) if evidence.was_refused_before(name) => None,
        seen => Some(words::seen(&seen)),
    }
}
