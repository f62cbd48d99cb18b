//! How strongly a sentence binds.

use schemars::JsonSchema;
use serde::Deserialize;
use serde::Serialize;

/// The level of a clause; `advice` is ours, with a written stance, not a specification's.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize, JsonSchema)]
#[serde(rename_all = "kebab-case")]
pub enum Level {
    /// MUST, MUST NOT, REQUIRED, SHALL.
    Must,
    /// SHOULD, SHOULD NOT, RECOMMENDED.
    Should,
    /// A sentence that binds the client or its document; what follows for the server is read into it.
    Inferred,
    /// MAY, OPTIONAL.
    May,
    /// Hardening beyond the text, or an ambiguity with a stance.
    Advice,
}

impl Level {
    /// All levels, the strongest first.
    pub const ALL: [Self; 5] = [Self::Must, Self::Should, Self::Inferred, Self::May, Self::Advice];

    /// The word of BCP 14, `inferred`, or `advice`.
    pub fn word(self) -> &'static str {
        match self {
            Self::Must => "MUST",
            Self::Should => "SHOULD",
            Self::Inferred => "inferred",
            Self::May => "MAY",
            Self::Advice => "advice",
        }
    }
}
