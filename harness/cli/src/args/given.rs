//! Which flags were written, of those that have a default.

use clap::ArgMatches;
use clap::parser::ValueSource;

/// The flags with a default that were written all the same.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq)]
pub(crate) struct Given {
    /// `--jobs`.
    pub(crate) jobs: bool,
    /// `--results`.
    pub(crate) results: bool,
}

impl Given {
    /// Those of the matches of a command.
    pub(crate) fn of(matches: &ArgMatches) -> Self {
        let is_given = |id: &str| matches.value_source(id) == Some(ValueSource::CommandLine);
        Self {
            jobs: is_given("jobs"),
            results: is_given("results"),
        }
    }
}
