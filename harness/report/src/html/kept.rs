//! What the server keeps: by family, by revision, and by clause; and what it does where both ways are right.

use std::collections::BTreeMap;

use cimdspec_model::name::ClauseId;
use cimdspec_model::report::Report;
use cimdspec_model::requirement::level::Level;
use cimdspec_model::verdict::Finding;
use cimdspec_model::verdict::Outcome;
use cimdspec_model::verdict::Tally;
use maud::Markup;
use maud::html;

use super::anchors;
use super::overview::bar;
use super::text::cut;
use super::text::line;
use super::text::linked;
use crate::words::others;
use crate::words::plural;

const MOST_ROWS: usize = 200;
const MOST_CLAUSES: usize = 800;

/// A row for each family of scenarios.
pub(super) fn families(report: &Report) -> Markup {
    let mut families: BTreeMap<String, Vec<&Finding>> = BTreeMap::new();
    for finding in &report.findings {
        families
            .entry(finding.variant.scenario.family())
            .or_default()
            .push(finding);
    }
    let rows = families
        .iter()
        .map(|(name, findings)| (name.as_str(), Tally::of(findings.iter().copied())));
    html! {
        section {
            h2 { "All checks by family" }
            (tallies("family", rows.collect()))
        }
    }
}

/// A row for each frozen revision.
pub(super) fn revisions(report: &Report) -> Markup {
    let of = report.standing.revisions.iter().filter(|of| of.tally.total() > 0);
    let rows: Vec<(&str, Tally)> = of.map(|of| (of.revision.as_str(), of.tally)).collect();
    html! {
        @if !rows.is_empty() {
            section {
                h2 { "By revision" }
                p.faint { "Each revision is a frozen list of checks. Texts that the server does not claim are counted too." }
                (tallies("revision", rows))
            }
        }
    }
}

fn tallies(what: &str, rows: Vec<(&str, Tally)>) -> Markup {
    html! {
        div.scroll tabindex="0" role="group" aria-label={ "table by " (what) } {
            table.tallies {
                thead { tr { th scope="col" { (what) } th.number scope="col" { "checks" } th.number scope="col" { "passed" }
                    th.number scope="col" { "violations" } th.wide scope="col" { "outcomes" } th scope="col" { "other" } } }
                tbody {
                    @for (name, tally) in rows.iter().take(MOST_ROWS) {
                        tr {
                            th scope="row" { (cut(name, 60)) }
                            td.number { (tally.total()) }
                            td.number { (tally.pass) }
                            td.number.broken[tally.violation > 0] { (tally.violation) }
                            td.wide { (bar(tally)) }
                            td.faint { (others(tally)) }
                        }
                    }
                }
            }
        }
        @if rows.len() > MOST_ROWS { p.faint { "and " (rows.len() - MOST_ROWS) " more" } }
    }
}

/// The sentences of which no check failed, with how many checks passed.
pub(super) fn kept(report: &Report) -> Markup {
    let mut clauses: BTreeMap<(Level, &ClauseId), (usize, usize)> = BTreeMap::new();
    for finding in &report.findings {
        for clause in &finding.clauses {
            let level = report
                .sentences
                .get(clause)
                .map_or(finding.level, |sentence| sentence.level);
            let (passed, broken) = clauses.entry((level, clause)).or_default();
            *passed += usize::from(finding.outcome == Outcome::Pass);
            // A clause that is only named beside a broken one may be broken too.
            *broken += usize::from(finding.outcome == Outcome::Fail);
        }
    }
    let kept = clauses
        .into_iter()
        .filter(|(_, (passed, broken))| *passed > 0 && *broken == 0);
    let kept: Vec<((Level, &ClauseId), usize)> = kept.map(|(of, (passed, _))| (of, passed)).collect();
    html! {
        @if !kept.is_empty() {
            section {
                h2 { "Rules that are kept" }
                details {
                    summary { (plural(kept.len(), "sentence")) " of which every judged check passed" }
                    ul.reasons {
                        @for ((_, clause), passed) in kept.iter().take(MOST_CLAUSES) {
                            li id=(anchors::kept(clause)) {
                                @match report.sentences.get(*clause) {
                                    Some(sentence) => {
                                        p { (cut(&sentence.quote, 300)) }
                                        p.faint { (linked(&sentence.origin(), sentence.link.as_deref())) " · "
                                            code { (clause.as_str()) } " · " (plural(*passed, "check")) " passed" }
                                    }
                                    None => p { code { (clause.as_str()) } " · " (plural(*passed, "check")) " passed" },
                                }
                            }
                        }
                        @if kept.len() > MOST_CLAUSES { li { "and " (kept.len() - MOST_CLAUSES) " more" } }
                    }
                }
            }
        }
    }
}

/// What the server does where the texts allow both ways.
pub(super) fn traits(report: &Report) -> Markup {
    let mut traits: BTreeMap<&str, BTreeMap<&str, usize>> = BTreeMap::new();
    for finding in &report.findings {
        if let Outcome::Recorded(what) = &finding.outcome {
            *traits.entry(&finding.title).or_default().entry(what).or_default() += 1;
        }
    }
    html! {
        @if !traits.is_empty() {
            section {
                h2 id=(anchors::TRAITS) { "What it does where both ways are right" }
                details {
                    summary { (plural(traits.len(), "trait")) ", recorded and not judged" }
                    dl.traits {
                        @for (title, told) in traits.iter().take(MOST_ROWS) {
                            dt { (line(title)) }
                            @for (what, times) in told.iter().take(5) {
                                dd { (cut(what, 300)) @if *times > 1 { span.faint { " (" (times) " times)" } } }
                            }
                        }
                    }
                }
            }
        }
    }
}
