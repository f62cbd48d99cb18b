//! One attempt at a plan: its place in the concurrent phase, its case, its paired control, its findings.

use std::sync::Arc;

use cimdspec_judge::Derivation;
use cimdspec_judge::Input;
use cimdspec_judge::Issuer;
use cimdspec_judge::Judged;
use cimdspec_judge::Refusal;
use cimdspec_judge::Round;
use cimdspec_judge::blame;
use cimdspec_judge::id_of_the_run;
use cimdspec_judge::in_round;
use cimdspec_judge::is_early;
use cimdspec_judge::judge;
use cimdspec_judge::not_judged;
use cimdspec_judge::refusals;
use cimdspec_model::expect::Service;
use cimdspec_model::name::Attempt;
use cimdspec_model::name::CaseId;
use cimdspec_model::name::Series;
use cimdspec_model::observation::Case;
use cimdspec_model::plan::Plan;
use cimdspec_model::reason::ReasonCode;
use cimdspec_model::verdict::Finding;
use cimdspec_model::verdict::Outcome;
use cimdspec_world::Reservation;
use tokio::sync::OwnedSemaphorePermit;

use crate::agent::cookie::Jar;
use crate::case::walk::Company;
use crate::case::walk::walk;
use crate::run::applicability::is_patient;
use crate::run::applicability::requests_at_once;
use crate::run::failures::axes_of_death;
use crate::run::schedule::Controls;
use crate::run::schedule::Job;
use crate::run::schedule::Load;
use crate::run::schedule::Progress;
use crate::run::schedule::Recording;
use crate::run::shared::Shareable;
use crate::run::shared::Shared;
use crate::run::shared::Task;

/// How much the numbers of the cases of two rounds differ: no run has so many cases.
const A_ROUND: usize = 1 << 20;
/// How many times more rounds are walked with `--load`.
const LOAD_ROUNDS: usize = 5;

/// What one attempt at a plan brought.
pub(crate) struct Attempted {
    pub(crate) findings: Vec<Finding>,
    /// How they follow from what was seen.
    pub(crate) derivation: Derivation,
    pub(crate) case: Option<Case>,
    /// Whether the server died meanwhile.
    pub(crate) died: bool,
    /// Whether the server refused before it asked for the document: by a rule, or for its load.
    pub(crate) early: bool,
    /// How it refused.
    pub(crate) refusals: Vec<Refusal>,
}

/// There were failures enough before it began.
#[derive(Debug)]
struct Held;

/// What a case holds while it is walked.
struct Place {
    _turn: Reservation,
    _of_all: Option<OwnedSemaphorePermit>,
    _of_quick: Vec<OwnedSemaphorePermit>,
}

impl Shared {
    /// Waits until the case may be walked. Nobody holds a permit who waits for an address or for a control: those that
    /// need neither would wait with them.
    async fn place(&self, plan: &Plan) -> Place {
        let turn = self.job.world.reserve(&plan.claims(), &plan.mentions()).await;
        let of_all = match &self.at_once {
            Some((most, turns)) => {
                let many = u32::try_from(requests_at_once(plan).min(*most)).unwrap_or(1);
                Arc::clone(turns).acquire_many_owned(many).await.ok()
            }
            None => None,
        };
        let mut of_quick = Vec::new();
        if !is_patient(plan) {
            for limit in &self.job.limits {
                of_quick.extend(Arc::clone(limit).acquire_owned().await);
            }
        }
        Place {
            _turn: turn,
            _of_all: of_all,
            _of_quick: of_quick,
        }
    }

    /// One attempt, whose case is kept only where something did not pass: a run makes thousands.
    pub(crate) async fn attempt(&self, task: &Task, which: Attempt, session: Option<&Jar>) -> Attempted {
        let attempted = self.attempt_whole(task, which, session).await;
        let passed = attempted.findings.iter().all(|finding| finding.outcome.is_good());
        Attempted {
            case: attempted.case.filter(|_| !passed),
            ..attempted
        }
    }

