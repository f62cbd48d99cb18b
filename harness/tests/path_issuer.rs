//! A server whose issuer has a path is found and judged like any other, and each place of its metadata is looked at.
//!
//! The server under test is the reference, launched by the run from a profile as somebody else's would be.

use std::collections::BTreeSet;
use std::process::Command;

use crate::sandboxed::ended;
use serde_json::Value;

const PATH: &str = "/tenants/one";
const FAMILIES: [&str; 4] = ["cimd/metadata/*", "redirect/*", "mcp/*", "dcr/register/created"];

/// What the run says of the reference at this path, with a rule broken or none.
fn report(mutant: Option<&str>) -> Value {
    let folder = tempfile::tempdir().unwrap();
    let profile = folder.path().join("profile.toml");
    let mut command = vec![
        env!("CARGO_BIN_EXE_cimdspec"),
        "serve",
        "--listen",
        "127.0.0.1:{port}",
        "--issuer",
        "{issuer}",
        "--trust",
        "{ca}",
    ];
    command.extend(mutant.iter().flat_map(|mutant| ["--mutant", mutant]));
    let text = format!(
        "name = \"the reference at a path\"\n[start]\ncommand = {command:?}\npath = \"{PATH}\"\n\
         [login.fields]\nusername = \"alice\"\npassword = \"wonderland\"\n"
    );
    std::fs::write(&profile, text).unwrap();
    let output = ended(
        Command::new(env!("CARGO_BIN_EXE_cimdspec"))
            .args(["run", "--format", "json", "--profile"])
            .arg(&profile)
            .arg("--results")
            .arg(folder.path().join("results"))
            .args(FAMILIES.iter().flat_map(|only| ["--only", only])),
    );
    let told = String::from_utf8_lossy(&output.stderr);
    serde_json::from_slice(&output.stdout).unwrap_or_else(|error| panic!("{error}: {told}"))
}

/// The variants and checks with this outcome.
fn with(report: &Value, outcome: &str) -> BTreeSet<String> {
    let findings = report["findings"].as_array().unwrap().iter();
    findings
        .filter(|finding| finding["outcome"] == outcome)
        .map(|finding| {
            let (variant, check) = (&finding["variant"], &finding["check"]);
            let axes: Vec<&str> = variant["axes"]
                .as_array()
                .into_iter()
                .flatten()
                .filter_map(|axis| axis[1].as_str())
                .collect();
            format!(
                "{}[{}]#{}",
                variant["scenario"].as_str().unwrap(),
                axes.join(","),
                check.as_str().unwrap()
            )
        })
        .collect()
}

fn places() -> BTreeSet<String> {
    ["oauth", "openid", "openid-inserted"]
        .map(|place| format!("mcp/discovery-places[{place}]#own-issuer"))
        .into()
}

#[test]
fn an_issuer_with_a_path_is_judged_like_any_other() {
    let report = report(None);
    assert_eq!(with(&report, "fail"), BTreeSet::new());
    assert_eq!(with(&report, "inconclusive"), BTreeSet::new());
    let passed = with(&report, "pass");
    assert!(places().is_subset(&passed), "{passed:?}");
    assert!(passed.contains("cimd/metadata/issuer[]#identical"), "{passed:?}");
    assert!(passed.len() > 100, "{} passed", passed.len());
}

#[test]
fn another_issuer_is_found_at_each_place() {
    let failed = with(&report(Some("metadata-issuer-of-another")), "fail");
    assert!(places().is_subset(&failed), "{failed:?}");
}
