//! The ledger on the disk: compressed JSON lines, whole up to the last flush however the run ends.

use std::fs::File;
use std::io::BufRead;
use std::io::BufReader;
use std::io::Read;
use std::io::Write;
use std::path::Path;
use std::path::PathBuf;
use std::time::Duration;
use std::time::Instant;

use cimdspec_judge::Line;

use crate::error::EvidenceError;

/// The file in the folder of a run.
pub const NAME: &str = "ledger.jsonl.zst";

/// How strongly it is compressed; more costs time of the run.
const COMPRESSION: i32 = 6;
/// The window of the compressor, as a power of two: cases are alike, and far apart.
const WINDOW: u32 = 25;
/// How much of a ledger may be lost when the program is killed.
const FLUSHED_EVERY: Duration = Duration::from_secs(2);
/// Of all lines, before compression: a target that floods would fill the disk.
const MOST_WRITTEN: u64 = 2 * 1024 * 1024 * 1024;
/// Of one line that is read; no case is as long.
const LONGEST_LINE: u64 = 256 * 1024 * 1024;
/// Of a whole ledger that is read, after decompression: what a run writes, and its last line.
const MOST_READ: u64 = MOST_WRITTEN + LONGEST_LINE;

/// The ledger of a run that goes on.
pub struct Ledger {
    path: PathBuf,
    encoder: zstd::stream::write::Encoder<'static, File>,
    flushed: Instant,
    left: u64,
}

impl Ledger {
    /// Makes the file.
    pub fn create(path: &Path) -> Result<Self, EvidenceError> {
        let encoder = || {
            let mut encoder = zstd::stream::write::Encoder::new(File::create(path)?, COMPRESSION)?;
            encoder.long_distance_matching(true)?;
            encoder.window_log(WINDOW)?;
            encoder.include_checksum(true)?;
            Ok(encoder)
        };
        Ok(Self {
            path: path.to_owned(),
            encoder: encoder().map_err(|error| EvidenceError::file(path, &error))?,
            flushed: Instant::now(),
            left: MOST_WRITTEN,
        })
    }

    /// Adds a line. Cases are left out once the ledger is full; then a run cannot be judged again, and says so.
    pub fn add(&mut self, line: &Line) -> Result<(), EvidenceError> {
        let mut text =
            serde_json::to_vec(line).map_err(|error| EvidenceError::bad("a line of the ledger", error))?;
        text.push(b'\n');
        let length = u64::try_from(text.len()).unwrap_or(u64::MAX);
        match (self.left.checked_sub(length), line) {
            (None, Line::Case(_)) => return Ok(()),
            (left, _) => self.left = left.unwrap_or(0),
        }
        let written = self.encoder.write_all(&text).and_then(|()| {
            if self.flushed.elapsed() < FLUSHED_EVERY {
                return Ok(());
            }
            self.flushed = Instant::now();
            self.encoder.flush()
        });
        written.map_err(|error| EvidenceError::file(&self.path, &error))
    }

    /// Ends the file.
    pub fn close(self) -> Result<(), EvidenceError> {
        let ended = self.encoder.finish();
        ended
            .map(|_| ())
            .map_err(|error| EvidenceError::file(&self.path, &error))
    }
}

/// How the reading of a ledger ended.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum ReadTo {
    /// Its end.
    End,
    /// The last whole line: the run was killed, or the file is cut.
    Cut,
}

/// Reads a ledger line by line, up to its end or its last whole line.
pub fn read(
    source: impl Read,
    mut each: impl FnMut(Line) -> Result<(), EvidenceError>,
) -> Result<ReadTo, EvidenceError> {
    let mut decoder = zstd::stream::read::Decoder::new(source).map_err(|error| no_ledger(&error))?;
    decoder
        .window_log_max(WINDOW)
        .map_err(|error| no_ledger(&error))?;
    let mut reader = BufReader::new(decoder.take(MOST_READ));
    for number in 1_usize.. {
        let mut text = Vec::new();
        let ended = (&mut reader).take(LONGEST_LINE).read_until(b'\n', &mut text);
        if u64::try_from(text.len()).is_ok_and(|length| length >= LONGEST_LINE) {
            return Err(no_ledger(&format!("line {number} is longer than any case")));
        }
        if ended.is_err() || (text.last() != Some(&b'\n') && !text.is_empty()) {
            return Ok(ReadTo::Cut);
        }
        if text.is_empty() {
            if reader.get_ref().limit() == 0 {
                return Err(no_ledger(&"it is longer than any run writes"));
            }
            break;
        }
        let line = serde_json::from_slice(&text)
            .map_err(|error| no_ledger(&format!("line {number} is not one of a ledger: {error}")))?;
        each(line)?;
    }
    Ok(ReadTo::End)
}

fn no_ledger(why: &dyn std::fmt::Display) -> EvidenceError {
    EvidenceError::bad("the ledger", why)
}

#[cfg(test)]
mod tests {
    use cimdspec_judge::Basis;

    use super::*;

    fn basis(issuer: &str) -> Line {
        Line::Basis(Box::new(Basis {
            issuer: issuer.to_owned(),
            ..Basis::default()
        }))
    }

    fn issuers(bytes: &[u8]) -> (Vec<String>, ReadTo) {
        let mut issuers = Vec::new();
        let ended = read(bytes, |line| {
            if let Line::Basis(basis) = line {
                issuers.push(basis.issuer);
            }
            Ok(())
        });
        (issuers, ended.unwrap())
    }

    #[test]
    fn a_ledger_is_read_as_it_was_written() {
        let folder = tempfile::tempdir().unwrap();
        let path = folder.path().join(NAME);
        let mut ledger = Ledger::create(&path).unwrap();
        ledger.add(&basis("https://a.test")).unwrap();
        ledger.add(&basis("https://b.test")).unwrap();
        ledger.close().unwrap();
        let read = issuers(&std::fs::read(&path).unwrap());
        assert_eq!(
            read,
            (
                vec!["https://a.test".to_owned(), "https://b.test".to_owned()],
                ReadTo::End
            )
        );
    }

    /// As `kill -9` or a full disk leaves it.
    #[test]
    fn a_ledger_that_was_not_closed_is_read_up_to_its_last_whole_line() {
        let folder = tempfile::tempdir().unwrap();
        let path = folder.path().join(NAME);
        let mut ledger = Ledger::create(&path).unwrap();
        ledger.add(&basis("https://a.test")).unwrap();
        ledger.encoder.flush().unwrap();
        ledger.add(&basis("https://b.test")).unwrap();
        std::mem::forget(ledger);
        let (read, ended) = issuers(&std::fs::read(&path).unwrap());
        assert_eq!((read, ended), (vec!["https://a.test".to_owned()], ReadTo::Cut));
    }

    #[test]
    fn what_is_no_ledger_is_named_with_its_line() {
        let text = zstd::encode_all(&b"{\"nothing\":1}\n"[..], 1).unwrap();
        let told = read(&text[..], |_| Ok(())).unwrap_err();
        assert!(
            told.to_string().contains("line 1 is not one of a ledger"),
            "{told}"
        );
    }
}
