//! What can go wrong with evidence before anything is compared.

use std::path::PathBuf;

/// Why evidence cannot be read, written or signed.
#[derive(Debug, PartialEq, Eq, thiserror::Error)]
#[non_exhaustive]
pub enum EvidenceError {
    /// The file is not what it should be.
    #[error("{what}: {why}")]
    Bad {
        /// What was read.
        what: String,
        /// What is wrong with it.
        why: String,
    },
    /// A file cannot be read or written.
    #[error("`{}`: {why}", path.display())]
    File {
        /// The file.
        path: PathBuf,
        /// The system's words.
        why: String,
    },
    /// The results do not show that the server was tested as the revision demands.
    #[error("the results are not complete for `{revision}`")]
    Incomplete {
        /// The revision.
        revision: String,
        /// What is missing, each with its reason.
        gaps: Vec<String>,
    },
}

impl EvidenceError {
    /// A file that is not what it should be.
    pub(crate) fn bad(what: impl Into<String>, why: impl ToString) -> Self {
        Self::Bad {
            what: what.into(),
            why: why.to_string(),
        }
    }

    /// A file that cannot be read or written.
    pub(crate) fn file(path: &std::path::Path, error: &std::io::Error) -> Self {
        Self::File {
            path: path.to_owned(),
            why: error.to_string(),
        }
    }
}
