//! Looking at cases: all at once, then again at those that did not pass, when the crowd is gone.

use std::collections::HashMap;
use std::sync::Arc;

use cimdspec_judge::Calibration;
use cimdspec_judge::is_certain;
use cimdspec_judge::not_judged;
use cimdspec_judge::settle;
use cimdspec_model::name::Look;
use cimdspec_model::observation::Case;
use cimdspec_model::plan::Plan;
use cimdspec_model::verdict::Finding;
use cimdspec_model::verdict::Outcome;
use tokio::sync::OnceCell;
use tokio::sync::Semaphore;
use tokio::task::JoinSet;

use crate::cookie::Jar;
use crate::keeper::Keeper;
use crate::lacking::Burden;
use crate::lacking::burden as burden_of;
use crate::lacking::is_patient;
use crate::looked::Looked;
use crate::registration::LeftBehind;
use crate::run::Job;
use crate::run::Looks;
use crate::run::Progress;
use crate::run::Walked;

/// What all cases of a run share.
pub(crate) struct Shared {
    pub(crate) job: Job,
    pub(crate) calibration: Calibration,
    pub(crate) jar: Jar,
    pub(crate) keeper: Keeper,
    pub(crate) left_behind: LeftBehind,
    /// All cases take a turn here, where the profile says how many the target bears.
    pub(crate) at_once: Option<(usize, Arc<Semaphore>)>,
}

/// A paired control that any number of plans may share.
pub(crate) struct Shareable {
    pub(crate) plan: Plan,
    pub(crate) case: OnceCell<Option<Case>>,
}

/// One plan to be walked.
pub(crate) struct Task {
    pub(crate) plan: Arc<Plan>,
    pub(crate) control: Option<Arc<Shareable>>,
    pub(crate) number: usize,
}

/// A case that is looked at again.
pub(crate) struct Doubt {
    task: Task,
    first: Looked,
    /// Whether it is looked at again only if the crowd did harm to another case.
    only_after_harm: bool,
}

/// What a second look told beside its findings.
#[derive(Default)]
struct Lesson {
    /// The server died of it.
    died: bool,
    /// Something passed that had not in the crowd.
    harm: bool,
}

/// The order of the second looks, with how many are made at once: first those that burden no others.
const AGAIN_AT_ONCE: [(Burden, usize); 4] = [
    (Burden::Quick, 8),
    (Burden::Holding, 64),
    (Burden::Crowding, 3),
    (Burden::Resolver, 2),
];

impl Shared {
    fn tell(&self, plan: &Plan, findings: Vec<Finding>, case: Option<Case>) {
        self.told(plan, findings, case, Walked::Yes);
    }

    fn told(&self, plan: &Plan, findings: Vec<Finding>, case: Option<Case>, walked: Walked) {
        let variant = plan.variant.to_string();
        let _ = self.job.progress.send(Progress::Done {
            variant,
            findings,
            case,
            walked,
        });
    }

    pub(crate) fn tell_unjudged(&self, plan: &Plan, outcome: &Outcome) {
        let findings = not_judged(plan, &self.job.clauses, outcome);
        self.told(plan, findings, None, Walked::No);
    }

    pub(crate) fn stopped(&self) -> bool {
        *self.job.stop.borrow()
    }

    /// Walks all tasks at once, and gives back those that are to be looked at again.
    pub(crate) async fn look(self: &Arc<Self>, tasks: Vec<Task>) -> Vec<Doubt> {
        let mut cases: JoinSet<Option<Doubt>> = JoinSet::new();
        let mut by_task: HashMap<tokio::task::Id, Arc<Plan>> = HashMap::new();
        for task in tasks {
            let plan = Arc::clone(&task.plan);
            let shared = Arc::clone(self);
            let spawned = cases.spawn(async move {
                if shared.stopped() {
                    return None;
                }
                let first = shared.looked_at(&task, Look::First).await;
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
        let only_after_harm = certain && first.early;
        if self.stopped() || self.job.looks == Looks::Once || (certain && !only_after_harm) {
            self.tell(&task.plan, first.findings, first.case);
            return None;
        }
        Some(Doubt {
            task,
            first,
            only_after_harm,
        })
    }

    /// Looks at the doubtful cases a second time. If that tells that the crowd did harm, what was refused early in the
    /// crowd may have been refused for its load, and is looked at again too.
    pub(crate) async fn look_again(self: &Arc<Self>, doubts: Vec<Doubt>) {
        let (early, doubts) = doubts.into_iter().partition(|doubt| doubt.only_after_harm);
        if self.look_again_at(doubts).await {
            self.look_again_at(early).await;
        } else {
            for Doubt { task, first, .. } in early {
                self.tell(&task.plan, first.findings, first.case);
            }
        }
    }

    /// Looks at cases a second time: those in which the server died one by one, then the others. Whether the crowd had
    /// done harm to any.
    async fn look_again_at(self: &Arc<Self>, doubts: Vec<Doubt>) -> bool {
        if doubts.is_empty() {
            return false;
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
            if self.second_look(suspect).await.died {
                unnamed = unnamed.saturating_sub(1);
            }
        }
        self.keeper.alone(None);
        let mut harm = false;
        for (burden, at_once) in AGAIN_AT_ONCE {
            let (now, later) = others
                .into_iter()
                .partition(|doubt: &Doubt| burden_of(&doubt.task.plan) == burden);
            others = later;
            harm |= self.second_looks(now, at_once).await;
        }
        harm
    }

    /// Whether the crowd had done harm to any.
    async fn second_looks(self: &Arc<Self>, doubts: Vec<Doubt>, at_once: usize) -> bool {
        let turns = Arc::new(Semaphore::new(at_once));
        let mut cases = JoinSet::new();
        for doubt in doubts {
            let (shared, turns) = (Arc::clone(self), Arc::clone(&turns));
            cases.spawn(async move {
                let _turn = turns.acquire_owned().await.ok();
                shared.second_look(doubt).await
            });
        }
        let mut harm = false;
        while let Some(ended) = cases.join_next().await {
            harm |= ended.is_ok_and(|lesson| lesson.harm);
        }
        harm
    }

    async fn second_look(&self, doubt: Doubt) -> Lesson {
        let Doubt { task, first, .. } = doubt;
        if self.stopped() {
            self.tell(&task.plan, first.findings, first.case);
            return Lesson::default();
        }
        let mut second = self.looked_at(&task, Look::Second).await;
        if second.died && !self.stopped() {
            // It may have died of all that came before: a fresh one dies of this case or of nothing.
            second = self.looked_at(&task, Look::Third).await;
            if !second.died {
                self.keeper.acquit(&task.plan.variant.to_string());
            }
        }
        if self.stopped() {
            self.tell(&task.plan, first.findings, first.case);
            return Lesson::default();
        }
        let passes = |finding: &Finding| finding.outcome == Outcome::Pass;
        let harm = !first.died
            && first
                .findings
                .iter()
                .zip(&second.findings)
                .any(|(before, after)| !passes(before) && passes(after));
        let findings = settle(&task.plan, first.findings, second.findings);
        self.tell(&task.plan, findings, second.case.or(first.case));
        Lesson {
            died: second.died,
            harm,
        }
    }
}
