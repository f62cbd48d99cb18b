//! Results on the disk, written as the run goes: an interrupted run keeps what it learned.

use std::fs;
use std::fs::File;
use std::io::Write;
use std::path::Path;
use std::path::PathBuf;

use cimdspec_model::report::Report;
use cimdspec_model::verdict::Finding;

use crate::exit::Exit;
use crate::exit::Stop;

/// The folder of one run.
pub(crate) struct Results {
    folder: PathBuf,
    findings: File,
}

impl Results {
    /// Makes the folder of a run that began at `began` (seconds since 1970).
    pub(crate) fn open(root: &Path, began: u64) -> Result<Self, Stop> {
        let folder = root.join(format!("{began}-{}", std::process::id()));
        let opened = fs::create_dir_all(&folder).and_then(|()| File::create(folder.join("findings.jsonl")));
        let findings = opened.map_err(|error| wrong(&folder, &error))?;
        let latest = root.join("latest");
        let _ = fs::remove_file(&latest);
        if let Some(name) = folder.file_name() {
            let _ = std::os::unix::fs::symlink(name, latest);
        }
        Ok(Self { folder, findings })
    }

    /// Adds findings; each line is whole on the disk before the next case is told.
    pub(crate) fn add(&mut self, findings: &[Finding]) -> Result<(), Stop> {
        let mut lines = String::new();
        for finding in findings {
            lines.push_str(&serde_json::to_string(finding).unwrap_or_default());
            lines.push('\n');
        }
        self.findings
            .write_all(lines.as_bytes())
            .map_err(|error| wrong(&self.folder, &error))
    }

    /// Writes the whole report and says where.
    pub(crate) fn close(self, report: &Report) -> Result<PathBuf, Stop> {
        let path = self.folder.join("report.json");
        let text = serde_json::to_string_pretty(report).unwrap_or_default();
        fs::write(&path, text).map_err(|error| wrong(&path, &error))?;
        Ok(path)
    }
}

fn wrong(path: &Path, error: &std::io::Error) -> Stop {
    Stop::new(
        Exit::Fault,
        format!("failed to write `{}`: {error}", path.display()),
    )
}
