//! Running many plans at once: controls once each, addresses in turns, findings as they are known.

use std::collections::HashMap;
use std::sync::Arc;

use cimdspec_judge::Calibration;
use cimdspec_judge::Input;
use cimdspec_judge::is_certain;
use cimdspec_judge::judge;
use cimdspec_judge::not_judged;
use cimdspec_judge::settle;
use cimdspec_model::clause::Clauses;
use cimdspec_model::name::CaseId;
use cimdspec_model::observation::Case;
use cimdspec_model::plan::Control;
use cimdspec_model::plan::Plan;
use cimdspec_model::report::Death;
use cimdspec_model::verdict::Finding;
use cimdspec_model::verdict::Outcome;
use cimdspec_world::World;
use cimdspec_world::sandbox::Launched;
use tokio::sync::OnceCell;
use tokio::sync::OwnedSemaphorePermit;
use tokio::sync::Semaphore;
use tokio::sync::mpsc;
use tokio::sync::watch;
use tokio::task::JoinSet;

use crate::calibration::Calibrated;
use crate::calibration::calibrate;
use crate::cookie::Jar;
use crate::keeper::Keeper;
use crate::lacking::Burden;
use crate::lacking::burden as burden_of;
use crate::lacking::is_patient;
use crate::lacking::lacking;
use crate::lacking::requests_at_once;
use crate::registration::LeftBehind;
use crate::target::Target;
use crate::walk::walk;

/// What is to be run.
pub struct Job {
    /// The world.
    pub world: Arc<World>,
    /// The server under test.
    pub target: Arc<Target>,
    /// The process of the server, where we launched it.
    pub launched: Option<Arc<Launched>>,
    /// The plans.
    pub plans: Vec<Arc<Plan>>,
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
    /// How often a case is looked at that did not pass.
    pub looks: Looks,
}

/// How often a case is looked at that did not pass.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Looks {
    /// Once.
    Once,
    /// A second time, when the crowd is gone: what does not come again is no finding.
    Twice,
}

