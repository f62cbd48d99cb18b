//! The columns of a proof: the same cases without a login recipe, and with a wrong password.
//!
//! Who cannot log in learns less. So no check passes there, and none fails, that does not with the right recipe.

use std::collections::BTreeMap;
use std::collections::BTreeSet;
use std::fmt;
use std::sync::Arc;

use cimdspec_drive::Controls;
use cimdspec_model::expect::Expect;
use cimdspec_model::plan::Check;
use cimdspec_model::plan::Plan;
use cimdspec_model::verb::Act;
use cimdspec_model::verdict::Outcome;
use cimdspec_reference::Mutant;
use cimdspec_reference::Policy;
use cimdspec_reference::mutants;

use crate::args::arguments::ColumnsOf;
use crate::exit::Stop;
use crate::prove::runs::Proof;
use crate::prove::runs::Subject;
use crate::prove::runs::is_load;
use crate::session::stage::Recipe;

/// The columns beside the one with the right recipe.
const BESIDE: [Recipe; 2] = [Recipe::Missing, Recipe::WrongPassword];

/// What a column said of a check.
#[derive(Debug, Clone, PartialEq, Eq)]
enum Said {
    Fail,
    Neither(String),
    Pass,
}

impl fmt::Display for Said {
    fn fmt(&self, out: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::Fail => out.write_str("fails"),
            Self::Neither(why) => write!(out, "is neither right nor wrong ({why})"),
            Self::Pass => out.write_str("passes"),
        }
    }
}

impl From<Outcome> for Said {
    fn from(outcome: Outcome) -> Self {
        match outcome {
            Outcome::Fail => Self::Fail,
            Outcome::Pass => Self::Pass,
            Outcome::Error(why)
            | Outcome::Inconclusive(why)
            | Outcome::NotApplicable(why)
            | Outcome::NotRun(why) => Self::Neither(why.text),
            Outcome::Recorded(what) => Self::Neither(what),
        }
    }
}

/// One column: how many cases were walked, and what was said of each check.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
struct Column {
    walked: usize,
    said: BTreeMap<String, Said>,
}

/// How the columns of one server compare.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub(crate) struct Columns {
    /// Cases that were walked, in all columns.
    pub(crate) walked: usize,
    /// Where a column says more than it can know, or walked too little.
    pub(crate) faults: Vec<String>,
}

/// Whether a check of the plan that kills the mutant rests on a grant or a page, and not on what the wire shows.
fn rests_on_an_answer(plan: &Plan, mutant: &str) -> bool {
    let kills = |check: &&Check| check.kills.iter().any(|name| name.as_str() == mutant);
    let is_authorize = plan
        .steps
        .iter()
        .any(|step| matches!(step.act, Act::Authorize(_)));
    is_authorize
        && !is_race(plan)
        && plan
            .checks
            .iter()
            .filter(kills)
            .any(|check| !matches!(check.expect, Expect::Traffic(_)))
}

/// Whether steps of the plan run at the same time: one column may win the race and the next one lose it.
fn is_race(plan: &Plan) -> bool {
    plan.steps.iter().any(|step| step.background)
}

impl Proof {
    /// The columns of the conformant reference, over everything that puts no load on it.
    pub(crate) async fn columns_of_the_reference(&self) -> Result<Columns, Stop> {
        let scenarios = self.catalogue.scenarios.iter();
        let plans = scenarios
            .filter(|scenario| !is_load(scenario))
            .flat_map(|scenario| scenario.plans.clone());
        self.columns("n", &|| self.ground.policy(), plans.collect()).await
    }

    /// The columns of a mutant, over what kills it: where that rests on a grant or a page, or over all of it.
    pub(crate) async fn columns_of(&self, mutant: &Mutant, wanted: ColumnsOf) -> Result<Columns, Stop> {
        let is_wanted = |plan: &&Arc<Plan>| match wanted {
            ColumnsOf::Nobody => false,
            ColumnsOf::Answers => rests_on_an_answer(plan, mutant.name),
            ColumnsOf::All => {
                let mut checks = plan.checks.iter().filter(|_| !is_race(plan));
                checks.any(|check| check.kills.iter().any(|name| name.as_str() == mutant.name))
            }
        };
        let plans: Vec<Arc<Plan>> = self.catalogue.plans().filter(is_wanted).cloned().collect();
        if plans.is_empty() {
            return Ok(Columns::default());
        }
        let index = mutants().position(|other| other.name == mutant.name);
        let label = format!("m{:x}x", index.unwrap_or_default());
        self.columns(&label, &|| self.ground.deviating(mutant), plans)
            .await
    }

    /// Walks the plans with each recipe; those of which the columns disagree, a second time.
    async fn columns(
        &self,
        label: &str,
        policy: &(dyn Fn() -> Policy + Sync),
        plans: Vec<Arc<Plan>>,
    ) -> Result<Columns, Stop> {
        let first = self.columns_once(label, policy, &plans).await?;
        let disputed = first.disputed();
        if disputed.is_empty() {
            return Ok(first.concluded());
        }
        let again: Vec<Arc<Plan>> = plans
            .into_iter()
            .filter(|plan| disputed.contains(&plan.variant.to_string()))
            .collect();
        let second = self.columns_once(&format!("{label}y"), policy, &again).await?;
        let mut columns = second.concluded();
        columns.faults.extend(first.too_few());
        columns.walked = first.walked();
        Ok(columns)
    }

