//! What a whole run says of the server, in one sentence.

use cimdspec_model::report::Report;
use cimdspec_model::verdict::Tally;

/// How good it is.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Mood {
    /// Something is broken.
    Bad,
    /// Something is open.
    Doubtful,
    /// Nothing is broken.
    Good,
}

/// The sentence.
pub(crate) fn verdict(report: &Report, tally: &Tally) -> (Mood, &'static str) {
    let judged = tally.pass + tally.violation + tally.warning + tally.note;
    match (tally.violation, tally.inconclusive + tally.error) {
        _ if report.interrupted => (Mood::Doubtful, "interrupted: the results are partial"),
        _ if report.obstacle.is_some() => (Mood::Bad, "stopped: no right request was granted"),
        (1.., _) => (Mood::Bad, "the server breaks mandatory rules"),
        _ if !report.blocking.is_empty() => (Mood::Bad, "no violation, but the server failed during the run"),
        _ if judged == 0 => (
            Mood::Doubtful,
            "nothing could be judged: this run says nothing about the server",
        ),
        (0, 0) => (Mood::Good, "no violation"),
        (0, _) => (Mood::Doubtful, "no violation, but some checks are inconclusive"),
    }
}
