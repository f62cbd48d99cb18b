//! What the target's pages show.

use schemars::JsonSchema;
use serde::Deserialize;
use serde::Serialize;
use serde_json::Value;

use crate::expect::Expectation;
use crate::expect::Grounds;
use crate::expect::Instead;
use crate::name::StepName;
use crate::text::Text;
use crate::verb::Act;
use crate::verb::Step;
use crate::verdict::Outcome;

/// What the HTML of the target's pages in a step shows. Everything that is declared must hold.
///
/// What a page shows is what a person reads. Hidden fields, addresses of links and comments do not count. If only a
/// script of the page has a text, the check is inconclusive. A whole text `@docs` is the bare name of the host here.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields)]
pub struct PageExpect {
    /// The step.
    #[schemars(with = "String")]
    pub of: StepName,
    /// Texts that a person reads after the login, for example `["@docs"]`.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub shows: Vec<Text>,
    /// Texts that the HTML must not contain, for example `["<script>"]`.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub hides: Vec<Text>,
    /// Words of which the page must show at least one, for example `["warning", "caution"]`. Case does not matter.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub mentions: Vec<String>,
    /// A word that must not be the name of an element or of an attribute: markup that contains it is shown as text.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub inert: Option<String>,
    /// Texts with which no URL of the page may begin, as a browser reads it, for example `["javascript:"]`.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub links_not: Vec<Text>,
    /// Hosts from which a browser must load nothing by itself, for example `["@logos"]`.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub loads_not: Vec<Text>,
    /// Another step. Its last page has the same words as often, in any order. Names and numbers are ignored.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    #[schemars(with = "Option<String>")]
    pub like: Option<StepName>,
    /// Two other steps, of two plain clients. Their last pages have the same words, and the last page of this step has
    /// other words. Names and numbers are ignored.
    #[serde(
        default,
        deserialize_with = "one_or_more",
        skip_serializing_if = "Vec::is_empty"
    )]
    #[schemars(with = "Vec<String>")]
    pub unlike: Vec<StepName>,
    /// Where the page may load its scripts, styles, frames and images from.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub loads: Option<Loads>,
    /// Whether no answer of the step may have a line of a stack trace or the path of a source file.
    #[serde(default, skip_serializing_if = "std::ops::Not::not")]
    pub no_trace: bool,
}

/// One name or a list of them; that one is not enough is told with its place.
fn one_or_more<'de, D: serde::Deserializer<'de>>(from: D) -> Result<Vec<StepName>, D::Error> {
    use serde::de::Error;
    match Value::deserialize(from)? {
        single @ Value::String(_) => serde_json::from_value(single).map(|name| vec![name]),
        list => serde_json::from_value(list),
    }
    .map_err(D::Error::custom)
}

/// Where a page may load its parts from.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
#[serde(rename_all = "kebab-case")]
pub enum Loads {
    /// From the page's own origin only.
    Own,
}

impl Expectation for PageExpect {
    fn steps(&self) -> Vec<&StepName> {
        let others = self.like.iter().chain(&self.unlike);
        std::iter::once(&self.of).chain(others).collect()
    }

    fn hosts(&self) -> Vec<String> {
        let shown = self.shows.iter().chain(&self.hides);
        let texts = shown.chain(&self.links_not).chain(&self.loads_not);
        texts.flat_map(Text::labels).map(str::to_owned).collect()
    }

    fn words(&self) -> String {
        format!("the page of step `{}`", self.of)
    }

    fn speaks_without_control(&self) -> bool {
        false
    }

    fn grounds(&self, outcome: &Outcome) -> Grounds<'_> {
        Grounds {
            // What leaks from a failure has leaked.
            despite_failure: *outcome == Outcome::Fail && (self.no_trace || !self.hides.is_empty()),
            ..Grounds::answered([&self.of])
        }
    }

    fn needs_a_grant(&self) -> Option<Instead> {
        // What an error shows of the server's code is seen, whatever was asked.
        (!self.no_trace).then_some(Instead::Nothing)
    }

    fn without_comparison(&self, steps: &[Step]) -> Option<&StepName> {
        let client = |name: &StepName| {
            let step = steps.iter().find(|step| step.name == *name)?;
            match &step.act {
                Act::Authorize(act) => Some((act.client.clone(), act.client_id.clone())),
                _ => None,
            }
        };
        let (first, others) = self.unlike.split_first()?;
        let is_another = |other: &StepName| client(other).is_some() && client(other) != client(first);
        (!others.iter().any(is_another)).then_some(first)
    }
}
