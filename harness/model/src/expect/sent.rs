//! Where the browser was sent.

use std::fmt;

use schemars::JsonSchema;
use serde::Deserialize;
use serde::Serialize;

use crate::expect::Codes;
use crate::expect::Expectation;
use crate::expect::Grounds;
use crate::expect::Instead;
use crate::name::StepName;
use crate::text::Text;
use crate::verdict::Outcome;

/// Where the browser was sent.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields)]
pub struct SentExpect {
    /// The step.
    #[schemars(with = "String")]
    pub of: StepName,
    /// `nowhere`, `anywhere`, or the URI, for example `@app/callback`.
    #[schemars(with = "Text")]
    pub to: Destination,
    /// With `to = "anywhere"`: the beginning of a URI to which the browser must not be sent, for example `@other/`.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub not_to: Option<Text>,
    /// A response parameter that must be sent, for example `iss`.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub parameter: Option<String>,
    /// The value of that parameter, for example `@issuer`.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub equals: Option<Text>,
    /// With `to = "anywhere"`: a response parameter that must not be sent to any place, for example `code`.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub without: Option<String>,
    /// Status codes that must not answer a login form of the step, for example `[307]`. If the step had no login form,
    /// the check is not applicable.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub never_by: Option<Codes>,
}

/// Where the browser is expected.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(from = "Text", into = "Text")]
pub enum Destination {
    /// Somewhere, wherever that is.
    Anywhere,
    /// At this URI.
    At(Text),
    /// Nowhere at all.
    Nowhere,
}

const ANYWHERE: &str = "anywhere";
const NOWHERE: &str = "nowhere";

impl From<Text> for Destination {
    fn from(text: Text) -> Self {
        match text.0.as_str() {
            ANYWHERE => Self::Anywhere,
            NOWHERE => Self::Nowhere,
            _ => Self::At(text),
        }
    }
}

impl From<Destination> for Text {
    fn from(to: Destination) -> Self {
        match to {
            Destination::Anywhere => Self(ANYWHERE.to_owned()),
            Destination::At(text) => text,
            Destination::Nowhere => Self(NOWHERE.to_owned()),
        }
    }
}

impl fmt::Display for Destination {
    fn fmt(&self, out: &mut fmt::Formatter<'_>) -> fmt::Result {
        out.write_str(match self {
            Self::Anywhere => ANYWHERE,
            Self::At(text) => &text.0,
            Self::Nowhere => NOWHERE,
        })
    }
}

impl SentExpect {
    /// Whether only a place or a parameter is forbidden.
    fn is_narrowed(&self) -> bool {
        self.not_to.is_some() || self.without.is_some()
    }

    fn is_nowhere(&self) -> bool {
        self.to == Destination::Nowhere
    }
}

impl Expectation for SentExpect {
    fn steps(&self) -> Vec<&StepName> {
        vec![&self.of]
    }

    fn hosts(&self) -> Vec<String> {
        let to = match &self.to {
            Destination::At(text) => Some(text),
            Destination::Anywhere | Destination::Nowhere => None,
        };
        let texts = to.into_iter().chain(&self.not_to);
        texts.flat_map(Text::labels).map(str::to_owned).collect()
    }

    fn words(&self) -> String {
        match (&self.not_to, &self.without) {
            (Some(not_to), _) => format!("step `{}` does not send the user agent to {}", self.of, not_to.0),
            (None, Some(without)) => {
                format!("step `{}` sends the user agent nowhere with `{without}`", self.of)
            }
            (None, None) => format!("step `{}` sends the user agent to {}", self.of, self.to),
        }
    }

    fn speaks_without_control(&self) -> bool {
        self.is_nowhere() || self.is_narrowed()
    }

    fn grounds(&self, outcome: &Outcome) -> Grounds<'_> {
        let passed = *outcome == Outcome::Pass;
        // Where the user agent was sent is seen; that it was sent nowhere may have another reason than the rule.
        let needs_an_end = match self.is_narrowed() {
            true => passed,
            false => self.is_nowhere() == passed,
        };
        Grounds {
            ended: needs_an_end.then_some(&self.of),
            ..Grounds::default()
        }
    }

    fn may_be_refused(&self) -> Option<&StepName> {
        (self.is_nowhere() || self.without.is_some()).then_some(&self.of)
    }

    fn refusal(&self) -> Option<&StepName> {
        self.is_nowhere().then_some(&self.of)
    }

    fn rests_on_a_rule(&self) -> bool {
        self.is_nowhere()
    }

    fn needs_a_grant(&self) -> Option<Instead> {
        (!self.is_nowhere() && !self.is_narrowed()).then_some(Instead::Sent)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_destination_is_written_as_it_was_read() {
        for (text, is) in [
            ("nowhere", Destination::Nowhere),
            ("anywhere", Destination::Anywhere),
            ("@app/cb", Destination::At(Text("@app/cb".to_owned()))),
        ] {
            let read: Destination = serde_json::from_value(text.into()).unwrap();
            assert_eq!(read, is);
            assert_eq!(serde_json::to_value(&read).unwrap(), text);
        }
    }
}
