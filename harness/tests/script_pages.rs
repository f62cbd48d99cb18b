//! Pages that a script makes: what a recipe of requests that does not fit ends with, and that no secret of it is written.

use std::fs;
use std::path::Path;
use std::process::Command;
use std::process::Output;

use crate::sandboxed::alone;

const LOGIN: &str = "name = \"script\"\n[login]\nfields = { user = \"toy\", secret = \"story\" }\n[script]\n";
const LOAD: &str = "load = { url = \"/api/request{page.search}\" }\nlogged_in = \"{load.json/user}\"\n";
const SIGN_IN: &str =
    "login = { url = \"/api/login\", json = { user = \"{user.user}\", secret = \"{user.secret}\" } }\n";
const APPROVE: &str = "approve = { url = \"/api/consent\", json = { tx = \"{load.json/tx}\", approve = true }, go = \
                       \"{approve.json/redirect}\" }\n";

/// Runs the harness against the server with one empty page, by this recipe.
fn run(folder: &Path, recipe: &[&str], breaks: &[&str]) -> Output {
    let server = Path::new(env!("CARGO_BIN_EXE_cimdspec"))
        .with_file_name("examples")
        .join("awkward_server");
    fs::write(folder.join("profile.toml"), format!("{LOGIN}{}", recipe.concat())).unwrap();
    Command::new(env!("CARGO_BIN_EXE_cimdspec"))
        .current_dir(folder)
        .args([
            "run",
            "--profile",
            "profile.toml",
            "--only",
            "cimd/fetch/performed",
        ])
        .args(["--only", "consent/forged", "--results", "results", "--"])
        .arg(server)
        .arg("script-shell")
        .args(breaks)
        .output()
        .unwrap()
}

#[test]
fn a_recipe_that_does_not_fit_says_which_step_and_what_was_answered() {
    let _machine = alone();
    let wrong_login = SIGN_IN.replace("{user.secret}", "wrong");
    let old_member = APPROVE.replace("load.json/tx", "load.json/id");
    let old_place = APPROVE.replace("/api/consent", "/api/decide");
    let old_answer = APPROVE.replace("approve.json/redirect", "approve.json/to");
    let elsewhere = APPROVE.replace("/api/consent", "https://other.cimdspec.dev/x");
    for (recipe, told) in [
        (
            [LOAD, &wrong_login, APPROVE],
            "the script's login was refused: status 401, `{\"error\":\"nobody is called so\"}`",
        ),
        (
            [LOAD, SIGN_IN, &old_member],
            "a request of `approve` of `[script]` needs `{load.json/id}`, which has no value",
        ),
        ([LOAD, SIGN_IN, &old_place], "404"),
        (
            [LOAD, SIGN_IN, &old_answer],
            "the answer to `approve` of `[script]` has no `{approve.json/to}`: status 200",
        ),
        (
            [LOAD, SIGN_IN, &elsewhere],
            "`https://other.cimdspec.dev`, which is not known as the server's",
        ),
        ([LOAD, "", APPROVE], "the recipe has no way to"),
    ] {
        let folder = tempfile::tempdir().unwrap();
        let ended = run(folder.path(), &recipe, &[]);
        let shown =
            String::from_utf8_lossy(&ended.stdout).into_owned() + &String::from_utf8_lossy(&ended.stderr);
        assert_eq!(ended.status.code(), Some(3), "{shown}");
        assert!(shown.contains(told), "`{told}` is not in: {shown}");
    }
}

#[test]
fn the_password_in_a_request_of_a_script_is_not_written() {
    let _machine = alone();
    let folder = tempfile::tempdir().unwrap();
    let ended = run(folder.path(), &[LOAD, SIGN_IN, APPROVE], &[]);
    let shown = String::from_utf8_lossy(&ended.stdout);
    assert_eq!(ended.status.code(), Some(0), "{shown}");
    let results = folder.path().join("results/latest");
    let packed = fs::read(results.join("ledger.jsonl.zst")).unwrap();
    let ledger = String::from_utf8(zstd::decode_all(packed.as_slice()).unwrap()).unwrap();
    let report = fs::read_to_string(results.join("report.json")).unwrap();
    assert!(ledger.contains("/api/login") && ledger.contains("[secret]"));
    for text in [&ledger, &report] {
        assert!(!text.contains("\"secret\":\"story\"") && !text.contains("\\\"secret\\\":\\\"story\\\""));
    }
}

/// A page of another site sends what needs no preflight: a body that says that it is plain text.
#[test]
fn a_forged_approval_is_found_where_the_media_type_is_not_compared() {
    let _machine = alone();
    let folder = tempfile::tempdir().unwrap();
    let breaks = ["--breaks", "accepts-any-media-type"];
    let ended = run(folder.path(), &[LOAD, SIGN_IN, APPROVE], &breaks);
    let shown = String::from_utf8_lossy(&ended.stdout);
    assert_eq!(ended.status.code(), Some(1), "{shown}");
    assert!(shown.contains("consent/forged"), "{shown}");
}
