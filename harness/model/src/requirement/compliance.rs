//! How a run stands to the frozen revisions and to the controls of frameworks.

use std::collections::BTreeMap;
use std::collections::BTreeSet;

use schemars::JsonSchema;
use serde::Deserialize;
use serde::Serialize;

use crate::name::ClauseId;
use crate::requirement::clause::Clause;
use crate::requirement::clause::Clauses;
use crate::requirement::revision::Revision;
use crate::scenario::catalogue::Catalogue;
use crate::verdict::Finding;
use crate::verdict::Outcome;
use crate::verdict::Tally;

/// How a run stands to what others have written down.
#[derive(Debug, Clone, PartialEq, Eq, Default, Serialize, Deserialize, JsonSchema)]
pub struct Standing {
    /// To each frozen revision.
    pub revisions: Vec<OfRevision>,
    /// To each framework.
    pub frameworks: Vec<OfFramework>,
    /// What only the operator can say.
    pub declared: Vec<Declared>,
}

/// How a run stands to a revision.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
pub struct OfRevision {
    /// The revision's name.
    pub revision: String,
    /// What it is.
    pub title: String,
    /// The day on which its list was frozen.
    pub frozen: String,
    /// How many checks its list has.
    pub checks: usize,
    /// How many of them the run had.
    pub covered: usize,
    /// How they came out, at the levels of this revision.
    pub tally: Tally,
}

/// How a run stands to a framework.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
pub struct OfFramework {
    /// Its title.
    pub title: String,
    /// How its controls fared.
    pub controls: Vec<OfControl>,
}

/// How a run stands to a control.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
pub struct OfControl {
    /// Its id.
    pub control: String,
    /// Its title.
    pub title: String,
    /// Whether some check of the catalogue supports it.
    pub supported: bool,
    /// How the checks that support it came out.
    pub tally: Tally,
    /// The weaknesses that broken checks are, by their numbers in the Common Weakness Enumeration.
    pub weaknesses: Vec<u32>,
    /// What an operator can declare for it.
    pub declarable: Vec<String>,
}

/// A control that no black box sees.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
pub struct Declared {
    /// Its id.
    pub id: String,
    /// What is to be declared.
    pub title: String,
    /// What the operator says; nothing where the operator says nothing.
    pub says: Option<String>,
}

impl Standing {
    /// How the findings stand; `declared` is what the operator says, by the ids of `controls/declared.toml`.
    pub fn of(findings: &[Finding], catalogue: &Catalogue, declared: &BTreeMap<String, String>) -> Self {
        let revisions = catalogue.revisions.0.values();
        Self {
            revisions: revisions
                .map(|revision| OfRevision::of(findings, revision, &catalogue.clauses))
                .collect(),
            frameworks: of_frameworks(findings, catalogue),
            declared: catalogue
                .controls
                .declared
                .iter()
                .map(|(id, declarable)| Declared {
                    id: id.clone(),
                    title: declarable.title.clone(),
                    says: declared.get(id).cloned(),
                })
                .collect(),
        }
    }
}

impl OfRevision {
    /// How findings stand to a revision.
    pub fn of(findings: &[Finding], revision: &Revision, clauses: &Clauses) -> Self {
        let theirs = clauses.of(&revision.law());
        let mut covered = BTreeSet::new();
        let as_there: Vec<Finding> = findings
            .iter()
            .filter_map(|finding| {
                let id = format!("{}#{}", finding.variant.scenario, finding.check);
                let clause = theirs.deciding(&finding.clauses)?;
                revision.checks.get(&id)?;
                covered.insert(id);
                Some(at(finding, clause))
            })
            .collect();
        Self {
            revision: revision.name.clone(),
            title: revision.title.clone(),
            frozen: revision.frozen.clone(),
            checks: revision.checks.len(),
            covered: covered.len(),
            tally: Tally::of(&as_there),
        }
    }
}

/// The finding as a revision has it: the level of its clause there, which is that of the frozen list.
fn at(finding: &Finding, clause: &Clause) -> Finding {
    Finding {
        level: clause.level,
        breach: clause.breach(),
        evidence: Vec::new(),
        decisive: Vec::new(),
        ..finding.clone()
    }
}

fn of_frameworks(findings: &[Finding], catalogue: &Catalogue) -> Vec<OfFramework> {
    let controls = &catalogue.controls;
    let mut by_control: BTreeMap<&str, Vec<&Finding>> = BTreeMap::new();
    for finding in findings {
        let supports = finding.clauses.iter().filter_map(|id| controls.support.get(id));
        let supported: BTreeSet<&String> = supports.flat_map(|support| &support.controls).collect();
        for control in supported {
            by_control.entry(control).or_default().push(finding);
        }
    }
    let checked: BTreeSet<&ClauseId> = catalogue
        .plans()
        .flat_map(|plan| plan.checks.iter().flat_map(|check| &check.clauses))
        .collect();
    let supported: BTreeSet<&String> = controls
        .support
        .iter()
        .filter(|(clause, _)| checked.contains(clause))
        .flat_map(|(_, support)| &support.controls)
        .collect();
    let of_control = |(control, title): (&String, &String)| {
        let supporting = by_control
            .get(control.as_str())
            .map(Vec::as_slice)
            .unwrap_or_default();
        let broken = supporting
            .iter()
            .filter(|finding| finding.outcome == Outcome::Fail);
        let weaknesses: BTreeSet<u32> = broken
            .flat_map(|finding| &finding.clauses)
            .filter_map(|id| controls.support.get(id)?.cwe)
            .collect();
        let declarable = controls
            .declared
            .iter()
            .filter(|(_, declarable)| declarable.controls.contains(control));
        OfControl {
            control: control.clone(),
            title: title.clone(),
            supported: supported.contains(control),
            tally: Tally::of(supporting.iter().copied()),
            weaknesses: weaknesses.into_iter().collect(),
            declarable: declarable.map(|(id, _)| id.clone()).collect(),
        }
    };
    controls
        .frameworks
        .values()
        .map(|framework| OfFramework {
            title: framework.title.clone(),
            controls: framework.controls.iter().map(of_control).collect(),
        })
        .collect()
}
