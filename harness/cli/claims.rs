//! The claims of the catalogue about mutants, compared with what turned red.

use std::collections::BTreeMap;
use std::collections::BTreeSet;

use cimdspec_model::scenario::catalogue::Catalogue;
use cimdspec_report::MatrixRow;

/// The red checks of each mutant, as `scenario#check`.
pub type Reds = BTreeMap<String, BTreeSet<String>>;

/// What the catalogue claims: by mutant, the checks that kill it, and those that go red too with their reason.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct Claims {
    /// Mutant to `scenario#check`.
    pub kills: BTreeMap<String, BTreeSet<String>>,
    /// Mutant to `scenario#check` to reason.
    pub also: BTreeMap<String, BTreeMap<String, String>>,
}

impl Claims {
    /// The claims of all checks.
    pub fn of(catalogue: &Catalogue) -> Self {
        let mut claims = Self::default();
        for plan in catalogue.plans() {
            for check in &plan.checks {
                let id = format!("{}#{}", plan.variant.scenario, check.id);
                for mutant in &check.kills {
                    claims
                        .kills
                        .entry(mutant.to_string())
                        .or_default()
                        .insert(id.clone());
                }
                for (mutant, reason) in &check.also {
                    claims
                        .also
                        .entry(mutant.to_string())
                        .or_default()
                        .insert(id.clone(), reason.clone());
                }
            }
        }
        claims
    }

    /// Whether some check of the scenario claims something of the mutant.
    pub(crate) fn concern(&self, mutant: &str, scenario: &str) -> bool {
        let of_scenario = |id: &String| id.split('#').next() == Some(scenario);
        self.kills
            .get(mutant)
            .is_some_and(|ids| ids.iter().any(of_scenario))
            || self
                .also
                .get(mutant)
                .is_some_and(|ids| ids.keys().any(of_scenario))
    }

    /// Every mutant that some check names.
    pub fn named(&self) -> BTreeSet<&str> {
        self.kills
            .keys()
            .chain(self.also.keys())
            .map(String::as_str)
            .collect()
    }
}

/// The row of a mutant, with what is not as claimed.
pub fn faults(claims: &Claims, mutant: &str, summary: &str, red: &BTreeSet<String>) -> MatrixRow {
    let none = BTreeSet::new();
    let no_reasons = BTreeMap::new();
    let kills = claims.kills.get(mutant).unwrap_or(&none);
    let reasons = claims.also.get(mutant).unwrap_or(&no_reasons);
    let killed_by: Vec<String> = red.intersection(kills).cloned().collect();
    let also: Vec<(String, String)> = reasons
        .iter()
        .filter(|(id, _)| red.contains(*id))
        .map(|(id, why)| (id.clone(), why.clone()))
        .collect();
    let mut faults = Vec::new();
    if killed_by.is_empty() {
        faults.push("survives: no check that claims to kill it turned red".to_owned());
    }
    faults.extend(
        kills
            .difference(red)
            .map(|id| format!("{id} claims to kill it but stayed green")),
    );
    faults.extend(
        red.iter()
            .filter(|id| !kills.contains(*id) && !reasons.contains_key(*id))
            .map(|id| format!("{id} turned red without a claim")),
    );
    faults.extend(
        reasons
            .keys()
            .filter(|id| !red.contains(*id))
            .map(|id| format!("{id} is said to go red too but stayed green")),
    );
    MatrixRow {
        mutant: mutant.to_owned(),
        summary: summary.to_owned(),
        killed_by,
        also,
        faults,
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn set(ids: &[&str]) -> BTreeSet<String> {
        ids.iter().map(|id| (*id).to_owned()).collect()
    }

    fn claims() -> Claims {
        let kills = [("m".to_owned(), set(&["a#x"]))].into();
        let also = [("m".to_owned(), [("b#y".to_owned(), "because".to_owned())].into())].into();
        Claims { kills, also }
    }

    #[test]
    fn a_killed_mutant_has_no_fault() {
        let row = faults(&claims(), "m", "s", &set(&["a#x", "b#y"]));
        assert_eq!(row.faults, Vec::<String>::new());
        assert_eq!(row.also, [("b#y".to_owned(), "because".to_owned())]);
    }

    #[test]
    fn a_survivor_a_false_claim_and_an_unrelated_red_are_faults() {
        let survivor = faults(&claims(), "m", "s", &set(&["b#y"]));
        assert_eq!(survivor.faults.len(), 2);
        let unrelated = faults(&claims(), "m", "s", &set(&["a#x", "b#y", "c#z"]));
        assert_eq!(unrelated.faults, ["c#z turned red without a claim"]);
        let false_reason = faults(&claims(), "m", "s", &set(&["a#x"]));
        assert_eq!(
            false_reason.faults,
            ["b#y is said to go red too but stayed green"]
        );
    }
}
