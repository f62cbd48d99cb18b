//! A launched server is contained: it cannot harm its host, sees only itself, and is gone when the harness is.

use std::collections::BTreeMap;
use std::fs;
use std::os::unix::fs::PermissionsExt;
use std::path::Path;
use std::path::PathBuf;
use std::process::Child;
use std::process::Command;
use std::process::Stdio;
use std::sync::atomic::AtomicU32;
use std::sync::atomic::Ordering;
use std::thread;
use std::time::Duration;
use std::time::Instant;

use rustix::process::Pid;
use rustix::process::Signal;
use rustix::process::kill_process;

use crate::sandboxed::beside_others;

/// A run on the hostile server, and where what it did is seen.
struct Attacked {
    folder: tempfile::TempDir,
    child: Child,
    marker: String,
}

/// A user that the machine does not know.
const ORDINARY: u32 = 60_123;
static NEXT: AtomicU32 = AtomicU32::new(0);
const PATIENCE: Duration = Duration::from_secs(30);
const BETWEEN_LOOKS: Duration = Duration::from_millis(25);
/// No other end of the server comes before the harness is ended.
const PROFILE: &str = "name = \"hostile\"\n[start]\ncommand = [\"unused\"]\nready_within = \"600s\"\n";

impl Attacked {
    /// Starts a run, and waits until the server has tried everything.
    fn begin(arguments: &[&str]) -> Self {
        Self::begin_by(&[], arguments)
    }

    /// The same, by a program that becomes the harness as another user.
    fn begin_by(becoming: &[&str], arguments: &[&str]) -> Self {
        let folder = tempfile::tempdir().unwrap();
        let at = |name: &str| folder.path().join(name);
        let marker = NEXT.fetch_add(1, Ordering::Relaxed);
        let marker = format!("86400.{}{marker:03}", std::process::id());
        // The server may look into the folder, and write what it could do.
        open(folder.path(), 0o755);
        fs::write(at("tell"), "").unwrap();
        open(&at("tell"), 0o666);
        fs::write(at("secret"), "secret").unwrap();
        open(&at("secret"), 0o600);
        let profile = PROFILE.replace("unused", &server().display().to_string());
        fs::write(at("profile.toml"), profile).unwrap();
        fs::create_dir_all(at("tmp/cimdspec-other")).unwrap();
        open(&at("tmp"), 0o1777);
        open(&at("tmp/cimdspec-other"), 0o700);
        // The shell becomes the harness, so that the server knows its id; and it hands on a descriptor.
        let script = "HARNESS=$$ exec \"$0\" run --profile profile.toml --results results \"$@\" 9<secret";
        let all = [
            becoming,
            &["sh", "-c", script, env!("CARGO_BIN_EXE_cimdspec")],
            arguments,
        ]
        .concat();
        if !becoming.is_empty() {
            let folders = ["", "tmp", "tmp/cimdspec-other"].map(at);
            for path in folders.iter().chain(&[at("secret")]) {
                std::os::unix::fs::chown(path, Some(ORDINARY), Some(ORDINARY)).unwrap();
            }
        }
        let child = Command::new(all[0])
            .args(&all[1..])
            .current_dir(folder.path())
            .env("TELL", at("tell"))
            .env("RESULTS", at("results"))
            .env("OTHER", at("tmp/cimdspec-other"))
            .env("TMPDIR", at("tmp"))
            .env("MARKER", &marker)
            .stdin(Stdio::null())
            .stdout(Stdio::null())
            .stderr(fs::File::create(at("stderr")).unwrap())
            .spawn()
            .unwrap();
        let attacked = Self {
            folder,
            child,
            marker,
        };
        until("the server has tried everything", || {
            attacked.told().contains("done\t")
        });
        attacked
    }

    fn told(&self) -> String {
        fs::read_to_string(self.folder.path().join("tell")).unwrap()
    }

    fn stderr(&self) -> String {
        fs::read_to_string(self.folder.path().join("stderr")).unwrap()
    }

    /// Each attack, with whether it succeeded and how.
    fn tried(&self) -> BTreeMap<String, (bool, String)> {
        let told = self.told();
        let lines = told.lines().filter(|line| !line.starts_with("done"));
        let read = lines.map(|line| {
            let mut parts = line.split('\t').map(str::to_owned);
            let mut part = || parts.next().unwrap_or_default();
            let (how, name, detail) = (part(), part(), part());
            (name, (how == "could", detail))
        });
        read.collect()
    }

