//! The scenario files: built in, or from a folder.

use std::collections::BTreeMap;
use std::fs;
use std::path::Path;

use cimdspec_model::diagnostic::Sources;
use cimdspec_model::scenario::catalogue::Catalogue;
use include_dir::Dir;
use include_dir::include_dir;

use crate::exit::Exit;
use crate::exit::Stop;

static BUILT_IN: Dir<'_> = include_dir!("$CARGO_MANIFEST_DIR/scenarios");

/// The files, from the folder or built in.
pub(crate) fn sources(folder: Option<&Path>) -> Result<Sources, Stop> {
    let mut files = BTreeMap::new();
    match folder {
        None => collect(&BUILT_IN, &mut files),
        Some(folder) => walk(folder, folder, &mut files).map_err(|error| unread(folder, &error))?,
    }
    Ok(Sources(files))
}

/// The text of a file that was given.
pub(crate) fn text(path: &Path) -> Result<String, Stop> {
    fs::read_to_string(path).map_err(|error| unread(path, &error))
}

/// A file that was given and cannot be read.
pub(crate) fn unread(path: &Path, error: &std::io::Error) -> Stop {
    Stop::new(
        Exit::BadInput,
        format!("failed to read `{}`: {error}", path.display()),
    )
}

/// The catalogue of the files.
pub(crate) fn catalogue(sources: &Sources) -> Result<Catalogue, Stop> {
    Catalogue::read(sources).map_err(|diagnostic| Stop::new(Exit::BadInput, diagnostic))
}

fn collect(directory: &Dir<'_>, into: &mut BTreeMap<String, String>) {
    for file in directory.files() {
        if let (Some(path), Some(text)) = (file.path().to_str(), file.contents_utf8()) {
            into.insert(path.to_owned(), text.to_owned());
        }
    }
    directory.dirs().for_each(|inner| collect(inner, into));
}

fn walk(root: &Path, folder: &Path, into: &mut BTreeMap<String, String>) -> std::io::Result<()> {
    for entry in fs::read_dir(folder)? {
        let path = entry?.path();
        if path.is_dir() {
            walk(root, &path, into)?;
        } else if let Some(name) = path.strip_prefix(root).ok().and_then(Path::to_str) {
            into.insert(name.to_owned(), fs::read_to_string(&path)?);
        }
    }
    Ok(())
}
