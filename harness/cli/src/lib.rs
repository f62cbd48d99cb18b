//! Command line of cimdspec: arguments, files and exit codes; the only room that joins the others.
//!
//! It decides nothing about a target: the judge does, and the writers show it.
//!
//! ```no_run
//! std::process::exit(i32::from(cimdspec_cli::main() != std::process::ExitCode::SUCCESS));
//! ```

mod args;
mod command;
mod exit;
mod fuzz;
pub(crate) mod output;
mod prove;
mod recipe;
mod session;
mod signals;
mod start;

pub use exit::Exit;
pub use prove::claims::Claims;
pub use prove::claims::Standing;
pub use prove::claims::compared;
pub use start::main;
