//! Laws of the pure rooms, on any input.

use crate::files::catalogue;
use crate::files::sources;
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
use cimdspec_model::observation::Ending;
use cimdspec_model::observation::Event;
use cimdspec_model::observation::Exchange;
use cimdspec_model::observation::Happening;
use cimdspec_model::observation::Instant;
use cimdspec_model::observation::Reply;
use cimdspec_model::observation::StepRecord;
use cimdspec_model::plan::Control;
use cimdspec_model::plan::Plan;
use cimdspec_model::profile::Profile;
use cimdspec_model::quantity::Size;
use cimdspec_model::quantity::Span;
use cimdspec_model::scenario::catalogue::scenario;
use cimdspec_model::scenario::print::print;
use cimdspec_model::scenario::witness::Witness;
use cimdspec_model::text::Names;
use cimdspec_model::text::Text;
use cimdspec_model::verdict::Outcome;
use proptest::prelude::*;
use proptest::sample::Index;

fn any_plan() -> impl Strategy<Value = &'static Plan> {
    any::<Index>().prop_map(|index| {
        let plans: Vec<&Plan> = catalogue().plans().map(|plan| &**plan).collect();
        plans[index.index(plans.len())]
    })
}

fn any_reply() -> impl Strategy<Value = Reply> {
    let body = prop_oneof![
        Just(String::new()),
        Just("{\"error\":\"invalid_client\"}".to_owned()),
        Just("{\"access_token\":\"[access-token]\",\"client_id\":\"x\"}".to_owned()),
        "\\PC{0,40}",
    ];
    prop_oneof![
        (0u16..1000, body).prop_map(|(status, body)| Reply::Response {
            status,
            headers: vec![("content-type".to_owned(), "text/html".to_owned())],
            body,
        }),
        Just(Reply::Timeout),
        Just(Reply::Broken {
            reason: "reset".to_owned()
        }),
    ]
}

fn any_arrival() -> impl Strategy<Value = Arrival> {
    prop_oneof![
        Just(Arrival::Nothing),
        Just(Arrival::Page),
        Just(Arrival::Answer),
        Just(Arrival::Impossible {
            reason: "no code".to_owned()
        }),
        ("\\PC{0,30}", "(code|error|state)").prop_map(|(to, name)| Arrival::Sent {
            to,
            landing: Default::default(),
            parameters: vec![(name, "x".to_owned())],
        }),
    ]
}

fn any_event() -> impl Strategy<Value = Event> {
    let to = "10.0.0.1:443".parse().unwrap();
    let what = prop_oneof![
        Just(Happening::Connect { connection: 1, to }),
        Just(Happening::Hello {
            connection: 1,
            to,
            server_name: None
        }),
        Just(Happening::Handshake {
            connection: 1,
            to,
            failure: None,
            certificate: false,
        }),
        Just(Happening::Request {
            connection: 1,
            to,
            method: "GET".into(),
            target: "/".into(),
            headers: vec![]
        }),
        any::<u64>().prop_map(move |length| Happening::Served {
            connection: 1,
            to,
            status: Some(200),
            content_type: None,
            delivery: Default::default(),
            length,
            body: "{}".to_owned(),
        }),
        any::<u64>().prop_map(move |sent| Happening::Closed {
            connection: 1,
            to,
            sent,
            by: Ending::Peer
        }),
    ];
    (any::<u64>(), what).prop_map(|(at, what)| Event {
        at: Instant(at),
        case: None,
        host: cimdspec_model::name::HostLabel::parse("docs").ok(),
        what,
    })
}

/// Any ledger for the steps of a plan.
fn any_case(plan: &'static Plan) -> impl Strategy<Value = Case> {
    let steps: Vec<StepName> = plan.steps.iter().map(|step| step.name.clone()).collect();
    let record = (
        any::<u64>(),
        any::<u64>(),
        prop::collection::vec(any_reply(), 0..3),
        any_arrival(),
    );
    let records = prop::collection::vec(record, steps.len());
    (records, prop::collection::vec(any_event(), 0..6), any::<bool>()).prop_map(
        move |(records, events, alive)| {
            let records =
                steps
                    .iter()
                    .cloned()
                    .zip(records)
                    .map(|(step, (began, ended, replies, arrival))| StepRecord {
                        step,
                        began: Instant(began),
                        ended: Instant(ended),
                        exchanges: replies
                            .into_iter()
                            .map(|reply| Exchange {
                                at: Instant(began),
                                ended: Instant(ended),
                                method: "GET".to_owned(),
                                url: "https://as/authorize".to_owned(),
                                headers: Vec::new(),
                                sent: None,
                                reply,
                            })
                            .collect(),
                        arrival,
                        values: Vec::new(),
                        logged: None,
                        scripted: false,
                        programs: Vec::new(),
                    });
            Case {
                case: CaseId::new("t", Series::Case(Attempt::First), 1),
                hosts: Vec::new(),
                events,
                steps: records.collect(),
                alive,
            }
        },
    )
}

fn any_plan_and_case() -> impl Strategy<Value = (&'static Plan, Case)> {
    any_plan().prop_flat_map(|plan| (Just(plan), any_case(plan)))
}

fn judged(
    plan: &Plan,
    case: &Case,
    control: Option<(&Plan, &Case)>,
) -> Vec<cimdspec_model::verdict::Finding> {
    let calibration = Calibration::default();
    let profile = Profile::reference();
    let clauses = &catalogue().clauses;
    judge(Input {
        plan,
        case,
        control,
        calibration: &calibration,
        clauses,
        policies: &profile.policies,
        issuer: Issuer {
            told: "https://as",
            exact: None,
        },
    })
}

