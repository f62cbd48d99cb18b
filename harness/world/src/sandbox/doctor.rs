//! What this machine allows, and the remedy where it does not.

use std::fs;
use std::path::Path;

use rustix::process::Resource;
use rustix::process::getrlimit;

use super::finding::Finding;
use super::finding::finding;
use super::probe::probe;
use super::remedy::filtered_by_seccomp;
use super::remedy::number;
use super::remedy::remedy;
use super::remedy::restricted_by_apparmor;

/// All cases of a run wait at once, each with a few connections.
const ENOUGH_FILES: u64 = 1024;

/// Looks at the machine; the last finding is a real attempt in a child process, see [`probe`].
pub fn doctor() -> Vec<Finding> {
    vec![system(), namespaces(), apparmor(), ipv6(), files(), attempt()]
}

fn system() -> Finding {
    finding("Linux", true, std::env::consts::OS.to_owned(), String::new())
}

fn namespaces() -> Finding {
    let allowed = number("/proc/sys/user/max_user_namespaces").unwrap_or(0);
    let switched_off = number("/proc/sys/kernel/unprivileged_userns_clone") == Some(0);
    let filter = if filtered_by_seccomp() {
        "; a seccomp filter is on"
    } else {
        ""
    };
    let off = if switched_off { "; switched off" } else { "" };
    finding(
        "user namespaces",
        is_root() || (allowed > 0 && !switched_off),
        format!("at most {allowed}{off}{filter}"),
        remedy(),
    )
}

fn apparmor() -> Finding {
    let restricted = restricted_by_apparmor();
    let detail = if restricted {
        "restricts user namespaces"
    } else {
        "does not restrict user namespaces"
    };
    finding("AppArmor", is_root() || !restricted, detail.to_owned(), remedy())
}

/// A switched-off IPv6 is no obstacle: the sandbox has switches of its own. A kernel without it is.
fn ipv6() -> Finding {
    let there = Path::new("/proc/net/if_inet6").exists();
    let disabled = fs::read_to_string("/proc/sys/net/ipv6/conf/all/disable_ipv6").unwrap_or_default();
    let detail = match (there, disabled.trim()) {
        (false, _) => "not in the kernel",
        (true, "1") => "switched off outside, on in the sandbox",
        (true, _) => "on",
    };
    let remedy = "boot without `ipv6.disable=1`, or use `--env loopback`";
    finding("IPv6", there, detail.to_owned(), remedy.to_owned())
}

fn files() -> Finding {
    let limit = getrlimit(Resource::Nofile).current;
    let detail = limit.map_or("no limit".to_owned(), |limit| format!("at most {limit}"));
    finding(
        "open files",
        limit.is_none_or(|limit| limit >= ENOUGH_FILES),
        detail,
        format!("`ulimit -n {ENOUGH_FILES}` or more"),
    )
}

/// Enters the sandbox in a child process: namespaces, routes, resolver, ports.
fn attempt() -> Finding {
    let (ready, detail, remedy) = match probe() {
        Ok(()) => (true, "done in a child".to_owned(), String::new()),
        Err(error) => {
            let told = error.to_string();
            let (detail, hint) = told.split_once("\nhint: ").unwrap_or((&told, ""));
            let hint = if hint.is_empty() {
                remedy()
            } else {
                hint.to_owned()
            };
            (false, detail.to_owned(), hint)
        }
    };
    finding("entering the sandbox", ready, detail, remedy)
}

fn is_root() -> bool {
    rustix::process::getuid().is_root()
}
