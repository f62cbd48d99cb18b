//! The report as one page: without script, without anything from elsewhere, for screens and for print.
//!
//! Everything in a report may come from the server under test. So all text goes through `text`, `maud` escapes it, and the
//! page's own policy lets nothing run and nothing load.

pub(crate) mod anchors;
mod finding;
mod kept;
mod open;
pub(crate) mod overview;
mod server;
mod tested;
pub(crate) mod text;
mod wire;

#[cfg(test)]
pub(crate) mod browser;
#[cfg(test)]
pub(crate) mod tests;

use cimdspec_model::report::Report;
use cimdspec_model::verdict::Tally;
use maud::DOCTYPE;
use maud::Markup;
use maud::PreEscaped;
use maud::html;

use crate::conclusion::conclusion;
use crate::html::text::line;

/// Nothing runs and nothing is loaded; only the page's own styles count.
pub(crate) const POLICY: &str = "default-src 'none'; style-src 'unsafe-inline'";
pub(crate) const STYLE: &str = include_str!("style.css");

/// The report as a page.
pub fn html(report: &Report) -> String {
    page(report, &html! {})
}

/// The report as a page with this above it.
pub(crate) fn page(report: &Report, above: &Markup) -> String {
    let tally = Tally::of(&report.findings);
    let (_, words) = conclusion(report);
    html! {
        (DOCTYPE)
        html lang="en" {
            head {
                (head(&format!("{}: {words} – cimdspec", line(&report.target.name)), &[STYLE]))
            }
            body {
                main {
                    (above)
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

/// The head of a page: its policy stands before its styles.
pub(crate) fn head(title: &str, styles: &[&str]) -> Markup {
    html! {
        meta charset="utf-8";
        meta http-equiv="Content-Security-Policy" content=(POLICY);
        meta name="viewport" content="width=device-width, initial-scale=1";
        meta name="color-scheme" content="light dark";
        meta name="referrer" content="no-referrer";
        title { (title) }
        @for style in styles { style { (PreEscaped(style)) } }
    }
}
