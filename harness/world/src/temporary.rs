//! Folders for temporary files: gone with the run, or at the next start if the run was killed.

use std::fs;
use std::fs::File;
use std::fs::Permissions;
use std::io;
use std::os::unix::fs::MetadataExt;
use std::os::unix::fs::PermissionsExt;
use std::path::Path;
use std::path::PathBuf;

use rustix::fs::FlockOperation;
use rustix::fs::flock;
use tempfile::TempDir;

/// A folder that only this user may enter; it is removed when this is dropped.
///
/// A lock on a file in it shows that its process lives, also to a process in another PID namespace.
#[derive(Debug)]
pub struct Temporary {
    directory: TempDir,
    _lock: File,
}

const PREFIX: &str = "cimdspec-";
const LOCK: &str = ".lock";
/// The lock file before it is locked: nobody takes its folder for a leftover.
const UNLOCKED: &str = ".unlocked";

impl Temporary {
    /// Makes a folder, and first removes those whose processes are gone.
    ///
    /// # Errors
    /// The system's error when the folder cannot be made.
    pub fn new() -> io::Result<Self> {
        let root = std::env::temp_dir();
        remove_leftovers(&root);
        Self::new_in(&root)
    }

    fn new_in(root: &Path) -> io::Result<Self> {
        let directory = tempfile::Builder::new().prefix(PREFIX).tempdir_in(root)?;
        let unlocked = directory.path().join(UNLOCKED);
        let lock = File::create(&unlocked)?;
        flock(&lock, FlockOperation::NonBlockingLockExclusive)?;
        fs::rename(unlocked, directory.path().join(LOCK))?;
        Ok(Self {
            directory,
            _lock: lock,
        })
    }

    /// Where it is.
    pub fn path(&self) -> &Path {
        self.directory.path()
    }

    /// Lets everybody read what is in it now, and enter it.
    ///
    /// # Errors
    /// The system's error for the first mode that cannot be changed.
    pub fn publish(&self) -> io::Result<()> {
        publish(self.path())
    }
}

fn publish(folder: &Path) -> io::Result<()> {
    fs::set_permissions(folder, Permissions::from_mode(0o755))?;
    for entry in fs::read_dir(folder)? {
        let entry = entry?;
        match entry.file_type()?.is_dir() {
            true => publish(&entry.path())?,
            false if entry.file_name() == LOCK => {}
            false => fs::set_permissions(entry.path(), Permissions::from_mode(0o644))?,
        }
    }
    Ok(())
}

/// The temporary folders of this user that only it may enter, in use or not.
pub fn private_folders() -> Vec<PathBuf> {
    let mut folders = folders(&std::env::temp_dir());
    folders.retain(|folder| fs::metadata(folder).is_ok_and(|found| found.mode() & 0o077 == 0));
    folders
}

/// Removes the folders of this user whose processes are gone; what cannot be removed stays.
fn remove_leftovers(root: &Path) {
    for folder in folders(root) {
        let Ok(lock) = File::open(folder.join(LOCK)) else {
            continue;
        };
        if flock(&lock, FlockOperation::NonBlockingLockExclusive).is_ok() {
            let _ = fs::remove_dir_all(&folder);
        }
    }
}

fn folders(root: &Path) -> Vec<PathBuf> {
    let ours = rustix::process::geteuid().as_raw();
    let entries = fs::read_dir(root).into_iter().flatten().flatten();
    entries
        .filter(|entry| entry.file_name().to_string_lossy().starts_with(PREFIX))
        .filter(|entry| {
            let found = entry.metadata();
            found.is_ok_and(|found| found.is_dir() && found.uid() == ours)
        })
        .map(|entry| entry.path())
        .collect()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn only_a_folder_whose_process_is_gone_is_removed() {
        let root = tempfile::tempdir().unwrap();
        let alive = Temporary::new_in(root.path()).unwrap();
        let gone = Temporary::new_in(root.path()).unwrap();
        let Temporary { directory, _lock } = gone;
        let gone = directory.keep();
        fs::create_dir(gone.join("state")).unwrap();
        drop(_lock);
        let unlocked = root.path().join("cimdspec-unlocked");
        let foreign = root.path().join("other");
        for folder in [&unlocked, &foreign] {
            fs::create_dir(folder).unwrap();
        }
        fs::write(foreign.join(LOCK), "").unwrap();
        remove_leftovers(root.path());
        assert!(alive.path().exists());
        assert!(!gone.exists());
        assert!(unlocked.exists());
        assert!(foreign.exists());
    }
}
