//! The catalogue as it stands in the checkout.

use std::sync::OnceLock;

use cimdspec_model::diagnostic::Sources;
use cimdspec_model::scenario::catalogue::Catalogue;

/// The files of the catalogue.
pub fn sources() -> &'static Sources {
    static SOURCES: OnceLock<Sources> = OnceLock::new();
    SOURCES.get_or_init(|| {
        fn walk(root: &std::path::Path, folder: &std::path::Path, into: &mut Sources) {
            for entry in std::fs::read_dir(folder).unwrap() {
                let path = entry.unwrap().path();
                if path.is_dir() {
                    walk(root, &path, into);
                } else {
                    let name = path.strip_prefix(root).unwrap().to_str().unwrap().to_owned();
                    into.0.insert(name, std::fs::read_to_string(&path).unwrap());
                }
            }
        }
        let root = std::path::Path::new(env!("CARGO_MANIFEST_DIR")).join("scenarios");
        let mut sources = Sources::default();
        walk(&root, &root, &mut sources);
        sources
    })
}

/// The catalogue.
pub fn catalogue() -> &'static Catalogue {
    static CATALOGUE: OnceLock<Catalogue> = OnceLock::new();
    CATALOGUE.get_or_init(|| Catalogue::read(sources()).unwrap_or_else(|error| panic!("{error}")))
}
