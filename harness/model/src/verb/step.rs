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
    /// Whether what comes after it does not build on its being granted.
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
    /// It ends when the request that this step pushed has expired (RFC 9126); one that lives longer than the wait is not waited for.
    Lifetime(StepName),
    /// This authorize step has to have been refused. After a code nobody waits.
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
    /// Asks an endpoint that the metadata names.
    Ask(Ask),
    /// Asks for authorization and walks the browser's part.
    Authorize(Authorize),
    /// Tells what the codes, tokens and request URIs of earlier steps have in common.
    Compare(Vec<StepName>),
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
    /// Waits a little, and notes what stood in the target's log since the case began.
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
    /// Lets time pass.
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
    /// With `request_of`: a part of the `request_uri` that is exchanged for that of another step's.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub swap: Option<Swap>,
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
    /// So many requests at once, each with another query in the path of its identifier; the browser's part of the
    /// first alone is walked.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub times: Option<u16>,
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
    /// Header fields to add.
    #[serde(skip_serializing_if = "BTreeMap::is_empty")]
    pub headers: BTreeMap<String, Text>,
}

/// A metadata document of an authorization server.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default, Serialize, Deserialize, JsonSchema)]
#[serde(rename_all = "kebab-case")]
pub enum MetadataDocument {
    /// The one that discovery found: the first that is there, in the order in which clients look.
    #[default]
    Found,
    /// RFC 8414.
    Oauth,
    /// OpenID Connect Discovery: after the path of the issuer.
    Openid,
    /// OpenID Connect Discovery at a place built as RFC 8414 builds it: before the path of the issuer.
    OpenidInserted,
    /// The next one that is there, beside the one that discovery found.
    Other,
}
