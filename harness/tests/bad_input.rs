//! Bad input gets one clear message with its place and what would be right, and its documented exit code.

use std::process::Command;
use std::process::Output;
use std::time::Duration;
use std::time::Instant;

/// Runs the program to its end; nothing of it needs the sandbox.
pub fn cimdspec(arguments: &[&str]) -> Output {
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
    let (code, told) =
        checked("title = \"x\"\nclients = [\"document\"]\n\n[[step]]\nname = \"first\"\nautorize = {}\n");
    assert_eq!(code, Some(65));
    settings().bind(|| insta::assert_snapshot!("typo", told));
}

#[test]
fn a_request_that_another_step_made_is_not_changed_unseen() {
    let pushed = "title = \"x\"\nclients = [\"document\"]\n[[step]]\nname = \"pushed\"\nauthorize = { channel = \"par\", until = \"pushed\" }\n[[step]]\n";
    for (step, wanted) in [
        (
            "authorize = { request_of = \"pushed\", client_id = \"@docs/x\" }\n",
            "here `client_id` is not sent",
        ),
        (
            "authorize = { continues = \"pushed\", redirect_uri = \"@app/x\" }\n",
            "here `redirect_uri` is not sent",
        ),
        (
            "authorize = { request_of = \"pushed\", times = 3 }\n",
            "it is used once",
        ),
    ] {
        let (code, told) = checked(&format!("{pushed}{step}"));
        assert_eq!(code, Some(65), "{told}");
        assert!(told.contains(wanted), "{told}");
    }
}

#[test]
fn a_difference_between_pages_needs_two_plain_clients() {
    let steps = "title = \"x\"\nclients = [\"document\"]\n[host.plain]\nlike = \"docs\"\n[host.another]\nlike = \"docs\"\n\
                 [[step]]\nname = \"plain\"\nauthorize = { client = \"@plain\", until = \"consent\" }\n\
                 [[step]]\nname = \"same\"\nauthorize = { client = \"@plain\", until = \"consent\" }\n\
                 [[step]]\nname = \"another\"\nauthorize = { client = \"@another\", until = \"consent\" }\n\
                 [[step]]\nname = \"consent\"\nauthorize = { until = \"consent\" }\n\
                 [[check]]\nid = \"warned\"\nclause = \"mcp.consent.loopback-warning\"\n";
    let with = |unlike: &str| {
        checked(&format!(
            "{steps}expect = {{ page = {{ of = \"consent\", unlike = {unlike} }} }}\n"
        ))
    };
    for unlike in ["\"plain\"", "[\"plain\"]", "[\"plain\", \"same\"]"] {
        let (code, told) = with(unlike);
        assert_eq!(code, Some(65), "{told}");
        assert!(
            told.contains("draft.toml:22:") || told.contains("draft.toml:8:"),
            "{told}"
        );
        assert!(told.contains("`unlike` has no control"), "{told}");
        assert!(told.contains("of another plain client"), "{told}");
    }
    let (code, told) = with("[\"plain\", \"another\"]");
    assert_eq!(code, Some(0), "{told}");
}

#[test]
fn a_check_for_a_value_that_no_axis_has_is_named() {
    let matrix = "title = \"x\"\nclients = [\"document\"]\n[matrix]\ncolour = [\"green\", \"blue\"]\n[[step]]\nname = \"first\"\nauthorize = {}\n[[check]]\nid = \"refused\"\nclause = \"cimd.fetch.ok-only\"\nexpect = { answer = { of = \"first\", is = \"refused\" } }\n";
    for (only, wanted) in [
        ("{ color = [\"green\"] }", "no axis is called `color`"),
        ("{ colour = [\"grin\"] }", "did you mean `green`?"),
    ] {
        let (code, told) = checked(&format!("{matrix}only = {only}\n"));
        assert_eq!(code, Some(65), "{told}");
        assert!(told.contains(wanted), "{told}");
    }
}

