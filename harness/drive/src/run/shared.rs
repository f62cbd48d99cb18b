//! Attempts at all cases at once; what is not certain then is retried.

use std::collections::BTreeMap;
use std::collections::HashMap;
use std::sync::Arc;
use std::sync::atomic::AtomicUsize;
use std::sync::atomic::Ordering;

use cimdspec_judge::Basis;
use cimdspec_judge::Derivation;
use cimdspec_judge::Doubt as Calls;
use cimdspec_judge::Samples;
use cimdspec_judge::Watched;
use cimdspec_judge::doubt as called_for;
use cimdspec_judge::id_of_the_run;
use cimdspec_judge::not_judged;
use cimdspec_judge::of_the_run;
use cimdspec_model::name::Attempt;
use cimdspec_model::name::Series;
use cimdspec_model::observation::Case;
use cimdspec_model::plan::Plan;
use cimdspec_model::reason::ReasonCode;
use cimdspec_model::verdict::Finding;
use cimdspec_model::verdict::Outcome;
use tokio::sync::OnceCell;
use tokio::sync::Semaphore;
use tokio::task::JoinSet;

use crate::agent::cookie::Jar;
use crate::run::applicability::is_patient;
use crate::run::attempt::Attempted;
use crate::run::bases::Bases;
use crate::run::breaker::Breaker;
use crate::run::enough::Failing;
use crate::run::failures::Watch;
use crate::run::refusals::Refused;
use crate::run::refusals::Standing;
use crate::run::retry::Doubt;
use crate::run::retry::Why;
use crate::run::retry::rests_on_refusals;
use crate::run::schedule::Attempts;
use crate::run::schedule::Job;
use crate::run::schedule::Progress;
use crate::run::schedule::Walked;
use crate::run::supervisor::Supervisor;
use crate::verb::register::LeftBehind;

/// What all cases of a run share.
pub(crate) struct Shared {
    pub(crate) job: Job,
    pub(crate) samples: Samples,
    pub(crate) jar: Jar,
    pub(crate) supervisor: Supervisor,
    pub(crate) breaker: Breaker,
    pub(crate) left_behind: LeftBehind,
    pub(crate) watch: Watch,
    pub(crate) failing: Failing,
    pub(crate) bases: Bases,
    pub(crate) refused: Refused,
    /// What logs a user in.
    pub(crate) visit: Option<Arc<Plan>>,
    /// How many users logged in for a case of their own.
    pub(crate) sessions: AtomicUsize,
    /// All cases take a turn here, where the profile says how many the target bears.
    pub(crate) at_once: Option<(usize, Arc<Semaphore>)>,
}

/// A paired control that any number of plans may share.
pub(crate) struct Shareable {
    pub(crate) plan: Arc<Plan>,
    pub(crate) case: OnceCell<Option<Case>>,
}

/// One plan to be walked.
#[derive(Clone)]
pub(crate) struct Task {
    pub(crate) plan: Arc<Plan>,
    pub(crate) control: Option<Arc<Shareable>>,
    pub(crate) number: usize,
}

/// What came of a task.
enum Begun {
    /// It is to be retried.
    Doubt(Box<Doubt>),
    /// It was not begun, because there were failures enough.
    Held(Task),
    /// It is concluded, or the run was stopped.
    Over,
}

/// Whether a case was not begun because there were failures enough: nothing was asked.
fn was_held(attempted: &Attempted) -> bool {
    let is_interrupted = |finding: &Finding| {
        let code = finding.outcome.why().map(|why| why.code);
        code == Some(ReasonCode::Interrupted)
    };
    attempted.findings.iter().any(is_interrupted)
}

/// What is broken of what is judged over a whole run, by the ids of its findings.
#[derive(Debug, Default)]
pub(crate) struct Failed {
    pub(crate) ids: Vec<String>,
    /// Those by which a server that we launched failed.
    pub(crate) blocking: Vec<String>,
    /// The variants that bring them, where one does.
    pub(crate) cases: BTreeMap<String, String>,
}