    /// One attempt: the control by whoever needs it first, then the case; or the other way round, where only breaches count.
    /// It is made in the session of all, or in one of its own.
    pub(crate) async fn attempt_whole(
        &self,
        task: &Task,
        which: Attempt,
        session: Option<&Jar>,
    ) -> Attempted {
        let Task {
            plan,
            control,
            number,
        } = task;
        let unjudged = |outcome: Outcome| self.unjudged(plan, &outcome);
        if let Some(why) = self.breaker.why(&self.job.target).await {
            return unjudged(Outcome::inconclusive(ReasonCode::ServerFailed.with(why)));
        }
        let mut paired = None;
        if let Some(shareable) = control
            && self.job.controls == Controls::Always
        {
            paired = match self.control(shareable, *number, which, session).await {
                Some(case) => Some((&*shareable.plan, case)),
                None => return unjudged(self.unwalked(which)),
            };
        }
        let (mut round, rounds) = (0, self.rounds(plan));
        let (case, mut findings, told) = loop {
            let number = number + round * A_ROUND;
            let case = match self.round(plan, Series::Case(which), number, session).await {
                Ok(case) => case,
                Err(ended) => return *ended,
            };
            let mut findings = self.judged(plan, &case, paired.as_ref());
            round += 1;
            let told = (round > 1).then_some(Round {
                number: round,
                of: rounds,
            });
            if let Some(told) = told {
                in_round(&mut findings, told);
            }
            if round == rounds || !may_differ(&findings) {
                break (case, findings, told);
            }
        };
        self.record(&case);
        let breaks = findings.iter().any(|finding| finding.outcome == Outcome::Fail);
        if let Some(shareable) = control
            && paired.is_none()
            && breaks
        {
            paired = match self.control(shareable, *number, which, session).await {
                Some(case) => Some((&*shareable.plan, case)),
                None => return unjudged(self.unwalked(which)),
            };
            findings = self.judged(plan, &case, paired.as_ref());
        }
        let derivation = Derivation::Judged(Judged {
            case: case.case.clone(),
            control: paired.as_ref().map(|(_, control)| control.case.clone()),
            round: told,
        });
        let refusals = refusals(plan, &case, self.samples.for_plan(plan));
        let early = paired
            .as_ref()
            .is_some_and(|(_, control)| is_early(&case, control));
        Attempted {
            findings,
            derivation,
            case: Some(case),
            died: false,
            early,
            refusals,
        }
    }

    fn unjudged(&self, plan: &Plan, outcome: &Outcome) -> Attempted {
        Attempted {
            findings: not_judged(plan, &self.job.clauses, outcome),
            derivation: Derivation::Unjudged {
                outcome: outcome.clone(),
                because: None,
            },
            case: None,
            died: false,
            early: false,
            refusals: Vec::new(),
        }
    }

    /// How often a plan is walked, until a check fails.
    fn rounds(&self, plan: &Plan) -> usize {
        let rounds = usize::from(plan.rounds.get());
        match (self.job.controls, self.job.load) {
            (Controls::Always, Load::Consented) if rounds > 1 => rounds * LOAD_ROUNDS,
            _ => rounds,
        }
    }

    /// The case of one round, or how the attempt ended with it.
    async fn round(
        &self,
        plan: &Arc<Plan>,
        series: Series,
        number: usize,
        session: Option<&Jar>,
    ) -> Result<Case, Box<Attempted>> {
        let ended = |outcome: Outcome| Box::new(self.unjudged(plan, &outcome));
        let _place = self.place(plan).await;
        let is_held = matches!(series, Series::Case(which) if self.is_held(which));
        if self.stopped() || is_held {
            return Err(ended(interrupted()));
        }
        let before = match self.supervisor.watch().await {
            Ok(life) => life,
            Err(why) => return Err(ended(Outcome::inconclusive(ReasonCode::ServerFailed.with(why)))),
        };
        let case = match self.walked_in(plan, series, number, session).await {
            Ok(case) => case,
            Err(reason) => return Err(ended(Outcome::error(ReasonCode::Harness.with(reason)))),
        };
        let Some(how) = self.supervisor.died_since(&before).await else {
            return Ok(case);
        };
        let mut attempted = ended(Outcome::inconclusive(
            ReasonCode::ServerFailed.with(format!("the server died while this case ran: {how}")),
        ));
        let axes = axes_of_death(Some(&plan.variant.to_string()));
        let cause = id_of_the_run(&self.job.of_the_run, Service::NeverDies, &axes);
        for finding in &mut attempted.findings {
            finding.because.clone_from(&cause);
        }
        if let Derivation::Unjudged { because, .. } = &mut attempted.derivation {
            *because = cause;
        }
        self.record(&case);
        attempted.case = Some(case);
        attempted.died = true;
        Err(attempted)
    }

