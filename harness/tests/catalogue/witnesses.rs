//! Each check whose verdict is that something did not happen names what shows, on this server, that it could have.

use cimdspec_model::scenario::witness::absence;

use crate::files::catalogue;

/// As many absences there are at least: fewer, and the law covers less than it did.
const LEAST_ABSENCES: usize = 2400;

#[test]
fn every_absence_of_the_catalogue_has_a_witness() {
    let mut absences = 0;
    for plan in catalogue().plans() {
        for check in plan.checks.iter().filter(|check| absence(check).is_some()) {
            absences += 1;
            assert!(check.witness.is_some(), "{}: {}", plan.variant, check.id);
        }
    }
    assert!(absences >= LEAST_ABSENCES, "{absences} absences");
}
