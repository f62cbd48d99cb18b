//! The checks of a whole run: the target lives, answers, does not fail, and grants what everything else builds on.

use std::collections::BTreeMap;
use std::collections::BTreeSet;
use std::sync::Arc;

use cimdspec_model::expect::Service;
use cimdspec_model::name::VariantId;
use cimdspec_model::observation::Case;
use cimdspec_model::plan::Check;
use cimdspec_model::plan::Control;
use cimdspec_model::plan::Plan;
use cimdspec_model::profile::Policy;
use cimdspec_model::reason::Reason;
use cimdspec_model::reason::ReasonCode;
use cimdspec_model::requirement::clause::Clauses;
use cimdspec_model::verb::Act;
use cimdspec_model::verdict::Finding;
use cimdspec_model::verdict::Outcome;
use serde::Deserialize;
use serde::Serialize;

use crate::expect::Conclusion;
use crate::failure::Failure;
use crate::failure::failures;
use crate::finding::finding;
use crate::history::History;

/// What became of a request of the calibration that everything else builds on.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "kebab-case")]
pub enum Base {
    /// It was refused, or the target failed; what was seen, and what that rests on.
    Broken {
        /// In words.
        seen: String,
        /// In words.
        evidence: Vec<String>,
    },
    /// It was granted.
    Granted,
    /// It came to no end that says anything; why.
    Unclear(String),
}

/// What a run saw of the target itself.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct Watched {
    /// Whether we hold its process.
    pub launched: bool,
    /// Its failures, each cause once.
    pub failures: Vec<Failure>,
    /// The requests that were made of those that everything else builds on.
    pub bases: BTreeMap<Service, Base>,
}

/// Concludes the checks of a whole run: one finding for each cause of failures, or one for the check.
pub fn of_the_run(
    plan: &Plan,
    clauses: &Clauses,
    policies: &BTreeSet<Policy>,
    watched: &Watched,
) -> Vec<Finding> {
    let checks = plan.checks.iter();
    checks
        .filter_map(|check| Some((check, check.service()?)))
        .flat_map(|(check, service)| {
            let causes: Vec<&Failure> = watched
                .failures
                .iter()
                .filter(|failure| failure.service == service)
                .collect();
            let mut declared = check.unless.iter();
            let policy = declared.find(|policy| policies.contains(policy));
            match (policy, causes.is_empty()) {
                (Some(policy), _) => {
                    let told = format!("the target declares the policy `{policy}`");
                    vec![concluded(
                        plan,
                        clauses,
                        check,
                        Outcome::not_applicable(ReasonCode::Policy.with(told)),
                    )]
                }
                (None, false) => causes
                    .into_iter()
                    .map(|cause| caused(plan, clauses, check, service, cause))
                    .collect(),
                (None, true) => vec![based(plan, clauses, check, service, watched)],
            }
        })
        .collect()
}

/// Names the finding of the run of which an inconclusive one is a consequence: a failure in its own case or in its
/// control, else a request that everything of its kind builds on.
pub fn blame(
    findings: &mut [Finding],
    plan: &Plan,
    cases: &[(&Plan, &Case)],
    of_the_run: &[Arc<Plan>],
    bases: &BTreeMap<Service, Base>,
) {
    let mut failed = cases.iter().flat_map(|(plan, case)| failures(plan, case));
    let cause = failed
        .find_map(|failure| id_of_the_run(of_the_run, failure.service, &failure.axes))
        .or_else(|| {
            let is_broken = |service: &Service| matches!(bases.get(service), Some(Base::Broken { .. }));
            let mut broken = builds_on(plan).into_iter().filter(is_broken);
            broken.find_map(|service| id_of_the_run(of_the_run, service, &[]))
        });
    let unclear = findings
        .iter_mut()
        .filter(|finding| matches!(finding.outcome, Outcome::Inconclusive(_)) && finding.because.is_none());
    unclear.for_each(|finding| finding.because.clone_from(&cause));
}