    fn judged(&self, plan: &Plan, case: &Case, control: Option<&(&Plan, Case)>) -> Vec<Finding> {
        let mut findings = judge(Input {
            plan,
            case,
            control: control.map(|(plan, case)| (*plan, case)),
            calibration: self.samples.for_plan(plan),
            clauses: &self.job.clauses,
            policies: &self.job.target.profile().policies,
            issuer: Issuer {
                told: self.job.target.issuer(),
                exact: self.job.target.exact(),
            },
        });
        let mut cases = vec![(plan, case)];
        cases.extend(control.map(|(plan, case)| (*plan, case)));
        blame(&mut findings, plan, &cases, &self.job.of_the_run, &self.bases);
        findings
    }

    /// The control's case: the shared one, or at the second attempt one of its own.
    async fn control(
        &self,
        shareable: &Shareable,
        number: usize,
        which: Attempt,
        session: Option<&Jar>,
    ) -> Option<Case> {
        let walked = async || {
            let _place = self.place(&shareable.plan).await;
            if self.is_held(which) {
                return Err(Held);
            }
            // A dead server is started again; what the case says of one that cannot be is said by the case itself.
            let _life = self.supervisor.watch().await;
            let case = self.walked_in(&shareable.plan, Series::Control(which), number, session);
            let case = case.await.ok();
            if let Some(case) = &case {
                self.record(case);
            }
            Ok(case)
        };
        let walked = match which {
            Attempt::First => shareable.case.get_or_try_init(walked).await.cloned(),
            Attempt::Alone | Attempt::AloneAgain | Attempt::Second | Attempt::Third => walked().await,
        };
        walked.ok().flatten()
    }

    /// Whether an attempt is not begun, because there are failures enough: what is retried confirms them.
    fn is_held(&self, which: Attempt) -> bool {
        which == Attempt::First && self.failing.holds()
    }

    /// Why there is no control.
    fn unwalked(&self, which: Attempt) -> Outcome {
        match self.is_held(which) {
            true => interrupted(),
            false => Outcome::error(ReasonCode::Harness.with("the paired control could not be run")),
        }
    }

    /// Keeps a case for the ledger, where the run has one.
    fn record(&self, case: &Case) {
        if self.job.recording == Recording::All {
            let _ = self.job.progress.send(Progress::Recorded(Box::new(case.clone())));
        }
    }

    /// Walks a plan once, in the session of all.
    pub(crate) async fn walked(
        &self,
        plan: &Arc<Plan>,
        series: Series,
        number: usize,
    ) -> Result<Case, String> {
        self.walked_in(plan, series, number, None).await
    }

    async fn walked_in(
        &self,
        plan: &Arc<Plan>,
        series: Series,
        number: usize,
        session: Option<&Jar>,
    ) -> Result<Case, String> {
        let jar = session.unwrap_or(&self.jar).clone();
        Ok(self.walked_with(plan, series, number, jar).await?.0)
    }

    /// Walks a plan once with these cookies, and gives those that it ended with.
    pub(crate) async fn walked_with(
        &self,
        plan: &Arc<Plan>,
        series: Series,
        number: usize,
        jar: Jar,
    ) -> Result<(Case, Jar), String> {
        let Job {
            world, target, stop, ..
        } = &self.job;
        let id = CaseId::new(&self.job.nonce, series, number);
        let company = match series {
            Series::Case(Attempt::Alone | Attempt::AloneAgain)
            | Series::Control(Attempt::Alone | Attempt::AloneAgain)
            | Series::Failures => Company::None,
            _ => Company::Others,
        };
        // On the heap: most tasks wait for their place, and need no room for a walk meanwhile.
        let walked = Box::pin(walk(plan, world, target, id, (jar, company), stop)).await?;
        self.left_behind.add(walked.left_behind);
        self.watch.note(plan, &walked.case);
        self.refused
            .note(&refusals(plan, &walked.case, self.samples.for_plan(plan)));
        Ok((walked.case, walked.jar))
    }
}

/// Whether another round may show something else: something passed, and nothing is open or broken.
fn may_differ(findings: &[Finding]) -> bool {
    let is_settled =
        |finding: &Finding| finding.outcome.is_good() || matches!(finding.outcome, Outcome::NotApplicable(_));
    findings.iter().all(is_settled) && findings.iter().any(|finding| finding.outcome == Outcome::Pass)
}

fn interrupted() -> Outcome {
    Outcome::error(ReasonCode::Interrupted.with("the run was stopped"))
}
