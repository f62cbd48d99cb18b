//! What makes a run fail, what is run, and what `cimdspec.toml` says of both.

use std::path::Path;
use std::process::Command;

use serde_json::Value;
use tempfile::TempDir;

use crate::sandboxed::ended;

/// A mutant whose breach is a note, and the check that sees it.
const NOTE: [&str; 4] = [
    "--mutant",
    "no-size-limit",
    "--only",
    "cimd/limits/bytes-taken[delivery=polite]",
];
/// A mutant whose breach is a violation.
const MUTANT: &str = "state-not-echoed";
const SCENARIO: &str = "code/request/state";
const ONE: &str = "code/request/state[client=document,state=plain]";

/// A run in a folder of its own.
struct Ran {
    code: Option<i32>,
    shown: String,
    told: String,
}

fn run(folder: &Path, arguments: &[&str]) -> Ran {
    let mut command = Command::new(env!("CARGO_BIN_EXE_cimdspec"));
    let output = ended(command.current_dir(folder).arg("run").args(arguments));
    Ran {
        code: output.status.code(),
        shown: String::from_utf8_lossy(&output.stdout).into_owned(),
        told: String::from_utf8_lossy(&output.stderr).into_owned(),
    }
}

fn folder(files: &[(&str, &str)]) -> TempDir {
    let folder = tempfile::tempdir().unwrap();
    for (name, text) in files {
        let path = folder.path().join(name);
        std::fs::create_dir_all(path.parent().unwrap()).unwrap();
        std::fs::write(path, text).unwrap();
    }
    folder
}

fn report(folder: &Path) -> Value {
    let text = std::fs::read_to_string(folder.join("results/latest/report.json")).unwrap();
    serde_json::from_str(&text).unwrap()
}

/// The failures in the JUnit report of the last run.
fn failures(folder: &Path) -> usize {
    let text = std::fs::read_to_string(folder.join("junit.xml")).unwrap();
    text.matches("<failure ").count()
}

const JUNIT: [&str; 2] = ["--report", "junit=junit.xml"];

#[test]
fn a_note_fails_a_run_only_where_it_is_named() {
    let folder = folder(&[]);
    assert_eq!(run(folder.path(), &NOTE).code, Some(0));
    let with = |word: &str| run(folder.path(), &[&NOTE[..], &JUNIT, &["--fail-on", word]].concat());
    assert_eq!(with("warning").code, Some(0));
    assert_eq!(failures(folder.path()), 0);
    let failed = with("note");
    assert_eq!(failed.code, Some(1), "{}", failed.shown);
    assert_eq!(failures(folder.path()), 1);
    assert!(
        failed.shown.contains("fails by `--fail-on note`: 1 note"),
        "{}",
        failed.shown
    );
    assert_eq!(
        report(folder.path())["gates"]["fail_on"],
        serde_json::json!(["note"])
    );
}

#[test]
fn a_run_ends_after_so_many_failures_and_says_so() {
    let folder = folder(&[]);
    let ran = run(
        folder.path(),
        &[
            "--mutant",
            MUTANT,
            "--only",
            SCENARIO,
            "--jobs",
            "1",
            "--max-failures",
            "2",
        ],
    );
    assert_eq!(ran.code, Some(1), "{}", ran.shown);
    assert!(
        ran.shown.contains("`--max-failures 2` was reached"),
        "{}",
        ran.shown
    );
    let report = report(folder.path());
    assert_eq!(report["gates"]["ended_after"], 2);
    let found = report["findings"].as_array().unwrap().len();
    assert!((2..12).contains(&found), "{found} of 24 were run");
}

#[test]
fn only_what_failed_is_run_again() {
    let folder = folder(&[]);
    let both = [
        "--mutant",
        MUTANT,
        "--only",
        ONE,
        "--only",
        "code/request/unknown-client",
    ];
    assert_eq!(run(folder.path(), &both).code, Some(1));
    let again = run(folder.path(), &["--mutant", MUTANT, "--again", "results/latest"]);
    assert_eq!(again.code, Some(1), "{}", again.shown);
    let findings = report(folder.path())["findings"].clone();
    let scenarios: Vec<&Value> = findings
        .as_array()
        .unwrap()
        .iter()
        .map(|finding| &finding["variant"]["scenario"])
        .collect();
    assert_eq!(scenarios, [SCENARIO]);
    let apart = run(
        folder.path(),
        &[
            "--again",
            "results/latest",
            "--only",
            "code/request/unknown-client",
        ],
    );
    assert_eq!(apart.code, Some(64), "{}", apart.told);
    assert_eq!(
        run(folder.path(), &["--again", "results/latest/report.json"]).code,
        Some(0)
    );
    let nothing = run(folder.path(), &["--again", "results/latest"]);
    assert_eq!(nothing.code, Some(0), "{}", nothing.told);
    assert!(nothing.told.contains("nothing to run again"), "{}", nothing.told);
}

