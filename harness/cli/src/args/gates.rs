//! What is run beside the catalogue or instead of all of it, and what makes a run fail.

use std::num::NonZeroUsize;
use std::path::PathBuf;

use cimdspec_model::gate::FailOn;
use clap::Args;

/// The gates of a run.
#[derive(Debug, Clone, Default, Args)]
pub(crate) struct GateArguments {
    /// What fails the run: `violation`, `inferred`, `warning`, `note` (each with the more severe ones) or `inconclusive`; by
    /// default violations and inconclusive checks (repeatable)
    #[arg(long, value_name = "WHAT", value_parser = fail_on, value_delimiter = ',')]
    pub(crate) fail_on: Vec<FailOn>,
    /// End the run after this many failures
    #[arg(long, value_name = "N")]
    pub(crate) max_failures: Option<NonZeroUsize>,
    /// Run only what failed or was inconclusive in these results: the folder of a run, or its `report.json`
    #[arg(long, value_name = "RESULTS")]
    pub(crate) again: Option<PathBuf>,
    /// Checks that came after this release of cimdspec, such as `0.1.0`, are reported and do not decide the exit code
    #[arg(long, value_name = "RELEASE")]
    pub(crate) catalogue_since: Option<String>,
    /// Run the scenarios of this folder beside the built-in ones (repeatable)
    #[arg(long, value_name = "FOLDER")]
    pub(crate) with_scenarios: Vec<PathBuf>,
    /// Run one variant for each check, and nothing that waits longer than 2 s; the report counts what is left out
    #[arg(long)]
    pub(crate) quick: bool,
    /// Read flags from this file; by default from `cimdspec.toml` in the working directory, if it is there
    #[arg(long, value_name = "FILE")]
    pub(crate) config: Option<PathBuf>,
    /// Ignore `cimdspec.toml`
    #[arg(long, conflicts_with = "config")]
    pub(crate) no_config: bool,
}

fn fail_on(text: &str) -> Result<FailOn, String> {
    FailOn::named(text).ok_or_else(|| {
        let words = FailOn::ALL.map(|on| format!("`{}`", on.word()));
        format!("use one of {}", words.join(", "))
    })
}
