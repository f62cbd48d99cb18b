//! The catalogue: every scenario file read, lowered to plans, and joined with its clauses.

use std::sync::Arc;

use crate::diagnostic::Diagnostic;
use crate::diagnostic::Sources;
use crate::name::ScenarioId;
use crate::plan::Plan;
use crate::requirement::clause::Clauses;
use crate::requirement::framework::Controls;
use crate::requirement::inventory::Inventory;
use crate::requirement::kinds::Kinds;
use crate::requirement::release::Releases;
use crate::requirement::revision::Revisions;
use crate::scenario::lower::lower;
use crate::scenario::lower::shared::SharedFiles;
use crate::scenario::moved::Moved;
use crate::scenario::variants::Scenario;

/// All scenarios and clauses.
#[derive(Debug, Clone, PartialEq)]
pub struct Catalogue {
    /// The clauses.
    pub clauses: Clauses,
    /// The scenarios, by path.
    pub scenarios: Vec<Scenario>,
    /// What conforming to a revision means.
    pub revisions: Revisions,
    /// What the clauses support.
    pub controls: Controls,
    /// What became of each requirement.
    pub inventory: Inventory,
    /// Why some clauses are checked with some kinds of clients only.
    pub kinds: Kinds,
    /// Ids that were others before.
    pub moved: Moved,
    /// Which check came with which release.
    pub releases: Releases,
}

const NOT_SCENARIOS: [&str; 10] = [
    "base/",
    "clauses/",
    "controls/",
    "inventory.toml",
    "kinds.toml",
    "moved.toml",
    "releases/",
    "revisions/",
    "schema/",
    "tables/",
];

impl Catalogue {
    /// Reads all files.
    ///
    /// # Errors
    /// A [`Diagnostic`] at the first thing that is not right.
    pub fn read(sources: &Sources) -> Result<Self, Diagnostic> {
        let clauses = Clauses::read(sources)?;
        let shared = SharedFiles::of(sources);
        let scenarios: Vec<Scenario> = sources
            .below("")
            .filter(|(path, _)| {
                path.ends_with(".toml") && !NOT_SCENARIOS.iter().any(|room| path.starts_with(room))
            })
            .map(|(path, text)| beside(path, text, &shared, &clauses))
            .collect::<Result<_, _>>()?;
        let revisions = Revisions::read(sources, &clauses, &scenarios)?;
        let controls = Controls::read(sources, &clauses)?;
        let inventory = Inventory::read(sources, &scenarios)?;
        let kinds = Kinds::read(sources, &clauses)?;
        let moved = Moved::read(sources, &scenarios)?;
        let releases = Releases::read(sources, &moved)?;
        Ok(Self {
            clauses,
            scenarios,
            revisions,
            controls,
            inventory,
            kinds,
            moved,
            releases,
        })
    }

    /// Every plan of every scenario.
    pub fn plans(&self) -> impl Iterator<Item = &Arc<Plan>> {
        self.scenarios.iter().flat_map(|scenario| scenario.plans.iter())
    }
}

/// Reads one scenario file.
///
/// # Errors
/// A [`Diagnostic`] at the first thing that is not right.
pub fn scenario(
    path: &str,
    text: &str,
    sources: &Sources,
    clauses: &Clauses,
) -> Result<Scenario, Diagnostic> {
    beside(path, text, &SharedFiles::of(sources), clauses)
}

/// Reads one scenario file beside others.
fn beside<'a>(
    path: &str,
    text: &'a str,
    shared: &SharedFiles<'a>,
    clauses: &Clauses,
) -> Result<Scenario, Diagnostic> {
    let stem = path.strip_suffix(".toml").unwrap_or(path);
    let id = ScenarioId::parse(stem).map_err(|error| Diagnostic::at(path, text, 0..0, error.to_string()))?;
    let (title, note, plans) = lower(path, text, &id, shared, clauses)?;
    Ok(Scenario {
        id,
        path: path.to_owned(),
        title,
        note,
        plans: plans.into_iter().map(Arc::new).collect(),
    })
}
