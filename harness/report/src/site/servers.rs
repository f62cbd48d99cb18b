//! The servers at a glance: each with what its newest report comes to.

use maud::Markup;
use maud::html;

use super::entry::Entry;
use super::entry::Server;
use crate::conclusion::Tone;
use crate::html::overview::bar;
use crate::html::overview::sentence;
use crate::html::text::cut;
use crate::time::day;
use crate::time::moment_in_words;
use crate::words::plural;

/// Earlier reports of one server that have a link.
const MOST_EARLIER: usize = 20;

/// A row for each server.
pub(super) fn servers(servers: &[Server<'_>]) -> Markup {
    html! {
        section {
            h2 { "Servers" }
            div.scroll tabindex="0" role="group" aria-label="table of servers" {
                table.servers {
                    thead { tr { th scope="col" { "server" } th scope="col" { "result" } th.wide scope="col" { "checks" }
                        th scope="col" { "run" } } }
                    tbody { @for server in servers { (row(server)) } }
                }
            }
        }
    }
}

fn row(server: &Server<'_>) -> Markup {
    let Entry {
        name,
        issuer,
        version,
        tone,
        words,
        tally,
        ..
    } = server.now;
    let class = match tone {
        Tone::Bad => "violation",
        Tone::Doubtful => "warning",
        Tone::Good => "kept",
    };
    html! {
        tr {
            th scope="row" {
                a href=(server.now.link("")) { (cut(name, 120)) }
                @if !version.is_empty() { " " span.faint { (cut(version, 60)) } }
                br;
                span.faint.address { (cut(issuer, 120)) }
            }
            td {
                span.pill.(class) { (sentence(words)) }
                ul.rules {
                    @for (verdict, count) in server.now.rules {
                        @if count > 0 { li { (plural(count, verdict.word())) } }
                    }
                }
            }
            td.wide {
                (bar(tally))
                span.faint { (tally.pass) " of " (plural(tally.total(), "check")) " passed" }
            }
            td.faint { (run(server)) }
        }
    }
}

/// When it was run, and the reports before.
fn run(server: &Server<'_>) -> Markup {
    html! {
        (moment_in_words(server.now.began))
        br;
        (cut(&server.now.environment, 40)) ", cimdspec " (cut(&server.now.harness, 40))
        @if !server.earlier.is_empty() {
            br;
            "earlier: "
            @for (place, entry) in server.earlier.iter().take(MOST_EARLIER).enumerate() {
                @if place > 0 { ", " }
                a href=(entry.link("")) { (day(entry.began)) }
            }
            @if server.earlier.len() > MOST_EARLIER { " and " (server.earlier.len() - MOST_EARLIER) " more" }
        }
    }
}
