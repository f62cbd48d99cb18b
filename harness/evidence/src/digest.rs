//! SHA-256 digests of what a run rests on.

use std::fs::File;
use std::io::Read;
use std::path::Path;

use cimdspec_model::diagnostic::Sources;
use cimdspec_model::report::Digest;
use ring::digest::Context;
use ring::digest::SHA256;

/// Read at once.
const CHUNK: usize = 64 * 1024;

/// The digest of scenario files: of each its path, its length and its text, in the order of the paths.
pub fn of_sources(sources: &Sources) -> Digest {
    let mut context = Context::new(&SHA256);
    for (path, text) in &sources.0 {
        context.update(path.as_bytes());
        context.update(&[0]);
        context.update(text.len().to_string().as_bytes());
        context.update(&[0]);
        context.update(text.as_bytes());
    }
    words(context)
}

/// The digest of these bytes.
pub fn of(bytes: &[u8]) -> Digest {
    let mut context = Context::new(&SHA256);
    context.update(bytes);
    words(context)
}

/// The digest of a file; nothing if it cannot be read.
pub fn of_file(path: &Path) -> Option<Digest> {
    let mut file = File::open(path).ok()?;
    let mut context = Context::new(&SHA256);
    let mut chunk = vec![0; CHUNK];
    loop {
        match file.read(&mut chunk).ok()? {
            0 => return Some(words(context)),
            read => context.update(&chunk[..read]),
        }
    }
}

/// The digest of the program that runs.
pub fn of_the_program() -> Option<Digest> {
    of_file(&std::env::current_exe().ok()?)
}

fn words(context: Context) -> Digest {
    let digest = context.finish();
    digest.as_ref().iter().map(|byte| format!("{byte:02x}")).collect()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_digest_is_that_of_the_bytes() {
        let empty = "e3b0c44298fc1c149afbf4c8996fb92427ae41e4649b934ca495991b7852b855";
        assert_eq!(of(b""), empty);
        let folder = tempfile::tempdir().unwrap();
        let path = folder.path().join("x");
        std::fs::write(&path, "").unwrap();
        assert_eq!(of_file(&path).as_deref(), Some(empty));
        assert_eq!(of_file(folder.path().join("y").as_path()), None);
    }

    /// What moves from one file to its neighbour changes the digest.
    #[test]
    fn the_border_between_two_files_counts() {
        let sources =
            |files: &[(&str, &str)]| Sources(files.iter().map(|(a, b)| ((*a).into(), (*b).into())).collect());
        let one = sources(&[("a", "xy"), ("b", "z")]);
        let other = sources(&[("a", "x"), ("b", "yz")]);
        assert_ne!(of_sources(&one), of_sources(&other));
    }
}
