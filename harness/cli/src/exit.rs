//! Exit codes: what a script may rely on.

use std::fmt;
use std::process::ExitCode;

/// How the program ends.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Exit {
    /// No violation.
    Clean = 0,
    /// A violation.
    Violation = 1,
    /// A baseline names findings that are gone.
    StaleBaseline = 2,
    /// Something could not be concluded.
    Inconclusive = 3,
    /// The command line is wrong.
    Usage = 64,
    /// A scenario or profile is wrong.
    BadInput = 65,
    /// The environment cannot carry it.
    Environment = 69,
    /// A fault of the harness.
    Fault = 70,
    /// Interrupted; a partial report was written.
    Interrupted = 130,
}

impl Exit {
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
            Self::BadInput => "bad scenario or profile",
            Self::Clean => "no violation",
            Self::Environment => "this environment cannot run the requested tests",
            Self::Fault => "fault of the harness",
            Self::Inconclusive => "inconclusive (unless allowed), or a launched server failed",
            Self::Interrupted => "interrupted; partial report written",
            Self::StaleBaseline => "stale baseline",
            Self::Usage => "usage error",
            Self::Violation => "violation",
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
