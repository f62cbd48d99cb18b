//! No secret that passes over the wire stands in anything that a run writes, and a run cleans up behind itself.
//!
//! The server under test is this very program, launched by the run: the reference behind a front that notes every
//! secret it sees pass, and tells it on its output without saying what it is.

use std::collections::BTreeSet;
use std::path::Path;
use std::path::PathBuf;
use std::process::Command;

use crate::sandboxed::ended;
use serde_json::Value;

const FAMILIES: [&str; 5] = [
    "code/*",
    "authentication/*",
    "consent/*",
    "dcr/manage/*",
    "dcr/register/usable*",
];
/// Rules that are broken so that many cases are written down whole, the shapes of the server, and what the profile says to it.
const BROKEN: [(&str, &str, &str); 4] = [
    ("refresh-not-rotated", "", ""),
    ("code-reusable", "", ""),
    ("code-reusable", "challenges odd-spelling", ""),
    (
        "code-reusable",
        "answers-by-form odd-spelling",
        "[request.set]\nresponse_mode = \"form_post\"\n",
    ),
];
const LEAST_SECRETS: usize = 300;

/// The server under test; it only runs when a run launched it.
#[test]
fn the_talking_server() {
    if let Some(notes) = std::env::var_os(crate::talking::NOTES) {
        crate::talking::serve(Path::new(&notes));
    }
}

struct Run {
    code: Option<i32>,
    told: String,
    /// Everything that it wrote, by name.
    written: Vec<(String, String)>,
    report: Value,
    secrets: BTreeSet<(String, String)>,
    _folder: tempfile::TempDir,
}

fn run(mutant: Option<&str>, (shapes, further): (&str, &str), only: &[&str]) -> Run {
    let folder = tempfile::tempdir().unwrap();
    let (notes, results) = (folder.path().join("notes"), folder.path().join("results"));
    let profile = folder.path().join("profile.toml");
    let text = "name = \"the talking server\"\nheaders = { x-operator = \"the-operators-own-secret\" }\n[login.fields]\n\
                username = \"alice\"\npassword = \"wonderland\"\n";
    std::fs::write(&profile, format!("{text}{further}")).unwrap();
    let mut command = Command::new(env!("CARGO_BIN_EXE_cimdspec"));
    command.arg("run").arg("--profile").arg(&profile);
    // It writes notes beside the results.
    command.arg("--keep-user").arg("--results").arg(&results);
    command.args(only.iter().flat_map(|only| ["--only", only]));
    command.env(crate::talking::NOTES, &notes);
    command.env(crate::talking::MUTANT, mutant.unwrap_or_default());
    command.env(crate::talking::SHAPES, shapes);
    let exe = std::env::current_exe().unwrap();
    let server = ["--exact", "redaction::the_talking_server", "--nocapture"];
    let output = ended(command.arg("--").arg(exe).args(server));
    let text = |bytes: &[u8]| String::from_utf8_lossy(bytes).into_owned();
    let told = text(&output.stderr);
    let mut written = vec![
        ("stdout".to_owned(), text(&output.stdout)),
        ("stderr".to_owned(), told.clone()),
    ];
    for path in files(&results) {
        let text = String::from_utf8_lossy(&std::fs::read(&path).unwrap()).into_owned();
        written.push((path.file_name().unwrap().to_str().unwrap().to_owned(), text));
    }
    let report = written.iter().find(|(name, _)| name == "report.json").unwrap();
    Run {
        code: output.status.code(),
        told,
        report: serde_json::from_str(&report.1).unwrap(),
        written,
        secrets: crate::talking::noted(&notes),
        _folder: folder,
    }
}

fn files(folder: &Path) -> Vec<PathBuf> {
    let entries = std::fs::read_dir(folder).unwrap().map(|entry| entry.unwrap());
    entries
        .filter(|entry| !entry.file_type().unwrap().is_symlink())
        .flat_map(|entry| match entry.path().is_dir() {
            true => files(&entry.path()),
            false => vec![entry.path()],
        })
        .collect()
}

#[test]
fn nothing_that_a_run_writes_has_a_secret_in_it() {
    for (mutant, shapes, further) in BROKEN {
        let run = run(Some(mutant), (shapes, further), &FAMILIES);
        assert_eq!(run.code, Some(1), "{}", run.told);
        let kinds: BTreeSet<&str> = run.secrets.iter().map(|(kind, _)| kind.as_str()).collect();
        for kind in [
            "access_token",
            "client_assertion",
            "client_secret",
            "code",
            "code_verifier",
            "cookie",
            "password",
            "refresh_token",
            "registration_access_token",
            "x-operator",
        ] {
            assert!(kinds.contains(kind), "no {kind} passed: {kinds:?}");
        }
        for kind in ["consent_challenge", "login_challenge", "session_state"] {
            let is_told = shapes.contains("challenges");
            assert_eq!(kinds.contains(kind), is_told, "{kind} on `{shapes}`: {kinds:?}");
        }
        assert!(run.secrets.len() > LEAST_SECRETS, "{}", run.secrets.len());
        let log = run.written.iter().find(|(name, _)| name == "server.log").unwrap();
        assert!(
            log.1.contains("it is [code]"),
            "the log says that there was a code"
        );
        let leaks: Vec<String> = run
            .written
            .iter()
            .flat_map(|(name, text)| {
                let leaked = |(_, secret): &&(String, String)| text.contains(secret.as_str());
                let leaks = run.secrets.iter().filter(leaked);
                leaks.map(move |(kind, secret)| format!("{name}: {kind} {secret}: {}", around(text, secret)))
            })
            .collect();
        assert_eq!(
            leaks.len(),
            0,
            "{} leaks\n{}",
            leaks.len(),
            leaks[..leaks.len().min(12)].join("\n")
        );
    }
}

fn around(text: &str, secret: &str) -> String {
    let at = text.find(secret).unwrap_or(0);
    let from = (0..=at.saturating_sub(90))
        .rev()
        .find(|at| text.is_char_boundary(*at));
    text[from.unwrap_or(0)..].chars().take(220).collect()
}

#[test]
fn registered_clients_are_deleted_again() {
    // Where a registration token is used at nobody's place, the server revokes it, and nobody can delete that client.
    let run = run(
        None,
        ("", ""),
        &[
            "dcr/abuse/*",
            "dcr/register/*",
            "dcr/manage/de*",
            "dcr/manage/r*",
            "dcr/manage/t*",
            "dcr/manage/up*",
        ],
    );
    assert_eq!(run.code, Some(0), "{}", run.told);
    assert_eq!(run.report["left_behind"], serde_json::json!([]));
}

#[test]
fn clients_that_cannot_be_deleted_are_listed() {
    let run = run(
        Some(crate::talking::KEEPS_CLIENTS),
        ("", ""),
        &["dcr/register/usable*", "dcr/register/created"],
    );
    let left = run.report["left_behind"].as_array().unwrap().len();
    assert!(left >= 3, "{left}: {}", run.told);
    let shown = &run.written[0].1;
    assert!(
        shown.contains(&format!("{left} registered clients not deleted")),
        "{shown}"
    );
}
