//! Programs of the operator stand in for the user: no false verdict comes of them, and nothing that they print is written.

use std::collections::BTreeMap;
use std::fs;
use std::path::Path;
use std::process::Command;

use serde_json::Value;

use crate::failures::server;
use crate::sandboxed::ended;

/// No other text has it.
const SESSION: &str = "5e551017-of-the-operator-0123456789";

/// The outcomes of the checks of these scenarios, and the reasons of those that have one.
fn outcomes(folder: &Path, profile: &str, only: &[&str], manner: &str) -> BTreeMap<String, (String, String)> {
    let report = report(folder, profile, only, manner);
    let text = |value: &Value| value.as_str().unwrap_or_default().to_owned();
    let findings = report["findings"].as_array().unwrap().iter();
    findings
        .map(|finding| {
            let variant = &finding["variant"];
            let id = format!(
                "{}#{} {}",
                text(&variant["scenario"]),
                text(&finding["check"]),
                variant["axes"]
            );
            (id, (text(&finding["outcome"]), finding["reason"].to_string()))
        })
        .collect()
}

/// The report of a run of these scenarios.
fn report(folder: &Path, profile: &str, only: &[&str], manner: &str) -> Value {
    let file = folder.join("p.toml");
    fs::write(&file, format!("name = \"awkward\"\n{profile}")).unwrap();
    let mut command = Command::new(env!("CARGO_BIN_EXE_cimdspec"));
    command.args(["run", "--format", "json", "--profile"]).arg(&file);
    command.arg("--results").arg(folder.join("results"));
    command.env("AWKWARD_RUNS", folder.join("runs"));
    command.args(only.iter().flat_map(|only| ["--only", only]));
    let output = ended(command.arg("--").arg(server()).arg(manner));
    let shown = String::from_utf8_lossy(&output.stderr).into_owned();
    serde_json::from_slice(&output.stdout).unwrap_or_else(|error| panic!("{error}: {shown}"))
}

/// The server has no token against forgery: what keeps the rule is the cookie, which says `SameSite=Lax`.
#[test]
fn a_cookie_of_which_too_little_is_known_breaks_no_rule() {
    const FORGED: &str = "consent/forged";
    let told = |login: &str| {
        let folder = tempfile::tempdir().unwrap();
        let outcomes = outcomes(folder.path(), login, &[FORGED], "lax-session");
        outcomes.into_values().next().unwrap()
    };
    let program = |line: &str| format!("[login]\ncommand = [\"sh\", \"-c\", \"echo '{line}'\"]\n");
    let form = told("[login]\nfields = { user = \"toy\", secret = \"story\" }\n");
    assert_eq!(form.0, "pass");
    let whole = told(&program(&format!(
        "Set-Cookie: session={SESSION}; Path=/; Secure; SameSite=Lax"
    )));
    assert_eq!(whole.0, "pass");
    let (outcome, reason) = told(&program(&format!("session={SESSION}")));
    assert_eq!(outcome, "inconclusive", "{reason}");
    assert!(reason.contains("`SameSite` of the cookie `session`"), "{reason}");
    assert!(reason.contains("Set-Cookie"), "{reason}");
    // A browser lets it go along: the server is at fault.
    let none = told(&program(&format!(
        "Set-Cookie: session={SESSION}; Path=/; Secure; SameSite=None"
    )));
    assert_eq!(none.0, "fail");
}

/// What programs did in a run, each with how often.
fn runs(folder: &Path) -> BTreeMap<String, usize> {
    let mut counted = BTreeMap::new();
    for line in fs::read_to_string(folder.join("runs"))
        .unwrap_or_default()
        .lines()
    {
        *counted.entry(line.to_owned()).or_default() += 1;
    }
    counted
}

fn with_programs(log_in: &str, second: &str) -> String {
    let server = server();
    let server = server.display();
    format!(
        "[login]\ncommand = [\"{server}\", \"user\", \"{log_in}\"]\nfields = {{ user = \"toy\", secret = \"story\" }}\n{second}\
         [consent]\ncommand = [\"{server}\", \"user\", \"decide\"]\n"
    )
}

