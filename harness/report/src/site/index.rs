//! The overview: the servers, what changed, and servers beside rules.

use cimdspec_model::verdict::Verdict;
use maud::DOCTYPE;
use maud::Markup;
use maud::html;

use super::changes::changes;
use super::entry::Entry;
use super::entry::Server;
use super::family::Family;
use super::grid;
use super::servers::servers;
use crate::html::STYLE;
use crate::html::head;
use crate::html::text::cut;
use crate::time::moment_in_words;
use crate::words::plural;

const OWN_STYLE: &str = include_str!("style.css");

/// The overview of these reports.
pub fn index(entries: &[Entry]) -> String {
    let all = Server::all(entries);
    let families = Family::all(&all);
    let title = format!("Conformance of {}", plural(all.len(), "server"));
    html! {
        (DOCTYPE)
        html lang="en" {
            head {
                meta name="generator" content="cimdspec site";
                (head(&format!("{title} – cimdspec"), &[STYLE, OWN_STYLE]))
            }
            body.site {
                main {
                    (banner(&title, &all, families.iter().map(|family| family.clauses.len()).sum()))
                    (servers(&all))
                    (changes(&all))
                    (grid::families(&all, &families))
                    (grid::clauses(&all, &families))
                }
                footer {
                    p { "Made by cimdspec " (env!("CARGO_PKG_VERSION")) " from " (plural(entries.len(), "report")) ". Each finding with \
                        all its evidence is in the " code { "report.json" } " of its run." }
                }
            }
        }
    }
    .into_string()
}

fn banner(title: &str, servers: &[Server<'_>], rules: usize) -> Markup {
    let breaks = |server: &&Server<'_>| {
        let mut counts = server.now.rules.iter();
        counts.any(|(verdict, count)| *verdict == Verdict::Violation && *count > 0)
    };
    let breaking = servers.iter().filter(breaks).count();
    let class = match breaking {
        0 => "good",
        _ => "bad",
    };
    let newest = servers.iter().map(|server| server.now.began).max();
    html! {
        header.banner.(class) {
            p.brand { "cimdspec conformance results" }
            h1 { (title) }
            p.target {
                (plural(rules, "rule")) ", "
                @if breaking == 0 { "and no server breaks a mandatory one" }
                @else { "and " (breaking) " of " (plural(servers.len(), "server")) " break mandatory ones" }
                @if let Some(newest) = newest { ". The newest run began " (moment_in_words(newest)) "." }
            }
            nav aria-label="servers" {
                ul.key { @for server in servers { li { a href=(server.now.link("")) { (cut(&server.now.name, 60)) } } } }
            }
        }
    }
}
