//! How a run differs from its baseline.

use schemars::JsonSchema;
use serde::Deserialize;
use serde::Serialize;

/// How a run differs from its baseline: what it breaks beside it, and what of it is out of date.
#[derive(Debug, Clone, PartialEq, Eq, Default, Serialize, Deserialize, JsonSchema)]
#[serde(default)]
pub struct Deviations {
    /// Broken, and accepted until a day that is over.
    #[serde(skip_serializing_if = "Vec::is_empty")]
    pub expired: Vec<Deviation>,
    /// Broken, and not known to be.
    #[serde(skip_serializing_if = "Vec::is_empty")]
    pub newly_broken: Vec<Deviation>,
    /// Failures of the server that are not known.
    #[serde(skip_serializing_if = "Vec::is_empty")]
    pub newly_failed: Vec<Deviation>,
    /// Known to be broken, and not broken any more.
    #[serde(skip_serializing_if = "Vec::is_empty")]
    pub repaired: Vec<Deviation>,
    /// Known to be broken, and not in the catalogue any more.
    #[serde(skip_serializing_if = "Vec::is_empty")]
    pub vanished: Vec<Deviation>,
}

/// A check that differs from the baseline.
#[derive(Debug, Clone, PartialEq, Eq, Default, Serialize, Deserialize, JsonSchema)]
pub struct Deviation {
    /// The check and its variants, in words.
    pub words: String,
    /// The ids of the broken findings that it is about.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub findings: Vec<String>,
}

impl Deviations {
    /// Whether the baseline names what is not broken any more, not in the catalogue any more, or not accepted any more.
    pub fn is_stale(&self) -> bool {
        !self.repaired.is_empty() || !self.vanished.is_empty() || !self.expired.is_empty()
    }

    /// The deviations of two parts of one run: what the catalogue does not have any more is the same in each.
    pub fn joined(mut self, other: Self) -> Self {
        for (into, more) in [
            (&mut self.expired, other.expired),
            (&mut self.newly_broken, other.newly_broken),
            (&mut self.newly_failed, other.newly_failed),
            (&mut self.repaired, other.repaired),
            (&mut self.vanished, other.vanished),
        ] {
            for deviation in more {
                if !into.contains(&deviation) {
                    into.push(deviation);
                }
            }
        }
        self
    }
}
