//! Calibration: what this target's acceptance and refusal look like, and what it really offers.

use std::collections::BTreeMap;
use std::collections::BTreeSet;
use std::sync::Arc;

use cimdspec_judge::Calibration;
use cimdspec_judge::disposition;
use cimdspec_model::name::CaseId;
use cimdspec_model::name::StepName;
use cimdspec_model::observation::Reply;
use cimdspec_model::observation::StepRecord;
use cimdspec_model::plan::Control;
use cimdspec_model::plan::Need;
use cimdspec_model::plan::Plan;
use cimdspec_model::scenario::step::Act;
use cimdspec_model::scenario::step::Authorize;
use cimdspec_model::scenario::step::Register;
use cimdspec_model::scenario::step::Serve;
use cimdspec_model::scenario::step::Step;
use cimdspec_model::text::Text;
use cimdspec_world::World;
use serde_json::Value;
use tokio::sync::watch;

use crate::cookie::Jar;
use crate::target::Target;
use crate::walk::walk;

/// What the calibration brought.
pub(crate) struct Calibrated {
    /// Known-good and known-bad authorize steps.
    pub(crate) calibration: Calibration,
    /// The cookies of a user who is logged in.
    pub(crate) jar: Jar,
    /// What the target does not offer after all.
    pub(crate) lacks: BTreeSet<Need>,
    /// All of it in words.
    pub(crate) words: Vec<String>,
}

/// Calibrates on the bases of the plans.
pub(crate) async fn calibrate(
    plans: &[Plan],
    world: &World,
    target: &Arc<Target>,
    nonce: &str,
    stop: &watch::Receiver<bool>,
) -> Calibrated {
    let mut found = Calibrated {
        calibration: Calibration::default(),
        jar: Jar::default(),
        lacks: BTreeSet::new(),
        words: Vec::new(),
    };
    let has = |need: Need| move |plan: &&Plan| plan.needs.contains(&need);
    if let Some(plan) = plans.iter().find(has(Need::Cimd)) {
        by_document(plan, world, target, nonce, stop, &mut found).await;
    }
    if let Some(plan) = plans.iter().find(has(Need::Dcr)) {
        by_registration(plan, world, target, nonce, stop, &mut found).await;
    }
    found
}

async fn by_document(
    plan: &Plan,
    world: &World,
    target: &Arc<Target>,
    nonce: &str,
    stop: &watch::Receiver<bool>,
    found: &mut Calibrated,
) {
    let ask = |act: Authorize| vec![step("ask", Act::Authorize(act))];
    let served = |serve: Serve| {
        vec![
            step("world", Act::Serve(serve)),
            step("ask", Act::Authorize(Authorize::default())),
        ]
    };
    let other_id = BTreeMap::from([("client_id".to_owned(), Value::from("@docs/somebody-else.json"))]);
    let attempts = [
        ("good", ask(Authorize::default())),
        (
            "no document",
            served(Serve {
                status: Some(404),
                ..Serve::default()
            }),
        ),
        (
            "another's document",
            served(Serve {
                set: other_id,
                ..Serve::default()
            }),
        ),
        (
            "foreign redirect URI",
            ask(Authorize {
                redirect_uri: Some(Text("@app/not-registered".to_owned())),
                ..Authorize::default()
            }),
        ),
    ];
    for (number, (name, steps)) in attempts.into_iter().enumerate() {
        let plan = bare(plan, steps);
        let id = CaseId::new(&format!("{nonce}s"), number);
        let Ok(walked) = walk(&plan, world, target, id, found.jar.clone(), stop).await else {
            continue;
        };
        let Some(record) = asked(walked.case.steps) else {
            continue;
        };
        let act = Act::Authorize(Authorize::default());
        let seen = disposition(&record, &act, &found.calibration);
        found.words.push(format!(
            "{name}: {seen:?} after {} requests",
            record.exchanges.len()
        ));
        if number == 0 {
            found.jar = walked.jar;
            found.calibration.good.push(record);
        } else {
            found.calibration.bad.push(record);
        }
    }
}

async fn by_registration(
    plan: &Plan,
    world: &World,
    target: &Arc<Target>,
    nonce: &str,
    stop: &watch::Receiver<bool>,
    found: &mut Calibrated,
) {
    let mut steps = vec![step("register", Act::Register(Register::default()))];
    if found.calibration.good.is_empty() {
        steps.push(step("ask", Act::Authorize(Authorize::default())));
    }
    let id = CaseId::new(&format!("{nonce}r"), 0);
    let Ok(walked) = walk(&bare(plan, steps), world, target, id, found.jar.clone(), stop).await else {
        return;
    };
    let managed = walked
        .case
        .steps
        .first()
        .and_then(|record| record.exchanges.last())
        .is_some_and(|exchange| match &exchange.reply {
            Reply::Response { body, .. } => body.contains("\"registration_client_uri\""),
            Reply::Broken { .. } | Reply::Timeout => false,
        });
    if !managed {
        found.lacks.insert(Need::DcrManage);
        found
            .words
            .push("a registration comes without management (RFC 7592)".to_owned());
    }
    if let Some(record) = asked(walked.case.steps) {
        found.jar = walked.jar;
        found.calibration.good.push(record);
    }
}

fn asked(steps: Vec<StepRecord>) -> Option<StepRecord> {
    steps.into_iter().find(|record| record.step.as_str() == "ask")
}

fn step(name: &'static str, act: Act) -> Step {
    Step {
        name: StepName::constant(name),
        background: false,
        act,
    }
}

/// The plan's world with other steps and without checks.
fn bare(plan: &Plan, steps: Vec<Step>) -> Plan {
    let mut hosts = plan.hosts.clone();
    hosts.iter_mut().for_each(|host| host.address = None);
    Plan {
        hosts,
        steps,
        checks: Vec::new(),
        control: Control::None(String::new()),
        ..plan.clone()
    }
}