    /// The server could do nothing; where it could, all that it tried is shown.
    fn assert_harmless(&self) {
        let tried = self.tried();
        let rows: Vec<String> = tried
            .iter()
            .map(|(name, (could, how))| {
                let could = if *could { "could" } else { "could not" };
                format!("{could:<10}{name:<40}{how}")
            })
            .collect();
        assert!(tried.len() >= 12, "{tried:?}");
        assert!(tried.values().all(|(could, _)| !could), "{}", rows.join("\n"));
    }

    fn signal(&self, signal: Signal) {
        kill_process(Pid::from_child(&self.child), signal).unwrap();
    }

    /// Whether anything runs that the server started.
    fn is_left(&self) -> bool {
        processes().any(|line| line.contains(&self.marker))
    }

    /// What the harness left in the folder for temporary files.
    fn folders(&self) -> Vec<String> {
        let entries = fs::read_dir(self.folder.path().join("tmp")).unwrap();
        let names = entries.map(|entry| entry.unwrap().file_name().into_string().unwrap());
        names.filter(|name| name != "cimdspec-other").collect()
    }

    /// Waits until the harness ended; its exit code.
    fn ended(&mut self) -> Option<i32> {
        until("the harness has ended", || {
            self.child.try_wait().unwrap().is_some()
        });
        self.child.wait().unwrap().code()
    }
}

impl Drop for Attacked {
    fn drop(&mut self) {
        let _ = self.child.kill();
        let _ = self.child.wait();
    }
}

fn open(path: &Path, mode: u32) {
    fs::set_permissions(path, fs::Permissions::from_mode(mode)).unwrap();
}

/// The command lines of all processes.
fn processes() -> impl Iterator<Item = String> {
    let ids = fs::read_dir("/proc").unwrap();
    ids.filter_map(|id| fs::read(id.ok()?.path().join("cmdline")).ok())
        .map(|line| String::from_utf8_lossy(&line).replace('\0', " "))
}

fn until(what: &str, mut is_so: impl FnMut() -> bool) {
    let began = Instant::now();
    while !is_so() {
        assert!(began.elapsed() < PATIENCE, "not within {PATIENCE:?}: {what}");
        thread::sleep(BETWEEN_LOOKS);
    }
}

/// The server, beside this very test; in a folder that everybody may enter.
fn server() -> PathBuf {
    let test = std::env::current_exe().unwrap();
    let folder = test.parent().and_then(|deps| deps.parent()).unwrap();
    let server = folder.join("examples").join("hostile_server");
    assert!(
        server.exists(),
        "`cargo build --example hostile_server` builds the server"
    );
    server
}

#[test]
fn a_hostile_server_can_do_nothing_to_its_host() {
    let _turn = beside_others();
    let attacked = Attacked::begin(&[]);
    attacked.assert_harmless();
}

/// Where the harness is not root the server is the same user: it still can do nothing.
#[test]
fn a_hostile_server_of_an_ordinary_user_can_do_nothing_either() {
    let _turn = beside_others();
    let id = ORDINARY.to_string();
    let becoming = ["setpriv", "--reuid", &id, "--regid", &id, "--clear-groups"];
    let mut trial = Command::new(becoming[0]);
    trial
        .args(&becoming[1..])
        .args([env!("CARGO_BIN_EXE_cimdspec"), "doctor"]);
    if !trial.output().is_ok_and(|output| output.status.success()) {
        println!("not shown: this machine lets no ordinary user of ours make the sandbox");
        return;
    }
    Attacked::begin_by(&becoming, &[]).assert_harmless();
}

/// Whatever ends the harness ends the server, and a daemon that it left behind.
#[test]
fn nothing_of_a_server_outlives_the_harness() {
    let _turn = beside_others();
    for signal in [Signal::INT, Signal::TERM, Signal::HUP, Signal::KILL] {
        let mut attacked = Attacked::begin(&[]);
        until("the server has a daemon", || attacked.is_left());
        attacked.signal(signal);
        let code = attacked.ended();
        until("the server and its daemon are gone", || !attacked.is_left());
        match signal {
            Signal::KILL => assert_eq!(code, None),
            _ => {
                assert_eq!(code, Some(130), "{signal:?}: {}", attacked.stderr());
                assert_eq!(attacked.folders(), Vec::<String>::new(), "{signal:?}");
            }
        }
    }
}

