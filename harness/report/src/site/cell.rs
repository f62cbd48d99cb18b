//! What became of a clause on a server, with the place of its evidence on the page of the report.

use std::collections::BTreeMap;
use std::collections::BTreeSet;

use cimdspec_model::name::ClauseId;
use cimdspec_model::report::Report;
use cimdspec_model::requirement::clause::Sentence;
use cimdspec_model::verdict::Finding;
use cimdspec_model::verdict::Outcome;
use cimdspec_model::verdict::Verdict;

use crate::html::anchors;

/// What became of a clause, the most important first.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
pub(super) enum State {
    /// A check of it is broken.
    Broken(Verdict),
    /// A check of it has no verdict.
    Open,
    /// Every judged check of it passed.
    Kept,
    /// It was only recorded what the server does.
    Recorded,
    /// The environment could not carry its checks.
    NotRun,
    /// It does not concern the server.
    NotApplicable,
}

impl State {
    /// The word that people read.
    pub(super) fn word(self) -> &'static str {
        match self {
            Self::Broken(verdict) => verdict.word(),
            Self::Open => "inconclusive",
            Self::Kept => "kept",
            Self::Recorded => "recorded",
            Self::NotRun => "not run",
            Self::NotApplicable => "not applicable",
        }
    }

    /// The class of its colour.
    pub(super) fn class(self) -> &'static str {
        match self {
            Self::Broken(verdict) => verdict.word(),
            Self::Open => "open",
            Self::Kept => "kept",
            Self::Recorded | Self::NotRun | Self::NotApplicable => "idle",
        }
    }
}

/// What a report says of one clause.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(super) struct Cell {
    pub(super) state: State,
    /// How many variants of checks are in this state.
    pub(super) count: usize,
    /// Where the evidence is on the page of the report.
    pub(super) anchor: String,
}

/// What a report says of each clause that its findings name.
pub(super) fn cells(report: &Report) -> BTreeMap<ClauseId, Cell> {
    let failures: BTreeSet<&str> = report.failures.iter().map(String::as_str).collect();
    let mut cells: BTreeMap<ClauseId, Cell> = BTreeMap::new();
    for finding in &report.findings {
        let is_failure = || failures.contains(finding.id().as_str());
        for (place, clause) in finding.clauses.iter().enumerate() {
            let state = match place {
                0 => state(finding),
                _ => beside(finding, report.sentences.get(clause)),
            };
            let anchor = || match state {
                State::Broken(_) if is_failure() => anchors::FAILURES.to_owned(),
                State::Broken(_) => anchors::rule(finding).unwrap_or_default(),
                State::Open => anchors::OPEN.to_owned(),
                State::Kept => anchors::kept(clause),
                State::Recorded => anchors::TRAITS.to_owned(),
                State::NotRun => anchors::NOT_RUN.to_owned(),
                State::NotApplicable => anchors::NOT_APPLICABLE.to_owned(),
            };
            match cells.get_mut(clause) {
                Some(cell) if cell.state == state => cell.count += 1,
                Some(cell) if cell.state < state => {}
                Some(_) | None => {
                    let (count, anchor) = (1, anchor());
                    cells.insert(clause.clone(), Cell { state, count, anchor });
                }
            }
        }
    }
    cells
}

fn state(finding: &Finding) -> State {
    match &finding.outcome {
        Outcome::Fail => State::Broken(finding.breach),
        Outcome::Error(_) | Outcome::Inconclusive(_) => State::Open,
        Outcome::Pass => State::Kept,
        Outcome::Recorded(_) => State::Recorded,
        Outcome::NotRun(_) => State::NotRun,
        Outcome::NotApplicable(_) => State::NotApplicable,
    }
}

/// The state of a clause that a finding names beside the deciding one: a breach is one of this clause, so it counts by its level.
fn beside(finding: &Finding, sentence: Option<&Sentence>) -> State {
    let breach = match sentence {
        Some(sentence) if sentence.counts => Verdict::of(sentence.level, sentence.harm.is_some()),
        Some(_) => Verdict::Note,
        None => finding.breach,
    };
    match state(finding) {
        State::Broken(_) => State::Broken(breach),
        other => other,
    }
}

#[cfg(test)]
mod tests {
    use cimdspec_model::requirement::level::Level;

    use super::*;
    use crate::fabricated::finding;
    use crate::fabricated::report;

    fn clause(id: &str) -> ClauseId {
        ClauseId::parse(id).unwrap()
    }

    #[test]
    fn the_worst_of_a_clause_is_its_state() {
        let both = Finding {
            clauses: vec![clause("cimd.fetch.special-use"), clause("mcp.consent.warning")],
            ..finding("a/both", None, Level::Must, Outcome::Fail)
        };
        let of = |id: &str, slug: &str, outcome: Outcome| Finding {
            clauses: vec![clause(id)],
            ..finding("a/b", Some(slug), Level::Must, outcome)
        };
        let cells = cells(&report(vec![
            of("cimd.fetch.special-use", "one", Outcome::Fail),
            both,
            of("cimd.fetch.special-use", "kept", Outcome::Pass),
            of("x.open", "kept", Outcome::Pass),
            of("x.open", "open", Outcome::inconclusive("why")),
            of("x.kept", "kept", Outcome::Pass),
            of("x.kept", "void", Outcome::not_applicable("why")),
            of("x.void", "void", Outcome::not_applicable("why")),
        ]));
        let told: Vec<(&str, State, usize, &str)> = cells
            .iter()
            .map(|(id, cell)| (id.as_str(), cell.state, cell.count, cell.anchor.as_str()))
            .collect();
        let rule = "rule-violation-must-cimd.fetch.special-use";
        assert_eq!(
            told,
            [
                (
                    "cimd.fetch.special-use",
                    State::Broken(Verdict::Violation),
                    2,
                    rule
                ),
                // A server that does not claim the text breaks a note of it, and the evidence stands with the deciding rule.
                ("mcp.consent.warning", State::Broken(Verdict::Note), 1, rule),
                ("x.kept", State::Kept, 1, "kept-x.kept"),
                ("x.open", State::Open, 1, "inconclusive"),
                ("x.void", State::NotApplicable, 1, "not-applicable"),
            ]
        );
    }

    #[test]
    fn a_failure_of_the_server_leads_to_its_section() {
        let mut report = report(vec![finding("service/hung", None, Level::Must, Outcome::Fail)]);
        report.failures = vec![report.findings[0].id()];
        assert_eq!(
            cells(&report)[&clause("cimd.fetch.special-use")].anchor,
            "failures"
        );
    }
}
