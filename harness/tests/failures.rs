//! Failures of a server are findings of their own, and what a crowd does to a server is no breach of a rule and no keeping
//! of one.

use std::collections::BTreeSet;
use std::path::PathBuf;
use std::process::Command;

use crate::sandboxed::ended;
use serde_json::Value;

/// Enough of everything to be a crowd.
const CROWD: &[&str] = &[
    "cimd/document/client-id/differs",
    "cimd/fetch/redirect-other-origin[status=302*",
    "cimd/identifier/fragment",
    "redirect/almost-matching[asked=other-*",
    "redirect/of-another-client",
    "code/pkce/wrong-verifier",
    "code/request/state[state=plain]",
    "code/token/granted",
    "code/redeem/used-twice",
];
const LOGIN: &str = "[login]\nfields = { user = \"toy\", secret = \"story\" }\n";

/// How a run on the awkward server ended.
struct Ended {
    exit: Option<i32>,
    shown: String,
    report: Value,
}

/// What a run is told beside the command of the server.
#[derive(Default)]
struct Asked<'a> {
    profile: &'a str,
    only: &'a [&'a str],
    baseline: Option<&'a str>,
}

fn run(manners: &[&str], asked: &Asked<'_>) -> (Ended, String) {
    let folder = tempfile::tempdir().unwrap();
    let at = |name: &str| folder.path().join(name);
    std::fs::write(at("p.toml"), format!("name = \"awkward\"\n{}", asked.profile)).unwrap();
    let mut command = Command::new(env!("CARGO_BIN_EXE_cimdspec"));
    command.args(["run", "--allow-inconclusive", "--profile"]);
    command.arg(at("p.toml"));
    command.args(["--results"]).arg(at("results"));
    match asked.baseline {
        None => command.arg("--write-baseline").arg(at("drawn.toml")),
        Some(text) => {
            std::fs::write(at("known.toml"), text).unwrap();
            command.arg("--baseline").arg(at("known.toml"))
        }
    };
    command.args(asked.only.iter().flat_map(|pattern| ["--only", pattern]));
    command.arg("--").arg(server()).args(manners);
    let output = ended(&mut command);
    let report = std::fs::read_to_string(at("results/latest/report.json")).unwrap_or_default();
    assert!(!report.is_empty(), "{}", String::from_utf8_lossy(&output.stderr));
    let ended = Ended {
        exit: output.status.code(),
        shown: String::from_utf8_lossy(&output.stdout).into_owned(),
        report: serde_json::from_str(&report).unwrap(),
    };
    (
        ended,
        std::fs::read_to_string(at("drawn.toml")).unwrap_or_default(),
    )
}

/// The server, beside this very test.
pub fn server() -> PathBuf {
    let test = std::env::current_exe().unwrap();
    let folder = test.parent().and_then(|deps| deps.parent()).unwrap();
    let server = folder.join("examples").join("awkward_server");
    assert!(
        server.exists(),
        "the awkward server is not built; `cargo build --example awkward_server` builds it, as `cargo test` does"
    );
    server
}

impl Ended {
    fn findings(&self) -> impl Iterator<Item = &Value> {
        self.report["findings"].as_array().unwrap().iter()
    }

    /// The checks with this outcome that break a MUST when they fail.
    fn of(&self, outcome: &str) -> BTreeSet<String> {
        let found = self.findings().filter(|it| it["outcome"] == outcome);
        found
            .filter(|it| it["breach"] == "violation")
            .map(|it| {
                let text = |value: &Value| value.as_str().unwrap().to_owned();
                format!("{}#{}", text(&it["variant"]["scenario"]), text(&it["check"]))
            })
            .collect()
    }

    /// The failures come before all else, each is named by its id, and nothing hides the exit code.
    fn assert_failed(&self, check: &str) {
        assert_eq!(self.exit, Some(3), "{}", self.shown);
        let blocking = self.report["blocking"].as_array().unwrap();
        let is_it = |id: &Value| id.as_str().unwrap().ends_with(check);
        assert!(blocking.iter().any(is_it), "{blocking:?}");
        let place = |word: &str| self.shown.find(word).unwrap_or(usize::MAX);
        assert!(place("FAILURE") < place("family"), "{}", self.shown);
        assert!(!self.shown.contains("\nno violation\n"), "{}", self.shown);
        let cases = self.report["brought_by"].as_object().unwrap();
        for case in cases.values() {
            let reproduce = format!(" --only '{}' -- ", case.as_str().unwrap());
            assert!(self.shown.contains(&reproduce), "{}", self.shown);
            assert!(!reproduce.contains("service/"), "{reproduce}");
        }
        assert!(!cases.is_empty());
    }
}

