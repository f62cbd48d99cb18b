//! How much a run prints is the reader's choice; what it concludes is not.

use std::process::Command;

use crate::sandboxed::ended;

const MUTANT: &str = "state-not-echoed";
const SCENARIO: &str = "code/request/state";

/// What a run on the mutant exits with, prints, and says on the way.
fn run(flags: &[&str]) -> (Option<i32>, String, String) {
    let folder = tempfile::tempdir().unwrap();
    let mut command = Command::new(env!("CARGO_BIN_EXE_cimdspec"));
    command
        .args(["run", "--only", SCENARIO, "--mutant", MUTANT])
        .args(flags);
    let output = ended(command.arg("--results").arg(folder.path()));
    let text = |bytes: &[u8]| String::from_utf8_lossy(bytes).into_owned();
    (output.status.code(), text(&output.stdout), text(&output.stderr))
}

#[test]
fn a_quiet_run_prints_the_table_and_the_verdict_only() {
    let (code, printed, talk) = run(&["--quiet"]);
    assert_eq!(code, Some(1), "{printed}{talk}");
    assert_eq!(talk, "");
    let lines: Vec<&str> = printed.trim().lines().collect();
    assert!(lines[0].starts_with("verdict    rule"), "{printed}");
    assert!(
        lines.iter().any(|line| line.contains(&format!("{SCENARIO}["))),
        "{printed}"
    );
    assert!(printed.contains("the server breaks mandatory rules"), "{printed}");
    assert!(lines.len() < 10, "{printed}");
}

#[test]
fn a_run_about_failures_leaves_out_the_families() {
    let (code, printed, talk) = run(&["--failures-only"]);
    assert_eq!(code, Some(1), "{printed}{talk}");
    assert!(printed.contains("VIOLATION"), "{printed}");
    assert!(!printed.contains("family"), "{printed}");
    let (_, usual, _) = run(&[]);
    assert!(usual.contains("family"), "{usual}");
}

#[test]
fn quiet_and_verbose_together_are_refused() {
    for flags in [["--quiet", "--verbose"], ["--quiet", "--failures-only"]] {
        let (code, _, talk) = run(&flags);
        assert_eq!(code, Some(64), "{talk}");
        assert!(talk.contains("cannot be used with"), "{talk}");
    }
}
