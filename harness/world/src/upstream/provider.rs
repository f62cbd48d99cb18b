//! The provider: whom it knows, and which endpoint answers a request.

use std::fmt;
use std::sync::Arc;
use std::sync::Mutex;
use std::sync::MutexGuard;
use std::sync::PoisonError;

use base64::Engine;
use base64::engine::general_purpose::URL_SAFE_NO_PAD;
use cimdspec_model::profile::UpstreamKind;
use cimdspec_model::profile::UpstreamUser;
use ring::rand::SecureRandom;
use ring::rand::SystemRandom;

use super::keys;
use super::memory::Kept;
use super::message::Asked;
use super::message::Said;
use super::places::Endpoint;
use super::places::found;

/// Takes a secret with its type.
pub type Hide = Arc<dyn Fn(&'static str, &str) + Send + Sync>;

/// What an upstream identity provider is to be like.
#[derive(Clone)]
pub struct UpstreamPlan {
    /// What it speaks.
    pub kinds: Vec<UpstreamKind>,
    /// Whom it knows; the first is logged in.
    pub users: Vec<UpstreamUser>,
    /// The identifier of the one client that it has.
    pub client_id: String,
    /// The secret of that client; a new one when left out.
    pub client_secret: Option<String>,
    /// The origin at which the client has its redirect URIs.
    pub client_origin: String,
    /// Takes each secret that it gives out, with its type, before it leaves.
    pub hide: Hide,
}

/// What it is is told, its client's secret is not.
impl fmt::Debug for UpstreamPlan {
    fn fmt(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        formatter
            .debug_struct("UpstreamPlan")
            .field("kinds", &self.kinds)
            .field("client_id", &self.client_id)
            .field("client_origin", &self.client_origin)
            .finish_non_exhaustive()
    }
}

/// The type of its codes: not that of the server's own, which are judged by where they stand.
pub const UPSTREAM_CODE: &str = "upstream-code";
pub(super) const TOKEN: &str = "upstream-token";
const SECRET: &str = "upstream-secret";

/// A provider with its state.
pub(crate) struct Provider {
    pub(super) plan: UpstreamPlan,
    /// The secret of its client.
    secret: String,
    memory: Mutex<Memory>,
}

/// What it has given out.
pub(super) struct Memory {
    pub(super) codes: Kept,
    pub(super) tokens: Kept,
    pub(super) refresh_tokens: Kept,
}

const MOST_CODES: usize = 10_000;
const MOST_TOKENS: usize = 20_000;
const RANDOM: usize = 32;

impl Provider {
    /// One that has given out nothing.
    pub(crate) fn new(plan: UpstreamPlan) -> Result<Self, String> {
        let secret = plan.client_secret.clone().map_or_else(random, Ok)?;
        (plan.hide)(SECRET, &secret);
        Ok(Self {
            plan,
            secret,
            memory: Mutex::new(Memory {
                codes: Kept::most(MOST_CODES),
                tokens: Kept::most(MOST_TOKENS),
                refresh_tokens: Kept::most(MOST_TOKENS),
            }),
        })
    }

    /// Answers a request.
    pub(crate) fn answer(&self, asked: &Asked) -> Said {
        let Some((kind, endpoint)) = found(&asked.host, &asked.path) else {
            return Said::error(404, "not_found", "there is nothing at this place");
        };
        let methods: &[&str] = match endpoint {
            Endpoint::Authorize | Endpoint::Introspect | Endpoint::Userinfo => &["GET", "POST"],
            Endpoint::Revoke | Endpoint::Token => &["POST"],
            Endpoint::Emails | Endpoint::EmptyList | Endpoint::Keys | Endpoint::Metadata => &["GET"],
        };
        if !methods.contains(&asked.method.as_str()) {
            let told = Said::error(405, "invalid_request", "this method is not for this place");
            return told.with("allow", &methods.join(", "));
        }
        match endpoint {
            Endpoint::Authorize => self.authorize(kind, asked),
            Endpoint::Emails => self.emails(asked),
            Endpoint::EmptyList => self.empty_list(asked),
            Endpoint::Introspect => self.introspect(kind, asked),
            Endpoint::Keys => match keys::published() {
                Ok(keys) => Said::json(200, &keys),
                Err(reason) => Said::error(500, "server_error", &reason),
            },
            Endpoint::Metadata => Said::json(200, &super::documents::metadata(kind)),
            Endpoint::Revoke => self.revoke(asked),
            Endpoint::Token => self.token(kind, asked),
            Endpoint::Userinfo => self.userinfo(kind, asked),
        }
    }

    /// The secret of its client.
    pub(crate) fn secret(&self) -> &str {
        &self.secret
    }

    /// What it has given out.
    pub(super) fn memory(&self) -> MutexGuard<'_, Memory> {
        self.memory.lock().unwrap_or_else(PoisonError::into_inner)
    }

    /// The user at this place among the users.
    pub(super) fn user(&self, place: usize) -> UpstreamUser {
        self.plan.users.get(place).cloned().unwrap_or_default()
    }

    /// Hides a secret before it leaves.
    pub(super) fn hidden(&self, kind: &'static str, secret: String) -> String {
        (self.plan.hide)(kind, &secret);
        secret
    }
}

/// A text that nobody can guess.
pub(super) fn random() -> Result<String, String> {
    let mut bytes = [0; RANDOM];
    SystemRandom::new()
        .fill(&mut bytes)
        .map_err(|_| "this machine gives no random numbers".to_owned())?;
    Ok(URL_SAFE_NO_PAD.encode(bytes))
}
