//! A server is judged by what it claims: what it does not claim is told as a note, and a claim has to be possible.
//!
//! The server under test is the reference with a rule broken, launched by the run from a profile as somebody else's would be.

use std::process::Command;
use std::process::Output;

use crate::sandboxed::ended;
use serde_json::Value;

/// A run of one check on the reference with a rule broken, which claims this.
fn run(mutant: &str, only: &str, claims: &str, further: &str) -> Output {
    let folder = tempfile::tempdir().unwrap();
    let profile = folder.path().join("profile.toml");
    let command = [
        env!("CARGO_BIN_EXE_cimdspec"),
        "serve",
        "--listen",
        "127.0.0.1:{port}",
        "--issuer",
        "{issuer}",
        "--trust",
        "{ca}",
        "--mutant",
        mutant,
    ];
    let text = format!(
        "name = \"a server\"\nclaims = {claims}\n[start]\ncommand = {command:?}\n\
         [login.fields]\nusername = \"alice\"\npassword = \"wonderland\"\n{further}"
    );
    std::fs::write(&profile, text).unwrap();
    ended(
        Command::new(env!("CARGO_BIN_EXE_cimdspec"))
            .args(["run", "--format", "json", "--only", only, "--profile"])
            .arg(&profile)
            .arg("--results")
            .arg(folder.path().join("results")),
    )
}

fn told(output: &Output) -> String {
    String::from_utf8_lossy(&output.stderr).into_owned()
}

#[test]
fn a_rule_of_mcp_is_a_note_for_who_does_not_claim_it() {
    let only = "consent/redirect-host#shown";
    let breach = |output: &Output| -> (Option<i32>, Value) {
        let report: Value = serde_json::from_slice(&output.stdout).unwrap();
        let finding = &report["findings"][0];
        assert_eq!(finding["outcome"], "fail", "{finding}");
        (output.status.code(), finding["breach"].clone())
    };
    let plain = run("consent-hides-redirect-host", only, "[]", "");
    assert_eq!(breach(&plain), (Some(0), Value::from("note")));
    let claimed = run("consent-hides-redirect-host", only, "[\"mcp-2026-07-28\"]", "");
    assert_eq!(breach(&claimed), (Some(1), Value::from("violation")));
}

#[test]
fn a_claim_that_the_metadata_deny_is_told_before_anything_is_judged() {
    let denied = "[discovery.set]\nclient_id_metadata_document_supported = false\n";
    let output = run("follows-redirects", "cimd/fetch/*", "[\"cimd-02\"]", denied);
    let told = told(&output);
    assert_eq!(output.status.code(), Some(65), "{told}");
    assert!(
        told.contains(
            "claims `cimd-02`, and the metadata say `client_id_metadata_document_supported: false`"
        ),
        "{told}"
    );
}

#[test]
fn a_claim_that_nobody_knows_is_told_with_the_nearest() {
    let output = run("follows-redirects", "cimd/fetch/*", "[\"cimd-2\"]", "");
    let told = told(&output);
    assert_eq!(output.status.code(), Some(65), "{told}");
    assert!(told.contains("did you mean `cimd-02`?"), "{told}");
}