/// News of a run.
#[derive(Debug)]
pub enum Progress {
    /// So many cases are looked at a second time.
    Again {
        /// How many.
        cases: usize,
    },
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
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Summary {
    /// Whether it was stopped before all cases were walked.
    pub interrupted: bool,
    /// How the server died, each time.
    pub deaths: Vec<Death>,
    /// Clients that could not be deleted again.
    pub left_behind: Vec<String>,
}

/// What all cases of a run share.
struct Shared {
    job: Job,
    calibration: Calibration,
    jar: Jar,
    keeper: Keeper,
    left_behind: LeftBehind,
    /// All cases take a turn here, where the profile says how many the target bears.
    at_once: Option<(usize, Arc<Semaphore>)>,
}

/// A paired control that any number of plans may share.
struct Shareable {
    plan: Plan,
    case: OnceCell<Option<Case>>,
}

/// One plan to be walked.
struct Task {
    plan: Arc<Plan>,
    control: Option<Arc<Shareable>>,
    number: usize,
}

/// What one look at a plan brought.
struct Looked {
    findings: Vec<Finding>,
    case: Option<Case>,
    /// Whether the server died meanwhile.
    died: bool,
}

/// A case that is looked at again.
struct Doubt {
    task: Task,
    first: Looked,
}

/// The order of the second looks, with how many are made at once: first those that burden no others.
const AGAIN_AT_ONCE: [(Burden, usize); 4] = [
    (Burden::Quick, 8),
    (Burden::Holding, 64),
    (Burden::Crowding, 3),
    (Burden::Resolver, 2),
];

/// Runs every plan; all waits overlap, so that the run takes about as long as its longest one.
pub async fn run(mut job: Job) -> Summary {
    let plans = std::mem::take(&mut job.plans);
    let _ = job.progress.send(Progress::Planned { cases: plans.len() });
    let keeper = Keeper::new(job.launched.clone(), Arc::clone(&job.target));
    let left_behind = LeftBehind::default();
    let Calibrated {
        calibration,
        jar,
        lacks,
        at_once,
        silent,
        words,
    } = calibrate(&plans, &job, &left_behind).await;
    let _ = job.progress.send(Progress::Calibrated(words));
    let at_once = job.target.profile().pace.at_once.or(at_once);
    let shared = Arc::new(Shared {
        job,
        calibration,
        jar,
        keeper,
        left_behind,
        at_once: at_once.map(|most| (most, Arc::new(Semaphore::new(most)))),
    });
    let mut tasks = Vec::new();
    for task in tasks_of(plans) {
        let environment = shared.job.world.environment();
        let lacking = lacking(&task.plan, environment, &shared.job.target, &lacks);
        match lacking.or_else(|| silent.clone().map(Outcome::Inconclusive)) {
            None => tasks.push(task),
            Some(outcome) => shared.tell_unjudged(&task.plan, &outcome),
        }
    }
    // A target that bears little is first asked what is quick: a fetch that it never gives up would be in the way.
    let waves: &[Burden] = match at_once {
        None => &[Burden::Crowding, Burden::Resolver],
        Some(_) => &[Burden::Quick, Burden::Crowding, Burden::Resolver],
    };
    let mut doubts = Vec::new();
    for most in waves {
        let (now, later) = tasks
            .into_iter()
            .partition(|task: &Task| burden_of(&task.plan) <= *most);
        tasks = later;
        doubts.extend(shared.look(now).await);
    }
    shared.look_again(doubts).await;
    Summary {
        interrupted: shared.stopped(),
        deaths: shared.keeper.deaths(),
        left_behind: shared.left_behind.words(),
    }
}

/// The patient first, so that their waits begin at once; equal controls are one.
fn tasks_of(plans: Vec<Arc<Plan>>) -> Vec<Task> {
    let mut controls: HashMap<String, Arc<Shareable>> = HashMap::new();
    let (mut patient, quick): (Vec<_>, Vec<_>) = plans.into_iter().partition(|plan| is_patient(plan));
    patient.extend(quick);
    let numbered = patient.into_iter().enumerate();
    numbered
        .map(|(number, plan)| {
            let control = match &plan.control {
                Control::None(_) => None,
                Control::Plan(control) => {
                    let shared = controls.entry(control.content_key()).or_insert_with(|| {
                        Arc::new(Shareable {
                            plan: (**control).clone(),
                            case: OnceCell::new(),
                        })
                    });
                    Some(Arc::clone(shared))
                }
            };
            Task {
                plan,
                control,
                number,
            }
        })
        .collect()
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

    fn tell_unjudged(&self, plan: &Plan, outcome: &Outcome) {
        self.tell(plan, not_judged(plan, &self.job.clauses, outcome), None);
    }

    fn stopped(&self) -> bool {
        *self.job.stop.borrow()
    }

    /// Walks all tasks at once, and gives back those that are to be looked at again.
    async fn look(self: &Arc<Self>, tasks: Vec<Task>) -> Vec<Doubt> {
        let mut cases: JoinSet<Option<Doubt>> = JoinSet::new();
        let mut by_task: HashMap<tokio::task::Id, Arc<Plan>> = HashMap::new();
        for task in tasks {
            let plan = Arc::clone(&task.plan);
            let shared = Arc::clone(self);
            let spawned = cases.spawn(async move {
                let _permit = shared.permit(&task.plan).await;
                if shared.stopped() {
                    return None;
                }
                let first = shared.looked_at(&task, "").await;
                shared.concluded(task, first)
            });
            by_task.insert(spawned.id(), plan);
        }
        let mut doubts = Vec::new();
        while let Some(ended) = cases.join_next_with_id().await {
            match ended {
                Ok((id, doubt)) => {
                    by_task.remove(&id);
                    doubts.extend(doubt);
                }
                Err(error) => {
                    if let Some(plan) = by_task.remove(&error.id()) {
                        let outcome = Outcome::Error(format!("the harness failed: {error}"));
                        self.tell_unjudged(&plan, &outcome);
                    }
                }
            }
        }
        doubts
    }

    /// Tells what is certain; what is not comes back.
    fn concluded(&self, task: Task, first: Looked) -> Option<Doubt> {
        let certain = first
            .findings
            .iter()
            .all(|finding| is_certain(&task.plan, finding));
        if self.stopped() && !certain {
            // What a stop cut off says nothing of the server.
            return None;
        }
        if certain || self.job.looks == Looks::Once {
            self.tell(&task.plan, first.findings, first.case);
            return None;
        }
        Some(Doubt { task, first })
    }

    /// Looks at the doubtful cases a second time: those in which the server died one by one, then the others.
    async fn look_again(self: &Arc<Self>, doubts: Vec<Doubt>) {
        if doubts.is_empty() {
            return;
        }
        let _ = self.job.progress.send(Progress::Again { cases: doubts.len() });
        let (mut suspects, mut others): (Vec<Doubt>, Vec<Doubt>) =
            doubts.into_iter().partition(|doubt| doubt.first.died);
        suspects.sort_by_key(|doubt| is_patient(&doubt.task.plan));
        let mut unnamed = self.keeper.count();
        for suspect in suspects {
            // The quick ones are all walked alone; the waits of the others only until somebody is found.
            if unnamed == 0 && is_patient(&suspect.task.plan) {
                others.push(suspect);
                continue;
            }
            self.keeper.alone(Some(suspect.task.plan.variant.to_string()));
            if self.second_look(suspect).await {
                unnamed = unnamed.saturating_sub(1);
            }
        }
        self.keeper.alone(None);
        for (burden, at_once) in AGAIN_AT_ONCE {
            let (now, later) = others
                .into_iter()
                .partition(|doubt: &Doubt| burden_of(&doubt.task.plan) == burden);
            others = later;
            self.second_looks(now, at_once).await;
        }
    }

    async fn second_looks(self: &Arc<Self>, doubts: Vec<Doubt>, at_once: usize) {
        let turns = Arc::new(Semaphore::new(at_once));
        let mut cases = JoinSet::new();
        for doubt in doubts {
            let (shared, turns) = (Arc::clone(self), Arc::clone(&turns));
            cases.spawn(async move {
                let _turn = turns.acquire_owned().await.ok();
                let _permit = shared.permit(&doubt.task.plan).await;
                shared.second_look(doubt).await
            });
        }
        while cases.join_next().await.is_some() {}
    }

    /// Whether the server died of it.
    async fn second_look(&self, doubt: Doubt) -> bool {
        let Doubt { task, first } = doubt;
        if self.stopped() {
            self.tell(&task.plan, first.findings, first.case);
            return false;
        }
        let second = self.looked_at(&task, "b").await;
        if self.stopped() {
            self.tell(&task.plan, first.findings, first.case);
            return false;
        }
        let findings = settle(&task.plan, first.findings, second.findings);
        self.tell(&task.plan, findings, second.case.or(first.case));
        second.died
    }

    async fn permit(&self, plan: &Plan) -> [Option<OwnedSemaphorePermit>; 2] {
        let of_all = match &self.at_once {
            Some((most, turns)) => {
                let many = u32::try_from(requests_at_once(plan).min(*most)).unwrap_or(1);
                Arc::clone(turns).acquire_many_owned(many).await.ok()
            }
            None => None,
        };
        let of_quick = match is_patient(plan) {
            true => None,
            false => Arc::clone(&self.job.limit).acquire_owned().await.ok(),
        };
        [of_all, of_quick]
    }

    /// One look: the control by whoever needs it first, then the case.
    async fn looked_at(&self, task: &Task, look: &str) -> Looked {
        let Task {
            plan,
            control,
            number,
        } = task;
        let before = self.keeper.watch().await;
        let unjudged = |outcome: Outcome| Looked {
            findings: not_judged(plan, &self.job.clauses, &outcome),
            case: None,
            died: false,
        };
        let control = match control {
            None => None,
            Some(shareable) => match self.control(shareable, *number, look).await {
                Some(case) => Some((&shareable.plan, case)),
                None => {
                    let why = "the paired control could not be walked".to_owned();
                    return unjudged(Outcome::Error(why));
                }
            },
        };
        let nonce = format!("{}{look}", self.job.nonce);
        let case = match self.case(plan, &nonce, *number).await {
            Ok(case) => case,
            Err(reason) => return unjudged(Outcome::Error(reason)),
        };
        if let Some(how) = self.keeper.died_since(&before).await {
            let outcome = Outcome::Inconclusive(format!("the server died while this case ran: {how}"));
            return Looked {
                findings: not_judged(plan, &self.job.clauses, &outcome),
                case: Some(case),
                died: true,
            };
        }
        let findings = judge(Input {
            plan,
            case: &case,
            control: control.as_ref().map(|(plan, case)| (*plan, case)),
            calibration: &self.calibration,
            clauses: &self.job.clauses,
            profile: self.job.target.profile(),
            issuer: self.job.target.issuer(),
        });
        let passed = findings.iter().all(|finding| finding.outcome == Outcome::Pass);
        Looked {
            findings,
            case: (!passed).then_some(case),
            died: false,
        }
    }

    /// The control's case: the shared one, or at the second look one of its own.
    async fn control(&self, shareable: &Shareable, number: usize, look: &str) -> Option<Case> {
        let nonce = format!("{}k{look}", self.job.nonce);
        let walked = async || self.case(&shareable.plan, &nonce, number).await.ok();
        match look {
            "" => shareable.case.get_or_init(walked).await.clone(),
            _ => walked().await,
        }
    }

    async fn case(&self, plan: &Plan, nonce: &str, number: usize) -> Result<Case, String> {
        let Job {
            world, target, stop, ..
        } = &self.job;
        let _turn = world.reserve(&plan.claims()).await;
        let id = CaseId::new(nonce, number);
        let walked = walk(plan, world, target, id, self.jar.clone(), stop).await?;
        self.left_behind.add(walked.left_behind);
        Ok(walked.case)
    }
}
