//! The report as one page: without script, without anything from elsewhere, for screens and for print.
//!
//! Everything in a report may come from the server under test. So all text goes through `text`, `maud` escapes it, and the
//! page's own policy lets nothing run and nothing load.

mod finding;
mod kept;
mod open;
mod overview;
mod server;
mod tested;
mod text;
mod wire;

#[cfg(test)]
mod browser;
#[cfg(test)]
mod tests;

use cimdspec_model::report::Report;
use cimdspec_model::verdict::Tally;
use maud::DOCTYPE;
use maud::PreEscaped;
use maud::html;

use crate::conclusion::conclusion;
use crate::html::text::line;

/// Nothing runs and nothing is loaded; only the page's own styles count.
const POLICY: &str = "default-src 'none'; style-src 'unsafe-inline'";
const STYLE: &str = include_str!("style.css");

/// The report as a page.
pub fn html(report: &Report) -> String {
    let tally = Tally::of(&report.findings);
    let (_, words) = conclusion(report);
    html! {
        (DOCTYPE)
        html lang="en" {
            head {
                meta charset="utf-8";
                meta http-equiv="Content-Security-Policy" content=(POLICY);
                meta name="viewport" content="width=device-width, initial-scale=1";
                meta name="color-scheme" content="light dark";
                meta name="referrer" content="no-referrer";
                title { (line(&report.target.name)) ": " (words) " – cimdspec" }
                style { (PreEscaped(STYLE)) }
            }
            body {
                main {
                    (overview::banner(report, &tally))
                    (server::obstacle(report))
                    (overview::rules(report))
                    (tested::tested(report))
                    (server::failures(report))
                    (finding::findings(report))
                    (open::open(report))
                    (server::left_behind(report))
                    (kept::families(report))
                    (kept::revisions(report))
                    (kept::kept(report))
                    (kept::traits(report))
                }
                footer {
                    p { "Made by cimdspec " (line(&report.harness)) ". Each finding with all its evidence is in "
                        code { "report.json" } "." }
                }
            }
        }
    }
    .into_string()
}
