//! Cases as a test imagines them: for each step of a plan, how a server answered it.

use cimdspec_judge::Calibration;
use cimdspec_judge::Input;
use cimdspec_judge::Issuer;
use cimdspec_judge::judge;
use cimdspec_model::name::Attempt;
use cimdspec_model::name::CaseId;
use cimdspec_model::name::Series;
use cimdspec_model::name::StepName;
use cimdspec_model::observation::Arrival;
use cimdspec_model::observation::Case;
use cimdspec_model::observation::Exchange;
use cimdspec_model::observation::Instant;
use cimdspec_model::observation::Landing;
use cimdspec_model::observation::Reply;
use cimdspec_model::observation::StepRecord;
use cimdspec_model::plan::Control;
use cimdspec_model::plan::Plan;
use cimdspec_model::profile::Profile;
use cimdspec_model::verb::Act;
use cimdspec_model::verb::Until;
use cimdspec_model::verdict::Finding;

use crate::files::catalogue;

/// How a server answered a step.
#[derive(Clone, Copy, PartialEq, Eq)]
pub enum Answered {
    /// The user agent was sent back at once, with a code, by a redirect that has a page beside it.
    AtOnce,
    /// It failed: status 500.
    Failed,
    /// As was asked.
    Granted,
    /// With a page that asks for a login, and nobody could log in.
    Login,
    /// With an error.
    Refused,
}

/// A case of a plan, in which nothing happened on the wire.
pub fn case(plan: &Plan, answered: impl Fn(&StepName) -> Answered) -> Case {
    let asking = plan.steps.iter().filter(|step| step.act.asks());
    Case {
        case: CaseId::new("t", Series::Case(Attempt::First), 1),
        hosts: Vec::new(),
        events: Vec::new(),
        steps: asking
            .map(|step| record(&step.name, &step.act, answered(&step.name)))
            .collect(),
        alive: true,
    }
}

fn record(step: &StepName, act: &Act, answered: Answered) -> StepRecord {
    let everything = r#"{"access_token":"[a]","refresh_token":"[r]","client_id":"c","client_secret":"[s]","request_uri":"[u]","active":true,"scope":"read","redirect_uris":["x"]}"#;
    let (status, media, body) = match answered {
        Answered::AtOnce => (
            302,
            "text/html",
            "<title>Moved</title><a href=\"https://app/callback\">here</a>",
        ),
        Answered::Failed => (500, "text/html", "<title>Failed</title>"),
        Answered::Granted => (200, "application/json", everything),
        Answered::Login => (
            200,
            "text/html",
            "<title>Login</title><input type=\"password\" name=\"p\">",
        ),
        Answered::Refused => (400, "application/json", r#"{"error":"invalid_request"}"#),
    };
    let arrival = match (act, answered) {
        (Act::Authorize(_), Answered::AtOnce) => sent_back(),
        (Act::Authorize(_), Answered::Login) => Arrival::Login,
        (Act::Authorize(act), Answered::Granted) => match act.until.unwrap_or_default() {
            Until::Consent => Arrival::Consent,
            Until::End => sent_back(),
            Until::Login => Arrival::Login,
            Until::Pushed => Arrival::Answer,
        },
        (Act::Authorize(_), _) => Arrival::Page,
        _ => Arrival::Answer,
    };
    let (at, ended) = (Instant(0), Instant(1));
    StepRecord {
        step: step.clone(),
        began: at,
        ended,
        exchanges: vec![Exchange {
            at,
            ended,
            method: "GET".to_owned(),
            url: "https://as/authorize".to_owned(),
            headers: Vec::new(),
            sent: None,
            reply: Reply::Response {
                status,
                headers: match answered {
                    Answered::AtOnce => vec![
                        header("content-type", media),
                        header("location", "https://app/callback"),
                    ],
                    _ => vec![header("content-type", media)],
                },
                body: body.to_owned(),
            },
        }],
        arrival,
        values: Vec::new(),
        logged: None,
        scripted: false,
        programs: Vec::new(),
    }
}

fn header(name: &str, value: &str) -> (String, String) {
    (name.to_owned(), value.to_owned())
}

fn sent_back() -> Arrival {
    Arrival::Sent {
        to: "https://app/callback".to_owned(),
        landing: Landing::Asked,
        parameters: vec![("code".to_owned(), "[code]".to_owned())],
    }
}

/// What a calibration saw that logged in, or could not.
pub fn calibration(right: Answered) -> Calibration {
    let ask = StepName::parse("ask").unwrap();
    let act = Act::Authorize(Default::default());
    let mut page = record(&ask, &act, Answered::Granted);
    let consent = r#"{"access_token":"[a]"}"#;
    if let Reply::Response { body, .. } = &mut page.exchanges[0].reply {
        consent.clone_into(body);
    }
    Calibration {
        good: vec![match right {
            Answered::Granted => page,
            other => record(&ask, &act, other),
        }],
        bad: vec![record(&ask, &act, Answered::Refused)],
    }
}

/// The findings of a case beside its control.
pub fn judged(plan: &Plan, seen: &Case, control: &Case, calibration: &Calibration) -> Vec<Finding> {
    judge(Input {
        plan,
        case: seen,
        control: match &plan.control {
            Control::None(_) => None,
            Control::Plan(paired) => Some((&**paired, control)),
        },
        calibration,
        clauses: &catalogue().clauses,
        policies: &Profile::reference().policies,
        issuer: Issuer {
            told: "https://as",
            exact: None,
        },
    })
}

/// The plan of the paired control, or the plan itself where there is none.
pub fn paired(plan: &Plan) -> &Plan {
    match &plan.control {
        Control::None(_) => plan,
        Control::Plan(paired) => paired,
    }
}
