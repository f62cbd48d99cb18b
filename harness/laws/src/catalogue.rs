//! The catalogue, as it is built into a law.

use std::sync::OnceLock;

use cimdspec_model::diagnostic::Sources;
use cimdspec_model::scenario::catalogue::Catalogue;
use include_dir::Dir;
use include_dir::include_dir;

static FILES: Dir<'_> = include_dir!("$CARGO_MANIFEST_DIR/../../scenarios");

/// The text of a file of the catalogue.
pub(crate) fn text(path: &str) -> &'static str {
    let file = FILES.get_file(path).and_then(|file| file.contents_utf8());
    file.unwrap_or_else(|| panic!("the catalogue has no `{path}`"))
}

/// The whole catalogue.
pub(crate) fn catalogue() -> &'static Catalogue {
    static CATALOGUE: OnceLock<Catalogue> = OnceLock::new();
    CATALOGUE.get_or_init(|| {
        let mut sources = Sources::default();
        add(&FILES, &mut sources);
        Catalogue::read(&sources).unwrap_or_else(|told| panic!("{told}"))
    })
}

fn add(folder: &Dir<'_>, into: &mut Sources) {
    for file in folder.files() {
        if let (Some(path), Some(text)) = (file.path().to_str(), file.contents_utf8()) {
            into.0.insert(path.to_owned(), text.to_owned());
        }
    }
    for folder in folder.dirs() {
        add(folder, into);
    }
}