#[test]
fn a_selection_of_nothing_is_an_error() {
    let folder = folder(&[]);
    for (arguments, expected) in [
        (
            vec!["--only", "code/request/stat"],
            "nothing is called `code/request/stat`",
        ),
        (
            vec!["--only", SCENARIO, "--revision", "vendor-shapes"],
            "no check fits `--only code/request/state`, `--revision vendor-shapes` together",
        ),
        (vec!["--again", "nowhere"], "failed to read the report `nowhere`"),
    ] {
        let ran = run(folder.path(), &arguments);
        assert!(matches!(ran.code, Some(64 | 65)), "{arguments:?} {}", ran.told);
        assert!(ran.told.contains(expected), "{}", ran.told);
    }
}

#[test]
fn a_quick_run_says_what_it_left_out() {
    let folder = folder(&[]);
    let ran = run(
        folder.path(),
        &["--quick", "--only", SCENARIO, "--only", "cimd/limits/drip-body"],
    );
    assert_eq!(ran.code, Some(0), "{}", ran.shown);
    let report = report(folder.path());
    let findings = report["findings"].as_array().unwrap();
    assert_eq!(findings.len(), 1, "{}", ran.shown);
    assert_eq!(
        report["gates"]["left_out"]["variants whose checks another variant has"],
        23
    );
    assert!(ran.shown.contains("left out by `--quick`:"), "{}", ran.shown);
    assert!(
        ran.shown
            .contains("checks were not run at all: cimd/limits/drip-body#"),
        "{}",
        ran.shown
    );
}

const OWN: &str = "title = \"A right request is granted here too\"\nclients = [\"document\"]\n[control]\nnone = \"it is the request itself\"\n\
                   [[step]]\nname = \"first\"\nauthorize = {}\n[[check]]\nid = \"granted\"\nclause = \"ours.granted\"\n\
                   expect = { answer = { of = \"first\", is = \"refused\" } }\n";
const CLAUSE: &str = "[granted]\nlevel = \"must\"\nbinds = \"as\"\nquote = \"A right request is granted.\"\n\
                      anchor = { \"Our handbook\" = \"3.1\" }\n";

#[test]
fn scenarios_of_ones_own_run_beside_the_built_in_ones() {
    let folder = folder(&[("own/ours/granted.toml", OWN), ("own/clauses/ours.toml", CLAUSE)]);
    let ran = run(
        folder.path(),
        &[
            "--with-scenarios",
            "own",
            "--only",
            "ours/*",
            "--only",
            ONE,
            "--fail-on",
            "note",
        ],
    );
    assert_eq!(ran.code, Some(1), "{}{}", ran.shown, ran.told);
    assert!(ran.shown.contains("ours/granted#granted"), "{}", ran.shown);
    assert!(ran.shown.contains("--with-scenarios own"), "{}", ran.shown);
    assert_eq!(report(folder.path())["findings"].as_array().unwrap().len(), 2);
    // They are in no release, and decide all the same.
    let since = [
        "--with-scenarios",
        "own",
        "--only",
        "ours/*",
        "--catalogue-since",
        "0.1.0",
    ];
    assert_eq!(run(folder.path(), &since).code, Some(1));
    // What reads the catalogue knows them too.
    let own = ["--with-scenarios", "own"];
    for (arguments, wanted) in [
        (&["list"][..], "ours/granted  "),
        (&["explain", "ours/granted"], "in own/ours/granted.toml"),
        (
            &["check", "own/ours/granted.toml"],
            "own/ours/granted.toml: valid; 1 check",
        ),
    ] {
        let with = |more: &[&str]| {
            let mut command = Command::new(env!("CARGO_BIN_EXE_cimdspec"));
            command.current_dir(folder.path()).args(arguments).args(more);
            let output = command.output().unwrap();
            let shown = String::from_utf8_lossy(&output.stdout).into_owned();
            (output.status.code(), shown)
        };
        let (code, shown) = with(&own);
        assert_eq!(code, Some(0), "{arguments:?}");
        assert!(shown.contains(wanted), "{shown}");
        let (_, shown) = with(&[]);
        assert!(!shown.contains(wanted), "{shown}");
    }
    let twin = folder.path().join("own/code/request");
    std::fs::create_dir_all(&twin).unwrap();
    std::fs::write(twin.join("state.toml"), OWN).unwrap();
    let ran = run(folder.path(), &["--with-scenarios", "own", "--only", ONE]);
    assert_eq!(ran.code, Some(65));
    assert!(
        ran.told
            .contains("`code/request/state` is there twice: own/code/request/state.toml"),
        "{}",
        ran.told
    );
}

