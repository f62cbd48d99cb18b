//! Reads a metadata document of the target.

use std::collections::BTreeMap;

use schemars::JsonSchema;
use serde::Deserialize;
use serde::Serialize;

use crate::forecast::Kind;
use crate::text::Text;
use crate::verb::Channel;
use crate::verb::References;
use crate::verb::Success;
use crate::verb::Verb;

/// Reads a metadata document of the target.
///
/// A check about a document that is not published is not applicable.
#[derive(Debug, Clone, PartialEq, Default, Serialize, Deserialize, JsonSchema)]
#[serde(default, deny_unknown_fields)]
pub struct Discover {
    /// Which document. Default: `found`.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub document: Option<MetadataDocument>,
    /// The path of an issuer below the target's own.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub below: Option<String>,
    /// Header fields to send, for example `{ origin = "https://a.example" }`. Each replaces the field of that name. An
    /// empty value removes the field.
    #[serde(skip_serializing_if = "BTreeMap::is_empty")]
    pub headers: BTreeMap<String, Text>,
}

/// A metadata document of an authorization server.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default, Serialize, Deserialize, JsonSchema)]
#[serde(rename_all = "kebab-case")]
pub enum MetadataDocument {
    /// The first document that exists, in the order in which clients try the places.
    #[default]
    Found,
    /// The place of RFC 8414.
    Oauth,
    /// The place of OpenID Connect Discovery: after the path of the issuer.
    Openid,
    /// The place of OpenID Connect Discovery, built as in RFC 8414: before the path of the issuer.
    OpenidInserted,
    /// The next document that exists after that of `found`.
    Other,
}

impl Verb for Discover {
    fn neutral(&self) -> Option<Self> {
        Some(self.clone())
    }

    fn refers<'a>(&'a self, to: &mut References<'a>) {
        to.sent.extend(self.headers.values());
    }

    fn success(&self) -> Option<Success> {
        Some(Success::Status)
    }

    fn requests(&self, _: Channel) -> Vec<(Kind, usize)> {
        vec![(Kind::Metadata, 1)]
    }
}
