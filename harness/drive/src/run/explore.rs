//! Walking plans that are made while others are walked: each is one attempt, and what it saw comes back.

use std::sync::Arc;
use std::sync::atomic::AtomicUsize;
use std::sync::atomic::Ordering;

use cimdspec_model::name::Attempt;
use cimdspec_model::observation::Case;
use cimdspec_model::plan::Control;
use cimdspec_model::plan::Plan;
use cimdspec_model::report::Death;
use cimdspec_model::report::Obstacle;
use cimdspec_model::verdict::Finding;
use cimdspec_model::verdict::Outcome;
use tokio::sync::OnceCell;

use crate::run::fitness::Fitness;
use crate::run::schedule::Job;
use crate::run::schedule::Ready;
use crate::run::schedule::ready;
use crate::run::shared::Shareable;
use crate::run::shared::Shared;
use crate::run::shared::Task;

/// So many cases at once are a load that could be too much for a target.
const AS_FOR_A_RUN: usize = 1000;

/// A target that is calibrated, and against which plans are walked one by one, or several at once.
pub struct Explorer {
    shared: Arc<Shared>,
    fitness: Fitness,
    numbers: AtomicUsize,
}

/// Whether other cases run beside an attempt.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Beside {
    /// They may.
    Others,
    /// None does: the caller sees to it.
    Nothing,
}

/// What one attempt at a plan saw.
#[derive(Debug)]
pub struct Explored {
    /// The findings.
    pub findings: Vec<Finding>,
    /// What was seen; nothing where the plan was not walked.
    pub case: Option<Case>,
    /// Whether the server died meanwhile.
    pub died: bool,
    /// Why the plan was not walked, if it was not.
    pub unfit: Option<Outcome>,
}

impl Explorer {
    /// Calibrates the target. Beside the explorer comes what stands in the way of every right request, if something does.
    pub async fn begin(job: Job) -> (Self, Option<Obstacle>) {
        let Ready {
            shared,
            fitness,
            obstacle,
            ..
        } = ready(job, AS_FOR_A_RUN).await;
        let explorer = Self {
            shared,
            fitness,
            numbers: AtomicUsize::new(0),
        };
        (explorer, obstacle)
    }

    /// Walks a plan once, on hosts of its own. Its paired control is walked if a check fails.
    pub async fn walk(&self, plan: &Arc<Plan>, beside: Beside) -> Explored {
        if let Some(why) = self.fitness.why_not(&self.shared.job, plan) {
            return Explored {
                findings: Vec::new(),
                case: None,
                died: false,
                unfit: Some(why),
            };
        }
        let control = match &plan.control {
            Control::None(_) => None,
            Control::Plan(control) => Some(Arc::new(Shareable {
                plan: Arc::clone(control),
                case: OnceCell::new(),
            })),
        };
        let task = Task {
            plan: Arc::clone(plan),
            control,
            number: self.numbers.fetch_add(1, Ordering::Relaxed),
        };
        let which = match beside {
            Beside::Others => Attempt::First,
            Beside::Nothing => Attempt::Alone,
        };
        let attempted = self.shared.attempt_whole(&task, which, None).await;
        Explored {
            findings: attempted.findings,
            case: attempted.case,
            died: attempted.died,
            unfit: None,
        }
    }

    /// How the server died, each time.
    pub fn deaths(&self) -> Vec<Death> {
        self.shared.supervisor.deaths()
    }

    /// Clients that could not be deleted again.
    pub fn left_behind(&self) -> Vec<String> {
        self.shared.left_behind.words()
    }

    /// How many answers asked for patience.
    pub fn throttled(&self) -> usize {
        self.shared.job.target.wire().throttled()
    }
}
