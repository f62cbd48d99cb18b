//! What revocation and introspection name: a token that the target issued.

use std::collections::BTreeMap;

use schemars::JsonSchema;
use serde::Deserialize;
use serde::Serialize;

use crate::name::StepName;
use crate::text::Text;
use crate::verb::Authentication;
use crate::verb::ClientName;
use crate::verb::References;

/// Revokes a token (RFC 7009), or asks about it (RFC 7662). An introspection is granted if the token is active.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields)]
pub struct OfToken {
    /// The client, as in Authorize. Default: the client of the token.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    #[schemars(with = "Option<String>")]
    pub client: Option<ClientName>,
    /// The token or refresh step whose token it is.
    #[schemars(with = "String")]
    pub token: StepName,
    /// Which of its tokens. Default: `access`.
    #[serde(default)]
    pub kind: TokenKind,
    /// Parameters to set.
    #[serde(default, skip_serializing_if = "BTreeMap::is_empty")]
    pub set: BTreeMap<String, Text>,
    /// How the client authenticates. Default: by its own method.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub auth: Option<Authentication>,
}

/// A token that the target issued.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default, Serialize, Deserialize, JsonSchema)]
#[serde(rename_all = "kebab-case")]
pub enum TokenKind {
    /// The access token.
    #[default]
    Access,
    /// The refresh token.
    Refresh,
    /// The registration access token. The step is then a register step.
    Registration,
}

impl OfToken {
    pub(in crate::verb) fn refers<'a>(&'a self, to: &mut References<'a>) {
        to.client(self.client.as_ref());
        to.step(&self.token);
        to.sent.extend(self.set.values());
    }
}
