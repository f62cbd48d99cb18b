//! A baseline makes news of changes only: what is known is no violation, and what is not so any more is told.

use std::path::Path;
use std::process::Command;

use crate::sandboxed::ended;

const MUTANT: &str = "state-not-echoed";
const SCENARIO: &str = "code/request/state";

/// What a run on the mutant exits with and says, by the baseline that is given.
fn run(baseline: &str, mutant: Option<&str>) -> (Option<i32>, String) {
    let folder = tempfile::tempdir().unwrap();
    let path = folder.path().join("baseline.toml");
    std::fs::write(&path, baseline).unwrap();
    let mut command = Command::new(env!("CARGO_BIN_EXE_cimdspec"));
    command.args(["run", "--only", SCENARIO, "--baseline"]).arg(&path);
    command.args(mutant.iter().flat_map(|mutant| ["--mutant", mutant]));
    let output = ended(command.arg("--results").arg(folder.path()));
    (
        output.status.code(),
        String::from_utf8_lossy(&output.stdout).into_owned(),
    )
}

/// The baseline that a run on the mutant would be, with a reason for each entry.
fn known() -> String {
    let folder = tempfile::tempdir().unwrap();
    let path = folder.path().join("baseline.toml");
    let mut command = Command::new(env!("CARGO_BIN_EXE_cimdspec"));
    command.args(["run", "--only", SCENARIO, "--mutant", MUTANT, "--write-baseline"]);
    ended(command.arg(&path).arg("--results").arg(Path::new(folder.path())));
    let draft = std::fs::read_to_string(&path).unwrap();
    draft.replace("reason   = \"\"", "reason = \"it is left so\"")
}

#[test]
fn what_is_known_is_no_violation() {
    let (code, told) = run(&known(), Some(MUTANT));
    assert_eq!(code, Some(0), "{told}");
    assert!(told.contains("as the baseline says"), "{told}");
    assert!(!told.contains("VIOLATION"), "{told}");
    assert!(told.contains("known from the baseline: 1 rule in "), "{told}");
    assert!(
        told.contains("the server breaks mandatory rules, and the baseline names each of them\n"),
        "{told}"
    );
    assert!(
        told.contains("exit 0: nothing is broken that the baseline does not name; "),
        "{told}"
    );
    let (code, told) = run("", Some(MUTANT));
    assert_eq!(code, Some(1), "{told}");
    assert!(
        told.contains("exit 1: a rule is broken that the baseline does not name; "),
        "{told}"
    );
    assert!(told.contains("VIOLATION"), "{told}");
    assert!(told.contains("broken, and not in the baseline"), "{told}");
}

#[test]
fn what_is_repaired_makes_a_baseline_stale() {
    let (code, told) = run(&known(), None);
    assert_eq!(code, Some(2), "{told}");
    assert!(
        told.contains("in the baseline, and not broken any more"),
        "{told}"
    );
}

#[test]
fn what_the_catalogue_does_not_have_makes_a_baseline_stale() {
    let gone = "[[broken]]\ncheck = \"code/no-such-scenario#granted\"\nreason = \"it is left so\"\n";
    let (code, told) = run(&format!("{}{gone}", known()), Some(MUTANT));
    assert_eq!(code, Some(2), "{told}");
    assert!(
        told.contains("in the baseline, and not in the catalogue any more:"),
        "{told}"
    );
    assert!(told.contains("code/no-such-scenario#granted"), "{told}");
}
