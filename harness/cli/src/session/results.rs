//! Results on the disk, written as the run goes: an interrupted run keeps what it learned.

use std::fs;
use std::io::ErrorKind;
use std::path::Path;
use std::path::PathBuf;

use cimdspec_evidence::EvidenceError;
use cimdspec_evidence::bundle;
use cimdspec_evidence::ledger::Ledger;
use cimdspec_judge::Line;
use cimdspec_model::report::Report;
use cimdspec_report::json;
use time::OffsetDateTime;
use time::macros::format_description;

use crate::exit::Exit;
use crate::exit::Stop;

/// How many runs may begin in one second.
const MOST_AT_ONCE: usize = 1000;

/// The folder of one run.
pub(crate) struct Results {
    folder: PathBuf,
    ledger: Ledger,
}

impl Results {
    /// Makes the folder of a run that began at `began` (seconds since 1970).
    pub(crate) fn open(root: &Path, began: u64) -> Result<Self, Stop> {
        let folder = folder(root, began)?;
        let ledger = Ledger::create(&folder.join(bundle::LEDGER)).map_err(unwritten)?;
        Ok(Self { folder, ledger })
    }

    /// Adds what the run saw or concluded.
    pub(crate) fn add(&mut self, line: &Line) -> Result<(), Stop> {
        self.ledger.add(line).map_err(unwritten)
    }

    /// Adds a text that the run rests on.
    pub(crate) fn keep(&self, name: &str, text: &str) -> Result<(), Stop> {
        let path = self.folder.join(name);
        fs::write(&path, text).map_err(|error| wrong(&path, &error))
    }

    /// Where the output of a launched server goes.
    pub(crate) fn log(&self) -> PathBuf {
        self.folder.join("server.log")
    }

    /// Writes the whole report and says where.
    pub(crate) fn close(self, report: &Report) -> Result<PathBuf, Stop> {
        self.ledger.close().map_err(unwritten)?;
        let path = self.folder.join(bundle::REPORT);
        let text = json(report).map_err(|error| Stop::new(Exit::Fault, error))?;
        fs::write(&path, text).map_err(|error| wrong(&path, &error))?;
        Ok(path)
    }
}

/// A new folder for what began at `began` (seconds since 1970); `latest` beside it leads there.
pub(crate) fn folder(root: &Path, began: u64) -> Result<PathBuf, Stop> {
    fs::create_dir_all(root).map_err(|error| wrong(root, &error))?;
    let folder = fresh(root, &time_in_words(began))?;
    let latest = root.join("latest");
    let _ = fs::remove_file(&latest);
    if let Some(name) = folder.file_name() {
        let _ = std::os::unix::fs::symlink(name, latest);
    }
    Ok(folder)
}

/// A folder of this name that no other run has.
fn fresh(root: &Path, name: &str) -> Result<PathBuf, Stop> {
    for number in 1..MOST_AT_ONCE {
        let folder = match number {
            1 => root.join(name),
            _ => root.join(format!("{name}-{number}")),
        };
        match fs::create_dir(&folder) {
            Ok(()) => return Ok(folder),
            Err(error) if error.kind() == ErrorKind::AlreadyExists => {}
            Err(error) => return Err(wrong(&folder, &error)),
        }
    }
    Err(Stop::new(
        Exit::Fault,
        format!("failed to make a folder for `{name}`: too many of that second"),
    ))
}

/// The time in UTC, as a file name that sorts: `20270115T080000Z`.
fn time_in_words(seconds: u64) -> String {
    let format = format_description!("[year][month][day]T[hour][minute][second]Z");
    i64::try_from(seconds)
        .ok()
        .and_then(|seconds| OffsetDateTime::from_unix_timestamp(seconds).ok())
        .and_then(|time| time.format(format).ok())
        .unwrap_or_else(|| seconds.to_string())
}

/// Evidence that could not be written, as the end of the program.
pub(crate) fn unwritten(error: EvidenceError) -> Stop {
    Stop::new(Exit::Fault, format!("failed to write {error}"))
}

fn wrong(path: &Path, error: &std::io::Error) -> Stop {
    Stop::new(
        Exit::Fault,
        format!("failed to write `{}`: {error}", path.display()),
    )
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn runs_of_one_second_have_folders_of_their_own() {
        let root = tempfile::tempdir().unwrap();
        Results::open(root.path(), 1_800_000_000).unwrap();
        Results::open(root.path(), 1_800_000_000).unwrap();
        assert!(root.path().join("20270115T080000Z").join(bundle::LEDGER).exists());
        assert!(
            root.path()
                .join("20270115T080000Z-2")
                .join(bundle::LEDGER)
                .exists()
        );
        let latest = fs::read_link(root.path().join("latest")).unwrap();
        assert_eq!(latest, Path::new("20270115T080000Z-2"));
    }
}
