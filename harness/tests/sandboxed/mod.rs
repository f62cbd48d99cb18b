//! Commands that need the sandbox.

use std::process::Command;
use std::process::Output;
use std::sync::PoisonError;
use std::sync::RwLock;
use std::sync::RwLockReadGuard;
use std::sync::RwLockWriteGuard;

static MACHINE: RwLock<()> = RwLock::new(());

/// The machine for this test alone: its verdicts depend on times.
pub fn alone() -> RwLockWriteGuard<'static, ()> {
    MACHINE.write().unwrap_or_else(PoisonError::into_inner)
}

/// A turn beside others.
pub fn beside_others() -> RwLockReadGuard<'static, ()> {
    MACHINE.read().unwrap_or_else(PoisonError::into_inner)
}

/// Runs a command to its end, beside others. Where the machine cannot make the sandbox the test fails and says so: it has shown nothing.
pub fn ended(command: &mut Command) -> Output {
    let _turn = beside_others();
    ended_in_turn(command)
}

/// The same, in the turn that the caller has.
pub fn ended_in_turn(command: &mut Command) -> Output {
    let output = command.output().unwrap();
    let told = String::from_utf8_lossy(&output.stderr);
    assert_ne!(
        output.status.code(),
        Some(69),
        "not run: this machine cannot make the sandbox: {told}"
    );
    output
}
