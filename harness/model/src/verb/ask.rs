//! Sends a request to an endpoint that the metadata names.

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

/// Sends a request to an endpoint that the metadata names. Any successful answer counts as granted.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields)]
pub struct Ask {
    /// The member of the metadata that names the endpoint, for example `device_authorization_endpoint`.
    pub endpoint: String,
    /// The HTTP method: GET has a query. Default: POST with a form.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub method: Option<String>,
    /// Header fields to send, for example `{ origin = "https://a.example" }`. Each replaces the field of that name. An
    /// empty value removes the field.
    #[serde(default, skip_serializing_if = "BTreeMap::is_empty")]
    pub headers: BTreeMap<String, Text>,
    /// The client that authenticates, as in Authorize. Default: none.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    #[schemars(with = "Option<String>")]
    pub client: Option<ClientName>,
    /// Parameters to set.
    #[serde(default, skip_serializing_if = "BTreeMap::is_empty")]
    pub set: BTreeMap<String, Text>,
    /// Parameters with values of this many letters, for example `{ client_id = 20000 }`.
    #[serde(default, skip_serializing_if = "BTreeMap::is_empty")]
    pub long: BTreeMap<String, usize>,
    /// The body, sent instead of the form, or the query of a GET.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub body: Option<Text>,
    /// The content type of the body. Default: that of a form.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub content_type: Option<String>,
    /// How the client authenticates. Default: by its own method.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub auth: Option<Authentication>,
}

impl Verb for Ask {
    fn neutral(&self) -> Option<Self> {
        Some(Self {
            headers: BTreeMap::new(),
            set: BTreeMap::new(),
            long: BTreeMap::new(),
            body: None,
            content_type: None,
            auth: None,
            ..self.clone()
        })
    }

    fn refers<'a>(&'a self, to: &mut References<'a>) {
        to.client(self.client.as_ref());
        to.clients.extend(self.client.as_ref().map(Some));
        to.sent
            .extend(self.set.values().chain(self.headers.values()).chain(&self.body));
    }

    fn acts_as(&mut self) -> Option<&mut Option<ClientName>> {
        Some(&mut self.client)
    }

    fn success(&self) -> Option<Success> {
        Some(Success::Status)
    }

    fn requests(&self, _: Channel) -> Vec<(Kind, usize)> {
        vec![(Kind::Metadata, 1)]
    }
}
