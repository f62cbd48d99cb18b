//! Running many plans at once: controls once each, addresses in turns, findings as they are known.

use std::collections::BTreeMap;
use std::collections::HashMap;
use std::sync::Arc;
use std::sync::atomic::AtomicUsize;

use cimdspec_judge::Basis;
use cimdspec_judge::Derivation;
use cimdspec_model::name::VariantId;
use cimdspec_model::observation::Case;
use cimdspec_model::plan::ContentKey;
use cimdspec_model::plan::Control;
use cimdspec_model::plan::Plan;
use cimdspec_model::report::Death;
use cimdspec_model::report::Obstacle;
use cimdspec_model::requirement::clause::Clauses;
use cimdspec_model::verb::Burden;
use cimdspec_model::verdict::Finding;
use cimdspec_world::World;
use cimdspec_world::sandbox::Launched;
use tokio::sync::OnceCell;
use tokio::sync::Semaphore;
use tokio::sync::mpsc;
use tokio::sync::watch;

use crate::calibration::calibrator::Calibrated;
use crate::calibration::calibrator::calibrate;
use crate::calibration::idle::without_effect;
use crate::run::applicability::burden as burden_of;
use crate::run::applicability::is_patient;
use crate::run::breaker::Breaker;
use crate::run::enough::Enough;
use crate::run::enough::Failing;
use crate::run::failures::Watch;
use crate::run::fitness::Fitness;
use crate::run::politeness::leave_out;
use crate::run::quick::Applied;
use crate::run::quick::Extent;
use crate::run::quick::LeftOut;
use crate::run::quick::quick;
use crate::run::refusals::Refused;
use crate::run::shared::Shareable;
use crate::run::shared::Shared;
use crate::run::shared::Task;
use crate::run::supervisor::Supervisor;
use crate::target::server::Target;
use crate::verb::register::LeftBehind;

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
    /// The plans by whose worlds the target is calibrated: the same for all selections, so that no verdict depends on one.
    pub bases: Vec<Arc<Plan>>,
    /// What is judged over the whole run: a failure of the target is reported whatever was chosen.
    pub of_the_run: Vec<Arc<Plan>>,
    /// The clauses, for levels.
    pub clauses: Arc<Clauses>,
    /// Keeps the names of this job apart from those of others in the same world.
    pub nonce: String,
    /// Where news goes.
    pub progress: mpsc::UnboundedSender<Progress>,
    /// Turns true when the run shall end.
    pub stop: watch::Receiver<bool>,
    /// How many cases work at once: a case needs a place in each, but for those that mostly wait.
    pub limits: Vec<Arc<Semaphore>>,
    /// How often a case that did not pass is attempted.
    pub attempts: Attempts,
    /// Whether scenarios that need it may put a load on the server.
    pub load: Load,
    /// Which cases have their paired control walked.
    pub controls: Controls,
    /// What becomes of cases that build on a grant, where no right request was granted.
    pub if_not_granted: IfNotGranted,
    /// Whether everything that was seen is reported.
    pub recording: Recording,
    /// Which of the plans are walked.
    pub extent: Extent,
    /// After how many failures the run ends, where it does not go on to its end.
    pub enough: Option<Enough>,
}

/// What a run reports of what was seen.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Recording {
    /// Every case, and what it is judged by: enough to judge the run again.
    All,
    /// The cases whose checks did not all pass.
    NotPassed,
}

/// What it means for a run that no right request was granted.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum IfNotGranted {
    /// Cases that build on a grant are walked all the same.
    KeepGoing,
    /// They are not: nothing could be concluded.
    Stop,
}

/// Which cases have their paired control walked.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Controls {
    /// All: nothing passes without.
    Always,
    /// Those that broke a rule as far as can be told without: what passes then is not known to, but all that fails does.
    ForBreaches,
}

/// Whether the operator lets us put a load on the server.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Load {
    /// Scenarios that need it are run.
    Consented,
    /// They are not.
    Refused,
}

/// How often a case that did not pass is attempted.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Attempts {
    /// Once.
    Once,
    /// A second time, after the concurrent phase: what does not come again is no finding.
    Twice,
}

/// News of a run.
#[derive(Debug)]
pub enum Progress {
    /// So many cases are retried.
    Again {
        /// How many.
        cases: usize,
    },
    /// What every case is judged by.
    Based(Box<Basis>),
    /// What the calibration found, in words.
    Calibrated(Vec<String>),
    /// A case is concluded.
    Done {
        /// Its variant.
        variant: VariantId,
        /// Its findings.
        findings: Vec<Finding>,
        /// How they follow from what was seen.
        derivation: Box<Derivation>,
        /// What was seen, when not everything passed.
        case: Option<Case>,
        /// Whether the case was walked at all.
        walked: Walked,
    },
    /// So many cases will be concluded.
    Planned {
        /// How many.
        cases: usize,
    },
    /// What a case saw that was judged, or a paired control.
    Recorded(Box<Case>),
}

/// Whether a case was walked.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Walked {
    /// It was.
    Yes,
    /// It was not: the target or the environment lacks what it needs, or nothing can be asked.
    No,
}

