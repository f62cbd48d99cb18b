//! Running many plans at once: controls once each, addresses in turns, findings as they are known.

use std::collections::HashMap;
use std::sync::Arc;

use cimdspec_judge::Calibration;
use cimdspec_judge::Input;
use cimdspec_judge::judge;
use cimdspec_judge::not_judged;
use cimdspec_model::clause::Clauses;
use cimdspec_model::name::CaseId;
use cimdspec_model::observation::Case;
use cimdspec_model::plan::Control;
use cimdspec_model::plan::Need;
use cimdspec_model::plan::Plan;
use cimdspec_model::scenario::step::Act;
use cimdspec_model::verdict::Finding;
use cimdspec_model::verdict::Outcome;
use cimdspec_world::Environment;
use cimdspec_world::World;
use tokio::sync::OnceCell;
use tokio::sync::Semaphore;
use tokio::sync::mpsc;
use tokio::sync::watch;
use tokio::task::JoinSet;

use crate::calibration::Calibrated;
use crate::calibration::calibrate;
use crate::cookie::Jar;
use crate::target::Target;
use crate::walk::walk;

/// What is to be run.
pub struct Job {
    /// The world.
    pub world: Arc<World>,
    /// The server under test.
    pub target: Arc<Target>,
    /// The plans.
    pub plans: Vec<Plan>,
    /// The clauses, for levels.
    pub clauses: Arc<Clauses>,
    /// Keeps the names of this job apart from those of others in the same world.
    pub nonce: String,
    /// Where news goes.
    pub progress: mpsc::UnboundedSender<Progress>,
    /// Turns true when the run shall end.
    pub stop: watch::Receiver<bool>,
    /// How many cases work at once; those that mostly wait do not count.
    pub limit: Arc<Semaphore>,
}

/// News of a run.
#[derive(Debug)]
pub enum Progress {
    /// What the calibration found, in words.
    Calibrated(Vec<String>),
    /// A case is concluded.
    Done {
        /// Its variant.
        variant: String,
        /// Its findings.
        findings: Vec<Finding>,
        /// What was seen, when not everything passed.
        case: Option<Case>,
    },
    /// So many cases will be concluded.
    Planned {
        /// How many.
        cases: usize,
    },
}

/// How a run ended.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Summary {
    /// Whether it was stopped before all cases were walked.
    pub interrupted: bool,
}

/// What all cases of a run share.
struct Shared {
    job: Job,
    calibration: Calibration,
    jar: Jar,
    controls: HashMap<String, OnceCell<Option<Case>>>,
}

/// Runs every plan; all waits overlap, so that the run takes about as long as its longest one.
pub async fn run(mut job: Job) -> Summary {
    let plans = std::mem::take(&mut job.plans);
    let _ = job.progress.send(Progress::Planned { cases: plans.len() });
    let Calibrated {
        calibration,
        jar,
        lacks,
        words,
    } = calibrate(&plans, &job.world, &job.target, &job.nonce, &job.stop).await;
    let _ = job.progress.send(Progress::Calibrated(words));
    let controls = plans
        .iter()
        .filter_map(|plan| match &plan.control {
            Control::Plan(control) => Some((control.content_key(), OnceCell::new())),
            Control::None(_) => None,
        })
        .collect();
    let shared = Arc::new(Shared {
        job,
        calibration,
        jar,
        controls,
    });
    let mut cases: JoinSet<()> = JoinSet::new();
    let mut by_task = HashMap::new();
    let (patient, quick): (Vec<Plan>, Vec<Plan>) = plans.into_iter().partition(is_patient);
    let all = patient
        .into_iter()
        .map(|plan| (plan, true))
        .chain(quick.into_iter().map(|plan| (plan, false)));
    for (number, (plan, patient)) in all.enumerate() {
        if let Some(outcome) = lacking(&plan, &shared, &lacks) {
            shared.tell(&plan, not_judged(&plan, &shared.job.clauses, &outcome), None);
            continue;
        }
        let named = plan.clone();
        let shared = Arc::clone(&shared);
        let task = cases.spawn(async move { conclude(&shared, plan, patient, number).await });
        by_task.insert(task.id(), named);
    }
    while let Some(ended) = cases.join_next().await {
        if let Err(error) = ended
            && let Some(plan) = by_task.get(&error.id())
        {
            let outcome = Outcome::Error(format!("the harness failed: {error}"));
            shared.tell(plan, not_judged(plan, &shared.job.clauses, &outcome), None);
        }
    }
    Summary {
        interrupted: *shared.job.stop.borrow(),
    }
}

impl Shared {
    fn tell(&self, plan: &Plan, findings: Vec<Finding>, case: Option<Case>) {
        let variant = plan.variant.to_string();
        let _ = self.job.progress.send(Progress::Done {
            variant,
            findings,
            case,
        });
    }

    fn stopped(&self) -> bool {
        *self.job.stop.borrow()
    }

    /// The control's case, walked by whoever needs it first.
    async fn control(&self, control: &Plan, number: usize) -> Option<Case> {
        let cell = self.controls.get(&control.content_key())?;
        cell.get_or_init(|| async {
            self.case(control, &format!("{}k", self.job.nonce), number)
                .await
                .ok()
        })
        .await
        .clone()
    }

    async fn case(&self, plan: &Plan, nonce: &str, number: usize) -> Result<Case, String> {
        let Job {
            world, target, stop, ..
        } = &self.job;
        let _turn = world.reserve(&plan.claims()).await;
        let id = CaseId::new(nonce, number);
        walk(plan, world, target, id, self.jar.clone(), stop)
            .await
            .map(|walked| walked.case)
    }
}

async fn conclude(shared: &Shared, plan: Plan, patient: bool, number: usize) {
    let _permit = match patient {
        true => None,
        false => shared.job.limit.acquire().await.ok(),
    };
    if shared.stopped() {
        return;
    }
    let control = match &plan.control {
        Control::Plan(control) => Some((&**control, shared.control(control, number).await)),
        Control::None(_) => None,
    };
    let clauses = &shared.job.clauses;
    let case = match shared.case(&plan, &shared.job.nonce, number).await {
        Ok(_) if shared.stopped() => return,
        Ok(case) => case,
        Err(reason) => {
            return shared.tell(&plan, not_judged(&plan, clauses, &Outcome::Error(reason)), None);
        }
    };
    let control = match &control {
        Some((plan, Some(case))) => Some((*plan, case)),
        Some((_, None)) => {
            let outcome = Outcome::Error("the paired control could not be walked".to_owned());
            return shared.tell(&plan, not_judged(&plan, clauses, &outcome), None);
        }
        None => None,
    };
    let findings = judge(Input {
        plan: &plan,
        case: &case,
        control,
        calibration: &shared.calibration,
        clauses,
        profile: shared.job.target.profile(),
        issuer: shared.job.target.issuer(),
    });
    let passed = findings.iter().all(|finding| finding.outcome == Outcome::Pass);
    shared.tell(&plan, findings, (!passed).then_some(case));
}

/// Why a plan is not walked at all.
fn lacking(plan: &Plan, shared: &Shared, lacks: &std::collections::BTreeSet<Need>) -> Option<Outcome> {
    if shared.job.world.environment() == Environment::Loopback && needs_the_box(plan) {
        return Some(Outcome::NotRun(
            "the loopback environment has no names and no special addresses".to_owned(),
        ));
    }
    let missing = plan
        .needs
        .iter()
        .find(|need| lacks.contains(need) || !shared.job.target.offers(**need))?;
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
fn is_patient(plan: &Plan) -> bool {
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
