//! The environments by their names.

use clap::ValueEnum;

#[derive(Debug, Clone, Copy, Default, PartialEq, Eq, ValueEnum)]
pub(crate) enum EnvironmentName {
    /// A network namespace in which every address is this machine (Linux)
    #[default]
    Sandbox,
    /// 127.0.0.1 only; checks that need names or special addresses are not run
    Loopback,
    /// A remote server, which fetches documents from a public name of yours
    Public,
}
