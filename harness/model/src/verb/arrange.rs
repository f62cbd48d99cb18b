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

/// Changes what a host serves at one path.
///
/// Each `serve` starts again from the known-good document of the host and replaces what the host serves at that path. A
/// host without a document of its own starts from the document of the client. Ports 80 and 8480 of a host serve its
/// pages in plain HTTP, whatever its `tls` is. Port 8443 is another HTTPS port.
///
/// In JSON values, a whole string `@keys/…` is a JSON Web Key Set. It may also be the whole `body`. `@keys/client` is
/// the public part of the client's key, and `@keys/client-private` has its private part too. `@keys/client-es256`,
/// `@keys/client-eddsa`, `@keys/client-ps256` and `@keys/client-rs256` are keys of the client for that algorithm.
/// `@keys/other` is another key. `@keys/renewed` is that other key under the identifier of the first. `@keys/symmetric`
/// is a set with an `oct` key. `@keys/client-for-encryption` is the client's key with the use `enc`.
/// `@keys/client-of-another-algorithm` is the client's key with an `alg` that is not its own.
#[derive(Debug, Clone, PartialEq, Default, Serialize, Deserialize, JsonSchema)]
#[serde(default, deny_unknown_fields)]
pub struct Serve {
    /// The host. Default: `docs`.
    #[serde(skip_serializing_if = "Option::is_none")]
    #[schemars(with = "Option<String>")]
    pub host: Option<HostLabel>,
    /// The request target. Default: the path of the document. `*` is every target, and replaces all pages of the host.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub path: Option<Text>,
    /// Members of the document to set. References are replaced in every string.
    #[serde(skip_serializing_if = "BTreeMap::is_empty")]
    pub set: BTreeMap<String, Value>,
    /// Members of the document to leave out.
    #[serde(skip_serializing_if = "Vec::is_empty")]
    pub remove: Vec<String>,
    /// The body, sent instead of the document. In it, `@document` is the JSON text of the document, and `@length` is
    /// the number of its bytes. A whole text `@keys/…` is that JSON Web Key Set.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub body: Option<Text>,
    /// The status code. Default: 200.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub status: Option<u16>,
    /// Header fields to add or replace. Without one, the content type is `application/json`.
    #[serde(skip_serializing_if = "BTreeMap::is_empty")]
    pub headers: BTreeMap<String, Text>,
    /// The size of the whole body, reached with padding: at most 256 MiB. With a `giant-…` delivery it is the size of
    /// what is giant instead, by default 1 MiB.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub pad: Option<Size>,
    /// What the padding consists of. Default: `within`.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub pad_with: Option<Padding>,
    /// The encoding of the body's characters. Default: `utf8`.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub encoding: Option<Encoding>,
    /// How the host answers conditional requests. Default: `ignored`.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub validators: Option<Validators>,
    /// The content coding. Default: `identity`.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub coding: Option<Coding>,
    /// How the bytes arrive. Default: `polite`, or `drip-body` if there is a `pace`.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub delivery: Option<DeliveryName>,
    /// The pace of a drip. Default: 1 byte every second.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub pace: Option<Pace>,
    /// The methods that get this page, for example `["GET"]`. Other methods get 405. Default: all methods.
    #[serde(skip_serializing_if = "Vec::is_empty")]
    pub methods: Vec<String>,
    /// Whether the earlier pages of that path stay. Requests then get all of them in turn, the oldest first.
    #[serde(skip_serializing_if = "std::ops::Not::not")]
    pub by_turns: bool,
    /// What the host does in the TLS handshake, at every path, until its next `serve`. Default: `good`.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub tls: Option<TlsBehaviour>,
}

/// What padding consists of.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
#[serde(rename_all = "kebab-case")]
pub enum Padding {
    /// Characters after the document that are not JSON.
    Garbage,
    /// Spaces after the document.
    Spaces,
    /// Spaces in the document, after its opening brace.
    Within,
}

/// The pace at which bytes are sent.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields)]
pub struct Pace {
    /// The number of bytes in one write.
    pub bytes: usize,
    /// The pause between two writes.
    pub every: Span,
}

