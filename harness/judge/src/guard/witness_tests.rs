//! Tests of absences with and without their witness.

use cimdspec_model::diagnostic::Sources;
use cimdspec_model::name::Attempt;
use cimdspec_model::name::CaseId;
use cimdspec_model::name::HostLabel;
use cimdspec_model::name::Series;
use cimdspec_model::observation::Arrival;
use cimdspec_model::observation::Event;
use cimdspec_model::observation::Exchange;
use cimdspec_model::observation::Happening;
use cimdspec_model::observation::Instant;
use cimdspec_model::observation::Reply;
use cimdspec_model::observation::StepRecord;
use cimdspec_model::profile::Profile;
use cimdspec_model::requirement::clause::Clauses;
use cimdspec_model::scenario::catalogue::scenario;

use super::*;
use crate::Calibration;
use crate::judge;
use crate::published::Issuer;

const BASE: &str = r#"
title = "A client"
[host.app]
[host.docs.document]
path = "/client.json"
body = { client_id = "@docs/client.json" }
[request]
redirect_uri = "@app/callback"
"#;
const CLAUSES: &str = r#"
[b]
level = "must"
binds = "as"
quote = "It is not fetched."
stance = "ours"
"#;
const SCENARIO: &str = r#"
title = "T"
base = "b"
[control]
keep = ["serve"]
[host.inside]
address = "10.0.0.1"
[[step]]
serve = { host = "docs", set = { logo_uri = "@inside/logo" } }
[[step]]
name = "first"
authorize = { set = { state = "x" } }
[[check]]
id = "c"
clause = "a.b"
expect = { traffic = { event = "request", to = "inside", at_most = 0 } }
"#;

fn case(is_granted: bool, hosts: &[&str]) -> Case {
    let name = if is_granted { "code" } else { "error" };
    let exchange = Exchange {
        at: Instant(0),
        ended: Instant(1),
        method: "GET".to_owned(),
        url: "https://as.test/authorize".to_owned(),
        headers: Vec::new(),
        sent: None,
        reply: Reply::Response {
            status: 302,
            headers: Vec::new(),
            body: String::new(),
        },
    };
    let record = StepRecord {
        step: StepName::parse("first").unwrap(),
        began: Instant(0),
        ended: Instant(10),
        exchanges: vec![exchange],
        arrival: Arrival::Sent {
            to: "https://app.test/callback".to_owned(),
            landing: Default::default(),
            parameters: vec![(name.to_owned(), "x".to_owned())],
        },
        values: Vec::new(),
        logged: None,
        scripted: false,
        programs: Vec::new(),
    };
    let event = |host: &&str| Event {
        at: Instant(5),
        case: None,
        host: HostLabel::parse(host).ok(),
        what: Happening::Request {
            connection: 1,
            to: "20.0.0.1:443".parse().unwrap(),
            method: "GET".to_owned(),
            target: "/".to_owned(),
            headers: Vec::new(),
        },
    };
    Case {
        case: CaseId::new("t", Series::Case(Attempt::First), 1),
        hosts: Vec::new(),
        events: hosts.iter().map(event).collect(),
        steps: vec![record],
        alive: true,
    }
}

/// What becomes of the check of a scenario, by what its case and its control saw.
fn outcome(text: &str, case: &Case, control: &Case) -> Outcome {
    let texts = [("base/b.toml", BASE), ("clauses/a.toml", CLAUSES)];
    let texts = texts.map(|(path, text)| (path.to_owned(), text.to_owned()));
    let sources = Sources(texts.into());
    let clauses = Clauses::read(&sources).unwrap();
    let scenario = scenario("s/t.toml", text, &sources, &clauses).unwrap();
    let plan = &scenario.plans[0];
    let Control::Plan(paired) = &plan.control else {
        panic!("there is no control");
    };
    let mut findings = judge(Input {
        plan,
        case,
        control: Some((paired, control)),
        calibration: &Calibration::default(),
        clauses: &clauses,
        policies: &Profile::reference().policies,
        issuer: Issuer {
            told: "https://as.test",
            exact: None,
        },
    });
    findings.remove(0).outcome
}

fn word(outcome: &Outcome) -> &'static str {
    match outcome {
        Outcome::Pass => "pass",
        Outcome::Fail => "fail",
        Outcome::NotApplicable(_) => "not applicable",
        Outcome::Inconclusive(_) => "inconclusive",
        _ => "other",
    }
}

#[test]
fn an_absence_counts_where_the_same_was_seen_in_the_control() {
    for (case_granted, in_case, control_granted, in_control, expected) in [
        // It was seen at the ordinary host: however that was answered, its absence here counts.
        (true, &["docs"][..], true, &["docs", "inside"][..], "pass"),
        (false, &["docs"], true, &["docs", "inside"], "pass"),
        (false, &["docs"], false, &["docs", "inside"], "pass"),
        // It was never seen at all.
        (true, &["docs"], true, &["docs"], "not applicable"),
        (false, &["docs"], true, &["docs"], "not applicable"),
        (false, &["docs"], false, &["docs"], "inconclusive"),
        (false, &["docs"], false, &[], "inconclusive"),
        // What is seen is seen.
        (true, &["docs", "inside"], true, &["docs"], "fail"),
        (true, &["docs", "inside"], false, &[], "fail"),
    ] {
        let here = case(case_granted, in_case);
        let control = case(control_granted, in_control);
        let outcome = outcome(SCENARIO, &here, &control);
        assert_eq!(word(&outcome), expected, "{in_case:?} {in_control:?} {outcome:?}");
    }
}

#[test]
fn what_is_seen_of_a_deeper_layer_shows_the_others_too() {
    let text = SCENARIO.replace("event = \"request\"", "event = \"hello\"");
    let outcome = outcome(&text, &case(true, &[]), &case(true, &["inside"]));
    assert_eq!(word(&outcome), "pass");
}

#[test]
fn a_refusal_tells_as_much_where_the_scenario_says_so() {
    let text = format!(
        "{SCENARIO}witness = {{ traffic = {{ event = \"connect\", to = \"inside\" }}, or_refused = true }}\n"
    );
    let outcome = outcome(&text, &case(false, &["docs"]), &case(false, &["docs"]));
    assert_eq!(
        outcome,
        Outcome::NotApplicable(Reason::unmet(
            "the server does no such thing at all: no connect to `inside` was seen in the paired control, which was refused without it",
        ))
    );
}

#[test]
fn a_witness_of_the_case_is_seen_there() {
    let text = format!(
        "{SCENARIO}witness = {{ of = \"case\", traffic = {{ event = \"request\", to = \"docs\" }} }}\n"
    );
    let seen = |in_case: &[&str], in_control: &[&str]| {
        word(&outcome(&text, &case(true, in_case), &case(true, in_control)))
    };
    assert_eq!(seen(&["docs"], &["docs"]), "pass");
    assert_eq!(seen(&[], &["docs"]), "inconclusive");
    assert_eq!(seen(&[], &[]), "not applicable");
}

#[test]
fn a_step_that_could_have_set_it_off_was_granted() {
    let text = format!("{SCENARIO}witness = {{ granted = \"first\" }}\n");
    let seen = |granted: bool| word(&outcome(&text, &case(true, &[]), &case(granted, &[])));
    assert_eq!(seen(true), "pass");
    assert_eq!(seen(false), "inconclusive");
}
