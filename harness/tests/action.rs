//! The steps of the GitHub action do what `action.yml` promises. Each is a script, which runs here as a runner starts it.

use std::fs;
use std::os::unix::fs::PermissionsExt;
use std::path::Path;
use std::path::PathBuf;
use std::process::Command;

use tempfile::TempDir;

fn root() -> &'static Path {
    Path::new(env!("CARGO_MANIFEST_DIR"))
}

/// A runner: its folder, with the files that a step writes to.
struct Runner {
    folder: TempDir,
    variables: Vec<(String, String)>,
}

/// How a step came out.
struct Step {
    code: Option<i32>,
    told: String,
    outputs: String,
    summary: String,
}

impl Runner {
    fn new() -> Self {
        Self {
            folder: tempfile::tempdir().unwrap(),
            variables: Vec::new(),
        }
    }

    fn path(&self, name: &str) -> PathBuf {
        self.folder.path().join(name)
    }

    fn with(mut self, name: &str, value: impl Into<String>) -> Self {
        self.variables.push((name.to_owned(), value.into()));
        self
    }

    /// A program of this runner, found by its name.
    fn program(&self, name: &str, script: &str) -> String {
        let path = self.path(name);
        fs::write(&path, format!("#!/usr/bin/env bash\n{script}\n")).unwrap();
        fs::set_permissions(&path, fs::Permissions::from_mode(0o755)).unwrap();
        path.display().to_string()
    }

    fn step(&self, name: &str) -> Step {
        let (outputs, summary) = (self.path("output"), self.path("summary"));
        fs::write(&outputs, "").unwrap();
        fs::write(&summary, "").unwrap();
        let found = format!(
            "{}:{}",
            self.folder.path().display(),
            std::env::var("PATH").unwrap()
        );
        let output = Command::new(root().join(".ci/action").join(name))
            .current_dir(self.folder.path())
            .env_remove("RUNNER_ENVIRONMENT")
            .env("PATH", found)
            .env("GITHUB_OUTPUT", &outputs)
            .env("GITHUB_STEP_SUMMARY", &summary)
            .env("RUNNER_TEMP", self.folder.path())
            .envs(self.variables.iter().cloned())
            .output()
            .unwrap();
        Step {
            code: output.status.code(),
            told: format!(
                "{}{}",
                String::from_utf8_lossy(&output.stdout),
                String::from_utf8_lossy(&output.stderr)
            ),
            outputs: fs::read_to_string(outputs).unwrap(),
            summary: fs::read_to_string(summary).unwrap(),
        }
    }
}

impl Step {
    fn output(&self, name: &str) -> Option<&str> {
        let mut lines = self.outputs.lines();
        lines.find_map(|line| line.strip_prefix(name)?.strip_prefix('='))
    }

    fn assert(&self, code: i32, words: &[&str]) {
        assert_eq!(self.code, Some(code), "{}", self.told);
        for wanted in words {
            assert!(self.told.contains(wanted), "no `{wanted}` in: {}", self.told);
        }
    }
}

/// What stands in the place of cimdspec: it keeps its arguments, a line each, and writes every report that it is asked for.
const STANDING_IN: &str = r#"
printf '%s\n' "$@" >"$RUNNER_TEMP/arguments"
while [ $# -gt 0 ]; do
  case "$1" in
    --report) echo "report as ${2%%=*}" >"${2#*=}" ;;
  esac
  shift
done
echo '::error::said by a server'
echo '::error::said by a server on its other stream' >&2
exit "${ENDS_WITH:-0}"
"#;

fn running(command: &str) -> Runner {
    let runner = Runner::new();
    let program = runner.program("stand-in", STANDING_IN);
    runner.with("CIMDSPEC", program).with("COMMAND", command)
}

fn arguments(runner: &Runner) -> Vec<String> {
    let text = fs::read_to_string(runner.path("arguments")).unwrap();
    text.lines().map(str::to_owned).collect()
}

