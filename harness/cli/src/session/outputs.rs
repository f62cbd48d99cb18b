//! The files that reports go to, opened before the run: a path that cannot be written is told at once.

use std::collections::BTreeSet;
use std::fs;
use std::fs::File;
use std::fs::OpenOptions;
use std::io::Write;
use std::path::Path;
use std::path::PathBuf;

use cimdspec_model::report::Report;
use cimdspec_report::Paint;

use crate::args::reports::ReportTo;
use crate::exit::Exit;
use crate::exit::Stop;

/// The files of one run.
#[derive(Debug)]
pub(crate) struct Outputs(Vec<Output>);

#[derive(Debug)]
struct Output {
    to: ReportTo,
    file: File,
    /// Made for this run and still empty: it goes if the run ends without a report.
    is_fresh: bool,
}

impl Outputs {
    /// Opens the files; what they hold stays there until the report is written.
    pub(crate) fn open(wanted: &[ReportTo]) -> Result<Self, Stop> {
        let mut paths: BTreeSet<PathBuf> = BTreeSet::new();
        let mut outputs = Vec::new();
        for to in wanted {
            let is_fresh = !to.path.exists();
            let file = opened(&to.path).map_err(|error| {
                Stop::new(
                    Exit::Usage,
                    format!(
                        "failed to open `{}` for a report: {error}\nhint: name a file that can be written: `--report FORMAT=PATH`",
                        to.path.display()
                    ),
                )
            })?;
            outputs.push(Output {
                to: to.clone(),
                file,
                is_fresh,
            });
            let path = to.path.canonicalize().unwrap_or_else(|_| to.path.clone());
            if !paths.insert(path) {
                return Err(Stop::new(
                    Exit::Usage,
                    format!(
                        "two reports go to `{}`\nhint: give each `--report` a path of its own",
                        to.path.display()
                    ),
                ));
            }
        }
        Ok(Self(outputs))
    }

    /// Writes the report to each file, in its format.
    pub(crate) fn write(mut self, report: &Report) -> Result<(), Stop> {
        for output in &mut self.0 {
            let ReportTo { format, path } = &output.to;
            let text = format
                .write(report, Paint::Plain)
                .map_err(|error| Stop::new(Exit::Fault, error))?;
            output.is_fresh = false;
            written(&mut output.file, &text).map_err(|error| {
                Stop::new(
                    Exit::Fault,
                    format!("failed to write `{}`: {error}", path.display()),
                )
            })?;
        }
        Ok(())
    }
}

impl Drop for Output {
    fn drop(&mut self) {
        if self.is_fresh {
            let _ = fs::remove_file(&self.to.path);
        }
    }
}

fn opened(path: &Path) -> std::io::Result<File> {
    if let Some(folder) = path.parent().filter(|folder| !folder.as_os_str().is_empty()) {
        fs::create_dir_all(folder)?;
    }
    OpenOptions::new()
        .write(true)
        .create(true)
        .truncate(false)
        .open(path)
}

fn written(file: &mut File, text: &str) -> std::io::Result<()> {
    // A pipe or a terminal has no length.
    if file.metadata()?.is_file() {
        file.set_len(0)?;
    }
    file.write_all(text.as_bytes())?;
    if !text.ends_with('\n') {
        file.write_all(b"\n")?;
    }
    file.flush()
}

#[cfg(test)]
mod tests {
    use cimdspec_report::Format;

    use super::*;

    fn to(path: PathBuf) -> ReportTo {
        ReportTo {
            format: Format::Markdown,
            path,
        }
    }

    #[test]
    fn a_run_without_a_report_leaves_the_files_as_they_were() {
        let folder = tempfile::tempdir().unwrap();
        let (old, new) = (folder.path().join("old.md"), folder.path().join("sub/new.md"));
        fs::write(&old, "earlier").unwrap();
        let outputs = Outputs::open(&[to(old.clone()), to(new.clone())]).unwrap();
        assert!(new.exists());
        drop(outputs);
        assert!(!new.exists());
        assert_eq!(fs::read_to_string(old).unwrap(), "earlier");
    }

    #[test]
    fn a_path_that_cannot_be_written_or_is_named_twice_is_wrong_usage() {
        let folder = tempfile::tempdir().unwrap();
        let file = folder.path().join("a.md");
        fs::write(&file, "").unwrap();
        for (wanted, told) in [
            (vec![to(folder.path().to_owned())], "failed to open"),
            (vec![to(file.join("b.md"))], "failed to open"),
            (
                vec![to(file.clone()), to(folder.path().join("./a.md"))],
                "two reports go to",
            ),
        ] {
            let stop = Outputs::open(&wanted).unwrap_err();
            assert_eq!(stop.exit, Exit::Usage);
            assert!(stop.message.contains(told), "{stop}");
        }
    }
}
