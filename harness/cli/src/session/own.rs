//! Scenarios of the user's own, beside the built-in ones.

use std::collections::BTreeMap;
use std::fs;
use std::path::Path;
use std::path::PathBuf;

use cimdspec_evidence::digest;
use cimdspec_model::diagnostic::Diagnostic;
use cimdspec_model::diagnostic::Sources;
use cimdspec_model::report::Digest;
use cimdspec_model::scenario::catalogue::Catalogue;

use crate::exit::Exit;
use crate::exit::Stop;
use crate::session::files;

/// The scenario files that were read, and the catalogue that they are.
pub(crate) struct Read {
    pub(crate) catalogue: Catalogue,
    pub(crate) sources: Sources,
    /// The files beside the built-in ones, by their paths below their folders.
    places: BTreeMap<String, PathBuf>,
}

impl Read {
    /// The digest of all files.
    pub(crate) fn digest(&self) -> Digest {
        digest::of_sources(&self.sources)
    }

    /// Where the file of a scenario is.
    pub(crate) fn place(&self, path: &str) -> String {
        match self.places.get(path) {
            Some(place) => place.display().to_string(),
            None => format!("scenarios/{path}"),
        }
    }

    /// The path of a file of the user's below its folder, if it was read.
    pub(crate) fn name(&self, file: &Path) -> Option<&str> {
        let file = file.canonicalize().ok()?;
        let is_same = |place: &PathBuf| place.canonicalize().is_ok_and(|place| place == file);
        let mut places = self.places.iter();
        places.find_map(|(name, place)| is_same(place).then_some(name.as_str()))
    }
}

/// The catalogue: the built-in files or those of a folder, and those of further folders beside them.
pub(crate) fn catalogue(instead: Option<&Path>, beside: &[PathBuf]) -> Result<Read, Stop> {
    let mut sources = files::sources(instead)?;
    let mut places: BTreeMap<String, PathBuf> = BTreeMap::new();
    for folder in beside {
        let found = toml_files(folder)?;
        if found.is_empty() {
            let told = format!(
                "`{}` has no scenario\nhint: `--with-scenarios` takes a folder with files such as `ours/checks.toml`",
                folder.display()
            );
            return Err(Stop::new(Exit::BadInput, told));
        }
        for (name, path) in found {
            let text = files::text(&path)?;
            let first = match (places.get(&name), sources.0.contains_key(&name)) {
                (Some(first), _) => Some(first.display().to_string()),
                (None, true) => Some(place_of(instead, &name)),
                (None, false) => None,
            };
            if let Some(first) = first {
                return Err(twice(&name, &path, &first));
            }
            sources.0.insert(name.clone(), text);
            places.insert(name, path);
        }
    }
    let mut catalogue = read(&sources, &places)?;
    let own = places.keys().filter_map(|name| name.strip_suffix(".toml"));
    catalogue.releases = catalogue.releases.beside(own.map(str::to_owned).collect());
    Ok(Read {
        catalogue,
        sources,
        places,
    })
}

/// Reads the catalogue; a message about a file of the user's has its whole path.
fn read(sources: &Sources, places: &BTreeMap<String, PathBuf>) -> Result<Catalogue, Stop> {
    Catalogue::read(sources).map_err(|told| {
        let path = match places.get(&told.path) {
            Some(place) => place.display().to_string(),
            None => told.path.clone(),
        };
        Stop::new(Exit::BadInput, Diagnostic { path, ..told })
    })
}

/// Where a file is that was there first.
fn place_of(instead: Option<&Path>, name: &str) -> String {
    match instead {
        Some(folder) => folder.join(name).display().to_string(),
        None => format!("the built-in `{name}`"),
    }
}

fn twice(name: &str, path: &Path, first: &str) -> Stop {
    let id = name.strip_suffix(".toml").unwrap_or(name);
    let told = format!(
        "`{id}` is there twice: {} and {first}\nhint: the path below the folder is the id; put your files into a folder of your own \
         name, such as `ours/`",
        path.display()
    );
    Stop::new(Exit::BadInput, told)
}

