//! The fuzzer: no law is broken by the reference in thousands of worlds, each law is seen broken, and what is found fails again.

#[path = "fuzz/strategies.rs"]
mod strategies;

use std::fs;
use std::path::Path;
use std::path::PathBuf;
use std::process::Command;
use std::process::Output;
use std::sync::Mutex;
use std::thread;

use cimdspec_generate::Law;
use cimdspec_generate::Tape;
use proptest::prelude::*;
use proptest::strategy::ValueTree;
use proptest::test_runner::TestRunner;
use serde_json::Value;

use crate::sandboxed::alone;
use crate::sandboxed::ended_in_turn;

/// Worlds that a law was held against wrongly once.
const REGRESSIONS: &str = concat!(env!("CARGO_MANIFEST_DIR"), "/harness/tests/fuzz/regressions");
/// For each law worlds that show it broken: `LAW/MUTANT.tape`.
const SEEDS: &str = concat!(env!("CARGO_MANIFEST_DIR"), "/harness/tests/fuzz/seeds");
/// So many of them are walked at once: most of it is waiting.
const AT_ONCE: usize = 4;
/// On so many mutants each law is seen broken; of fetches there are two.
const MUTANTS: usize = 3;

fn cimdspec(command: &str) -> Command {
    let mut cimdspec = Command::new(env!("CARGO_BIN_EXE_cimdspec"));
    cimdspec.arg(command);
    cimdspec
}

fn told(output: &Output) -> String {
    let [out, err] = [&output.stdout, &output.stderr].map(|text| String::from_utf8_lossy(text));
    format!("{err}{out}")
}

/// The files below a folder with this ending, in order.
fn files(folder: &Path, ending: &str) -> Vec<PathBuf> {
    let mut found: Vec<PathBuf> = fs::read_dir(folder)
        .map(|entries| entries.map(|entry| entry.unwrap().path()).collect())
        .unwrap_or_default();
    found.retain(|path| path.extension().is_some_and(|kind| kind == ending));
    found.sort();
    found
}

fn tapes(strategy: impl Strategy<Value = Tape>, many: usize) -> Vec<Tape> {
    let mut runner = TestRunner::deterministic();
    let trees = (0..many).map(|_| strategy.new_tree(&mut runner).unwrap().current());
    trees.collect()
}

fn summary(results: &Path) -> Value {
    let text = fs::read_to_string(results.join("latest/fuzz.json")).unwrap();
    serde_json::from_str(&text).unwrap()
}

#[test]
fn no_law_is_broken_by_the_reference_in_two_thousand_worlds() {
    let _machine = alone();
    let mut worlds: Vec<Tape> = files(Path::new(REGRESSIONS), "tape")
        .iter()
        .map(|path| fs::read_to_string(path).unwrap().parse().unwrap())
        .collect();
    worlds.extend(tapes(strategies::redirects_inside(), 250));
    worlds.extend(tapes(strategies::large_bodies(), 120));
    worlds.extend(tapes(strategies::slow_responses(), 40));
    worlds.extend(tapes(strategies::redirect_uris(), 300));
    worlds.extend(tapes(strategies::anything(), 1400));
    let folder = tempfile::tempdir().unwrap();
    let (corpus, results) = (folder.path().join("corpus"), folder.path().join("results"));
    fs::create_dir(&corpus).unwrap();
    for (number, tape) in worlds.iter().enumerate() {
        fs::write(corpus.join(format!("{number:05}.tape")), tape.to_string()).unwrap();
    }
    let output = ended_in_turn(
        cimdspec("fuzz")
            .args(["--for", "10m", "--cases", "2300", "--corpus"])
            .arg(&corpus)
            .arg("--results")
            .arg(&results),
    );
    assert_eq!(output.status.code(), Some(0), "{}", told(&output));
    let summary = summary(&results);
    assert!(summary["cases"].as_u64().unwrap() >= 2000, "{summary}");
    assert_eq!(
        summary["not_fuzzed"],
        serde_json::json!([]),
        "a clause has no right request"
    );
}

