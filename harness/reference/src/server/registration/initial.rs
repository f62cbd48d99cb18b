//! Initial access tokens (RFC 7591 section 3): handed out at start, wanted where the policy says so.

use axum::http::HeaderMap;
use axum::http::header;
use axum::response::Response;
use ring::rand::SecureRandom;
use ring::rand::SystemRandom;

use crate::error::ReferenceError;
use crate::server::client::same;
use crate::server::registration::register::refusal;
use crate::server::reply::parameter;
use crate::server::reply::parameters;
use crate::server::reply::set;
use crate::server::state::State;
use crate::server::state::hash;

/// The initial access tokens that the operator of the server hands out.
pub struct InitialTokens {
    valid: String,
    expired: String,
}

impl InitialTokens {
    /// Fresh tokens.
    ///
    /// # Errors
    /// [`ReferenceError`] when the machine gives no random bytes.
    pub(crate) fn generate() -> Result<Self, ReferenceError> {
        let mut bytes = [0; 32];
        SystemRandom::new()
            .fill(&mut bytes)
            .map_err(|error| ReferenceError::Key {
                reason: error.to_string(),
            })?;
        let text: String = bytes.iter().map(|byte| format!("{byte:02x}")).collect();
        Ok(Self {
            valid: hash(&format!("valid {text}")),
            expired: hash(&format!("expired {text}")),
        })
    }

    /// One that opens the registration.
    pub fn valid(&self) -> &str {
        &self.valid
    }

    /// One that did.
    pub fn expired(&self) -> &str {
        &self.expired
    }
}

/// The refusal of who has no initial access token, where one is wanted.
pub(crate) fn without_initial_token(
    state: &State,
    headers: &HeaderMap,
    query: Option<&str>,
) -> Option<Response> {
    let rules = &state.policy.initial_token;
    if rules.anybody.on() {
        return None;
    }
    let field = headers
        .get(header::AUTHORIZATION)
        .and_then(|value| value.to_str().ok())
        .and_then(|value| value.strip_prefix("Bearer "));
    let query = parameters(query.unwrap_or_default().as_bytes());
    let token = match rules.header_only.on() {
        true => field,
        false => field.or_else(|| parameter(&query, "access_token")),
    };
    if token.is_some_and(|token| opens(state, token)) {
        return None;
    }
    if !rules.told.on() {
        return Some(refusal(state, 403, "access_denied", "not for everybody"));
    }
    let mut refused = refusal(state, 401, "invalid_token", "an initial access token is wanted");
    let challenge = match token {
        Some(_) => "Bearer error=\"invalid_token\"",
        None => "Bearer",
    };
    set(&mut refused, header::WWW_AUTHENTICATE, challenge);
    Some(refused)
}

fn opens(state: &State, token: &str) -> bool {
    let rules = &state.policy.initial_token;
    let InitialTokens { valid, expired } = state.initial_tokens.as_ref();
    let is_half = valid
        .get(..token.len())
        .is_some_and(|start| start == token && token.len() >= valid.len() / 2);
    !rules.known.on()
        || same(valid, token)
        || (!rules.expiry.on() && same(expired, token))
        || (!rules.whole.on() && is_half)
}
