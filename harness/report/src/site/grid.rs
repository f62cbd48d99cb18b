//! Servers beside families and clauses: each cell leads to its evidence.

use cimdspec_model::name::ClauseId;
use cimdspec_model::verdict::Verdict;
use maud::Markup;
use maud::html;

use super::cell::Cell;
use super::cell::State;
use super::entry::Server;
use super::family::Family;
use super::family::sentence;
use super::family::was;
use crate::html::text::cut;
use crate::html::text::linked;
use crate::html::text::prose;
use crate::words::plural;

/// A table of more servers is printed as lists: paper is no wider.
const MOST_ON_PAPER: usize = 6;
/// A sentence in a table.
const SENTENCE: usize = 160;

/// A row for each family.
pub(super) fn families(servers: &[Server<'_>], families: &[Family<'_>]) -> Markup {
    html! {
        section {
            h2 { "Families of rules" }
            p.faint { "How many rules of each family are broken, and how many of those that were judged are kept. A cell leads to the \
                evidence, a family to its rules." }
            (table(servers, "family", "table of families", &html! {
                @for family in families {
                    tr {
                        th scope="row" {
                            a href={ "#" (family.anchor()) } { (family.title) }
                            " " span.faint { (plural(family.clauses.len(), "rule")) }
                        }
                        @for server in servers { (of_family(server, family)) }
                    }
                }
            }))
        }
    }
}

fn of_family(server: &Server<'_>, family: &Family<'_>) -> Markup {
    let cells = family.cells(server.now);
    let count = |wanted: fn(State) -> bool| cells.iter().filter(|cell| wanted(cell.state)).count();
    let kept = count(|state| state == State::Kept);
    let judged = kept + count(|state| matches!(state, State::Broken(_)));
    // The first cell of a state stands for all.
    let first = |state: State| cells.iter().find(|cell| cell.state == state);
    let shown = [
        State::Broken(Verdict::Violation),
        State::Broken(Verdict::Warning),
        State::Broken(Verdict::Note),
        State::Open,
    ];
    html! {
        td data-server=(server.now.name) {
            @if cells.is_empty() {
                span.faint { "not in this report" }
            } @else {
                @for state in shown {
                    @if let Some(cell) = first(state) {
                        @let count = cells.iter().filter(|cell| cell.state == state).count();
                        (pill(server, cell, &in_words(state, count))) " "
                    }
                }
                @match first(State::Kept) {
                    Some(cell) if kept == judged => (pill(server, cell, &format!("{kept} kept"))),
                    Some(cell) => { a.faint href=(server.now.link(&cell.anchor)) { (kept) " of " (judged) " kept" } }
                    None if judged == 0 => { span.faint { "not judged" } }
                    None => { span.faint { "none of " (judged) " kept" } }
                }
            }
        }
    }
}

fn in_words(state: State, count: usize) -> String {
    match state {
        State::Broken(verdict) => plural(count, verdict.word()),
        other => format!("{count} {}", other.word()),
    }
}

/// A table of the clauses of each family.
pub(super) fn clauses(servers: &[Server<'_>], families: &[Family<'_>]) -> Markup {
    html! {
        section {
            h2 { "Rules" }
            p.faint { "Families in which something is broken, or stands differently than in the report before, are open." }
            @for family in families {
                details.print.family id=(family.anchor()) open[family.is_news(servers)] {
                    summary { strong { (family.title) } " " span.faint { (plural(family.clauses.len(), "rule")) } }
                    (table(servers, "rule", family.title, &html! {
                        @for clause in &family.clauses {
                            tr {
                                th scope="row" { (rule(servers, clause)) }
                                @for server in servers { (of_clause(server, clause)) }
                            }
                        }
                    }))
                }
            }
        }
    }
}

fn rule(servers: &[Server<'_>], clause: &ClauseId) -> Markup {
    html! {
        code { (clause.as_str()) }
        @if let Some(sentence) = sentence(servers, clause) {
            span.quote { (prose(&cut(&sentence.quote, SENTENCE))) }
            span.faint { (sentence.level.word()) " · " (linked(&cut(&sentence.citation, SENTENCE), sentence.link.as_deref())) }
        }
    }
}

fn of_clause(server: &Server<'_>, clause: &ClauseId) -> Markup {
    html! {
        td data-server=(server.now.name) {
            @match server.now.clauses.get(clause) {
                None => span.faint { "not in this report" },
                Some(cell) => {
                    (pill(server, cell, cell.state.word()))
                    " " span.faint { (plural(cell.count, "check")) }
                    @if let Some(before) = was(server, clause) { " " span.was { "was " (before.word()) } }
                }
            }
        }
    }
}

/// A state that leads to its evidence.
fn pill(server: &Server<'_>, cell: &Cell, words: &str) -> Markup {
    html! { a.pill.(cell.state.class()) href=(server.now.link(&cell.anchor)) { (words) } }
}

/// A table with a column for each server.
fn table(servers: &[Server<'_>], what: &str, label: &str, rows: &Markup) -> Markup {
    let class = match servers.len() > MOST_ON_PAPER {
        true => "grid many",
        false => "grid",
    };
    html! {
        div.scroll tabindex="0" role="group" aria-label=(label) {
            table class=(class) {
                thead {
                    tr {
                        th scope="col" { (what) }
                        @for server in servers { th scope="col" { (cut(&server.now.name, 60)) } }
                    }
                }
                tbody { (rows) }
            }
        }
    }
}
