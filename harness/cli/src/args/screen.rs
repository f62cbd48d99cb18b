//! How much of a report the screen shows.

use std::collections::BTreeSet;

use cimdspec_report::Amount;
use cimdspec_report::Screen;
use cimdspec_report::Shows;
use clap::Args;

use crate::output::paint;
use crate::output::width;

/// How much is shown; the report document always has everything.
#[derive(Debug, Clone, Default, Args)]
pub(crate) struct ScreenArguments {
    /// Print only the table of broken rules and the verdict, and no progress
    #[arg(long, short)]
    pub(crate) quiet: bool,
    /// Print all evidence, all checks and all variants
    #[arg(long, short, conflicts_with = "quiet")]
    pub(crate) verbose: bool,
    /// Print only what is broken or could not be concluded
    #[arg(long, conflicts_with = "quiet")]
    pub(crate) failures_only: bool,
}

impl ScreenArguments {
    /// The screen; with a baseline, the ids of the broken findings that it knows.
    pub(crate) fn screen(&self, known: Option<BTreeSet<String>>) -> Screen {
        Screen {
            paint: paint(),
            width: width(),
            amount: match (self.quiet, self.verbose) {
                (true, _) => Amount::Quiet,
                (_, true) => Amount::Verbose,
                _ => Amount::Usual,
            },
            shows: match self.failures_only {
                true => Shows::Failures,
                false => Shows::Everything,
            },
            known,
        }
    }
}
