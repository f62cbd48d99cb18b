//! What was not concluded, on the screen, by reason.

use std::collections::BTreeMap;
use std::fmt::Write;

use cimdspec_model::report::Report;
use cimdspec_model::verdict::Outcome;

use crate::screen::Amount;
use crate::screen::Screen;
use crate::screen::Shows;
use crate::words::named;
use crate::words::one_line;
use crate::words::plural;

/// In place of the conditions of checks that were not met.
const PRECONDITION: &str = "precondition not met (details in report.json)";

type Reason = fn(&Outcome) -> Option<&str>;

/// What was not concluded; where nothing can be done about it the ids are only counted.
pub(crate) fn doubts(out: &mut String, report: &Report, screen: &Screen) {
    let began = out.len();
    let error: Reason = |outcome| match outcome {
        Outcome::Error(why) => Some(&why.text),
        _ => None,
    };
    let inconclusive: Reason = |outcome| match outcome {
        Outcome::Inconclusive(why) => Some(&why.text),
        _ => None,
    };
    let not_applicable: Reason = |outcome| match outcome {
        // There are many conditions; which of them it was says little to whoever reads the screen.
        Outcome::NotApplicable(why) if why.code.is_of_the_check() => Some(PRECONDITION),
        Outcome::NotApplicable(why) => Some(&why.text),
        _ => None,
    };
    let not_run: Reason = |outcome| match outcome {
        Outcome::NotRun(why) => Some(&why.text),
        _ => None,
    };
    for (word, of, is_open) in [
        ("error", error, true),
        ("inconclusive", inconclusive, true),
        ("not applicable", not_applicable, false),
        ("not run", not_run, false),
    ] {
        if screen.shows == Shows::Failures && !is_open {
            continue;
        }
        for (why, ids) in by_reason(report, of) {
            let counted = if word == "error" {
                plural(ids.len(), word)
            } else {
                format!("{} {word}", ids.len())
            };
            let _ = writeln!(out, "{}: {}", screen.paint.doubtful(&counted), one_line(why));
            if is_open || screen.amount == Amount::Verbose {
                let _ = writeln!(out, "  {}", named(ids.into_iter(), screen.amount));
            }
        }
    }
    if out.len() > began {
        out.push('\n');
    }
}

fn by_reason(report: &Report, of: Reason) -> BTreeMap<&str, Vec<String>> {
    let mut reasons: BTreeMap<&str, Vec<String>> = BTreeMap::new();
    // What follows from a finding is told below it.
    for finding in report.findings.iter().filter(|finding| finding.because.is_none()) {
        if let Some(why) = of(&finding.outcome) {
            reasons.entry(why).or_default().push(finding.id());
        }
    }
    reasons
}
