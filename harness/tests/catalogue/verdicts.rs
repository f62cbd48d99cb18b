//! What no verdict rests on, for every check of the catalogue: a page, a failure, a control or an earlier step that was not
//! granted.

use std::collections::BTreeSet;

use crate::files::catalogue;
use crate::observed::Answered;
use crate::observed::calibration;
use crate::observed::case;
use crate::observed::judged;
use crate::observed::paired;
use cimdspec_judge::foundation;
use cimdspec_model::expect::Disposition;
use cimdspec_model::expect::Expect;
use cimdspec_model::name::HostLabel;
use cimdspec_model::observation::HostFact;
use cimdspec_model::plan::Check;
use cimdspec_model::plan::Plan;
use cimdspec_model::verb::Act;
use cimdspec_model::verdict::Finding;
use cimdspec_model::verdict::Outcome;

/// Every plan with each of its checks; a check of a matrix counts once.
fn checks() -> impl Iterator<Item = (&'static Plan, &'static Check)> {
    catalogue()
        .plans()
        .flat_map(|plan| plan.checks.iter().map(|check| (&**plan, check)))
}

fn is_verdict(finding: &Finding) -> bool {
    matches!(finding.outcome, Outcome::Fail | Outcome::Pass)
}

/// The finding of one check.
fn of<'a>(findings: &'a [Finding], check: &Check) -> &'a Finding {
    findings.iter().find(|finding| finding.check == check.id).unwrap()
}

/// Says which checks break a law, each scenario once.
fn none_of(broken: &BTreeSet<String>) {
    assert!(broken.is_empty(), "{} checks: {broken:#?}", broken.len());
}

fn id(plan: &Plan, check: &Check) -> String {
    format!("{}#{}", plan.variant.scenario, check.id)
}

/// Law: a check says nothing where a step on which it builds failed, whatever came after it.
#[test]
fn nothing_is_said_where_an_earlier_step_was_not_granted() {
    let whole = calibration(Answered::Granted);
    let mut broken = BTreeSet::new();
    let mut covered = BTreeSet::new();
    for (plan, check) in checks() {
        let control = case(paired(plan), |_| Answered::Granted);
        for step in foundation(plan, check) {
            covered.insert(id(plan, check));
            let seen = case(plan, |name| match name == step {
                true => Answered::Failed,
                false => Answered::Granted,
            });
            if is_verdict(of(&judged(plan, &seen, &control, &whole), check)) {
                broken.insert(format!("{} without `{step}`", id(plan, check)));
            }
        }
    }
    none_of(&broken);
    assert!(
        covered.len() > 300,
        "only {} checks build on a step",
        covered.len()
    );
}

/// Law: who could not log in learns of refusals before the login and of what the wire shows, and of nothing else.
#[test]
fn a_login_page_proves_nothing() {
    let cut = calibration(Answered::Login);
    let mut broken = BTreeSet::new();
    for (plan, check) in checks() {
        let asks_the_browser = |plan: &Plan| {
            plan.steps
                .iter()
                .any(|step| matches!(step.act, cimdspec_model::verb::Act::Authorize(_)))
        };
        if !asks_the_browser(plan) || speaks_of_the_wire(check) {
            continue;
        }
        let named = check.expect.steps();
        let is_of_the_browser = plan.steps.iter().any(|step| {
            named.contains(&&step.name)
                && matches!(&step.act, cimdspec_model::verb::Act::Authorize(act) if act.until.is_none())
        });
        let login = |_: &_| Answered::Login;
        let (seen, control) = (case(plan, login), case(paired(plan), login));
        if is_of_the_browser && is_verdict(of(&judged(plan, &seen, &control, &cut), check)) {
            broken.insert(id(plan, check));
        }
    }
    none_of(&broken);
}

/// Law: no rule is kept or broken by a server that fails, but for the rule that it answers at all.
#[test]
fn nothing_rests_on_a_failure() {
    let whole = calibration(Answered::Granted);
    let mut broken = BTreeSet::new();
    for (plan, check) in checks() {
        let named = check.expect.steps();
        if named.is_empty() || is_about_failures(check) || speaks_of_the_wire(check) {
            continue;
        }
        let control = case(paired(plan), |_| Answered::Granted);
        let seen = case(plan, |name| match named.contains(&name) {
            true => Answered::Failed,
            false => Answered::Granted,
        });
        if is_verdict(of(&judged(plan, &seen, &control, &whole), check)) {
            broken.insert(id(plan, check));
        }
    }
    none_of(&broken);
}

/// Law: a page, a header field, a member or a line of the log is judged where its step was granted: in the control, or in the case
/// itself where there is none. What is said of errors themselves stands on its condition.
#[test]
fn no_answer_is_judged_without_a_grant() {
    let whole = calibration(Answered::Granted);
    let mut broken = BTreeSet::new();
    for (plan, check) in checks() {
        if !matches!(
            check.expect,
            Expect::Header(_) | Expect::Log(_) | Expect::Member(_) | Expect::Page(_) | Expect::Values(_)
        ) {
            continue;
        }
        if is_about_refusals(check) {
            continue;
        }
        let refused = |_: &_| Answered::Refused;
        let (seen, control) = (case(plan, refused), case(paired(plan), refused));
        if is_verdict(of(&judged(plan, &seen, &control, &whole), check)) {
            broken.insert(id(plan, check));
        }
    }
    none_of(&broken);
}