    async fn columns_once(
        &self,
        label: &str,
        policy: &(dyn Fn() -> Policy + Sync),
        plans: &[Arc<Plan>],
    ) -> Result<Compared, Stop> {
        let right = self.column(label, policy(), Recipe::Right, plans).await?;
        let mut beside = Vec::new();
        for recipe in BESIDE {
            beside.push((recipe, self.column(label, policy(), recipe, plans).await?));
        }
        Ok(Compared { right, beside })
    }

    async fn column(
        &self,
        label: &str,
        policy: Policy,
        recipe: Recipe,
        plans: &[Arc<Plan>],
    ) -> Result<Column, Stop> {
        let letter = match recipe {
            Recipe::Right => "r",
            Recipe::Missing => "n",
            Recipe::WrongPassword => "w",
        };
        let subject = Subject {
            policy,
            recipe,
            nonce: format!("{}{label}{letter}", self.nonce),
        };
        let mut column = Column::default();
        let each = |finding: cimdspec_model::verdict::Finding| {
            column.said.insert(finding.id(), Said::from(finding.outcome));
        };
        column.walked = self.run(subject, plans.to_vec(), Controls::Always, each).await?;
        Ok(column)
    }
}

/// All columns of one server.
struct Compared {
    right: Column,
    beside: Vec<(Recipe, Column)>,
}

impl Compared {
    fn walked(&self) -> usize {
        self.right.walked + self.beside.iter().map(|(_, column)| column.walked).sum::<usize>()
    }

    fn concluded(&self) -> Columns {
        let differing = self.differing().map(|(recipe, id, said)| {
            let right = self
                .right
                .said
                .get(id)
                .map_or_else(|| "is not there".to_owned(), Said::to_string);
            format!(
                "{}: {id} {said}, but {right} with the right recipe",
                in_words(recipe)
            )
        });
        Columns {
            walked: self.walked(),
            faults: differing.chain(self.too_few()).collect(),
        }
    }

    /// What passes or fails in a column, and does not with the right recipe.
    fn differing(&self) -> impl Iterator<Item = (Recipe, &String, &Said)> {
        self.beside.iter().flat_map(|(recipe, column)| {
            let said = column.said.iter();
            said.filter(|(id, said)| {
                !matches!(said, Said::Neither(_)) && self.right.said.get(*id) != Some(*said)
            })
            .map(|(id, said)| (*recipe, id, said))
        })
    }

    /// The variants of which the columns disagree.
    fn disputed(&self) -> BTreeSet<String> {
        self.differing()
            .map(|(_, id, _)| {
                id.rsplit_once('#')
                    .map_or(id.as_str(), |(variant, _)| variant)
                    .to_owned()
            })
            .collect()
    }

    /// The columns that walked fewer cases than the right one.
    fn too_few(&self) -> impl Iterator<Item = String> {
        self.beside.iter().filter_map(|(recipe, column)| {
            let (walked, right) = (column.walked, self.right.walked);
            (walked < right).then(|| {
                format!(
                    "{}: walked {walked} cases, {right} with the right recipe",
                    in_words(*recipe)
                )
            })
        })
    }
}

fn in_words(recipe: Recipe) -> &'static str {
    match recipe {
        Recipe::Missing => "without a login recipe",
        Recipe::Right => "with the right recipe",
        Recipe::WrongPassword => "with a wrong password",
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn column(walked: usize, said: &[(&str, Said)]) -> Column {
        Column {
            walked,
            said: said
                .iter()
                .map(|(id, said)| ((*id).to_owned(), said.clone()))
                .collect(),
        }
    }

    fn faults(right: Said, beside: Said) -> Vec<String> {
        let compared = Compared {
            right: column(1, &[("a/b#c", right)]),
            beside: vec![(Recipe::Missing, column(1, &[("a/b#c", beside)]))],
        };
        compared.concluded().faults
    }

    #[test]
    fn a_column_may_know_less_and_never_more() {
        let open = || Said::Neither("a login page".to_owned());
        for (right, beside) in [
            (Said::Pass, Said::Pass),
            (Said::Fail, Said::Fail),
            (Said::Pass, open()),
            (Said::Fail, open()),
            (open(), open()),
        ] {
            assert_eq!(faults(right, beside), Vec::<String>::new());
        }
        for (right, beside) in [
            (Said::Pass, Said::Fail),
            (Said::Fail, Said::Pass),
            (open(), Said::Pass),
            (open(), Said::Fail),
        ] {
            assert_eq!(faults(right, beside).len(), 1);
        }
        assert_eq!(
            faults(Said::Fail, Said::Pass),
            ["without a login recipe: a/b#c passes, but fails with the right recipe"]
        );
    }

    #[test]
    fn a_column_that_walked_fewer_cases_is_a_fault() {
        let compared = Compared {
            right: column(3, &[]),
            beside: vec![(Recipe::WrongPassword, column(2, &[]))],
        };
        assert_eq!(
            compared.concluded().faults,
            ["with a wrong password: walked 2 cases, 3 with the right recipe"]
        );
    }
}