/// No page of the server has a form: programs find its authority and their credentials in the environment.
#[test]
fn programs_stand_in_for_a_user_whose_pages_are_scripts() {
    const ONLY: [&str; 4] = [
        "cimd/cache/many-users",
        "cimd/fetch/performed",
        "code/token/granted",
        "code/request/denied",
    ];
    let by_form = {
        let folder = tempfile::tempdir().unwrap();
        let login = "[login]\nfields = { user = \"toy\", secret = \"story\" }\n";
        outcomes(folder.path(), login, &ONLY, "login-first")
    };
    assert!(by_form.values().any(|(outcome, _)| outcome == "pass"));
    for (log_in, second, others) in [
        ("log-in", "", "log-in toy"),
        (
            "log-in-json",
            "second = { user = \"tale\", secret = \"told\" }\n",
            "log-in tale",
        ),
    ] {
        let folder = tempfile::tempdir().unwrap();
        let folder = folder.path();
        let found = outcomes(folder, &with_programs(log_in, second), &ONLY, "blank-pages");
        let only_outcomes = |found: &BTreeMap<String, (String, String)>| -> BTreeMap<String, String> {
            let each = found
                .iter()
                .map(|(id, (outcome, _))| (id.clone(), outcome.clone()));
            each.collect()
        };
        assert_eq!(only_outcomes(&found), only_outcomes(&by_form), "{found:#?}");
        let runs = runs(folder);
        // One browser of all cases, and the six of one scenario.
        let (first, other) = (runs["log-in toy"], runs[others]);
        match second {
            "" => assert_eq!(first, 7, "{runs:?}"),
            _ => assert_eq!((first, other), (1, 6), "{runs:?}"),
        }
        assert!(
            runs.contains_key("decide deny") && runs["decide approve"] > 10,
            "{runs:?}"
        );
    }
}

/// The evidence says what a program did, and has nothing that it got or printed.
#[test]
fn what_a_program_did_is_written_without_its_secrets() {
    let folder = tempfile::tempdir().unwrap();
    let folder = folder.path();
    const SEED: &str = "seed-of-the-operator-0123456789";
    let script = folder.join("log-in");
    let text = format!("echo session={SESSION}\necho $CIMDSPEC_LOGIN_SEED >> $AWKWARD_RUNS\n");
    fs::write(&script, text).unwrap();
    let profile = format!(
        "[login]\ncommand = [\"sh\", \"{}\"]\nfields = {{ seed = \"{SEED}\" }}\n",
        script.display()
    );
    let report = report(
        folder,
        &profile,
        &["consent/forged", "code/token/granted"],
        "lax-session",
    );
    assert_eq!(runs(folder).get(SEED), Some(&2), "one for each browser");
    let written = report.to_string();
    // The calibration logged in; the case used that session.
    assert!(written.contains("\"did\":\"lent\""), "{written}");
    assert!(
        written.contains("the browser got the session of the login program"),
        "{written}"
    );
    let mut files = vec![folder.join("results")];
    let mut read = 0;
    while let Some(path) = files.pop() {
        if path.is_dir() {
            files.extend(fs::read_dir(&path).unwrap().map(|entry| entry.unwrap().path()));
            continue;
        }
        let bytes = fs::read(&path).unwrap_or_default();
        let text = match path.extension().is_some_and(|end| end == "zst") {
            true => String::from_utf8_lossy(&zstd::decode_all(bytes.as_slice()).unwrap()).into_owned(),
            false => String::from_utf8_lossy(&bytes).into_owned(),
        };
        read += text.len();
        for secret in [SESSION, SEED] {
            assert!(!text.contains(secret), "{} has {secret}", path.display());
        }
    }
    assert!(read > 10_000, "only {read} bytes were read");
}

/// A program that fails says why, and is not asked for ever.
#[test]
fn a_program_that_fails_is_no_fault_of_the_server() {
    let folder = tempfile::tempdir().unwrap();
    let folder = folder.path();
    let profile = "[login]\ncommand = [\"sh\", \"-c\", \"echo run >> $AWKWARD_RUNS; exit 3\"]\n";
    let report = report(
        folder,
        profile,
        &["code/token/granted", "code/pkce/*"],
        "blank-pages",
    );
    let told = report["obstacle"].to_string();
    assert!(
        told.contains("the login program `sh` ended with exit status: 3"),
        "{told}"
    );
    assert_eq!(runs(folder), BTreeMap::from([("run".to_owned(), 2)]));
}
