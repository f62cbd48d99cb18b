//! Broken findings by clause: one sentence is broken once, however many variants show it.

use std::cmp::Reverse;
use std::collections::BTreeMap;
use std::collections::BTreeSet;

use cimdspec_model::name::ClauseId;
use cimdspec_model::report::Report;
use cimdspec_model::requirement::clause::Sentence;
use cimdspec_model::requirement::level::Level;
use cimdspec_model::verdict::Finding;
use cimdspec_model::verdict::Verdict;

/// Everything that breaks one sentence: a server that lacks one check of its own breaks it in many variants.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Group<'a> {
    /// What the breach is.
    pub verdict: Verdict,
    /// The level of the sentence.
    pub level: Level,
    /// The clause that decides.
    pub clause: &'a ClauseId,
    /// The checks that show it, those with most broken variants first; at least one.
    pub checks: Vec<Broken<'a>>,
}

/// The broken variants of one check.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Broken<'a> {
    /// The check: `scenario#check`.
    pub id: String,
    /// Its broken variants in the order of the report; at least one.
    pub findings: Vec<&'a Finding>,
}

impl<'a> Group<'a> {
    /// The sentence, where the report has it.
    pub fn sentence<'r>(&self, report: &'r Report) -> Option<&'r Sentence> {
        report.sentences.get(self.clause)
    }

    /// All findings, check by check.
    pub fn findings(&self) -> impl Iterator<Item = &'a Finding> {
        self.checks
            .iter()
            .flat_map(|check| check.findings.iter().copied())
    }

    /// How many variants break it.
    pub fn count(&self) -> usize {
        self.checks.iter().map(|check| check.findings.len()).sum()
    }

    /// The first finding: an example of all.
    pub fn first(&self) -> Option<&'a Finding> {
        self.findings().next()
    }

    /// What is left of it with only those findings; `None` if nothing is.
    pub fn among(&self, wanted: impl Fn(&Finding) -> bool) -> Option<Self> {
        let checks = self.checks.iter().filter_map(|check| {
            let findings = check.findings.iter().copied().filter(|finding| wanted(finding));
            let findings: Vec<&Finding> = findings.collect();
            let id = check.id.clone();
            (!findings.is_empty()).then_some(Broken { id, findings })
        });
        let checks: Vec<Broken<'a>> = checks.collect();
        (!checks.is_empty()).then_some(Self {
            checks,
            ..self.clone()
        })
    }

    /// The clauses that the checks name beside the deciding one.
    pub fn also(&self) -> BTreeSet<&'a ClauseId> {
        let named = self.findings().flat_map(|finding| &finding.clauses);
        named.filter(|clause| *clause != self.clause).collect()
    }

    /// The checks that only follow from this, each once.
    pub fn consequences(&self, report: &Report) -> BTreeSet<String> {
        let causes: BTreeSet<String> = self.findings().map(Finding::id).collect();
        let follows = |finding: &&Finding| finding.because.as_ref().is_some_and(|id| causes.contains(id));
        let following = report.findings.iter().filter(follows);
        following.map(check_of).collect()
    }
}

/// The broken rules of a verdict, the most severe first, then those with most variants. Failures of the server are not
/// among them: they stand apart.
pub fn grouped(report: &Report, verdict: Verdict) -> Vec<Group<'_>> {
    let failures: BTreeSet<&str> = report.failures.iter().map(String::as_str).collect();
    let mut by_clause: BTreeMap<(&ClauseId, Level), BTreeMap<String, Vec<&Finding>>> = BTreeMap::new();
    for finding in &report.findings {
        if finding.verdict() != Some(verdict) || failures.contains(finding.id().as_str()) {
            continue;
        }
        let Some(clause) = finding.clauses.first() else {
            continue;
        };
        let checks = by_clause.entry((clause, finding.level)).or_default();
        checks.entry(check_of(finding)).or_default().push(finding);
    }
    let mut groups: Vec<Group<'_>> = by_clause
        .into_iter()
        .map(|((clause, level), checks)| {
            let checks = checks.into_iter().map(|(id, findings)| Broken { id, findings });
            let mut checks: Vec<Broken<'_>> = checks.collect();
            checks.sort_by_key(|check| Reverse(check.findings.len()));
            Group {
                verdict,
                level,
                clause,
                checks,
            }
        })
        .collect();
    groups.sort_by_key(|group| (group.level, Reverse(group.count())));
    groups
}

/// The check of a finding, without its variant.
fn check_of(finding: &Finding) -> String {
    format!("{}#{}", finding.variant.scenario, finding.check)
}

#[cfg(test)]
mod tests {
    use cimdspec_model::name::CheckId;
    use cimdspec_model::verdict::Outcome;

    use super::*;
    use crate::fabricated::broken;
    use crate::fabricated::finding;
    use crate::fabricated::mixed;
    use crate::fabricated::report;

    #[test]
    fn five_hundred_variants_of_one_rule_are_one_group() {
        let variants = (0..500).map(|number| {
            let scenario = match number % 5 {
                0 => "cimd/ssrf/literal",
                _ => "cimd/ssrf/answers",
            };
            finding(scenario, Some(&number.to_string()), Level::Must, Outcome::Fail)
        });
        let report = report(variants.collect());
        let groups = grouped(&report, Verdict::Violation);
        assert_eq!(groups.len(), 1);
        assert_eq!(groups[0].count(), 500);
        assert_eq!(groups[0].clause.as_str(), "cimd.fetch.special-use");
        let checks: Vec<(&str, usize)> = groups[0]
            .checks
            .iter()
            .map(|check| (check.id.as_str(), check.findings.len()))
            .collect();
        assert_eq!(
            checks,
            [
                ("cimd/ssrf/answers#not-contacted", 400),
                ("cimd/ssrf/literal#not-contacted", 100)
            ]
        );
    }

    #[test]
    fn the_most_severe_is_first_and_passes_and_failures_are_left_out() {
        let mut report = mixed();
        report
            .findings
            .push(finding("service/hung", None, Level::Must, Outcome::Fail));
        report.failures = vec!["service/hung#not-contacted".to_owned()];
        let told = |verdict| -> Vec<(Level, usize)> {
            let groups = grouped(&report, verdict);
            groups.iter().map(|group| (group.level, group.count())).collect()
        };
        assert_eq!(told(Verdict::Violation), [(Level::Must, 6), (Level::Inferred, 1)]);
        let groups = grouped(&report, Verdict::Violation);
        let also: Vec<&str> = groups[0].also().iter().map(|clause| clause.as_str()).collect();
        assert_eq!(also, ["mcp.consent.warning"]);
    }

    #[test]
    fn what_follows_from_any_of_its_variants_is_named_once() {
        let causes = ["a", "b"].map(|slug| finding("x/y", Some(slug), Level::Must, Outcome::Fail));
        let follow = causes.clone().map(|cause| Finding {
            check: CheckId::parse("later").unwrap(),
            outcome: Outcome::not_applicable("it follows"),
            because: Some(cause.id()),
            ..cause
        });
        let other = broken("z/z", "cimd.identifier.https");
        let report = report([causes.to_vec(), follow.to_vec(), vec![other]].concat());
        let groups = grouped(&report, Verdict::Violation);
        let told: Vec<BTreeSet<String>> = groups.iter().map(|group| group.consequences(&report)).collect();
        assert_eq!(told, [BTreeSet::from(["x/y#later".to_owned()]), BTreeSet::new()]);
    }
}
