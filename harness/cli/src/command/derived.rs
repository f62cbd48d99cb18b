//! Files that are derived from others: written, or compared with what they would be.

use std::path::Path;
use std::path::PathBuf;

use crate::exit::Exit;
use crate::exit::Stop;
use crate::output::say;

/// Writes the files that differ from these texts. With `check` none is written, and a difference is an error that names `command`.
pub(crate) fn derived(
    files: impl IntoIterator<Item = (PathBuf, String)>,
    check: bool,
    command: &str,
) -> Result<Exit, Stop> {
    let mut stale = Vec::new();
    for (path, text) in files {
        if std::fs::read_to_string(&path).is_ok_and(|known| known == text) {
            continue;
        }
        match check {
            true => stale.push(path.display().to_string()),
            false => write(&path, &text)?,
        }
    }
    if stale.is_empty() {
        return Ok(Exit::Clean);
    }
    Err(Stop::new(
        Exit::Violation,
        format!("stale: {}\nhint: run `{command}`", stale.join(", ")),
    ))
}

/// Writes a file, and its folder where that is not there.
pub(crate) fn write(path: &Path, text: &str) -> Result<(), Stop> {
    let folder = path.parent().unwrap_or(Path::new("."));
    let written = std::fs::create_dir_all(folder).and_then(|()| std::fs::write(path, text));
    written.map_err(|error| {
        Stop::new(
            Exit::Fault,
            format!("failed to write `{}`: {error}", path.display()),
        )
    })?;
    say(&format!("wrote {}", path.display()));
    Ok(())
}
