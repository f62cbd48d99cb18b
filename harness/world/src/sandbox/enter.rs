//! Entering: new namespaces by re-execution, before any thread exists.

use std::env;
use std::fs;
use std::os::unix::process::CommandExt;
use std::process::Command;

use rustix::process::getgid;
use rustix::process::getuid;
use rustix::thread::UnshareFlags;

use super::doctor::remedy;
use crate::error::SandboxError;

/// Set in the environment of a process that is inside already.
const INSIDE: &str = "CIMDSPEC_INSIDE";
/// Set when the process shall only enter, set up the network and exit: a probe.
pub const PROBE: &str = "CIMDSPEC_PROBE";

/// Whether this process is inside the box.
pub fn is_inside() -> bool {
    env::var_os(INSIDE).is_some()
}

/// Makes the namespaces and executes this program again inside of them; returns only when it is inside already, or
/// with the reason why not. Call it before any thread exists.
///
/// # Errors
/// [`SandboxError`] when the machine does not allow it; the message has the remedy.
pub fn enter() -> Result<(), SandboxError> {
    if is_inside() {
        return super::network::raise();
    }
    let (uid, gid) = (getuid().as_raw(), getgid().as_raw());
    let with_user = UnshareFlags::NEWUSER | UnshareFlags::NEWNET | UnshareFlags::NEWNS;
    match unshare(with_user) {
        Ok(()) => map_ids(uid, gid)?,
        Err(error) if uid == 0 => {
            unshare(UnshareFlags::NEWNET | UnshareFlags::NEWNS).map_err(|_| refused(&error))?
        }
        Err(error) => return Err(refused(&error)),
    }
    let executable = env::current_exe().map_err(|error| refused_text(error.to_string()))?;
    let error = Command::new(executable)
        .args(env::args_os().skip(1))
        .env(INSIDE, "1")
        .exec();
    Err(refused_text(error.to_string()))
}

#[expect(
    unsafe_code,
    reason = "unshare is unsafe because file descriptor tables may be unshared under a library"
)]
fn unshare(flags: UnshareFlags) -> rustix::io::Result<()> {
    // SAFETY: only namespaces are unshared, no descriptor table, and no other thread exists yet.
    unsafe { rustix::thread::unshare_unsafe(flags) }
}

fn map_ids(uid: u32, gid: u32) -> Result<(), SandboxError> {
    let write = |path: &str, text: String| {
        fs::write(path, text).map_err(|error| refused_text(format!("{path}: {error}")))
    };
    write("/proc/self/setgroups", "deny".to_owned())?;
    write("/proc/self/uid_map", format!("0 {uid} 1"))?;
    write("/proc/self/gid_map", format!("0 {gid} 1"))
}

fn refused(error: &rustix::io::Errno) -> SandboxError {
    refused_text(error.to_string())
}

fn refused_text(reason: String) -> SandboxError {
    SandboxError::Namespace {
        reason,
        remedy: remedy(),
    }
}
