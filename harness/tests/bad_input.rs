//! Bad input gets one clear message with its place and what would be right, and its documented exit code.

use std::process::Command;
use std::process::Output;

fn cimdspec(arguments: &[&str]) -> Output {
    Command::new(env!("CARGO_BIN_EXE_cimdspec"))
        .args(arguments)
        .output()
        .unwrap()
}

fn told(output: &Output) -> String {
    String::from_utf8_lossy(&output.stderr).into_owned()
}

fn checked(text: &str) -> (Option<i32>, String) {
    let folder = tempfile::tempdir().unwrap();
    let path = folder.path().join("draft.toml");
    std::fs::write(&path, text).unwrap();
    let output = cimdspec(&["check", path.to_str().unwrap()]);
    (
        output.status.code(),
        told(&output).replace(folder.path().to_str().unwrap(), "[folder]"),
    )
}

fn settings() -> insta::Settings {
    let mut settings = insta::Settings::clone_current();
    settings.set_snapshot_path("../../snapshots");
    settings.set_prepend_module_to_snapshot(false);
    settings
}

#[test]
fn a_typo_is_shown_with_its_place_and_the_nearest_word() {
    let (code, told) = checked(
        "title = \"x\"\nbase = \"cimd/public-client\"\n\n[[step]]\nname = \"first\"\nautorize = {}\n",
    );
    assert_eq!(code, Some(65));
    settings().bind(|| insta::assert_snapshot!("typo", told));
}

#[test]
fn an_unknown_base_host_step_and_axis_are_named() {
    let header = "title = \"x\"\nbase = \"cimd/public-client\"\n";
    let messages: Vec<String> = [
        "title = \"x\"\nbase = \"cimd/publik-client\"\n".to_owned(),
        format!("{header}[[step]]\nserve = {{ host = \"doc\", status = 404 }}\n"),
        format!("{header}[[step]]\ntoken = {{ code = \"first\" }}\n"),
        format!("{header}[matrix]\nstatus = [1]\n[[step]]\nserve = {{ status = \"$statu\" }}\n"),
        format!("{header}[[step]]\nwait = \"2 seconds\"\n"),
    ]
    .iter()
    .map(|text| {
        let (code, told) = checked(text);
        assert_eq!(code, Some(65), "{told}");
        told
    })
    .collect();
    settings().bind(|| insta::assert_snapshot!("unknown_names", messages.join("\n")));
}

#[test]
fn an_unknown_id_gets_the_nearest_ids() {
    let output = cimdspec(&["explain", "cimd/document/client-id-differs-hosts"]);
    assert_eq!(output.status.code(), Some(64));
    assert!(told(&output).contains("hint: did you mean"), "{}", told(&output));
    let output = cimdspec(&["run", "--only", "no/such/scenario"]);
    assert_eq!(output.status.code(), Some(64));
}

#[test]
fn wrong_usage_is_64() {
    assert_eq!(cimdspec(&["run", "--no-such-flag"]).status.code(), Some(64));
    assert_eq!(cimdspec(&["check"]).status.code(), Some(64));
}