#[test]
fn an_unknown_base_host_step_and_axis_are_named() {
    let header = "title = \"x\"\nclients = [\"document\"]\n";
    let messages: Vec<String> = [
        "title = \"x\"\nbase = \"cimd/publik-client\"\n".to_owned(),
        format!("{header}[[step]]\nserve = {{ host = \"doc\", status = 404 }}\n"),
        format!("{header}[[step]]\ntoken = {{ code = \"first\" }}\n"),
        format!("{header}[matrix]\nstatus = [1]\n[[step]]\nserve = {{ status = \"$statu\" }}\n"),
        format!("{header}[[step]]\nwait = \"2 seconds\"\n"),
        format!("{header}[[step]]\nserve = {{ path = \"/k\", body = \"@keys/clients\" }}\n"),
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
fn an_unknown_policy_is_named() {
    let (code, told) = checked(
        "title = \"x\"\nclients = [\"document\"]\n[[step]]\nname = \"first\"\nauthorize = {}\n[[check]]\nid = \"c\"\nclause = \"cimd.document.client-id-matches\"\nexpect = { answer = { of = \"first\", is = \"refused\" } }\nunless = [\"no-qery\"]\n",
    );
    assert_eq!(code, Some(65));
    assert!(told.contains("there is no policy `no-qery`"), "{told}");
    assert!(told.contains("did you mean `no-query`?"), "{told}");
}

#[test]
fn an_unknown_id_gets_the_nearest_ids() {
    let asked: [&[&str]; 12] = [
        &["explain", "cimd/ssrf/rebimd"],
        &["explain", "cimd/ssrf/answers/rebind#not-there"],
        &["explain", "cimd.document.client-id-match"],
        &["explain", "client-id-not-compare"],
        &["run", "--only", "cimd/ssrf/rebimd"],
        &["run", "--only", "cimd/ssrf/*", "--only", "cimd/ssrv/*"],
        &["run", "--mutant", "client-id-not-compare"],
        &["prove", "--only", "client-id-not-compare"],
        &["explain", "nothing that resembles an id"],
        &["explain", "code/pkce-missing"],
        &["run", "--only", "cimd/authentication/expired#refused"],
        &["run", "--only", "code/request/state[state=plan]"],
    ];
    let messages: Vec<String> = asked
        .iter()
        .map(|arguments| {
            let output = cimdspec(arguments);
            assert_eq!(output.status.code(), Some(64), "{arguments:?}: {}", told(&output));
            assert_eq!(output.stdout, b"");
            format!("$ cimdspec {}\n{}", arguments.join(" "), told(&output))
        })
        .collect();
    settings().bind(|| insta::assert_snapshot!("unknown_ids", messages.join("\n")));
}

#[test]
fn wrong_usage_is_64() {
    let asked: [&[&str]; 9] = [
        &["run", "--no-such-flag"],
        &["run", "--env", "public"],
        &[
            "run",
            "--env",
            "public",
            "--public-url",
            "https://probe.example.org",
        ],
        &["run", "--public-url", "https://probe.example.org", "--plain"],
        &["run", "--polite", "--load"],
        &["run", "--listen", "127.0.0.1:8443"],
        &["check"],
        &["list", "--clauses", "--mutants"],
        &["run", "--env", "sandbox", "--issuer", "https://localhost:1"],
    ];
    for arguments in asked {
        let output = cimdspec(arguments);
        assert_eq!(output.status.code(), Some(64), "{arguments:?}: {}", told(&output));
    }
}

/// What comes of a run of a profile with these lines, and of these arguments.
fn run_of_profile(lines: &str, arguments: &[&str]) -> (Option<i32>, String) {
    let folder = tempfile::tempdir().unwrap();
    let profile = folder.path().join("p.toml");
    std::fs::write(&profile, format!("name = \"x\"\n{lines}")).unwrap();
    let results = folder.path().to_str().unwrap();
    let first = [
        "run",
        "--results",
        results,
        "--profile",
        profile.to_str().unwrap(),
    ];
    let output = cimdspec(&[&first, arguments].concat());
    let told = format!("{}{}", told(&output), String::from_utf8_lossy(&output.stdout));
    (output.status.code(), told.replace(results, "[folder]"))
}

#[test]
fn a_profile_that_names_no_server_is_64() {
    let (code, told) = run_of_profile("[login]\nfields = { user = \"a\" }\n", &["--only", "mcp/*"]);
    assert_eq!(code, Some(64), "{told}");
    for wanted in [
        "`[folder]/p.toml` names no server",
        "issuer = ",
        "mcp = ",
        "[start]",
        "--issuer URL",
    ] {
        assert!(told.contains(wanted), "no `{wanted}` in: {told}");
    }
    // With a server on the command line it is right: nothing listens there.
    let (code, told) = run_of_profile("", &["--env", "loopback", "--issuer", "http://127.0.0.1:1"]);
    assert_eq!(code, Some(69), "{told}");
}

#[test]
fn a_server_that_is_named_twice_is_told_with_both_names() {
    let (code, told) = run_of_profile(
        "issuer = \"http://127.0.0.1:2\"\n",
        &["--env", "loopback", "--issuer", "http://127.0.0.1:1"],
    );
    assert_eq!(code, Some(69), "{told}");
    assert!(
        told.contains("the profile names `http://127.0.0.1:2`, the command line `http://127.0.0.1:1`: the latter is tested"),
        "{told}"
    );
    let (code, told) = run_of_profile("issuer = \"http://127.0.0.1:2\"\n", &["--mutant", "iss-missing"]);
    assert_eq!(code, Some(64), "{told}");
    assert!(
        told.contains("`--mutant` breaks the embedded reference server"),
        "{told}"
    );
}

#[test]
fn a_profile_with_an_issuer_needs_no_flag() {
    let (code, told) = run_of_profile("issuer = \"http://127.0.0.1:1\"\n", &[]);
    assert_eq!(code, Some(69), "{told}");
    assert!(told.contains("http://127.0.0.1:1"), "{told}");
}

/// Without `--ready-within` such a server is waited for 10 s.
#[test]
fn a_server_that_somebody_else_starts_is_waited_for_as_long_as_is_said() {
    let began = Instant::now();
    let nowhere = "issuer = \"http://127.0.0.1:1\"\n";
    let (code, told) = run_of_profile(nowhere, &["--ready-within", "1s"]);
    assert_eq!(code, Some(69), "{told}");
    assert!(began.elapsed() < Duration::from_secs(8), "{told}");
    // It starts nothing: what else is said of a start has no use.
    let (code, told) = run_of_profile(nowhere, &["--ready-within", "1s", "--directory", "/"]);
    assert_eq!(code, Some(64), "{told}");
    assert!(
        told.contains("`--directory` says how a server is started"),
        "{told}"
    );
}

#[test]
fn a_pace_that_a_deadline_does_not_leave_room_for_is_64() {
    let server = ["--env", "loopback", "--issuer", "http://127.0.0.1:1"];
    let with = |more: &[&str]| run_of_profile("[pace]\nper_minute = 10\n", &[&server, more].concat());
    let (code, told) = with(&["--only", "code/token/granted", "--deadline", "30s"]);
    assert_eq!(code, Some(64), "{told}");
    for wanted in [
        "the pace of 10 requests a minute makes this run take at least ",
        "the deadline is 30s",
        "hint: about 10 requests fit into it",
        "`--only`",
        "`--deadline ",
    ] {
        assert!(told.contains(wanted), "no `{wanted}` in: {told}");
    }
    // With room for all of it the server is looked for: nothing listens there.
    let (code, told) = with(&["--only", "code/token/granted", "--deadline", "60m"]);
    assert_eq!(code, Some(69), "{told}");
}

#[test]
fn a_file_that_is_not_there_is_65() {
    let output = cimdspec(&["check", "no/such/file.toml"]);
    assert_eq!(output.status.code(), Some(65));
    assert!(
        told(&output).contains("failed to read `no/such/file.toml`"),
        "{}",
        told(&output)
    );
    let output = cimdspec(&["run", "--scenarios", "no/such/folder"]);
    assert_eq!(output.status.code(), Some(65));
}

#[test]
fn a_reader_that_went_away_is_no_crash() {
    let mut child = Command::new(env!("CARGO_BIN_EXE_cimdspec"))
        .arg("list")
        .stdout(std::process::Stdio::piped())
        .stderr(std::process::Stdio::piped())
        .spawn()
        .unwrap();
    drop(child.stdout.take());
    let output = child.wait_with_output().unwrap();
    assert_eq!(output.status.code(), Some(0), "{}", told(&output));
}

#[test]
fn the_help_names_every_exit_code() {
    let output = cimdspec(&["--help"]);
    assert_eq!(output.status.code(), Some(0));
    let help = String::from_utf8_lossy(&output.stdout).into_owned();
    settings().bind(|| insta::assert_snapshot!("help", help));
}
