//! What the server keeps of members that it sets itself.

use schemars::JsonSchema;
use serde::Deserialize;
use serde::Serialize;

use crate::expect::Expectation;
use crate::expect::Grounds;
use crate::name::StepName;
use crate::verdict::Outcome;

/// What the server keeps of members that it sets itself, when a registration or an update sends other values of them.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields)]
pub struct ProvisionedExpect {
    /// The register or update step with `overwrite`. None of its answers may report the value that was sent for such a member.
    #[schemars(with = "String")]
    pub of: StepName,
    /// The earlier register step, whose answer had these members first.
    #[schemars(with = "String")]
    pub by: StepName,
}

impl Expectation for ProvisionedExpect {
    fn steps(&self) -> Vec<&StepName> {
        vec![&self.of, &self.by]
    }

    fn hosts(&self) -> Vec<String> {
        Vec::new()
    }

    fn words(&self) -> String {
        format!("the members that the answer of step `{}` provisioned", self.by)
    }

    fn speaks_without_control(&self) -> bool {
        false
    }

    fn grounds(&self, _: &Outcome) -> Grounds<'_> {
        Grounds::answered([&self.of, &self.by])
    }
}
