//! Fabricated reports for the tests of the writers.

use std::collections::BTreeMap;
use std::net::SocketAddr;

use cimdspec_model::behaviour::delivery::Delivery;
use cimdspec_model::name::CaseId;
use cimdspec_model::name::CheckId;
use cimdspec_model::name::ClauseId;
use cimdspec_model::name::HostLabel;
use cimdspec_model::name::ScenarioId;
use cimdspec_model::name::StepName;
use cimdspec_model::name::VariantId;
use cimdspec_model::observation::Arrival;
use cimdspec_model::observation::Case;
use cimdspec_model::observation::Ending;
use cimdspec_model::observation::Event;
use cimdspec_model::observation::Exchange;
use cimdspec_model::observation::Happening;
use cimdspec_model::observation::HostFact;
use cimdspec_model::observation::Instant;
use cimdspec_model::observation::Landing;
use cimdspec_model::observation::Reply;
use cimdspec_model::observation::StepRecord;
use cimdspec_model::reason::Reason;
use cimdspec_model::report::Report;
use cimdspec_model::report::Share;
use cimdspec_model::report::Target;
use cimdspec_model::report::VERSION;
use cimdspec_model::requirement::claim::By;
use cimdspec_model::requirement::claim::Claim;
use cimdspec_model::requirement::claim::Judged;
use cimdspec_model::requirement::clause::Binds;
use cimdspec_model::requirement::clause::Sentence;
use cimdspec_model::requirement::law::Law;
use cimdspec_model::requirement::level::Level;
use cimdspec_model::verdict::Finding;
use cimdspec_model::verdict::Outcome;
use cimdspec_model::verdict::Verdict;

/// A text that is compared with its snapshot.
pub(crate) fn snapshot(name: &str, text: &str) {
    let mut settings = insta::Settings::clone_current();
    settings.set_snapshot_path("../../../snapshots");
    settings.set_prepend_module_to_snapshot(false);
    settings.bind(|| insta::assert_snapshot!(name, text));
}

pub(crate) fn finding(scenario: &str, axis: Option<&str>, level: Level, outcome: Outcome) -> Finding {
    Finding {
        variant: VariantId {
            scenario: ScenarioId::parse(scenario).unwrap(),
            axes: axis
                .map(|slug| ("address".to_owned(), slug.to_owned()))
                .into_iter()
                .collect(),
        },
        check: CheckId::parse("not-contacted").unwrap(),
        title: "A name that moves to a special-use address is not contacted there".to_owned(),
        clauses: vec![ClauseId::parse("cimd.fetch.special-use").unwrap()],
        level,
        breach: Verdict::of(level, false),
        citation: "CIMD draft -02 section 8.6".to_owned(),
        outcome,
        expected: "no connect to docs".to_owned(),
        seen: "1 connect to docs".to_owned(),
        evidence: vec!["00.120 lookup docs.cimdspec.dev A (turn 2): 10.0.0.7".to_owned()],
        decisive: Vec::new(),
        because: None,
    }
}

/// A check of a scenario that passed.
pub(crate) fn passed(scenario: &str) -> Finding {
    finding(scenario, None, Level::Must, Outcome::Pass)
}

pub(crate) fn report(findings: Vec<Finding>) -> Report {
    Report {
        version: VERSION,
        harness: "0.1.0".to_owned(),
        target: Target {
            name: "a server".to_owned(),
            issuer: "https://as.example".to_owned(),
        },
        law: law(),
        environment: "sandbox".to_owned(),
        began: 1_800_000_000,
        took: 12_345,
        sentences: sentences(),
        share: Share::of(&findings),
        findings,
        ..Report::default()
    }
}

pub(crate) fn law() -> Judged {
    let claim = |name: &str, by| Claim {
        name: name.to_owned(),
        by,
    };
    Judged {
        claims: vec![
            claim("cimd-02", By::Default),
            claim("rfc7591", By::Metadata),
            claim("rfc9126", By::Metadata),
        ],
        law: Law::of_texts(["02", "RFC 6749", "RFC 7591", "RFC 9126", "RFC 9700"]),
    }
}

