//! Where a finding is shown in the user's repository.

use cimdspec_model::place::Place;
use cimdspec_model::report::Report;

use crate::per_check::CheckGroup;

/// Where findings are shown if the repository has nothing about the target.
const FALLBACK: &str = "README.md";

/// The line of the entry that a baseline has about the check, else the file that names the target, else the README.
///
/// Code scanning refuses a whole file if one result has no place inside the repository, so there is always one.
pub(crate) fn location(report: &Report, group: &CheckGroup) -> Place {
    let entry = report.places.entry(group.first);
    let entry = entry.and_then(|entry| entry.place.as_ref());
    let place = [entry, report.places.target.as_ref()]
        .into_iter()
        .flatten()
        .find(|place| place.is_inside());
    place.cloned().unwrap_or(Place {
        path: FALLBACK.to_owned(),
        line: 1,
    })
}

/// Where the findings about the run itself are shown.
pub(crate) fn of_the_run(report: &Report) -> Place {
    let target = report.places.target.as_ref();
    target
        .filter(|place| place.is_inside())
        .cloned()
        .unwrap_or(Place {
            path: FALLBACK.to_owned(),
            line: 1,
        })
}
