//! The reports of several servers are written as a site, into a folder that holds nothing else.

use std::collections::BTreeSet;
use std::path::Path;
use std::process::Command;
use std::process::Output;

use cimdspec_model::report::Report;

use crate::sandboxed::ended;

const SCENARIO: &str = "code/request/state";

fn cimdspec(folder: &Path, arguments: &[&str]) -> Output {
    let mut command = Command::new(env!("CARGO_BIN_EXE_cimdspec"));
    ended(command.args(arguments).current_dir(folder))
}

fn told(output: &Output) -> String {
    String::from_utf8_lossy(&output.stderr).into_owned()
}

/// A run whose report has this name.
fn run(folder: &Path, name: &str, more: &[&str]) -> Report {
    let first = ["run", "--only", SCENARIO, "--results", name];
    let output = cimdspec(folder, &[&first, more].concat());
    assert!(matches!(output.status.code(), Some(0 | 1)), "{}", told(&output));
    let text = std::fs::read_to_string(folder.join(name).join("latest/report.json")).unwrap();
    serde_json::from_str(&text).unwrap()
}

fn keep(folder: &Path, name: &str, report: &Report) {
    std::fs::write(folder.join(name), serde_json::to_string(report).unwrap()).unwrap();
}

/// The names in a folder.
fn names(folder: &Path) -> BTreeSet<String> {
    let entries = std::fs::read_dir(folder).unwrap();
    entries
        .map(|entry| entry.unwrap().file_name().into_string().unwrap())
        .collect()
}

/// A folder with the report of a conformant server, and two of another one that came to break a rule.
fn with_reports() -> tempfile::TempDir {
    let folder = tempfile::tempdir().unwrap();
    let sound = run(folder.path(), "sound", &[]);
    let broken = run(folder.path(), "broken", &["--mutant", "state-not-echoed"]);
    keep(folder.path(), "sound.json", &sound);
    let renamed = |report: &Report, name: &str, days: u64| {
        let mut report = report.clone();
        report.target.name = name.to_owned();
        report.began += days * 86_400;
        report
    };
    // A name may be a path, and markup.
    let name = "../../<b>other</b>";
    keep(folder.path(), "before.json", &renamed(&sound, name, 0));
    keep(folder.path(), "after.json", &renamed(&broken, name, 1));
    folder
}

#[test]
fn reports_become_a_site_that_is_replaced_by_the_next() {
    let folder = with_reports();
    let folder = folder.path();
    let site = |reports: &[&str]| cimdspec(folder, &[&["site", "a/public"], reports].concat());
    let before = names(folder);
    let output = site(&["after.json", "sound.json", "before.json"]);
    assert_eq!(output.status.code(), Some(0), "{}", told(&output));
    let said = String::from_utf8_lossy(&output.stdout);
    assert!(said.contains("3 reports in a/public/index.html"), "{said}");
    let files = |names: &[&str]| {
        names
            .iter()
            .map(|name| (*name).to_owned())
            .collect::<BTreeSet<_>>()
    };
    let whole = ["index.html", "report-1.html", "report-2.html", "report-3.html"];
    assert_eq!(names(&folder.join("a/public")), files(&whole));
    let mut now = names(folder);
    assert!(now.remove("a"));
    assert_eq!(now, before, "nothing is written beside the site");
    let overview = std::fs::read_to_string(folder.join("a/public/index.html")).unwrap();
    assert!(overview.contains("Conformance of 2 servers"), "{overview}");
    assert!(overview.contains("Newly broken: 1 check"), "{overview}");
    assert!(overview.contains("code/request/state#echoed"), "{overview}");
    assert!(!overview.contains("<b>other"), "{overview}");
    // The newest report of the server, and the place of the rule on its page.
    let link = "href=\"report-1.html#rule-violation-must-";
    let (_, rest) = overview.split_once(link).unwrap();
    let clause = rest.split('"').next().unwrap();
    let page = std::fs::read_to_string(folder.join("a/public/report-1.html")).unwrap();
    assert!(page.contains(&format!("id=\"rule-violation-must-{clause}\"")));

    let output = site(&["sound.json"]);
    assert_eq!(output.status.code(), Some(0), "{}", told(&output));
    assert_eq!(
        names(&folder.join("a/public")),
        files(&["index.html", "report-1.html"])
    );
}

