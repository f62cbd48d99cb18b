//! Servers with awkward manners are judged by the rules and not by their manners: no false fail, no false pass.

#[path = "awkward/manners.rs"]
pub mod manners;
#[path = "awkward/tell.rs"]
mod tell;

use std::collections::BTreeMap;
use std::collections::BTreeSet;
use std::fs;
use std::io::Read;
use std::panic::AssertUnwindSafe;
use std::panic::catch_unwind;
use std::process::Command;
use std::process::Stdio;
use std::sync::Mutex;
use std::thread;
use std::time::Duration;
use std::time::Instant;

use serde_json::Value;

use self::manners::BREAKS;
use self::manners::Broken;
use self::manners::FINDS;
use self::manners::Trial;
use self::manners::trials;
use self::tell::passing;
use self::tell::told;
use self::tell::violated;
use self::tell::violations;
use crate::failures::server;
use crate::sandboxed::alone;

/// How a run ended.
pub struct Ended {
    /// The exit code.
    pub exit: i32,
    /// The report.
    pub report: Value,
    took: Duration,
    /// The most memory that the harness held, in kilobytes.
    peak: u64,
}

/// More runs at once would disturb each other; most of a run is waiting.
const AT_ONCE: usize = 5;
const BETWEEN_LOOKS: Duration = Duration::from_millis(25);
/// Nearest to it is a crowd of answers without an end, each read up to 2 MiB: 281 MB in a dev build.
const MOST_MEMORY: u64 = 384 * 1024;
/// The manner that is none: what is broken in it is broken in the others.
const PLAIN: &str = "plain";
/// Names of trials, with spaces between them: only these are run while one works on them.
const ONLY: &str = "AWKWARD";

#[test]
fn awkward_servers_are_judged_by_the_rules() {
    let _machine = alone();
    let mut runs: Vec<(usize, bool)> = Vec::new();
    let wanted = std::env::var(ONLY).unwrap_or_default();
    let mut trials = trials();
    trials.retain(|trial| {
        wanted.is_empty() || trial.name == PLAIN || wanted.split(' ').any(|name| name == trial.name)
    });
    for (number, trial) in trials.iter().enumerate() {
        runs.push((number, false));
        if trial.broken != Broken::Untried {
            runs.push((number, true));
        }
    }
    runs.reverse();
    let waiting = Mutex::new(runs);
    let ended: Mutex<BTreeMap<(usize, bool), Ended>> = Mutex::default();
    thread::scope(|scope| {
        for _ in 0..AT_ONCE {
            scope.spawn(|| {
                loop {
                    let Some((number, breaks)) = waiting.lock().unwrap().pop() else {
                        return;
                    };
                    let run = run(&trials[number], breaks);
                    ended.lock().unwrap().insert((number, breaks), run);
                }
            });
        }
    });
    let ended = ended.into_inner().unwrap();
    let plain = trials.iter().position(|trial| trial.name == PLAIN).unwrap();
    let broken = violations(&ended[&(plain, true)].report);
    let wrong: Vec<&str> = trials
        .iter()
        .enumerate()
        .filter(|(number, trial)| {
            let (keeps, breaks) = (&ended[&(*number, false)], ended.get(&(*number, true)));
            let is_right = |keeps: &Ended, breaks: Option<&Ended>| {
                catch_unwind(AssertUnwindSafe(|| review(trial, keeps, breaks, &broken))).is_ok()
            };
            if is_right(keeps, breaks) {
                return false;
            }
            // Several at once blur each other's times on a small machine; alone a trial is as reviewed, in one of two runs.
            let is_right_alone = |_| {
                let alone = (run(trial, false), breaks.map(|_| run(trial, true)));
                is_right(&alone.0, alone.1.as_ref())
            };
            !(0..2).any(is_right_alone)
        })
        .map(|(_, trial)| trial.name)
        .collect();
    assert_eq!(wrong, Vec::<&str>::new());
}