pub(crate) fn sentences() -> BTreeMap<ClauseId, Sentence> {
    let clause = |id: &str| ClauseId::parse(id).unwrap();
    let must = Sentence {
        quote: "MUST NOT fetch a Client ID Metadata Document URL […] that resolve to special-use IP addresses as defined in RFC 6890".to_owned(),
        level: Level::Must,
        binds: Binds::As,
        citation: "CIMD draft -02 section 8.6".to_owned(),
        stance: Some("A connection that is dropped before a request is no fetch.".to_owned()),
        harm: None,
        counts: true,
        is_ours: false,
        link: Some("https://www.ietf.org/archive/id/draft-ietf-oauth-client-id-metadata-document-02.html#section-8.6".to_owned()),
        remedy: Some("Check each address that the name resolves to before connecting to it.".to_owned()),
        cwe: vec![918],
    };
    let inferred = Sentence {
        quote: "MUST use the https URL scheme".to_owned(),
        level: Level::Inferred,
        binds: Binds::Document,
        citation: "CIMD draft -02 section 3".to_owned(),
        stance: Some("What breaks the format is no Client Identifier URL.".to_owned()),
        harm: Some("Whoever is on the path writes the document.".to_owned()),
        ..must.clone()
    };
    let ours = Sentence {
        quote: "A document of one kilobyte is accepted".to_owned(),
        level: Level::Advice,
        citation: "cimdspec".to_owned(),
        stance: None,
        is_ours: true,
        ..must.clone()
    };
    let unclaimed = Sentence {
        quote: "SHOULD display additional warnings".to_owned(),
        level: Level::Should,
        citation: "MCP 2026-07-28, “Localhost Redirect URI Risks”".to_owned(),
        stance: None,
        counts: false,
        ..must.clone()
    };
    BTreeMap::from([
        (clause("cimd.fetch.special-use"), must),
        (clause("cimd.identifier.https"), inferred),
        (clause("advice.size.real"), ours),
        (clause("mcp.consent.warning"), unclaimed),
    ])
}

/// A broken check of this clause, as the sentences of the reports above have it.
pub(crate) fn broken(scenario: &str, clause: &str) -> Finding {
    let clause = ClauseId::parse(clause).unwrap();
    let sentence = sentences().remove(&clause).unwrap();
    let harms = sentence.harm.is_some();
    Finding {
        clauses: vec![clause],
        breach: match sentence.counts {
            true => Verdict::of(sentence.level, harms),
            false => Verdict::Note,
        },
        citation: sentence.citation,
        ..finding(scenario, None, sentence.level, Outcome::Fail)
    }
}

pub(crate) fn mixed() -> Report {
    let mut findings: Vec<Finding> = ["10.0.0.7", "127.0.0.1", "169.254.169.254", "fd00::1", "::1"]
        .into_iter()
        .map(|slug| finding("cimd/ssrf/answers/rebind", Some(slug), Level::Must, Outcome::Fail))
        .collect();
    let steering = Finding {
        seen: "the page said \u{1b}[2Jhello".to_owned(),
        evidence: (1..=12).map(|number| format!("line {number}")).collect(),
        decisive: vec![10],
        ..finding("cimd/consent/page", None, Level::Should, Outcome::Fail)
    };
    findings.push(steering);
    findings.push(finding(
        "cimd/caching/max-age",
        None,
        Level::Advice,
        Outcome::Fail,
    ));
    findings.push(broken("cimd/identifier/https", "cimd.identifier.https"));
    findings.push(broken("cimd/limits/real", "advice.size.real"));
    findings.push(broken("mcp/warning", "mcp.consent.warning"));
    findings.push(Finding {
        clauses: ["cimd.fetch.special-use", "mcp.consent.warning"]
            .map(|id| ClauseId::parse(id).unwrap())
            .to_vec(),
        ..finding("cimd/ssrf/several", None, Level::Must, Outcome::Fail)
    });
    findings.push(finding("cimd/ssrf/plain", None, Level::Must, Outcome::Pass));
    for slug in ["a", "b"] {
        let why = "the paired control was refused too".to_owned();
        findings.push(finding(
            "dcr/create",
            Some(slug),
            Level::Must,
            Outcome::inconclusive(why),
        ));
    }
    let not_offered = Outcome::not_applicable("the target does not support `par`".to_owned());
    findings.push(finding("par/push", None, Level::Must, not_offered));
    for (slug, what) in [
        ("a", "there is no `/scope`"),
        ("b", "a step before it was refused"),
    ] {
        let unmet = Outcome::NotApplicable(Reason::unmet(what));
        findings.push(finding("dcr/scope", Some(slug), Level::Must, unmet));
    }
    let no_names = Outcome::not_run("the loopback environment has no names".to_owned());
    findings.push(finding("cimd/dns/alias", None, Level::Must, no_names));
    let ours = Outcome::error("the harness failed: out of ports".to_owned());
    findings.push(finding("cimd/dns/slow", None, Level::Must, ours));
    report(findings)
}

