//! The `cimdspec` binary: enters the box where the command needs it, before any thread exists, and then goes on.

use std::process::ExitCode;

fn main() -> ExitCode {
    cimdspec_cli::main()
}
