//! Exit codes: what a script may rely on.

use std::fmt;
use std::process::ExitCode;

use cimdspec_model::decision::Decision;
use cimdspec_model::decision::Effect;
use cimdspec_model::report::Report;
use cimdspec_model::verdict::Tally;

/// How the program ends.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Exit {
    /// No violation.
    Clean = 0,
    /// A violation, or another broken rule that fails the run.
    Violation = 1,
    /// A baseline names findings that are gone, or accepts them no longer.
    StaleBaseline = 2,
    /// Something could not be concluded.
    Inconclusive = 3,
    /// The command line is wrong.
    Usage = 64,
    /// A file that was given is wrong: a scenario, profile, baseline or report.
    BadInput = 65,
    /// The environment cannot carry it.
    Environment = 69,
    /// A fault of the harness.
    Fault = 70,
    /// Interrupted; a partial report was written.
    Interrupted = 130,
}

/// What of a run decides how the program ends.
#[derive(Debug, Clone, Copy, Default)]
pub(crate) struct Ended {
    /// How many checks came out how.
    tally: Tally,
    /// Whether a broken rule fails it.
    is_broken: bool,
    /// Whether its baseline is out of date.
    is_stale: bool,
    /// Whether an inconclusive check fails it.
    is_open: bool,
    /// Whether it was ended before all cases were done.
    interrupted: bool,
    /// Whether the server that cimdspec started died, hung or failed, and no baseline names that.
    has_failed: bool,
    /// Whether no right request was granted, so that the run stopped there.
    is_stopped: bool,
}

impl Ended {
    /// What a report says of it.
    pub(crate) fn of(report: &Report) -> Self {
        let decision = Decision::of(report);
        let some = |wanted: Effect<'_>| {
            let mut findings = report.findings.iter();
            findings.any(|finding| decision.effect(finding) == wanted)
        };
        Self {
            tally: Tally::of(&report.findings),
            is_broken: some(Effect::Broken),
            is_stale: decision.is_stale(),
            is_open: some(Effect::Open),
            // A run that `--max-failures` ended has done what was asked for.
            interrupted: report.interrupted && report.gates.ended_after.is_none(),
            has_failed: decision.has_failed(),
            is_stopped: report.obstacle.is_some(),
        }
    }
}

impl Exit {
    /// How the program ends after a run.
    ///
    /// A server that dies, hangs or fails on the way is not shown to be clean, though each case alone may pass. Only a
    /// baseline that names the failure accepts it.
    pub(crate) fn of(ended: &Ended) -> Self {
        let tally = &ended.tally;
        match () {
            () if ended.interrupted => Self::Interrupted,
            () if ended.is_broken => Self::Violation,
            () if ended.is_stale => Self::StaleBaseline,
            () if tally.error > 0 => Self::Fault,
            () if ended.has_failed || ended.is_stopped => Self::Inconclusive,
            () if tally.is_empty_of_verdicts() => Self::Environment,
            () if ended.is_open => Self::Inconclusive,
            () => Self::Clean,
        }
    }

    /// All of them, by code.
    pub const ALL: [Self; 9] = [
        Self::Clean,
        Self::Violation,
        Self::StaleBaseline,
        Self::Inconclusive,
        Self::Usage,
        Self::BadInput,
        Self::Environment,
        Self::Fault,
        Self::Interrupted,
    ];

    /// What it means.
    pub fn meaning(self) -> &'static str {
        match self {
            Self::BadInput => "bad scenario, profile, baseline, report or config file",
            Self::Clean => "no violation",
            Self::Environment => {
                "the server could not be reached, or nothing that was asked for applies to it or can run here"
            }
            Self::Fault => "fault of the harness",
            Self::Inconclusive => {
                "inconclusive (unless allowed), no right request was granted, or a launched server failed"
            }
            Self::Interrupted => "interrupted; partial report written",
            Self::StaleBaseline => {
                "stale baseline: an entry is repaired, has expired, or names a check that is gone"
            }
            Self::Usage => "usage error",
            Self::Violation => "violation, or another broken rule that `--fail-on` names",
        }
    }

    /// What it means at the end of a run with this report.
    pub fn of_a_run(self, report: &Report) -> &'static str {
        let has_baseline = report.deviations.is_some();
        match self {
            Self::Clean if has_baseline => "nothing is broken that the baseline does not name",
            Self::Violation if has_baseline => "a rule is broken that the baseline does not name",
            Self::Violation if !report.gates.fail_on.is_empty() => "a rule is broken that `--fail-on` names",
            Self::Violation => "violation",
            other => other.meaning(),
        }
    }

    /// All codes with their meanings, for the help.
    pub fn table() -> String {
        let lines: Vec<String> = Self::ALL
            .iter()
            .map(|exit| format!("  {:<4}{}", *exit as u8, exit.meaning()))
            .collect();
        format!("Exit codes:\n{}", lines.join("\n"))
    }
}

