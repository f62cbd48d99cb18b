//! Places on the page of a report that links lead to.

use cimdspec_model::name::ClauseId;
use cimdspec_model::requirement::level::Level;
use cimdspec_model::verdict::Finding;
use cimdspec_model::verdict::Verdict;

use crate::group::Group;

/// The failures of the server.
pub(crate) const FAILURES: &str = "failures";
/// What does not concern the server.
pub(crate) const NOT_APPLICABLE: &str = "not-applicable";
/// What the environment could not carry.
pub(crate) const NOT_RUN: &str = "not-run";
/// The checks without a verdict.
pub(crate) const OPEN: &str = "inconclusive";
/// What was only recorded.
pub(crate) const TRAITS: &str = "traits";

/// The place of a broken rule.
pub(crate) fn of_group(group: &Group<'_>) -> String {
    broken(group.verdict, group.level, group.clause)
}

/// The place of the rule that a broken finding is shown with.
pub(crate) fn rule(finding: &Finding) -> Option<String> {
    let clause = finding.clauses.first()?;
    Some(broken(finding.breach, finding.level, clause))
}

/// The place of a kept rule.
pub(crate) fn kept(clause: &ClauseId) -> String {
    format!("kept-{}", clause.as_str())
}

fn broken(verdict: Verdict, level: Level, clause: &ClauseId) -> String {
    // Names of clauses have letters, digits, dots and hyphens.
    let level = level.word().to_lowercase();
    format!("rule-{}-{level}-{}", verdict.word(), clause.as_str())
}
