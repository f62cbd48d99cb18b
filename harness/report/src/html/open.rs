//! The checks without a verdict, by reason, each with what to do about it.

use std::collections::BTreeMap;

use cimdspec_model::reason::Reason;
use cimdspec_model::reason::ReasonCode;
use cimdspec_model::report::Report;
use cimdspec_model::verdict::Finding;
use cimdspec_model::verdict::Outcome;
use maud::Markup;
use maud::html;

use super::anchors::NOT_APPLICABLE;
use super::anchors::NOT_RUN;
use super::anchors::OPEN;
use super::text::cut;
use super::text::prose;
use crate::advice::advice;
use crate::words::plural;

/// More reasons of one outcome are counted.
const MOST_REASONS: usize = 150;
/// More checks of one reason are counted.
const MOST_IDS: usize = 20;

type Which = fn(&Outcome) -> Option<&Reason>;

/// The checks of one reason.
struct Of<'a> {
    code: ReasonCode,
    words: &'a str,
    findings: Vec<&'a Finding>,
}

/// The sections.
pub(super) fn open(report: &Report) -> Markup {
    let inconclusive: Which = |outcome| match outcome {
        Outcome::Error(why) | Outcome::Inconclusive(why) => Some(why),
        _ => None,
    };
    let not_run: Which = |outcome| match outcome {
        Outcome::NotRun(why) => Some(why),
        _ => None,
    };
    let not_applicable: Which = |outcome| match outcome {
        Outcome::NotApplicable(why) => Some(why),
        _ => None,
    };
    html! {
        (section(report, OPEN, "Inconclusive: no verdict was possible", inconclusive, true))
        (section(report, NOT_RUN, "Not run", not_run, true))
        (section(report, NOT_APPLICABLE, "Not applicable to this server", not_applicable, false))
    }
}

fn section(report: &Report, id: &str, heading: &str, which: Which, is_open: bool) -> Markup {
    let reasons = by_reason(report, which);
    let count: usize = reasons.iter().map(|of| of.findings.len()).sum();
    html! {
        @if count > 0 {
            section {
                h2 id=(id) { (heading) }
                details.print open[is_open] {
                    summary { (plural(count, "check")) ", by reason" }
                    ul.reasons {
                        @for of in reasons.iter().take(MOST_REASONS) { li { (reason(of)) } }
                        @if reasons.len() > MOST_REASONS {
                            li { "and " (plural(reasons.len() - MOST_REASONS, "more reason")) " in " code { "report.json" } }
                        }
                    }
                }
            }
        }
    }
}

fn reason(of: &Of<'_>) -> Markup {
    let rest = of.findings.len().saturating_sub(MOST_IDS);
    html! {
        p.why { span.amount { (of.findings.len()) } " " (prose(of.words)) }
        p.todo { strong { "What to do: " } (prose(advice(of.code))) }
        details {
            summary { (plural(of.findings.len(), "check")) }
            ul { @for finding in of.findings.iter().take(MOST_IDS) { li { code { (cut(&finding.id(), 300)) } } } }
            @if rest > 0 { p.faint { "and " (rest) " more in " code { "report.json" } } }
        }
    }
}

/// Those with most checks first. What follows from a finding is named there.
fn by_reason<'a>(report: &'a Report, which: Which) -> Vec<Of<'a>> {
    let mut reasons: BTreeMap<(ReasonCode, &str), Vec<&Finding>> = BTreeMap::new();
    for finding in report.findings.iter().filter(|finding| finding.because.is_none()) {
        if let Some(Reason { code, text }) = which(&finding.outcome) {
            reasons.entry((*code, text)).or_default().push(finding);
        }
    }
    let reasons = reasons.into_iter().map(|((code, words), findings)| Of {
        code,
        words,
        findings,
    });
    let mut reasons: Vec<Of<'_>> = reasons.collect();
    reasons.sort_by_key(|of| std::cmp::Reverse(of.findings.len()));
    reasons
}
