//! Where the user's repository speaks of the target: reports for CI show each finding at a line of it.

use std::path::Path;
use std::path::PathBuf;

use cimdspec_model::baseline::Baseline;
use cimdspec_model::place::Place;
use cimdspec_model::place::Places;

use crate::args::arguments::RunArguments;

/// Shown if no profile of the repository names the target.
const CONFIGURATION: &str = "cimdspec.toml";

/// The places of a run.
pub(crate) fn of(arguments: &RunArguments, baseline: Option<&Baseline>) -> Places {
    let root = root();
    let first_line = |path: String| Place { path, line: 1 };
    let profile = arguments.profile.as_deref();
    let profile = profile.and_then(|path| within(&root, path));
    let configuration = || within(&root, &root.join(CONFIGURATION));
    let known = baseline.map(|baseline| baseline.entries(|path| within(&root, Path::new(path))));
    Places {
        target: profile.or_else(configuration).map(first_line),
        known: known.unwrap_or_default(),
    }
}

/// The root of the repository that the command runs in, or its own folder where there is none.
fn root() -> PathBuf {
    let here = std::env::current_dir().unwrap_or_default();
    let found = here.ancestors().find(|folder| folder.join(".git").exists());
    found.map_or_else(|| here.clone(), Path::to_owned)
}

/// The path of a file from the root, in slashes, if it is below.
fn within(root: &Path, path: &Path) -> Option<String> {
    let (root, path) = (root.canonicalize().ok()?, path.canonicalize().ok()?);
    let path = path.strip_prefix(root).ok()?.to_str()?;
    (!path.is_empty()).then(|| path.to_owned())
}

#[cfg(test)]
mod tests {
    use std::fs;

    use super::*;

    #[test]
    fn only_a_file_below_the_root_has_a_path_in_the_repository() {
        let folder = tempfile::tempdir().unwrap();
        let root = folder.path().join("repository");
        fs::create_dir_all(root.join("ci")).unwrap();
        for file in ["ci/server.toml", "../outside.toml"] {
            fs::write(root.join(file), "").unwrap();
        }
        let path = |file: &str| within(&root, &root.join(file));
        assert_eq!(path("ci/../ci/server.toml"), Some("ci/server.toml".to_owned()));
        assert_eq!(path("../outside.toml"), None);
        assert_eq!(path("absent.toml"), None);
    }
}
