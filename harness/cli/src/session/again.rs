//! `--again`: what failed or was inconclusive in the results of an earlier run.

use std::collections::BTreeSet;
use std::path::Path;

use cimdspec_model::report::Report;
use cimdspec_model::scenario::catalogue::Catalogue;
use cimdspec_model::verdict::Finding;
use cimdspec_model::verdict::Outcome;
use cimdspec_report::plural;

use crate::exit::Stop;
use crate::output::say;
use crate::session::document;

/// What is run again: checks of variants, by their whole ids.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) struct Again {
    pub(crate) ids: BTreeSet<String>,
    /// Those that this catalogue does not have.
    pub(crate) gone: Vec<String>,
}

impl Again {
    /// Prints how much is run again.
    pub(crate) fn announce(&self, results: &Path) {
        let results = results.display();
        match self.ids.len() {
            0 => say(&format!(
                "nothing to run again: no check failed or was inconclusive in {results}"
            )),
            count => say(&format!("  again: {} of {results}", plural(count, "check"))),
        }
        if !self.gone.is_empty() {
            say(&format!(
                "  {} of {results} are not in this catalogue, for example {}",
                plural(self.gone.len(), "check"),
                self.gone[0]
            ));
        }
    }
}

/// Reads the results of a run: its folder, or the report in it.
pub(crate) fn read(results: &Path, catalogue: &Catalogue) -> Result<Again, Stop> {
    Ok(of(&document::read(results)?, catalogue))
}

/// What of a report is run again. An id that moved is read by what it is now.
fn of(report: &Report, catalogue: &Catalogue) -> Again {
    let known: BTreeSet<String> = catalogue
        .plans()
        .flat_map(|plan| {
            plan.checks
                .iter()
                .map(|check| format!("{}#{}", plan.variant, check.id))
        })
        .collect();
    let of_the_run: BTreeSet<String> = catalogue
        .plans()
        .filter(|plan| plan.is_of_the_run())
        .map(|plan| plan.variant.scenario.to_string())
        .collect();
    let mut again = Again {
        ids: BTreeSet::new(),
        gone: Vec::new(),
    };
    for finding in report.findings.iter().filter(|finding| is_open(finding)) {
        let id = finding.id();
        let now = catalogue.moved.now(&id).filter(|now| known.contains(now));
        // What is judged over a whole run is judged in every run.
        let is_of_the_run = of_the_run.contains(finding.variant.scenario.as_str());
        match (known.contains(&id), now) {
            (true, _) => _ = again.ids.insert(id),
            (false, Some(now)) => _ = again.ids.insert(now),
            (false, None) if is_of_the_run => {}
            (false, None) => again.gone.push(id),
        }
    }
    again
}

/// Whether a finding asks for another run.
fn is_open(finding: &Finding) -> bool {
    matches!(
        finding.outcome,
        Outcome::Fail | Outcome::Inconclusive(_) | Outcome::Error(_)
    )
}
