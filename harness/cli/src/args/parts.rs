//! Runs in parts, and the reports of parts joined.

use std::path::PathBuf;

use cimdspec_model::parts::Part;
use clap::Args;

use crate::args::beside::BesideArguments;

#[derive(Debug, Args)]
pub(crate) struct MergeArguments {
    /// The report documents of all parts, or their folders
    #[arg(required = true)]
    pub(crate) parts: Vec<PathBuf>,
    /// File for the report document of the whole run
    #[arg(long, value_name = "FILE")]
    pub(crate) out: PathBuf,
    /// The folder of scenarios that the parts were made with, if it is not the built-in one
    #[arg(long)]
    pub(crate) scenarios: Option<PathBuf>,
    #[command(flatten)]
    pub(crate) beside: BesideArguments,
}

/// `hash:1/4`.
pub(crate) fn part(text: &str) -> Result<Part, String> {
    Part::parse(text).ok_or_else(|| "write `hash:1/4` for the first of four parts".to_owned())
}
