//! Retries, after the concurrent phase.
//!
//! A case that did not pass is retried beside a few others. A breach, an inconclusive case, and a pass that rests on an unusual refusal
//! are then retried alone. If a case passes now that the server had refused before, it refuses under load: every pass that rests on a refusal
//! is retried too.

use std::collections::BTreeMap;
use std::sync::Arc;
use std::time::Duration;

use cimdspec_judge::Derivation;
use cimdspec_judge::Doubt as Calls;
use cimdspec_judge::doubt as called_for;
use cimdspec_judge::is_disputed;
use cimdspec_judge::settle;
use cimdspec_judge::settle_dispute;
use cimdspec_judge::settle_odd;
use cimdspec_model::name::Attempt;
use cimdspec_model::verb::Burden;
use cimdspec_model::verdict::Finding;
use cimdspec_model::verdict::Outcome;
use tokio::sync::Semaphore;
use tokio::task::JoinSet;

use crate::run::applicability::burden as burden_of;
use crate::run::applicability::is_patient;
use crate::run::attempt::Attempted;
use crate::run::refusals::Standing;
use crate::run::schedule::Progress;
use crate::run::shared::Shared;
use crate::run::shared::Task;

/// A case that is retried.
pub(crate) struct Doubt {
    pub(crate) task: Task,
    pub(crate) first: Attempted,
    pub(crate) why: Why,
}

/// Why a case is retried.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
pub(crate) enum Why {
    /// The first attempt broke a rule.
    Accused,
    /// It was refused before the server asked for its document. Retried only if the load did harm to another case.
    Early,
    /// It passed by a refusal. Retried only if the load made the server refuse another case.
    Refused,
    /// It passed by an unusual refusal, which may be a failure of the server.
    Odd,
    /// It did not pass.
    Open,
}

/// What the load of the concurrent phase did to a case that passes without it.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq, PartialOrd, Ord)]
enum Harm {
    #[default]
    None,
    /// It failed.
    Failed,
    /// It was refused, in a way in which it is not refused now.
    Refused,
}

impl Harm {
    fn between(first: &Attempted, second: &Attempted) -> Self {
        let is_gone = |refusal| !second.refusals.contains(refusal);
        match !first.died && passes_now(&first.findings, &second.findings) {
            false => Self::None,
            true if first.refusals.iter().any(is_gone) => Self::Refused,
            true => Self::Failed,
        }
    }
}

/// What a retry showed besides its findings.
#[derive(Default)]
struct Retried {
    /// The server died during it.
    died: bool,
    harm: Harm,
    /// The case, if it is to be retried once more, alone.
    left: Option<Doubt>,
}

/// The order of the retries, each with how many run at once: first those that put no load on others.
const AGAIN_AT_ONCE: [(Burden, usize); 4] = [
    (Burden::Quick, 8),
    (Burden::Holding, 64),
    (Burden::Crowding, 3),
    (Burden::Resolver, 2),
];
/// Cases that mostly wait start one after the other, so that their requests do not coincide.
const BETWEEN_BEGINNINGS: Duration = Duration::from_millis(100);
/// How many variants of a scenario are retried alone. If each of them repeats the breach, the others are retried like any case.
const VARIANTS_ALONE: usize = 3;
/// The same for cases with the same unusual refusal, or inconclusive for the same reason.
const ALIKE_ALONE: usize = 3;
/// How many reasons are retried alone; cases with further reasons are not.
const MOST_REASONS_ALONE: usize = 20;