/// How a run ended.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Summary {
    /// Whether it was stopped before all cases were walked.
    pub interrupted: bool,
    /// Why no right request was granted, if that is so.
    pub obstacle: Option<Obstacle>,
    /// How the server died, each time.
    pub deaths: Vec<Death>,
    /// The findings about the server over the whole run that are broken.
    pub failures: Vec<String>,
    /// Those of them by which a server that we launched died, hung, or answered by a failure.
    pub blocking: Vec<String>,
    /// The variants that bring the failures, where one does, by the ids of the findings.
    pub brought_by: BTreeMap<String, String>,
    /// Clients that could not be deleted again.
    pub left_behind: Vec<String>,
    /// How many answers asked for patience.
    pub throttled: usize,
    /// What the profile says in vain, each member with the reason.
    pub without_effect: Vec<String>,
    /// What else its operator should know, in words.
    pub notes: Vec<String>,
    /// What a quick run left out.
    pub left_out: LeftOut,
    /// The number of failures that ended the run, where they did.
    pub ended_after: Option<usize>,
}

/// A run whose target is calibrated.
pub(crate) struct Ready {
    pub(crate) shared: Arc<Shared>,
    pub(crate) fitness: Fitness,
    pub(crate) obstacle: Option<Obstacle>,
    pub(crate) without_effect: Vec<String>,
    /// How many cases the target bears at once, where that is little.
    at_once: Option<usize>,
}

/// Calibrates the target for so many cases.
pub(crate) async fn ready(job: Job, cases: usize) -> Ready {
    let supervisor = Supervisor::new(job.launched.clone(), Arc::clone(&job.target));
    let left_behind = LeftBehind::default();
    let watch = Watch::default();
    let calibrated = calibrate(&job, cases, &left_behind, &watch).await;
    let obstacle = calibrated.obstacle().cloned().map(|obstacle| Obstacle {
        log: job
            .launched
            .as_ref()
            .map_or_else(Vec::new, |launched| launched.last_lines()),
        ..obstacle
    });
    let fitness = Fitness::of(&job, &calibrated);
    let without_effect = without_effect(&job.target, &calibrated);
    let Calibrated {
        samples,
        jar,
        at_once,
        bases,
        visit,
        words,
        ..
    } = calibrated;
    let _ = job.progress.send(Progress::Calibrated(words));
    let at_once = job.target.profile().pace.at_once.or(at_once);
    let failing = Failing::until(job.enough.clone());
    let shared = Arc::new(Shared {
        job,
        samples,
        jar,
        supervisor,
        breaker: Breaker::default(),
        left_behind,
        watch,
        failing,
        bases,
        refused: Refused::default(),
        visit,
        sessions: AtomicUsize::new(0),
        at_once: at_once.map(|most| (most, Arc::new(Semaphore::new(most)))),
    });
    Ready {
        shared,
        fitness,
        obstacle,
        without_effect,
        at_once,
    }
}

/// Runs every plan; all waits overlap, so that the run takes about as long as its longest one.
pub async fn run(mut job: Job) -> Summary {
    let (chosen, plans): (Vec<_>, Vec<_>) = std::mem::take(&mut job.plans)
        .into_iter()
        .partition(|plan: &Arc<Plan>| plan.is_of_the_run());
    if job.extent == Extent::Whole {
        let _ = job.progress.send(Progress::Planned { cases: plans.len() });
    }
    let Ready {
        shared,
        fitness,
        obstacle,
        without_effect,
        at_once,
    } = ready(job, plans.len()).await;
    if shared.job.recording == Recording::All {
        let _ = shared
            .job
            .progress
            .send(Progress::Based(Box::new(shared.basis())));
    }
    let applied = tasks_of(plans).into_iter().map(|task| {
        let why_not = fitness.why_not(&shared.job, &task.plan);
        (task, why_not)
    });
    let mut applied: Vec<Applied> = applied.collect();
    if shared.job.target.profile().pace.polite {
        leave_out(&mut applied, fitness.deletes());
    }
    let mut left_out = LeftOut::default();
    if shared.job.extent == Extent::Quick {
        (applied, left_out) = quick(applied);
        let _ = shared
            .job
            .progress
            .send(Progress::Planned { cases: applied.len() });
    }
    let mut tasks = Vec::new();
    for (task, why_not) in applied {
        match why_not {
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
        doubts.extend(shared.attempt_until_enough(now).await);
    }
    shared.retry(doubts).await;
    // Who did not answer the simplest request is not asked it again: that takes as long, and tells nothing new.
    if shared.job.attempts == Attempts::Twice && !fitness.is_silent() && shared.failing.over().is_none() {
        shared.try_failures_again().await;
    }
    let failed = shared.conclude_the_run(&chosen);
    Summary {
        interrupted: shared.stopped(),
        obstacle,
        deaths: shared.supervisor.deaths(),
        failures: failed.ids,
        blocking: failed.blocking,
        brought_by: failed.cases,
        left_behind: shared.left_behind.words(),
        notes: shared.job.target.programs().notes().into_iter().collect(),
        throttled: shared.job.target.wire().throttled(),
        without_effect,
        left_out,
        ended_after: shared.failing.over(),
    }
}

/// The patient first, so that their waits begin at once; equal controls are one.
fn tasks_of(plans: Vec<Arc<Plan>>) -> Vec<Task> {
    let mut controls: HashMap<ContentKey, Arc<Shareable>> = HashMap::new();
    let (mut patient, quick): (Vec<_>, Vec<_>) = plans.into_iter().partition(|plan| is_patient(plan));
    patient.extend(quick);
    let numbered = patient.into_iter().enumerate();
    numbered
        .map(|(number, plan)| {
            let control = match &plan.control {
                Control::None(_) => None,
                Control::Plan(control) => {
                    let shared = controls.entry(ContentKey::of(control)).or_insert_with(|| {
                        Arc::new(Shareable {
                            plan: Arc::clone(control),
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
