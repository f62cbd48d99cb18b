//! The command that made a run: a finding is reproduced by it.

use schemars::JsonSchema;
use serde::Deserialize;
use serde::Serialize;

/// A command in two parts: what chooses a finding goes among its flags, before the command of the server.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
pub struct Made {
    /// The command with its flags.
    pub flags: String,
    /// The command of the server that follows them, where the run started one.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub server: Option<String>,
}

impl Made {
    /// The command with these flags more.
    pub fn with(&self, more: &str) -> String {
        match &self.server {
            Some(server) => format!("{}{more} -- {server}", self.flags),
            None => format!("{}{more}", self.flags),
        }
    }
}

impl Default for Made {
    fn default() -> Self {
        Self {
            flags: "cimdspec run".to_owned(),
            server: None,
        }
    }
}
