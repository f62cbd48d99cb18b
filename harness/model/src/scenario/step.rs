//! The verbs of a scenario, one type each.

use std::collections::BTreeMap;

use schemars::JsonSchema;
use serde::Deserialize;
use serde::Serialize;
use serde_json::Value;

use super::token::Authentication;
use super::token::Grant;
use super::token::OfToken;
use super::token::Refresh;
use super::token::Token;
use crate::behaviour::Coding;
use crate::behaviour::Encoding;
use crate::behaviour::TlsBehaviour;
use crate::behaviour::Validators;
use crate::name::HostLabel;
use crate::name::SessionName;
use crate::name::StepName;
use crate::quantity::Size;
use crate::quantity::Span;
use crate::text::Text;

/// One step of a plan.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
pub struct Step {
    /// Its name; `step-3` for an unnamed third step.
    pub name: StepName,
    /// Whether the next step begins without waiting for this one.
    pub background: bool,
    /// What is done.
    pub act: Act,
}

/// What a step does.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
#[serde(rename_all = "kebab-case")]
pub enum Act {
    /// Asks for authorization and walks the browser's part.
    Authorize(Authorize),
    /// Deletes a registration (RFC 7592).
    Delete(Manage),
    /// Reads a metadata document of the target.
    Discover(Discover),
    /// Asks for tokens without a user.
    Grant(Grant),
    /// Asks about a token (RFC 7662).
    Introspect(OfToken),
    /// Waits until background steps have ended.
    Join(Vec<StepName>),
    /// Reads a registration (RFC 7592).
    Read(Manage),
    /// Uses a refresh token.
    Refresh(Refresh),
    /// Registers a client (RFC 7591).
    Register(Register),
    /// Changes how a name is answered.
    Resolve(Resolve),
    /// Revokes a token (RFC 7009).
    Revoke(OfToken),
    /// Changes what a host serves.
    Serve(Serve),
    /// Redeems a code.
    Token(Token),
    /// Replaces a registration (RFC 7592).
    Update(Manage),
    /// Lets time pass.
    Wait(Span),
}

impl Act {
    /// Whether the step asks the target something.
    pub fn asks(&self) -> bool {
        !matches!(
            self,
            Act::Join(_) | Act::Resolve(_) | Act::Serve(_) | Act::Wait(_)
        )
    }
}

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
    /// The whole size of the body, reached with an unknown member or with spaces.
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
    /// What the host does in the TLS handshake.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub tls: Option<TlsBehaviour>,
}

/// What padding is made of.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
#[serde(rename_all = "kebab-case")]
pub enum Padding {
    /// An unknown member.
    Member,
    /// Spaces after the document.
    Spaces,
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
    Chunked,
    BadChunking,
    UnfinishedChunks,
    LengthTooLong,
    LengthTooShort,
    CloseDelimited,
    ResetInBody,
    GiantHeaders,
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
#[expect(missing_docs, reason = "the words are the protocol's")]
pub enum LookupFailure {
    Nxdomain,
    Servfail,
    Refused,
    Silence,
}

/// Asks for authorization: the request, the login, the consent, the way back.
#[derive(Debug, Clone, PartialEq, Default, Serialize, Deserialize, JsonSchema)]
#[serde(default, deny_unknown_fields)]
pub struct Authorize {
    /// `@slow` for the client whose document that host serves, or the name of a register step.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub client: Option<String>,
    /// The client identifier as sent, when it differs from the client's own.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub client_id: Option<Text>,
    /// The redirect URI as sent.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub redirect_uri: Option<Text>,
    /// Parameters to set.
    #[serde(skip_serializing_if = "BTreeMap::is_empty")]
    pub set: BTreeMap<String, Text>,
    /// Parameters to leave out.
    #[serde(skip_serializing_if = "Vec::is_empty")]
    pub omit: Vec<String>,
    /// Parameters to send a second time, with these values.
    #[serde(skip_serializing_if = "BTreeMap::is_empty")]
    pub repeat: BTreeMap<String, Text>,
    /// An earlier authorize step by PAR, whose `request_uri` is used instead of a new request.
    #[serde(skip_serializing_if = "Option::is_none")]
    #[schemars(with = "Option<String>")]
    pub request_of: Option<StepName>,
    /// An earlier authorize step that stopped on a page; this one goes on from there.
    #[serde(skip_serializing_if = "Option::is_none")]
    #[schemars(with = "Option<String>")]
    pub continues: Option<StepName>,
    /// A browser of its own: it begins without cookies and is kept for the steps that name it. When left
    /// out, the browser of the case, which is logged in as far as the calibration was.
    #[serde(skip_serializing_if = "Option::is_none")]
    #[schemars(with = "Option<String>")]
    pub session: Option<SessionName>,
    /// With `continues`: the site whose page sends the form, when it is not the target's own. The cookies are
    /// those of a cross-site request, and the origin is that site's.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub posted_from: Option<Text>,
    /// The way in.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub channel: Option<Channel>,
    /// How the client authenticates where the request is pushed.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub auth: Option<Authentication>,
    /// What the user decides.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub decide: Option<Decision>,
    /// Where the agent stops.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub until: Option<Until>,
}

/// The way an authorization request takes.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default, Serialize, Deserialize, JsonSchema)]
#[serde(rename_all = "kebab-case")]
pub enum Channel {
    /// The query of the authorization endpoint.
    #[default]
    Query,
    /// Pushed (RFC 9126), then the `request_uri`.
    Par,
}

/// What the user decides on the consent page.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default, Serialize, Deserialize, JsonSchema)]
#[serde(rename_all = "kebab-case")]
pub enum Decision {
    /// Presses the button that approves.
    #[default]
    Approve,
    /// Presses the button that denies.
    Deny,
}

/// Where the agent stops.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default, Serialize, Deserialize, JsonSchema)]
#[serde(rename_all = "kebab-case")]
pub enum Until {
    /// When it is sent back to the client, or cannot go on.
    #[default]
    End,
    /// At the consent page.
    Consent,
    /// Where somebody is to log in.
    Login,
    /// After the request was pushed (RFC 9126); it is not used.
    Pushed,
}

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
    /// Header fields to add.
    #[serde(skip_serializing_if = "BTreeMap::is_empty")]
    pub headers: BTreeMap<String, Text>,
    /// Members that become lists of so many values, numbered.
    #[serde(skip_serializing_if = "BTreeMap::is_empty")]
    pub many: BTreeMap<String, usize>,
    /// How often it is sent, one after the other; once when left out. What the answers have in common and what
    /// differs is kept beside them, the client of the last is the step's.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub times: Option<u16>,
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
    /// The token itself, as the parameter `access_token` of the query.
    InQuery,
    /// The first half of the token.
    Truncated,
}

/// Reads a metadata document of the target.
#[derive(Debug, Clone, PartialEq, Default, Serialize, Deserialize, JsonSchema)]
#[serde(default, deny_unknown_fields)]
pub struct Discover {
    /// Which document.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub document: Option<MetadataDocument>,
    /// A path appended to its place: that of an issuer below the target's own.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub below: Option<String>,
}

/// A metadata document of an authorization server.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default, Serialize, Deserialize, JsonSchema)]
#[serde(rename_all = "kebab-case")]
pub enum MetadataDocument {
    /// RFC 8414.
    #[default]
    Oauth,
    /// OpenID Connect Discovery.
    Openid,
}