/// What holds for every manner, and its snapshot. These findings are broken where no manner is in the way.
fn review(trial: &Trial, keeps: &Ended, breaks: Option<&Ended>, broken: &BTreeSet<String>) {
    let mut lines = vec![
        format!("{}, keeping the rules", trial.name),
        told(keeps, trial.counts),
    ];
    if let Some(breaks) = breaks {
        lines.push(format!("\n{}, breaking rules", trial.name));
        lines.push(told(breaks, trial.counts));
    }
    let mut settings = insta::Settings::clone_current();
    settings.set_snapshot_path("../../snapshots/awkward");
    settings.set_prepend_module_to_snapshot(false);
    settings.bind(|| insta::assert_snapshot!(trial.name, lines.join("\n")));
    for ended in [Some(keeps), breaks].into_iter().flatten() {
        let Ended { took, peak, .. } = ended;
        assert!(*took < trial.within, "{}: it took {took:?}", trial.name);
        assert!(*peak < MOST_MEMORY, "{}: it held {peak} kB", trial.name);
    }
    assert_eq!(violated(&keeps.report), BTreeSet::new(), "{}", trial.name);
    if let Some(breaks) = breaks {
        let found = violated(&breaks.report);
        let passing = passing(&breaks.report);
        if trial.broken == Broken::Found {
            let missed: Vec<&str> = FINDS
                .into_iter()
                .filter(|check| !found.contains(*check))
                .collect();
            assert_eq!(missed, Vec::<&str>::new(), "{}", trial.name);
            let false_passes: Vec<&String> = passing.intersection(broken).collect();
            assert_eq!(false_passes, Vec::<&String>::new(), "{}", trial.name);
        } else {
            assert_eq!(passing, BTreeSet::new(), "{}: it cannot be tested", trial.name);
        }
    }
}

/// Runs the harness against the server.
fn run(trial: &Trial, breaks: bool) -> Ended {
    let folder = tempfile::tempdir().unwrap();
    let profile = folder.path().join("profile.toml");
    fs::write(&profile, format!("name = \"awkward\"\n{}\n", trial.profile)).unwrap();
    let mut command = Command::new(env!("CARGO_BIN_EXE_cimdspec"));
    command
        .args(["run", "--format", "json", "--profile"])
        .arg(&profile);
    command.arg("--results").arg(folder.path());
    command.args(trial.only.iter().flat_map(|pattern| ["--only", pattern]));
    command.arg("--").arg(server()).args(trial.manners.split(' '));
    if breaks {
        command.args(BREAKS.iter().flat_map(|rule| ["--breaks", rule]));
    }
    let began = Instant::now();
    let mut child = command
        .stdin(Stdio::null())
        .stdout(Stdio::piped())
        .stderr(Stdio::piped())
        .spawn()
        .unwrap();
    let (stdout, stderr) = (child.stdout.take().unwrap(), child.stderr.take().unwrap());
    let (stdout, stderr) = (thread::spawn(|| all(stdout)), thread::spawn(|| all(stderr)));
    let mut peak = 0;
    let status = loop {
        peak = held(child.id()).max(peak);
        match child.try_wait().unwrap() {
            Some(status) => break status,
            None => thread::sleep(BETWEEN_LOOKS),
        }
    };
    let took = began.elapsed();
    let (stdout, stderr) = (stdout.join().unwrap(), stderr.join().unwrap());
    assert_ne!(
        status.code(),
        Some(69),
        "not run: this machine cannot make the sandbox: {stderr}"
    );
    let report = serde_json::from_str(&stdout).unwrap_or_else(|error| panic!("{error}: {stderr}"));
    Ended {
        exit: status.code().unwrap_or(-1),
        report,
        took,
        peak,
    }
}

fn all(mut stream: impl Read) -> String {
    let mut text = String::new();
    stream.read_to_string(&mut text).unwrap();
    text
}

/// The most memory that a process held until now, in kilobytes.
fn held(process: u32) -> u64 {
    let status = fs::read_to_string(format!("/proc/{process}/status")).unwrap_or_default();
    let peak = status.lines().find_map(|line| line.strip_prefix("VmHWM:"));
    let number = peak.and_then(|peak| peak.split_whitespace().next()?.parse().ok());
    number.unwrap_or_default()
}
