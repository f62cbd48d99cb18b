//! Pages that a script makes: what a recipe of requests that does not fit ends with, and that no secret of it is written.

use std::fs;
use std::io::Write;
use std::path::Path;
use std::process::Command;
use std::process::Output;

use crate::awkward::manners::SCRIPT;
use crate::failures::server;
use crate::sandboxed::alone;

/// Runs the harness against the server with one empty page, by this recipe.
fn run(folder: &Path, recipe: &str, breaks: &[&str]) -> Output {
    fs::write(
        folder.join("profile.toml"),
        format!("name = \"script\"\n{recipe}"),
    )
    .unwrap();
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
        .arg(server())
        .arg("script-shell")
        .args(breaks)
        .output()
        .unwrap()
}

#[test]
fn a_recipe_that_does_not_fit_says_which_step_and_what_was_answered() {
    let _machine = alone();
    let without_login: Vec<&str> = SCRIPT
        .lines()
        .filter(|line| !line.starts_with("login = "))
        .collect();
    for (recipe, told) in [
        (
            SCRIPT.replace("{user.secret}", "wrong"),
            "the script's login was refused: status 401, `{\"error\":\"nobody is called so\"}`",
        ),
        (
            SCRIPT.replace("load.json/tx", "load.json/id"),
            "a request of `approve` of `[script]` needs `{load.json/id}`, which has no value",
        ),
        (SCRIPT.replace("/api/consent", "/api/decide"), "404"),
        (
            SCRIPT.replace("approve.json/redirect", "approve.json/to"),
            "the answer to `approve` of `[script]` has no `{approve.json/to}`: status 200",
        ),
        (
            SCRIPT.replace("/api/consent", "https://other.cimdspec.dev/x"),
            "`https://other.cimdspec.dev`, which is not known as the server's",
        ),
        (without_login.join("\n"), "the recipe has no way to"),
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
    let ended = run(folder.path(), SCRIPT, &[]);
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
    let ended = run(folder.path(), SCRIPT, &breaks);
    let shown = String::from_utf8_lossy(&ended.stdout);
    assert_eq!(ended.status.code(), Some(1), "{shown}");
    assert!(shown.contains("consent/forged"), "{shown}");
}

/// A real browser walks, and what was written is played against fresh clients.
#[test]
fn a_browser_writes_the_recipe_of_each_kind_of_script_page() {
    let _machine = alone();
    if cimdspec_browser::found().is_none() {
        let told = "!!!! NOT RUN: `init --browser` (no Chromium is on PATH)\n";
        std::io::stderr().write_all(told.as_bytes()).unwrap();
        return;
    }
    for (manner, wanted) in [
        ("script-pages", "tx = \"{page.query.tx}\""),
        ("script-shell", "page = \"/authorize\""),
        ("script-tokens", "authorization = \"Bearer {login.json/token}\""),
    ] {
        let folder = tempfile::tempdir().unwrap();
        let init = Command::new(env!("CARGO_BIN_EXE_cimdspec"))
            .current_dir(folder.path())
            .args([
                "init",
                "--browser",
                "--login",
                "user=toy",
                "--login",
                "secret=story",
            ])
            .args(["--out", "p.toml", "--"])
            .arg(server())
            .arg(manner)
            .output()
            .unwrap();
        let told = String::from_utf8_lossy(&init.stderr);
        assert_eq!(init.status.code(), Some(0), "{manner}: {told}");
        assert!(
            told.contains("next: cimdspec run --profile p.toml"),
            "{manner}: {told}"
        );
        let written = fs::read_to_string(folder.path().join("p.toml")).unwrap();
        assert!(written.contains(wanted), "{manner}: {written}");
        let run = Command::new(env!("CARGO_BIN_EXE_cimdspec"))
            .current_dir(folder.path())
            .args(["run", "--profile", "p.toml", "--only", "cimd/document/not-json"])
            .args(["--only", "code/request/denied"])
            .output()
            .unwrap();
        let shown = String::from_utf8_lossy(&run.stdout);
        assert_eq!(run.status.code(), Some(0), "{manner}: {shown}");
    }
}

#[test]
fn without_a_browser_both_ways_are_named() {
    let _machine = alone();
    let folder = tempfile::tempdir().unwrap();
    let init = Command::new(env!("CARGO_BIN_EXE_cimdspec"))
        .current_dir(folder.path())
        .args(["init", "--login", "user=toy", "--login", "secret=story", "--"])
        .arg(server())
        .arg("script-shell")
        .output()
        .unwrap();
    let told = String::from_utf8_lossy(&init.stderr);
    assert_eq!(init.status.code(), Some(3), "{told}");
    for wanted in ["`cimdspec init --browser` writes down", "`command` of `[login]`"] {
        assert!(told.contains(wanted), "{told}");
    }
}
