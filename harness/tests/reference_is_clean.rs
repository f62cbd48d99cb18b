//! The reference server keeps every rule of the catalogue, in the box, over real DNS, TLS and sockets.

use std::collections::BTreeSet;
use std::process::Command;

use serde_json::Value;

const LEAST_PROVEN_CHECKS: usize = 90;
const LEAST_VARIANTS: usize = 250;

#[test]
fn the_reference_is_clean_on_everything() {
    let folder = tempfile::tempdir().unwrap();
    let output = Command::new(env!("CARGO_BIN_EXE_cimdspec"))
        .args(["run", "--format", "json", "--results"])
        .arg(folder.path())
        .output()
        .unwrap();
    let told = String::from_utf8_lossy(&output.stderr);
    assert_ne!(
        output.status.code(),
        Some(69),
        "not run: this machine cannot make the box: {told}"
    );
    let report: Value =
        serde_json::from_slice(&output.stdout).unwrap_or_else(|error| panic!("{error}: {told}"));
    let findings = report["findings"].as_array().unwrap();
    let wrong: Vec<String> = findings
        .iter()
        .filter(|finding| finding["outcome"] != "pass")
        .map(|finding| format!("{} {} {}", finding["variant"], finding["outcome"], finding["why"]))
        .collect();
    assert_eq!(wrong, Vec::<String>::new());
    let variants: BTreeSet<String> = findings
        .iter()
        .map(|finding| finding["variant"].to_string())
        .collect();
    assert!(variants.len() >= LEAST_VARIANTS, "{} variants", variants.len());
    assert_eq!(output.status.code(), Some(0));
}

#[test]
fn enough_checks_are_proven() {
    let output = Command::new(env!("CARGO_BIN_EXE_cimdspec"))
        .args(["list"])
        .output()
        .unwrap();
    assert!(output.status.success());
    let proven = proven_checks();
    assert!(proven >= LEAST_PROVEN_CHECKS, "{proven} proven checks");
}

/// The checks that claim to kill a mutant; the kill matrix proves the claims.
fn proven_checks() -> usize {
    fn files(folder: &std::path::Path, found: &mut Vec<String>) {
        for entry in std::fs::read_dir(folder).unwrap() {
            let path = entry.unwrap().path();
            if path.is_dir() {
                files(&path, found);
            } else {
                found.push(std::fs::read_to_string(path).unwrap_or_default());
            }
        }
    }
    let mut found = Vec::new();
    files(
        &std::path::Path::new(env!("CARGO_MANIFEST_DIR")).join("scenarios"),
        &mut found,
    );
    found
        .iter()
        .flat_map(|text| text.lines())
        .filter(|line| line.starts_with("kills") && line.contains('"'))
        .count()
}
