//! Initial access tokens (RFC 7591 section 3): handed out at start, wanted where the policy says so.

use axum::http::HeaderMap;
use axum::http::header;
use axum::response::Response;
use ring::rand::SecureRandom;
use ring::rand::SystemRandom;
use serde_json::json;

use crate::error::ReferenceError;
use crate::policy::Policy;
use crate::server::authorize::PAUSE_OF_MUTANT;
use crate::server::client::same;
use crate::server::registration::register::refusal;
use crate::server::reply::parameter;
use crate::server::reply::parameters;
use crate::server::reply::set;
use crate::server::state::State;
use crate::server::state::hash;
use crate::server::state::now;
use crate::server::store::Registered;
use crate::server::store::Store;
use crate::server::store::Token;

/// The client with which the operator's programs get initial access tokens, where each opens one registration.
pub(crate) const OPERATOR: (&str, &str) = ("operator", "operator-of-wonderland");
/// The scope of an access token that opens a registration.
const SCOPE: &str = "registration";
/// How long the first token lives, which the operator has from the start.
const FIRST_SECONDS: u64 = 24 * 3600;

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

    /// The operator's client with its secret, and the scope for which it gets a token for one registration.
    pub fn operator(&self) -> (&'static str, &'static str, &'static str) {
        (OPERATOR.0, OPERATOR.1, SCOPE)
    }

    /// One that did.
    pub fn expired(&self) -> &str {
        &self.expired
    }
}

/// Makes the operator's client and its first token known, where each token opens one registration.
pub(crate) fn prepare(policy: &Policy, store: &Store, tokens: &InitialTokens) -> Result<(), ReferenceError> {
    if !policy.choice.registration.initial_token_reused.other() {
        return Ok(());
    }
    let metadata = json!({ "grant_types": ["client_credentials"], "scope": SCOPE });
    let operator = Registered {
        id: OPERATOR.0.to_owned(),
        metadata: metadata.as_object().cloned().unwrap_or_default(),
        secret_hash: Some(hash(OPERATOR.1)),
        token_hash: String::new(),
        issued: now(),
    };
    let first = Token {
        client_id: operator.id.clone(),
        family: String::new(),
        kind: "access".to_owned(),
        scope: Some(SCOPE.to_owned()),
        expires: now() + FIRST_SECONDS,
        live: true,
        authenticated: true,
    };
    let kept = store
        .put_client(&operator)
        .and_then(|()| store.put_token(&hash(tokens.valid()), &first));
    kept.map_err(|error| ReferenceError::Store {
        reason: error.to_string(),
    })
}

/// Gives a token back that opened no registration after all.
pub(crate) fn give_back(state: &State, headers: &HeaderMap) {
    if let Some(token) = of_header(headers)
        && state.policy.choice.registration.initial_token_reused.other()
    {
        state.store.revive_token(&hash(token));
    }
}

/// The token of the header field.
fn of_header(headers: &HeaderMap) -> Option<&str> {
    let value = headers.get(header::AUTHORIZATION)?.to_str().ok()?;
    value.strip_prefix("Bearer ")
}

/// The refusal of who has no initial access token, where one is wanted.
pub(crate) async fn without_initial_token(
    state: &State,
    headers: &HeaderMap,
    query: Option<&str>,
) -> Option<Response> {
    let rules = &state.policy.initial_token;
    if rules.anybody.on() {
        return None;
    }
    let field = of_header(headers);
    let query = parameters(query.unwrap_or_default().as_bytes());
    let token = match rules.header_only.on() {
        true => field,
        false => field.or_else(|| parameter(&query, "access_token")),
    };
    if let Some(token) = token
        && opens(state, token).await
    {
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

async fn opens(state: &State, token: &str) -> bool {
    if state.policy.choice.registration.initial_token_reused.other() && is_used_now(state, token).await {
        return true;
    }
    let rules = &state.policy.initial_token;
    let InitialTokens { valid, expired } = state.initial_tokens.as_ref();
    let is_half = valid
        .get(..token.len())
        .is_some_and(|start| start == token && token.len() >= valid.len() / 2);
    !rules.known.on()
        || (same(valid, token) && !state.policy.choice.registration.initial_token_reused.other())
        || (!rules.expiry.on() && same(expired, token))
        || (!rules.whole.on() && is_half)
        || (!rules.own_kind.on() && is_of_a_client(state, token))
}

/// Whether a client has it, as an access token or as its registration token.
fn is_of_a_client(state: &State, token: &str) -> bool {
    let token = hash(token);
    state.store.has_token_hash(&token) || state.store.token(&token).is_some_and(|known| known.live)
}

/// Uses up a token that the operator got, if it is one: two registrations at once cannot both use it.
async fn is_used_now(state: &State, token: &str) -> bool {
    let token = hash(token);
    let known = state.store.token(&token).filter(|known| {
        let scopes = known.scope.as_deref().unwrap_or_default();
        known.client_id == OPERATOR.0
            && known.expires > now()
            && scopes.split(' ').any(|scope| scope == SCOPE)
    });
    if state.policy.initial_token.taken_at_once.on() {
        return known.is_some() && state.store.end_token(&token);
    }
    tokio::time::sleep(PAUSE_OF_MUTANT).await;
    state.store.end_token(&token);
    known.is_some_and(|known| known.live)
}
