//! Each check whose verdict is that something did not happen names what shows, on this server, that it could have.

#![expect(
    clippy::unwrap_used,
    reason = "helpers of a test fail the test when the catalogue cannot be read"
)]

mod files;

use cimdspec_model::clause::Clauses;
use cimdspec_model::scenario::catalogue::scenario;
use cimdspec_model::scenario::witness::absence;

use crate::files::sources;

/// The rooms below `scenarios/` that are no scenarios.
const OTHER_ROOMS: [&str; 7] = [
    "base/",
    "clauses/",
    "controls/",
    "inventory.toml",
    "revisions/",
    "schema/",
    "tables/",
];
/// As many absences there are at least: fewer, and the law covers less than it did.
const LEAST_ABSENCES: usize = 2400;

#[test]
fn every_absence_of_the_catalogue_has_a_witness() {
    let clauses = Clauses::read(sources()).unwrap();
    let mut told = Vec::new();
    let mut absences = 0;
    for (path, text) in sources().below("") {
        if !path.ends_with(".toml") || OTHER_ROOMS.iter().any(|room| path.starts_with(room)) {
            continue;
        }
        match scenario(path, text, sources(), &clauses) {
            Err(error) => told.push(format!("{path}:{}: {}", error.line, error.message)),
            Ok(scenario) => {
                for check in scenario.plans.iter().flat_map(|plan| &plan.checks) {
                    if absence(check).is_some() {
                        absences += 1;
                        if check.witness.is_none() {
                            told.push(format!("{path}: check `{}` has no witness", check.id));
                        }
                    }
                }
            }
        }
    }
    assert!(told.is_empty(), "{}", told.join("\n"));
    assert!(absences >= LEAST_ABSENCES, "{absences} absences");
}
