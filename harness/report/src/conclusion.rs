//! What a run comes to, in one line: every format has the same words.

use cimdspec_model::decision::Decision;
use cimdspec_model::report::Report;
use cimdspec_model::verdict::Tally;

use crate::words::others;
use crate::words::plural;

/// How a conclusion is shown.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Tone {
    /// The server breaks a rule or failed.
    Bad,
    /// Something is open.
    Doubtful,
    /// Nothing is broken and nothing is open.
    Good,
}

/// What the run comes to.
pub(crate) fn conclusion(report: &Report) -> (Tone, &'static str) {
    let tally = Tally::of(&report.findings);
    let decision = Decision::of(report);
    let judged = tally.pass + tally.violation + tally.warning + tally.note;
    match (tally.violation, tally.inconclusive + tally.error) {
        _ if report.gates.ended_after.is_some() => (
            Tone::Bad,
            "ended early by `--max-failures`: these results are partial",
        ),
        _ if report.interrupted => (Tone::Doubtful, "interrupted: these results are partial"),
        _ if report.obstacle.is_some() => (Tone::Bad, "stopped: no right request was granted"),
        (1.., _) if decision.is_all_known() => (
            Tone::Doubtful,
            "the server breaks mandatory rules, and the baseline names each of them",
        ),
        (1.., _) => (Tone::Bad, "the server breaks mandatory rules"),
        _ if !report.blocking.is_empty() && decision.is_all_known() => (
            Tone::Doubtful,
            "no violation, but the server failed during the run, as the baseline says",
        ),
        _ if !report.blocking.is_empty() => (Tone::Bad, "no violation, but the server failed during the run"),
        _ if judged == 0 => (
            Tone::Doubtful,
            "nothing could be judged: this run says nothing about the server",
        ),
        (0, 0) => (Tone::Good, "no violation"),
        (0, _) => (Tone::Doubtful, "no violation, but some checks are inconclusive"),
    }
}

/// How many checks came out how.
pub(crate) fn counts(report: &Report) -> String {
    let tally = Tally::of(&report.findings);
    let rest = others(&tally);
    let rest = if rest.is_empty() {
        String::new()
    } else {
        format!(", {rest}")
    };
    format!(
        "{}: {} passed, {}{rest}",
        plural(tally.total(), "check"),
        tally.pass,
        plural(tally.violation, "violation")
    )
}
