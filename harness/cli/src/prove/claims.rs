//! The claims of the catalogue about mutants, compared with what turned red.

use std::collections::BTreeMap;
use std::collections::BTreeSet;

use cimdspec_model::name::CheckId;
use cimdspec_model::name::VariantId;
use cimdspec_model::plan::Check;
use cimdspec_model::scenario::catalogue::Catalogue;
use cimdspec_report::MatrixRow;

/// What the catalogue claims: by mutant, the checks that kill it, and those that go red too with their reason.
///
/// A check is `scenario#check` for all its variants, or `scenario[client=kind]#check` for all those of one kind of client.
/// If these claim different things, each variant is a check of its own here, `scenario[axis=slug]#check`.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct Claims {
    /// Mutant to checks.
    pub kills: BTreeMap<String, BTreeSet<String>>,
    /// Mutant to check to reason.
    pub also: BTreeMap<String, BTreeMap<String, String>>,
    /// The checks whose variants claim different things.
    apart: BTreeSet<String>,
    /// Checks that a shape fails without a broken rule: they show nothing of a mutant.
    noted: BTreeSet<String>,
}

/// What a conformant server did with the checks, by the names of the claims.
#[derive(Default)]
pub(crate) struct Shown {
    /// Those that apply with some variant: only they can show a rule that is broken.
    pub(crate) applicable: BTreeSet<String>,
    /// Those that it fails as its shape entitles it to: a warning or a note.
    pub(crate) noted: BTreeSet<String>,
}

impl Shown {
    /// Adds what another run showed.
    pub(crate) fn join(&mut self, other: Self) {
        self.applicable.extend(other.applicable);
        self.noted.extend(other.noted);
    }
}

impl Claims {
    /// The claims of all checks.
    pub fn of(catalogue: &Catalogue) -> Self {
        let mut claims = Self {
            apart: apart(catalogue),
            ..Self::default()
        };
        for plan in catalogue.plans() {
            for check in plan.checks.iter() {
                let id = claims.id(&plan.variant, &check.id);
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

    /// Those that a server can show: the check applies to it with some variant, and fails with none.
    pub(crate) fn shown_by(self, shown: Shown) -> Self {
        let Shown { applicable, noted } = shown;
        let can_show = |id: &String| applicable.contains(id) && !noted.contains(id);
        let mut kills = self.kills;
        for ids in kills.values_mut() {
            ids.retain(can_show);
        }
        kills.retain(|_, ids| !ids.is_empty());
        Self { kills, noted, ..self }
    }

    /// The name of a check here.
    pub(crate) fn id(&self, variant: &VariantId, check: &CheckId) -> String {
        let id = of_the_kind(variant, check);
        match self.apart.contains(&id) {
            true => format!("{variant}#{check}"),
            false => id,
        }
    }

    /// Whether some check of the scenario claims something of the mutant.
    pub(crate) fn concern(&self, mutant: &str, scenario: &str) -> bool {
        let of_scenario = |id: &String| scenario_of(id) == scenario;
        self.kills
            .get(mutant)
            .is_some_and(|ids| ids.iter().any(of_scenario))
            || self
                .also
                .get(mutant)
                .is_some_and(|ids| ids.keys().any(of_scenario))
    }

    /// The checks that did with a mutant what they do not claim: a kill that stayed green, a red that nobody claims.
    pub(crate) fn disputed(&self, mutant: &str, red: &BTreeSet<String>) -> BTreeSet<String> {
        let stayed_green = self.stayed_green(mutant, red).cloned();
        stayed_green.chain(self.unclaimed(mutant, red).cloned()).collect()
    }

    fn stayed_green<'a>(
        &'a self,
        mutant: &str,
        red: &'a BTreeSet<String>,
    ) -> impl Iterator<Item = &'a String> {
        let kills = self.kills.get(mutant).into_iter().flatten();
        kills.filter(|id| !red.contains(*id))
    }

    fn unclaimed<'a>(&'a self, mutant: &str, red: &'a BTreeSet<String>) -> impl Iterator<Item = &'a String> {
        let (kills, also) = (self.kills.get(mutant), self.also.get(mutant));
        let told = red.iter().filter(|id| !self.noted.contains(*id));
        told.filter(move |id| {
            !kills.is_some_and(|kills| kills.contains(*id))
                && !also.is_some_and(|also| also.contains_key(*id))
        })
    }

    /// The mutants that some check names and that do not exist.
    pub fn of_nobody<'a>(&self, known: impl Iterator<Item = &'a str>) -> Vec<String> {
        let known: BTreeSet<&str> = known.collect();
        let named: BTreeSet<&String> = self.kills.keys().chain(self.also.keys()).collect();
        named
            .into_iter()
            .filter(|name| !known.contains(name.as_str()))
            .cloned()
            .collect()
    }
}

/// A check, for all variants with the same kind of client.
fn of_the_kind(variant: &VariantId, check: &CheckId) -> String {
    let kind = variant.client().map(|kind| format!("[client={kind}]"));
    format!("{}{}#{check}", variant.scenario, kind.unwrap_or_default())
}

