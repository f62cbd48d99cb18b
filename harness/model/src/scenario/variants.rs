//! A scenario as it is walked: its variants.

use std::sync::Arc;

use crate::name::ScenarioId;
use crate::plan::Plan;

/// A scenario with the plans of its variants.
#[derive(Debug, Clone, PartialEq)]
pub struct Scenario {
    /// Its id.
    pub id: ScenarioId,
    /// Its file below `scenarios/`.
    pub path: String,
    /// The conformant behaviour.
    pub title: String,
    /// What the author tells people.
    pub note: Option<String>,
    /// One plan for each variant.
    pub plans: Vec<Arc<Plan>>,
}
