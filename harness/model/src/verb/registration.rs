//! The verbs of dynamic client registration (RFC 7591, RFC 7592).

use std::collections::BTreeMap;

use schemars::JsonSchema;
use serde::Deserialize;
use serde::Serialize;
use serde_json::Value;

use crate::name::StepName;
use crate::quantity::Size;
use crate::text::Text;
use crate::verb::arrange::Pace;
use crate::verb::token::Swap;

/// Registers a client.
#[derive(Debug, Clone, PartialEq, Default, Serialize, Deserialize, JsonSchema)]
#[serde(default, deny_unknown_fields)]
pub struct Register {
    /// Members to set.
    #[serde(skip_serializing_if = "BTreeMap::is_empty")]
    pub set: BTreeMap<String, Value>,
    /// Members to leave out.
    #[serde(skip_serializing_if = "Vec::is_empty")]
    pub remove: Vec<String>,
    /// Sent instead of the JSON; `@document` in it stands for the JSON text.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub body: Option<Text>,
    /// The content type; `application/json` when left out.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub content_type: Option<String>,
    /// The HTTP method; POST when left out.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub method: Option<String>,
    /// The whole size of the body, reached with an unknown member.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub pad: Option<Size>,
    /// Header fields to send, in the place of those of the same name; an empty one takes away what would be sent.
    #[serde(skip_serializing_if = "BTreeMap::is_empty")]
    pub headers: BTreeMap<String, Text>,
    /// An earlier register step: each member of its answer that neither its request had nor a specification gives to
    /// clients is sent with another value, in a registration of its own.
    #[serde(skip_serializing_if = "Option::is_none")]
    #[schemars(with = "Option<String>")]
    pub overwrite: Option<StepName>,
    /// What is sent as the initial access token instead of the profile's own, as a header field.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub initial_token: Option<InitialToken>,
    /// Members that become lists of so many values, numbered.
    #[serde(skip_serializing_if = "BTreeMap::is_empty")]
    pub many: BTreeMap<String, usize>,
    /// How the body is sent, when not at once.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub pace: Option<Pace>,
    /// How often it is sent, one after the other; once when left out. What the answers have in common and what
    /// differs is kept beside them, the client of the last is the step's.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub times: Option<u16>,
}

/// What is sent as the initial access token of a registration (RFC 7591 section 3).
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
#[serde(rename_all = "kebab-case")]
pub enum InitialToken {
    /// One that the profile says has expired.
    Expired,
    /// The profile's own, as the parameter `access_token` of the query.
    InQuery,
    /// The first half of the profile's own.
    Truncated,
}

/// Reads, replaces or deletes a registration.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields)]
pub struct Manage {
    /// The register step whose client it is.
    pub client: String,
    /// Another register step, whose registration access token is sent instead.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub token_of: Option<String>,
    /// A token sent instead; empty for none at all.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub token: Option<String>,
    /// Something else that is sent as the token, or the token at another place.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub sends: Option<Bearer>,
    /// The token or refresh step whose access token is sent, with `sends = "access-token"`.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    #[schemars(with = "Option<String>")]
    pub from: Option<StepName>,
    /// A part of the token that is exchanged for that of another register step's.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub swap: Option<Swap>,
    /// The identifier that stands in the place instead of the client's own.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub id: Option<Text>,
    /// The HTTP method, when not the verb's own.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub method: Option<String>,
    /// Members to set (update).
    #[serde(default, skip_serializing_if = "BTreeMap::is_empty")]
    pub set: BTreeMap<String, Value>,
    /// Members to leave out (update).
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
    /// The token that the client had before the present one.
    Former,
    /// The token itself, as the member or parameter `access_token` of the body.
    InBody,
    /// The token itself, as the parameter `access_token` of the query.
    InQuery,
    /// The initial access token of the profile.
    InitialToken,
    /// The first half of the token.
    Truncated,
}
