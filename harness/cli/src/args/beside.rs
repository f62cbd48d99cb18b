//! Scenarios of the user's own, for commands that read the catalogue and run nothing.

use std::path::PathBuf;

use clap::Args;

/// Scenarios beside the built-in ones.
#[derive(Debug, Clone, Default, Args)]
pub(crate) struct BesideArguments {
    /// Also read the scenarios of this folder, as `run --with-scenarios` does (repeatable)
    #[arg(long, value_name = "FOLDER")]
    pub(crate) with_scenarios: Vec<PathBuf>,
}
