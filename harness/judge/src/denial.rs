//! Whether a step was made at all: one that is about something the target does not have tells nothing, and a denial that
//! was never made tells nothing of how denials are answered.

use cimdspec_model::name::StepName;
use cimdspec_model::observation::Arrival;
use cimdspec_model::observation::Reply;
use cimdspec_model::observation::StepRecord;
use cimdspec_model::scenario::step::Act;
use cimdspec_model::scenario::step::Decision;
use cimdspec_model::verdict::Outcome;

use crate::disposition::Seen;
use crate::expectation::Scene;
use crate::likeness::header;

/// What becomes of a check about what the target does not have, or about a denial that was not made.
pub(crate) fn not_made(scene: &Scene<'_>, names: &[&StepName]) -> Option<Outcome> {
    let lacking = scene.case.steps.iter().find_map(|record| match &record.arrival {
        Arrival::Inapplicable { reason } => Some(reason.clone()),
        _ => None,
    });
    if let Some(why) = lacking {
        return Some(Outcome::NotApplicable(why));
    }
    let denials = names.iter().filter(|name| is_denial(scene, name));
    denials
        .filter_map(|name| scene.record(name))
        .find_map(|record| match &record.arrival {
            Arrival::Sent { parameters, .. } => {
                let granted = parameters.iter().any(|(name, _)| name == "code");
                (granted && !shows_a_page(record)).then(|| {
                    Outcome::NotApplicable("the target asked nobody: it showed no page to deny on".to_owned())
                })
            }
            Arrival::Page if matches!(scene.disposition(&record.step), Seen::Accepted(_)) => {
                Some(Outcome::Inconclusive(
                    "nothing to deny with was found on the page: `consent.deny` of the profile names it"
                        .to_owned(),
                ))
            }
            _ => None,
        })
}

fn is_denial(scene: &Scene<'_>, name: &StepName) -> bool {
    scene.plan.steps.iter().any(|step| {
        matches!(&step.act, Act::Authorize(act) if step.name == *name && act.decide == Some(Decision::Deny))
    })
}

fn shows_a_page(record: &StepRecord) -> bool {
    record.exchanges.iter().any(|exchange| match &exchange.reply {
        Reply::Response { status, headers, .. } => {
            (200..300).contains(status)
                && header(headers, "content-type").is_some_and(|media| media.contains("html"))
        }
        Reply::Broken { .. } | Reply::Timeout => false,
    })
}
