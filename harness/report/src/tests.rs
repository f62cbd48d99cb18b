//! Snapshots of what people read, on fabricated reports.

use cimdspec_model::made::Made;
use cimdspec_model::name::CaseId;
use cimdspec_model::name::CheckId;
use cimdspec_model::name::StepName;
use cimdspec_model::observation::Arrival;
use cimdspec_model::observation::Case;
use cimdspec_model::observation::Exchange;
use cimdspec_model::observation::Instant;
use cimdspec_model::observation::Reply;
use cimdspec_model::observation::StepRecord;
use cimdspec_model::report::Death;
use cimdspec_model::report::Report;
use cimdspec_model::requirement::level::Level;
use cimdspec_model::verdict::Finding;
use cimdspec_model::verdict::Outcome;

use crate::Amount;
use crate::Matrix;
use crate::MatrixRow;
use crate::Paint;
use crate::Screen;
use crate::Shows;
use crate::fabricated::finding;
use crate::fabricated::mixed;
use crate::fabricated::report;
use crate::fabricated::snapshot;
use crate::human;
use crate::json;
use crate::matrix;
use crate::matrix_json;

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
        scripted: false,
        programs: Vec::new(),
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

fn screen() -> Screen {
    Screen::from(Paint::Plain)
}

#[test]
fn five_hundred_variants_of_two_checks_are_one_rule_on_the_screen() {
    let variants = (0..500).map(|number| {
        let scenario = match number % 5 {
            0 => "cimd/ssrf/literal",
            _ => "cimd/ssrf/answers",
        };
        finding(
            scenario,
            Some(&format!("{number:03}")),
            Level::Must,
            Outcome::Fail,
        )
    });
    let broken = report(variants.collect());
    let usual = human(&broken, &made(), screen());
    assert_eq!(usual.matches("VIOLATION").count(), 1, "{usual}");
    assert!(usual.lines().count() < 40, "{usual}");
    let more = "  and 499 more variants, of 2 checks in all:\n    \
                cimd/ssrf/answers#not-contacted: address=002; address=003; address=004; and 396 more\n    \
                cimd/ssrf/literal#not-contacted: address=000; address=005; address=010; and 97 more\n";
    assert!(usual.contains(more), "{usual}");
    let whole = Screen {
        amount: Amount::Verbose,
        ..screen()
    };
    let verbose = human(&broken, &made(), whole);
    assert!(verbose.contains("address=499"), "{verbose}");
    assert!(!usual.contains("address=499"), "{usual}");
}

#[test]
fn a_quiet_screen_is_one_table_and_the_verdict() {
    let quiet = Screen {
        amount: Amount::Quiet,
        ..screen()
    };
    snapshot("report_quiet", &human(&mixed(), &made(), quiet));
}

#[test]
fn a_screen_about_failures_leaves_out_what_is_kept_and_what_does_not_apply() {
    let failures = Screen {
        shows: Shows::Failures,
        ..screen()
    };
    let told = human(&mixed(), &made(), failures);
    for there in [
        "VIOLATION  cimd/ssrf",
        "WARNING",
        "2 inconclusive: ",
        "1 error: ",
        "\nthe server breaks",
    ] {
        assert!(told.contains(there), "{there}: {told}");
    }
    for left_off in ["tested", "family", "not applicable:", "not run:"] {
        assert!(!told.contains(left_off), "{left_off}: {told}");
    }
}

#[test]
fn with_a_baseline_only_the_news_is_shown_in_full() {
    let known = "cimd/ssrf/answers/rebind[address=10.0.0.7]#not-contacted";
    let with = |known: &[&str]| {
        let known = known.iter().map(|id| (*id).to_owned()).collect();
        let screen = Screen {
            known: Some(known),
            ..screen()
        };
        human(&mixed(), &made(), screen)
    };
    let told = with(&[known, "cimd/consent/page#not-contacted"]);
    assert!(!told.contains(&format!("VIOLATION  {known}")), "{told}");
    assert!(
        told.contains("VIOLATION  cimd/ssrf/answers/rebind[address=127.0.0.1]"),
        "{told}"
    );
    assert!(
        told.contains("  and 4 more variants, of 2 checks in all:"),
        "{told}"
    );
    assert!(!told.contains("WARNING"), "{told}");
    assert!(
        told.contains("known from the baseline: 1 rule in 1 variant"),
        "{told}"
    );
    // A baseline has no notes.
    assert!(!told.contains("NOTE"), "{told}");
    assert!(told.contains("note       mcp.consent.warning"), "{told}");
    assert!(with(&[]).contains(&format!("VIOLATION  {known}")));
}

#[test]
fn evidence_is_cut_to_the_terminal() {
    let long = format!("00.120s docs: served {}", "x".repeat(300));
    let broken = Finding {
        evidence: vec![long],
        ..finding("cimd/ssrf/plain", None, Level::Must, Outcome::Fail)
    };
    let other = finding("a/b", None, Level::Must, Outcome::Pass);
    let report = report(vec![broken, other]);
    for width in [80, 120] {
        let narrow = Screen {
            width: Some(width),
            ..screen()
        };
        let told = human(&report, &made(), narrow);
        let evidence = told.lines().find(|line| line.contains("served")).unwrap();
        assert_eq!(evidence.chars().count(), width, "{evidence}");
        assert!(evidence.ends_with("x…"), "{evidence}");
        assert!(
            told.contains(
                "cimd/ssrf/plain#not-contacted
"
            ),
            "{told}"
        );
    }
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
        shape: None,
        not_shown: Vec::new(),
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
