//! The command that shows one finding again.

use cimdspec_model::made::Made;
use cimdspec_model::report::Report;
use cimdspec_model::verdict::Finding;

/// The command of the run, with what chooses the finding.
pub(crate) fn reproduce(report: &Report, command: &Made, finding: &Finding) -> String {
    command.with(&chosen(report, finding))
}

/// What chooses a finding: of a cause of failures the variant that brings it, which no catalogue has.
fn chosen(report: &Report, finding: &Finding) -> String {
    let id = finding.id();
    let only = |id: &str| format!(" --only '{}'", id.replace('\'', "'\\''"));
    match (report.is_failure(finding), report.brought_by.get(&id)) {
        (true, Some(case)) => only(case),
        // It died of several together.
        (true, None) if !finding.variant.axes.is_empty() => String::new(),
        _ => only(&id),
    }
}