/// The catalogue of this checkout, with a record of releases in which the scenario is newer than 0.0.1.
fn catalogue_with_releases() -> TempDir {
    let folder = tempfile::tempdir().unwrap();
    for (path, text) in &crate::files::sources().0 {
        let to = folder.path().join(path);
        std::fs::create_dir_all(to.parent().unwrap()).unwrap();
        std::fs::write(to, text).unwrap();
    }
    let releases = folder.path().join("releases");
    let record = std::fs::read_to_string(releases.join("0.1.0.toml")).unwrap();
    let entry = format!("[scenario.\"{SCENARIO}\"]\n");
    let (before, after) = record.split_once(&entry).unwrap();
    let rest = after.split_once("\n\n").unwrap().1;
    std::fs::write(releases.join("0.0.1.toml"), format!("{before}{rest}")).unwrap();
    folder
}

#[test]
fn checks_of_a_newer_release_do_not_fail_a_run_before_they_are_accepted() {
    let scenarios = catalogue_with_releases();
    let folder = folder(&[]);
    let of = scenarios.path().to_str().unwrap();
    let with = |since: &[&str]| {
        let first = ["--scenarios", of, "--mutant", MUTANT, "--only", ONE];
        run(folder.path(), &[&first[..], since].concat())
    };
    assert_eq!(with(&[]).code, Some(1));
    assert_eq!(with(&["--catalogue-since", "0.1.0"]).code, Some(1));
    let newer = with(&["--catalogue-since", "0.0.1"]);
    assert_eq!(newer.code, Some(0), "{}", newer.shown);
    assert!(
        newer.shown.contains("1 check not in release 0.0.1 did not pass"),
        "{}",
        newer.shown
    );
    let unknown = with(&["--catalogue-since", "0.7.0"]);
    assert_eq!(unknown.code, Some(64));
    assert!(
        unknown.told.contains("there are `0.0.1`, `0.1.0`"),
        "{}",
        unknown.told
    );
}

#[test]
fn a_baseline_entry_counts_again_after_its_last_day() {
    let entry = |until: &str| {
        format!(
            "[[broken]]\ncheck = \"{SCENARIO}#echoed\"\nvariants = [\"document,plain\"]\nreason = \"left so\"\nowner = \"team\"\nuntil = \"{until}\"\n"
        )
    };
    let folder = folder(&[
        ("over.toml", &entry("2020-01-31")),
        ("open.toml", &entry("2999-01-31")),
    ]);
    let with = |files: &[&str]| {
        let files = files.iter().flat_map(|file| ["--baseline", file]);
        let arguments: Vec<&str> = ["--mutant", MUTANT, "--only", ONE]
            .into_iter()
            .chain(JUNIT)
            .chain(files)
            .collect();
        run(folder.path(), &arguments)
    };
    let open = with(&["open.toml"]);
    assert_eq!(open.code, Some(0), "{}", open.shown);
    assert_eq!(failures(folder.path()), 0);
    let over = with(&["over.toml"]);
    assert_eq!(over.code, Some(2), "{}", over.shown);
    assert_eq!(failures(folder.path()), 1);
    assert!(
        over.shown
            .contains("code/request/state#echoed  (accepted until 2020-01-31; owner: team; over.toml:1)"),
        "{}",
        over.shown
    );
    let twice = with(&["open.toml", "over.toml"]);
    assert_eq!(twice.code, Some(65), "{}", twice.told);
    assert!(
        twice
            .told
            .contains("over.toml:1:1: `code/request/state#echoed` has another entry, at open.toml:1")
    );
}

#[test]
fn a_config_file_gives_flags_that_the_command_line_overrides() {
    let text = format!("only = [\"{ONE}\"]\nfail-on = [\"note\"]\nresults = \"out\"\n");
    let folder = folder(&[
        ("cimdspec.toml", &text),
        ("sub/other.toml", "fail_on = [\"note\"]\n"),
    ]);
    let ran = run(folder.path(), &["--mutant", MUTANT]);
    assert_eq!(ran.code, Some(1), "{}{}", ran.shown, ran.told);
    assert!(ran.shown.contains("results in out/"), "{}", ran.shown);
    assert!(
        ran.shown.contains("fails by `--fail-on note`: 1 violation"),
        "{}",
        ran.shown
    );
    let ran = run(
        folder.path(),
        &["--only", "code/request/denied", "--results", "results"],
    );
    assert!(ran.shown.contains("results in results/"), "{}", ran.shown);
    let without = run(folder.path(), &["--no-config", "--only", "code/request/denied"]);
    assert!(without.shown.contains("results in results/"), "{}", without.shown);
    let wrong = run(folder.path(), &["--config", "sub/other.toml"]);
    assert_eq!(wrong.code, Some(65));
    assert!(
        wrong.told.contains("sub/other.toml:1:1: unknown field `fail_on`"),
        "{}",
        wrong.told
    );
    assert!(wrong.told.contains("did you mean `fail-on`?"), "{}", wrong.told);
    let gone = run(folder.path(), &["--config", "gone.toml"]);
    assert_eq!(gone.code, Some(65), "{}", gone.told);
}