/// How the bytes of a response arrive.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
#[serde(rename_all = "kebab-case")]
pub enum DeliveryName {
    /// At once, with a correct `content-length`.
    Polite,
    /// The status line and the header fields drip, at the `pace`.
    DripHeaders,
    /// The body drips, at the `pace`.
    DripBody,
    /// The host reads the request and sends nothing.
    StallBeforeHeaders,
    /// Half of the header fields, then nothing.
    StallInHeaders,
    /// The header fields and half of the body, then nothing.
    StallInBody,
    /// The body as the first chunk, then more chunks without end.
    Endless,
    /// Header fields without end.
    EndlessHeaders,
    /// Interim responses (103) without end.
    EndlessInterim,
    /// The body in well-formed chunked coding.
    Chunked,
    /// Chunked coding with sizes that are not numbers.
    BadChunking,
    /// Chunked coding that is closed before the last chunk.
    UnfinishedChunks,
    /// The `content-length` promises more bytes than the host sends before it closes.
    LengthTooLong,
    /// The `content-length` promises half of the bytes that the host sends. The second half is spaces.
    LengthTooShort,
    /// Neither a length nor chunks: the close ends the body.
    CloseDelimited,
    /// Half of the body, then a TCP reset.
    ResetInBody,
    /// Header fields of `pad` bytes in all, before the body.
    GiantHeaders,
    /// A header field whose name has `pad` bytes.
    GiantName,
    /// A status line whose reason has `pad` bytes.
    GiantReason,
    /// The host reads the request and closes the connection without a byte.
    CloseWithoutAnswer,
    /// The body is the whole answer, with its status line and header fields. Then the host closes the connection.
    Raw,
}

/// Changes how a name is resolved.
///
/// A connection to a literal address in `answers` or `hints` is attributed to that name's host. In the sandbox every
/// address is this machine, with a few exceptions. The addresses of 45.45.99.0/24 and 10.99.99.0/24 never answer a
/// connection attempt. There is no route to those of 45.45.98.0/24 and 2600:1f18:ffff::/48. At port 8445, 10.0.0.1 and
/// fd00::1 accept connections, and all other addresses refuse them. The link-local address of this machine is fe80::1.
#[derive(Debug, Clone, PartialEq, Default, Serialize, Deserialize, JsonSchema)]
#[serde(default, deny_unknown_fields)]
pub struct Resolve {
    /// The host whose name it is. Default: `docs`.
    #[serde(skip_serializing_if = "Option::is_none")]
    #[schemars(with = "Option<String>")]
    pub name: Option<HostLabel>,
    /// How long the records may be kept. Default: `0s`.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub ttl: Option<Span>,
    /// The addresses: literal ones, `@docs` for both addresses of that host, `@docs.v4` or `@docs.v6` for one of them.
    #[serde(skip_serializing_if = "Vec::is_empty")]
    pub answers: Vec<String>,
    /// The name that this one is an alias of (CNAME). `@other` is the bare name of that host here.
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
    /// Answers that change with the number of queries: `[{ until = 1, answers = ["@docs"] }, { answers = ["10.0.0.1"]
    /// }]`. The queries of each record type are counted separately.
    #[serde(skip_serializing_if = "Vec::is_empty")]
    pub turns: Vec<ResolveTurn>,
}

/// One turn of answers that change.
#[derive(Debug, Clone, PartialEq, Default, Serialize, Deserialize, JsonSchema)]
#[serde(default, deny_unknown_fields)]
pub struct ResolveTurn {
    /// The last query of each record type that this turn answers, counted from 1. The last turn has no end.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub until: Option<u32>,
    /// The addresses, as in Resolve.
    #[serde(skip_serializing_if = "Vec::is_empty")]
    pub answers: Vec<String>,
    /// The name that this one is an alias of, as in Resolve.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub alias: Option<Text>,
    /// How the lookup fails.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub fail: Option<LookupFailure>,
    /// How long the answer is held back. Default: the `delay` of the step.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub delay: Option<Span>,
}

/// How a lookup fails.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
#[serde(rename_all = "kebab-case")]
pub enum LookupFailure {
    /// The answer is not a DNS message.
    Garbage,
    /// The name does not exist.
    Nxdomain,
    /// The name server refuses the query.
    Refused,
    /// The name server fails.
    Servfail,
    /// The address record has three bytes.
    ShortAddress,
    /// There is no answer.
    Silence,
    /// The answer is marked as truncated and has no records, also over TCP.
    Truncated,
    /// The answer has another identifier than the query.
    WrongId,
}