/// The TOML files below a folder by their paths there; hidden ones are left out.
fn toml_files(root: &Path) -> Result<BTreeMap<String, PathBuf>, Stop> {
    let mut found = BTreeMap::new();
    let mut folders = vec![root.to_owned()];
    while let Some(folder) = folders.pop() {
        let entries = fs::read_dir(&folder).map_err(|error| files::unread(&folder, &error))?;
        for entry in entries {
            let path = entry.map_err(|error| files::unread(&folder, &error))?.path();
            let is_hidden = path
                .file_name()
                .is_none_or(|name| name.to_string_lossy().starts_with('.'));
            if is_hidden {
                continue;
            }
            if path.is_dir() {
                folders.push(path);
            } else if path.extension().is_some_and(|extension| extension == "toml")
                && let Some(name) = path.strip_prefix(root).ok().and_then(Path::to_str)
            {
                found.insert(name.to_owned(), path.clone());
            }
        }
    }
    Ok(found)
}

#[cfg(test)]
mod tests {
    use super::*;

    const OWN: &str = "title = \"Our own rule is kept\"\nclients = [\"document\"]\n[control]\nnone = \"it is the request itself\"\n\
                       [[step]]\nname = \"first\"\nauthorize = {}\n[[check]]\nid = \"granted\"\nclause = \"ours.granted\"\n\
                       expect = { answer = { of = \"first\", is = \"granted\" } }\n";
    const CLAUSE: &str = "[granted]\nlevel = \"must\"\nbinds = \"as\"\nquote = \"A right request is granted.\"\n\
                          anchor = { \"Our handbook\" = \"3.1\" }\n";

    fn folder(files: &[(&str, &str)]) -> tempfile::TempDir {
        let folder = tempfile::tempdir().unwrap();
        for (name, text) in files {
            let path = folder.path().join(name);
            fs::create_dir_all(path.parent().unwrap()).unwrap();
            fs::write(path, text).unwrap();
        }
        folder
    }

    fn told(folders: &[&tempfile::TempDir]) -> String {
        let beside: Vec<PathBuf> = folders.iter().map(|folder| folder.path().to_owned()).collect();
        let read = catalogue(None, &beside);
        read.map(|_| ()).unwrap_err().to_string()
    }

    #[test]
    fn scenarios_and_clauses_of_a_user_stand_beside_the_built_in_ones() {
        let own = folder(&[
            ("ours/granted.toml", OWN),
            ("clauses/ours.toml", CLAUSE),
            ("README.md", "\u{0}"),
            (".git/x.toml", "no toml"),
        ]);
        let built_in = catalogue(None, &[]).unwrap();
        let read = catalogue(None, &[own.path().to_owned()]).unwrap();
        assert_eq!(
            read.catalogue.scenarios.len(),
            built_in.catalogue.scenarios.len() + 1
        );
        let mut scenarios = read.catalogue.scenarios.iter();
        assert!(scenarios.any(|scenario| scenario.id.as_str() == "ours/granted"));
        let file = own.path().join("ours/granted.toml");
        assert_eq!(read.place("ours/granted.toml"), file.display().to_string());
        assert_eq!(
            read.name(&own.path().join("ours/../ours/granted.toml")),
            Some("ours/granted.toml")
        );
        assert_eq!(read.place("redirect/a.toml"), "scenarios/redirect/a.toml");
        assert_ne!(read.digest(), built_in.digest());
    }

    #[test]
    fn an_id_that_is_there_twice_is_an_error_with_both_places() {
        let twin = folder(&[("code/pkce/missing.toml", OWN)]);
        let shown = told(&[&twin]);
        assert!(shown.contains("`code/pkce/missing` is there twice: "), "{shown}");
        assert!(shown.contains("the built-in `code/pkce/missing.toml`"), "{shown}");
        let (one, other) = (folder(&[("ours/a.toml", OWN)]), folder(&[("ours/a.toml", OWN)]));
        let shown = told(&[&one, &other]);
        for folder in [&one, &other] {
            assert!(
                shown.contains(&folder.path().join("ours/a.toml").display().to_string()),
                "{shown}"
            );
        }
    }

    #[test]
    fn a_mistake_is_shown_with_the_path_of_its_file() {
        let own = folder(&[("ours/a.toml", "title = \"x\"\ncolour = 1\n")]);
        let path = own.path().join("ours/a.toml");
        assert!(
            told(&[&own]).starts_with(&format!("{}:2:1: ", path.display())),
            "{}",
            told(&[&own])
        );
    }

    #[test]
    fn a_folder_without_scenarios_is_an_error() {
        let empty = folder(&[("README.md", "x")]);
        assert!(told(&[&empty]).contains("has no scenario"));
        let gone = catalogue(None, &[PathBuf::from("/no/such/folder")]);
        let gone = gone.map(|_| ()).unwrap_err();
        assert!(gone.to_string().contains("failed to read `/no/such/folder`"));
    }
}
