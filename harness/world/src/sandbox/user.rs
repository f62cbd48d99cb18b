//! As whom a launched server runs: not as root, and with a home of its own where it is nobody that the machine knows.

use std::fs;
use std::io;
use std::os::unix::fs::MetadataExt;
use std::path::Path;
use std::path::PathBuf;

/// The user of a launched server.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct User {
    pub(super) rights: Rights,
    name: String,
    home: Option<PathBuf>,
    /// Why it is this user.
    reason: String,
}

/// What is changed for the server.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Rights {
    /// The user and what a container's root may do: `--keep-user`.
    Keep,
    /// Another user, without capabilities.
    Other(Ids),
    /// The user of the harness, without capabilities; outside of the sandbox it has these ids.
    Same(Ids),
}

/// The numbers of a user and its group.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) struct Ids {
    pub(super) user: u32,
    pub(super) group: u32,
}

/// A line of the file of users.
struct Entry {
    name: String,
    ids: Ids,
    home: PathBuf,
}

pub(super) const USERS: &str = "/etc/passwd";
const USER_MAP: &str = "/proc/self/uid_map";
const GROUP_MAP: &str = "/proc/self/gid_map";
const UNUSED_NAME: &str = "cimdspec";
/// Systems give these numbers to nobody for good (systemd: dynamic users).
const UNUSED: std::ops::Range<u32> = 61184..65520;
/// They name folders of the harness's user.
const OF_THE_USER: [&str; 5] = [
    "XDG_CACHE_HOME",
    "XDG_CONFIG_HOME",
    "XDG_DATA_HOME",
    "XDG_RUNTIME_DIR",
    "XDG_STATE_HOME",
];

impl User {
    /// The user of the harness, with its rights over files.
    pub fn kept() -> Self {
        let ids = own_ids();
        Self {
            rights: Rights::Keep,
            name: name_of(ids),
            home: None,
            reason: "kept".to_owned(),
        }
    }

    /// The owner of the folder where the command is started, or of its program's; else an unused user.
    ///
    /// A harness that is not root cannot change the user: the server runs as the same.
    pub fn of(command: &[String], directory: &Path) -> Self {
        let is_root = rustix::process::geteuid().is_root();
        if !is_root || !is_mapped(UNUSED.start) {
            let ids = own_ids();
            return Self {
                rights: Rights::Same(ids),
                name: name_of(ids),
                home: None,
                reason: "the harness runs as it".to_owned(),
            };
        }
        let program = command.first().filter(|program| program.contains('/'));
        let program = program.map(|program| directory.join(program));
        let folder = program.as_deref().and_then(Path::parent);
        for folder in [Some(directory), folder].into_iter().flatten() {
            let found = fs::metadata(folder);
            if let Ok(found) = found.as_ref()
                && found.uid() != 0
                && is_mapped(found.uid())
            {
                return Self::owner(found, folder);
            }
        }
        Self::unused()
    }

    fn owner(found: &fs::Metadata, folder: &Path) -> Self {
        let known = users().into_iter().find(|entry| entry.ids.user == found.uid());
        let ids = known.as_ref().map_or(
            Ids {
                user: found.uid(),
                group: found.gid(),
            },
            |known| known.ids,
        );
        Self {
            rights: Rights::Other(ids),
            name: name_of(ids),
            home: known.map(|known| known.home).filter(|home| home.is_dir()),
            reason: format!("the owner of `{}`", folder.display()),
        }
    }

    /// Each run has another one, so that the servers of two runs have nothing in common.
    fn unused() -> Self {
        let users = users();
        let is_free = |id: &u32| users.iter().all(|entry| entry.ids.user != *id);
        let first = std::process::id() % (UNUSED.end - UNUSED.start);
        let candidates = (UNUSED.start + first..UNUSED.end).chain(UNUSED);
        let id = candidates.into_iter().find(is_free).unwrap_or(UNUSED.start);
        Self {
            rights: Rights::Other(Ids { user: id, group: id }),
            name: UNUSED_NAME.to_owned(),
            home: None,
            reason: "an unused user".to_owned(),
        }
    }

    /// The user in words, for messages.
    pub fn in_words(&self) -> String {
        match self.rights {
            Rights::Keep => format!("`{}`, as the harness does (--keep-user)", self.name),
            Rights::Other(ids) => format!("`{}` (uid {}, {})", self.name, ids.user, self.reason),
            Rights::Same(ids) => format!("`{}` (uid {}, {})", self.name, ids.user, self.reason),
        }
    }

    /// Gives a folder to the user.
    ///
    /// # Errors
    /// The system's error when it cannot be given away.
    pub fn own(&self, folder: &Path) -> io::Result<()> {
        match self.rights {
            Rights::Keep | Rights::Same(_) => Ok(()),
            Rights::Other(ids) => std::os::unix::fs::chown(folder, Some(ids.user), Some(ids.group)),
        }
    }

