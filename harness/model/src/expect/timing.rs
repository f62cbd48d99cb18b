//! How long a step took.

use schemars::JsonSchema;
use serde::Deserialize;
use serde::Serialize;

use crate::expect::Expectation;
use crate::expect::Grounds;
use crate::name::StepName;
use crate::quantity::Span;
use crate::verdict::Outcome;

/// How long a step took.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields)]
pub struct TimingExpect {
    /// The step.
    #[schemars(with = "String")]
    pub of: StepName,
    /// The longest correct time, or with `like` the largest correct difference.
    pub at_most: Span,
    /// Another step. The difference between the two times is then what is limited.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    #[schemars(with = "Option<String>")]
    pub like: Option<StepName>,
}

impl Expectation for TimingExpect {
    fn steps(&self) -> Vec<&StepName> {
        std::iter::once(&self.of).chain(&self.like).collect()
    }

    fn hosts(&self) -> Vec<String> {
        Vec::new()
    }

    fn words(&self) -> String {
        match &self.like {
            None => format!("step `{}` ends within {}", self.of, self.at_most),
            Some(like) => format!("step `{}` ends as soon as `{like}`", self.of),
        }
    }

    fn speaks_without_control(&self) -> bool {
        false
    }

    fn grounds(&self, _: &Outcome) -> Grounds<'_> {
        Grounds {
            // A time is one, whatever ends it.
            despite_failure: true,
            ..Grounds::answered(self.steps())
        }
    }
}