#[test]
fn a_folder_with_anything_else_is_left_alone() {
    let folder = tempfile::tempdir().unwrap();
    let folder = folder.path();
    let report = run(folder, "sound", &[]);
    keep(folder, "report.json", &report);
    let refused = |name: &str, wanted: &str| {
        let before = names(&folder.join(name));
        let output = cimdspec(folder, &["site", name, "report.json"]);
        assert_eq!(output.status.code(), Some(64), "{name}");
        let told = told(&output);
        assert!(told.contains(wanted), "{told}");
        assert_eq!(told.matches("hint: ").count(), 1, "{told}");
        assert_eq!(names(&folder.join(name)), before, "{name}");
    };
    for name in ["other", "foreign", "linked", "nested"] {
        std::fs::create_dir(folder.join(name)).unwrap();
    }
    std::fs::write(folder.join("other/notes.txt"), "kept").unwrap();
    refused("other", "it has `notes.txt`, which is not of a site");
    std::fs::write(
        folder.join("foreign/index.html"),
        "<!DOCTYPE html><html lang=\"en\">",
    )
    .unwrap();
    refused("foreign", "its `index.html` was not written by `cimdspec site`");
    // A link of a file of ours would be written through.
    std::fs::write(folder.join("victim"), "kept").unwrap();
    std::os::unix::fs::symlink(folder.join("victim"), folder.join("linked/report-1.html")).unwrap();
    refused("linked", "it has `report-1.html`, which is not of a site");
    std::fs::create_dir(folder.join("nested/report-1.html")).unwrap();
    refused("nested", "it has `report-1.html`, which is not of a site");
    let output = cimdspec(folder, &["site", "victim", "report.json"]);
    assert_eq!(output.status.code(), Some(64));
    assert!(
        told(&output).contains("failed to write the site `victim`"),
        "{}",
        told(&output)
    );
    for file in ["victim", "other/notes.txt"] {
        assert_eq!(std::fs::read_to_string(folder.join(file)).unwrap(), "kept");
    }
}

#[test]
fn what_is_no_whole_report_ends_it_before_anything_is_written() {
    let folder = tempfile::tempdir().unwrap();
    let folder = folder.path();
    let report = run(folder, "sound", &[]);
    keep(folder, "report.json", &report);
    let text = serde_json::to_string(&report).unwrap();
    std::fs::write(
        folder.join("old.json"),
        text.replacen("\"version\":2", "\"version\":1", 1),
    )
    .unwrap();
    std::fs::write(folder.join("cut.json"), &text[..text.len() / 2]).unwrap();
    let part = run(folder, "part", &["--partition", "hash:1/1"]);
    keep(folder, "part.json", &part);
    for (name, code, wanted) in [
        (
            "old.json",
            65,
            "it has version 1, and this program reads version 2",
        ),
        ("cut.json", 65, "it is cut off in line 1"),
        ("gone.json", 65, "failed to read the report `gone.json`"),
        (
            "part.json",
            65,
            "`part.json` is part 1 of 1 of a run\nhint: join the parts first",
        ),
        (
            "sound/latest",
            64,
            "`report.json` and `sound/latest` are reports of the same run",
        ),
    ] {
        let output = cimdspec(folder, &["site", "public", "report.json", name]);
        assert_eq!(output.status.code(), Some(code), "{name}");
        let told = told(&output);
        assert!(told.contains(wanted), "{told}");
        assert!(!folder.join("public").exists(), "{name}");
    }
    let output = cimdspec(folder, &["site", "public"]);
    assert_eq!(output.status.code(), Some(64), "{}", told(&output));
}
