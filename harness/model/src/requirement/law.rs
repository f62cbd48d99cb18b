//! The law that a server is judged by: the texts and the sets of ours whose sentences count.

use std::collections::BTreeSet;

use schemars::JsonSchema;
use serde::Deserialize;
use serde::Serialize;

/// Texts and sets whose sentences count.
#[derive(Debug, Clone, PartialEq, Eq, Default, Serialize, Deserialize, JsonSchema)]
pub struct Law {
    /// The texts, as clauses name them: revisions of CIMD by their numbers, other specifications by their names.
    pub texts: BTreeSet<String>,
    /// The first words of clauses that count whatever their anchors are.
    pub families: BTreeSet<String>,
}

impl Law {
    /// The law of these texts.
    pub fn of_texts<'a>(texts: impl IntoIterator<Item = &'a str>) -> Self {
        Self {
            texts: texts.into_iter().map(str::to_owned).collect(),
            families: BTreeSet::new(),
        }
    }
}
