//! Looking again, when the crowd is gone: at what did not pass, and, when nothing else is asked, at what is about to be
//! blamed and at what rests on a refusal that is unlike the others.

use std::collections::BTreeMap;
use std::sync::Arc;
use std::time::Duration;

use cimdspec_judge::Doubt as Calls;
use cimdspec_judge::doubt as called_for;
use cimdspec_judge::is_disputed;
use cimdspec_judge::settle;
use cimdspec_judge::settle_dispute;
use cimdspec_judge::settle_odd;
use cimdspec_model::name::Look;
use cimdspec_model::verdict::Finding;
use cimdspec_model::verdict::Outcome;
use tokio::sync::Semaphore;
use tokio::task::JoinSet;

use crate::run::applicability::Burden;
use crate::run::applicability::burden as burden_of;
use crate::run::applicability::is_patient;
use crate::run::attempt::Looked;
use crate::run::refusals::Standing;
use crate::run::schedule::Progress;
use crate::run::shared::Shared;
use crate::run::shared::Task;

/// A case that is looked at again.
pub(crate) struct Doubt {
    pub(crate) task: Task,
    pub(crate) first: Looked,
    pub(crate) why: Why,
}

/// Why a case is looked at again.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Why {
    /// A rule was broken, by one look.
    Accused,
    /// It passed by a refusal, which matters only if the crowd did harm to another case.
    Refused,
    /// It passed by a refusal that may be a failure told as one.
    Odd,
    /// It did not pass.
    Open,
}

/// What a look told beside its findings.
#[derive(Default)]
struct Lesson {
    /// The server died of it.
    died: bool,
    /// Something passed that had not in the crowd.
    harm: bool,
    /// What has to be looked at once more, when nothing else is asked.
    left: Option<Doubt>,
}

/// The order of the second looks, with how many are made at once: first those that burden no others.
const AGAIN_AT_ONCE: [(Burden, usize); 4] = [
    (Burden::Quick, 8),
    (Burden::Holding, 64),
    (Burden::Crowding, 3),
    (Burden::Resolver, 2),
];
/// Those that mostly wait begin one after the other, so that what they ask is not asked together.
const BETWEEN_BEGINNINGS: Duration = Duration::from_millis(100);
/// So many variants of a scenario have the server for themselves; if the breach came again in each of them, the others have a
/// second look like any case.
const VARIANTS_ALONE: usize = 3;
/// The same for the cases that were refused in one odd way, or stay open for one reason.
const ALIKE_ALONE: usize = 3;
/// Cases that stay open for more reasons are not looked at alone.
const MOST_REASONS_ALONE: usize = 20;

impl Shared {
    /// Looks at the doubtful cases again.
    pub(crate) async fn look_again(self: &Arc<Self>, doubts: Vec<Doubt>) {
        let mut by_why: BTreeMap<u8, Vec<Doubt>> = BTreeMap::new();
        for doubt in doubts {
            let place = match doubt.why {
                Why::Accused if !is_patient(&doubt.task.plan) => 1,
                Why::Accused | Why::Open => 0,
                Why::Odd => 2,
                Why::Refused => 3,
            };
            by_why.entry(place).or_default().push(doubt);
        }
        let mut of = |place: u8| by_why.remove(&place).unwrap_or_default();
        let (open, mut accused, odd, refused) = (of(0), of(1), of(2), of(3));
        let mut odd = self.still_odd(odd);
        let counted = open.len() + accused.len() + odd.values().map(Vec::len).sum::<usize>();
        if counted > 0 {
            let _ = self.job.progress.send(Progress::Again { cases: counted });
        }
        let (mut harm, left) = self.in_groups(open).await;
        let (odd_again, left): (Vec<Doubt>, Vec<Doubt>) =
            left.into_iter().partition(|doubt| doubt.why == Why::Odd);
        let (still_open, left): (Vec<Doubt>, Vec<Doubt>) =
            left.into_iter().partition(|doubt| doubt.why == Why::Open);
        accused.extend(left);
        for (way, doubts) in self.still_odd(odd_again) {
            odd.entry(way).or_default().extend(doubts);
        }
        harm |= self.alone(accused).await;
        let open = self.by_reason(still_open);
        for doubts in open.into_values().chain(odd.into_values()) {
            harm |= self.alike(doubts).await;
        }
        if harm {
            let (_, left) = self.in_groups(refused).await;
            self.alone(left).await;
        } else {
            for Doubt { task, first, .. } in refused {
                self.tell(&task.plan, first.findings, first.case);
            }
        }
    }

    /// Those of the cases that were refused in an odd way still, by the way, now that all refusals are known; the others are
    /// told.
    fn still_odd(&self, doubts: Vec<Doubt>) -> BTreeMap<String, Vec<Doubt>> {
        let mut odd: BTreeMap<String, Vec<Doubt>> = BTreeMap::new();
        for doubt in doubts {
            match self.refused.standing(&doubt.first.refusals) {
                Standing::Odd(way) => odd.entry(way).or_default().push(doubt),
                Standing::Usual => self.tell(&doubt.task.plan, doubt.first.findings, doubt.first.case),
            }
        }
        odd
    }

