//! Entering: new namespaces by re-execution, before any thread exists.

use std::env;
use std::fs;
use std::os::unix::process::CommandExt;
use std::process::Command;

use rustix::process::getgid;
use rustix::process::getuid;
use rustix::thread::UnshareFlags;

use super::remedy::remedy;
use crate::error::SandboxError;

/// Names, in the environment, the network namespace that was made for this process.
///
/// A mere flag would not do: inherited by mistake, it would make us change the routes of the machine.
const INSIDE: &str = "CIMDSPEC_INSIDE";
const NETWORK_NAMESPACE: &str = "/proc/self/ns/net";
const NETWORK_DEVICES: &str = "/proc/self/net/dev";
const KERNEL_TUNNELS: [&str; 10] = [
    "erspan0", "gre0", "gretap0", "ip6_vti0", "ip6gre0", "ip6tnl0", "ip_vti0", "sit0", "teql0", "tunl0",
];
/// The program itself, also when its file was replaced or removed meanwhile.
const PROGRAM: &str = "/proc/self/exe";

/// Whether this process is inside the sandbox.
pub fn is_inside() -> bool {
    marks(env::var(INSIDE).ok().as_deref(), network_namespace().as_deref())
}

/// Makes the namespaces and executes this program again inside of them; returns only when it is inside already, or
/// with the reason why not. Call it before any thread exists.
///
/// The process keeps its id, so that signals and exit codes are natural.
///
/// # Errors
/// [`SandboxError`] when the machine does not allow it; the message has the remedy.
pub fn enter() -> Result<(), SandboxError> {
    if is_inside() {
        return super::network::raise();
    }
    let (uid, gid) = (getuid().as_raw(), getgid().as_raw());
    let own = UnshareFlags::NEWNET | UnshareFlags::NEWNS;
    // In a user namespace that is made from inside there is one user only: then the server could be no other one.
    if uid != 0 || unshare(own).is_err() {
        unshare(own | UnshareFlags::NEWUSER).map_err(|error| refused(error.to_string()))?;
        map_ids(uid, gid)?;
    }
    let made = network_namespace().ok_or_else(|| refused(format!("`{NETWORK_NAMESPACE}` cannot be read")))?;
    let mut arguments = env::args_os();
    let mut program = Command::new(PROGRAM);
    if let Some(name) = arguments.next() {
        program.arg0(name);
    }
    let error = program.args(arguments).env(INSIDE, made).exec();
    Err(refused(format!("`{PROGRAM}`: {error}")))
}

/// Makes the namespace that this process is in already the sandbox, for containers that were made for nothing else.
///
/// # Errors
/// [`SandboxError::Namespace`] when a way leads out of it: then it is not made for this.
pub fn enter_in_place() -> Result<(), SandboxError> {
    let devices = fs::read_to_string(NETWORK_DEVICES)
        .map_err(|error| refused(format!("`{NETWORK_DEVICES}`: {error}")))?;
    let ways_out = ways_out(&devices);
    if !ways_out.is_empty() {
        return Err(SandboxError::Namespace {
            reason: format!(
                "this network namespace has other links than lo: {}",
                ways_out.join(", ")
            ),
            remedy:
                "in place is for a namespace without ways out: start the container with `network_mode: none`"
                    .to_owned(),
        });
    }
    super::network::raise()
}

/// Links by which packets could leave; the kernel makes the tunnels by itself, and they lead nowhere.
fn ways_out(devices: &str) -> Vec<&str> {
    devices
        .lines()
        .filter_map(|line| Some(line.split_once(':')?.0.trim()))
        .filter(|name| *name != "lo" && !KERNEL_TUNNELS.contains(name))
        .collect()
}

/// The name of the network namespace of this process, such as `net:[4026531840]`.
fn network_namespace() -> Option<String> {
    fs::read_link(NETWORK_NAMESPACE)
        .ok()?
        .into_os_string()
        .into_string()
        .ok()
}

fn marks(marker: Option<&str>, namespace: Option<&str>) -> bool {
    marker.is_some() && marker == namespace
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
        fs::write(path, text).map_err(|error| refused(format!("`{path}`: {error}")))
    };
    write("/proc/self/setgroups", "deny".to_owned())?;
    write("/proc/self/uid_map", format!("0 {uid} 1"))?;
    write("/proc/self/gid_map", format!("0 {gid} 1"))
}

fn refused(reason: String) -> SandboxError {
    SandboxError::Namespace {
        reason,
        remedy: remedy(),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_link_to_elsewhere_is_a_way_out() {
        let heading = "Inter-|   Receive\n face |bytes\n";
        let only_lo = format!("{heading}    lo: 1 2\n tunl0: 0 0\n");
        assert!(ways_out(&only_lo).is_empty());
        assert_eq!(ways_out(&format!("{only_lo}  eth0: 1 2\n")), ["eth0"]);
    }

    #[test]
    fn a_marker_of_another_namespace_is_not_believed() {
        let here = Some("net:[4026531840]");
        assert!(marks(here, here));
        assert!(!marks(Some("net:[4026532180]"), here));
        assert!(!marks(Some("1"), here));
        assert!(!marks(None, here));
        assert!(!marks(None, None));
    }
}
