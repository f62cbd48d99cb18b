//! What makes a run fail: from which severity on a broken rule counts, and which findings do not decide.

use std::collections::BTreeMap;
use std::collections::BTreeSet;

use schemars::JsonSchema;
use serde::Deserialize;
use serde::Serialize;

use crate::requirement::level::Level;
use crate::verdict::Finding;
use crate::verdict::Verdict;

/// What fails a run, as `--fail-on` names it.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Serialize, Deserialize, JsonSchema)]
#[serde(rename_all = "kebab-case")]
pub enum FailOn {
    /// Violations: broken MUSTs, and broken inferred rules that name a harm.
    Violation,
    /// Violations, and every other broken inferred rule.
    Inferred,
    /// Those, and warnings: broken SHOULDs.
    Warning,
    /// Every broken rule, also a MAY or advice, such as deadlines and size limits.
    Note,
    /// Violations and inconclusive checks, as by default; takes back `allow-inconclusive` of a config file.
    Inconclusive,
}

impl FailOn {
    /// All of them, from the most severe.
    pub const ALL: [Self; 5] = [
        Self::Violation,
        Self::Inferred,
        Self::Warning,
        Self::Note,
        Self::Inconclusive,
    ];

    /// The word that people write.
    pub fn word(self) -> &'static str {
        match self {
            Self::Violation => "violation",
            Self::Inferred => "inferred",
            Self::Warning => "warning",
            Self::Note => "note",
            Self::Inconclusive => "inconclusive",
        }
    }

    /// The one of this name.
    pub fn named(word: &str) -> Option<Self> {
        Self::ALL.into_iter().find(|known| known.word() == word)
    }
}

/// What decides how a run ends.
#[derive(Debug, Clone, PartialEq, Eq, Default)]
pub struct Gate {
    fail_on: Vec<FailOn>,
    /// Whether inconclusive checks are accepted.
    pub allow_inconclusive: bool,
    /// The findings that do not decide, by id: their checks are newer than what was accepted.
    pub newer: BTreeSet<String>,
}

impl Gate {
    /// The gate of these words; without any, violations fail a run.
    pub fn of(fail_on: &[FailOn], allow_inconclusive: bool) -> Self {
        Self {
            fail_on: fail_on.to_vec(),
            allow_inconclusive: allow_inconclusive && !fail_on.contains(&FailOn::Inconclusive),
            newer: BTreeSet::new(),
        }
    }

    /// The gate that decided the run of a report.
    pub fn of_report(gated: &Gated) -> Self {
        Self {
            newer: gated.newer.iter().cloned().collect(),
            ..Self::of(&gated.fail_on, gated.allow_inconclusive)
        }
    }

    /// What was named.
    pub fn fail_on(&self) -> &[FailOn] {
        &self.fail_on
    }

    /// Whether a finding is a broken rule that fails a run.
    pub fn counts(&self, finding: &Finding) -> bool {
        self.reaches(finding) && self.decides(finding)
    }

    /// Whether a finding is a broken rule that a baseline has to name. Without a word about it, those are violations and
    /// warnings, and no note.
    pub fn needs_entry(&self, finding: &Finding) -> bool {
        let needs = match self.fail_on.is_empty() {
            true => finding.verdict().is_some_and(|verdict| verdict != Verdict::Note),
            false => self.reaches(finding),
        };
        needs && self.decides(finding)
    }

    /// Whether a finding decides at all.
    pub fn decides(&self, finding: &Finding) -> bool {
        self.newer.is_empty() || !self.newer.contains(&finding.id())
    }

    /// Whether a broken rule is as severe as what was named; as a violation, where nothing was.
    fn reaches(&self, finding: &Finding) -> bool {
        let Some(verdict) = finding.verdict() else {
            return false;
        };
        let severities = self
            .fail_on
            .iter()
            .copied()
            .filter(|on| *on != FailOn::Inconclusive);
        let least = severities.max().unwrap_or(FailOn::Violation);
        let is_inferred = finding.level == Level::Inferred;
        match least {
            FailOn::Violation | FailOn::Inconclusive => verdict == Verdict::Violation,
            FailOn::Inferred => verdict == Verdict::Violation || is_inferred,
            FailOn::Warning => verdict != Verdict::Note || is_inferred,
            FailOn::Note => true,
        }
    }
}

/// What a report says of its gate: what decided, and what was left out.
#[derive(Debug, Clone, PartialEq, Eq, Default, Serialize, Deserialize, JsonSchema)]
#[serde(default)]
pub struct Gated {
    /// What `--fail-on` named.
    #[serde(skip_serializing_if = "Vec::is_empty")]
    pub fail_on: Vec<FailOn>,
    /// Whether inconclusive checks were accepted.
    #[serde(skip_serializing_if = "std::ops::Not::not")]
    pub allow_inconclusive: bool,
    /// The number of failures after which the run was ended, where `--max-failures` ended it.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub ended_after: Option<usize>,
    /// What `--quick` left out: how many variants, by reason.
    #[serde(skip_serializing_if = "BTreeMap::is_empty")]
    pub left_out: BTreeMap<String, usize>,
    /// The checks of which `--quick` ran nothing.
    #[serde(skip_serializing_if = "Vec::is_empty")]
    pub unchecked: Vec<String>,
    /// The release up to which checks were accepted, where one was named.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub since: Option<String>,
    /// The findings that did not pass and did not decide, by id: their checks are newer than that release.
    #[serde(skip_serializing_if = "Vec::is_empty")]
    pub newer: Vec<String>,
}

