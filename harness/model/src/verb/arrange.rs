//! The verbs that arrange the world: what hosts serve and how names are answered.

use std::collections::BTreeMap;
use std::net::IpAddr;

use schemars::JsonSchema;
use serde::Deserialize;
use serde::Serialize;
use serde_json::Value;

use crate::behaviour::Coding;
use crate::behaviour::Encoding;
use crate::behaviour::TlsBehaviour;
use crate::behaviour::Validators;
use crate::name::HostLabel;
use crate::quantity::Size;
use crate::quantity::Span;
use crate::text::Text;

/// Changes what a host serves, starting from its known-good document.
#[derive(Debug, Clone, PartialEq, Default, Serialize, Deserialize, JsonSchema)]
#[serde(default, deny_unknown_fields)]
pub struct Serve {
    /// The host; `docs` when left out.
    #[serde(skip_serializing_if = "Option::is_none")]
    #[schemars(with = "Option<String>")]
    pub host: Option<HostLabel>,
    /// The request target; the document's own when left out, `*` for every one.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub path: Option<Text>,
    /// Members of the document to set.
    #[serde(skip_serializing_if = "BTreeMap::is_empty")]
    pub set: BTreeMap<String, Value>,
    /// Members of the document to leave out.
    #[serde(skip_serializing_if = "Vec::is_empty")]
    pub remove: Vec<String>,
    /// Sent instead of the document; `@document` in it stands for the document's JSON text, `@length` for the
    /// number of its bytes, and a whole text `@keys/<name>` for that JSON Web Key Set.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub body: Option<Text>,
    /// The status code; 200 when left out.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub status: Option<u16>,
    /// Header fields to add or replace.
    #[serde(skip_serializing_if = "BTreeMap::is_empty")]
    pub headers: BTreeMap<String, Text>,
    /// The whole size of the body, reached with spaces: nobody need know a member.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub pad: Option<Size>,
    /// What the padding is made of.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub pad_with: Option<Padding>,
    /// The encoding of the body's characters.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub encoding: Option<Encoding>,
    /// What a conditional request gets.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub validators: Option<Validators>,
    /// The content coding.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub coding: Option<Coding>,
    /// How the bytes arrive.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub delivery: Option<DeliveryName>,
    /// The pace of a drip; alone it means that the body drips.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub pace: Option<Pace>,
    /// The methods that are answered so, others with 405; all of them when left out.
    #[serde(skip_serializing_if = "Vec::is_empty")]
    pub methods: Vec<String>,
    /// Whether what is served at that path before stays: the requests get all of it by turns, the oldest first.
    #[serde(skip_serializing_if = "std::ops::Not::not")]
    pub by_turns: bool,
    /// What the host does in the TLS handshake.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub tls: Option<TlsBehaviour>,
}

/// What padding is made of.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
#[serde(rename_all = "kebab-case")]
pub enum Padding {
    /// What is no JSON, after the document.
    Garbage,
    /// Spaces after the document.
    Spaces,
    /// Spaces in the document, after its opening brace.
    Within,
}

/// The pace of a drip.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields)]
pub struct Pace {
    /// Bytes in one write.
    pub bytes: usize,
    /// The pause between writes.
    pub every: Span,
}

/// How bytes arrive, by name; see [`crate::behaviour::Delivery`].
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
#[serde(rename_all = "kebab-case")]
#[expect(missing_docs, reason = "the names are documented where the deliveries are")]
pub enum DeliveryName {
    Polite,
    DripHeaders,
    DripBody,
    StallBeforeHeaders,
    StallInHeaders,
    StallInBody,
    Endless,
    EndlessHeaders,
    EndlessInterim,
    Chunked,
    BadChunking,
    UnfinishedChunks,
    LengthTooLong,
    LengthTooShort,
    CloseDelimited,
    ResetInBody,
    GiantHeaders,
    GiantName,
    GiantReason,
    CloseWithoutAnswer,
    Raw,
}

/// Changes how a name is answered.
#[derive(Debug, Clone, PartialEq, Default, Serialize, Deserialize, JsonSchema)]
#[serde(default, deny_unknown_fields)]
pub struct Resolve {
    /// The host whose name it is; `docs` when left out.
    #[serde(skip_serializing_if = "Option::is_none")]
    #[schemars(with = "Option<String>")]
    pub name: Option<HostLabel>,
    /// How long the records may be kept.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub ttl: Option<Span>,
    /// Addresses; `@docs` for both of a host, `@docs.v4` and `@docs.v6` for one.
    #[serde(skip_serializing_if = "Vec::is_empty")]
    pub answers: Vec<String>,
    /// The host whose name this one is an alias of.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub alias: Option<Text>,
    /// Addresses that an HTTPS record of the name hints at (RFC 9460 section 7.3).
    #[serde(skip_serializing_if = "Vec::is_empty")]
    pub hints: Vec<IpAddr>,
    /// How the lookup fails.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub fail: Option<LookupFailure>,
    /// How long each answer is held back.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub delay: Option<Span>,
    /// Answers that change with the number of queries.
    #[serde(skip_serializing_if = "Vec::is_empty")]
    pub turns: Vec<ResolveTurn>,
}

/// One turn of changing answers.
#[derive(Debug, Clone, PartialEq, Default, Serialize, Deserialize, JsonSchema)]
#[serde(default, deny_unknown_fields)]
pub struct ResolveTurn {
    /// The last query of each type that this turn answers; left out in the last turn.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub until: Option<u32>,
    /// Addresses.
    #[serde(skip_serializing_if = "Vec::is_empty")]
    pub answers: Vec<String>,
    /// An alias.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub alias: Option<Text>,
    /// How the lookup fails.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub fail: Option<LookupFailure>,
    /// How long the answer is held back.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub delay: Option<Span>,
}

/// How a lookup fails.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
#[serde(rename_all = "kebab-case")]
pub enum LookupFailure {
    /// The answer is no DNS message.
    Garbage,
    /// The name does not exist.
    Nxdomain,
    /// The server refuses.
    Refused,
    /// The server failed.
    Servfail,
    /// An address record with three bytes.
    ShortAddress,
    /// No answer at all.
    Silence,
    /// The answer says that it was cut, on TCP too, and holds nothing.
    Truncated,
    /// The answer has another identifier than the query.
    WrongId,
}