    /// Those of the cases that stay open, by the reasons why; those beyond a bound are told.
    fn by_reason(&self, doubts: Vec<Doubt>) -> BTreeMap<String, Vec<Doubt>> {
        let mut open: BTreeMap<String, Vec<Doubt>> = BTreeMap::new();
        for doubt in doubts {
            let findings = doubt.first.findings.iter();
            let reasons: Vec<&str> = findings.filter_map(|finding| finding.outcome.why()).collect();
            let reasons = reasons.join("\n");
            if open.len() < MOST_REASONS_ALONE || open.contains_key(&reasons) {
                open.entry(reasons).or_default().push(doubt);
            } else {
                self.tell(&doubt.task.plan, doubt.first.findings, doubt.first.case);
            }
        }
        open
    }

    /// Looks at cases again: those in which the server died one by one, then the others in groups. Whether the crowd had done
    /// harm to any, and what is left to be looked at alone.
    async fn in_groups(self: &Arc<Self>, doubts: Vec<Doubt>) -> (bool, Vec<Doubt>) {
        let (mut suspects, mut others): (Vec<Doubt>, Vec<Doubt>) =
            doubts.into_iter().partition(|doubt| doubt.first.died);
        suspects.sort_by_key(|doubt| is_patient(&doubt.task.plan));
        let (mut harm, mut left) = (false, Vec::new());
        let mut unnamed = self.keeper.count();
        for suspect in suspects {
            // The quick ones are all walked alone; the waits of the others only until somebody is found.
            if unnamed == 0 && is_patient(&suspect.task.plan) {
                others.push(suspect);
                continue;
            }
            self.keeper.alone(Some(suspect.task.plan.variant.to_string()));
            let lesson = self.second_look(suspect).await;
            if lesson.died {
                unnamed = unnamed.saturating_sub(1);
            }
            left.extend(lesson.left);
        }
        self.keeper.alone(None);
        for (burden, at_once) in AGAIN_AT_ONCE {
            let (now, later) = others
                .into_iter()
                .partition(|doubt: &Doubt| burden_of(&doubt.task.plan) == burden);
            others = later;
            let pause = match burden {
                Burden::Quick => Duration::ZERO,
                Burden::Crowding | Burden::Holding | Burden::Resolver => BETWEEN_BEGINNINGS,
            };
            for lesson in self.second_looks(now, at_once, pause).await {
                harm |= lesson.harm;
                left.extend(lesson.left);
            }
        }
        (harm, left)
    }

    async fn second_looks(
        self: &Arc<Self>,
        doubts: Vec<Doubt>,
        at_once: usize,
        pause: Duration,
    ) -> Vec<Lesson> {
        let turns = Arc::new(Semaphore::new(at_once));
        let mut cases = JoinSet::new();
        for doubt in doubts {
            let turn = Arc::clone(&turns).acquire_owned().await.ok();
            let shared = Arc::clone(self);
            cases.spawn(async move {
                let _turn = turn;
                shared.second_look(doubt).await
            });
            tokio::time::sleep(pause).await;
        }
        let mut lessons = Vec::new();
        while let Some(ended) = cases.join_next().await {
            lessons.extend(ended.ok());
        }
        lessons
    }

    /// One more look; what it leaves open or only just finds is left for a look alone.
    async fn second_look(&self, doubt: Doubt) -> Lesson {
        let Doubt { task, first, .. } = doubt;
        if self.stopped() {
            self.tell(&task.plan, first.findings, first.case);
            return Lesson::default();
        }
        // Of one user's session another case may take away what this one looks at.
        let own = self.session().await;
        let mut second = self.looked_at(&task, Look::Second, Some(&own)).await;
        if second.died && !self.stopped() {
            // It may have died of all that came before: a fresh one dies of this case or of nothing.
            second = self.looked_at(&task, Look::Third, Some(&own)).await;
            if !second.died {
                self.keeper.acquit(&task.plan.variant.to_string());
            }
        }
        if self.stopped() {
            self.tell(&task.plan, first.findings, first.case);
            return Lesson::default();
        }
        let harm = !first.died && did_harm(&first.findings, &second.findings);
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
        let findings = settle(&task.plan, first.findings, second.findings);
        let case = second.case.or(first.case);
        let rests_on_refusals =
            rests_on_refusals(&findings) && self.refused.standing(&second.refusals) != Standing::Usual;
        let why = match is_patient(&task.plan) {
            _ if accused => Some(Why::Accused),
            true => None,
            false if open => Some(Why::Open),
            false => rests_on_refusals.then_some(Why::Odd),
        };
        let left = match why.filter(|_| !died) {
            Some(why) => Some(Doubt {
                task,
                first: Looked {
                    findings,
                    case,
                    died,
                    early: false,
                    refusals: second.refusals,
                },
                why,
            }),
            None => {
                self.tell(&task.plan, findings, case);
                None
            }
        };
        Lesson { died, harm, left }
    }

