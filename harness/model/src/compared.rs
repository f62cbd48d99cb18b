//! What changed between two reports, check by check.

use std::collections::BTreeMap;

use crate::name::ClauseId;
use crate::report::Report;
use crate::verdict::Finding;
use crate::verdict::Outcome;
use crate::verdict::Verdict;

/// A finding's place among the better and the worse: what a reader of a difference wants to know.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
pub enum Standing {
    /// The rule is kept.
    Kept,
    /// Not applicable: what it is about does not come about, for example because it is refused before.
    Void,
    /// There is no verdict.
    Untold,
    /// The rule is broken.
    Broken(Verdict),
}

impl Standing {
    /// Where a finding stands.
    pub fn of(finding: &Finding) -> Self {
        match (finding.verdict(), &finding.outcome) {
            (Some(verdict), _) => Self::Broken(verdict),
            (None, Outcome::Pass) => Self::Kept,
            (None, Outcome::NotApplicable(_)) => Self::Void,
            (None, _) => Self::Untold,
        }
    }
}

/// How each check of a report stands, by its id: what another report is compared with.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct Standings(BTreeMap<String, Stood>);

/// A check of a variant and how it stands.
#[derive(Debug, Clone, PartialEq, Eq)]
struct Stood {
    check: String,
    axes: String,
    citation: String,
    clause: Option<ClauseId>,
    standing: Standing,
}

impl Standings {
    /// Those of a report.
    pub fn of(report: &Report) -> Self {
        let stood = |finding: &Finding| {
            let axes = finding.variant.axes.iter();
            let axes: Vec<&str> = axes.map(|(_, slug)| slug.as_str()).collect();
            let clauses: Vec<&ClauseId> = finding.clauses.iter().collect();
            Stood {
                check: format!("{}#{}", finding.variant.scenario, finding.check),
                axes: axes.join(","),
                citation: finding.citation_with(&clauses),
                clause: finding.clauses.first().cloned(),
                standing: Standing::of(finding),
            }
        };
        let findings = report.findings.iter();
        Self(findings.map(|finding| (finding.id(), stood(finding))).collect())
    }
}

/// What kind of change it is.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
pub enum Kind {
    /// Broken now, and not in this way before.
    NewlyBroken,
    /// Broken before, and kept now.
    Repaired,
    /// Broken before, and not applicable now.
    Void,
    /// Not judged any more.
    Lost,
    /// Kept now, and not judged before.
    Gained,
}

impl Kind {
    /// All of them, the most important first.
    pub const ALL: [Self; 5] = [
        Self::NewlyBroken,
        Self::Repaired,
        Self::Void,
        Self::Lost,
        Self::Gained,
    ];

    /// What a list of them is called.
    pub fn heading(self) -> &'static str {
        match self {
            Self::NewlyBroken => "newly broken",
            Self::Repaired => "repaired",
            Self::Void => "broken before, not applicable now",
            Self::Lost => "no longer judged",
            Self::Gained => "now judged",
        }
    }
}

/// A check of a variant that stands differently in the later of two reports.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Change {
    /// The check, as `scenario#check`.
    pub check: String,
    /// The variant, by its slugs.
    pub axes: String,
    /// Where its sentences are, in words.
    pub citation: String,
    /// The clause that decides.
    pub clause: Option<ClauseId>,
    /// How it stood.
    pub before: Standing,
    /// How it stands.
    pub after: Standing,
}

impl Change {
    /// What kind of change it is.
    pub fn kind(&self) -> Kind {
        let was_broken = matches!(self.before, Standing::Broken(_));
        match self.after {
            Standing::Broken(_) => Kind::NewlyBroken,
            Standing::Kept if was_broken => Kind::Repaired,
            Standing::Kept => Kind::Gained,
            Standing::Void if was_broken => Kind::Void,
            Standing::Void | Standing::Untold => Kind::Lost,
        }
    }
}

/// What two reports have in common and differs, and how much only one has.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct Compared {
    /// What stands differently, in the order of the ids.
    pub changes: Vec<Change>,
    /// How many checks only the earlier report has.
    pub only_before: usize,
    /// How many only the later one has.
    pub only_after: usize,
}

impl Compared {
    /// How the later of two reports differs from the earlier one.
    pub fn of(before: &Standings, after: &Standings) -> Self {
        let only = |one: &Standings, other: &Standings| {
            let ids = one.0.keys();
            ids.filter(|id| !other.0.contains_key(*id)).count()
        };
        let changes = after.0.iter().filter_map(|(id, is)| {
            let was = before.0.get(id)?.standing;
            (was != is.standing).then(|| Change {
                check: is.check.clone(),
                axes: is.axes.clone(),
                citation: is.citation.clone(),
                clause: is.clause.clone(),
                before: was,
                after: is.standing,
            })
        });
        Self {
            changes: changes.collect(),
            only_before: only(before, after),
            only_after: only(after, before),
        }
    }

    /// The changes of a kind.
    pub fn of_kind(&self, kind: Kind) -> Vec<&Change> {
        let changes = self.changes.iter();
        changes.filter(|change| change.kind() == kind).collect()
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::name::CheckId;
    use crate::name::ScenarioId;
    use crate::name::VariantId;
    use crate::requirement::level::Level;

    fn report(outcomes: &[(&str, Outcome)]) -> Report {
        let finding = |(slug, outcome): &(&str, Outcome)| Finding {
            variant: VariantId {
                scenario: ScenarioId::parse("a/b").unwrap(),
                axes: vec![("axis".to_owned(), (*slug).to_owned())],
            },
            check: CheckId::parse("c").unwrap(),
            title: String::new(),
            clauses: vec![ClauseId::parse("x.y").unwrap()],
            level: Level::Must,
            breach: Verdict::Violation,
            citation: "RFC 1".to_owned(),
            outcome: outcome.clone(),
            expected: String::new(),
            seen: String::new(),
            evidence: Vec::new(),
            decisive: Vec::new(),
            because: None,
        };
        Report {
            findings: outcomes.iter().map(finding).collect(),
            ..Report::default()
        }
    }

    #[test]
    fn each_change_is_of_one_kind_and_what_one_report_has_is_counted() {
        let open = || Outcome::inconclusive("why");
        let void = || Outcome::not_applicable("why");
        let before = report(&[
            ("broken", Outcome::Pass),
            ("repaired", Outcome::Fail),
            ("void", Outcome::Fail),
            ("lost", Outcome::Pass),
            ("lost too", Outcome::Fail),
            ("gained", void()),
            ("same", Outcome::Fail),
            ("gone", Outcome::Fail),
        ]);
        let after = report(&[
            ("broken", Outcome::Fail),
            ("repaired", Outcome::Pass),
            ("void", void()),
            ("lost", void()),
            ("lost too", open()),
            ("gained", Outcome::Pass),
            ("same", Outcome::Fail),
            ("new", Outcome::Fail),
            ("newer", Outcome::Pass),
        ]);
        let compared = Compared::of(&Standings::of(&before), &Standings::of(&after));
        let told = Kind::ALL.map(|kind| {
            let changes = compared.of_kind(kind).into_iter();
            changes
                .map(|change| change.axes.as_str())
                .collect::<Vec<_>>()
                .join(", ")
        });
        assert_eq!(told, ["broken", "repaired", "void", "lost too, lost", "gained"]);
        assert_eq!((compared.only_before, compared.only_after), (1, 2));
    }
}