impl Shared {
    /// Retries the doubtful cases.
    pub(crate) async fn retry(self: &Arc<Self>, doubts: Vec<Doubt>) {
        let mut first = by_why(doubts);
        let mut of = |why| first.remove(&why).unwrap_or_default();
        let (mut open, mut odd) = (of(Why::Open), self.still_odd(of(Why::Odd)));
        // What mostly waits is retried beside others first.
        let (patient, mut accused): (Vec<Doubt>, Vec<Doubt>) = of(Why::Accused)
            .into_iter()
            .partition(|doubt| is_patient(&doubt.task.plan));
        open.extend(patient);
        let (early, refused) = (of(Why::Early), of(Why::Refused));
        let counted = open.len() + accused.len() + odd.values().map(Vec::len).sum::<usize>();
        if counted > 0 {
            let _ = self.job.progress.send(Progress::Again { cases: counted });
        }
        let (mut harm, left) = self.in_groups(open).await;
        let mut left = by_why(left);
        let mut again = |why| left.remove(&why).unwrap_or_default();
        accused.extend(again(Why::Accused));
        for (way, doubts) in self.still_odd(again(Why::Odd)) {
            odd.entry(way).or_default().extend(doubts);
        }
        let open = self.by_reason(again(Why::Open));
        harm = harm.max(self.alone(accused).await);
        for doubts in open.into_values().chain(odd.into_values()) {
            harm = harm.max(self.alike(doubts).await);
        }
        for (doubts, since) in [(early, Harm::Failed), (refused, Harm::Refused)] {
            if harm >= since {
                let (_, left) = self.in_groups(doubts).await;
                self.alone(left).await;
            } else {
                for Doubt { task, first, .. } in doubts {
                    self.tell(&task.plan, first);
                }
            }
        }
    }

    /// The cases whose refusal is still unusual now that all refusals are known, by kind of refusal. The others are reported.
    fn still_odd(&self, doubts: Vec<Doubt>) -> BTreeMap<String, Vec<Doubt>> {
        let mut odd: BTreeMap<String, Vec<Doubt>> = BTreeMap::new();
        for doubt in doubts {
            match self.refused.standing(&doubt.first.refusals) {
                Standing::Odd(way) => odd.entry(way).or_default().push(doubt),
                Standing::Usual => self.tell(&doubt.task.plan, doubt.first),
            }
        }
        odd
    }

    /// The cases that stay inconclusive, by reason. Those beyond the bound are reported.
    fn by_reason(&self, doubts: Vec<Doubt>) -> BTreeMap<String, Vec<Doubt>> {
        let mut open: BTreeMap<String, Vec<Doubt>> = BTreeMap::new();
        for doubt in doubts {
            let findings = doubt.first.findings.iter();
            let reasons: Vec<&str> = findings
                .filter_map(|finding| Some(finding.outcome.why()?.text.as_str()))
                .collect();
            let reasons = reasons.join("\n");
            if open.len() < MOST_REASONS_ALONE || open.contains_key(&reasons) {
                open.entry(reasons).or_default().push(doubt);
            } else {
                self.tell(&doubt.task.plan, doubt.first);
            }
        }
        open
    }

    /// Retries cases: one by one where the server died, the others in groups. Returns what harm the load had done, and which
    /// cases are to be retried alone.
    async fn in_groups(self: &Arc<Self>, doubts: Vec<Doubt>) -> (Harm, Vec<Doubt>) {
        let (mut suspects, mut others): (Vec<Doubt>, Vec<Doubt>) =
            doubts.into_iter().partition(|doubt| doubt.first.died);
        suspects.sort_by_key(|doubt| is_patient(&doubt.task.plan));
        let (mut harm, mut left) = (Harm::None, Vec::new());
        let mut unnamed = self.supervisor.count();
        for suspect in suspects {
            // The quick ones are all walked alone; the waits of the others only until somebody is found.
            if unnamed == 0 && is_patient(&suspect.task.plan) {
                others.push(suspect);
                continue;
            }
            self.supervisor.alone(Some(suspect.task.plan.variant.to_string()));
            let retried = self.retry_one(suspect).await;
            if retried.died {
                unnamed = unnamed.saturating_sub(1);
            }
            left.extend(retried.left);
        }
        self.supervisor.alone(None);
        for (burden, at_once) in AGAIN_AT_ONCE {
            let (now, later) = others
                .into_iter()
                .partition(|doubt: &Doubt| burden_of(&doubt.task.plan) == burden);
            others = later;
            let pause = match burden {
                Burden::Quick => Duration::ZERO,
                Burden::Crowding | Burden::Holding | Burden::Resolver => BETWEEN_BEGINNINGS,
            };
            for retried in self.retry_beside_others(now, at_once, pause).await {
                harm = harm.max(retried.harm);
                left.extend(retried.left);
            }
        }
        (harm, left)
    }

