//! The broken rules of a report check by check: what CI services show is one entry for each check, with its variants counted.

use std::cmp::Reverse;

use cimdspec_model::name::ClauseId;
use cimdspec_model::report::Report;
use cimdspec_model::verdict::Finding;
use cimdspec_model::verdict::Verdict;

use crate::group::Group;
use crate::group::grouped;

/// The broken variants of one check that rest on the same sentences.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) struct CheckGroup<'a> {
    /// The check, without a variant: `scenario#check`.
    pub(crate) check: String,
    /// What a breach of it is.
    pub(crate) verdict: Verdict,
    /// The variant that stands for all.
    pub(crate) first: &'a Finding,
    /// The other variants.
    pub(crate) more: Vec<&'a Finding>,
}

impl<'a> CheckGroup<'a> {
    /// The clause that decides; a finding has at least one.
    pub(crate) fn clause(&self) -> Option<&'a ClauseId> {
        self.first.clauses.first()
    }

    /// Every variant, the first one first.
    pub(crate) fn findings(&self) -> impl Iterator<Item = &'a Finding> {
        std::iter::once(self.first).chain(self.more.iter().copied())
    }

    /// How many variants it has.
    pub(crate) fn variants(&self) -> usize {
        1 + self.more.len()
    }

    /// The id of the group, stable from run to run while the check breaks the same sentences.
    pub(crate) fn id(&self) -> String {
        format!("{} {}", self.check, clauses(self.first))
    }
}

/// The groups of one verdict, in the order of their checks; failures of the server are not among them.
pub(crate) fn by_check(report: &Report, verdict: Verdict) -> Vec<CheckGroup<'_>> {
    let rules = grouped(report, verdict);
    let mut groups: Vec<CheckGroup<'_>> = rules.iter().flat_map(checks_of).collect();
    groups.sort_by_key(CheckGroup::id);
    groups
}

/// The checks of a broken rule.
fn checks_of<'a>(rule: &Group<'a>) -> Vec<CheckGroup<'a>> {
    let checks = rule.checks.iter().filter_map(|broken| {
        let (first, more) = broken.findings.split_first()?;
        Some(CheckGroup {
            check: broken.id.clone(),
            verdict: rule.verdict,
            first,
            more: more.to_vec(),
        })
    });
    checks.collect()
}

/// The failures of the server over the whole run, each cause by itself.
pub(crate) fn failures(report: &Report) -> Vec<CheckGroup<'_>> {
    let failed = report
        .findings
        .iter()
        .filter(|finding| report.is_failure(finding));
    failed
        .map(|first| CheckGroup {
            check: first.id(),
            verdict: first.breach,
            first,
            more: Vec::new(),
        })
        .collect()
}

/// The broken rules of one verdict with their checks: the clause with the most broken variants first.
pub(crate) fn by_clause(report: &Report, verdict: Verdict) -> Vec<(&ClauseId, Vec<CheckGroup<'_>>)> {
    let mut rules = grouped(report, verdict);
    rules.sort_by_key(|rule| (Reverse(rule.count()), rule.clause));
    let with_checks = rules.iter().map(|rule| {
        let mut checks = checks_of(rule);
        checks.sort_by_key(CheckGroup::id);
        (rule.clause, checks)
    });
    with_checks.collect()
}

fn clauses(finding: &Finding) -> String {
    let clauses: Vec<&str> = finding.clauses.iter().map(ClauseId::as_str).collect();
    clauses.join(" ")
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::fabricated::mixed;

    #[test]
    fn the_variants_of_a_check_are_one_group_and_those_of_other_sentences_another() {
        let report = mixed();
        let groups = by_check(&report, Verdict::Violation);
        let told: Vec<(&str, usize)> = groups
            .iter()
            .map(|group| (group.check.as_str(), group.variants()))
            .collect();
        assert_eq!(
            told,
            [
                ("cimd/identifier/https#not-contacted", 1),
                ("cimd/ssrf/answers/rebind#not-contacted", 5),
                ("cimd/ssrf/several#not-contacted", 1),
            ]
        );
    }

    #[test]
    fn the_clause_with_the_most_broken_variants_is_first() {
        let report = mixed();
        let clauses = by_clause(&report, Verdict::Violation);
        let told: Vec<(&str, usize)> = clauses
            .iter()
            .map(|(clause, groups)| (clause.as_str(), groups.len()))
            .collect();
        assert_eq!(
            told,
            [("cimd.fetch.special-use", 2), ("cimd.identifier.https", 1)]
        );
    }

    #[test]
    fn a_failure_of_the_server_is_in_no_group_of_a_verdict() {
        let mut report = mixed();
        let failed = report.findings[0].id();
        report.failures = vec![failed.clone()];
        let of_all: usize = by_check(&report, Verdict::Violation)
            .iter()
            .map(CheckGroup::variants)
            .sum();
        assert_eq!(of_all, 6);
        assert_eq!(failures(&report)[0].check, failed);
    }
}
