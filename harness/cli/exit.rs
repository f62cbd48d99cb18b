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

/// The end of the help text.
pub(crate) const HELP: &str = "Exit codes:
  0   no violation
  1   violation
  2   stale baseline
  3   inconclusive (unless allowed)
  64  usage
  65  bad scenario or profile
  69  the environment cannot
  70  a fault of the harness
  130 interrupted, partial report written";
