//! Plans and cases made up for tests: scenarios as people write them, and answers without a server.

use cimdspec_model::diagnostic::Sources;
use cimdspec_model::name::CaseId;
use cimdspec_model::name::HostLabel;
use cimdspec_model::name::StepName;
use cimdspec_model::observation::Arrival;
use cimdspec_model::observation::Case;
use cimdspec_model::observation::Exchange;
use cimdspec_model::observation::HostFact;
use cimdspec_model::observation::Instant;
use cimdspec_model::observation::Landing;
use cimdspec_model::observation::Reply;
use cimdspec_model::observation::StepRecord;
use cimdspec_model::plan::Plan;
use cimdspec_model::profile::Profile;
use cimdspec_model::requirement::clause::Clauses;
use cimdspec_model::scenario::catalogue::scenario;
use cimdspec_model::verdict::Finding;

use crate::disposition::Calibration;
use crate::finding::judge;
use crate::input::Input;
use crate::published::Issuer;

/// The clauses that made-up scenarios name.
const CLAUSES: &str = "[b]\nlevel = \"must\"\nbinds = \"as\"\nquote = \"q\"\n[c]\nlevel = \"advice\"\nbinds = \"as\"\nquote = \"q\"\n";
const BASE: &str = "title = \"A client\"\nneeds = [\"dcr\"]\n[host.app]\n[registration]\nclient_name = \"A\"\nredirect_uris = [\"@app/callback\"]\n[request]\nredirect_uri = \"@app/callback\"\n";

/// The plan of a scenario, given by what stands below its title and base.
pub(crate) fn plan(text: &str) -> Plan {
    let mut sources = Sources::default();
    sources.0.insert("clauses/a.toml".to_owned(), CLAUSES.to_owned());
    sources
        .0
        .insert("base/dcr/client.toml".to_owned(), BASE.to_owned());
    let clauses = Clauses::read(&sources).unwrap();
    let text = format!("title = \"T\"\nbase = \"dcr/client\"\n{text}");
    let read = scenario("x/y.toml", &text, &sources, &clauses).unwrap_or_else(|told| panic!("{told}"));
    Plan::clone(&read.plans[0])
}

/// A step that was answered.
pub(crate) fn answered(step: &str, status: u16, body: &str) -> StepRecord {
    let (at, ended) = (Instant(0), Instant(1));
    StepRecord {
        step: StepName::parse(step).unwrap(),
        began: at,
        ended,
        exchanges: vec![Exchange {
            at,
            ended,
            method: "GET".to_owned(),
            url: "https://as/".to_owned(),
            headers: Vec::new(),
            sent: None,
            reply: Reply::Response {
                status,
                headers: Vec::new(),
                body: body.to_owned(),
            },
        }],
        arrival: Arrival::Answer,
        values: Vec::new(),
        logged: None,
        scripted: false,
        programs: Vec::new(),
    }
}

/// The registration of a client.
pub(crate) fn registered(step: &str) -> StepRecord {
    answered(step, 201, r#"{"client_id": "a"}"#)
}

/// A step that ended otherwise than with an answer to a program.
pub(crate) fn ended(step: &str, status: u16, arrival: Arrival) -> StepRecord {
    StepRecord {
        arrival,
        ..answered(step, status, "")
    }
}

/// A step that could not be asked for.
pub(crate) fn impossible(step: &str, reason: &str) -> StepRecord {
    let arrival = Arrival::Impossible {
        reason: reason.to_owned(),
    };
    StepRecord {
        exchanges: Vec::new(),
        ..ended(step, 0, arrival)
    }
}

/// The user agent was sent to a place, with one parameter.
pub(crate) fn sent(to: &str, parameter: &str) -> Arrival {
    Arrival::Sent {
        to: to.to_owned(),
        landing: Landing::Asked,
        parameters: vec![(parameter.to_owned(), "x".to_owned())],
    }
}

/// The case in which a plan was walked, and this was seen.
pub(crate) fn case(steps: Vec<StepRecord>) -> Case {
    Case {
        case: CaseId::from_text("t"),
        hosts: vec![HostFact {
            label: HostLabel::parse("app").unwrap(),
            name: "app.test".to_owned(),
            origin: "https://app.test".to_owned(),
            addresses: Vec::new(),
        }],
        events: Vec::new(),
        steps,
        alive: true,
    }
}

/// The findings of a plan when this was seen, and right requests end with a code.
pub(crate) fn judged(plan: &Plan, steps: Vec<StepRecord>) -> Vec<Finding> {
    findings(plan, &case(steps), None, &Profile::default())
}

/// The findings of a plan when this was seen in its case and in its control, with a profile.
pub(crate) fn findings(
    plan: &Plan,
    case: &Case,
    control: Option<(&Plan, &Case)>,
    profile: &Profile,
) -> Vec<Finding> {
    let calibration = Calibration {
        good: vec![ended("good", 302, sent("https://app.test/callback", "code"))],
        bad: Vec::new(),
    };
    judge(Input {
        plan,
        case,
        control,
        calibration: &calibration,
        clauses: &Clauses::default(),
        policies: &profile.policies,
        issuer: Issuer {
            told: "https://as",
            exact: None,
        },
    })
}
