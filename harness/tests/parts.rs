//! A run in four parts, joined, is the run that was made at once.

use std::collections::BTreeMap;
use std::path::Path;
use std::process::Command;
use std::process::Output;

use cimdspec_model::report::Report;
use cimdspec_model::verdict::Outcome;

use crate::sandboxed::ended;

/// Several families, so that each part has some of their scenarios.
const ONLY: [&str; 4] = ["--only", "code/request/*", "--only", "code/pkce/*"];
const MUTANT: [&str; 2] = ["--mutant", "state-not-echoed"];

fn cimdspec(folder: &Path, arguments: &[&str]) -> Output {
    let mut command = Command::new(env!("CARGO_BIN_EXE_cimdspec"));
    ended(command.args(arguments).current_dir(folder))
}

fn told(output: &Output) -> String {
    String::from_utf8_lossy(&output.stderr).into_owned()
}

/// The report of a run with these arguments, in a folder of this name.
fn run(folder: &Path, name: &str, more: &[&str]) -> Report {
    let first = ["run", "--results", name];
    let output = cimdspec(folder, &[&first, &ONLY[..], &MUTANT[..], more].concat());
    assert!(matches!(output.status.code(), Some(0 | 1)), "{}", told(&output));
    read(&folder.join(name).join("latest/report.json"))
}

fn read(path: &Path) -> Report {
    serde_json::from_str(&std::fs::read_to_string(path).unwrap()).unwrap()
}

/// What a report concludes: the kind of each outcome, and of which finding it is a consequence.
fn concluded(report: &Report) -> BTreeMap<String, (String, Option<String>)> {
    let word = |outcome: &Outcome| match outcome.why() {
        Some(why) => format!("{:?}", why.code),
        None => format!("{outcome:?}"),
    };
    let findings = report.findings.iter();
    findings
        .map(|finding| (finding.id(), (word(&finding.outcome), finding.because.clone())))
        .collect()
}

#[test]
fn four_parts_are_one_run() {
    let folder = tempfile::tempdir().unwrap();
    let folder = folder.path();
    let whole = run(folder, "whole", &[]);
    let mut parts = Vec::new();
    for number in 1..=4 {
        let part = run(
            folder,
            &format!("part-{number}"),
            &["--partition", &format!("hash:{number}/4")],
        );
        assert!(!part.findings.is_empty(), "part {number} is empty");
        assert!(part.findings.len() < whole.findings.len());
        parts.push(format!("part-{number}/latest"));
    }
    let parts: Vec<&str> = parts.iter().map(String::as_str).collect();
    let merge = |parts: &[&str]| cimdspec(folder, &[&["merge", "--out", "merged.json"], parts].concat());
    let output = merge(&parts);
    assert_eq!(output.status.code(), Some(0), "{}", told(&output));
    let merged = read(&folder.join("merged.json"));
    assert_eq!(concluded(&merged), concluded(&whole));
    assert!(merged.findings.iter().any(|finding| finding.verdict().is_some()));
    assert_eq!(merged.sentences, whole.sentences);
    assert_eq!(merged.standing, whole.standing);
    assert_eq!(merged.digests, whole.digests);
    assert_eq!(merged.selection.part, None);

    let missing = merge(&parts[..3]);
    assert_eq!(missing.status.code(), Some(65));
    assert!(
        told(&missing).contains("part 4 of 4 is missing"),
        "{}",
        told(&missing)
    );
    let twice = merge(&[&parts[..], &parts[..1]].concat());
    assert!(told(&twice).contains("are both part 1 of 4"), "{}", told(&twice));
    let no_part = merge(&["whole/latest"]);
    assert!(told(&no_part).contains("`whole/latest` is not a part of a run"));

    // Another target, another catalogue.
    let altered = |name: &str, alter: &dyn Fn(&mut Report)| {
        let mut report = read(&folder.join("part-4/latest/report.json"));
        alter(&mut report);
        std::fs::write(folder.join(name), serde_json::to_string(&report).unwrap()).unwrap();
        let output = merge(&[&parts[..3], &[name]].concat());
        assert_eq!(output.status.code(), Some(65), "{name}");
        told(&output)
    };
    let target = altered("target.json", &|report| {
        report.target.issuer = "https://other.example".to_owned()
    });
    assert!(target.contains("the target differs"), "{target}");
    let catalogue = altered("catalogue.json", &|report| {
        report.digests.catalogue = "00".to_owned()
    });
    assert!(catalogue.contains("the catalogue differs"), "{catalogue}");
    let profile = altered("profile.json", &|report| {
        report.digests.profile = Some("00".to_owned())
    });
    assert!(profile.contains("the profile differs"), "{profile}");
}

#[test]
fn a_part_that_is_none_is_64() {
    let folder = tempfile::tempdir().unwrap();
    for part in ["2/4", "hash:0/4", "hash:5/4"] {
        let output = cimdspec(folder.path(), &["run", "--partition", part]);
        assert_eq!(output.status.code(), Some(64), "{part}");
        assert!(told(&output).contains("write `hash:1/4`"), "{}", told(&output));
    }
}