#[test]
fn a_program_that_is_there_is_taken_and_started() {
    let step = Runner::new()
        .with("BINARY", env!("CARGO_BIN_EXE_cimdspec"))
        .step("install");
    step.assert(0, &["cimdspec 0."]);
    assert_eq!(step.output("cimdspec"), Some(env!("CARGO_BIN_EXE_cimdspec")));
    let step = Runner::new().with("BINARY", "/no/such/program").step("install");
    step.assert(
        64,
        &["::error", "`/no/such/program`, which is not an executable file"],
    );
}

/// A release in a folder, made as the workflow makes it: with this program, and the checksum of its archive.
fn release(folder: &Path, script: &str) -> String {
    let version = format!("v{}", env!("CARGO_PKG_VERSION"));
    let name = format!("cimdspec-{version}-{}-unknown-linux-musl", std::env::consts::ARCH);
    let releases = folder.join("releases").join(&version);
    fs::create_dir_all(releases.join(&name)).unwrap();
    let program = releases.join(&name).join("cimdspec");
    fs::write(&program, format!("#!/bin/sh\n{script}\n")).unwrap();
    fs::set_permissions(&program, fs::Permissions::from_mode(0o755)).unwrap();
    let pack = format!("tar czf {name}.tar.gz {name} && sha256sum {name}.tar.gz >{name}.tar.gz.sha256");
    let packed = Command::new("sh")
        .args(["-c", &pack])
        .current_dir(&releases)
        .status();
    assert!(packed.unwrap().success());
    format!("file://{}", folder.join("releases").display())
}

#[test]
fn the_release_of_the_action_is_downloaded_and_its_checksum_compared() {
    let runner = Runner::new();
    let releases = release(runner.folder.path(), "echo cimdspec from the release");
    let runner = runner
        .with("RELEASES", releases)
        .with("REPOSITORY", "owner/cimdspec");
    let step = runner.step("install");
    step.assert(0, &["cimdspec from the release"]);
    assert!(
        step.output("cimdspec").unwrap().ends_with("-musl/cimdspec"),
        "{}",
        step.outputs
    );

    let version = runner
        .path("releases")
        .join(format!("v{}", env!("CARGO_PKG_VERSION")));
    for entry in fs::read_dir(version).unwrap() {
        let path = entry.unwrap().path();
        if path.extension().is_some_and(|extension| extension == "gz") {
            fs::write(path, "something else").unwrap();
        }
    }
    let step = runner.step("install");
    step.assert(
        69,
        &[
            "::error",
            "the checksum of `cimdspec-v",
            "is not the published one",
        ],
    );
    assert_eq!(step.output("cimdspec"), None);
}

#[test]
fn a_release_that_cannot_be_had_is_named() {
    let runner = |version: &str| {
        let runner = Runner::new().with("REPOSITORY", "owner/cimdspec");
        runner
            .with("RELEASES", "file:///nowhere")
            .with("VERSION", version)
    };
    let step = runner("v9.9.9").step("install");
    step.assert(
        69,
        &[
            "`file:///nowhere/v9.9.9/cimdspec-v9.9.9-",
            "could not be downloaded",
        ],
    );
    let step = runner("latest; id").step("install");
    step.assert(64, &["`version` is `latest; id`: write a release such as `v"]);
    let step = Runner::new().step("install");
    step.assert(64, &["an action from the local folder has no releases"]);
}

#[test]
fn a_runner_that_can_make_the_sandbox_is_left_as_it_is() {
    let runner = running("run").with("ENVIRONMENT", "auto");
    let step = runner.step("prepare");
    step.assert(0, &[]);
    assert_eq!(step.output("environment"), Some(""));
    assert_eq!(arguments(&runner), ["doctor"]);
    let step = running("run").with("ENVIRONMENT", "sandbox").step("prepare");
    assert_eq!(step.output("environment"), Some("sandbox"));
}

