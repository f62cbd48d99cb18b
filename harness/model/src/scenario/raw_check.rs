//! Checks and traits as written.

use std::collections::BTreeMap;

use schemars::JsonSchema;
use serde::Deserialize;
use serde::Serialize;

use crate::expect::conditions::Conditions;
use crate::expect::*;
use crate::name::CheckId;
use crate::name::ClauseId;
use crate::name::MutantName;
use crate::plan::Check;
use crate::profile::Policy;
use crate::scenario::lower::bounds::Bounds;
use crate::scenario::lower::bounds::Slugs;
use crate::scenario::lower::bounds::clauses;
use crate::scenario::witness::WitnessRaw;

/// A check: one expectation, with the clauses that require it.
///
/// The level comes from the clauses, never from the scenario. Of several, the strongest one that the chosen revision has
/// decides. A check that kills no mutant is unproven and does not
/// count. A check of how a step was refused follows the check that the step is refused. Such are `sent` to `nowhere`, a
/// status of 400 and above, an error code, and anything whose precondition is that refusal. If the step was granted,
/// the check is not applicable, and its finding names the other one in `because`.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields)]
pub(crate) struct CheckRaw {
    /// Its id inside the scenario.
    #[schemars(with = "String")]
    pub(crate) id: CheckId,
    /// The clause that it checks, or a list of clauses that order the same: `["a.b", "c.d"]`. The first word of an id is
    /// its file below `scenarios/clauses/`. A clause that binds some values of axes only is a table:
    /// `{ id = "c.d", only = { inside = ["10.0.0.1", "::1"] } }`, or the same with `except`. A row of an axis may carry
    /// it: `"$row.clause"`.
    #[serde(deserialize_with = "clauses")]
    pub(crate) clause: Bounds<ClauseId>,
    /// The values of axes, by their slugs, for which the check exists: `{ inside = ["10.0.0.1", "::1"] }`. Default:
    /// all.
    #[serde(default, skip_serializing_if = "BTreeMap::is_empty")]
    pub(crate) only: Slugs,
    /// The precondition. If it does not hold, the check is not applicable.
    #[serde(default, skip_serializing_if = "Conditions::is_empty")]
    pub(crate) given: Conditions,
    /// What is expected.
    pub(crate) expect: ExpectRaw,
    /// What shows that something could have happened, if the check expects that it does not happen. Default: derived
    /// from the control.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub(crate) witness: Option<WitnessRaw>,
    /// Policies of the profile, for example `["cache-floor"]`. Where one is declared, the check is not applicable.
    /// `cimdspec init` detects some policies. The operator declares the others.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    #[schemars(with = "Vec<String>")]
    pub(crate) unless: Vec<Policy>,
    /// The mutants of the reference server on which the check must fail, with each kind of client on its own. If they differ
    /// between variants (`"$row.kills"`), each variant must fail on its own. A mutant that breaks the rule for some
    /// values of axes only is a table: `{ id = "no-registration-kept", only = { client = ["registered"] } }`.
    #[serde(default, skip_serializing_if = "Bounds::is_empty")]
    pub(crate) kills: Bounds<MutantName>,
    /// Mutants that break another rule and may make this check fail too. Each has the reason why that is right.
    #[serde(default, skip_serializing_if = "BTreeMap::is_empty")]
    #[schemars(with = "BTreeMap<String, String>")]
    pub(crate) also: BTreeMap<MutantName, String>,
}

/// A trait: the specification leaves both ways open. The report records which one the target takes, and nothing is
/// judged.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields)]
pub(crate) struct TraitRaw {
    /// Its id inside the scenario.
    #[schemars(with = "String")]
    pub(crate) id: CheckId,
    /// The clause that leaves both ways open.
    #[schemars(with = "String")]
    pub(crate) clause: ClauseId,
    /// The values of axes, by their slugs, for which it is recorded. Default: all.
    #[serde(default, skip_serializing_if = "BTreeMap::is_empty")]
    pub(crate) only: Slugs,
    /// What is recorded.
    pub(crate) tells: Tells,
}

