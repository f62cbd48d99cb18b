//! Expectations on the target itself, over a whole run: that it lives, answers, and grants what everything else builds on.

use schemars::JsonSchema;
use serde::Deserialize;
use serde::Serialize;

/// What a target does over a whole run, whatever it is asked.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize, JsonSchema)]
#[serde(rename_all = "kebab-case")]
pub enum Service {
    /// Every request is answered before its deadline, as long as nothing keeps the target waiting.
    AlwaysAnswers,
    /// A request that is right in every respect is granted to a client with a document.
    GrantsDocuments,
    /// The same for a client that registered itself.
    GrantsRegistered,
    /// A registration that is right in every respect is granted.
    GrantsRegistrations,
    /// An update with what the registration told is granted.
    GrantsUpdates,
    /// The process lives.
    NeverDies,
    /// No request is answered by a failure of the target.
    NeverFails,
}

impl Service {
    /// Whether it is about failures, of which a run may have seen many; otherwise about a request of the calibration.
    pub fn is_of_failures(self) -> bool {
        matches!(self, Self::AlwaysAnswers | Self::NeverDies | Self::NeverFails)
    }
}