/// The checks whose variants claim different things.
fn apart(catalogue: &Catalogue) -> BTreeSet<String> {
    let mut first: BTreeMap<String, &Check> = BTreeMap::new();
    let mut apart = BTreeSet::new();
    for plan in catalogue.plans() {
        for check in plan.checks.iter() {
            let id = of_the_kind(&plan.variant, &check.id);
            let known = first.entry(id.clone()).or_insert(check);
            if (&known.kills, &known.also) != (&check.kills, &check.also) {
                apart.insert(id);
            }
        }
    }
    apart
}

/// How the checks of a catalogue stand to mutants, without any run.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct Standing {
    /// How many checks name a mutant that they kill.
    pub proven: usize,
    /// Those that name none: they do not count.
    pub unproven: Vec<String>,
}

impl Standing {
    /// The checks of all scenarios; one of a matrix counts once.
    pub fn of(catalogue: &Catalogue) -> Self {
        let mut killers: BTreeMap<String, bool> = BTreeMap::new();
        for plan in catalogue.plans() {
            for check in plan.checks.iter().filter(|check| !check.is_trait()) {
                let id = format!("{}#{}", plan.variant.scenario, check.id);
                *killers.entry(id).or_default() |= !check.kills.is_empty();
            }
        }
        Self {
            proven: killers.values().filter(|kills| **kills).count(),
            unproven: killers
                .into_iter()
                .filter(|(_, kills)| !kills)
                .map(|(id, _)| id)
                .collect(),
        }
    }
}

/// The scenario of a check, from its `scenario#check` or `scenario[axis=slug]#check`.
pub(crate) fn scenario_of(id: &str) -> &str {
    id.split(['[', '#']).next().unwrap_or(id)
}

/// The row of a mutant: what turned red, compared with what is claimed.
pub fn compared(claims: &Claims, mutant: &str, summary: &str, red: &BTreeSet<String>) -> MatrixRow {
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
    let stayed_green = claims.stayed_green(mutant, red);
    faults.extend(stayed_green.map(|id| format!("{id} claims to kill it but stayed green")));
    let unclaimed = claims.unclaimed(mutant, red);
    faults.extend(unclaimed.map(|id| format!("{id} turned red without a claim")));
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
        Claims {
            kills,
            also,
            ..Claims::default()
        }
    }

    #[test]
    fn a_killed_mutant_has_no_fault() {
        let row = compared(&claims(), "m", "s", &set(&["a#x", "b#y"]));
        assert_eq!(row.faults, Vec::<String>::new());
        assert_eq!(row.also, [("b#y".to_owned(), "because".to_owned())]);
    }

    #[test]
    fn a_mutant_that_no_check_names_survives() {
        let row = compared(&Claims::default(), "m", "s", &set(&[]));
        assert_eq!(
            row.faults,
            ["survives: no check that claims to kill it turned red"]
        );
    }

    #[test]
    fn a_name_that_no_mutant_has_is_found() {
        assert_eq!(claims().of_nobody(["n"].into_iter()), ["m"]);
        assert_eq!(claims().of_nobody(["m"].into_iter()), Vec::<String>::new());
    }

    #[test]
    fn a_survivor_a_false_claim_and_an_unrelated_red_are_faults() {
        let survivor = compared(&claims(), "m", "s", &set(&["b#y"]));
        let told = [
            "survives: no check that claims to kill it turned red",
            "a#x claims to kill it but stayed green",
        ];
        assert_eq!(survivor.faults, told);
        let unrelated = compared(&claims(), "m", "s", &set(&["a#x", "b#y", "c#z"]));
        assert_eq!(unrelated.faults, ["c#z turned red without a claim"]);
        let only_killed = compared(&claims(), "m", "s", &set(&["a#x"]));
        assert_eq!(only_killed.faults, Vec::<String>::new());
    }

    #[test]
    fn a_shape_is_held_to_what_it_can_show() {
        let shown = |applicable: &[&str], noted: &[&str]| {
            claims().shown_by(Shown {
                applicable: set(applicable),
                noted: set(noted),
            })
        };
        assert_eq!(shown(&["a#x"], &[]).kills, claims().kills);
        assert_eq!(shown(&["b#y"], &[]).kills, BTreeMap::new());
        let noted = shown(&["a#x"], &["a#x"]);
        assert_eq!(noted.kills, BTreeMap::new());
        assert_eq!(noted.disputed("m", &set(&["a#x", "c#z"])), set(&["c#z"]));
    }

    #[test]
    fn disputed_is_what_did_not_do_as_claimed() {
        let disputed = |red: &[&str]| claims().disputed("m", &set(red));
        assert_eq!(disputed(&["a#x", "b#y"]), set(&[]));
        assert_eq!(disputed(&["b#y", "c#z"]), set(&["a#x", "c#z"]));
    }
}
