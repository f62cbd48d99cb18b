//! One step of a plan: what it does, and how it relates to other steps.

use serde::Deserialize;
use serde::Serialize;

use crate::name::StepName;
use crate::verb::Act;

/// One step of a plan.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
pub struct Step {
    /// Its name; `step-3` for an unnamed third step.
    pub name: StepName,
    /// Whether the next step begins without waiting for this one.
    pub background: bool,
    /// Whether later checks do not build on its being granted.
    #[serde(default, skip_serializing_if = "std::ops::Not::not")]
    pub optional: bool,
    /// Of a wait: what it depends on.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub wait_on: Option<WaitOn>,
    /// What is done.
    pub act: Act,
}

/// What a wait depends on.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "kebab-case")]
pub enum WaitOn {
    /// The wait ends when the request that this step pushed has expired (RFC 9126). A request that lives longer than
    /// the wait is not waited for.
    Lifetime(StepName),
    /// The wait takes place only if this authorize step brought no code.
    Refusal(StepName),
}

impl WaitOn {
    /// The step.
    pub fn step(&self) -> &StepName {
        match self {
            Self::Lifetime(step) | Self::Refusal(step) => step,
        }
    }
}
