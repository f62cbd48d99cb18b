//! What programs inside the sandbox find on the disk: our resolver, our hosts file, our authority.

use std::collections::BTreeSet;
use std::fs;
use std::path::Path;
use std::path::PathBuf;

use rustix::mount::MountFlags;
use rustix::mount::MountPropagationFlags;
use rustix::mount::mount;
use rustix::mount::mount_bind;
use rustix::mount::mount_change;

use super::trust;
use crate::error::SandboxError;
use crate::temporary::Temporary;

/// The files that stand in for the system's, and the environment that points at the authority.
///
/// The directory behind them holds nothing secret and is removed when this is dropped.
#[derive(Debug)]
pub struct Surroundings {
    directory: Temporary,
    environment: Vec<(&'static str, String)>,
    left_out: Vec<String>,
}

const RESOLVER: &str = "nameserver 127.0.0.1\noptions timeout:2 attempts:2\n";
const HOSTS: &str = "127.0.0.1 localhost localhost.localdomain\n::1 localhost ip6-localhost ip6-loopback\n";
const NAME_SERVICE: &str = "passwd: files\ngroup: files\nshadow: files\nhosts: files dns\n";
/// Sockets and caches through which a resolver could be reached beside ours.
const HIDDEN: [&str; 3] = ["/run/systemd/resolve", "/run/nscd", "/var/run/nscd"];
const LONGEST_LINK: usize = 16;

impl Surroundings {
    /// Puts resolver, hosts and trust in place; only inside the sandbox.
    ///
    /// # Errors
    /// [`SandboxError::Mount`] for the first file that cannot be put in place, or when this is not the sandbox.
    pub fn prepare(authority_pem: &str) -> Result<Self, SandboxError> {
        if !super::is_inside() {
            return Err(wrong(Path::new("/etc"), "this process is not inside the sandbox"));
        }
        let directory = Temporary::new().map_err(|error| wrong(&std::env::temp_dir(), error))?;
        let private = MountPropagationFlags::PRIVATE | MountPropagationFlags::REC;
        mount_change("/", private).map_err(|error| wrong(Path::new("/"), error))?;
        let mut surroundings = Self {
            directory,
            environment: Vec::new(),
            left_out: Vec::new(),
        };
        let hidden = existing(&HIDDEN);
        for path in &hidden {
            mount("tmpfs", path, "tmpfs", MountFlags::empty(), None).map_err(|error| wrong(path, error))?;
        }
        for (target, text) in [
            ("/etc/resolv.conf", RESOLVER),
            ("/etc/hosts", HOSTS),
            ("/etc/nsswitch.conf", NAME_SERVICE),
        ] {
            let target = behind_links(Path::new(target));
            if !surroundings.cover(&target, text, &hidden)? {
                let told = format!(
                    "`{}` does not exist, so libraries use their defaults",
                    target.display()
                );
                surroundings.left_out.push(told);
            }
        }
        for target in existing(&trust::FILES) {
            surroundings.cover(&target, authority_pem, &hidden)?;
        }
        let handed = trust::hand_on(surroundings.directory.path(), authority_pem)?;
        surroundings.environment = handed.environment;
        surroundings.left_out.extend(handed.left_out);
        // The server reads the authority, and it is another user.
        let directory = &surroundings.directory;
        directory
            .publish()
            .map_err(|error| wrong(directory.path(), error))?;
        Ok(surroundings)
    }

    /// The variables that make the common runtimes trust the authority.
    pub fn environment(&self) -> Vec<(&'static str, String)> {
        self.environment.clone()
    }

    /// What could not be put in place, in words; nothing that the sandbox cannot do without.
    pub fn left_out(&self) -> &[String] {
        &self.left_out
    }

