//! Reports for others: formats and the files that they go to.

use std::path::PathBuf;

use cimdspec_report::Format;
use clap::Args;
use clap::builder::PossibleValue;
use clap::builder::PossibleValuesParser;
use clap::builder::TypedValueParser;

/// A report of a run in one format.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) struct ReportTo {
    pub(crate) format: Format,
    pub(crate) path: PathBuf,
}

#[derive(Debug, Args)]
pub(crate) struct ReportArguments {
    /// Format of the report
    #[arg(long, value_name = "FORMAT", value_parser = format())]
    pub(crate) format: Format,
    /// The report document of a run, or its folder
    #[arg(default_value = "results/latest")]
    pub(crate) file: PathBuf,
}

#[derive(Debug, Args)]
pub(crate) struct SiteArguments {
    /// Folder of the site: a new or empty one, or an earlier site, which is replaced
    #[arg(value_name = "DIR")]
    pub(crate) folder: PathBuf,
    /// The report documents of runs, or their folders; of several reports of one server the newest counts, and what changed
    /// since the one before is shown
    #[arg(required = true, value_name = "REPORTS")]
    pub(crate) reports: Vec<PathBuf>,
}

/// The formats by their words.
fn format() -> impl TypedValueParser<Value = Format> {
    let values: Vec<PossibleValue> = Format::all()
        .map(|(_, word, about)| PossibleValue::new(word).help(about))
        .collect();
    // The words are those of the table, so that each has its format.
    PossibleValuesParser::new(values).map(|word| Format::named(&word).unwrap_or(Format::Human))
}

/// `FORMAT=PATH`.
pub(crate) fn report_to(text: &str) -> Result<ReportTo, String> {
    let words = || {
        let words: Vec<&str> = Format::all().map(|(_, word, _)| word).collect();
        words.join(", ")
    };
    let wanted = || format!("write `FORMAT=PATH`, with one of the formats {}", words());
    let (word, path) = text.split_once('=').ok_or_else(wanted)?;
    if path.is_empty() {
        return Err(format!("`{text}` has no path: {}", wanted()));
    }
    let format = Format::named(word).ok_or_else(|| format!("there is no format `{word}`: {}", wanted()))?;
    Ok(ReportTo {
        format,
        path: PathBuf::from(path),
    })
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_report_is_a_format_and_a_path() {
        let read = report_to("sarif=out/a=b.sarif").unwrap();
        assert_eq!(read.format, Format::Sarif);
        assert_eq!(read.path, PathBuf::from("out/a=b.sarif"));
        for (text, wanted) in [
            ("junit", "write `FORMAT=PATH`"),
            ("junit=", "`junit=` has no path"),
            ("xml=a", "there is no format `xml`"),
        ] {
            let told = report_to(text).unwrap_err();
            assert!(
                told.contains(wanted) && told.contains("human, html, json, junit"),
                "{told}"
            );
        }
    }
}