    /// Looks at cases when nothing else is asked, the variants of a scenario one after the other. Whether the crowd had done
    /// harm to any.
    async fn alone(self: &Arc<Self>, doubts: Vec<Doubt>) -> bool {
        let mut by_scenario: BTreeMap<String, Vec<Doubt>> = BTreeMap::new();
        for doubt in doubts {
            let scenario = doubt.task.plan.variant.scenario.to_string();
            by_scenario.entry(scenario).or_default().push(doubt);
        }
        let mut harm = false;
        let mut certain = Vec::new();
        for (_, variants) in by_scenario {
            let mut stayed = 0;
            for (number, doubt) in variants.into_iter().enumerate() {
                if number >= VARIANTS_ALONE && stayed == number.min(VARIANTS_ALONE) {
                    certain.push(doubt);
                    continue;
                }
                let came = self.look_alone(doubt).await;
                stayed += usize::from(came.stayed);
                harm |= came.harm;
            }
        }
        // Their siblings were found again each time.
        for lesson in self
            .second_looks(certain, AGAIN_AT_ONCE[0].1, Duration::ZERO)
            .await
        {
            harm |= lesson.harm;
            if let Some(doubt) = lesson.left {
                self.tell(&doubt.task.plan, doubt.first.findings, doubt.first.case);
            }
        }
        harm
    }

    /// Looks at cases that were refused in one odd way, or stay open for one reason: if that is the server's own, it comes again.
    async fn alike(&self, doubts: Vec<Doubt>) -> bool {
        let mut harm = false;
        let mut came_again = 0;
        for (number, doubt) in doubts.into_iter().enumerate() {
            if number >= ALIKE_ALONE && came_again == ALIKE_ALONE {
                self.tell(&doubt.task.plan, doubt.first.findings, doubt.first.case);
                continue;
            }
            let came = self.look_alone(doubt).await;
            came_again += usize::from(came.stayed && number < ALIKE_ALONE);
            harm |= came.harm;
        }
        harm
    }

    /// A look when nothing else is asked, with a session of its own.
    async fn look_alone(&self, doubt: Doubt) -> Came {
        let Doubt { task, first, why } = doubt;
        if self.stopped() {
            self.tell(&task.plan, first.findings, first.case);
            return Came::default();
        }
        self.keeper.alone(Some(task.plan.variant.to_string()));
        let session = self.session().await;
        let mut second = self.looked_at(&task, Look::Alone, Some(&session)).await;
        let looks = first.findings.iter().zip(&second.findings);
        let disputed = looks.clone().any(|(before, after)| is_disputed(before, after));
        let mut third = None;
        if (second.died || disputed) && !self.stopped() {
            let session = self.session().await;
            third = Some(self.looked_at(&task, Look::AloneAgain, Some(&session)).await);
        }
        if second.died
            && let Some(again) = third.take()
        {
            // It may have died of all that came before: a fresh one dies of this case or of nothing.
            if !again.died {
                self.keeper.acquit(&task.plan.variant.to_string());
            }
            second = again;
        }
        self.keeper.alone(None);
        if self.stopped() {
            self.tell(&task.plan, first.findings, first.case);
            return Came::default();
        }
        let same = |(before, after): (&Finding, &Finding)| before.outcome == after.outcome;
        let came = Came {
            stayed: first.findings.iter().zip(&second.findings).all(same)
                && (why != Why::Odd || first.refusals == second.refusals),
            harm: !first.died && did_harm(&first.findings, &second.findings),
        };
        let findings = match (third, why) {
            (Some(third), _) => settle_dispute(&task.plan, &first.findings, second.findings, third.findings),
            (None, Why::Odd) => settle_odd(&task.plan, first.findings, second.findings),
            (None, _) => settle(&task.plan, first.findings, second.findings),
        };
        self.tell(&task.plan, findings, second.case.or(first.case));
        came
    }
}

/// What came of a look alone.
#[derive(Default)]
struct Came {
    /// It was as it had been.
    stayed: bool,
    harm: bool,
}

/// Whether something may rest on a refusal: what passed, and what did not apply, for its condition may be a step that was
/// refused.
pub(crate) fn rests_on_refusals(findings: &[Finding]) -> bool {
    findings
        .iter()
        .any(|finding| matches!(finding.outcome, Outcome::NotApplicable(_) | Outcome::Pass))
}

/// Whether something passes that had not.
fn did_harm(before: &[Finding], after: &[Finding]) -> bool {
    let passes = |finding: &Finding| finding.outcome == Outcome::Pass;
    before
        .iter()
        .zip(after)
        .any(|(before, after)| !passes(before) && passes(after))
}

fn is_breach_of(before: &Finding, finding: &Finding) -> bool {
    before.check == finding.check && before.outcome == Outcome::Fail
}
