//! What this machine allows, and the remedy where it does not.

use std::fs;
use std::path::Path;
use std::process::Command;
use std::process::Stdio;

use super::enter::PROBE;

/// One thing that the box needs.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Finding {
    /// What.
    pub name: &'static str,
    /// Whether it is there.
    pub state: State,
    /// What was seen.
    pub detail: String,
    /// What to do when it is missing.
    pub remedy: Option<String>,
}

/// Whether something is there.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum State {
    /// It is missing.
    Missing,
    /// It is there.
    Ready,
}

/// Looks at the machine; the last finding is a real attempt in a child process.
pub fn doctor() -> Vec<Finding> {
    vec![system(), namespaces(), apparmor(), ipv6(), attempt()]
}

/// The remedy for refused namespaces on this machine.
pub(super) fn remedy() -> String {
    if restricted_by_apparmor() {
        return "allow unprivileged user namespaces with `sysctl kernel.apparmor_restrict_unprivileged_userns=0`, \
                run as root, or use `--env loopback`"
            .to_owned();
    }
    if in_container() {
        return "start the container with `--cap-add SYS_ADMIN --security-opt seccomp=unconfined --security-opt \
                apparmor=unconfined`, or use `--env loopback`"
            .to_owned();
    }
    "run as root, raise `sysctl user.max_user_namespaces`, or use `--env loopback`".to_owned()
}

fn finding(name: &'static str, ready: bool, detail: String) -> Finding {
    let (state, remedy) = match ready {
        true => (State::Ready, None),
        false => (State::Missing, Some(remedy())),
    };
    Finding {
        name,
        state,
        detail,
        remedy,
    }
}

fn system() -> Finding {
    finding(
        "Linux",
        cfg!(target_os = "linux"),
        std::env::consts::OS.to_owned(),
    )
}

fn namespaces() -> Finding {
    let allowed = number("/proc/sys/user/max_user_namespaces").unwrap_or(0);
    let switched_off = number("/proc/sys/kernel/unprivileged_userns_clone") == Some(0);
    finding(
        "user namespaces",
        allowed > 0 && !switched_off,
        format!("at most {allowed}"),
    )
}

fn apparmor() -> Finding {
    let root = rustix::process::getuid().is_root();
    let restricted = restricted_by_apparmor();
    let detail = if restricted {
        "restricts user namespaces"
    } else {
        "does not restrict user namespaces"
    };
    finding("AppArmor", root || !restricted, detail.to_owned())
}

fn ipv6() -> Finding {
    let disabled = number("/proc/sys/net/ipv6/conf/all/disable_ipv6");
    let mut found = finding(
        "IPv6",
        disabled == Some(0),
        format!("disable_ipv6 = {disabled:?}"),
    );
    if found.state == State::Missing {
        found.remedy =
            Some("boot without `ipv6.disable=1`; `sysctl net.ipv6.conf.all.disable_ipv6=0`".to_owned());
    }
    found
}

/// Enters the box in a child process.
fn attempt() -> Finding {
    let child = std::env::current_exe().and_then(|program| {
        Command::new(program)
            .env(PROBE, "1")
            .stdin(Stdio::null())
            .output()
    });
    match child {
        Ok(output) if output.status.success() => {
            finding("entering the box", true, "done in a child".to_owned())
        }
        Ok(output) => {
            let told = String::from_utf8_lossy(&output.stderr)
                .lines()
                .next()
                .unwrap_or_default()
                .to_owned();
            finding("entering the box", false, told)
        }
        Err(error) => finding("entering the box", false, error.to_string()),
    }
}

fn number(path: &str) -> Option<u64> {
    fs::read_to_string(path).ok()?.trim().parse().ok()
}

fn restricted_by_apparmor() -> bool {
    number("/proc/sys/kernel/apparmor_restrict_unprivileged_userns") == Some(1)
}

fn in_container() -> bool {
    ["/.dockerenv", "/run/.containerenv"]
        .iter()
        .any(|path| Path::new(path).exists())
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_is_missing_has_a_remedy() {
        let missing = finding("user namespaces", false, String::new());
        assert!(missing.remedy.unwrap().contains("--env loopback"));
        assert_eq!(finding("user namespaces", true, String::new()).remedy, None);
    }
}
