//! What is selected decides what is judged, and nothing else: not the calibration, and no verdict.

use std::collections::BTreeMap;
use std::process::Command;

use crate::sandboxed::beside_others;
use crate::sandboxed::ended;
use crate::sandboxed::ended_in_turn;
use serde_json::Value;

/// By documents, by registrations, and by neither.
const SELECTIONS: [&[&str]; 3] = [
    &["cimd/document/client-id/differs", "code/pkce/missing"],
    &[
        "dcr/register/created",
        "dcr/register/redirect/script",
        "code/pkce/missing[client=registered-public]",
    ],
    &["cimd/metadata/flag", "mcp/discovery-places"],
];
/// A server with each is calibrated by samples of which some are wrong in just what it does not see.
const SERVERS: [&[&str]; 3] = [
    &[],
    &["--mutant", "client-id-not-compared"],
    &["--shape", "first-redirect-uri"],
];

fn report(server: &[&str], only: &[&str]) -> Value {
    let folder = tempfile::tempdir().unwrap();
    let output = ended(
        Command::new(env!("CARGO_BIN_EXE_cimdspec"))
            .args(["run", "--format", "json", "--results"])
            .arg(folder.path())
            .args(server)
            .args(only.iter().flat_map(|only| ["--only", only])),
    );
    let told = String::from_utf8_lossy(&output.stderr);
    serde_json::from_slice(&output.stdout).unwrap_or_else(|error| panic!("{error}: {told}"))
}

/// The outcome of each check.
fn outcomes(report: &Value) -> BTreeMap<String, String> {
    let findings = report["findings"].as_array().unwrap().iter();
    findings
        .map(|finding| {
            let id = format!("{} {}", finding["variant"], finding["check"]);
            (id, finding["outcome"].to_string())
        })
        .collect()
}

#[test]
fn a_selection_changes_neither_the_calibration_nor_a_verdict() {
    for server in SERVERS {
        let together = report(server, &SELECTIONS.concat());
        let known = outcomes(&together);
        for only in SELECTIONS {
            let alone = report(server, only);
            assert_eq!(
                alone["calibration"], together["calibration"],
                "{server:?} {only:?}"
            );
            let alone = outcomes(&alone);
            assert!(!alone.is_empty(), "{only:?} selects something");
            for (id, outcome) in alone {
                assert_eq!(known.get(&id), Some(&outcome), "{server:?} {only:?} {id}");
            }
        }
    }
}

#[test]
fn a_pattern_that_brings_no_verdict_is_told_by_its_name() {
    let folder = tempfile::tempdir().unwrap();
    let run = |only: &[&str]| {
        let output = ended_in_turn(
            Command::new(env!("CARGO_BIN_EXE_cimdspec"))
                .args(["run", "--shape", "registration-only", "--results"])
                .arg(folder.path())
                .args(only.iter().flat_map(|only| ["--only", only])),
        );
        (
            output.status.code(),
            String::from_utf8_lossy(&output.stdout).into_owned(),
        )
    };
    let _turn = beside_others();
    let (code, shown) = run(&["cimd/cache/*", "dcr/register/created"]);
    assert_eq!(code, Some(0), "{shown}");
    assert!(
        shown.contains("nothing of `cimd/cache/*` was judged: "),
        "{shown}"
    );
    assert!(!shown.contains("nothing of `dcr/"), "{shown}");
    let (_, shown) = run(&["dcr/register/created"]);
    assert!(!shown.contains("nothing of `"), "{shown}");
}
