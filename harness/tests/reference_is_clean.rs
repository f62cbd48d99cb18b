//! The reference server keeps every rule of the catalogue, in the sandbox, over real DNS, TLS and sockets.

use std::collections::BTreeSet;
use std::process::Command;

use crate::sandboxed::ended;
use serde_json::Value;

/// Reasons that are the check's own: a mutant meets its precondition.
const OF_THE_CHECK: [&str; 2] = ["precondition", "refused-before"];
const LEAST_PROVEN_CHECKS: usize = 1100;
const LEAST_VARIANTS: usize = 3000;

#[test]
fn the_reference_is_clean_on_everything() {
    let folder = tempfile::tempdir().unwrap();
    let output = ended(
        Command::new(env!("CARGO_BIN_EXE_cimdspec"))
            .args(["run", "--load", "--format", "json", "--results"])
            .arg(folder.path()),
    );
    let told = String::from_utf8_lossy(&output.stderr);
    let report: Value =
        serde_json::from_slice(&output.stdout).unwrap_or_else(|error| panic!("{error}: {told}"));
    let findings = report["findings"].as_array().unwrap();
    let wrong: Vec<String> = findings
        .iter()
        // A trait tells which of two right ways the reference goes.
        .filter(|finding| finding["outcome"] != "pass" && finding["outcome"] != "recorded")
        // A check with a condition of its own binds those who meet it; its mutant does.
        .filter(|finding| {
            finding["outcome"] != "not-applicable"
                || !OF_THE_CHECK.iter().any(|code| finding["reason"]["code"] == *code)
        })
        .map(|finding| {
            format!(
                "{} {} {}",
                finding["variant"], finding["outcome"], finding["reason"]["text"]
            )
        })
        .collect();
    assert_eq!(wrong, Vec::<String>::new());
    let variants: BTreeSet<String> = findings
        .iter()
        .map(|finding| finding["variant"].to_string())
        .collect();
    assert!(variants.len() >= LEAST_VARIANTS, "{} variants", variants.len());
    assert_eq!(output.status.code(), Some(0));
}

/// The checks that name a mutant; the kill matrix holds them to it.
#[test]
fn enough_checks_claim_a_mutant() {
    let output = Command::new(env!("CARGO_BIN_EXE_cimdspec"))
        .arg("list")
        .output()
        .unwrap();
    let told = String::from_utf8_lossy(&output.stdout);
    let counts = told.lines().last().unwrap();
    let proven: usize = counts
        .split_once(" checks (")
        .and_then(|(_, rest)| rest.split_once(" of them proven"))
        .and_then(|(number, _)| number.parse().ok())
        .unwrap_or_else(|| panic!("no count in `{counts}`"));
    assert!(proven >= LEAST_PROVEN_CHECKS, "{proven} proven checks");
}
