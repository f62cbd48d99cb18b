//! Commands that need the sandbox.

#![expect(
    clippy::unwrap_used,
    reason = "a command that cannot be started fails the test"
)]

use std::process::Command;
use std::process::Output;

/// Runs a command to its end. Where the machine cannot make the sandbox the test fails and says so: it has shown nothing.
pub fn ended(command: &mut Command) -> Output {
    let output = command.output().unwrap();
    let told = String::from_utf8_lossy(&output.stderr);
    assert_ne!(
        output.status.code(),
        Some(69),
        "not run: this machine cannot make the sandbox: {told}"
    );
    output
}