macro_rules! expect_raw {
    (
        $(#[$first_doc:meta])* $first:ident: $First:ident($FirstType:ident),
        $($(#[$doc:meta])* $word:ident: $Kind:ident($Type:ident),)*
    ) => {
        /// An expectation: exactly one member.
        #[derive(Debug, Clone, Default, PartialEq, Serialize, Deserialize, JsonSchema)]
        #[serde(default, deny_unknown_fields)]
        pub(crate) struct ExpectRaw {
            $(#[$first_doc])*
            #[serde(skip_serializing_if = "Option::is_none")]
            pub(crate) $first: Option<$FirstType>,
            $(
                $(#[$doc])*
                #[serde(skip_serializing_if = "Option::is_none")]
                pub(crate) $word: Option<$Type>,
            )*
        }

        /// The expectations, for messages.
        pub(crate) const EXPECTATIONS: &str = concat!(stringify!($first), $(", ", stringify!($word)),*);

        impl ExpectRaw {
            /// The expectation, if it is exactly one.
            pub(crate) fn single(self) -> Option<Expect> {
                let all = [self.$first.map(Expect::$First), $(self.$word.map(Expect::$Kind)),*];
                let mut all = all.into_iter().flatten();
                let (expect, more) = (all.next()?, all.next());
                more.is_none().then_some(expect)
            }
        }

        impl From<&Expect> for ExpectRaw {
            fn from(expect: &Expect) -> Self {
                let mut raw = Self::default();
                match expect.clone() {
                    Expect::$First(it) => raw.$first = Some(it),
                    $(Expect::$Kind(it) => raw.$word = Some(it),)*
                    // Printed among the traits.
                    Expect::Tells(_) => {}
                }
                raw
            }
        }
    };
}

expectations!(expect_raw);

impl CheckRaw {
    /// The check, if exactly one expectation is there.
    pub(crate) fn check(self) -> Option<Check> {
        let Self {
            id,
            clause,
            only: _,
            given,
            expect,
            witness,
            unless,
            kills,
            also,
        } = self;
        let given = given
            .0
            .into_iter()
            .map(ExpectRaw::single)
            .collect::<Option<_>>()?;
        let witness = match witness {
            Some(witness) => Some(witness.witness()?),
            None => None,
        };
        Some(Check {
            id,
            clauses: clause.ids(),
            given,
            expect: expect.single()?,
            witness,
            unless,
            kills: kills.ids(),
            also,
            follows: None,
        })
    }
}

impl From<TraitRaw> for Check {
    fn from(raw: TraitRaw) -> Self {
        Self {
            id: raw.id,
            clauses: vec![raw.clause],
            given: Vec::new(),
            expect: Expect::Tells(raw.tells),
            witness: None,
            unless: Vec::new(),
            kills: Vec::new(),
            also: BTreeMap::new(),
            follows: None,
        }
    }
}

impl TraitRaw {
    /// The trait, if the check is one.
    pub(crate) fn of(check: &Check) -> Option<Self> {
        match &check.expect {
            Expect::Tells(tells) => Some(Self {
                id: check.id.clone(),
                clause: check.clauses.first()?.clone(),
                only: Slugs::new(),
                tells: tells.clone(),
            }),
            _ => None,
        }
    }
}

impl From<&Check> for CheckRaw {
    fn from(check: &Check) -> Self {
        let Check {
            id,
            clauses,
            unless,
            kills,
            also,
            given,
            expect,
            witness,
            follows: _,
        } = check.clone();
        Self {
            id,
            clause: Bounds::from(clauses.as_slice()),
            only: Slugs::new(),
            given: Conditions(given.iter().map(ExpectRaw::from).collect()),
            expect: ExpectRaw::from(&expect),
            witness: witness.as_ref().map(WitnessRaw::from),
            unless,
            kills: Bounds::from(kills.as_slice()),
            also,
        }
    }
}
