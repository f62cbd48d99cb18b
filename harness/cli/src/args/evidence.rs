//! The command line of `keygen`, `certify` and `verify`.

use std::path::PathBuf;

use clap::Args;

#[derive(Debug, Clone, Args)]
pub(crate) struct KeygenArguments {
    /// File for the private key; the public one goes beside it, with the ending `.pub`
    #[arg(long, value_name = "FILE")]
    pub(crate) out: PathBuf,
}

#[derive(Debug, Clone, Args)]
pub(crate) struct CertifyArguments {
    /// The folder of the run
    #[arg(default_value = "results/latest", value_name = "RESULTS")]
    pub(crate) results: PathBuf,
    /// The revision whose frozen list is certified: `cimd-02`, `rfc7591`, …
    #[arg(long, value_name = "NAME")]
    pub(crate) revision: String,
    /// The private key that signs; `cimdspec keygen` makes one
    #[arg(long, value_name = "FILE")]
    pub(crate) key: Option<PathBuf>,
    /// File for the bundle (`.tar.zst`)
    #[arg(long, value_name = "FILE")]
    pub(crate) out: PathBuf,
    /// What you declare of controls that no test sees: a TOML file with `id = "what is done"`
    #[arg(long, value_name = "FILE")]
    pub(crate) declared: Option<PathBuf>,
    /// Write only the two statements, for another signer
    #[arg(long, conflicts_with = "key")]
    pub(crate) statement_only: bool,
}

#[derive(Debug, Clone, Args)]
pub(crate) struct VerifyArguments {
    /// The bundle
    pub(crate) bundle: PathBuf,
    /// The public key that the signer is known by
    #[arg(long, value_name = "FILE")]
    pub(crate) key: Option<PathBuf>,
    /// A bundle of somebody else about the same server
    #[arg(long, value_name = "BUNDLE")]
    pub(crate) also: Option<PathBuf>,
    /// Write a badge: an SVG if the name ends in `.svg`, else the JSON document that badge services read
    #[arg(long, value_name = "FILE")]
    pub(crate) badge: Option<PathBuf>,
}