impl Shared {
    /// Concludes what is judged over the whole run. What was not chosen is told only where it is broken.
    pub(crate) fn conclude_the_run(&self, chosen: &[Arc<Plan>]) -> Failed {
        let watched = Watched {
            launched: self.job.launched.is_some(),
            failures: self.watch.failures(&self.supervisor.deaths()),
            bases: self.bases.clone(),
        };
        let is_chosen = |finding: &Finding| {
            let mut plans = chosen.iter();
            let plan = plans.find(|plan| plan.variant.scenario == finding.variant.scenario);
            plan.is_some_and(|plan| plan.checks.iter().any(|check| check.id == finding.check))
        };
        let mut failed = Failed::default();
        for failure in &watched.failures {
            let id = id_of_the_run(&self.job.of_the_run, failure.service, &failure.axes);
            failed.cases.extend(id.zip(failure.case.clone()));
        }
        for plan in &self.job.of_the_run {
            let policies = &self.job.target.profile().policies;
            let mut findings = of_the_run(plan, &self.job.clauses, policies, &watched);
            findings.retain(|finding| {
                finding.outcome == Outcome::Fail || (is_chosen(finding) && !self.stopped())
            });
            let of_failures = |finding: &&Finding| {
                let mut checks = plan.checks.iter();
                let check = checks.find(|check| check.id == finding.check);
                let service = check.and_then(|check| check.service());
                finding.outcome == Outcome::Fail && service.is_some_and(|service| service.is_of_failures())
            };
            if watched.launched {
                failed
                    .blocking
                    .extend(findings.iter().filter(of_failures).map(Finding::id));
            }
            let broken = findings.iter().filter(|finding| finding.outcome == Outcome::Fail);
            failed.ids.extend(broken.map(Finding::id));
            if !findings.is_empty() {
                self.told(plan, (findings, Derivation::OfTheRun), None, Walked::No);
            }
        }
        failed
    }

    /// What every case is judged by.
    pub(crate) fn basis(&self) -> Basis {
        let target = &self.job.target;
        Basis {
            issuer: target.issuer().to_owned(),
            exact: target.exact().map(str::to_owned),
            policies: target.profile().policies.clone(),
            samples: self.samples.clone(),
            bases: self.bases.clone(),
        }
    }

    /// Reports what became of a plan.
    pub(crate) fn tell(&self, plan: &Plan, concluded: Attempted) {
        let Attempted {
            findings,
            derivation,
            case,
            ..
        } = concluded;
        self.told(plan, (findings, derivation), case, Walked::Yes);
    }

    fn told(
        &self,
        plan: &Plan,
        (findings, derivation): (Vec<Finding>, Derivation),
        case: Option<Case>,
        walked: Walked,
    ) {
        self.failing.conclude(&findings);
        let _ = self.job.progress.send(Progress::Done {
            variant: plan.variant.clone(),
            findings,
            derivation: Box::new(derivation),
            case,
            walked,
        });
    }

    pub(crate) fn tell_unjudged(&self, plan: &Plan, outcome: &Outcome) {
        let findings = not_judged(plan, &self.job.clauses, outcome);
        let derivation = Derivation::Unjudged {
            outcome: outcome.clone(),
            because: None,
        };
        self.told(plan, (findings, derivation), None, Walked::No);
    }

    pub(crate) fn stopped(&self) -> bool {
        *self.job.stop.borrow()
    }

    /// Walks all tasks at once, and gives back those that are to be retried. Where failures shall end the run, those of a first
    /// attempt are retried as soon as they are enough; if they do not come again, the other tasks go on.
    pub(crate) async fn attempt_until_enough(self: &Arc<Self>, mut tasks: Vec<Task>) -> Vec<Doubt> {
        loop {
            if self.failing.over().is_some() {
                return Vec::new();
            }
            let (doubts, held) = self.attempt_all(tasks).await;
            if !self.failing.holds() {
                return doubts;
            }
            self.retry(doubts).await;
            self.failing.retried();
            tasks = held;
        }
    }

