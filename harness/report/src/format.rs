//! The formats of a report, in one table.

use cimdspec_model::report::Report;

use crate::ci::annotations;
use crate::ci::junit;
use crate::ci::markdown;
use crate::ci::sarif;
use crate::html::html;
use crate::human::human;
use crate::interop::interop;
use crate::interop::interop_json;
use crate::json::json;
use crate::paint::Paint;

/// A format of a report.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
pub enum Format {
    /// Workflow commands of CI runners.
    Annotations,
    /// A page that works offline.
    Html,
    /// Text for the terminal.
    Human,
    /// The interop matrix as Markdown.
    Interop,
    /// The interop matrix as JSON.
    InteropJson,
    /// The versioned JSON document.
    Json,
    /// JUnit XML.
    Junit,
    /// The summary of a job.
    Markdown,
    /// SARIF for code scanning.
    Sarif,
}

/// Why a report could not be written in a format.
#[derive(Debug, thiserror::Error)]
#[non_exhaustive]
pub enum WriteError {
    /// A value has no JSON form.
    #[error("failed to write JSON: {0}")]
    Json(#[from] serde_json::Error),
    /// The XML writer failed.
    #[error("failed to write XML: {0}")]
    Xml(#[from] quick_junit::SerializeError),
}

/// How a format is called, what it is for, and what writes it.
struct Row {
    format: Format,
    word: &'static str,
    about: &'static str,
    write: fn(&Report, Paint) -> Result<String, WriteError>,
}

const TABLE: [Row; 9] = [
    Row {
        format: Format::Human,
        word: "human",
        about: "Text for the terminal",
        write: |report, paint| Ok(human(report, &report.made, paint)),
    },
    Row {
        format: Format::Html,
        word: "html",
        about: "A page that works offline and in print",
        write: |report, _| Ok(html(report)),
    },
    Row {
        format: Format::Json,
        word: "json",
        about: "The versioned JSON document",
        write: |report, _| Ok(json(report)?),
    },
    Row {
        format: Format::Junit,
        word: "junit",
        about: "JUnit XML: test results, for most CI services",
        write: |report, _| Ok(junit(report)?),
    },
    Row {
        format: Format::Sarif,
        word: "sarif",
        about: "SARIF 2.1.0: findings for code scanning",
        write: |report, _| Ok(sarif(report)?),
    },
    Row {
        format: Format::Markdown,
        word: "markdown",
        about: "Markdown: the summary of a job",
        write: |report, _| Ok(markdown(report)),
    },
    Row {
        format: Format::Annotations,
        word: "annotations",
        about: "Workflow commands: annotations of GitHub Actions, Gitea and Forgejo",
        write: |report, _| Ok(annotations(report)),
    },
    Row {
        format: Format::Interop,
        word: "interop",
        about: "The interop matrix as Markdown, to be handed in",
        write: |report, _| Ok(interop(report)),
    },
    Row {
        format: Format::InteropJson,
        word: "interop-json",
        about: "The interop matrix as JSON",
        write: |report, _| Ok(interop_json(report)?),
    },
];

impl Format {
    /// All formats, with their words and what they are for.
    pub fn all() -> impl Iterator<Item = (Self, &'static str, &'static str)> {
        TABLE.iter().map(|row| (row.format, row.word, row.about))
    }

    /// The format of this word.
    pub fn named(word: &str) -> Option<Self> {
        TABLE.iter().find(|row| row.word == word).map(|row| row.format)
    }

    /// The report in this format.
    ///
    /// # Errors
    /// When the writer of the format fails, which it does not in memory.
    pub fn write(self, report: &Report, paint: Paint) -> Result<String, WriteError> {
        let row = TABLE.iter().find(|row| row.format == self);
        row.map_or(Ok(String::new()), |row| (row.write)(report, paint))
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::fabricated::mixed;

    #[test]
    fn each_format_has_a_row_and_writes_something() {
        for (format, word, _) in Format::all() {
            assert_eq!(Format::named(word), Some(format));
            assert!(
                format.write(&mixed(), Paint::Plain).unwrap().len() > 80,
                "{format:?}"
            );
        }
    }
}