/// Where a run only failed, a baseline that names the failures accepts it, and no other does.
fn assert_accepted(manners: &[&str], only: &[&str], check: &str) {
    let asked = Asked {
        only,
        ..Asked::default()
    };
    let (failed, drawn) = run(manners, &asked);
    failed.assert_failed(check);
    let unnamed = Asked {
        baseline: Some(""),
        ..asked
    };
    let (failed, _) = run(manners, &unnamed);
    assert_eq!(failed.exit, Some(3), "{}", failed.shown);
    assert!(
        failed
            .shown
            .contains("failures of the server, and not in the baseline"),
        "{}",
        failed.shown
    );
    let drawn = drawn.replace("reason   = \"\"", "reason = \"known\"");
    let named = Asked {
        baseline: Some(&drawn),
        ..unnamed
    };
    let (known, _) = run(manners, &named);
    assert_eq!(known.exit, Some(0), "{}\n{drawn}", known.shown);
}

#[test]
fn a_death_ends_with_3_unless_a_baseline_names_it() {
    let only = ["cimd/document/root-type", "cimd/fetch/performed"];
    assert_accepted(&["dies-on-kind"], &only, "#no-death");
}

#[test]
fn an_answer_by_a_failure_ends_with_3_unless_a_baseline_names_it() {
    let only = [
        "code/pkce/wrong-verifier",
        "code/token/granted",
        "code/redeem/used-twice",
    ];
    assert_accepted(&["token-errors-are-500"], &only, "#no-5xx");
}

#[test]
fn a_hang_ends_with_3() {
    let asked = Asked {
        only: &["cimd/fetch/performed"],
        ..Asked::default()
    };
    let (failed, _) = run(&["never-answers"], &asked);
    failed.assert_failed("#no-hang");
}

/// No rule rests on a failure: what the failing answers were about names the failure as its cause.
#[test]
fn what_is_open_for_a_failure_names_it() {
    let asked = Asked {
        only: &["code/pkce/wrong-verifier"],
        ..Asked::default()
    };
    let (failed, _) = run(&["token-errors-are-500"], &asked);
    let open = failed
        .findings()
        .find(|it| it["outcome"] == "inconclusive")
        .unwrap();
    let cause = open["because"].as_str().unwrap();
    let causes = failed.report["failures"].as_array().unwrap();
    assert!(causes.iter().any(|id| id == cause), "{cause}: {causes:?}");
}

#[test]
fn a_temporary_failure_that_is_told_as_a_refusal_is_none() {
    let asked = Asked {
        only: CROWD,
        ..Asked::default()
    };
    let (kept, _) = run(&["cannot-serialize"], &asked);
    assert_eq!(kept.of("fail"), BTreeSet::new(), "{}", kept.shown);
    let twice = "code/redeem/used-twice#refused";
    assert!(kept.of("pass").contains(twice), "{}", kept.shown);
    let (broken, _) = run(&["cannot-serialize", "--breaks", "accepts-codes-again"], &asked);
    assert!(broken.of("fail").contains(twice), "{}", broken.shown);
}

#[test]
fn what_a_crowd_alone_is_granted_is_no_violation() {
    let asked = Asked {
        only: CROWD,
        ..Asked::default()
    };
    let (kept, _) = run(&["forgets-in-a-crowd"], &asked);
    assert_eq!(kept.of("fail"), BTreeSet::new(), "{}", kept.shown);
    assert!(
        kept.shown.contains("the rule was broken once of two"),
        "{}",
        kept.shown
    );
}

/// What the requests of others do to a session is not taken for what the server does.
#[test]
fn a_session_for_everybody_hides_nothing() {
    let asked = Asked {
        only: CROWD,
        profile: LOGIN,
        ..Asked::default()
    };
    let (kept, _) = run(&["one-request-in-a-session"], &asked);
    assert_eq!(kept.of("fail"), BTreeSet::new(), "{}", kept.shown);
    let (broken, _) = run(
        &["one-request-in-a-session", "--breaks", "accepts-codes-again"],
        &asked,
    );
    assert!(
        broken.of("fail").contains("code/redeem/used-twice#refused"),
        "{}",
        broken.shown
    );
}