    /// Puts a text of ours over a file of the system; `false` when there is no such file.
    ///
    /// A file that does not exist is made only where a tmpfs of ours lies above: never on the machine's disk.
    fn cover(&self, target: &Path, text: &str, hidden: &BTreeSet<PathBuf>) -> Result<bool, SandboxError> {
        if hidden.iter().any(|directory| target.starts_with(directory)) {
            if let Some(parent) = target.parent() {
                fs::create_dir_all(parent).map_err(|error| wrong(parent, error))?;
            }
            fs::write(target, text).map_err(|error| wrong(target, error))?;
            return Ok(true);
        }
        if !target.exists() {
            return Ok(false);
        }
        let ours = self.directory.path().join(flat(target));
        fs::write(&ours, text).map_err(|error| wrong(&ours, error))?;
        mount_bind(&ours, target).map_err(|error| wrong(target, error))?;
        Ok(true)
    }
}

/// A failure at a path.
pub(super) fn wrong(path: &Path, error: impl ToString) -> SandboxError {
    SandboxError::Mount {
        path: path.display().to_string(),
        reason: error.to_string(),
    }
}

/// Those that exist, each once, by their real paths.
fn existing(paths: &[&str]) -> BTreeSet<PathBuf> {
    paths
        .iter()
        .filter_map(|path| fs::canonicalize(path).ok())
        .collect()
}

/// The path at the end of the links, even when nothing is there (a resolver's file that was hidden).
fn behind_links(path: &Path) -> PathBuf {
    let mut path = path.to_owned();
    for _ in 0..LONGEST_LINK {
        let Ok(next) = fs::read_link(&path) else { break };
        let parent = path.parent().unwrap_or(Path::new("/"));
        let parent = fs::canonicalize(parent).unwrap_or_else(|_| parent.to_owned());
        path = lexical(&parent.join(next));
    }
    fs::canonicalize(&path).unwrap_or(path)
}

/// The path without `..`; its parents are no links.
fn lexical(path: &Path) -> PathBuf {
    let mut clean = PathBuf::new();
    for part in path.components() {
        match part {
            std::path::Component::ParentDir => {
                clean.pop();
            }
            std::path::Component::CurDir => {}
            part => clean.push(part),
        }
    }
    clean
}

/// A file name of our own for a path of the system.
fn flat(path: &Path) -> String {
    path.display()
        .to_string()
        .trim_start_matches('/')
        .replace('/', "-")
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_link_to_nothing_is_followed_to_where_it_points() {
        let directory = tempfile::tempdir().unwrap();
        let root = fs::canonicalize(directory.path()).unwrap();
        fs::create_dir(root.join("etc")).unwrap();
        let link = root.join("etc/resolv.conf");
        std::os::unix::fs::symlink("../run/stub.conf", &link).unwrap();
        assert_eq!(behind_links(&link), root.join("run/stub.conf"));
    }

    #[test]
    fn outside_the_box_nothing_is_mounted() {
        let refused = Surroundings::prepare("").map(|_| ());
        let reason = "this process is not inside the sandbox".to_owned();
        assert_eq!(
            refused,
            Err(SandboxError::Mount {
                path: "/etc".to_owned(),
                reason
            })
        );
    }

    #[test]
    fn a_file_that_is_not_there_is_not_made_on_the_disk() {
        let directory = tempfile::tempdir().unwrap();
        let surroundings = Surroundings {
            directory: Temporary::new().unwrap(),
            environment: Vec::new(),
            left_out: Vec::new(),
        };
        let missing = directory.path().join("nsswitch.conf");
        assert_eq!(surroundings.cover(&missing, HOSTS, &BTreeSet::new()), Ok(false));
        assert!(!missing.exists());
        let ours = BTreeSet::from([directory.path().to_owned()]);
        assert_eq!(surroundings.cover(&missing, RESOLVER, &ours), Ok(true));
        assert_eq!(fs::read_to_string(missing).unwrap(), RESOLVER);
    }

    #[test]
    fn only_our_server_and_our_files_answer_names() {
        assert_eq!(
            RESOLVER
                .lines()
                .filter(|line| line.starts_with("nameserver"))
                .count(),
            1
        );
        assert!(NAME_SERVICE.contains("hosts: files dns\n"));
    }
}
