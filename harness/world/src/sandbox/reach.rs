//! What the server's user can reach on the disk, and the folders that are opened for it.
//!
//! Tools are often below a home that only root may enter. Of such a folder the server sees what the command, the start
//! folder and `PATH` need, and nothing else.

use std::collections::BTreeMap;
use std::collections::BTreeSet;
use std::env;
use std::ffi::OsString;
use std::fs;
use std::io;
use std::os::unix::fs::MetadataExt;
use std::path::Path;
use std::path::PathBuf;

use super::launch::located;
use super::user::Ids;

/// Closed folders, with what the server sees of each.
#[derive(Debug, Default, PartialEq, Eq)]
pub(super) struct Openings(BTreeMap<PathBuf, BTreeSet<OsString>>);

/// A source that is mounted on a target.
pub(super) type Bind = (PathBuf, PathBuf);

const READ: u32 = 4;
const ENTER: u32 = 1;

impl Openings {
    /// What has to be opened so that the user can start the command.
    pub(super) fn of(command: &[String], directory: &Path, ids: Ids) -> Self {
        let path = env::var_os("PATH").unwrap_or_default();
        let tools = env::split_paths(&path).filter(|folder| folder.is_absolute() && folder.is_dir());
        let mut openings = Self::default();
        for wanted in needed(command, directory).into_iter().chain(tools) {
            if let Some(closed) = closed_above(&wanted, ids)
                && let Ok(below) = wanted.strip_prefix(&closed)
                && let Some(shown) = below.iter().next()
            {
                openings.0.entry(closed).or_default().insert(shown.to_owned());
            }
        }
        openings
    }

    /// Prepares a stand-in for each closed folder in `stage`; the mounts put it and what it shows in place.
    pub(super) fn prepare(&self, stage: &Path) -> io::Result<Vec<Bind>> {
        let (mut aside, mut over, mut back) = (Vec::new(), Vec::new(), Vec::new());
        for (number, (closed, shown)) in self.0.iter().enumerate() {
            let stand_in = stage.join(format!("closed-{number}"));
            fs::create_dir(&stand_in)?;
            over.push((stand_in.clone(), closed.clone()));
            for (place, name) in shown.iter().enumerate() {
                let (real, kept) = (closed.join(name), stage.join(format!("shown-{number}-{place}")));
                for point in [&stand_in.join(name), &kept] {
                    match real.is_dir() {
                        true => fs::create_dir(point)?,
                        false => fs::write(point, "")?,
                    }
                }
                aside.push((real.clone(), kept.clone()));
                back.push((kept, real));
            }
        }
        Ok(aside.into_iter().chain(over).chain(back).collect())
    }

    /// What the command needs and the user cannot read, though these folders are open.
    pub(super) fn unreadable(&self, command: &[String], directory: &Path, ids: Ids) -> Vec<String> {
        let mut told = BTreeSet::new();
        for wanted in needed(command, directory) {
            let closed = closed_above(&wanted, ids);
            let rest = match closed {
                Some(closed) => match self.0.contains_key(&closed) {
                    true => first_barrier(&wanted, &closed, ids),
                    false => Some(closed),
                },
                None => first_barrier(&wanted, Path::new("/"), ids),
            };
            told.extend(rest.map(|path| path.display().to_string()));
        }
        told.into_iter().collect()
    }
}

/// The start folder, the program, and the arguments that are files, each as it is named and behind its links.
fn needed(command: &[String], directory: &Path) -> Vec<PathBuf> {
    let program = command.first().map(|program| match program.contains('/') {
        true => located(program, directory),
        false => found(program).unwrap_or_default(),
    });
    let arguments = command.iter().skip(1).map(|argument| directory.join(argument));
    let arguments = arguments.filter(|path| path != directory && path.exists());
    let named = std::iter::once(directory.to_owned())
        .chain(program)
        .chain(arguments);
    named
        .flat_map(|path| [fs::canonicalize(&path).ok(), Some(path)])
        .flatten()
        .filter(|path| path.is_absolute())
        .collect()
}

fn found(program: &str) -> Option<PathBuf> {
    let path = env::var_os("PATH")?;
    env::split_paths(&path)
        .map(|folder| folder.join(program))
        .find(|file| file.is_file())
}

/// The first folder above a path that the user may not enter.
fn closed_above(path: &Path, ids: Ids) -> Option<PathBuf> {
    let mut above: Vec<&Path> = path.ancestors().skip(1).collect();
    above.reverse();
    let closed = above.into_iter().find(|folder| !may(folder, ENTER, ids));
    closed.map(Path::to_owned)
}

/// The first place from below `from` down to the path that the user may not use.
fn first_barrier(path: &Path, from: &Path, ids: Ids) -> Option<PathBuf> {
    let mut places: Vec<&Path> = path.ancestors().take_while(|place| *place != from).collect();
    places.reverse();
    let barrier = places.into_iter().find(|place| {
        let wanted = if place.is_dir() { ENTER } else { READ };
        !may(place, wanted, ids)
    });
    barrier.map(Path::to_owned)
}

/// Whether the mode of a file lets the user do this; lists of access rights are not read.
fn may(path: &Path, wanted: u32, ids: Ids) -> bool {
    let Ok(found) = fs::metadata(path) else {
        return true;
    };
    let mode = match () {
        () if found.uid() == ids.user => found.mode() >> 6,
        () if found.gid() == ids.group => found.mode() >> 3,
        () => found.mode(),
    };
    mode & wanted == wanted
}

#[cfg(test)]
mod tests {
    use std::os::unix::fs::PermissionsExt;

    use super::*;

    const NOBODY: Ids = Ids {
        user: 61_500,
        group: 61_500,
    };

    fn close(folder: &Path) {
        fs::set_permissions(folder, fs::Permissions::from_mode(0o700)).unwrap();
    }

    #[test]
    fn of_a_closed_home_only_what_the_command_needs_is_shown() {
        let root = tempfile::tempdir().unwrap();
        let root = fs::canonicalize(root.path()).unwrap();
        fs::set_permissions(&root, fs::Permissions::from_mode(0o755)).unwrap();
        let home = root.join("home");
        for folder in ["app", "secrets"] {
            fs::create_dir_all(home.join(folder)).unwrap();
        }
        fs::write(home.join("app/server"), "").unwrap();
        close(&home);
        let command = vec![home.join("app/server").display().to_string()];
        let openings = Openings::of(&command, &home.join("app"), NOBODY);
        assert_eq!(openings.0[&home], BTreeSet::from(["app".into()]));
        assert_eq!(
            openings.unreadable(&command, &home.join("app"), NOBODY),
            Vec::<String>::new()
        );
        let stage = tempfile::tempdir().unwrap();
        let binds = openings.prepare(stage.path()).unwrap();
        let targets: Vec<&PathBuf> = binds.iter().map(|(_, target)| target).collect();
        let place = targets.iter().position(|target| **target == home).unwrap();
        assert!(targets[place + 1..].contains(&&home.join("app")));
    }

    #[test]
    fn what_nobody_else_may_read_is_named() {
        let root = tempfile::tempdir().unwrap();
        let root = fs::canonicalize(root.path()).unwrap();
        close(&root);
        fs::write(root.join("config"), "").unwrap();
        let command = vec!["/bin/sh".to_owned(), "config".to_owned()];
        let named = Openings::default().unreadable(&command, &root, NOBODY);
        assert_eq!(named, [root.display().to_string()]);
    }
}
