//! A second user of the profile logs in at the other browsers of a scenario, and nowhere else.

use std::collections::BTreeMap;
use std::process::Command;

use serde_json::Value;

use crate::failures::server;
use crate::sandboxed::ended;

const FIRST: &str = "[login.fields]\nuser = \"toy\"\nsecret = \"story\"\n";
/// The one has a browser for each of several users, the other has one browser.
const SCENARIOS: [&str; 2] = ["cimd/cache/many-users", "cimd/fetch/performed"];

/// The outcomes of a run with this user beside the first one, by scenario.
fn outcomes(second: &str) -> BTreeMap<String, String> {
    let folder = tempfile::tempdir().unwrap();
    let file = folder.path().join("p.toml");
    std::fs::write(&file, format!("name = \"awkward\"\n{FIRST}{second}")).unwrap();
    let mut command = Command::new(env!("CARGO_BIN_EXE_cimdspec"));
    command.args(["run", "--format", "json", "--profile"]).arg(&file);
    command.arg("--results").arg(folder.path().join("results"));
    command.args(SCENARIOS.iter().flat_map(|only| ["--only", only]));
    let output = ended(command.arg("--").arg(server()).arg("login-first"));
    let shown = String::from_utf8_lossy(&output.stderr).into_owned();
    let report: Value =
        serde_json::from_slice(&output.stdout).unwrap_or_else(|error| panic!("{error}: {shown}"));
    let text = |value: &Value| value.as_str().unwrap_or_default().to_owned();
    let findings = report["findings"].as_array().unwrap().iter();
    findings
        .map(|finding| (text(&finding["variant"]["scenario"]), text(&finding["outcome"])))
        .collect()
}

#[test]
fn a_second_user_logs_in_at_the_other_browsers() {
    let [many, one] = SCENARIOS;
    let alone = outcomes("");
    assert_eq!(alone[one], "pass");
    assert_ne!(alone[many], "inconclusive");
    let second = outcomes("[login.second]\nuser = \"tale\"\nsecret = \"told\"\n");
    assert_eq!(second, alone);
    // Nobody has this name: whoever sits at the first browser does not notice.
    let stranger = outcomes("[login.second]\nuser = \"nobody\"\n");
    assert_eq!(stranger[one], "pass");
    assert_eq!(stranger[many], "inconclusive");
}
