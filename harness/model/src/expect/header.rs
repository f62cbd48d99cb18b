//! A header field of the last response of a step.

use schemars::JsonSchema;
use serde::Deserialize;
use serde::Serialize;

use crate::expect::Expectation;
use crate::expect::Grounds;
use crate::expect::Instead;
use crate::name::StepName;
use crate::verdict::Outcome;

/// A header field of the last response of a step.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields)]
pub struct HeaderExpect {
    /// The step.
    #[schemars(with = "String")]
    pub of: StepName,
    /// The name of the field, in lower case.
    pub name: String,
    /// A part of its value, for example `no-store`. Case does not matter.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub contains: Option<String>,
    /// Values of which one is an item of its list, for example `["no-referrer"]`. Case does not matter.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub one_of: Vec<String>,
    /// A directive of the policy in the field, for example `frame-ancestors`. It must name who may, and not everybody
    /// (`*`, or a scheme alone). If it is present, `or` does not count.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub closes: Option<String>,
    /// The name of a `meta` element that may declare the same instead, for example `referrer`.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub meta: Option<String>,
    /// Whether the field must be absent, or at least not have what the other members describe.
    #[serde(default, skip_serializing_if = "std::ops::Not::not")]
    pub absent: bool,
    /// Other header fields. One of them is enough instead.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub or: Vec<HeaderPart>,
}

/// A header field with a part of its value.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields)]
pub struct HeaderPart {
    /// The name of the field, in lower case.
    pub name: String,
    /// A part of its value. Case does not matter.
    pub contains: String,
}

impl Expectation for HeaderExpect {
    fn steps(&self) -> Vec<&StepName> {
        vec![&self.of]
    }

    fn hosts(&self) -> Vec<String> {
        Vec::new()
    }

    fn words(&self) -> String {
        let no = if self.absent { "no " } else { "" };
        let mut words = format!("{no}`{}`", self.name);
        if let Some(part) = &self.contains {
            words.push_str(&format!(" with `{part}`"));
        }
        if let Some(directive) = &self.closes {
            words.push_str(&format!(" whose `{directive}` does not say everybody"));
        }
        if !self.one_of.is_empty() {
            words.push_str(&format!(" of `{}`", self.one_of.join("`, `")));
        }
        for part in &self.or {
            words.push_str(&format!(" or `{}` with `{}`", part.name, part.contains));
        }
        words
    }

    fn speaks_without_control(&self) -> bool {
        false
    }

    fn grounds(&self, _: &Outcome) -> Grounds<'_> {
        Grounds {
            stopped: Some(&self.of),
            ..Grounds::answered([&self.of])
        }
    }

    fn needs_a_grant(&self) -> Option<Instead> {
        Some(Instead::Nothing)
    }

    fn needs_a_document(&self) -> bool {
        true
    }
}
