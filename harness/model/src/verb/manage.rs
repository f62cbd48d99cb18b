//! Reads, replaces or deletes a registration (RFC 7592).

use std::collections::BTreeMap;

use schemars::JsonSchema;
use serde::Deserialize;
use serde::Serialize;
use serde_json::Value;

use crate::name::StepName;
use crate::text::Text;
use crate::verb::Swap;

/// Reads, replaces or deletes a registration (RFC 7592).
///
/// An `update` sends back what the last answer reported, with the changes of `set` and `remove`. In its `set`, a whole
/// string `@client/reg` is the identifier of the client of the register step `reg`.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields)]
pub struct Manage {
    /// The register step of the client.
    pub client: String,
    /// Another register step, whose registration access token is sent instead.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub token_of: Option<String>,
    /// A token that is sent instead. If it is empty, no token is sent.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub token: Option<String>,
    /// What is sent as the token instead, or where the token is sent.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub sends: Option<Bearer>,
    /// With `sends = "access-token"`: the token or refresh step whose access token is sent.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    #[schemars(with = "Option<String>")]
    pub from: Option<StepName>,
    /// A part of the token that is exchanged for that of another register step.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub swap: Option<Swap>,
    /// An identifier that replaces the client's own in the `registration_client_uri`.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub id: Option<Text>,
    /// The HTTP method. Default: GET to read, PUT to update, DELETE to delete.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub method: Option<String>,
    /// With `update`: members to set.
    #[serde(default, skip_serializing_if = "BTreeMap::is_empty")]
    pub set: BTreeMap<String, Value>,
    /// With `update`: members to leave out.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub remove: Vec<String>,
}

impl Manage {
    /// A client's own request, without a difference.
    pub fn of(client: String) -> Self {
        Self {
            client,
            token_of: None,
            token: None,
            sends: None,
            from: None,
            swap: None,
            id: None,
            method: None,
            set: BTreeMap::new(),
            remove: Vec::new(),
        }
    }
}

/// What is sent as the registration access token.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
#[serde(rename_all = "kebab-case")]
pub enum Bearer {
    /// The access token of the step `from`.
    AccessToken,
    /// The client's secret.
    ClientSecret,
    /// The registration access token that the client had before the present one.
    Former,
    /// The token itself, as the member or form parameter `access_token` of the body.
    InBody,
    /// The token itself, as the query parameter `access_token`.
    InQuery,
    /// The initial access token of the profile.
    InitialToken,
    /// The first half of the token.
    Truncated,
}
