//! What the addresses of the browser contain.

use schemars::JsonSchema;
use serde::Deserialize;
use serde::Serialize;

use crate::expect::Expectation;
use crate::expect::Grounds;
use crate::name::StepName;
use crate::verdict::Outcome;

/// What the addresses contain where the browser was, or to which it was sent.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields)]
pub struct UrlsExpect {
    /// The step.
    #[schemars(with = "String")]
    pub of: StepName,
    /// Kinds of secrets, as reports name them, for example `["cookie"]`. No address may contain a value of them.
    pub lacks: Vec<String>,
}

impl Expectation for UrlsExpect {
    fn steps(&self) -> Vec<&StepName> {
        vec![&self.of]
    }

    fn hosts(&self) -> Vec<String> {
        Vec::new()
    }

    fn words(&self) -> String {
        format!("the addresses of step `{}`", self.of)
    }

    fn speaks_without_control(&self) -> bool {
        false
    }

    fn grounds(&self, outcome: &Outcome) -> Grounds<'_> {
        Grounds {
            // What leaks from a failure has leaked.
            despite_failure: *outcome == Outcome::Fail,
            ..Grounds::answered([&self.of])
        }
    }
}
