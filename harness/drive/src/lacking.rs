//! What a plan needs that the environment or the target has not, and which plans mostly wait.

use std::collections::BTreeSet;

use cimdspec_model::plan::Need;
use cimdspec_model::plan::Plan;
use cimdspec_model::scenario::step::Act;
use cimdspec_model::verdict::Outcome;
use cimdspec_world::Environment;

use crate::target::Target;

/// Why a plan is not walked at all.
pub(crate) fn lacking(
    plan: &Plan,
    environment: Environment,
    target: &Target,
    lacks: &BTreeSet<Need>,
) -> Option<Outcome> {
    if environment == Environment::Loopback && needs_the_box(plan) {
        return Some(Outcome::NotRun(
            "the loopback environment has no names and no special addresses".to_owned(),
        ));
    }
    let missing = plan
        .needs
        .iter()
        .find(|need| lacks.contains(need) || !target.offers(**need))?;
    let what = serde_json::to_value(missing)
        .ok()
        .and_then(|word| word.as_str().map(str::to_owned));
    Some(Outcome::NotApplicable(format!(
        "the target does not offer `{}`",
        what.unwrap_or_default()
    )))
}

/// Whether the plan speaks of names, addresses or certificates.
fn needs_the_box(plan: &Plan) -> bool {
    speaks_of_http_hosts(plan)
        || plan
            .needs
            .iter()
            .any(|need| matches!(need, Need::Dns | Need::Sandbox))
        || plan.hosts.iter().any(|host| host.address.is_some())
        || plan.steps.iter().any(|step| match &step.act {
            Act::Resolve(_) => true,
            Act::Serve(serve) => serve.tls.is_some(),
            _ => false,
        })
}

/// Whether the plan writes a host with plain http: on loopback every host is 127.0.0.1, where that is right.
fn speaks_of_http_hosts(plan: &Plan) -> bool {
    serde_json::to_string(&plan.steps).is_ok_and(|text| text.contains("\"http://@"))
}

/// Whether the plan mostly waits.
pub(crate) fn is_patient(plan: &Plan) -> bool {
    plan.steps.iter().any(|step| {
        step.background
            || match &step.act {
                Act::Resolve(resolve) => resolve.fail.is_some() || resolve.delay.is_some(),
                Act::Serve(serve) => serve.delivery.is_some() || serve.pace.is_some() || serve.tls.is_some(),
                Act::Wait(_) => true,
                _ => false,
            }
    })
}
