//! Every mutant is killed by the checks that claim it, and nothing unrelated turns red.

use std::process::Command;

use crate::sandboxed::alone;
use crate::sandboxed::ended_in_turn;

#[test]
fn every_mutant_is_killed_and_nothing_unrelated_turns_red() {
    let _machine = alone();
    let output = ended_in_turn(Command::new(env!("CARGO_BIN_EXE_cimdspec")).arg("prove"));
    let told = String::from_utf8_lossy(&output.stderr);
    let matrix = String::from_utf8_lossy(&output.stdout).into_owned();
    let mut mutant = "";
    let mut faults: Vec<String> = Vec::new();
    for line in matrix.lines() {
        if line.starts_with("FAULT") {
            mutant = line;
        } else if line.trim_start().starts_with("fault") {
            faults.push(format!("{mutant}: {}", line.trim_start()));
        }
    }
    assert_eq!(faults, Vec::<String>::new());
    // Who is killed by what stands in the scenarios, and `prove` compares it: here are the counts, and what is unproven.
    let counts: Vec<&str> = matrix
        .lines()
        .skip_while(|line| !line.is_empty())
        .skip(1)
        .filter(|line| !line.contains("cases walked"))
        .collect();
    let mut settings = insta::Settings::clone_current();
    settings.set_snapshot_path("../../snapshots");
    settings.set_prepend_module_to_snapshot(false);
    settings.bind(|| insta::assert_snapshot!("kill_matrix", counts.join("\n")));
    assert_eq!(output.status.code(), Some(0), "{told}");
}
