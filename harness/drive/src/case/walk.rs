//! Walking one plan: the case's world, its steps in order, background steps beside them, and what was seen.

use std::collections::BTreeMap;
use std::sync::Arc;
use std::time::Duration;

use cimdspec_model::name::CaseId;
use cimdspec_model::name::StepName;
use cimdspec_model::observation::Arrival;
use cimdspec_model::observation::ByProgram;
use cimdspec_model::observation::Case;
use cimdspec_model::observation::StepRecord;
use cimdspec_model::plan::Plan;
use cimdspec_model::verb::Act;
use cimdspec_model::verb::Join;
use cimdspec_model::verb::Step;
use cimdspec_world::HostAddress;
use cimdspec_world::HostPlan;
use cimdspec_world::World;
use tokio::sync::watch;
use tokio::task::JoinHandle;

use crate::agent::cookie::Jar;
use crate::agent::loads::without_browsers;
use crate::case::context::CaseContext;
use crate::case::home::at_home;
use crate::target::server::Target;

/// No step lasts longer; each exchange has a shorter deadline of its own.
const STEP_DEADLINE: Duration = Duration::from_secs(150);

/// A case that was walked, and the cookies that it ended with.
pub(crate) struct Walked {
    pub(crate) case: Case,
    pub(crate) jar: Jar,
    /// The clients that it registered and could not delete.
    pub(crate) left_behind: Vec<String>,
}

/// Whether other cases are walked meanwhile.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Company {
    /// None is.
    None,
    /// Some may be.
    Others,
}

/// Walks a plan to its end, or until `stop` turns true.
pub(crate) async fn walk(
    plan: &Arc<Plan>,
    world: &World,
    target: &Arc<Target>,
    id: CaseId,
    (jar, company): (Jar, Company),
    stop: &watch::Receiver<bool>,
) -> Result<Walked, String> {
    let context = begun(plan, world, target, id.clone(), (jar, company))?;
    let mut records = Vec::new();
    let mut behind: BTreeMap<StepName, JoinHandle<StepRecord>> = BTreeMap::new();
    for step in &plan.steps {
        if *stop.borrow() {
            break;
        }
        match &step.act {
            Act::Join(Join(names)) => {
                for name in names {
                    records.extend(joined(behind.remove(name)).await);
                }
            }
            _ if step.background => {
                let (context, step, stopped) = (Arc::clone(&context), step.clone(), stop.clone());
                behind.insert(
                    step.name.clone(),
                    tokio::spawn(async move { make(&context, &step, stopped).await }),
                );
                // The background step asks first: the order of the file is the order of the requests.
                tokio::task::yield_now().await;
            }
            _ => records.push(make(&context, step, stop.clone()).await),
        }
    }
    for handle in behind.into_values() {
        records.extend(joined(Some(handle)).await);
    }
    let alive = target.is_alive().await;
    let programs: Vec<ByProgram> = records
        .iter()
        .flat_map(|record| record.programs.clone())
        .collect();
    let (events, loads) = without_browsers(context.world.end().await, &programs);
    target.programs().saw_loads(loads);
    let events = context.without_secrets(events);
    let records = context.whole_without_secrets(records);
    let left_behind = context.clean_up().await;
    let jar = context.memory().jar.clone();
    Ok(Walked {
        case: Case {
            case: id,
            hosts: context.facts.clone(),
            events,
            steps: records,
            alive,
        },
        jar,
        left_behind,
    })
}

/// The world of a plan before its first step.
pub(crate) fn begun(
    plan: &Arc<Plan>,
    world: &World,
    target: &Arc<Target>,
    id: CaseId,
    (jar, company): (Jar, Company),
) -> Result<Arc<CaseContext>, String> {
    let hosts: Vec<HostPlan> = plan
        .hosts
        .iter()
        .map(|host| HostPlan {
            label: host.label.clone(),
            address: host.address.map_or(HostAddress::Ordinary, HostAddress::Fixed),
            name: host.name.clone(),
        })
        .collect();
    let case_world = world.case(id, &hosts);
    for (label, address) in plan
        .of_this_machine()
        .into_iter()
        .flat_map(|(label, both)| both.map(|address| (label, address)))
    {
        case_world.claim(address, label);
    }
    let facts = match target.redirects_to_own_host() {
        true => at_home(case_world.facts()),
        false => case_world.facts(),
    };
    let context = CaseContext::begin(
        Arc::clone(plan),
        company,
        Arc::clone(target),
        case_world,
        facts,
        jar,
    )?;
    Ok(Arc::new(context))
}

async fn make(context: &CaseContext, step: &Step, mut stop: watch::Receiver<bool>) -> StepRecord {
    let talk = context.talk();
    let began = context.world.now();
    let stopped = async {
        // A sender that is gone never stops anything.
        if stop.wait_for(|stop| *stop).await.is_err() {
            std::future::pending::<()>().await;
        }
    };
    let arrival = tokio::select! {
        arrival = tokio::time::timeout(STEP_DEADLINE, context.perform(step, &talk)) => {
            arrival.unwrap_or_else(|_| Arrival::Impossible {
                reason: format!("the step did not end within {} s", STEP_DEADLINE.as_secs()),
            })
        }
        () = stopped => Arrival::Impossible {
            reason: "the run was interrupted".to_owned(),
        },
    };
    context.record(step, began, context.world.now(), &talk, arrival)
}

async fn joined(handle: Option<JoinHandle<StepRecord>>) -> Option<StepRecord> {
    handle?.await.ok()
}
