//! The entries of a baseline.

use std::collections::BTreeSet;

use crate::day::Day;
use crate::name::VariantId;
use crate::scenario::moved::Moved;
use crate::verdict::Finding;

/// The known broken rules of a server.
#[derive(Debug, Clone, PartialEq, Eq, Default)]
pub struct Baseline(pub(crate) Vec<Known>);

/// One check that is known to be broken.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) struct Known {
    /// The check, as `scenario#check`.
    pub(crate) check: String,
    /// The broken variants by their slugs.
    pub(crate) variants: BTreeSet<String>,
    /// Whether it may also be kept.
    pub(crate) varies: bool,
    /// Who sees to it.
    pub(crate) owner: Option<String>,
    /// The last day on which it is accepted.
    pub(crate) until: Option<Day>,
    /// The file and the line of the entry.
    pub(crate) place: String,
}

impl Baseline {
    /// The checks that it names.
    pub fn checks(&self) -> impl Iterator<Item = &str> {
        self.0.iter().map(|known| known.check.as_str())
    }

    /// Whether an entry names a finding, however long it is accepted.
    pub fn names(&self, finding: &Finding) -> bool {
        let (check, slugs) = (check_of(finding), slugs_of(&finding.variant));
        self.0
            .iter()
            .any(|known| known.check == check && (slugs.is_empty() || known.variants.contains(&slugs)))
    }

    /// The same entries, those of checks that moved by the ids that they have now. Where a move also names the variant, the
    /// slugs of an entry would be others: it stays, and a comparison reports it.
    pub fn with_moves(mut self, moved: &Moved) -> Self {
        for known in &mut self.0 {
            let now = moved.now(&known.check).filter(|now| !now.contains('['));
            known.check = now.unwrap_or_else(|| known.check.clone());
        }
        self
    }
}

impl Known {
    /// The entry in words, where it is not accepted any more.
    pub(crate) fn expired(&self, today: Day) -> Option<String> {
        let until = self.until.filter(|until| *until < today)?;
        let owner = self.owner.as_ref().map(|owner| format!("; owner: {owner}"));
        Some(format!(
            "{}  (accepted until {until}{}; {})",
            self.check,
            owner.unwrap_or_default(),
            self.place
        ))
    }
}

/// The check of a finding, as `scenario#check`.
pub(crate) fn check_of(finding: &Finding) -> String {
    format!("{}#{}", finding.variant.scenario, finding.check)
}

/// A variant by its slugs.
pub(crate) fn slugs_of(variant: &VariantId) -> String {
    let slugs: Vec<&str> = variant.axes.iter().map(|(_, slug)| slug.as_str()).collect();
    slugs.join(",")
}
