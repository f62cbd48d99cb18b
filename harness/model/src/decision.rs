//! What of a run decides how it ends: the exit code and the formats of reports follow the same decision.

use std::collections::HashMap;
use std::collections::HashSet;

use crate::deviations::Deviation;
use crate::gate::Gate;
use crate::place::KnownAt;
use crate::report::Report;
use crate::verdict::Finding;
use crate::verdict::Outcome;

/// What a finding does to the end of its run.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Effect<'a> {
    /// It is broken, and the baseline accepts that.
    Accepted(&'a KnownAt),
    /// It is a broken rule that fails the run.
    Broken,
    /// It is broken, and the baseline accepted that until a day that is over: the entry, in words.
    Expired(&'a str),
    /// It is a failure of the launched server, which no baseline names.
    Failed,
    /// The harness failed.
    Fault,
    /// It did not pass, and does not decide: its check is newer than what was accepted.
    Newer,
    /// It decides nothing.
    None,
    /// It is inconclusive, and that is not accepted.
    Open,
}

/// The decision over a run, by the gate and the baseline that the report has.
#[derive(Debug)]
pub struct Decision<'a> {
    report: &'a Report,
    gate: Gate,
    blocking: HashSet<&'a str>,
    newly_broken: HashSet<&'a str>,
    newly_failed: HashSet<&'a str>,
    expired: HashMap<&'a str, &'a str>,
}

impl<'a> Decision<'a> {
    /// The decision over the run of a report.
    pub fn of(report: &'a Report) -> Self {
        let deviations = report.deviations.as_ref();
        let ids = |chosen: fn(&crate::deviations::Deviations) -> &Vec<Deviation>| {
            let chosen = deviations.into_iter().flat_map(chosen);
            let ids = chosen.flat_map(|deviation| &deviation.findings);
            ids.map(String::as_str).collect()
        };
        let expired = deviations.into_iter().flat_map(|it| &it.expired);
        let expired = expired.flat_map(|entry| {
            let ids = entry.findings.iter();
            ids.map(|id| (id.as_str(), entry.words.as_str()))
        });
        Self {
            report,
            gate: Gate::of_report(&report.gates),
            blocking: report.blocking.iter().map(String::as_str).collect(),
            newly_broken: ids(|it| &it.newly_broken),
            newly_failed: ids(|it| &it.newly_failed),
            expired: expired.collect(),
        }
    }

