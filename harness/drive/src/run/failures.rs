//! Failures of the target, of whatever case they came: each cause once, tried again when nothing else is asked.

use std::sync::Arc;
use std::sync::Mutex;
use std::sync::MutexGuard;
use std::sync::PoisonError;
use std::time::Duration;

use cimdspec_judge::Failure;
use cimdspec_judge::failures;
use cimdspec_model::expect::Service;
use cimdspec_model::name::Series;
use cimdspec_model::observation::Case;
use cimdspec_model::plan::Need;
use cimdspec_model::plan::Plan;
use cimdspec_model::report::Death;

use crate::run::applicability::is_patient;
use crate::run::shared::Shared;

/// What failed so far.
#[derive(Default)]
pub(crate) struct Watch(Mutex<Vec<Noted>>);

/// One cause.
struct Noted {
    failure: Failure,
    /// What brought it first.
    plan: Plan,
    times: usize,
    /// Whether it came again when nothing else was asked; `None` where that was not tried.
    again: Option<bool>,
    log: Vec<String>,
}

/// More causes are not tried again: a server that fails in so many ways fails.
const MOST_TRIED: usize = 12;
const LOG_LINES: usize = 12;
/// What a server writes of a request comes a little later than its answer.
const LOG_DELAY: Duration = Duration::from_millis(300);

impl Watch {
    /// Notes the failures of a case. Whoever keeps a target waiting has not seen it hang.
    pub(crate) fn note(&self, plan: &Plan, case: &Case) {
        let keeps_waiting = is_patient(plan) || plan.needs.contains(&Need::Load);
        for failure in failures(plan, case) {
            if failure.service != Service::AlwaysAnswers || !keeps_waiting {
                self.add(failure, plan);
            }
        }
    }

    /// Notes one failure.
    pub(crate) fn add(&self, failure: Failure, plan: &Plan) {
        let mut noted = self.lock();
        let is_known = |known: &&mut Noted| {
            known.failure.service == failure.service && known.failure.axes == failure.axes
        };
        match noted.iter_mut().find(is_known) {
            Some(known) => known.times += 1,
            None => noted.push(Noted {
                failure,
                plan: plan.clone(),
                times: 1,
                again: None,
                log: Vec::new(),
            }),
        }
    }

    /// The failures, each cause once; a request that was answered when nothing else was asked had only waited.
    pub(crate) fn failures(&self, deaths: &[Death]) -> Vec<Failure> {
        let noted = self.lock();
        let stayed = noted
            .iter()
            .filter(|noted| noted.failure.service != Service::AlwaysAnswers || noted.again != Some(false));
        stayed.map(Noted::told).chain(of_deaths(deaths)).collect()
    }

    fn plan(&self, index: usize) -> Option<(Plan, Failure)> {
        let noted = self.lock();
        let noted = noted.get(index)?;
        Some((noted.plan.clone(), noted.failure.clone()))
    }

    fn settle(&self, index: usize, again: bool, log: Vec<String>) {
        if let Some(noted) = self.lock().get_mut(index) {
            (noted.again, noted.log) = (Some(again), log);
        }
    }