    /// The variables that name the user and its folders, with those of the harness's user emptied; `home` is used where
    /// the user has none.
    pub fn environment(&self, home: &Path) -> Vec<(String, String)> {
        let Rights::Other(_) = self.rights else {
            return Vec::new();
        };
        let mut variables = vec![
            ("USER".to_owned(), self.name.clone()),
            ("LOGNAME".to_owned(), self.name.clone()),
        ];
        let own = self.home.as_deref().unwrap_or(home);
        variables.push(("HOME".to_owned(), own.display().to_string()));
        if std::env::var_os("TMPDIR").is_some() {
            variables.push(("TMPDIR".to_owned(), home.display().to_string()));
        }
        variables
    }

    /// The variables that the server does not inherit.
    pub(super) fn forgotten(&self) -> &'static [&'static str] {
        match self.rights {
            Rights::Other(_) => &OF_THE_USER,
            Rights::Keep | Rights::Same(_) => &[],
        }
    }

    /// The file of users with this one in it, where it is nobody that the machine knows.
    pub(super) fn users_with_it(&self, home: &Path) -> Option<String> {
        let Rights::Other(ids) = self.rights else {
            return None;
        };
        if self.name != UNUSED_NAME {
            return None;
        }
        let known = fs::read_to_string(USERS).ok()?;
        let (name, Ids { user, group }) = (&self.name, ids);
        let line = format!("{name}:x:{user}:{group}::{}:/bin/sh\n", home.display());
        Some(format!("{}\n{line}", known.trim_end()))
    }
}

/// The ids of the harness, as they are outside of its user namespace.
fn own_ids() -> Ids {
    let outside = |path: &str, inside: u32| {
        let map = fs::read_to_string(path).unwrap_or_default();
        ranges(&map)
            .find(|(first, _, count)| (*first..first.saturating_add(*count)).contains(&inside))
            .map_or(inside, |(first, outside, _)| outside + (inside - first))
    };
    Ids {
        user: outside(USER_MAP, rustix::process::geteuid().as_raw()),
        group: outside(GROUP_MAP, rustix::process::getegid().as_raw()),
    }
}

fn is_mapped(user: u32) -> bool {
    let map = fs::read_to_string(USER_MAP).unwrap_or_default();
    ranges(&map).any(|(first, _, count)| (first..first.saturating_add(count)).contains(&user))
}

/// The lines of a map of ids: the first inside, the first outside, how many.
fn ranges(map: &str) -> impl Iterator<Item = (u32, u32, u32)> {
    map.lines().filter_map(|line| {
        let mut numbers = line.split_whitespace().map(str::parse);
        let mut number = || numbers.next()?.ok();
        Some((number()?, number()?, number()?))
    })
}

fn name_of(ids: Ids) -> String {
    let known = users().into_iter().find(|entry| entry.ids.user == ids.user);
    known.map_or_else(|| ids.user.to_string(), |known| known.name)
}

fn users() -> Vec<Entry> {
    let text = fs::read_to_string(USERS).unwrap_or_default();
    text.lines().filter_map(entry).collect()
}

fn entry(line: &str) -> Option<Entry> {
    let mut fields = line.split(':');
    let name = fields.next()?.to_owned();
    let user = fields.nth(1)?.parse().ok()?;
    let group = fields.next()?.parse().ok()?;
    let home = PathBuf::from(fields.nth(1)?);
    Some(Entry {
        name,
        ids: Ids { user, group },
        home,
    })
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_line_of_the_file_of_users_is_read() {
        let alice = entry("alice:x:1000:100:Alice,,,:/home/alice:/bin/bash").unwrap();
        assert_eq!(alice.name, "alice");
        assert_eq!(
            alice.ids,
            Ids {
                user: 1000,
                group: 100
            }
        );
        assert_eq!(alice.home, Path::new("/home/alice"));
        assert!(entry("+::::::").is_none());
    }

    #[test]
    fn a_map_of_ids_has_ranges() {
        let map = "         0       1000          1\n         1     100000      65536\n";
        assert_eq!(
            ranges(map).collect::<Vec<_>>(),
            [(0, 1000, 1), (1, 100_000, 65536)]
        );
    }

    #[test]
    fn an_unused_user_is_in_the_file_that_the_server_sees() {
        let user = User::unused();
        let text = user.users_with_it(Path::new("/tmp/home")).unwrap();
        let last = entry(text.lines().last().unwrap()).unwrap();
        assert_eq!(last.name, "cimdspec");
        assert!(UNUSED.contains(&last.ids.user));
        assert_eq!(last.home, Path::new("/tmp/home"));
    }
}
