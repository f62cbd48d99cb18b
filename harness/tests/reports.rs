//! A run writes its report in other formats, and the report document gives the same ones afterwards.

use std::path::Path;
use std::process::Command;
use std::process::Output;

use crate::sandboxed::ended;

const SCENARIO: &str = "code/request/state";
const PROFILE: &str = "server.toml";

fn cimdspec(folder: &Path, arguments: &[&str]) -> Output {
    let mut command = Command::new(env!("CARGO_BIN_EXE_cimdspec"));
    ended(command.args(arguments).current_dir(folder))
}

fn text(bytes: &[u8]) -> String {
    String::from_utf8_lossy(bytes).into_owned()
}

fn read(path: &Path) -> String {
    std::fs::read_to_string(path).unwrap()
}

/// A repository in which a server breaks one rule.
fn broken() -> tempfile::TempDir {
    let folder = tempfile::tempdir().unwrap();
    std::fs::create_dir(folder.path().join(".git")).unwrap();
    let output = cimdspec(
        folder.path(),
        &[
            "run",
            "--only",
            SCENARIO,
            "--mutant",
            "state-not-echoed",
            "--report",
            "junit=out/junit.xml",
            "--report",
            "sarif=out/code.sarif",
            "--report",
            "markdown=summary.md",
            "--report",
            "annotations=annotations.txt",
        ],
    );
    assert_eq!(output.status.code(), Some(1), "{}", text(&output.stderr));
    folder
}

#[test]
fn a_run_writes_each_report_that_the_document_gives_again() {
    let folder = broken();
    for (format, path, wanted) in [
        ("junit", "out/junit.xml", "type=\"violation\""),
        ("sarif", "out/code.sarif", "\"uri\": \"README.md\""),
        (
            "markdown",
            "summary.md",
            "## cimdspec: the server breaks mandatory rules",
        ),
        (
            "annotations",
            "annotations.txt",
            "::error file=README.md,line=1,title=violation",
        ),
    ] {
        let written = read(&folder.path().join(path));
        assert!(written.contains(wanted), "{written}");
        let reproduce = "cimdspec run --mutant state-not-echoed --only 'code/request/state";
        assert!(written.replace("&apos;", "'").contains(reproduce), "{written}");
        let output = cimdspec(folder.path(), &["report", "--format", format]);
        assert_eq!(output.status.code(), Some(0), "{}", text(&output.stderr));
        assert_eq!(text(&output.stdout).trim_end(), written.trim_end(), "{format}");
    }
    let folder_of_run = cimdspec(folder.path(), &["report", "--format", "human", "results/latest"]);
    assert!(text(&folder_of_run.stdout).contains("VIOLATION"));
}

#[test]
fn a_report_that_cannot_be_written_is_told_before_the_run() {
    let folder = tempfile::tempdir().unwrap();
    std::fs::write(folder.path().join("file"), "kept").unwrap();
    for (report, wanted) in [
        ("junit=file/below", "failed to open `file/below` for a report"),
        ("junit=.", "failed to open `.` for a report"),
        ("xml=file", "there is no format `xml`"),
        ("file", "write `FORMAT=PATH`"),
    ] {
        let output = cimdspec(folder.path(), &["run", "--only", SCENARIO, "--report", report]);
        assert_eq!(output.status.code(), Some(64), "{report}");
        let told = text(&output.stderr);
        assert!(told.contains(wanted), "{told}");
        assert!(!folder.path().join("results").exists(), "the run began");
    }
    assert_eq!(read(&folder.path().join("file")), "kept");
}

#[test]
fn what_is_no_report_is_65_with_what_would_be_right() {
    let folder = tempfile::tempdir().unwrap();
    for (name, content, wanted) in [
        (
            "old.json",
            "{\"version\": 1, \"findings\": []}",
            "it has version 1, and this program reads version 2",
        ),
        (
            "cut.json",
            "{\"version\": 2, \"harness\": \"0",
            "it is cut off in line 1",
        ),
        ("none.json", "title = \"x\"", "it is not JSON"),
        ("other.json", "[]", "it is JSON without the members of a report"),
    ] {
        std::fs::write(folder.path().join(name), content).unwrap();
        let output = cimdspec(folder.path(), &["report", "--format", "junit", name]);
        assert_eq!(output.status.code(), Some(65), "{name}");
        let told = text(&output.stderr);
        assert!(told.contains(wanted) && told.contains("hint: "), "{told}");
        assert_eq!(output.stdout, b"");
    }
    let output = cimdspec(folder.path(), &["report", "--format", "junit"]);
    assert_eq!(output.status.code(), Some(65));
    assert!(text(&output.stderr).contains("`results/latest`"));
}

#[test]
fn a_finding_is_shown_at_the_line_of_its_baseline_entry() {
    let folder = broken();
    let run = |more: &[&str]| {
        let first = ["run", "--only", SCENARIO, "--mutant", "state-not-echoed"];
        cimdspec(folder.path(), &[&first, more].concat())
    };
    run(&["--write-baseline", "ci.toml"]);
    let path = folder.path().join("ci.toml");
    let known = read(&path).replace("reason   = \"\"", "reason = \"a fix is planned\"");
    let line = known.lines().position(|line| line == "[[broken]]").unwrap() + 1;
    std::fs::write(&path, known).unwrap();
    let output = run(&[
        "--baseline",
        "ci.toml",
        "--report",
        "annotations=lines.txt",
        "--report",
        "junit=junit.xml",
    ]);
    assert_eq!(output.status.code(), Some(0), "{}", text(&output.stdout));
    let lines = read(&folder.path().join("lines.txt"));
    let place = format!("::error file=ci.toml,line={line},title=violation%2C in the baseline");
    assert!(lines.contains(&place), "{lines}");
    let junit = read(&folder.path().join("junit.xml"));
    assert!(!junit.contains("<failure"), "{junit}");
    assert!(
        junit.contains("known to be broken, by the baseline: a fix is planned"),
        "{junit}"
    );
}

#[test]
fn a_run_that_does_not_begin_leaves_no_empty_report() {
    let folder = tempfile::tempdir().unwrap();
    // Nothing listens there.
    let profile = "name = \"x\"\nissuer = \"http://127.0.0.1:1\"\n";
    std::fs::write(folder.path().join(PROFILE), profile).unwrap();
    let output = Command::new(env!("CARGO_BIN_EXE_cimdspec"))
        .args(["run", "--profile", PROFILE, "--report", "sarif=new.sarif"])
        .current_dir(folder.path())
        .output()
        .unwrap();
    assert_eq!(output.status.code(), Some(69), "{}", text(&output.stderr));
    assert!(!folder.path().join("new.sarif").exists());
}
