//! A member of the JSON body of a step's last response.

use schemars::JsonSchema;
use serde::Deserialize;
use serde::Serialize;
use serde_json::Value;

use crate::expect::Expectation;
use crate::expect::Grounds;
use crate::expect::Instead;
use crate::name::StepName;
use crate::text::Text;
use crate::verdict::Outcome;

/// A member of the JSON body of a step's last response. Everything that is declared must hold.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields)]
pub struct MemberExpect {
    /// The step.
    #[schemars(with = "String")]
    pub of: StepName,
    /// The JSON pointer to the member, for example `/redirect_uris/0`.
    pub at: String,
    /// The kind of value.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub is: Option<MemberIs>,
    /// The exact value. References are replaced.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub equals: Option<Value>,
    /// A value that it must not have. References are replaced.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub not_equals: Option<Value>,
    /// Values that the list must all have. References are replaced.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub includes: Vec<Value>,
    /// A text with which the string must not begin, for example `https://`.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub not_prefix: Option<String>,
    /// A word that the string, a list with spaces, must not have. If the member is missing, this does not hold.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub lacks_word: Option<String>,
    /// A word that the string, a list with spaces, must have.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub has_word: Option<String>,
    /// Another step, whose member at the same place must have another value. If one of the two is absent, the check is
    /// not applicable.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    #[schemars(with = "Option<String>")]
    pub differs_from: Option<StepName>,
    /// Another step, whose member at the same place must have the same value. If both are absent, the check is not
    /// applicable.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    #[schemars(with = "Option<String>")]
    pub same_as: Option<StepName>,
    /// Whether the value must be the one that the step's request had at the same place.
    #[serde(default, skip_serializing_if = "std::ops::Not::not")]
    pub as_sent: bool,
    /// Whether the string, a list with spaces, may have only words that the step's request had at the same place.
    #[serde(default, skip_serializing_if = "std::ops::Not::not")]
    pub within_sent: bool,
    /// Values of which the list must have at least one.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub includes_any: Vec<Value>,
    /// Values that the list must not have. References are replaced.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub excludes: Vec<Value>,
    /// URIs that the list must not have, in any spelling that a browser reads as the same.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub excludes_uri: Vec<Text>,
    /// A step that requests what the member must not hold. If that step was granted, the check fails, whatever the
    /// answer reports. The answer passes only if that step was refused.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    #[schemars(with = "Option<String>")]
    pub asked_in: Option<StepName>,
    /// A text with which the string must begin, for example `https://`.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub prefix: Option<String>,
    /// A text that the string must not contain, for example `#`.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub lacks: Option<String>,
    /// The largest correct number, for example 86400.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub at_most: Option<u64>,
    /// Whether the member may be absent. The check is then not applicable.
    #[serde(default, skip_serializing_if = "std::ops::Not::not")]
    pub optional: bool,
    /// What a refusal of the step means for the check.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub refused: Option<WhenRefused>,
}

/// What a refusal of the step means for the check.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
#[serde(rename_all = "kebab-case")]
pub enum WhenRefused {
    /// To refuse the request is also correct.
    Passes,
}

/// A kind of JSON value. Times are compared with the `date` field of the answer.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
#[serde(rename_all = "kebab-case")]
pub enum MemberIs {
    /// There is no such member.
    Absent,
    /// A list.
    Array,
    /// `true` or `false`.
    Boolean,
    /// An object without empty lists.
    Filled,
    /// A time in the future.
    Future,
    /// A number.
    Number,
    /// The issuer that the user named exactly. If there is none: an issuer from which clients come to this document.
    OfItsPlace,
    /// Any value.
    Present,
    /// A time within the next two seconds.
    Soon,
    /// A string.
    String,
    /// 0, or a time in the future.
    ZeroOrFuture,
}

impl Expectation for MemberExpect {
    fn steps(&self) -> Vec<&StepName> {
        let others = self.differs_from.iter().chain(&self.same_as);
        std::iter::once(&self.of).chain(others).collect()
    }

    fn hosts(&self) -> Vec<String> {
        Vec::new()
    }

    fn words(&self) -> String {
        format!("member `{}` of step `{}`", self.at, self.of)
    }

    fn speaks_without_control(&self) -> bool {
        // What is reported as taken, or honoured, is taken.
        self.asked_in.is_some()
    }

    fn grounds(&self, _: &Outcome) -> Grounds<'_> {
        Grounds::answered([&self.of])
    }

    fn asked_in(&self) -> Option<&StepName> {
        self.asked_in.as_ref()
    }

    fn needs_a_grant(&self) -> Option<Instead> {
        Some(Instead::Success)
    }

    fn needs_a_document(&self) -> bool {
        true
    }
}
