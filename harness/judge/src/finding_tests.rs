//! What becomes of a check, by what its case and its paired control saw: one table for the order of the guards.

use cimdspec_model::observation::Arrival;
use cimdspec_model::observation::StepRecord;
use cimdspec_model::plan::Control;
use cimdspec_model::profile::Policy;
use cimdspec_model::profile::Profile;

use super::*;
use crate::fabricated::answered;
use crate::fabricated::case;
use crate::fabricated::ended;
use crate::fabricated::findings;
use crate::fabricated::impossible;
use crate::fabricated::plan;
use crate::fabricated::registered;
use crate::fabricated::sent;

const SCENARIO: &str = r#"
[[step]]
name = "reg"
register = {}
[[step]]
name = "first"
authorize = { set = { scope = "x" } }
[[check]]
id = "refused"
clause = "a.b"
unless = ["no-iss"]
expect = { answer = { of = "first", is = "refused" } }
[[check]]
id = "granted"
clause = "a.b"
expect = { answer = { of = "first", is = "granted" } }
[[check]]
id = "sent-nowhere"
clause = "a.b"
given = { answer = { of = "first", is = "refused" } }
expect = { sent = { of = "first", to = "nowhere" } }
"#;

/// What a case saw of its step.
#[derive(Debug, Clone, Copy)]
enum Saw {
    Failure,
    Grant,
    Impossible,
    RefusalByPage,
    RefusalSent,
    Throttling,
}

fn record(saw: Saw) -> StepRecord {
    let callback = |parameter| sent("https://app.test/callback", parameter);
    match saw {
        Saw::Failure => ended("first", 500, Arrival::Page),
        Saw::Grant => ended("first", 302, callback("code")),
        Saw::Impossible => impossible("first", "the metadata has no endpoint"),
        Saw::RefusalByPage => ended("first", 400, Arrival::Page),
        Saw::RefusalSent => ended("first", 302, callback("error")),
        Saw::Throttling => ended("first", 429, Arrival::Page),
    }
}

/// The outcomes of the three checks.
fn outcomes(here: Saw, control: Saw, alive: bool, profile: &Profile) -> [&'static str; 3] {
    let plan = plan(SCENARIO);
    let Control::Plan(paired) = &plan.control else {
        panic!("there is no control");
    };
    let seen = |saw| case(vec![registered("reg"), record(saw)]);
    let (mut here, control) = (seen(here), seen(control));
    here.alive = alive;
    let findings = findings(&plan, &here, Some((paired, &control)), profile);
    let word = |finding: &Finding| match finding.outcome {
        Outcome::Fail => "fail",
        Outcome::Inconclusive(_) => "inconclusive",
        Outcome::NotApplicable(_) => "not applicable",
        Outcome::Pass => "pass",
        _ => "other",
    };
    [word(&findings[0]), word(&findings[1]), word(&findings[2])]
}

#[test]
fn a_check_is_decided_by_its_case_and_its_control() {
    let open = "inconclusive";
    let unmet = "not applicable";
    for (here, control, refused, granted, sent_nowhere) in [
        // A refusal counts if the control was granted.
        (Saw::RefusalByPage, Saw::Grant, "pass", "fail", "pass"),
        (Saw::RefusalSent, Saw::Grant, "pass", "fail", "fail"),
        (Saw::RefusalByPage, Saw::RefusalByPage, open, open, open),
        (Saw::RefusalByPage, Saw::Failure, open, open, open),
        (Saw::RefusalByPage, Saw::Throttling, open, open, open),
        (Saw::RefusalByPage, Saw::Impossible, open, open, open),
        // A grant breaks the rule, whatever became of the control.
        (Saw::Grant, Saw::Grant, "fail", "pass", unmet),
        (Saw::Grant, Saw::RefusalByPage, "fail", open, unmet),
        (Saw::Grant, Saw::Failure, "fail", open, unmet),
        // A failure, a throttled request and one that could not be made prove nothing.
        (Saw::Failure, Saw::Grant, open, open, open),
        (Saw::Throttling, Saw::Grant, open, open, open),
        (Saw::Impossible, Saw::Grant, open, open, open),
    ] {
        let seen = outcomes(here, control, true, &Profile::default());
        assert_eq!(
            seen,
            [refused, granted, sent_nowhere],
            "{here:?}, control {control:?}"
        );
    }
}

#[test]
fn a_target_that_no_longer_answers_keeps_no_rule() {
    let seen = outcomes(Saw::RefusalByPage, Saw::Grant, false, &Profile::default());
    assert_eq!(seen, ["inconclusive", "fail", "inconclusive"]);
}

#[test]
fn a_declared_policy_comes_before_everything_else() {
    let profile = Profile {
        policies: [Policy::NoIss].into(),
        ..Profile::default()
    };
    for here in [Saw::Grant, Saw::Failure, Saw::RefusalByPage] {
        let [refused, ..] = outcomes(here, Saw::Grant, true, &profile);
        assert_eq!(refused, "not applicable", "{here:?}");
    }
}

/// A control without what the case does is granted as far as its steps apply.
#[test]
fn what_the_target_does_not_have_is_no_gap_in_a_control() {
    let plan = plan(
        "needs = [\"dcr.manage.delete\"]\n[[step]]\nname = \"reg\"\nregister = {}\n[[step]]\nname = \"login\"\nauthorize = {}\n[[step]]\nname = \"tokens\"\n\
         token = { code = \"login\" }\n[[step]]\nname = \"gone\"\ndelete = { client = \"reg\" }\n[[step]]\nname = \"again\"\nrefresh = { token = \"tokens\" }\n\
         [[check]]\nid = \"answers\"\nclause = \"a.b\"\nexpect = { answer = { of = \"gone\", is = \"status\", code = 204 } }\n",
    );
    let Control::Plan(paired) = &plan.control else {
        panic!("there is no control");
    };
    let inapplicable = || Arrival::Inapplicable {
        reason: "there are no refresh tokens".to_owned(),
    };
    let login = || ended("login", 302, sent("https://app.test/callback", "code"));
    let tokens = || answered("tokens", 200, r#"{"access_token": "t"}"#);
    let of = |again: Arrival| {
        let here = case(vec![
            registered("reg"),
            login(),
            tokens(),
            answered("gone", 204, ""),
            ended("again", 0, inapplicable()),
        ]);
        let control = case(vec![
            registered("reg"),
            login(),
            tokens(),
            ended("again", 400, again),
        ]);
        let findings = findings(&plan, &here, Some((paired, &control)), &Profile::default());
        findings[0].outcome.clone()
    };
    assert_eq!(of(inapplicable()), Outcome::Pass);
    assert!(matches!(of(Arrival::Answer), Outcome::Inconclusive(_)));
}
