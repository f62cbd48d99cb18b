//! Requests tokens without a user.

use std::collections::BTreeMap;

use schemars::JsonSchema;
use serde::Deserialize;
use serde::Serialize;

use crate::forecast::Kind;
use crate::text::Text;
use crate::verb::Authentication;
use crate::verb::Channel;
use crate::verb::ClientName;
use crate::verb::References;
use crate::verb::Success;
use crate::verb::Verb;

/// Requests tokens without a user: by `client_credentials`, unless `set` has another `grant_type`.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields)]
pub struct Grant {
    /// The client, as in Authorize.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    #[schemars(with = "Option<String>")]
    pub client: Option<ClientName>,
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

impl Verb for Grant {
    fn neutral(&self) -> Option<Self> {
        Some(Self {
            set: BTreeMap::new(),
            omit: Vec::new(),
            auth: None,
            ..self.clone()
        })
    }

    fn refers<'a>(&'a self, to: &mut References<'a>) {
        to.client(self.client.as_ref());
        to.clients.push(self.client.as_ref());
        to.sent.extend(self.set.values());
    }

    fn acts_as(&mut self) -> Option<&mut Option<ClientName>> {
        Some(&mut self.client)
    }

    fn success(&self) -> Option<Success> {
        Some(Success::Member("access_token"))
    }

    fn requests(&self, _: Channel) -> Vec<(Kind, usize)> {
        vec![(Kind::Grant, 1)]
    }
}
