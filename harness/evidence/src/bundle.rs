//! Bundles: a `.tar.zst` with a few files of known names, read without writing anything.

use std::collections::BTreeMap;
use std::io::Read;
use std::io::Write;

use tar::Archive;
use tar::Builder;
use tar::EntryType;
use tar::Header;

use crate::error::EvidenceError;

/// The report document.
pub const REPORT: &str = "report.json";
/// The ledger.
pub const LEDGER: &str = crate::ledger::NAME;
/// The scenario files: a JSON object from path to text.
pub const CATALOGUE: &str = "catalogue.json";
/// The profile as it was used, without its secrets.
pub const PROFILE: &str = "profile.toml";
/// The baseline of the run.
pub const BASELINE: &str = "baseline.toml";
/// What the operator declares of what no test sees.
pub const DECLARED: &str = "declared.toml";
/// The signed statement that other tools read.
pub const TEST_RESULT: &str = "test-result.dsse.json";
/// The signed statement with all that cimdspec claims.
pub const CONFORMANCE: &str = "conformance.dsse.json";
/// The key that verifies both, as the signer gave it.
pub const KEY: &str = "key.pem";

/// The files that the statement names by their digests.
pub const NAMED: [&str; 6] = [REPORT, LEDGER, CATALOGUE, PROFILE, BASELINE, DECLARED];
/// Those that every bundle has.
pub const NEEDED: [&str; 7] = [REPORT, LEDGER, CATALOGUE, PROFILE, TEST_RESULT, CONFORMANCE, KEY];
/// Beside the named ones.
const SEALS: [&str; 3] = [TEST_RESULT, CONFORMANCE, KEY];

/// Of one file in a bundle, in bytes.
const LARGEST: u64 = 64 * 1024 * 1024;
/// Of all of them, with what the format adds, in bytes.
const LARGEST_IN_ALL: u64 = 128 * 1024 * 1024;
const COMPRESSION: i32 = 6;
/// Files of a bundle are for everybody to read.
const MODE: u32 = 0o644;

/// The files of a bundle, by name.
pub type Files = BTreeMap<String, Vec<u8>>;

/// Writes a bundle.
///
/// # Errors
/// [`EvidenceError`] when it cannot be written.
pub fn pack(files: &Files, into: impl Write) -> Result<(), EvidenceError> {
    let wrong = |error: std::io::Error| EvidenceError::bad("the bundle", error);
    let encoder = zstd::stream::write::Encoder::new(into, COMPRESSION).map_err(wrong)?;
    let mut archive = Builder::new(encoder);
    for (name, bytes) in files {
        let mut header = Header::new_ustar();
        header.set_size(u64::try_from(bytes.len()).unwrap_or(u64::MAX));
        header.set_mode(MODE);
        header.set_entry_type(EntryType::Regular);
        archive
            .append_data(&mut header, name, bytes.as_slice())
            .map_err(wrong)?;
    }
    let encoder = archive.into_inner().map_err(wrong)?;
    encoder.finish().map_err(wrong)?;
    Ok(())
}

/// Reads a bundle into memory.
///
/// # Errors
/// [`EvidenceError`] at the first thing that no bundle has: another file, a path, a link, a file twice, or too many bytes.
pub fn unpack(source: impl Read) -> Result<Files, EvidenceError> {
    let no_bundle = |why: &dyn std::fmt::Display| EvidenceError::bad("the bundle", why);
    let decoder = zstd::stream::read::Decoder::new(source).map_err(|error| no_bundle(&error))?;
    let mut archive = Archive::new(decoder.take(LARGEST_IN_ALL));
    let mut files = Files::new();
    let entries = archive
        .entries()
        .map_err(|error| no_bundle(&format!("it is no `.tar.zst`: {error}")))?;
    for entry in entries {
        let mut entry =
            entry.map_err(|error| no_bundle(&format!("it is cut, too large, or no `.tar.zst`: {error}")))?;
        let name = String::from_utf8_lossy(&entry.path_bytes()).into_owned();
        if !NAMED.contains(&name.as_str()) && !SEALS.contains(&name.as_str()) {
            return Err(no_bundle(&format!(
                "it has a file `{name:?}`, which no bundle has"
            )));
        }
        if entry.header().entry_type() != EntryType::Regular {
            return Err(no_bundle(&format!("`{name}` in it is not a regular file")));
        }
        if entry.size() > LARGEST {
            return Err(no_bundle(&format!(
                "`{name}` in it has more than {LARGEST} bytes"
            )));
        }
        let mut bytes = Vec::new();
        let read = entry.read_to_end(&mut bytes);
        read.map_err(|error| no_bundle(&format!("`{name}` in it is cut or too large: {error}")))?;
        if files.insert(name.clone(), bytes).is_some() {
            return Err(no_bundle(&format!("it has `{name}` twice")));
        }
    }
    match NEEDED.iter().find(|name| !files.contains_key(**name)) {
        Some(name) => Err(no_bundle(&format!("it has no `{name}`"))),
        None => Ok(files),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn whole() -> Files {
        let files = NEEDED.iter().map(|name| ((*name).to_owned(), b"x".to_vec()));
        files.collect()
    }

    fn packed(files: &Files) -> Vec<u8> {
        let mut bytes = Vec::new();
        pack(files, &mut bytes).unwrap();
        bytes
    }

    /// A bundle with one more entry, of this header.
    fn with_entry(name: &str, kind: EntryType, bytes: &[u8]) -> Vec<u8> {
        let mut builder = Builder::new(Vec::new());
        let mut header = Header::new_ustar();
        header.set_size(bytes.len() as u64);
        header.set_entry_type(kind);
        // The builder refuses such paths: they are written into the header itself.
        let field = &mut header.as_ustar_mut().unwrap().name;
        field[..name.len()].copy_from_slice(name.as_bytes());
        if kind == EntryType::Symlink {
            header.set_link_name("/etc/passwd").unwrap();
        }
        header.set_cksum();
        builder.append(&header, bytes).unwrap();
        zstd::encode_all(&builder.into_inner().unwrap()[..], 1).unwrap()
    }

    fn refusal(bytes: &[u8]) -> String {
        unpack(bytes).unwrap_err().to_string()
    }

    #[test]
    fn a_bundle_is_read_as_it_was_written() {
        assert_eq!(unpack(&packed(&whole())[..]).unwrap(), whole());
    }

    #[test]
    fn what_no_bundle_has_is_refused() {
        for path in ["../report.json", "/etc/passwd", "a/report.json", "more.json"] {
            let told = refusal(&with_entry(path, EntryType::Regular, b"x"));
            assert!(told.contains("which no bundle has"), "{told}");
        }
        let told = refusal(&with_entry(REPORT, EntryType::Symlink, b""));
        assert!(told.contains("is not a regular file"), "{told}");
        let mut lacking = whole();
        lacking.remove(LEDGER);
        assert!(refusal(&packed(&lacking)).contains("it has no `ledger.jsonl.zst`"));
        assert!(refusal(b"PK").contains("the bundle"));
        let cut = packed(&whole());
        assert!(unpack(&cut[..cut.len() / 2]).is_err());
    }

    /// Some kilobytes that would fill the memory.
    #[test]
    fn a_decompression_bomb_is_refused() {
        let told = refusal(&with_entry(
            REPORT,
            EntryType::Regular,
            &vec![0; (LARGEST + 1) as usize],
        ));
        assert!(told.contains("has more than"), "{told}");
    }
}
