//! Conformant servers of other kinds: a run on a shape of the reference accuses it of nothing.

#![expect(
    clippy::panic,
    clippy::unwrap_used,
    reason = "helpers of a test fail the test when a run cannot be made"
)]

use std::collections::BTreeSet;
use std::process::Command;

use boxed::ended;
use cimdspec_model::verdict::Finding;
use cimdspec_model::verdict::Outcome;
use cimdspec_model::verdict::Verdict;
use serde_json::Value;

mod boxed;

/// What is run on a shape, and which notes are true of it.
struct Row {
    shape: &'static str,
    only: &'static [&'static str],
    notes: &'static [&'static str],
}

/// One for each shape.
const ROWS: &[Row] = &[Row {
    shape: "registration-without-loopback",
    only: &["dcr/register/created"],
    notes: &[],
}];

#[test]
fn a_run_on_a_shape_accuses_it_of_nothing() {
    let told: Vec<String> = ROWS.iter().flat_map(accusations).collect();
    assert_eq!(told, Vec::<String>::new());
}

#[test]
fn every_shape_is_run() {
    let output = Command::new(env!("CARGO_BIN_EXE_cimdspec"))
        .args(["list", "--shapes"])
        .output()
        .unwrap();
    let told = String::from_utf8_lossy(&output.stdout).into_owned();
    let listed: BTreeSet<&str> = told.lines().filter_map(|line| line.split(' ').next()).collect();
    let run: BTreeSet<&str> = ROWS.iter().map(|row| row.shape).collect();
    assert_eq!(listed, run);
}

/// What the run says against the shape: violations, warnings, notes that are not true of it, and what stays open.
fn accusations(row: &Row) -> Vec<String> {
    let folder = tempfile::tempdir().unwrap();
    let mut command = Command::new(env!("CARGO_BIN_EXE_cimdspec"));
    command.args(["run", "--shape", row.shape, "--format", "json", "--results"]);
    command.arg(folder.path());
    for only in row.only {
        command.args(["--only", only]);
    }
    let output = ended(&mut command);
    let told = String::from_utf8_lossy(&output.stderr);
    let report: Value =
        serde_json::from_slice(&output.stdout).unwrap_or_else(|error| panic!("{error}: {told}"));
    let findings = report["findings"].as_array().unwrap();
    assert!(
        findings.len() > row.notes.len(),
        "nothing was run on {}",
        row.shape
    );
    let mut accused = Vec::new();
    let mut noted = BTreeSet::new();
    for finding in findings {
        let finding: Finding = serde_json::from_value(finding.clone()).unwrap();
        let id = finding.id();
        match (&finding.outcome, finding.verdict()) {
            (Outcome::Pass | Outcome::Told(_) | Outcome::NotApplicable(_) | Outcome::NotRun(_), _) => {}
            (_, Some(Verdict::Note)) if row.notes.contains(&id.as_str()) => _ = noted.insert(id),
            (outcome, _) => accused.push(format!(
                "{}: {id}: {outcome:?} ({:?}): {}",
                row.shape, finding.level, finding.seen
            )),
        }
    }
    let missing = row.notes.iter().filter(|note| !noted.contains(**note));
    accused.extend(missing.map(|note| format!("{}: {note} is not noted", row.shape)));
    accused
}