    /// Walks all tasks at once, and gives back those that are to be retried, and those that were not begun.
    async fn attempt_all(self: &Arc<Self>, tasks: Vec<Task>) -> (Vec<Doubt>, Vec<Task>) {
        let mut cases: JoinSet<Begun> = JoinSet::new();
        let mut by_task: HashMap<tokio::task::Id, Arc<Plan>> = HashMap::new();
        for task in tasks {
            let plan = Arc::clone(&task.plan);
            let shared = Arc::clone(self);
            let spawned = cases.spawn(async move {
                if shared.stopped() {
                    return Begun::Over;
                }
                let first = shared.attempt(&task, Attempt::First, None).await;
                match was_held(&first) {
                    true if !shared.stopped() => Begun::Held(task),
                    _ => match shared.concluded(task, first) {
                        Some(doubt) => Begun::Doubt(Box::new(doubt)),
                        None => Begun::Over,
                    },
                }
            });
            by_task.insert(spawned.id(), plan);
        }
        let mut held = Vec::new();
        let mut doubts = Vec::new();
        while let Some(ended) = cases.join_next_with_id().await {
            match ended {
                Ok((id, begun)) => {
                    by_task.remove(&id);
                    match begun {
                        Begun::Doubt(doubt) => doubts.push(*doubt),
                        Begun::Held(task) => held.push(task),
                        Begun::Over => {}
                    }
                }
                Err(error) => {
                    if let Some(plan) = by_task.remove(&error.id()) {
                        let outcome =
                            Outcome::error(ReasonCode::Harness.with(format!("the harness failed: {error}")));
                        self.tell_unjudged(&plan, &outcome);
                    }
                }
            }
        }
        (doubts, held)
    }

    /// Tells what is certain; what is not comes back.
    fn concluded(&self, task: Task, first: Attempted) -> Option<Doubt> {
        let was_refused = !first.refusals.is_empty();
        let calls = first
            .findings
            .iter()
            .map(|finding| called_for(&task.plan, finding, was_refused));
        let calls = calls.max().unwrap_or(Calls::Certain);
        if self.stopped() && calls != Calls::Certain {
            // What a stop cut off says nothing of the server.
            return None;
        }
        let rests_on_refusals = rests_on_refusals(&first.findings);
        let standing = self.refused.standing(&first.refusals);
        let why = match calls {
            _ if self.stopped() || self.job.attempts == Attempts::Once => None,
            Calls::Accused => Some(Why::Accused),
            Calls::Open => Some(Why::Open),
            Calls::Certain if rests_on_refusals && standing != Standing::Usual => Some(Why::Odd),
            Calls::Certain if first.early => Some(Why::Early),
            Calls::Certain if rests_on_refusals && was_refused && !is_patient(&task.plan) => {
                Some(Why::Refused)
            }
            Calls::Certain => None,
        };
        match why {
            Some(why) => {
                self.failing.suspect(&first.findings);
                Some(Doubt { task, first, why })
            }
            None => {
                self.tell(&task.plan, first);
                None
            }
        }
    }

    /// The cookies of a user who logged in for one case alone, where the profile says how: what another case does to a session
    /// is not to be taken for what the target does.
    pub(crate) async fn session(&self) -> Jar {
        let login = &self.job.target.profile().login;
        let logs_in = !login.fields.is_empty() && login.command.is_empty();
        let Some(visit) = self.visit.as_ref().filter(|_| logs_in) else {
            return self.jar.clone();
        };
        let number = self.sessions.fetch_add(1, Ordering::Relaxed);
        let jar = self.job.target.given_cookies();
        match self.walked_with(visit, Series::Sessions, number, jar).await {
            Ok((case, jar)) if case.has_code() => jar,
            _ => self.jar.clone(),
        }
    }
}