#[test]
fn each_law_is_seen_broken_on_several_mutants_and_kept_by_the_reference() {
    let _machine = alone();
    let mut seeds = Vec::new();
    for law in Law::ALL {
        let of_law = files(&Path::new(SEEDS).join(law.word()), "tape");
        let wanted = if law == Law::Fetches { 2 } else { MUTANTS };
        assert!(
            of_law.len() >= wanted,
            "{} has {} seeds",
            law.word(),
            of_law.len()
        );
        seeds.extend(of_law);
    }
    let output = ended_in_turn(cimdspec("replay").args(&seeds));
    assert_eq!(output.status.code(), Some(0), "the reference: {}", told(&output));
    let (waiting, wrong) = (Mutex::new(seeds), Mutex::new(Vec::new()));
    thread::scope(|scope| {
        for _ in 0..AT_ONCE {
            scope.spawn(|| {
                loop {
                    let Some(seed) = waiting.lock().unwrap().pop() else {
                        return;
                    };
                    let mutant = seed.file_stem().unwrap().to_owned();
                    let mut replay = cimdspec("replay");
                    let output = ended_in_turn(replay.arg("--mutant").arg(mutant).arg(&seed));
                    if output.status.code() != Some(1) {
                        let told = told(&output);
                        wrong.lock().unwrap().push(format!("{}: {told}", seed.display()));
                    }
                }
            });
        }
    });
    assert_eq!(wrong.into_inner().unwrap(), Vec::<String>::new());
}

#[test]
fn what_is_found_is_a_scenario_that_fails_again_until_it_is_mended() {
    let _machine = alone();
    let folder = tempfile::tempdir().unwrap();
    let results = folder.path().join("results");
    let mutant = ["--mutant", "client-id-not-compared"];
    let output = ended_in_turn(
        cimdspec("fuzz")
            .args(mutant)
            .args(["--for", "15s", "--cases", "600", "--law", "document", "--results"])
            .arg(&results),
    );
    assert_eq!(output.status.code(), Some(1), "{}", told(&output));
    let found = files(&results.join("latest/found"), "toml");
    let summary = summary(&results);
    assert_eq!(summary["found"].as_array().unwrap().len(), found.len());
    let clauses: Vec<&str> = summary["found"]
        .as_array()
        .unwrap()
        .iter()
        .map(|found| found["key"]["clause"].as_str().unwrap())
        .collect();
    assert!(
        clauses.contains(&"cimd.document.client-id-matches"),
        "{clauses:?}"
    );
    let check = ended_in_turn(cimdspec("check").args(&found));
    assert_eq!(check.status.code(), Some(0), "{}", told(&check));
    let failing = ended_in_turn(cimdspec("replay").args(mutant).args(&found));
    assert_eq!(failing.status.code(), Some(1), "{}", told(&failing));
    assert!(!told(&failing).contains("FIXED"), "{}", told(&failing));
    let mended = ended_in_turn(cimdspec("replay").args(&found));
    assert_eq!(mended.status.code(), Some(0), "{}", told(&mended));
    let beside = ended_in_turn(
        cimdspec("run")
            .args(mutant)
            .args(["--quiet", "--results"])
            .arg(&results)
            .args(["--only", "document-*", "--with-scenarios"])
            .arg(found[0].parent().unwrap()),
    );
    assert_eq!(beside.status.code(), Some(1), "{}", told(&beside));
}

#[test]
fn a_tape_of_another_version_is_refused() {
    let folder = tempfile::tempdir().unwrap();
    let tape = folder.path().join("old.tape");
    fs::write(&tape, "cimdspec tape 99: 1 2 3\n").unwrap();
    let output = cimdspec("replay").arg(&tape).output().unwrap();
    assert_eq!(output.status.code(), Some(65));
    assert!(told(&output).contains("version 99"), "{}", told(&output));
    let output = cimdspec("fuzz").args(["--law", "gravity"]).output().unwrap();
    assert_eq!(output.status.code(), Some(64));
    assert!(told(&output).contains("`echo`"), "{}", told(&output));
    let output = cimdspec("fuzz").args(["--only", "x"]).output().unwrap();
    assert_eq!(output.status.code(), Some(64));
    assert!(told(&output).contains("`--only`"), "{}", told(&output));
}