    /// What a finding of the report does to the end of its run.
    pub fn effect(&self, finding: &Finding) -> Effect<'a> {
        match &finding.outcome {
            Outcome::Error(_) => Effect::Fault,
            Outcome::Fail => self.of_broken(finding),
            Outcome::Inconclusive(_) if !self.gate.decides(finding) => Effect::Newer,
            Outcome::Inconclusive(_) if self.gate.allow_inconclusive => Effect::None,
            Outcome::Inconclusive(_) => Effect::Open,
            Outcome::NotApplicable(_) | Outcome::NotRun(_) | Outcome::Pass | Outcome::Recorded(_) => {
                Effect::None
            }
        }
    }

    /// Whether the server that cimdspec started died, hung or failed, and no baseline names that.
    pub fn has_failed(&self) -> bool {
        match &self.report.deviations {
            Some(deviations) => !deviations.newly_failed.is_empty(),
            None => !self.report.blocking.is_empty(),
        }
    }

    /// Whether the baseline has entries that are out of date.
    pub fn is_stale(&self) -> bool {
        let deviations = self.report.deviations.as_ref();
        deviations.is_some_and(|deviations| deviations.is_stale())
    }

    /// Whether the baseline names everything that is broken, failures of the server too; false without a baseline.
    pub fn is_all_known(&self) -> bool {
        let deviations = self.report.deviations.as_ref();
        deviations.is_some_and(|it| it.newly_broken.is_empty() && it.newly_failed.is_empty())
    }

    fn of_broken(&self, finding: &Finding) -> Effect<'a> {
        let id = finding.id();
        let id = id.as_str();
        if let Some(words) = self.expired.get(id) {
            return Effect::Expired(words);
        }
        if let Some(known) = self.report.places.accepted(finding) {
            return Effect::Accepted(known);
        }
        let (is_broken, is_failed) = match self.report.deviations {
            Some(_) => (self.newly_broken.contains(id), self.newly_failed.contains(id)),
            None => (self.gate.counts(finding), self.blocking.contains(id)),
        };
        match () {
            () if is_broken => Effect::Broken,
            () if is_failed => Effect::Failed,
            () if !self.gate.decides(finding) => Effect::Newer,
            () => Effect::None,
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::deviations::Deviations;
    use crate::gate::FailOn;
    use crate::gate::Gated;
    use crate::name::CheckId;
    use crate::name::ClauseId;
    use crate::name::ScenarioId;
    use crate::name::VariantId;
    use crate::requirement::level::Level;
    use crate::verdict::Verdict;

    fn finding(check: &str, level: Level, outcome: Outcome) -> Finding {
        Finding {
            variant: VariantId {
                scenario: ScenarioId::parse("a/b").unwrap(),
                axes: Vec::new(),
            },
            check: CheckId::parse(check).unwrap(),
            title: String::new(),
            clauses: vec![ClauseId::parse("x.y").unwrap()],
            level,
            breach: Verdict::of(level, false),
            citation: String::new(),
            outcome,
            expected: String::new(),
            seen: String::new(),
            evidence: Vec::new(),
            decisive: Vec::new(),
            because: None,
        }
    }

    fn mixed() -> Report {
        Report {
            findings: vec![
                finding("must", Level::Must, Outcome::Fail),
                finding("should", Level::Should, Outcome::Fail),
                finding("advice", Level::Advice, Outcome::Fail),
                finding("open", Level::Must, Outcome::inconclusive("why")),
                finding("ours", Level::Must, Outcome::error("why")),
                finding("kept", Level::Must, Outcome::Pass),
            ],
            ..Report::default()
        }
    }

    fn effects(report: &Report) -> Vec<Effect<'_>> {
        let decision = Decision::of(report);
        let findings = report.findings.iter();
        findings.map(|finding| decision.effect(finding)).collect()
    }

    #[test]
    fn without_a_baseline_the_gate_decides() {
        use Effect::Broken;
        use Effect::Fault;
        use Effect::None;
        use Effect::Open;
        let mut report = mixed();
        assert_eq!(effects(&report), [Broken, None, None, Open, Fault, None]);
        report.gates.fail_on = vec![FailOn::Warning];
        report.gates.allow_inconclusive = true;
        assert_eq!(effects(&report), [Broken, Broken, None, None, Fault, None]);
        report.gates.fail_on = vec![FailOn::Note];
        assert_eq!(effects(&report), [Broken, Broken, Broken, None, Fault, None]);
        report.blocking = vec!["a/b#advice".to_owned()];
        report.gates.fail_on = Vec::new();
        assert_eq!(effects(&report)[2], Effect::Failed);
        assert!(Decision::of(&report).has_failed());
    }

    #[test]
    fn what_is_newer_than_accepted_decides_nothing() {
        let report = Report {
            gates: Gated {
                newer: vec!["a/b#must".to_owned(), "a/b#open".to_owned()],
                ..Gated::default()
            },
            ..mixed()
        };
        assert_eq!(effects(&report)[0], Effect::Newer);
        assert_eq!(effects(&report)[3], Effect::Newer);
    }

    #[test]
    fn with_a_baseline_what_differs_from_it_decides() {
        let of = |words: &str, id: &str| Deviation {
            words: words.to_owned(),
            findings: vec![id.to_owned()],
        };
        let known = KnownAt {
            place: None,
            reason: "known".to_owned(),
            variants: Default::default(),
        };
        let mut report = mixed();
        for check in ["a/b#must", "a/b#advice"] {
            report.places.known.insert(check.to_owned(), known.clone());
        }
        report.deviations = Some(Deviations::default());
        assert_eq!(effects(&report)[..2], [Effect::Accepted(&known), Effect::None]);
        assert!(Decision::of(&report).is_all_known() && !Decision::of(&report).is_stale());
        report.deviations = Some(Deviations {
            newly_broken: vec![of("a/b#should", "a/b#should")],
            expired: vec![of("a/b#must  (accepted until …)", "a/b#must")],
            ..Deviations::default()
        });
        assert_eq!(
            effects(&report)[..3],
            [
                Effect::Expired("a/b#must  (accepted until …)"),
                Effect::Broken,
                Effect::Accepted(&known),
            ]
        );
        assert!(!Decision::of(&report).is_all_known() && Decision::of(&report).is_stale());
    }
}
