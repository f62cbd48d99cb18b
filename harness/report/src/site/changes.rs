//! What changed on each server since the report before.

use std::collections::BTreeMap;

use cimdspec_model::compared::Change;
use cimdspec_model::compared::Compared;
use cimdspec_model::compared::Kind;
use cimdspec_model::compared::Standing;
use cimdspec_model::name::ClauseId;
use cimdspec_model::verdict::Verdict;
use maud::Markup;
use maud::html;

use super::cell::State;
use super::entry::Entry;
use super::entry::Server;
use crate::html::overview::sentence;
use crate::html::text::cut;
use crate::html::text::line;
use crate::time::moment_in_words;
use crate::words::plural;

/// More changes of one kind are counted.
const MOST_CHECKS: usize = 40;

/// The section.
pub(super) fn changes(servers: &[Server<'_>]) -> Markup {
    let compared: Vec<(&Entry, &Entry)> = servers
        .iter()
        .filter_map(|server| Some((server.before()?, server.now)))
        .collect();
    html! {
        section {
            h2 { "What changed" }
            @if compared.is_empty() {
                p.faint { "There is no earlier report of any of these servers." }
            }
            @for (before, now) in &compared { (of_server(before, now)) }
            @if !compared.is_empty() && compared.len() < servers.len() {
                p.faint { "No earlier report: "
                    @for (place, server) in servers.iter().filter(|server| server.before().is_none()).enumerate() {
                        @if place > 0 { ", " }
                        (cut(&server.now.name, 60))
                    }
                }
            }
        }
    }
}

fn of_server(before: &Entry, now: &Entry) -> Markup {
    let compared = Compared::of(&before.standings, &now.standings);
    let others = [
        (compared.only_before, "the earlier"),
        (compared.only_after, "the later"),
    ];
    html! {
        article.card.(tone(&compared)) {
            h3 { (cut(&now.name, 120)) }
            p.origin { "since " a href=(before.link("")) { (moment_in_words(before.began)) } (tools(before, now)) }
            @if compared.changes.is_empty() { p { "No check stands differently." } }
            @for kind in Kind::ALL { (of_kind(now, kind, &compared.of_kind(kind))) }
            @for (count, which) in others {
                @if count > 0 { p.faint { (plural(count, "check")) " in " (which) " report only, and not compared" } }
            }
        }
    }
}

fn tone(compared: &Compared) -> &'static str {
    let broken = compared.of_kind(Kind::NewlyBroken);
    let is_violation = |change: &&Change| change.after == Standing::Broken(Verdict::Violation);
    match () {
        () if broken.iter().any(is_violation) => "violation",
        () if !broken.is_empty() => "warning",
        () if !compared.of_kind(Kind::Repaired).is_empty() => "good",
        () => "same",
    }
}

/// What else is not the same: the release of the server, and another cimdspec may judge differently.
fn tools(before: &Entry, now: &Entry) -> Markup {
    html! {
        @if before.version != now.version {
            ", release " (release(before)) " then and " (release(now)) " now"
        }
        @if before.harness != now.harness {
            ", by cimdspec " (cut(&before.harness, 40)) " then and " (cut(&now.harness, 40)) " now"
        } @else if before.catalogue != now.catalogue {
            ", by another catalogue of checks"
        }
    }
}

fn release(entry: &Entry) -> String {
    match entry.version.is_empty() {
        true => "unknown".to_owned(),
        false => cut(&entry.version, 40),
    }
}

fn of_kind(now: &Entry, kind: Kind, changes: &[&Change]) -> Markup {
    let mut checks: BTreeMap<&str, Vec<&Change>> = BTreeMap::new();
    for change in changes {
        checks.entry(&change.check).or_default().push(change);
    }
    html! {
        @if !checks.is_empty() {
            h4 { (sentence(kind.heading())) ": " (plural(checks.len(), "check")) }
            ul.changed {
                @for (check, changes) in checks.iter().take(MOST_CHECKS) {
                    li {
                        code { (line(check)) }
                        @if let Some(first) = changes.first() {
                            " " span.faint { (cut(&first.citation, 160)) ", " (plural(changes.len(), "variant")) }
                            @if let Some((link, word)) = evidence(now, first.clause.as_ref()) { " " a href=(link) { (word) } }
                        }
                    }
                }
                @if checks.len() > MOST_CHECKS { li { "and " (plural(checks.len() - MOST_CHECKS, "more check")) } }
            }
        }
    }
}

/// The link to what the newest report says of a clause.
fn evidence(now: &Entry, clause: Option<&ClauseId>) -> Option<(String, &'static str)> {
    let cell = now.clauses.get(clause?)?;
    let word = match cell.state {
        State::Broken(_) => "evidence",
        other => other.word(),
    };
    Some((now.link(&cell.anchor), word))
}