    async fn retry_beside_others(
        self: &Arc<Self>,
        doubts: Vec<Doubt>,
        at_once: usize,
        pause: Duration,
    ) -> Vec<Retried> {
        let turns = Arc::new(Semaphore::new(at_once));
        let mut cases = JoinSet::new();
        for doubt in doubts {
            let turn = Arc::clone(&turns).acquire_owned().await.ok();
            let shared = Arc::clone(self);
            cases.spawn(async move {
                let _turn = turn;
                shared.retry_one(doubt).await
            });
            tokio::time::sleep(pause).await;
        }
        let mut all = Vec::new();
        while let Some(ended) = cases.join_next().await {
            all.extend(ended.ok());
        }
        all
    }

    /// Retries one case beside others. What stays inconclusive, or breaks a rule only now, is left to be retried alone.
    async fn retry_one(&self, doubt: Doubt) -> Retried {
        let Doubt { task, first, .. } = doubt;
        // The run has failed often enough: what is not confirmed yet is not reported.
        if self.failing.over().is_some() {
            return Retried::default();
        }
        if self.stopped() {
            self.tell(&task.plan, first);
            return Retried::default();
        }
        // In a shared session another case may undo what this one relies on.
        let own = self.session().await;
        let mut second = self.attempt(&task, Attempt::Second, Some(&own)).await;
        if second.died && !self.stopped() {
            // It may have died of all that came before: a fresh one dies of this case or of nothing.
            second = self.attempt(&task, Attempt::Third, Some(&own)).await;
            if !second.died {
                self.supervisor.acquit(&task.plan.variant.to_string());
            }
        }
        if self.stopped() {
            self.tell(&task.plan, first);
            return Retried::default();
        }
        let harm = Harm::between(&first, &second);
        let died = second.died;
        let was_accused =
            |finding: &Finding| first.findings.iter().any(|before| is_breach_of(before, finding));
        let calls = |finding: &Finding| called_for(&task.plan, finding, !second.refusals.is_empty());
        let is_new = |finding: &&Finding| calls(finding) == Calls::Accused && !was_accused(finding);
        // What breaks a rule only now was seen once, and among others.
        let accused = second.findings.iter().any(|finding| is_new(&finding));
        let is_open = |finding: &Finding| match finding.outcome {
            Outcome::Inconclusive(_) => true,
            Outcome::NotApplicable(_) => calls(finding) == Calls::Open,
            _ => false,
        };
        let open = second.findings.iter().any(is_open);
        let settled = Attempted {
            findings: settle(&task.plan, first.findings, second.findings),
            derivation: Derivation::Settled(Box::new(first.derivation), Box::new(second.derivation)),
            case: second.case.or(first.case),
            died,
            early: false,
            refusals: second.refusals,
        };
        let rests_on_refusals = rests_on_refusals(&settled.findings)
            && self.refused.standing(&settled.refusals) != Standing::Usual;
        let why = match is_patient(&task.plan) {
            _ if accused => Some(Why::Accused),
            true => None,
            false if open => Some(Why::Open),
            false => rests_on_refusals.then_some(Why::Odd),
        };
        let left = match why.filter(|_| !died) {
            Some(why) => Some(Doubt {
                task,
                first: settled,
                why,
            }),
            None => {
                self.tell(&task.plan, settled);
                None
            }
        };
        Retried { died, harm, left }
    }

    /// Retries cases alone, the variants of a scenario one after the other. Returns what harm the load had done.
    async fn alone(self: &Arc<Self>, doubts: Vec<Doubt>) -> Harm {
        let mut by_scenario: BTreeMap<String, Vec<Doubt>> = BTreeMap::new();
        for doubt in doubts {
            let scenario = doubt.task.plan.variant.scenario.to_string();
            by_scenario.entry(scenario).or_default().push(doubt);
        }
        let mut harm = Harm::None;
        let mut certain = Vec::new();
        for (_, variants) in by_scenario {
            let mut stayed = 0;
            for (number, doubt) in variants.into_iter().enumerate() {
                if number >= VARIANTS_ALONE && stayed == number.min(VARIANTS_ALONE) {
                    certain.push(doubt);
                    continue;
                }
                let came = self.attempt_alone(doubt).await;
                stayed += usize::from(came.stayed);
                harm = harm.max(came.harm);
            }
        }
        // Their siblings were found again each time.
        for retried in self
            .retry_beside_others(certain, AGAIN_AT_ONCE[0].1, Duration::ZERO)
            .await
        {
            harm = harm.max(retried.harm);
            if let Some(doubt) = retried.left {
                self.tell(&doubt.task.plan, doubt.first);
            }
        }
        harm
    }

