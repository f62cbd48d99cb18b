//! The verbs of a scenario, one type each.

use std::collections::BTreeMap;

use schemars::JsonSchema;
use serde::Deserialize;
use serde::Serialize;

use crate::name::SessionName;
use crate::name::StepName;
use crate::quantity::Span;
use crate::text::Text;
pub use crate::verb::arrange::*;
pub use crate::verb::registration::*;
use crate::verb::token::Ask;
use crate::verb::token::Authentication;
use crate::verb::token::Grant;
use crate::verb::token::Logout;
use crate::verb::token::OfToken;
use crate::verb::token::Refresh;
use crate::verb::token::Swap;
use crate::verb::token::Token;

/// One step of a plan.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
pub struct Step {
    /// Its name; `step-3` for an unnamed third step.
    pub name: StepName,
    /// Whether the next step begins without waiting for this one.
    pub background: bool,
    /// Whether later checks do not build on its being granted.
    #[serde(default, skip_serializing_if = "std::ops::Not::not")]
    pub optional: bool,
    /// Of a wait: what it depends on.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub wait_on: Option<WaitOn>,
    /// What is done.
    pub act: Act,
}

/// What a wait depends on.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "kebab-case")]
pub enum WaitOn {
    /// The wait ends when the request that this step pushed has expired (RFC 9126). A request that lives longer than
    /// the wait is not waited for.
    Lifetime(StepName),
    /// The wait takes place only if this authorize step brought no code.
    Refusal(StepName),
}

impl WaitOn {
    /// The step.
    pub fn step(&self) -> &StepName {
        match self {
            Self::Lifetime(step) | Self::Refusal(step) => step,
        }
    }
}

/// What a step does.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
#[serde(rename_all = "kebab-case")]
pub enum Act {
    /// Sends a request to an endpoint that the metadata names.
    Ask(Ask),
    /// Requests authorization and does the browser's part.
    Authorize(Authorize),
    /// Records what the codes, tokens and request URIs of earlier steps have in common.
    Compare(Vec<StepName>),
    /// Deletes a registration (RFC 7592).
    Delete(Manage),
    /// Reads a metadata document of the target.
    Discover(Discover),
    /// Requests tokens without a user.
    Grant(Grant),
    /// Asks about a token (RFC 7662).
    Introspect(OfToken),
    /// Waits until background steps have ended.
    Join(Vec<StepName>),
    /// Waits, and records what the server log has had since the case began.
    Listen(Span),
    /// Logs the user out on behalf of a client.
    Logout(Logout),
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
    /// Waits.
    Wait(Span),
}

impl Act {
    /// Its verb, as scenarios write it.
    pub fn verb(&self) -> &'static str {
        match self {
            Self::Ask(_) => "ask",
            Self::Authorize(_) => "authorize",
            Self::Compare(_) => "compare",
            Self::Delete(_) => "delete",
            Self::Discover(_) => "discover",
            Self::Grant(_) => "grant",
            Self::Introspect(_) => "introspect",
            Self::Join(_) => "join",
            Self::Listen(_) => "listen",
            Self::Logout(_) => "logout",
            Self::Read(_) => "read",
            Self::Refresh(_) => "refresh",
            Self::Register(_) => "register",
            Self::Resolve(_) => "resolve",
            Self::Revoke(_) => "revoke",
            Self::Serve(_) => "serve",
            Self::Token(_) => "token",
            Self::Update(_) => "update",
            Self::Wait(_) => "wait",
        }
    }

    /// Whether the step asks the target something.
    pub fn asks(&self) -> bool {
        !matches!(
            self,
            Act::Compare(_) | Act::Join(_) | Act::Listen(_) | Act::Resolve(_) | Act::Serve(_) | Act::Wait(_)
        )
    }
}

/// Requests authorization: the request, the login, the consent, and the way back to the client's redirect URI.
///
/// The browser of a case keeps its cookies from step to step. It is logged in as far as the calibration was. With
/// `until = "login"`, a check about the step counts only if the control came to a login.
#[derive(Debug, Clone, PartialEq, Default, Serialize, Deserialize, JsonSchema)]
#[serde(default, deny_unknown_fields)]
pub struct Authorize {
    /// The client. `@slow` is the client whose document the host `slow` serves. Any other text is a register step.
    /// Default: the client of the base's document, or else of the last register step before.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub client: Option<String>,
    /// The client identifier, exactly as it is sent. Default: that of the client.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub client_id: Option<Text>,
    /// The redirect URI, exactly as it is sent. Default: that of the base.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub redirect_uri: Option<Text>,
    /// Parameters to set. With `request_of` they are added to the query.
    #[serde(skip_serializing_if = "BTreeMap::is_empty")]
    pub set: BTreeMap<String, Text>,
    /// Parameters to leave out.
    #[serde(skip_serializing_if = "Vec::is_empty")]
    pub omit: Vec<String>,
    /// Parameters to send a second time, with these values, for example `{ redirect_uri = "second value" }`.
    #[serde(skip_serializing_if = "BTreeMap::is_empty")]
    pub repeat: BTreeMap<String, Text>,
    /// An earlier step with `channel = "par"`. Its `request_uri` is used instead of a new request.
    #[serde(skip_serializing_if = "Option::is_none")]
    #[schemars(with = "Option<String>")]
    pub request_of: Option<StepName>,
    /// With `request_of`: a part of the `request_uri` that is exchanged for that of another step.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub swap: Option<Swap>,
    /// An earlier authorize step that stopped on a page. This step goes on from that page.
    #[serde(skip_serializing_if = "Option::is_none")]
    #[schemars(with = "Option<String>")]
    pub continues: Option<StepName>,
    /// The name of another browser. It begins without cookies, and later steps may use it. Default: the browser of the
    /// case.
    #[serde(skip_serializing_if = "Option::is_none")]
    #[schemars(with = "Option<String>")]
    pub session: Option<SessionName>,
    /// With `continues`: another site, whose page sends the form. The request has that site's origin, and only the
    /// cookies that a browser sends across sites.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub posted_from: Option<Text>,
    /// How the request reaches the target. Default: that of the profile.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub channel: Option<Channel>,
    /// How the client authenticates where the request is pushed. Default: by its own method.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub auth: Option<Authentication>,
    /// How many requests are sent at once. Each but the first has an identifier with a query of its own. Only the first
    /// goes on to the login.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub times: Option<u16>,
    /// What the user decides. Default: `approve`.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub decide: Option<Decision>,
    /// Where the browser stops. Default: `end`.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub until: Option<Until>,
}

/// How an authorization request reaches the target.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default, Serialize, Deserialize, JsonSchema)]
#[serde(rename_all = "kebab-case")]
pub enum Channel {
    /// In the query of the authorization endpoint.
    #[default]
    Query,
    /// Pushed (RFC 9126). The query then has the `request_uri`.
    Par,
}

/// What the user decides on the consent page.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default, Serialize, Deserialize, JsonSchema)]
#[serde(rename_all = "kebab-case")]
pub enum Decision {
    /// The user presses the button that approves.
    #[default]
    Approve,
    /// The user presses the button that denies.
    Deny,
}

/// Where the browser stops.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default, Serialize, Deserialize, JsonSchema)]
#[serde(rename_all = "kebab-case")]
pub enum Until {
    /// At the client's redirect URI, or where the browser can do nothing more.
    #[default]
    End,
    /// At the consent page.
    Consent,
    /// Where the user has to log in.
    Login,
    /// After the push (RFC 9126). The `request_uri` is not used.
    Pushed,
}

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
