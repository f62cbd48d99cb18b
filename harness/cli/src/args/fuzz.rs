//! The arguments of `cimdspec fuzz` and `cimdspec replay`.

use std::path::PathBuf;

use clap::Args;

use cimdspec_model::quantity::Span;

use crate::args::arguments::RunArguments;
use crate::args::arguments::span;

#[derive(Debug, Clone, Args)]
pub(crate) struct FuzzArguments {
    /// How long new worlds are made, such as `30s`, `10m` or `8h`
    #[arg(long = "for", value_name = "SPAN", value_parser = span, default_value = "10m")]
    pub(crate) within: Span,
    /// End after this many cases
    #[arg(long, value_name = "N")]
    pub(crate) cases: Option<usize>,
    /// The seed: the same seed and release ask the same of a server that answers the same
    #[arg(long, value_name = "N", default_value_t = 1)]
    pub(crate) seed: u64,
    /// Folder of tapes: those in it are walked first, and new behaviour is added
    #[arg(long, value_name = "FOLDER")]
    pub(crate) corpus: Option<PathBuf>,
    /// Begin with the worlds that are nearest to the variants of the catalogue
    #[arg(long)]
    pub(crate) from_catalogue: bool,
    /// Look only at this law: `traffic`, `redirect`, `document`, `credentials`, `failure`, `alike`, `afterwards`, `ownership`,
    /// `echo` or `fetches` (repeatable)
    #[arg(long, value_name = "NAME")]
    pub(crate) law: Vec<String>,
    #[command(flatten)]
    pub(crate) run: RunArguments,
}

#[derive(Debug, Clone, Args)]
pub(crate) struct ReplayArguments {
    /// The findings: scenario files (`.toml`) or tapes (`.tape`)
    #[arg(required = true, value_name = "FILE")]
    pub(crate) files: Vec<PathBuf>,
    #[command(flatten)]
    pub(crate) run: RunArguments,
}
