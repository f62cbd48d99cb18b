//! What the server log has.

use schemars::JsonSchema;
use serde::Deserialize;
use serde::Serialize;

use crate::expect::Expectation;
use crate::expect::Grounds;
use crate::expect::Instead;
use crate::name::StepName;
use crate::text::Text;
use crate::verdict::Outcome;

/// What the server log has. It requires `needs = ["log"]`. If the server wrote nothing, the check is not applicable.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields)]
pub struct LogExpect {
    /// The step with `listen`.
    #[schemars(with = "String")]
    pub of: StepName,
    /// Kinds of secrets, as reports name them, for example `["code", "access-token"]`. No line may contain a value of
    /// them.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub lacks: Vec<String>,
    /// A text with which no line may begin, for example `forged-@docs`.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub begins_not: Option<Text>,
}

impl Expectation for LogExpect {
    fn steps(&self) -> Vec<&StepName> {
        vec![&self.of]
    }

    fn hosts(&self) -> Vec<String> {
        self.begins_not
            .iter()
            .flat_map(Text::labels)
            .map(str::to_owned)
            .collect()
    }

    fn words(&self) -> String {
        format!("the log in step `{}`", self.of)
    }

    fn speaks_without_control(&self) -> bool {
        false
    }

    fn grounds(&self, _: &Outcome) -> Grounds<'_> {
        Grounds::despite_failure()
    }

    fn needs_a_grant(&self) -> Option<Instead> {
        Some(Instead::Nothing)
    }
}