impl From<Exit> for ExitCode {
    fn from(exit: Exit) -> Self {
        Self::from(exit as u8)
    }
}

/// An error with the exit code that belongs to it.
#[derive(Debug)]
pub(crate) struct Stop {
    pub(crate) exit: Exit,
    pub(crate) message: String,
}

impl Stop {
    pub(crate) fn new(exit: Exit, message: impl ToString) -> Self {
        Self {
            exit,
            message: message.to_string(),
        }
    }
}

impl fmt::Display for Stop {
    fn fmt(&self, out: &mut fmt::Formatter<'_>) -> fmt::Result {
        out.write_str(&self.message)
    }
}

impl std::error::Error for Stop {}

#[cfg(test)]
mod tests {
    use cimdspec_model::deviations::Deviation;
    use cimdspec_model::deviations::Deviations;
    use cimdspec_model::verdict::Finding;

    use super::*;

    /// A run that ended with so many checks of each kind.
    fn ended(violation: usize, inconclusive: usize, error: usize) -> Ended {
        let tally = Tally {
            pass: 10,
            warning: 1,
            note: 1,
            not_applicable: 1,
            not_run: 1,
            violation,
            inconclusive,
            error,
            ..Tally::default()
        };
        Ended {
            tally,
            is_broken: violation > 0,
            is_open: inconclusive > 0,
            ..Ended::default()
        }
    }

    #[test]
    fn the_worst_of_a_run_decides() {
        for (violation, inconclusive, error, expected) in [
            (0, 0, 0, Exit::Clean),
            (1, 0, 0, Exit::Violation),
            (1, 1, 1, Exit::Violation),
            (0, 1, 0, Exit::Inconclusive),
            (0, 1, 1, Exit::Fault),
        ] {
            let run = ended(violation, inconclusive, error);
            assert_eq!(Exit::of(&run), expected, "{run:?}");
        }
        let failed = Ended {
            has_failed: true,
            ..ended(0, 0, 0)
        };
        assert_eq!(Exit::of(&failed), Exit::Inconclusive);
        let stale = Ended {
            is_stale: true,
            ..failed
        };
        assert_eq!(Exit::of(&stale), Exit::StaleBaseline);
        let interrupted = Ended {
            interrupted: true,
            ..ended(1, 1, 1)
        };
        assert_eq!(Exit::of(&interrupted), Exit::Interrupted);
    }

    /// A report of this broken rule; it is a failure of the server if that is said.
    fn report(deviations: Option<Deviations>, blocking: bool) -> Report {
        let broken = serde_json::json!({
            "variant": {"scenario": "a/b", "axes": []}, "check": "c", "title": "", "clauses": ["x.y"], "level": "must", "breach": "violation",
            "citation": "", "outcome": "fail", "expected": "", "seen": "", "evidence": [],
        });
        let finding: Finding = serde_json::from_value(broken).unwrap();
        Report {
            blocking: match blocking {
                true => vec![finding.id()],
                false => Vec::new(),
            },
            findings: vec![finding],
            deviations,
            ..Report::default()
        }
    }

    #[test]
    fn with_a_baseline_only_what_differs_from_it_counts() {
        let one = || {
            vec![Deviation {
                words: "a/b#c".to_owned(),
                findings: vec!["a/b#c".to_owned()],
            }]
        };
        let known = Deviations::default();
        let exit = |deviations: Option<Deviations>| {
            let report = report(deviations, true);
            Exit::of(&Ended::of(&report))
        };
        assert_eq!(exit(None), Exit::Violation);
        assert_eq!(exit(Some(known.clone())), Exit::Clean);
        let broken = Deviations {
            newly_broken: one(),
            repaired: one(),
            ..known.clone()
        };
        assert_eq!(exit(Some(broken)), Exit::Violation);
        for stale in [
            Deviations {
                repaired: one(),
                ..known.clone()
            },
            Deviations {
                expired: one(),
                ..known.clone()
            },
            Deviations {
                vanished: one(),
                newly_failed: one(),
                ..known.clone()
            },
        ] {
            assert_eq!(exit(Some(stale)), Exit::StaleBaseline);
        }
        let newly_failed = Deviations {
            newly_failed: one(),
            ..known
        };
        assert_eq!(exit(Some(newly_failed)), Exit::Inconclusive);
    }

    #[test]
    fn the_last_line_says_what_the_baseline_has_to_do_with_it() {
        let with = report(Some(Deviations::default()), false);
        assert_eq!(
            Exit::Clean.of_a_run(&with),
            "nothing is broken that the baseline does not name"
        );
        assert_eq!(Exit::Clean.of_a_run(&report(None, false)), "no violation");
    }
}
