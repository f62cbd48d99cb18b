//! What the server did over the whole run: why it stopped, how it failed or died, and what it kept.

use cimdspec_model::report::Report;
use cimdspec_model::verdict::Finding;
use maud::Markup;
use maud::html;

use super::anchors;
use super::text::line;
use super::text::prose;
use crate::words::plural;

/// The last lines of a server log.
const LOG_LINES: usize = 20;
const MOST_DEATHS: usize = 10;
const MOST_FAILURES: usize = 20;
const MOST_EVIDENCE: usize = 40;
const MOST_CLIENTS: usize = 50;

/// Why nothing was concluded, and what to do about it.
pub(super) fn obstacle(report: &Report) -> Markup {
    html! {
        @if let Some(obstacle) = &report.obstacle {
            section.card.bad {
                h2 { "No right request was granted" }
                p { strong { "Cause: " } (prose(&obstacle.cause)) }
                p.remedy { strong { "Remedy: " } (prose(&obstacle.remedy)) }
                (log(&obstacle.log))
                p { code { "--keep-going" } " runs the cases all the same." }
            }
        }
    }
}

/// The failures of the server and its deaths: no verdict of another rule rests on one.
pub(super) fn failures(report: &Report) -> Markup {
    let failures: Vec<&Finding> = report
        .findings
        .iter()
        .filter(|finding| report.is_failure(finding))
        .take(MOST_FAILURES)
        .collect();
    html! {
        @if !failures.is_empty() || !report.deaths.is_empty() {
            section {
                h2 id=(anchors::FAILURES) { "Failures of the server" }
                @for finding in failures {
                    article.card.bad {
                        h3 { (line(&finding.title)) }
                        p { code { (line(&finding.id())) } }
                        p { strong { "Expected: " } (prose(&finding.expected)) }
                        p { strong { "Seen: " } (prose(&finding.seen)) }
                        @if let Some(variant) = report.brought_by.get(&finding.id()) {
                            p { strong { "Brought by: " } code { (line(variant)) } }
                        }
                        ol.evidence {
                            @for (place, words) in finding.evidence.iter().enumerate().take(MOST_EVIDENCE) {
                                li.decides[finding.decisive.contains(&place)] { (line(words)) }
                            }
                        }
                    }
                }
                @for death in report.deaths.iter().take(MOST_DEATHS) {
                    article.card.bad {
                        h3 { "The server crashed" }
                        p { (line(&death.how)) ". "
                            @match &death.case {
                                Some(case) => { "It died of " code { (line(case)) } ", run alone." }
                                None => "Rerunning the cases one by one did not reproduce it.",
                            }
                        }
                        (log(&death.log))
                    }
                }
                @if report.deaths.len() > MOST_DEATHS {
                    p.faint { "and " (report.deaths.len() - MOST_DEATHS) " more" }
                }
            }
        }
    }
}

fn log(lines: &[String]) -> Markup {
    let from = lines.len().saturating_sub(LOG_LINES);
    html! {
        @if !lines.is_empty() {
            details.print open {
                summary { "Last lines of the server log" }
                ol.evidence { @for words in &lines[from..] { li { (line(words)) } } }
            }
        }
    }
}

/// Clients that could not be deleted.
pub(super) fn left_behind(report: &Report) -> Markup {
    let clients = &report.left_behind;
    html! {
        @if !clients.is_empty() {
            section {
                h2 { "Left behind on the server" }
                p { (plural(clients.len(), "registered client")) " could not be deleted again. The operator may delete them:" }
                details.print open[clients.len() <= 5] {
                    summary { "Client identifiers" }
                    ul { @for client in clients.iter().take(MOST_CLIENTS) { li { code { (line(client)) } } } }
                    @if clients.len() > MOST_CLIENTS {
                        p.faint { "and " (plural(clients.len() - MOST_CLIENTS, "more client")) " in " code { "report.json" } }
                    }
                }
            }
        }
    }
}
