//! What was tested, by which texts, where and when.

use cimdspec_model::report::Report;
use maud::Markup;
use maud::html;

use super::text::cut;
use super::text::line;
use crate::law::law;
use crate::time::moment_in_words;
use crate::words::plural;

/// More facts of the calibration are in the document.
const MOST_FACTS: usize = 40;

/// The section.
pub(super) fn tested(report: &Report) -> Markup {
    html! {
        section {
            h2 { "What was tested" }
            dl.facts {
                dt { "server" } dd { (line(&report.target.name)) }
                dt { "issuer" } dd { code { (line(&report.target.issuer)) } }
                dt { "judged by" } dd { (line(&law(report))) }
                dt { "environment" } dd { strong { (cut(&report.environment, 40)) } ": " (place(&report.environment)) }
                dt { "began" } dd { (moment_in_words(report.began)) }
                dt { "took" } dd { (took(report.took)) }
                @if report.throttled > 0 {
                    dt { "throttled" }
                    dd { (plural(report.throttled, "request")) " answered with status 429 or 503. "
                        code { "[pace]" } " of the profile keeps to the server's limits." }
                }
                @for pattern in report.idle.iter().take(MOST_FACTS) {
                    dt { "not judged" }
                    dd { "Nothing of " code { (line(pattern)) } " applies to this server and can run here." }
                }
            }
            @if !report.calibration.is_empty() {
                details {
                    summary { "What calibration found (" (report.calibration.len()) ")" }
                    ul { @for fact in report.calibration.iter().take(MOST_FACTS) { li { (line(fact)) } } }
                }
            }
        }
    }
}

/// What an environment controls.
fn place(environment: &str) -> &'static str {
    match environment {
        "sandbox" => "every address, every name and the certificate authority belonged to the test",
        "loopback" => "no names and no special addresses; rules about them were not run",
        "public" => "hosts behind a name of the operator; rules about special addresses were not run",
        _ => "see the documentation of this version",
    }
}

fn took(milliseconds: u64) -> String {
    let seconds = milliseconds / 1000;
    match seconds {
        0..60 => format!("{:.1} s", milliseconds as f64 / 1000.0),
        _ => format!("{} min {} s", seconds / 60, seconds % 60),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn times_are_in_words() {
        assert_eq!(moment_in_words(1_800_000_000), "15 January 2027, 08:00 UTC");
        assert_eq!(
            moment_in_words(u64::MAX),
            "18446744073709551615 seconds after 1970"
        );
        assert_eq!(
            (took(12_345), took(189_600)),
            ("12.3 s".to_owned(), "3 min 9 s".to_owned())
        );
    }
}
