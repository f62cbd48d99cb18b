//! What a finding prints of a clause: the sentence, whose it is, and whom it binds.

use schemars::JsonSchema;
use serde::Deserialize;
use serde::Serialize;

use crate::requirement::clause::Binds;
use crate::requirement::level::Level;

/// A clause as it is printed.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
pub struct Sentence {
    /// The sentence's own words.
    pub quote: String,
    /// Its level.
    pub level: Level,
    /// Whom it binds.
    pub binds: Binds,
    /// Where it stands, in words.
    pub citation: String,
    /// How it is read, where it can be read otherwise.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub stance: Option<String>,
    /// What happens when a server acts on what it forbids the client.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub harm: Option<String>,
    /// Whether it counts for this server: it does not where the server claims no text that has it.
    pub counts: bool,
    /// Whether no specification has it.
    pub is_ours: bool,
    /// Where it can be read: the text's section on the web.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub link: Option<String>,
    /// What to change in a server that breaks it.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub remedy: Option<String>,
    /// The weaknesses (CWE numbers) that a breach of it is.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub cwe: Vec<u16>,
}

impl Sentence {
    /// Level, whom it binds, and where it stands, in one line.
    pub fn origin(&self) -> String {
        let Self { citation, .. } = self;
        let whom = self.binds.words();
        let origin = match self.level {
            Level::Advice if self.is_ours => return "advice of cimdspec".to_owned(),
            Level::Advice => format!("advice of cimdspec on {citation}"),
            Level::Inferred => format!("inferred from {citation}, which binds {whom}"),
            level => format!("{} of {whom}, {citation}", level.word()),
        };
        match self.counts || self.level == Level::May {
            true => origin,
            false => format!("{origin}; this server does not claim it"),
        }
    }
}
