//! What a fuzzing run did: cases, behaviour, and for each clause how often it was walked.

use std::collections::BTreeMap;
use std::collections::BTreeSet;

use cimdspec_generate::World;
use cimdspec_model::observation::Arrival;
use cimdspec_model::observation::Case;
use cimdspec_model::plan::ContentKey;
use serde::Serialize;

/// How often a clause was walked.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq, Serialize)]
pub(crate) struct Walks {
    /// In how many cases.
    pub(crate) walked: usize,
    /// In how many of them the same client without a difference is granted what it asks for.
    pub(crate) granted: usize,
}

/// What a fuzzing run did.
#[derive(Debug, Default)]
pub(crate) struct Tally {
    pub(crate) cases: usize,
    /// Those whose needs the target or the environment does not have.
    pub(crate) unfit: usize,
    /// The numbers of the cases that brought new behaviour.
    new_at: Vec<usize>,
    clauses: BTreeMap<String, Walks>,
    /// The base worlds, by what they ask, and whether they are granted.
    bases: BTreeMap<ContentKey, bool>,
    asked: BTreeSet<ContentKey>,
}

impl Tally {
    /// Whether the base of a world, by what it asks, is to be walked first.
    pub(crate) fn is_first_of(&mut self, base: ContentKey) -> bool {
        self.asked.insert(base)
    }

    /// A case was walked.
    pub(crate) fn walked(&mut self, world: &World, base: ContentKey, case: &Case, is_new: bool) {
        self.cases += 1;
        if is_new {
            self.new_at.push(self.cases);
        }
        if world.fields.is_empty() {
            self.bases.insert(base, is_granted(case));
        }
        let granted = self.bases.get(&base).copied().unwrap_or_default();
        let clauses = world.plan.checks.iter().flat_map(|check| &check.clauses);
        let clauses: BTreeSet<String> = clauses.map(ToString::to_string).collect();
        for clause in clauses {
            let walks = self.clauses.entry(clause).or_default();
            walks.walked += 1;
            walks.granted += usize::from(granted);
        }
    }

    /// A case that the target or the environment cannot carry.
    pub(crate) fn unfit(&mut self) {
        self.unfit += 1;
    }

    /// The clauses, and how often each was walked.
    pub(crate) fn clauses(&self) -> &BTreeMap<String, Walks> {
        &self.clauses
    }

    /// The clauses that were never walked on a base that is granted.
    pub(crate) fn not_fuzzed(&self) -> Vec<&str> {
        let clauses = self.clauses.iter().filter(|(_, walks)| walks.granted == 0);
        clauses.map(|(clause, _)| clause.as_str()).collect()
    }

    /// How much behaviour was new in the last tenth of the cases.
    pub(crate) fn new_in_the_last_tenth(&self) -> usize {
        let since = self.cases - self.cases / 10;
        self.new_at.iter().filter(|at| **at > since).count()
    }
}

/// Whether the client got as far as a right one gets: a code, a question to the user or his refusal, a successful answer.
fn is_granted(case: &Case) -> bool {
    case.has_code()
        || case.steps.iter().any(|step| match &step.arrival {
            Arrival::Consent | Arrival::Denied => true,
            Arrival::Answer => step.status().is_some_and(|status| (200..300).contains(&status)),
            arrival => arrival.parameter("error") == Some("access_denied"),
        })
}