impl Gated {
    /// Whether there is nothing to say: the default gate decided, and all was run.
    pub fn is_empty(&self) -> bool {
        *self == Self::default()
    }

    /// What two parts of one run say together.
    pub fn joined(mut self, other: Self) -> Self {
        self.ended_after = self.ended_after.or(other.ended_after);
        for (why, count) in other.left_out {
            *self.left_out.entry(why).or_default() += count;
        }
        self.unchecked.extend(other.unchecked);
        self.newer.extend(other.newer);
        self.newer.sort();
        self
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::name::CheckId;
    use crate::name::ClauseId;
    use crate::name::ScenarioId;
    use crate::name::VariantId;
    use crate::verdict::Outcome;

    /// A broken rule of a level.
    fn broken(level: Level, harms: bool) -> Finding {
        Finding {
            variant: VariantId {
                scenario: ScenarioId::parse("a/b").unwrap(),
                axes: Vec::new(),
            },
            check: CheckId::parse("c").unwrap(),
            title: String::new(),
            clauses: vec![ClauseId::parse("x.y").unwrap()],
            level,
            breach: Verdict::of(level, harms),
            citation: String::new(),
            outcome: Outcome::Fail,
            expected: String::new(),
            seen: String::new(),
            evidence: Vec::new(),
            decisive: Vec::new(),
            because: None,
        }
    }

    /// Which of these fail a run: a MUST, an inferred rule with a harm, one without, a SHOULD, advice.
    fn failing(fail_on: &[FailOn]) -> [bool; 5] {
        let gate = Gate::of(fail_on, false);
        [
            broken(Level::Must, false),
            broken(Level::Inferred, true),
            broken(Level::Inferred, false),
            broken(Level::Should, false),
            broken(Level::Advice, false),
        ]
        .map(|finding| gate.counts(&finding))
    }

    #[test]
    fn each_word_adds_to_the_more_severe_ones() {
        assert_eq!(failing(&[]), [true, true, false, false, false]);
        assert_eq!(failing(&[FailOn::Violation]), [true, true, false, false, false]);
        assert_eq!(
            failing(&[FailOn::Inconclusive]),
            [true, true, false, false, false]
        );
        assert_eq!(failing(&[FailOn::Inferred]), [true, true, true, false, false]);
        assert_eq!(failing(&[FailOn::Warning]), [true, true, true, true, false]);
        assert_eq!(failing(&[FailOn::Note]), [true; 5]);
        assert_eq!(failing(&[FailOn::Note, FailOn::Inconclusive]), [true; 5]);
    }

    #[test]
    fn what_did_not_fail_never_counts() {
        let passed = Finding {
            outcome: Outcome::Pass,
            ..broken(Level::Must, false)
        };
        assert!(!Gate::of(&[FailOn::Note], false).counts(&passed));
    }

    #[test]
    fn inconclusive_checks_are_allowed_unless_they_are_named() {
        assert!(!Gate::of(&[FailOn::Note], false).allow_inconclusive);
        assert!(Gate::of(&[], true).allow_inconclusive);
        assert!(!Gate::of(&[FailOn::Inconclusive], true).allow_inconclusive);
    }

    #[test]
    fn a_report_has_the_gate_that_decided_its_run() {
        let gate = Gate {
            newer: ["a/b#c".to_owned()].into(),
            ..Gate::of(&[FailOn::Warning], true)
        };
        let gated = Gated {
            fail_on: gate.fail_on().to_vec(),
            allow_inconclusive: gate.allow_inconclusive,
            newer: gate.newer.iter().cloned().collect(),
            ..Gated::default()
        };
        assert_eq!(Gate::of_report(&gated), gate);
    }

    #[test]
    fn what_is_newer_than_accepted_does_not_decide() {
        let finding = broken(Level::Must, false);
        let mut gate = Gate::of(&[], false);
        gate.newer = [finding.id()].into();
        assert!(!gate.counts(&finding) && !gate.needs_entry(&finding));
    }

    #[test]
    fn a_baseline_has_to_name_warnings_unless_violations_were_asked_for() {
        let warning = broken(Level::Should, false);
        assert!(Gate::default().needs_entry(&warning));
        assert!(!Gate::default().needs_entry(&broken(Level::Inferred, false)));
        assert!(!Gate::of(&[FailOn::Violation], false).needs_entry(&warning));
        assert!(Gate::of(&[FailOn::Note], false).needs_entry(&broken(Level::May, false)));
    }
}