/// What a killed run left in the folder for temporary files goes at the next start, and nothing else does.
#[test]
fn the_next_start_removes_what_a_killed_one_left() {
    let _turn = beside_others();
    let mut killed = Attacked::begin(&[]);
    killed.signal(Signal::KILL);
    killed.ended();
    let left = killed.folders();
    assert!(!left.is_empty());
    let output = Command::new(env!("CARGO_BIN_EXE_cimdspec"))
        .args(["run", "--only", "cimd/fetch/performed", "--results"])
        .arg(killed.folder.path().join("next"))
        .env("TMPDIR", killed.folder.path().join("tmp"))
        .output()
        .unwrap();
    assert!(
        output.status.success(),
        "{}",
        String::from_utf8_lossy(&output.stderr)
    );
    assert_eq!(killed.folders(), Vec::<String>::new());
    assert!(killed.folder.path().join("tmp/cimdspec-other").exists());
}

/// A run of the whole catalogue on the reference, with its results below this folder.
fn whole_run(results: &Path) -> Child {
    Command::new(env!("CARGO_BIN_EXE_cimdspec"))
        .args(["run", "--results"])
        .arg(results)
        .stdout(Stdio::null())
        .stderr(Stdio::null())
        .spawn()
        .unwrap()
}

/// A run that is asked to end writes what it knows.
#[test]
fn a_terminated_run_writes_its_report() {
    let _turn = beside_others();
    for signal in [Signal::TERM, Signal::HUP] {
        let folder = tempfile::tempdir().unwrap();
        let mut child = whole_run(folder.path());
        let ledger = folder.path().join("latest/ledger.jsonl.zst");
        until("a case is done", || {
            fs::metadata(&ledger).is_ok_and(|found| found.len() > 0)
        });
        kill_process(Pid::from_child(&child), signal).unwrap();
        until("the harness has ended", || child.try_wait().unwrap().is_some());
        assert_eq!(child.wait().unwrap().code(), Some(130));
        let report = fs::read_to_string(folder.path().join("latest/report.json")).unwrap();
        let report: serde_json::Value = serde_json::from_str(&report).unwrap();
        assert_eq!(report["interrupted"], true);
        assert!(!report["findings"].as_array().unwrap().is_empty());
    }
}

/// What a killed run had learned is in its ledger, up to the last whole line.
#[test]
fn a_killed_run_is_reported_from_its_ledger() {
    let _turn = beside_others();
    let folder = tempfile::tempdir().unwrap();
    let mut child = whole_run(folder.path());
    let ledger = folder.path().join("latest/ledger.jsonl.zst");
    until("a case is done", || {
        fs::metadata(&ledger).is_ok_and(|found| found.len() > 100_000)
    });
    child.kill().unwrap();
    child.wait().unwrap();
    assert!(!folder.path().join("latest/report.json").exists());
    let told = Command::new(env!("CARGO_BIN_EXE_cimdspec"))
        .args(["report", "--format", "json"])
        .arg(folder.path().join("latest"))
        .output()
        .unwrap();
    assert_eq!(told.status.code(), Some(0), "{told:?}");
    let report: serde_json::Value = serde_json::from_slice(&told.stdout).unwrap();
    assert_eq!(report["interrupted"], true);
    assert!(!report["findings"].as_array().unwrap().is_empty());
    assert!(!report["sentences"].as_object().unwrap().is_empty());
}

/// With the user kept the server may harm the files of the machine, but still sees no process, and the report says so.
#[test]
fn a_kept_user_is_printed() {
    let _turn = beside_others();
    let attacked = Attacked::begin(&["--keep-user"]);
    let tried = attacked.tried();
    for attack in [
        "kill the harness",
        "list other processes",
        "mount",
        "open a raw socket",
        "trace the harness",
    ] {
        assert!(!tried[attack].0, "{attack}: {tried:?}");
    }
    let told = attacked.stderr();
    assert!(
        told.contains("warning: containment: the server runs as"),
        "{told}"
    );
    assert!(told.contains("(--keep-user)"), "{told}");
}
