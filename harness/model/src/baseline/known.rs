//! The entries of a baseline.

use std::collections::BTreeMap;
use std::collections::BTreeSet;

use crate::day::Day;
use crate::name::VariantId;
use crate::place::KnownAt;
use crate::place::Place;
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
    /// Why it is so, or is left so.
    pub(crate) reason: String,
    /// Who sees to it.
    pub(crate) owner: Option<String>,
    /// The last day on which it is accepted.
    pub(crate) until: Option<Day>,
    /// The file of the entry.
    pub(crate) path: String,
    /// Its line there.
    pub(crate) line: usize,
}

impl Baseline {
    /// The checks that it names.
    pub fn checks(&self) -> impl Iterator<Item = &str> {
        self.0.iter().map(|known| known.check.as_str())
    }

    /// The entries as reports show them, by their checks. `inside` gives the path of a file from the root of the user's
    /// repository, if it is there.
    pub fn entries(&self, inside: impl Fn(&str) -> Option<String>) -> BTreeMap<String, KnownAt> {
        let entry = |known: &Known| KnownAt {
            place: inside(&known.path).map(|path| Place {
                path,
                line: known.line,
            }),
            reason: known.reason.clone(),
            variants: known.variants.clone(),
        };
        let entries = self.0.iter();
        entries.map(|known| (known.check.clone(), entry(known))).collect()
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
    /// The file and the line of the entry.
    pub(crate) fn place(&self) -> String {
        format!("{}:{}", self.path, self.line)
    }

    /// The entry in words, where it is not accepted any more.
    pub(crate) fn expired(&self, today: Day) -> Option<String> {
        let until = self.until.filter(|until| *until < today)?;
        let owner = self.owner.as_ref().map(|owner| format!("; owner: {owner}"));
        Some(format!(
            "{}  (accepted until {until}{}; {})",
            self.check,
            owner.unwrap_or_default(),
            self.place()
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

#[cfg(test)]
mod tests {
    use super::*;

    const TEXT: &str = "# known\n\n[[broken]]\ncheck = \"a/b#c\"\nvariants = [\"one\"]\nreason = \"why\"\n\n[[broken]]\ncheck = \"d#e\"\nreason = \"so\"\n";

    #[test]
    fn each_entry_has_its_line() {
        let baseline = Baseline::read("known.toml", TEXT).unwrap();
        let known = baseline.entries(|path| Some(format!("ci/{path}")));
        let lines: Vec<(&str, usize)> = known
            .iter()
            .map(|(check, known)| (check.as_str(), known.place.as_ref().unwrap().line))
            .collect();
        assert_eq!(lines, [("a/b#c", 3), ("d#e", 8)]);
        assert_eq!(baseline.entries(|_| None)["a/b#c"].place, None);
    }
}
