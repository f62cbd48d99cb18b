//! How many of several steps the target granted.

use schemars::JsonSchema;
use serde::Deserialize;
use serde::Serialize;

use crate::expect::Expectation;
use crate::expect::Grounds;
use crate::name::StepName;
use crate::verb::Step;
use crate::verdict::Outcome;

/// How many of several steps the target granted. The evidence has the order in which they were sent and answered.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields)]
pub struct CountExpect {
    /// The steps. If none was granted, the check is inconclusive.
    #[schemars(with = "Vec<String>")]
    pub of: Vec<StepName>,
    /// The largest correct number.
    pub at_most: usize,
}

impl Expectation for CountExpect {
    fn steps(&self) -> Vec<&StepName> {
        self.of.iter().collect()
    }

    fn hosts(&self) -> Vec<String> {
        Vec::new()
    }

    fn words(&self) -> String {
        format!("at most {} granted", self.at_most)
    }

    fn speaks_without_control(&self) -> bool {
        true
    }

    fn grounds(&self, _: &Outcome) -> Grounds<'_> {
        Grounds::despite_failure()
    }

    fn needs_no_repetition(&self, steps: &[Step]) -> bool {
        // A race that was won once is won.
        steps
            .iter()
            .any(|step| step.background && self.of.contains(&step.name))
    }
}