proptest! {
    /// Law: a printed plan, lowered again, does the same.
    #[test]
    fn a_printed_plan_lowers_to_the_same_plan(plan in any_plan()) {
        if let Ok(text) = print(plan) {
            let path = format!("{}.toml", plan.variant.scenario);
            let again = scenario(&path, &text, sources(), &catalogue().clauses);
            let again = again.unwrap_or_else(|error| panic!("{error}\n{text}"));
            prop_assert_eq!(&again.plans[0].steps, &plan.steps);
            prop_assert_eq!(&again.plans[0].checks, &plan.checks);
            prop_assert_eq!(&again.plans[0].hosts, &plan.hosts);
            prop_assert_eq!(&again.plans[0].needs, &plan.needs);
        }
    }

    /// Law: the judge never panics and is deterministic on any ledger.
    #[test]
    fn the_judge_is_total_and_deterministic((plan, case) in any_plan_and_case()) {
        let once = judged(plan, &case, None);
        prop_assert_eq!(once.len(), plan.checks.len());
        prop_assert_eq!(once, judged(plan, &case, None));
    }

    /// Law: where the control was not granted, no check of a refusal passes.
    #[test]
    fn nothing_passes_on_a_control_that_saw_nothing((plan, case) in any_plan_and_case()) {
        let asks = plan.steps.iter().any(|step| step.act.asks());
        let silent = Case { steps: Vec::new(), events: Vec::new(), ..case.clone() };
        let findings = judged(plan, &case, Some((plan, &silent)));
        prop_assert!(!asks || findings.iter().all(|finding| finding.outcome != Outcome::Pass));
    }

    /// Law: that something did not happen passes only where its witness was seen, in the control or in the case.
    #[test]
    fn no_absence_passes_without_its_witness((plan, case) in any_plan_and_case()) {
        let Control::Plan(control) = &plan.control else { return Ok(()) };
        let silent = Case { events: Vec::new(), ..case };
        let findings = judged(plan, &silent, Some((control, &silent)));
        for (check, finding) in plan.checks.iter().zip(findings) {
            let is_on_the_wire = matches!(check.witness, Some(Witness::Seen(_)));
            prop_assert!(!is_on_the_wire || finding.outcome != Outcome::Pass, "{}", finding.id());
        }
    }

    /// Law: what only follows from another finding is no breach, and the finding that it follows from is one.
    #[test]
    fn a_consequence_is_no_breach_of_its_own((plan, case) in any_plan_and_case()) {
        let findings = judged(plan, &case, None);
        for finding in &findings {
            let Some(because) = &finding.because else { continue };
            prop_assert!(matches!(finding.outcome, Outcome::NotApplicable(_) | Outcome::Inconclusive(_)));
            let cause = findings.iter().find(|cause| cause.id() == *because);
            prop_assert!(cause.is_some_and(|cause| cause.outcome == Outcome::Fail && cause.because.is_none()));
        }
    }

    /// Law: a target that no longer answers passes nothing.
    #[test]
    fn nothing_passes_on_a_dead_target((plan, case) in any_plan_and_case()) {
        let dead = Case { alive: false, ..case };
        prop_assert!(judged(plan, &dead, None).iter().all(|finding| finding.outcome != Outcome::Pass));
    }

    /// Law: any text read as a scenario gives plans or a message with a place, never a panic.
    #[test]
    fn any_text_is_read_or_told(text in "\\PC{0,200}") {
        if let Err(told) = scenario("any/text.toml", &text, sources(), &catalogue().clauses) {
            prop_assert!(told.line >= 1 && told.column >= 1);
        }
    }

    /// Law: a scenario with one byte changed is read or told, never a panic.
    #[test]
    fn a_damaged_scenario_is_read_or_told(plan in any_plan(), at in any::<Index>(), byte in any::<char>()) {
        let path = format!("{}.toml", plan.variant.scenario);
        let mut text: Vec<char> = sources().text(&path).unwrap_or_default().chars().collect();
        let place = at.index(text.len());
        text[place] = byte;
        let text: String = text.into_iter().collect();
        let _ = scenario(&path, &text, sources(), &catalogue().clauses);
    }

    /// Law: durations and sizes read back as they are written.
    #[test]
    fn quantities_read_back(milliseconds in 0u64..1_000_000, bytes in 0u64..1_000_000_000) {
        let span = Span(std::time::Duration::from_millis(milliseconds));
        prop_assert_eq!(Span::parse(&span.to_string()), Some(span));
        prop_assert_eq!(Size::parse(&Size(bytes).to_string()), Some(Size(bytes)));
    }

    /// Law: text without a sigil is itself, and a doubled sigil is one.
    #[test]
    fn plain_text_resolves_to_itself(text in "[^@]{0,40}") {
        let names = Names::default();
        prop_assert_eq!(Text(text.clone()).resolve(&names).unwrap(), text.clone());
        prop_assert_eq!(Text(format!("{text}@@")).resolve(&names).unwrap(), format!("{text}@"));
    }

    /// Law: plans of different content have different keys, and a plan's key ignores its name.
    #[test]
    fn content_keys_tell_plans_apart(a in any_plan(), b in any_plan()) {
        if a.steps != b.steps || a.base != b.base || a.hosts != b.hosts {
            prop_assert_ne!(a.content_key(), b.content_key());
        }
    }
}
