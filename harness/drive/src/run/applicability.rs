//! What a plan needs that the environment or the target has not, and which plans mostly wait.

use std::collections::BTreeSet;

use cimdspec_model::plan::Need;
use cimdspec_model::plan::Plan;
use cimdspec_model::reason::ReasonCode;
use cimdspec_model::verb::Burden;
use cimdspec_model::verb::Step;
use cimdspec_model::verdict::Outcome;
use cimdspec_world::Environment;

use crate::run::behind_a_name::public_lacks;
use crate::run::politeness::impolite;
use crate::run::politeness::not_run;
use crate::run::schedule::Load;
use crate::target::server::Target;

/// Why a plan is not walked at all.
pub(crate) fn lacking(
    plan: &Plan,
    environment: Environment,
    target: &Target,
    lacks: &BTreeSet<Need>,
    load: Load,
) -> Option<Outcome> {
    if load == Load::Refused && plan.needs.contains(&Need::Load) {
        return Some(Outcome::not_run(
            ReasonCode::Load.with("it puts a load on the server: run with `--load`"),
        ));
    }
    if target.profile().pace.polite
        && let Some(why) = impolite(plan)
    {
        return Some(not_run(why));
    }
    if target.heard.is_none() && plan.needs.contains(&Need::Log) {
        return Some(Outcome::not_run(ReasonCode::Environment.with(
            "it needs the server log, which is available only if cimdspec starts the server",
        )));
    }
    if let Some(why) = environment_lacks(plan, environment) {
        return Some(Outcome::not_run(ReasonCode::Environment.with(why)));
    }
    let missing = plan
        .needs
        .iter()
        .find(|need| lacks.contains(need) || !target.offers(**need))?;
    if let Some(why) = profile_lacks(*missing) {
        return Some(Outcome::not_applicable(ReasonCode::NotInProfile.with(why)));
    }
    let what = serde_json::to_value(missing)
        .ok()
        .and_then(|word| word.as_str().map(str::to_owned));
    let why = format!("the target does not support `{}`", what.unwrap_or_default());
    Some(Outcome::not_applicable(ReasonCode::NotSupported.with(why)))
}

/// What a profile would have to tell.
fn profile_lacks(need: Need) -> Option<&'static str> {
    match need {
        Need::InitialToken => Some("the profile has no `initial_access_token`"),
        Need::InitialTokenExpired => Some("the profile has no `expired_initial_access_token`"),
        Need::Statements => {
            Some("the profile has no `[statements]`: an issuer that the target trusts, with its key")
        }
        _ => None,
    }
}

/// Why an environment cannot carry a plan.
pub(crate) fn environment_lacks(plan: &Plan, environment: Environment) -> Option<String> {
    match environment {
        Environment::Loopback if needs_the_box(plan) => {
            Some("the loopback environment has no names and no special addresses".to_owned())
        }
        Environment::Loopback | Environment::Sandbox => None,
        Environment::Public(reach) => public_lacks(plan, reach).map(str::to_owned),
    }
}

/// Whether the plan speaks of names, addresses or certificates.
fn needs_the_box(plan: &Plan) -> bool {
    speaks_of_http_hosts(plan)
        || plan
            .needs
            .iter()
            .any(|need| matches!(need, Need::Dns | Need::Names | Need::Sandbox))
        || plan.hosts.iter().any(|host| host.address.is_some())
        || plan.steps.iter().any(|step| step.act.verb().needs_names())
}

/// Whether the plan writes a host with plain http: on loopback every host is 127.0.0.1, where that is right.
fn speaks_of_http_hosts(plan: &Plan) -> bool {
    let speaks = |step: &Step| {
        let texts = step.references().texts();
        texts.iter().any(|text| text.starts_with("http://@"))
    };
    plan.steps.iter().any(speaks)
}

/// What a plan does to others that run beside it.
pub(crate) fn burden(plan: &Plan) -> Burden {
    let of_step = |step: &Step| {
        let background = match step.background {
            true => Burden::Crowding,
            false => Burden::Quick,
        };
        step.act.verb().burden().max(background)
    };
    plan.steps.iter().map(of_step).max().unwrap_or(Burden::Quick)
}

/// How many requests of the plan are open together.
pub(crate) fn requests_at_once(plan: &Plan) -> usize {
    let many = |step: &Step| step.act.verb().at_once();
    1 + plan
        .steps
        .iter()
        .filter(|step| step.background)
        .map(many)
        .sum::<usize>()
}

/// Whether the plan mostly waits.
pub fn is_patient(plan: &Plan) -> bool {
    burden(plan) != Burden::Quick
}
