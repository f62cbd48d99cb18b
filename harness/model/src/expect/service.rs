//! Expectations on the target itself, over a whole run: that it lives, answers, and grants what everything else builds on.

use schemars::JsonSchema;
use serde::Deserialize;
use serde::Serialize;

use crate::expect::Expectation;
use crate::expect::Grounds;
use crate::name::StepName;
use crate::verdict::Outcome;

/// What the target does over a whole run, whichever checks were selected.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize, JsonSchema)]
#[serde(rename_all = "kebab-case")]
pub enum Service {
    /// The target answers every request before its deadline, unless something of the case keeps it waiting.
    AlwaysAnswers,
    /// The target grants a correct request of a client with a document.
    GrantsDocuments,
    /// The target grants a correct request of a client that registered itself.
    GrantsRegistered,
    /// The target grants a correct registration.
    GrantsRegistrations,
    /// The target grants an update that sends back what the registration reported.
    GrantsUpdates,
    /// The server process lives.
    NeverDies,
    /// The target answers no request with a failure.
    NeverFails,
}

impl Service {
    /// Whether it is about failures, of which a run may have seen many; otherwise about a request of the calibration.
    pub fn is_of_failures(self) -> bool {
        matches!(self, Self::AlwaysAnswers | Self::NeverDies | Self::NeverFails)
    }
}

impl Expectation for Service {
    fn steps(&self) -> Vec<&StepName> {
        Vec::new()
    }

    fn hosts(&self) -> Vec<String> {
        Vec::new()
    }

    fn words(&self) -> String {
        "what holds over a whole run".to_owned()
    }

    fn speaks_without_control(&self) -> bool {
        false
    }

    fn grounds(&self, _: &Outcome) -> Grounds<'_> {
        Grounds::despite_failure()
    }
}
