//! Snapshots of what people read, on fabricated reports.

use std::collections::BTreeMap;

use cimdspec_model::name::CaseId;
use cimdspec_model::name::CheckId;
use cimdspec_model::name::ClauseId;
use cimdspec_model::name::ScenarioId;
use cimdspec_model::name::StepName;
use cimdspec_model::name::VariantId;
use cimdspec_model::observation::Arrival;
use cimdspec_model::observation::Case;
use cimdspec_model::observation::Exchange;
use cimdspec_model::observation::Instant;
use cimdspec_model::observation::Reply;
use cimdspec_model::observation::StepRecord;
use cimdspec_model::reason::Reason;
use cimdspec_model::report::Death;
use cimdspec_model::report::Report;
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

use crate::Made;
use crate::Matrix;
use crate::MatrixRow;
use crate::Paint;
use crate::human;
use crate::json;
use crate::matrix;
use crate::matrix_json;

fn snapshot(name: &str, text: &str) {
    let mut settings = insta::Settings::clone_current();
    settings.set_snapshot_path("../../../snapshots");
    settings.set_prepend_module_to_snapshot(false);
    settings.bind(|| insta::assert_snapshot!(name, text));
}

fn finding(scenario: &str, axis: Option<&str>, level: Level, outcome: Outcome) -> Finding {
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

fn report(findings: Vec<Finding>) -> Report {
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
        interrupted: false,
        calibration: Vec::new(),
        obstacle: None,
        throttled: 0,
        idle: Vec::new(),
        failures: Vec::new(),
        blocking: Vec::new(),
        brought_by: Default::default(),
        deaths: Vec::new(),
        left_behind: Vec::new(),
        standing: Default::default(),
        sentences: sentences(),
        findings,
        cases: Vec::new(),
    }
}

