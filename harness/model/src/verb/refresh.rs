//! Uses a refresh token.

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

/// Uses a refresh token.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields)]
pub struct Refresh {
    /// The client, as in Authorize. Default: the client of the token.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    #[schemars(with = "Option<String>")]
    pub client: Option<ClientName>,
    /// The token or refresh step whose refresh token is used.
    #[schemars(with = "String")]
    pub token: StepName,
    /// A part of the token that is exchanged for that of another step.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub swap: Option<Swap>,
    /// Parameters to set.
    #[serde(default, skip_serializing_if = "BTreeMap::is_empty")]
    pub set: BTreeMap<String, Text>,
    /// Parameters to leave out.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub omit: Vec<String>,
    /// How the client authenticates. Default: by its own method.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub auth: Option<Authentication>,
}

impl Verb for Refresh {
    fn neutral(&self) -> Option<Self> {
        Some(Self {
            swap: None,
            set: BTreeMap::new(),
            omit: Vec::new(),
            auth: None,
            ..self.clone()
        })
    }

    fn refers<'a>(&'a self, to: &mut References<'a>) {
        to.client(self.client.as_ref());
        to.step(&self.token);
        to.swap(self.swap.as_ref());
        to.sent.extend(self.set.values());
    }

    fn acts_as(&mut self) -> Option<&mut Option<ClientName>> {
        Some(&mut self.client)
    }

    fn success(&self) -> Option<Success> {
        Some(Success::Member("access_token"))
    }

    fn requests(&self, _: Channel) -> Vec<(Kind, usize)> {
        vec![(Kind::Refresh, 1)]
    }
}