/// Something that the world saw.
pub(crate) fn event(at: u64, host: &str, what: Happening) -> Event {
    Event {
        at: Instant(at),
        case: None,
        host: HostLabel::parse(host).ok(),
        what,
    }
}

/// A case in which a document redirects into a private network, which the server only connects to.
pub(crate) fn case() -> Case {
    let docs: SocketAddr = "20.0.0.1:443".parse().unwrap();
    let inside: SocketAddr = "10.0.0.7:443".parse().unwrap();
    let lookup = |record: &str, said: &str| Happening::Lookup {
        name: "docs.example".to_owned(),
        record: record.to_owned(),
        turn: 1,
        said: vec![said.to_owned()],
    };
    let (connection, to) = (1, docs);
    let events = vec![
        event(10_001_000, "docs", lookup("A", "20.0.0.1")),
        event(10_002_000, "docs", lookup("AAAA", "no records")),
        event(10_003_000, "docs", Happening::Connect { connection, to }),
        event(
            10_004_000,
            "docs",
            Happening::Hello {
                connection,
                to,
                server_name: Some("docs.example".to_owned()),
            },
        ),
        event(
            10_005_000,
            "docs",
            Happening::Handshake {
                connection,
                to,
                failure: None,
                certificate: false,
            },
        ),
        event(
            10_006_000,
            "docs",
            Happening::Request {
                connection,
                to,
                method: "GET".to_owned(),
                target: "/client.json".to_owned(),
                headers: vec![("accept".to_owned(), "application/json".to_owned())],
            },
        ),
        event(
            10_007_000,
            "docs",
            Happening::Served {
                connection,
                to,
                status: Some(302),
                content_type: None,
                delivery: Delivery::Polite,
                length: 0,
                body: String::new(),
            },
        ),
        event(
            10_020_000,
            "inside",
            Happening::Connect {
                connection: 2,
                to: inside,
            },
        ),
        event(
            10_030_000,
            "inside",
            Happening::Closed {
                connection: 2,
                to: inside,
                sent: 0,
                by: Ending::Peer,
            },
        ),
    ];
    let exchange = Exchange {
        at: Instant(10_000_000),
        ended: Instant(10_100_000),
        method: "GET".to_owned(),
        url: "https://as.example/authorize?client_id=x".to_owned(),
        headers: Vec::new(),
        sent: None,
        reply: Reply::Response {
            status: 303,
            headers: vec![("location".to_owned(), "https://app.example/cb".to_owned())],
            body: String::new(),
        },
    };
    let step = StepRecord {
        step: StepName::parse("first").unwrap(),
        began: Instant(10_000_000),
        ended: Instant(10_100_000),
        exchanges: vec![exchange],
        arrival: Arrival::Sent {
            to: "https://app.example/cb".to_owned(),
            landing: Landing::Asked,
            parameters: vec![("code".to_owned(), "[code]".to_owned())],
        },
        values: Vec::new(),
        logged: None,
        scripted: false,
        programs: Vec::new(),
    };
    let host = |label: &str, address: &str| HostFact {
        label: HostLabel::parse(label).unwrap(),
        name: format!("{label}.example"),
        origin: format!("https://{label}.example"),
        addresses: vec![address.parse().unwrap()],
    };
    Case {
        case: CaseId::from_text("t"),
        hosts: vec![
            host("docs", "20.0.0.1"),
            host("inside", "10.0.0.7"),
            host("app", "20.0.0.2"),
        ],
        events,
        steps: vec![step],
        alive: true,
    }
}