#[test]
fn a_runner_without_namespaces_falls_back_to_loopback_and_says_so() {
    let without = |environment: &str| {
        let runner = running("run").with("ENDS_WITH", "69");
        runner.with("ENVIRONMENT", environment).step("prepare")
    };
    let step = without("auto");
    step.assert(
        0,
        &[
            "::warning title=cimdspec::The sandbox cannot be made",
            "`--env loopback`",
        ],
    );
    assert_eq!(step.output("environment"), Some("loopback"));
    assert!(
        step.summary.contains("checks that need names"),
        "{}",
        step.summary
    );
    let step = without("sandbox");
    step.assert(69, &["::error", "the sandbox cannot be made on this runner"]);
    let step = without("loopback");
    step.assert(0, &[]);
    assert_eq!(
        (step.output("environment"), step.summary.as_str()),
        (Some("loopback"), "")
    );
    let step = without("box");
    step.assert(
        64,
        &["`environment` is `box`: write `auto`, `sandbox`, `loopback` or `public`"],
    );
}

/// The setting of the kernel is changed on a machine that is thrown away after the job, and on no other.
#[test]
fn the_restriction_of_namespaces_is_lifted_on_hosted_runners_only() {
    let runner = |kind: &str| {
        let runner = Runner::new();
        let doctor = runner.program("doctor", r#"[ -e "$RUNNER_TEMP/lifted" ] || exit 69"#);
        runner.program("sudo", r#"echo "$@" >"$RUNNER_TEMP/lifted""#);
        let restriction = runner.path("restriction");
        fs::write(&restriction, "1\n").unwrap();
        let runner = runner.with("CIMDSPEC", doctor).with("COMMAND", "run");
        let runner = runner.with("RESTRICTION", restriction.display().to_string());
        runner.with("RUNNER_ENVIRONMENT", kind)
    };
    let hosted = runner("github-hosted");
    let step = hosted.step("prepare");
    step.assert(
        0,
        &["::notice title=cimdspec::set kernel.apparmor_restrict_unprivileged_userns=0"],
    );
    assert_eq!(step.output("environment"), Some(""));
    let changed = fs::read_to_string(hosted.path("lifted")).unwrap();
    assert!(
        changed.contains("kernel.apparmor_restrict_unprivileged_userns=0"),
        "{changed}"
    );

    let own = runner("self-hosted");
    let step = own.step("prepare");
    assert_eq!(step.output("environment"), Some("loopback"));
    assert!(!own.path("lifted").exists());
}

#[test]
fn a_command_without_a_world_prepares_nothing() {
    let runner = running("verify")
        .with("ENDS_WITH", "69")
        .with("ENVIRONMENT", "auto");
    let step = runner.step("prepare");
    step.assert(0, &[]);
    assert_eq!(step.output("environment"), Some(""));
    assert!(!runner.path("arguments").exists());
}

#[test]
fn the_inputs_are_the_flags_of_cimdspec() {
    let runner = running("run")
        .with("PROFILE", "my server.toml")
        .with("CHOSEN", "loopback")
        .with("BASELINE", "a.toml\nb.toml\n")
        .with("FAIL_ON", "warning")
        .with("QUICK", "true")
        .with(
            "ARGUMENTS",
            "--only 'consent/*' --only \"a b\"\n-- ./start $HOME `id`",
        );
    runner.step("run").assert(0, &[]);
    let given = arguments(&runner);
    let results = fs::canonicalize(runner.folder.path()).unwrap().join("cimdspec");
    let results = results.display();
    let reports = [
        format!("sarif={results}/cimdspec.sarif"),
        format!("junit={results}/junit.xml"),
        format!("markdown={results}/summary.md"),
    ];
    assert_eq!(
        given[..5],
        ["run", "--profile", "my server.toml", "--env", "loopback"]
    );
    assert_eq!(given[5..7], ["--results".to_owned(), results.to_string()]);
    for report in reports {
        assert!(
            given.windows(2).any(|pair| pair == ["--report", &report]),
            "{given:?}"
        );
    }
    let last = [
        "--baseline",
        "a.toml",
        "--baseline",
        "b.toml",
        "--fail-on",
        "warning",
        "--quick",
        "--only",
        "consent/*",
        "--only",
        "a b",
        "--",
        "./start",
        "$HOME",
        "`id`",
    ];
    assert_eq!(given[given.len() - last.len()..], last);
}

#[test]
fn the_reports_are_kept_before_the_job_fails() {
    let runner = running("run").with("ENDS_WITH", "1");
    let step = runner.step("run");
    step.assert(0, &[]);
    assert_eq!(step.output("exit-code"), Some("1"));
    for (name, file) in [
        ("sarif", "cimdspec.sarif"),
        ("junit", "junit.xml"),
        ("summary", "summary.md"),
    ] {
        let path = step.output(name).unwrap();
        assert!(path.ends_with(file) && Path::new(path).exists(), "{path}");
    }
    assert_eq!(step.summary, "report as markdown\n");
    assert!(step.told.contains("report as annotations"), "{}", step.told);
    let without = running("run").with("ANNOTATIONS", "false").step("run");
    assert!(
        !without.told.contains("report as annotations"),
        "{}",
        without.told
    );

    let step = Runner::new().with("CODE", "1").step("finish");
    step.assert(1, &["::error title=cimdspec::the server breaks rules"]);
    Runner::new().with("CODE", "0").step("finish").assert(0, &[]);
    let step = Runner::new().with("CODE", "130").step("finish");
    step.assert(130, &["exit code 130"]);
    let step = Runner::new()
        .with("CODE", "0")
        .with("SARIF_UPLOAD", "failure")
        .step("finish");
    step.assert(0, &["::warning", "security-events: write"]);
}

/// A server under test is a stranger: between the two marks the runner takes no line for a command.
#[test]
fn what_a_server_prints_is_no_command_of_the_runner() {
    let (first, second) = (running("run").step("run"), running("run").step("run"));
    let mark = |step: &Step| -> String {
        let mut lines = step.told.lines();
        lines
            .find_map(|line| line.strip_prefix("::stop-commands::"))
            .unwrap()
            .to_owned()
    };
    let at = |words: &str| {
        first
            .told
            .find(words)
            .unwrap_or_else(|| panic!("no `{words}` in: {}", first.told))
    };
    let end = format!("\n::{}::\n", mark(&first));
    assert!(at("::stop-commands::") < at("on its other stream") && at("on its other stream") < at(&end));
    assert!(at("::stop-commands::") < at("::error::said by a server"));
    assert!(at("::error::said by a server") < at(&end));
    assert!(at(&end) < at("report as annotations"));
    assert!(mark(&first).len() >= 32 && mark(&first) != mark(&second));
}

#[test]
fn a_run_that_did_not_begin_uploads_nothing() {
    let runner = Runner::new();
    let program = runner.program(
        "refusing",
        r#"while [ $# -gt 0 ]; do [ "$1" != --report ] || : >"${2#*=}"; shift; done; exit 64"#,
    );
    let runner = runner.with("CIMDSPEC", program).with("COMMAND", "run");
    let step = runner.step("run");
    step.assert(0, &[]);
    assert_eq!(step.output("exit-code"), Some("64"));
    assert_eq!((step.output("sarif"), step.output("junit")), (None, None));
    assert!(!runner.path("cimdspec/cimdspec.sarif").exists());
}

#[test]
fn wrong_inputs_are_named_and_start_nothing() {
    for (name, value, told) in [
        (
            "ARGUMENTS",
            "--only 'consent",
            "`arguments` has a quote that is not closed: --only 'consent",
        ),
        ("QUICK", "yes", "`quick` is `yes`: write `true` or `false`"),
    ] {
        let runner = running("run").with(name, value);
        runner.step("run").assert(64, &["::error", told]);
        assert!(!runner.path("arguments").exists(), "{name}");
    }
    let step = running("verify").with("FAIL_ON", "note").step("run");
    step.assert(
        64,
        &["`baseline`, `fail-on` and `quick` are inputs for the command `run`, and `command` is `verify`"],
    );
    let runner = running("verify").with("ARGUMENTS", "bundle.tar.zst");
    runner.step("run").assert(0, &[]);
    assert_eq!(arguments(&runner), ["verify", "bundle.tar.zst"]);
}
