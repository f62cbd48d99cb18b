//! How the target answered a step.

use schemars::JsonSchema;
use serde::Deserialize;
use serde::Serialize;
use serde_json::Value;

use crate::expect::Expectation;
use crate::expect::Grounds;
use crate::name::StepName;
use crate::verdict::Outcome;

/// How the target answered a step.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields)]
pub struct AnswerExpect {
    /// The step.
    #[schemars(with = "String")]
    pub of: StepName,
    /// What became of the step.
    pub is: Disposition,
    /// With `status`: the correct status codes, for example `201` or `[400, 401]`.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub code: Option<Codes>,
    /// With `refused`: OAuth error codes, for example `["invalid_client"]`. One of them is expected, but only if the
    /// answer carries an error code.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub error: Vec<String>,
}

/// What became of a step.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
#[serde(rename_all = "kebab-case")]
pub enum Disposition {
    /// There is a complete answer with a status below 500, whatever it is.
    Answered,
    /// The target granted the request: a code or a token reached the requested redirect URI, or a program got a
    /// successful answer.
    Granted,
    /// The target refused the request: an error status below 500 (or 501), an error parameter, or a page like the one
    /// that a wrong request reached.
    Refused,
    /// The last response has one of the status codes in `code`.
    Status,
}

/// A status code or a list of them.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, JsonSchema)]
#[serde(transparent)]
pub struct Codes(#[schemars(with = "Value")] pub Vec<u16>);

impl<'de> Deserialize<'de> for Codes {
    fn deserialize<D: serde::Deserializer<'de>>(from: D) -> Result<Self, D::Error> {
        use serde::de::Error;
        let number = |value: &Value| value.as_u64().and_then(|code| u16::try_from(code).ok());
        let value = Value::deserialize(from)?;
        let codes = match &value {
            Value::Array(items) => items.iter().map(number).collect::<Option<Vec<u16>>>(),
            single => number(single).map(|code| vec![code]),
        };
        codes
            .map(Self)
            .ok_or_else(|| D::Error::custom("expected a status code or a list of them"))
    }
}

impl Expectation for AnswerExpect {
    fn steps(&self) -> Vec<&StepName> {
        vec![&self.of]
    }

    fn hosts(&self) -> Vec<String> {
        Vec::new()
    }

    fn words(&self) -> String {
        format!("step `{}` is {:?}", self.of, self.is).to_lowercase()
    }

    fn speaks_without_control(&self) -> bool {
        self.is == Disposition::Refused && self.error.is_empty()
    }

    fn grounds(&self, _: &Outcome) -> Grounds<'_> {
        Grounds {
            despite_failure: self.is == Disposition::Answered,
            ..Grounds::default()
        }
    }

    fn disposes(&self) -> Option<(&StepName, Disposition)> {
        Some((&self.of, self.is))
    }

    fn may_be_refused(&self) -> Option<&StepName> {
        (self.is != Disposition::Granted).then_some(&self.of)
    }

    fn refusal(&self) -> Option<&StepName> {
        let is_worded = match (self.is, &self.code) {
            (Disposition::Refused, _) => !self.error.is_empty(),
            (Disposition::Status, Some(codes)) => codes.0.iter().all(|code| *code >= 400),
            _ => false,
        };
        is_worded.then_some(&self.of)
    }

    fn rests_on_a_rule(&self) -> bool {
        self.is == Disposition::Refused
    }

    fn needs_a_document(&self) -> bool {
        let codes = self.code.as_ref().map(|codes| codes.0.as_slice());
        self.is == Disposition::Status && codes.is_some_and(|codes| codes.iter().all(|code| *code < 400))
    }
}
