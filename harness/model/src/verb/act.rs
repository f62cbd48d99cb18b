//! What a step does: one variant for each verb.

use serde::Deserialize;
use serde::Serialize;

use crate::name::StepName;
use crate::quantity::Span;
use crate::verb::Ask;
use crate::verb::Authorize;
use crate::verb::Discover;
use crate::verb::Grant;
use crate::verb::Logout;
use crate::verb::Manage;
use crate::verb::OfToken;
use crate::verb::Refresh;
use crate::verb::Register;
use crate::verb::Resolve;
use crate::verb::Serve;
use crate::verb::Token;

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