/// Law: nothing is said of a page that was not shown: who is sent back at once with a code is asked nothing, and that is another
/// rule's breach.
#[test]
fn no_page_is_judged_where_none_was_shown() {
    let whole = calibration(Answered::Granted);
    let mut broken = BTreeSet::new();
    let mut covered = BTreeSet::new();
    for (plan, check) in checks() {
        let Expect::Page(page) = &check.expect else {
            continue;
        };
        let mut steps = plan.steps.iter();
        let is_browsed = steps.any(|step| step.name == page.of && matches!(step.act, Act::Authorize(_)));
        if page.no_trace || !is_browsed {
            continue;
        }
        covered.insert(id(plan, check));
        let control = case(paired(plan), |_| Answered::Granted);
        let seen = case(plan, |name| match *name == page.of {
            true => Answered::AtOnce,
            false => Answered::Granted,
        });
        let judged = judged(plan, &seen, &control, &whole);
        let told = &of(&judged, check).outcome;
        if !matches!(told, Outcome::NotApplicable(_)) {
            broken.insert(format!("{}: {told:?}", id(plan, check)));
        }
    }
    none_of(&broken);
    assert!(covered.len() >= 20, "only {} checks of pages", covered.len());
}

/// Law: where nobody asks our name server, a plan that steers names keeps and breaks no rule, and nothing is recorded of it.
#[test]
fn names_that_others_answer_prove_nothing() {
    let whole = calibration(Answered::Granted);
    let mut broken = BTreeSet::new();
    let mut covered = BTreeSet::new();
    for (plan, check) in checks() {
        if !plan.steps.iter().any(|step| matches!(step.act, Act::Resolve(_))) {
            continue;
        }
        covered.insert(id(plan, check));
        let control = case(paired(plan), |_| Answered::Granted);
        for answered in [
            Answered::Granted,
            Answered::Refused,
            Answered::AtOnce,
            Answered::Failed,
        ] {
            let seen = case(plan, |_| answered);
            let judged = judged(plan, &seen, &control, &whole);
            let outcome = &of(&judged, check).outcome;
            if matches!(outcome, Outcome::Fail | Outcome::Pass | Outcome::Recorded(_)) {
                broken.insert(format!("{}: {outcome:?}", id(plan, check)));
            }
        }
    }
    none_of(&broken);
    assert!(covered.len() > 60, "only {} checks steer names", covered.len());
}

/// The document's host and the application's are one for a target that takes redirect URIs of the document's origin only: then
/// the redirect URI at the document's host is the registered one.
#[test]
fn a_variant_that_a_policy_makes_equal_to_its_control_does_not_apply() {
    let whole = calibration(Answered::Granted);
    let host = |label: &str, name: &str| HostFact {
        label: HostLabel::parse(label).unwrap(),
        name: name.to_owned(),
        addresses: Vec::new(),
        origin: format!("https://{name}"),
    };
    let outcome = |plan: &Plan, app: &str| {
        let mut seen = case(plan, |_| Answered::Granted);
        seen.hosts = vec![host("app", app), host("docs", "docs.test")];
        let control = case(paired(plan), |_| Answered::Granted);
        judged(plan, &seen, &control, &whole)[0].outcome.clone()
    };
    let id = "redirect/almost-matching[asked=client-host]";
    let plan = catalogue()
        .plans()
        .find(|plan| plan.variant.to_string() == id)
        .unwrap();
    assert_eq!(outcome(plan, "app.test"), Outcome::Fail);
    assert!(matches!(outcome(plan, "docs.test"), Outcome::NotApplicable(_)));
    let equal = catalogue()
        .plans()
        .filter(|plan| !plan.checks.is_empty() && matches!(outcome(plan, "docs.test"), Outcome::NotApplicable(why) if why.text.contains("paired control asks")));
    let equal: Vec<String> = equal.map(|plan| plan.variant.to_string()).collect();
    assert!(equal.len() < 10, "{equal:#?}");
}

/// A check of what an error says: its condition is that the step was refused, or it looks at any answer for traces of code.
fn is_about_refusals(check: &Check) -> bool {
    let is_refusal =
        |given: &Expect| matches!(given, Expect::Answer(given) if given.is == Disposition::Refused);
    check.given.iter().any(is_refusal) || matches!(&check.expect, Expect::Page(it) if it.no_trace)
}

/// A check of which a status of 500 is the breach itself.
fn is_about_failures(check: &Check) -> bool {
    match &check.expect {
        Expect::Answer(it) => it.is == Disposition::Answered,
        // The time is what it is about, whatever the server says in the end.
        Expect::Timing(_) => true,
        _ => false,
    }
}

fn speaks_of_the_wire(check: &Check) -> bool {
    matches!(check.expect, Expect::Tells(_) | Expect::Traffic(_))
}
