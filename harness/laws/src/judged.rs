//! Judging: any plan of the catalogue, and any case.

use std::collections::BTreeMap;
use std::collections::BTreeSet;
use std::sync::Arc;
use std::sync::OnceLock;

use cimdspec_judge::Base;
use cimdspec_judge::Calibration;
use cimdspec_judge::Doubt;
use cimdspec_judge::Input;
use cimdspec_judge::Issuer;
use cimdspec_judge::Round;
use cimdspec_judge::blame;
use cimdspec_judge::doubt;
use cimdspec_judge::failures;
use cimdspec_judge::in_round;
use cimdspec_judge::is_early;
use cimdspec_judge::judge;
use cimdspec_judge::refusals;
use cimdspec_judge::settle;
use cimdspec_judge::settle_dispute;
use cimdspec_model::expect::Service;
use cimdspec_model::observation::Case;
use cimdspec_model::plan::Control;
use cimdspec_model::plan::Plan;
use cimdspec_model::profile::Policy;
use cimdspec_model::profile::Profile;
use cimdspec_model::verdict::Finding;
use cimdspec_model::verdict::Outcome;

use crate::bytes::Bytes;
use crate::catalogue::catalogue;
use crate::seen::case;
use crate::seen::record;

/// The plans of the catalogue.
struct Plans {
    /// Those that are judged case by case.
    of_cases: Vec<Arc<Plan>>,
    /// Those that are judged over the whole run.
    of_the_run: Vec<Arc<Plan>>,
}

fn plans() -> &'static Plans {
    static PLANS: OnceLock<Plans> = OnceLock::new();
    PLANS.get_or_init(|| {
        let plans = catalogue().plans().cloned();
        let (of_the_run, of_cases) = plans.partition(|plan| plan.is_of_the_run());
        Plans { of_cases, of_the_run }
    })
}

/// Every case of every plan is judged: each check once, the same each time, also from the ledger, and with evidence that is there.
///
/// The first two bytes choose the plan; the others make up what was seen in its case, in its control and in the calibration.
pub fn judged(bytes: &[u8]) {
    let mut bytes = Bytes(bytes);
    let plans = &plans().of_cases;
    let plan = &plans[bytes.number() % plans.len()];
    let chosen = bytes.byte();
    let seen = case(plan, &mut bytes);
    let control = match &plan.control {
        Control::Plan(control) if chosen & 1 == 0 => Some((&**control, case(control, &mut bytes))),
        Control::Plan(_) | Control::None(_) => None,
    };
    let mut calibration = Calibration::default();
    for step in plan.steps.iter().take(usize::from(chosen >> 1 & 3)) {
        calibration.good.push(record(step, &mut bytes));
        calibration.bad.push(record(step, &mut bytes));
    }
    let policies: BTreeSet<Policy> = match chosen >> 3 & 1 {
        0 => BTreeSet::new(),
        _ => Profile::reference().policies,
    };
    let exact = (chosen >> 4 & 1 == 1).then_some("https://as.test");
    let control = control.as_ref().map(|(plan, case)| (*plan, case));
    let input = Input {
        plan,
        case: &seen,
        control,
        calibration: &calibration,
        clauses: &catalogue().clauses,
        policies: &policies,
        issuer: Issuer {
            told: "https://as.test",
            exact,
        },
    };
    let findings = judge(input);
    assert_eq!(judge(input), findings, "judged twice");
    let kept: Case = again(&seen);
    assert_eq!(kept, seen);
    let kept_control = control.map(|(plan, case)| (plan, again(case)));
    let from_ledger = Input {
        case: &kept,
        control: kept_control.as_ref().map(|(plan, case)| (*plan, case)),
        ..input
    };
    assert_eq!(judge(from_ledger), findings, "judged from the ledger");
    let checks: Vec<&str> = plan.checks.iter().map(|check| check.id.as_str()).collect();
    let concluded: Vec<&str> = findings.iter().map(|finding| finding.check.as_str()).collect();
    assert_eq!(concluded, checks);
    for finding in &findings {
        stands(finding, &findings);
    }
    merged(input, findings);
}

/// What is told of a case that was kept is what is told of the case.
fn again(case: &Case) -> Case {
    let text = serde_json::to_vec(case).expect("a case has a JSON form");
    serde_json::from_slice(&text).expect("a case that was kept is one")
}

/// A finding says what it rests on; what follows from another one is no breach, and that other one is.
fn stands(finding: &Finding, findings: &[Finding]) {
    let is_there = |line: &usize| *line < finding.evidence.len();
    assert!(finding.decisive.iter().all(is_there), "{finding:?}");
    assert!(!finding.expected.is_empty(), "{finding:?}");
    let why = finding.outcome.why();
    assert!(why.is_none_or(|why| !why.text.is_empty()), "{finding:?}");
    if let Some(because) = &finding.because {
        assert!(
            matches!(finding.outcome, Outcome::NotApplicable(_)),
            "{finding:?}"
        );
        let is_cause = |other: &Finding| other.id() == *because && other.outcome == Outcome::Fail;
        assert!(findings.iter().any(is_cause), "{finding:?}");
    }
}

/// Attempts are merged, and what is over the whole run is told, without an end and without a panic.
fn merged(input: Input<'_>, findings: Vec<Finding>) {
    let Input { plan, case: seen, .. } = input;
    let calls = findings
        .iter()
        .filter(|finding| doubt(plan, finding, true) != Doubt::Certain);
    assert!(calls.count() <= findings.len());
    let settled = settle(plan, findings.clone(), findings.clone());
    assert_eq!(settled.len(), findings.len());
    let disputed = settle_dispute(plan, &findings, settled, findings.clone());
    assert_eq!(disputed.len(), findings.len());
    let mut blamed = findings;
    let of_the_run = &plans().of_the_run;
    let bases: BTreeMap<Service, Base> = BTreeMap::new();
    blame(&mut blamed, plan, &[(plan, seen)], of_the_run, &bases);
    in_round(&mut blamed, Round { number: 2, of: 3 });
    let refused = refusals(plan, seen, input.calibration);
    assert!(refused.len() <= plan.steps.len());
    let failed = failures(plan, seen);
    let causes: BTreeSet<_> = failed.iter().map(|failure| &failure.axes).collect();
    assert_eq!(causes.len(), failed.len(), "{failed:?} has a cause twice");
    if let Some((_, control)) = input.control {
        assert!(!(is_early(seen, control) && is_early(control, seen)));
    }
}