/// The id of what is looked at over the whole run, of one cause.
pub fn id_of_the_run(
    of_the_run: &[Arc<Plan>],
    service: Service,
    axes: &[(String, String)],
) -> Option<String> {
    of_the_run.iter().find_map(|plan| {
        let mut checks = plan.checks.iter();
        let check = checks.find(|check| check.service() == Some(service))?;
        let variant = VariantId {
            axes: axes.to_vec(),
            ..plan.variant.clone()
        };
        Some(format!("{variant}#{}", check.id))
    })
}

/// What a plan cannot do without.
fn builds_on(plan: &Plan) -> Vec<Service> {
    let control = match &plan.control {
        Control::Plan(control) => control.steps.as_slice(),
        Control::None(_) => &[],
    };
    let has = |fits: fn(&Act) -> bool| plan.steps.iter().chain(control).any(|step| fits(&step.act));
    let has_document = plan.hosts.iter().any(|host| host.document.is_some());
    let authorizes = has(|act| matches!(act, Act::Authorize(_)));
    let registers = has(|act| matches!(act, Act::Register(_)));
    let candidates = [
        (Service::GrantsRegistrations, registers),
        (Service::GrantsUpdates, has(|act| matches!(act, Act::Update(_)))),
        (Service::GrantsDocuments, has_document && authorizes),
        (Service::GrantsRegistered, registers && authorizes),
    ];
    let needed = candidates.into_iter().filter(|(_, needs)| *needs);
    needed.map(|(service, _)| service).collect()
}

fn expected(service: Service) -> &'static str {
    match service {
        Service::AlwaysAnswers => "an answer to every request",
        Service::GrantsDocuments
        | Service::GrantsRegistered
        | Service::GrantsRegistrations
        | Service::GrantsUpdates => "granted",
        Service::NeverDies => "a process that lives",
        Service::NeverFails => "no answer by a failure of the server",
    }
}

fn concluded(plan: &Plan, clauses: &Clauses, check: &Check, outcome: Outcome) -> Finding {
    let expected = check.service().map(expected).unwrap_or_default();
    let seen = outcome
        .why()
        .map_or_else(|| "so it was".to_owned(), ToString::to_string);
    let conclusion = Conclusion {
        outcome,
        expected: expected.to_owned(),
        seen,
        evidence: History::default(),
    };
    finding(plan, clauses, check, conclusion)
}

/// A finding of one cause.
fn caused(plan: &Plan, clauses: &Clauses, check: &Check, service: Service, cause: &Failure) -> Finding {
    let plan = Plan {
        variant: VariantId {
            axes: cause.axes.clone(),
            ..plan.variant.clone()
        },
        ..plan.clone()
    };
    let conclusion = Conclusion {
        outcome: Outcome::Fail,
        expected: expected(service).to_owned(),
        seen: cause.seen.clone(),
        evidence: History::of(cause.evidence.clone()),
    };
    finding(&plan, clauses, check, conclusion)
}

/// A finding where no cause of failures is known.
fn based(plan: &Plan, clauses: &Clauses, check: &Check, service: Service, watched: &Watched) -> Finding {
    let unmet = |why: &str| Outcome::not_applicable(Reason::unmet(why));
    let outcome = match (service, watched.bases.get(&service)) {
        (Service::NeverDies, _) if !watched.launched => {
            unmet("the process of the server is not ours to watch")
        }
        (service, _) if service.is_of_failures() => Outcome::Pass,
        (_, None) => unmet("the target does not support it"),
        (_, Some(Base::Granted)) => Outcome::Pass,
        (_, Some(Base::Unclear(why))) => Outcome::inconclusive(why.clone()),
        (_, Some(Base::Broken { seen, evidence })) => {
            let conclusion = Conclusion {
                outcome: Outcome::Fail,
                expected: expected(service).to_owned(),
                seen: seen.clone(),
                evidence: History::of(evidence.clone()),
            };
            return finding(plan, clauses, check, conclusion);
        }
    };
    concluded(plan, clauses, check, outcome)
}
