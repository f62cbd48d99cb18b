//! Results of several servers as a static site: servers beside clauses, what changed since the last time, and a page for each
//! report.
//!
//! The files have names of ours only. All text of a report goes through `html::text`, as on the page of a report.

mod cell;
mod changes;
mod entry;
mod family;
mod grid;
mod index;
mod servers;

#[cfg(test)]
mod browser;
#[cfg(test)]
mod tests;

pub use entry::Entry;
pub use index::index;

use cimdspec_model::report::Report;
use maud::html;

use crate::html::page;
use crate::html::text::line;

/// The file of the overview.
pub const INDEX: &str = "index.html";
/// What the overview begins with: a folder with it is a site, and may be written again.
pub const MARK: &str =
    "<!DOCTYPE html><html lang=\"en\"><head><meta name=\"generator\" content=\"cimdspec site\">";

/// The file of the page of a report, by its number from 1.
pub fn file_of(number: usize) -> String {
    format!("report-{number}.html")
}

/// Whether a site has files of this name.
pub fn is_file_of_a_site(name: &str) -> bool {
    let number = name
        .strip_prefix("report-")
        .and_then(|rest| rest.strip_suffix(".html"));
    let is_number = |text: &str| text.parse::<usize>().is_ok_and(|number| name == file_of(number));
    name == INDEX || number.is_some_and(is_number)
}

/// The page of a report in a site.
pub fn report_page(report: &Report) -> String {
    let way_back = html! {
        nav.up aria-label="site" { a href=(INDEX) { "← All servers" } " " span.faint { (line(&report.target.name)) } }
    };
    page(report, &way_back)
}