fn law() -> Judged {
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

fn sentences() -> BTreeMap<ClauseId, Sentence> {
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
fn broken(scenario: &str, clause: &str) -> Finding {
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

fn mixed() -> Report {
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

fn made() -> Made {
    Made {
        flags: "cimdspec run".to_owned(),
        server: None,
    }
}

#[test]
fn a_clean_report_is_a_table_and_a_verdict() {
    let clean = report(vec![finding("cimd/ssrf/plain", None, Level::Must, Outcome::Pass)]);
    snapshot("report_clean", &human(&clean, &made(), Paint::Plain));
}

#[test]
fn a_report_with_everything_tells_rule_expected_and_seen() {
    snapshot("report_mixed", &human(&mixed(), &made(), Paint::Plain));
}

#[test]
fn a_report_about_one_variant_shows_all_evidence_and_each_request_as_a_command() {
    let exchange = |from, url: &str, sent: Option<&str>| Exchange {
        at: Instant(from),
        ended: Instant(from + 1),
        method: sent.map_or("GET", |_| "POST").to_owned(),
        url: url.to_owned(),
        headers: vec![("accept".to_owned(), "a/b".to_owned())],
        sent: sent.map(str::to_owned),
        reply: Reply::Timeout,
    };
    let step = |name: &str, exchanges| StepRecord {
        step: StepName::parse(name).unwrap(),
        began: Instant(0),
        ended: Instant(1),
        exchanges,
        arrival: Arrival::Nothing,
        values: Vec::new(),
        logged: None,
    };
    let case = Case {
        case: CaseId::from_text("t"),
        hosts: Vec::new(),
        events: Vec::new(),
        steps: vec![
            step(
                "late",
                vec![exchange(
                    2_000_000,
                    "https://as/token",
                    Some("code=[code]&x=it's"),
                )],
            ),
            step("early", vec![exchange(1_000_000, "https://as/?a&b", None)]),
        ],
        alive: true,
    };
    let long = format!("served {}", "x".repeat(300));
    let mut lines: Vec<String> = (1..=10).map(|number| format!("line {number}")).collect();
    lines.push(long.clone());
    let open = Finding {
        evidence: lines,
        ..finding(
            "cimd/ssrf/plain",
            None,
            Level::Must,
            Outcome::inconclusive("why".to_owned()),
        )
    };
    let broken = Finding {
        outcome: Outcome::Fail,
        check: CheckId::parse("other").unwrap(),
        ..open.clone()
    };
    let variant = open.variant.to_string();
    for findings in [vec![open.clone()], vec![open, broken]] {
        let told = Report {
            cases: vec![(variant.clone(), case.clone())],
            ..report(findings)
        };
        let whole = human(&told, &made(), Paint::Plain);
        assert!(whole.contains("line 10\n"), "{whole}");
        assert!(whole.contains(&long), "{whole}");
        assert_eq!(whole.matches("line 10\n").count(), 1, "{whole}");
        let commands = "requests of cimd/ssrf/plain, without their secrets\n  1.000s early\ncurl -gi 'https://as/?a&b' -H 'accept: a/b'\n  \
                        2.000s late\ncurl -gi -X POST https://as/token -H 'accept: a/b' -H content-type: --data-raw 'code=[code]&x=it'\\''s'\n";
        assert!(whole.contains(commands), "{whole}");
    }
    let several = Report {
        cases: vec![(variant, case)],
        ..mixed()
    };
    assert!(!human(&several, &made(), Paint::Plain).contains("curl"));
}

#[test]
fn a_consequence_stands_below_its_cause_and_nowhere_else() {
    let cause = finding("cimd/fetch/status", Some("201"), Level::Advice, Outcome::Fail);
    let why = "the request was granted: there is no refusal to look at";
    let consequence = Finding {
        check: CheckId::parse("sent-nowhere").unwrap(),
        because: Some(cause.id()),
        ..finding(
            "cimd/fetch/status",
            Some("201"),
            Level::Must,
            Outcome::not_applicable(why.to_owned()),
        )
    };
    let told = human(&report(vec![cause, consequence]), &made(), Paint::Plain);
    assert!(told.contains("\n  follows    #sent-nowhere\n"), "{told}");
    assert!(!told.contains(why), "{told}");
    assert!(
        told.contains("2 checks: 0 passed, 0 violations, 1 note, 1 not applicable"),
        "{told}"
    );
}

#[test]
fn an_interrupted_report_says_so_and_keeps_the_servers_last_lines() {
    let broken_off = Report {
        interrupted: true,
        deaths: vec![Death {
            how: "it ended with exit code 101".to_owned(),
            case: Some("cimd/limits/endless".to_owned()),
            log: vec!["thread main panicked".to_owned(), "\u{7}bye".to_owned()],
        }],
        left_behind: vec!["client-1".to_owned()],
        standing: Default::default(),
        ..report(vec![finding("cimd/ssrf/plain", None, Level::Must, Outcome::Pass)])
    };
    snapshot("report_interrupted", &human(&broken_off, &made(), Paint::Plain));
}

#[test]
fn colour_changes_no_word() {
    let coloured = human(&mixed(), &made(), Paint::Coloured);
    let mut plain = String::new();
    for part in coloured.split('\u{1b}') {
        let shown = part
            .strip_prefix('[')
            .and_then(|rest| rest.split_once('m'))
            .map(|(_, text)| text);
        plain.push_str(shown.unwrap_or(part));
    }
    assert_eq!(plain, human(&mixed(), &made(), Paint::Plain));
}

#[test]
fn the_document_reads_back_as_the_same_report() {
    let text = json(&mixed()).unwrap();
    assert_eq!(serde_json::from_str::<Report>(&text).unwrap(), mixed());
}

fn proven() -> Matrix {
    let killed = MatrixRow {
        mutant: "redirects-followed".to_owned(),
        summary: "follows redirects when it fetches".to_owned(),
        killed_by: vec!["cimd/redirects/other#not-followed".to_owned()],
        also: vec![(
            "cimd/redirects/loop#bounded".to_owned(),
            "it follows the loop".to_owned(),
        )],
        faults: Vec::new(),
    };
    let survivor = MatrixRow {
        mutant: "no-deadline".to_owned(),
        summary: "waits for ever".to_owned(),
        killed_by: Vec::new(),
        also: Vec::new(),
        faults: vec!["survives: no check that claims to kill it turned red".to_owned()],
    };
    Matrix {
        rows: vec![killed, survivor],
        proven: 2,
        in_columns: 9,
        unproven: vec!["cimd/metadata/flag#present".to_owned()],
        faults: vec!["scenarios name a mutant that does not exist: `typo`".to_owned()],
    }
}

#[test]
fn the_matrix_names_killers_reasons_and_faults() {
    assert!(!proven().is_clean());
    snapshot("matrix_text", &matrix(&proven()));
    snapshot("matrix_json", &matrix_json(&proven()));
}
