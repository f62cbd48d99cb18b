//! What the values of several answers have in common.

use schemars::JsonSchema;
use serde::Deserialize;
use serde::Serialize;

use crate::expect::Expectation;
use crate::expect::Grounds;
use crate::name::StepName;
use crate::verdict::Outcome;

/// What the values of a member in several answers have in common.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields)]
pub struct ValuesExpect {
    /// A register step with `times`, or a `compare` step.
    #[schemars(with = "String")]
    pub of: StepName,
    /// The JSON pointer to the member. After `register` it is `/client_id`, `/client_secret` or
    /// `/registration_access_token`. After `compare` it is `/code`, `/access_token`, `/refresh_token` or
    /// `/request_uri`.
    pub at: String,
    /// Whether all values must be different.
    #[serde(default, skip_serializing_if = "std::ops::Not::not")]
    pub distinct: bool,
    /// The smallest correct number of random bits in each value. It requires five values. The measured number is an
    /// upper bound, from the length and the alphabet of the places that change.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub bits: Option<u32>,
}

impl Expectation for ValuesExpect {
    fn steps(&self) -> Vec<&StepName> {
        vec![&self.of]
    }

    fn hosts(&self) -> Vec<String> {
        Vec::new()
    }

    fn words(&self) -> String {
        format!("the values of `{}` in step `{}`", self.at, self.of)
    }

    fn speaks_without_control(&self) -> bool {
        false
    }

    fn grounds(&self, _: &Outcome) -> Grounds<'_> {
        Grounds::answered([&self.of])
    }

    fn builds_on_steps(&self) -> bool {
        // Values are counted: there are enough of them, or there are not.
        false
    }
}
