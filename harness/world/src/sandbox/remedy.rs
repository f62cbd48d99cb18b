//! What to do on this machine when namespaces are refused.

use std::fs;
use std::path::Path;

/// What decides which remedy helps.
#[derive(Debug, Clone, Copy, Default)]
struct Machine {
    apparmor_restricts: bool,
    container: bool,
}

/// The remedy for refused namespaces on this machine, as one sentence.
pub(super) fn remedy() -> String {
    remedy_on(Machine {
        apparmor_restricts: restricted_by_apparmor(),
        container: in_container(),
    })
    .to_owned()
}

fn remedy_on(machine: Machine) -> &'static str {
    match machine {
        Machine { container: true, .. } => {
            "start the container with `--security-opt seccomp=unconfined --security-opt apparmor=unconfined`, or use \
             `--env loopback`"
        }
        Machine {
            apparmor_restricts: true,
            ..
        } => {
            "allow unprivileged user namespaces with `sysctl kernel.apparmor_restrict_unprivileged_userns=0`, run as \
             root, or use `--env loopback`"
        }
        _ => {
            "run as root, raise `sysctl user.max_user_namespaces`, set `sysctl kernel.unprivileged_userns_clone=1` \
             where it exists, or use `--env loopback`"
        }
    }
}

/// The number in a file of the kernel.
pub(super) fn number(path: &str) -> Option<u64> {
    fs::read_to_string(path).ok()?.trim().parse().ok()
}

pub(super) fn restricted_by_apparmor() -> bool {
    number("/proc/sys/kernel/apparmor_restrict_unprivileged_userns") == Some(1)
}

/// A seccomp filter on this process is how containers refuse namespaces, also those that leave no marker file.
pub(super) fn filtered_by_seccomp() -> bool {
    fs::read_to_string("/proc/self/status").is_ok_and(|status| seccomp_mode(&status) == Some(2))
}

fn seccomp_mode(status: &str) -> Option<u8> {
    let line = status.lines().find_map(|line| line.strip_prefix("Seccomp:"))?;
    line.trim().parse().ok()
}

fn in_container() -> bool {
    filtered_by_seccomp()
        || ["/.dockerenv", "/run/.containerenv"]
            .iter()
            .any(|path| Path::new(path).exists())
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn each_machine_has_its_own_remedy() {
        let plain = Machine::default();
        let ubuntu = Machine {
            apparmor_restricts: true,
            ..plain
        };
        let container = Machine {
            container: true,
            ..ubuntu
        };
        assert!(remedy_on(plain).starts_with("run as root"));
        assert!(remedy_on(ubuntu).contains("apparmor_restrict_unprivileged_userns=0"));
        assert!(remedy_on(container).contains("seccomp=unconfined"));
        for machine in [plain, ubuntu, container] {
            assert!(remedy_on(machine).contains("--env loopback"));
        }
    }

    #[test]
    fn the_seccomp_mode_is_read_from_its_own_line() {
        assert_eq!(
            seccomp_mode("NoNewPrivs:\t0\nSeccomp:\t2\nSeccomp_filters:\t1\n"),
            Some(2)
        );
        assert_eq!(seccomp_mode("Name:\tx\n"), None);
    }
}
