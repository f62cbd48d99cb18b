//! The evidence of a finding on the screen: what decides, and how it came to that. A report about one variant has all of it.

use std::fmt::Write;

use cimdspec_model::observation::Exchange;
use cimdspec_model::report::Report;
use cimdspec_model::verdict::Finding;

use crate::paint::Paint;
use crate::screen::Amount;
use crate::screen::Screen;
use crate::words::cut_line;
use crate::words::plural;
use crate::words::whole_line;

/// Where lines of evidence begin.
const INDENT: usize = 13;
const MOST_LINES: usize = 8;
/// The others show how it came to that.
const MOST_DECISIVE: usize = 4;

/// How much is shown.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Extent {
    /// A few lines of each finding.
    Excerpt,
    /// Every line, and each request as a command.
    Whole,
}

impl Extent {
    /// All of it where it is asked for, or where the report is about one variant: whoever runs that wants to know what happened.
    pub(crate) fn of(report: &Report, screen: &Screen) -> Self {
        match screen.amount == Amount::Verbose || is_about_one(report) {
            true => Self::Whole,
            false => Self::Excerpt,
        }
    }
}

/// Whether a report is about one variant.
fn is_about_one(report: &Report) -> bool {
    let mut variants = report
        .findings
        .iter()
        .filter(|finding| !report.is_failure(finding))
        .map(|finding| &finding.variant);
    let first = variants.next();
    first.is_some_and(|first| variants.all(|variant| variant == first))
}

/// The lines of a finding in the order of time; those that decide stand out.
pub(crate) fn lines(out: &mut String, finding: &Finding, extent: Extent, screen: &Screen) {
    match extent {
        Extent::Excerpt => excerpt(out, finding, screen),
        Extent::Whole => {
            for (place, line) in finding.evidence.iter().enumerate() {
                line_of(out, finding, place, &whole_line(line), screen.paint);
            }
        }
    }
}

/// What was seen of what is not broken, and every request as a command, where all is shown.
pub(crate) fn rest(out: &mut String, report: &Report, screen: &Screen) {
    if !is_about_one(report) {
        return;
    }
    let paint = screen.paint;
    let shows = |finding: &&Finding| !finding.outcome.is_good() && !finding.evidence.is_empty();
    let with_evidence = || report.findings.iter().filter(shows);
    if with_evidence().all(|finding| finding.verdict().is_none())
        && let Some(finding) = with_evidence().next()
    {
        let _ = writeln!(out, "{}", paint.strong(&format!("evidence of {}", finding.id())));
        lines(out, finding, Extent::Whole, screen);
        out.push('\n');
    }
    for (variant, case) in &report.cases {
        let steps = case.steps.iter();
        let mut requests: Vec<(&str, &Exchange)> = steps
            .flat_map(|record| {
                record
                    .exchanges
                    .iter()
                    .map(|exchange| (record.step.as_str(), exchange))
            })
            .collect();
        requests.sort_by_key(|(_, exchange)| exchange.at);
        let _ = writeln!(
            out,
            "{}",
            paint.strong(&format!("requests of {variant}, without their secrets"))
        );
        for (step, exchange) in requests {
            let at = exchange.at.0 as f64 / 1_000_000.0;
            let _ = writeln!(out, "{}", paint.faint(&format!("  {at:.3}s {step}")));
            let _ = writeln!(out, "{}", exchange.curl());
        }
        out.push('\n');
    }
}

fn line_of(out: &mut String, finding: &Finding, place: usize, line: &str, paint: Paint) {
    let line = match finding.decisive.contains(&place) {
        true => paint.strong(line),
        false => paint.faint(line),
    };
    let _ = writeln!(out, "             {line}");
}

fn excerpt(out: &mut String, finding: &Finding, screen: &Screen) {
    let paint = screen.paint;
    let shown = shown(finding);
    let mut next = 0;
    for place in &shown {
        let gap = place - next;
        if gap > 0 {
            let _ = writeln!(out, "             {}", paint.faint("…"));
        }
        next = place + 1;
        let line = cut_line(&finding.evidence[*place], screen.room(INDENT + 1));
        line_of(out, finding, *place, &line, paint);
    }
    let left_off = finding.evidence.len() - shown.len();
    if left_off > 0 {
        let more = format!("and {} in report.json", plural(left_off, "more line"));
        let _ = writeln!(out, "             {}", paint.faint(&more));
    }
}

/// The places of what is shown: what decides, and of the rest what was first.
fn shown(finding: &Finding) -> Vec<usize> {
    let count = finding.evidence.len();
    let decisive = finding.decisive.iter().copied().filter(|place| *place < count);
    let mut shown: Vec<usize> = decisive.take(MOST_DECISIVE).collect();
    for place in 0..count {
        if shown.len() < MOST_LINES && !shown.contains(&place) {
            shown.push(place);
        }
    }
    shown.sort_unstable();
    shown
}