    /// Retries alone cases with the same unusual refusal or the same reason. If it is the server's own, it comes again.
    async fn alike(&self, doubts: Vec<Doubt>) -> Harm {
        let mut harm = Harm::None;
        let mut came_again = 0;
        for (number, doubt) in doubts.into_iter().enumerate() {
            if number >= ALIKE_ALONE && came_again == ALIKE_ALONE {
                self.tell(&doubt.task.plan, doubt.first);
                continue;
            }
            let came = self.attempt_alone(doubt).await;
            came_again += usize::from(came.stayed && number < ALIKE_ALONE);
            harm = harm.max(came.harm);
        }
        harm
    }

    /// An attempt while nothing else is requested, with a session of its own.
    async fn attempt_alone(&self, doubt: Doubt) -> AttemptedAlone {
        let Doubt { task, first, why } = doubt;
        if self.failing.over().is_some() {
            return AttemptedAlone::default();
        }
        if self.stopped() {
            self.tell(&task.plan, first);
            return AttemptedAlone::default();
        }
        self.supervisor.alone(Some(task.plan.variant.to_string()));
        let session = self.session().await;
        let mut second = self.attempt(&task, Attempt::Alone, Some(&session)).await;
        let attempts = first.findings.iter().zip(&second.findings);
        let disputed = attempts.clone().any(|(before, after)| is_disputed(before, after));
        let mut third = None;
        if (second.died || disputed) && !self.stopped() {
            let session = self.session().await;
            third = Some(self.attempt(&task, Attempt::AloneAgain, Some(&session)).await);
        }
        if second.died
            && let Some(again) = third.take()
        {
            // It may have died of all that came before: a fresh one dies of this case or of nothing.
            if !again.died {
                self.supervisor.acquit(&task.plan.variant.to_string());
            }
            second = again;
        }
        self.supervisor.alone(None);
        if self.stopped() {
            self.tell(&task.plan, first);
            return AttemptedAlone::default();
        }
        let same = |(before, after): (&Finding, &Finding)| before.outcome == after.outcome;
        let came = AttemptedAlone {
            stayed: first.findings.iter().zip(&second.findings).all(same)
                && (why != Why::Odd || first.refusals == second.refusals),
            harm: Harm::between(&first, &second),
        };
        let (plan, before, after) = (
            &task.plan,
            Box::new(first.derivation),
            Box::new(second.derivation),
        );
        let (findings, derivation) = match (third, why) {
            (Some(third), _) => (
                settle_dispute(plan, &first.findings, second.findings, third.findings),
                Derivation::Disputed(before, after, Box::new(third.derivation)),
            ),
            (None, Why::Odd) => (
                settle_odd(plan, first.findings, second.findings),
                Derivation::SettledOdd(before, after),
            ),
            (None, _) => (
                settle(plan, first.findings, second.findings),
                Derivation::Settled(before, after),
            ),
        };
        let settled = Attempted {
            findings,
            derivation,
            case: second.case.or(first.case),
            died: second.died,
            early: false,
            refusals: second.refusals,
        };
        self.tell(plan, settled);
        came
    }
}

fn by_why(doubts: Vec<Doubt>) -> BTreeMap<Why, Vec<Doubt>> {
    let mut by_why: BTreeMap<Why, Vec<Doubt>> = BTreeMap::new();
    for doubt in doubts {
        by_why.entry(doubt.why).or_default().push(doubt);
    }
    by_why
}

/// What an attempt alone showed.
#[derive(Default)]
struct AttemptedAlone {
    /// It was as it had been.
    stayed: bool,
    harm: Harm,
}

/// Whether something may rest on a refusal: what passed, and what did not apply, for its condition may be a step that was
/// refused.
pub(crate) fn rests_on_refusals(findings: &[Finding]) -> bool {
    findings
        .iter()
        .any(|finding| matches!(finding.outcome, Outcome::NotApplicable(_) | Outcome::Pass))
}

/// Whether something passes that had not.
fn passes_now(before: &[Finding], after: &[Finding]) -> bool {
    let passes = |finding: &Finding| finding.outcome == Outcome::Pass;
    before
        .iter()
        .zip(after)
        .any(|(before, after)| !passes(before) && passes(after))
}

fn is_breach_of(before: &Finding, finding: &Finding) -> bool {
    before.check == finding.check && before.outcome == Outcome::Fail
}
