//! Report documents that are read again.

use std::fs;
use std::path::Path;

use cimdspec_evidence::bundle;
use cimdspec_evidence::partial;
use cimdspec_model::report::Report;
use cimdspec_model::report::VERSION;
use serde::Deserialize;

use crate::exit::Exit;
use crate::exit::Stop;
use crate::session::files;

/// The name of the document in the folder of a run.
const NAME: &str = bundle::REPORT;

/// What every version of the document has.
#[derive(Deserialize)]
struct Head {
    version: u32,
}

/// Reads the report document of this path, or of the folder of a run. A run that was killed wrote none: then its ledger is read,
/// up to its last whole line.
pub(crate) fn read(path: &Path) -> Result<Report, Stop> {
    let ledger = match path.is_dir() {
        true => path.join(bundle::LEDGER),
        false => path.to_owned(),
    };
    let is_ledger = ledger.file_name().is_some_and(|name| name == bundle::LEDGER);
    if is_ledger && ledger.exists() && !path.join(NAME).exists() {
        return of_ledger(&ledger);
    }
    let path = match path.is_dir() {
        true => path.join(NAME),
        false => path.to_owned(),
    };
    let bad = |reason: String, hint: &str| {
        let told = format!(
            "failed to read the report `{}`: {reason}\nhint: {hint}",
            path.display()
        );
        Stop::new(Exit::BadInput, told)
    };
    let a_report = format!("give the `{NAME}` of a run, or its folder");
    let bytes = fs::read(&path).map_err(|error| bad(error.to_string(), &a_report))?;
    let head: Head = serde_json::from_slice(&bytes).map_err(|error| match () {
        () if bytes.is_empty() => bad("it is empty".to_owned(), &a_report),
        () if error.is_eof() => bad(
            format!("it is cut off in line {}", error.line()),
            "copy it again, or run again",
        ),
        () if error.is_data() => bad(
            format!("it is JSON without the members of a report: {error}"),
            &a_report,
        ),
        () => bad(format!("it is not JSON: {error}"), &a_report),
    })?;
    if head.version != VERSION {
        return Err(bad(
            format!(
                "it has version {}, and this program reads version {VERSION}",
                head.version
            ),
            "run again with this program, or read it with the one that wrote it",
        ));
    }
    serde_json::from_slice(&bytes)
        .map_err(|error| bad(format!("it is not a whole report: {error}"), &a_report))
}

/// What a run had learned by the last whole line of its ledger.
fn of_ledger(path: &Path) -> Result<Report, Stop> {
    let bad = |reason: &dyn std::fmt::Display| {
        let told = format!("failed to read the ledger `{}`: {reason}", path.display());
        Stop::new(Exit::BadInput, told)
    };
    let catalogue = files::catalogue(&files::sources(None)?)?;
    let file = fs::File::open(path).map_err(|error| bad(&error))?;
    partial::report(file, &catalogue).map_err(|error| bad(&error))
}

#[cfg(test)]
mod tests {
    use super::*;

    fn told(text: &[u8]) -> String {
        let folder = tempfile::tempdir().unwrap();
        fs::write(folder.path().join(NAME), text).unwrap();
        let stop = read(folder.path()).unwrap_err();
        assert_eq!(stop.exit, Exit::BadInput);
        stop.to_string()
    }

    #[test]
    fn what_is_no_report_is_told_by_its_kind() {
        for (text, wanted) in [
            (&b""[..], "it is empty"),
            (b"{\"version\": 2, \"harness\": \"0.1", "it is cut off in line 1"),
            (b"<html>", "it is not JSON"),
            (b"\xff\xfe", "it is not JSON"),
            (b"{\"runs\": []}", "it is JSON without the members of a report"),
            (
                b"{\"version\": 1}",
                "it has version 1, and this program reads version 2",
            ),
            (b"{\"version\": 2}", "it is not a whole report: missing field"),
        ] {
            let told = told(text);
            assert!(told.contains(wanted), "{told}");
            assert_eq!(told.matches("hint: ").count(), 1, "{told}");
        }
    }
}
