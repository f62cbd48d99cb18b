//! The catalogue is complete: every clause is checked or says why not, and names what it supports; the page is fresh.

use std::fs;
use std::path::Path;
use std::process::Command;

use serde_json::Value;

const ROWS: usize = 432;

fn cimdspec(arguments: &[&str]) -> (Option<i32>, String, String) {
    let output = Command::new(env!("CARGO_BIN_EXE_cimdspec"))
        .current_dir(env!("CARGO_MANIFEST_DIR"))
        .args(arguments)
        .output()
        .unwrap();
    let text = |bytes: Vec<u8>| String::from_utf8_lossy(&bytes).into_owned();
    (output.status.code(), text(output.stdout), text(output.stderr))
}

#[test]
fn the_page_is_fresh() {
    let (code, _, told) = cimdspec(&["catalogue", "--check"]);
    assert_eq!(code, Some(0), "{told}");
}

#[test]
fn every_clause_is_checked_or_says_why_not_and_names_what_it_supports() {
    let (_, page, _) = cimdspec(&["catalogue", "--whole"]);
    let rows: Vec<Vec<&str>> = page
        .lines()
        .filter(|line| line.starts_with("| `") && line.contains("<br>"))
        .map(|line| line.split(" | ").collect())
        .collect();
    assert!(rows.len() > 100, "{} rows", rows.len());
    let unchecked: Vec<&str> = rows
        .iter()
        .filter(|cells| cells[3] == "none")
        .map(|cells| cells[0])
        .collect();
    assert_eq!(unchecked, Vec::<&str>::new());
    let unsupporting: Vec<&str> = rows
        .iter()
        .filter(|cells| !cells[4].contains("CWE-") || !cells[4].contains(", "))
        .map(|cells| cells[0])
        .collect();
    assert_eq!(unsupporting, Vec::<&str>::new());
}

#[test]
fn no_requirement_of_the_inventory_is_forgotten() {
    let (_, page, _) = cimdspec(&["catalogue", "--whole"]);
    assert!(
        page.contains(&format!("\n{ROWS} rows: ")),
        "not all {ROWS} rows are there"
    );
}

/// Who reads a scenario reads all of it on one screen. Quotations and generated lists are exempt.
#[test]
fn no_scenario_has_a_wide_line() {
    const WIDEST: usize = 160;
    const EXEMPT: [&str; 6] = [
        "clauses/",
        "controls/",
        "inventory.toml",
        "releases/",
        "revisions/",
        "schema/",
    ];
    let root = Path::new(env!("CARGO_MANIFEST_DIR")).join("scenarios");
    let mut folders = vec![root.clone()];
    let (mut read, mut wide) = (0, Vec::new());
    while let Some(folder) = folders.pop() {
        for entry in fs::read_dir(folder).unwrap() {
            let path = entry.unwrap().path();
            let name = path.strip_prefix(&root).unwrap().to_string_lossy().into_owned();
            if path.is_dir() {
                folders.push(path);
            } else if !EXEMPT.iter().any(|exempt| name.starts_with(exempt)) {
                read += 1;
                let text = fs::read_to_string(&path).unwrap();
                let lines = text.lines().enumerate();
                let wider = lines.filter(|(_, line)| line.chars().count() > WIDEST);
                wide.extend(wider.map(|(number, _)| format!("{name}:{}", number + 1)));
            }
        }
    }
    assert!(read > 700, "{read} files");
    assert_eq!(wide, Vec::<String>::new());
}

/// What revision -00 does not forbid is broken by -01 and later: one run tells both.
#[test]
fn a_revision_changes_the_verdict() {
    let folder = tempfile::tempdir().unwrap();
    let results = folder.path().to_str().unwrap();
    let only = "cimd/fetch/redirect-other-origin#refused";
    let run = [
        "run",
        "--mutant",
        "follows-redirects",
        "--only",
        only,
        "--format",
        "json",
        "--results",
        results,
    ];
    let (code, report, told) = cimdspec(&run);
    assert_eq!(code, Some(1), "{told}");
    let report: Value = serde_json::from_str(&report).unwrap();
    let revisions = report["standing"]["revisions"].as_array().unwrap();
    let broken = |name: &str| -> u64 {
        let of = revisions.iter().find(|of| of["revision"] == name).unwrap();
        of["tally"]["violation"].as_u64().unwrap()
    };
    assert_eq!(broken("cimd-00"), 0);
    assert!(broken("cimd-01") > 0);
    assert!(broken("cimd-02") > 0);
    let (code, _, told) = cimdspec(&[&run[..], &["--revision", "cimd-00"]].concat());
    assert_eq!(code, Some(64), "{told}");
    assert!(told.contains("nothing is selected"), "{told}");
}

#[test]
fn a_revision_that_nobody_knows_is_told() {
    let (code, _, told) = cimdspec(&["run", "--revision", "cimd-2"]);
    assert_eq!(code, Some(64), "{told}");
    assert!(told.contains("did you mean `cimd-02`"), "{told}");
}
