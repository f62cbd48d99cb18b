//! How the findings of a variant follow from its cases: which cases were judged, and how the attempts were merged.

use std::collections::BTreeMap;
use std::fmt;
use std::sync::Arc;

use cimdspec_model::name::CaseId;
use cimdspec_model::observation::Case;
use cimdspec_model::plan::Control;
use cimdspec_model::plan::Plan;
use cimdspec_model::requirement::clause::Clauses;
use cimdspec_model::verdict::Finding;
use cimdspec_model::verdict::Outcome;
use serde::Deserialize;
use serde::Serialize;

use crate::finding::judge;
use crate::finding::not_judged;
use crate::input::Input;
use crate::ledger::basis::Basis;
use crate::merge::Round;
use crate::merge::in_round;
use crate::merge::settle;
use crate::merge::settle_dispute;
use crate::merge::settle_odd;
use crate::published::Issuer;
use crate::service::blame;

/// How the findings of one variant came to be.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "kebab-case")]
pub enum Derivation {
    /// A breach that came in one of two attempts is settled by a third.
    Disputed(Box<Self>, Box<Self>, Box<Self>),
    /// One attempt.
    Judged(Judged),
    /// It is about the whole run and follows from no single case.
    OfTheRun,
    /// Two attempts.
    Settled(Box<Self>, Box<Self>),
    /// Two attempts, of which the first rests on a refusal that is unlike all others.
    SettledOdd(Box<Self>, Box<Self>),
    /// No case was judged.
    Unjudged {
        /// What became of every check.
        #[serde(flatten)]
        outcome: Outcome,
        /// The finding of which this is a consequence.
        #[serde(default, skip_serializing_if = "Option::is_none")]
        because: Option<String>,
    },
}

/// One attempt that was judged.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Judged {
    /// Its case.
    pub case: CaseId,
    /// The case of its paired control.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub control: Option<CaseId>,
    /// The round that decided, where there were several.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub round: Option<Round>,
}

/// What a derivation needs and the ledger does not have.
#[derive(Debug, Clone, PartialEq, Eq)]
#[non_exhaustive]
pub enum Missing {
    /// A case.
    Case(CaseId),
    /// The paired control of a plan that has one.
    Control,
}

impl fmt::Display for Missing {
    fn fmt(&self, out: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::Case(id) => write!(out, "the ledger has no case `{id}`"),
            Self::Control => out.write_str("its paired control is not named"),
        }
    }
}

impl std::error::Error for Missing {}

/// What findings are derived from again.
#[derive(Debug, Clone, Copy)]
pub struct Rederive<'a> {
    /// What every case is judged by.
    pub basis: &'a Basis,
    /// The clauses as the run's law has them.
    pub clauses: &'a Clauses,
    /// The plans that are judged over the whole run.
    pub of_the_run: &'a [Arc<Plan>],
    /// The cases.
    pub cases: &'a BTreeMap<CaseId, Case>,
}

impl Rederive<'_> {
    /// The findings of a plan, derived again; nothing where they are about the whole run.
    ///
    /// # Errors
    /// [`Missing`] when the ledger lacks what the derivation names.
    pub fn findings(&self, plan: &Plan, derivation: &Derivation) -> Result<Option<Vec<Finding>>, Missing> {
        match derivation {
            Derivation::OfTheRun => Ok(None),
            other => self.derived(plan, other).map(Some),
        }
    }

    fn derived(&self, plan: &Plan, derivation: &Derivation) -> Result<Vec<Finding>, Missing> {
        Ok(match derivation {
            Derivation::OfTheRun => Vec::new(),
            Derivation::Unjudged { outcome, because } => {
                let mut findings = not_judged(plan, self.clauses, outcome);
                for finding in &mut findings {
                    finding.because.clone_from(because);
                }
                findings
            }
            Derivation::Judged(judged) => self.judged(plan, judged)?,
            Derivation::Settled(first, second) => {
                settle(plan, self.derived(plan, first)?, self.derived(plan, second)?)
            }
            Derivation::SettledOdd(first, second) => {
                settle_odd(plan, self.derived(plan, first)?, self.derived(plan, second)?)
            }
            Derivation::Disputed(first, second, third) => settle_dispute(
                plan,
                &self.derived(plan, first)?,
                self.derived(plan, second)?,
                self.derived(plan, third)?,
            ),
        })
    }

    fn judged(&self, plan: &Plan, judged: &Judged) -> Result<Vec<Finding>, Missing> {
        let named = |id: &CaseId| self.cases.get(id).ok_or_else(|| Missing::Case(id.clone()));
        let case = named(&judged.case)?;
        let control = match (&plan.control, &judged.control) {
            (Control::None(_), _) => None,
            (Control::Plan(_), None) => return Err(Missing::Control),
            (Control::Plan(control), Some(id)) => Some((&**control, named(id)?)),
        };
        let mut findings = judge(Input {
            plan,
            case,
            control,
            calibration: self.basis.samples.for_plan(plan),
            clauses: self.clauses,
            policies: &self.basis.policies,
            issuer: Issuer {
                told: &self.basis.issuer,
                exact: self.basis.exact.as_deref(),
            },
        });
        let mut cases = vec![(plan, case)];
        cases.extend(control);
        blame(&mut findings, plan, &cases, self.of_the_run, &self.basis.bases);
        if let Some(round) = judged.round {
            in_round(&mut findings, round);
        }
        Ok(findings)
    }
}
