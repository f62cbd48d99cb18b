//! Command line of cimdspec: arguments, files and exit codes; the only room that joins the others.
//!
//! It decides nothing about a target: the judge does, and the writers show it.
//!
//! ```no_run
//! std::process::exit(i32::from(cimdspec_cli::main() != std::process::ExitCode::SUCCESS));
//! ```

mod arguments;
mod boxed;
mod catalogue;
mod claims;
mod columns;
mod diff;
mod embedded;
mod exit;
mod explain;
mod files;
mod forecast;
mod init;
mod law;
mod look;
mod naming;
mod nonce;
mod permission;
mod prepared;
mod profiles;
mod proof;
mod prove;
mod public;
mod results;
mod run;
mod selection;
mod serve;
mod stage;
mod start;
mod subject;
mod talk;
mod trust;

pub use claims::Claims;
pub use claims::Standing;
pub use claims::compared;
pub use exit::Exit;
pub use start::main;
