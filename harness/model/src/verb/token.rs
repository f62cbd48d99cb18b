//! Redeems a code.

use std::collections::BTreeMap;

use schemars::JsonSchema;
use serde::Deserialize;
use serde::Serialize;

use crate::forecast::Kind;
use crate::name::StepName;
use crate::text::Text;
use crate::verb::Authentication;
use crate::verb::Channel;
use crate::verb::ClientName;
use crate::verb::References;
use crate::verb::Success;
use crate::verb::Swap;
use crate::verb::Verb;

/// Redeems a code.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields)]
pub struct Token {
    /// The client, as in Authorize. Default: the client of the authorize step.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    #[schemars(with = "Option<String>")]
    pub client: Option<ClientName>,
    /// The authorize step whose code is redeemed.
    #[schemars(with = "String")]
    pub code: StepName,
    /// A part of the code that is exchanged for that of another step.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub swap: Option<Swap>,
    /// Parameters to set.
    #[serde(default, skip_serializing_if = "BTreeMap::is_empty")]
    pub set: BTreeMap<String, Text>,
    /// Parameters to leave out.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub omit: Vec<String>,
    /// Parameters to send a second time, with these values, for example `{ code = "second value" }`.
    #[serde(default, skip_serializing_if = "BTreeMap::is_empty")]
    pub repeat: BTreeMap<String, Text>,
    /// Header fields to send. Each replaces the field of that name. An empty value removes the field.
    #[serde(default, skip_serializing_if = "BTreeMap::is_empty")]
    pub headers: BTreeMap<String, Text>,
    /// How the client authenticates. Default: by its own method.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub auth: Option<Authentication>,
}

impl Verb for Token {
    fn neutral(&self) -> Option<Self> {
        Some(Self {
            swap: None,
            set: BTreeMap::new(),
            omit: Vec::new(),
            repeat: BTreeMap::new(),
            headers: BTreeMap::new(),
            auth: None,
            ..self.clone()
        })
    }

    fn refers<'a>(&'a self, to: &mut References<'a>) {
        to.client(self.client.as_ref());
        to.step(&self.code);
        to.swap(self.swap.as_ref());
        let texts = self.set.values().chain(self.repeat.values());
        to.sent.extend(texts.chain(self.headers.values()));
    }

    fn acts_as(&mut self) -> Option<&mut Option<ClientName>> {
        Some(&mut self.client)
    }

    fn success(&self) -> Option<Success> {
        Some(Success::Member("access_token"))
    }

    fn requests(&self, _: Channel) -> Vec<(Kind, usize)> {
        vec![(Kind::Token, 1)]
    }
}