    fn lock(&self) -> MutexGuard<'_, Vec<Noted>> {
        self.0.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

impl Noted {
    fn told(&self) -> Failure {
        let again = match self.again {
            Some(true) => "; again when nothing else was asked",
            Some(false) => "; not again when nothing else was asked",
            None => "",
        };
        let times = match self.times {
            1 => "in one case".to_owned(),
            times => format!("in {times} cases, the first of them"),
        };
        let mut evidence = self.failure.evidence.clone();
        evidence.extend(self.log.iter().map(|line| format!("log: {line}")));
        Failure {
            case: Some(self.plan.variant.to_string()),
            seen: format!("{}, {times} {}{again}", self.failure.seen, self.plan.variant),
            evidence,
            ..self.failure.clone()
        }
    }
}

/// The deaths of the process; those of one scenario have one cause.
fn of_deaths(deaths: &[Death]) -> Vec<Failure> {
    let mut found: Vec<Failure> = Vec::new();
    for death in deaths {
        let axes = axes_of_death(death.case.as_deref());
        if found.iter().any(|known| known.axes == axes) {
            continue;
        }
        let seen = match &death.case {
            Some(case) => format!("the server died of {case}, alone: {}", death.how),
            None => format!(
                "the server died, and not again when each case was alone: {}",
                death.how
            ),
        };
        found.push(Failure {
            service: Service::NeverDies,
            axes,
            case: death.case.clone(),
            seen,
            evidence: death.log.iter().map(|line| format!("log: {line}")).collect(),
        });
    }
    found
}

/// What tells a death from others: the scenario of the variant that it came of, if it came of one.
pub(crate) fn axes_of_death(variant: Option<&str>) -> Vec<(String, String)> {
    let scenario = variant.map(|variant| variant.split('[').next().unwrap_or(variant));
    let slug = scenario.map_or("several-together".to_owned(), |scenario| {
        scenario.replace('/', "-")
    });
    vec![("case".to_owned(), slug)]
}

impl Shared {
    /// Asks again for what failed, when nothing else is asked: so it is told from what the load caused, and the log has
    /// nothing else in it.
    pub(crate) async fn try_failures_again(&self) {
        for index in 0..MOST_TRIED {
            let Some((plan, failure)) = self.watch.plan(index).filter(|_| !self.stopped()) else {
                return;
            };
            let plan = Arc::new(plan);
            let Ok(life) = self.supervisor.watch().await else {
                return;
            };
            let Ok(case) = self.walked(&plan, Series::Failures, index).await else {
                continue;
            };
            if self.supervisor.died_since(&life).await.is_some() {
                continue;
            }
            tokio::time::sleep(LOG_DELAY).await;
            let lines = self.job.launched.as_ref().map(|launched| launched.last_lines());
            let mut lines = lines.unwrap_or_default();
            let earlier = lines.len().saturating_sub(LOG_LINES);
            lines.drain(..earlier);
            let mut found = failures(&plan, &case).into_iter();
            let again = found.any(|found| found.axes == failure.axes);
            self.watch.settle(index, again, lines);
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::run::estimate::tests::plan;

    fn failure(service: Service, place: &str) -> Failure {
        Failure {
            service,
            axes: vec![("place".to_owned(), place.to_owned())],
            case: None,
            seen: "status 500".to_owned(),
            evidence: Vec::new(),
        }
    }

    #[test]
    fn a_cause_is_told_once() {
        let watch = Watch::default();
        for place in ["token", "token", "par"] {
            watch.add(failure(Service::NeverFails, place), &plan(Vec::new()));
        }
        let told = watch.failures(&[]);
        assert_eq!(told.len(), 2);
        assert!(told[0].seen.contains("in 2 cases"), "{}", told[0].seen);
    }

    #[test]
    fn who_answers_alone_did_not_hang_and_who_fails_under_load_failed() {
        let watch = Watch::default();
        watch.add(failure(Service::AlwaysAnswers, "token"), &plan(Vec::new()));
        watch.add(failure(Service::NeverFails, "token"), &plan(Vec::new()));
        watch.settle(0, false, Vec::new());
        watch.settle(1, false, vec!["a line".to_owned()]);
        let told = watch.failures(&[]);
        let [failed] = told.as_slice() else {
            panic!("{told:?}");
        };
        assert!(
            failed.seen.ends_with("not again when nothing else was asked"),
            "{}",
            failed.seen
        );
        assert_eq!(failed.evidence, ["log: a line"]);
    }

    #[test]
    fn deaths_of_one_scenario_have_one_cause() {
        let death = |case: Option<&str>| Death {
            how: "it ended".to_owned(),
            case: case.map(str::to_owned),
            log: Vec::new(),
        };
        let deaths = [
            death(Some("a/b[x=1]")),
            death(Some("a/b[x=2]")),
            death(Some("a/c")),
        ];
        let slugs: Vec<String> = of_deaths(&deaths)
            .into_iter()
            .map(|failure| failure.axes[0].1.clone())
            .collect();
        assert_eq!(slugs, ["a-b", "a-c"]);
        assert_eq!(of_deaths(&[death(None)])[0].axes[0].1, "several-together");
    }
}
