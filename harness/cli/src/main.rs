//! The `cimdspec` binary: enters the sandbox where the command needs it, before any thread exists, and then goes on.

use std::process::ExitCode;

use mimalloc::MiMalloc;

#[global_allocator]
static ALLOCATOR: MiMalloc = MiMalloc;

fn main() -> ExitCode {
    cimdspec_cli::main()
}
