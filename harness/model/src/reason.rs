//! Why there is no verdict: a code for programs, a sentence for people.

use std::fmt;

use schemars::JsonSchema;
use serde::Deserialize;
use serde::Serialize;

/// Why a check is inconclusive, not applicable or not run.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
pub struct Reason {
    /// The kind of reason: nothing else may decide.
    pub code: ReasonCode,
    /// The reason in words.
    pub text: String,
}

/// The kinds of reasons.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize, JsonSchema)]
#[serde(rename_all = "kebab-case")]
pub enum ReasonCode {
    /// No right request was granted, so that nothing can be concluded.
    Calibration,
    /// It only follows from another finding, which `because` names.
    Consequence,
    /// The paired control does not support the conclusion.
    Control,
    /// An earlier step of the case, on which the check builds, was not granted.
    EarlierStep,
    /// The environment cannot show it.
    Environment,
    /// cimdspec failed, and not the target.
    Harness,
    /// The run was stopped.
    Interrupted,
    /// It puts a load on the server, and `--load` was not given.
    Load,
    /// The profile lacks what the check needs.
    NotInProfile,
    /// The target does not support what the check is about.
    NotSupported,
    /// There is nothing to judge: no such document, page, value or log line.
    NothingThere,
    /// A policy that the profile declares makes the check void.
    Policy,
    /// The server has other users, and the run is polite.
    Polite,
    /// The precondition of the check does not hold.
    Precondition,
    /// The server refused an earlier step of the case, in which the case already differs from its control.
    RefusedBefore,
    /// The server died or did not answer.
    ServerFailed,
    /// The answer, or its absence, carries no verdict.
    Unclear,
    /// Several attempts did not agree.
    Unstable,
    /// Nothing shows that what did not happen could have happened on this server.
    Witness,
}

impl ReasonCode {
    /// A reason of this kind, in these words.
    pub fn with(self, text: impl Into<String>) -> Reason {
        Reason {
            code: self,
            text: text.into(),
        }
    }

    /// Whether it is the precondition of the check that does not hold, and not something that the target lacks.
    pub fn is_of_the_check(self) -> bool {
        matches!(self, Self::Precondition | Self::RefusedBefore)
    }
}

impl Reason {
    /// The precondition of a check does not hold, as these words say.
    pub fn unmet(why: impl fmt::Display) -> Self {
        ReasonCode::Precondition.with(format!("precondition not met: {why}"))
    }
}

impl From<String> for Reason {
    fn from(text: String) -> Self {
        ReasonCode::Unclear.with(text)
    }
}

impl From<&str> for Reason {
    fn from(text: &str) -> Self {
        ReasonCode::Unclear.with(text)
    }
}

impl fmt::Display for Reason {
    fn fmt(&self, out: &mut fmt::Formatter<'_>) -> fmt::Result {
        out.write_str(&self.text)
    }
}
