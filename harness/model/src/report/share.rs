//! Which share of the selected cases an environment could ask: a run that is clean says nothing of the rest.

use std::collections::BTreeMap;

use schemars::JsonSchema;
use serde::Deserialize;
use serde::Serialize;

use crate::name::VariantId;
use crate::reason::ReasonCode;
use crate::verdict::Finding;
use crate::verdict::Outcome;

/// How many of some cases were asked.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
pub struct Asked {
    /// How many cases there are.
    pub cases: usize,
    /// How many of them the environment could ask.
    pub asked: usize,
}

/// The share of the selected cases that the environment could ask, where it could not ask all.
#[derive(Debug, Clone, Default, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
pub struct Share {
    /// Of all cases.
    pub whole: Asked,
    /// Of each family of which not all could be asked.
    pub families: BTreeMap<String, Asked>,
}

impl Asked {
    /// How many could not be asked.
    pub fn missing(self) -> usize {
        self.cases.saturating_sub(self.asked)
    }

    fn add(&mut self, is_asked: bool) {
        self.cases += 1;
        self.asked += usize::from(is_asked);
    }
}

impl Share {
    /// The share of these findings; none where every case could be asked.
    pub fn of(findings: &[Finding]) -> Option<Self> {
        let mut cases: BTreeMap<&VariantId, bool> = BTreeMap::new();
        for finding in findings {
            *cases.entry(&finding.variant).or_default() |= !is_beyond(&finding.outcome);
        }
        let mut share = Self::default();
        for (variant, is_asked) in cases {
            share.whole.add(is_asked);
            let family = share.families.entry(variant.scenario.family());
            family.or_default().add(is_asked);
        }
        share.families.retain(|_, asked| asked.missing() > 0);
        (share.whole.missing() > 0).then_some(share)
    }

    /// How many of a hundred cases were asked; 100 stands for all of them alone.
    pub fn percent(&self) -> usize {
        self.whole.asked * 100 / self.whole.cases.max(1)
    }
}

/// Whether the environment could not ask it.
fn is_beyond(outcome: &Outcome) -> bool {
    matches!(outcome, Outcome::NotRun(reason) if reason.code == ReasonCode::Environment)
}

#[cfg(test)]
mod tests {
    use serde_json::json;

    use super::*;

    fn finding(variant: &str, outcome: Outcome) -> Finding {
        let (scenario, axis) = variant.split_once('=').unwrap();
        let told = json!({
            "variant": { "scenario": scenario, "axes": [["x", axis]] }, "check": "c", "title": "t", "clauses": [], "level": "must",
            "breach": "violation", "citation": "c", "outcome": "pass", "expected": "e", "seen": "s", "evidence": [],
        });
        let mut finding: Finding = serde_json::from_value(told).unwrap();
        finding.outcome = outcome;
        finding
    }

    fn beyond() -> Outcome {
        Outcome::not_run(ReasonCode::Environment.with("only the sandbox has it"))
    }

    #[test]
    fn a_case_counts_once_and_is_asked_if_one_of_its_checks_is() {
        let share = Share::of(&[
            finding("cimd/ssrf/address=1", beyond()),
            finding("cimd/ssrf/address=1", beyond()),
            finding("cimd/ssrf/address=2", beyond()),
            finding("cimd/tls/x=1", Outcome::Pass),
            finding("cimd/tls/x=1", beyond()),
            finding("cimd/tls/x=2", beyond()),
            // What the operator leaves out could have been asked.
            finding(
                "dcr/load=1",
                Outcome::not_run(ReasonCode::Load.with("run with `--load`")),
            ),
        ]);
        let share = share.unwrap();
        assert_eq!(share.whole, Asked { cases: 5, asked: 2 });
        assert_eq!(share.percent(), 40);
        let families: Vec<(&str, usize, usize)> = share
            .families
            .iter()
            .map(|(name, asked)| (name.as_str(), asked.cases, asked.asked))
            .collect();
        assert_eq!(families, [("cimd/ssrf", 2, 0), ("cimd/tls", 2, 1)]);
        assert_eq!(Share::of(&[finding("cimd/tls/x=1", Outcome::Fail)]), None);
        assert_eq!(Share::of(&[]), None);
    }
}
