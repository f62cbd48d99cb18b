//! Pushed authorization requests (RFC 9126).

use std::sync::Arc;

use axum::body::Bytes;
use axum::extract::State as Shared;
use axum::http::HeaderMap;
use axum::response::Response;
use serde_json::json;

use crate::faults::pushed::taking as taking_pushed;
use crate::faults::registration::with_trace;
use crate::policy::EndpointFault;
use crate::policy::OfParts;
use crate::server::authorize::Wrong;
use crate::server::authorize::judged;
use crate::server::authorize::repeated;
use crate::server::reply::Parameters;
use crate::server::reply::error;
use crate::server::reply::invalid_client;
use crate::server::reply::json as answer;
use crate::server::reply::parameter;
use crate::server::reply::parameters;
use crate::server::reply::uncached;
use crate::server::state::State;
use crate::server::state::now;
use crate::server::tokens::proven::proven_if_sent;
use crate::server::tokens::proven::unproven;

const LIFETIME: u64 = 90;
/// The lifetime where requests have to be used at once.
const SHORT_LIFETIME: u64 = 2;

/// Takes a pushed request.
pub(crate) async fn push(Shared(state): Shared<Arc<State>>, headers: HeaderMap, body: Bytes) -> Response {
    let policy = Arc::clone(&state.policy);
    taking_pushed(&policy, take(state, headers, body)).await
}

async fn take(state: Arc<State>, headers: HeaderMap, body: Bytes) -> Response {
    let mut sent = parameters(&body);
    let authorize = &state.policy.authorize;
    if let Some(name) = repeated(&sent, *authorize.one_redirect_uri)
        && authorize.repeated_parameters.on()
    {
        let told = format!("the parameter `{name}` comes twice");
        return error(400, "invalid_request", &told);
    }
    sent.retain(|(_, value)| !value.is_empty());
    if parameter(&sent, "request_uri").is_some() && !state.policy.endpoint.is(EndpointFault::PushRefers) {
        return error(400, "invalid_request", "`request_uri` cannot be pushed");
    }
    let authenticates = *state.policy.authorize.par_authenticated;
    let client = match state.asking(&headers, &sent, authenticates).await {
        Ok(client) => client,
        Err(reason) => return with_trace(&state, &headers, &sent, invalid_client(&headers, &reason)),
    };
    if !state.policy.service.par.on() {
        return error(400, "invalid_request", "requests cannot be pushed");
    }
    if parameter(&sent, "client_id").is_none() {
        sent.push(("client_id".to_owned(), client.id.clone()));
    }
    match proven_if_sent(&state, &headers, "/par") {
        Ok(Some(key)) if parameter(&sent, "dpop_jkt").is_some_and(|named| named != key) => {
            return unproven("`dpop_jkt` names another key");
        }
        Ok(Some(key)) => {
            sent.retain(|(name, _)| name != "dpop_jkt");
            sent.push(("dpop_jkt".to_owned(), key));
        }
        Ok(None) => {}
        Err(reason) => return unproven(reason),
    }
    match judged(&state, &sent, state.policy.authorize.par_redirect_uri.on()).await {
        Err(Wrong::Here { reason, .. }) => error(400, "invalid_request", &reason),
        Err(Wrong::Failure) => error(500, "server_error", "the document could not be read"),
        Err(Wrong::There {
            error: code,
            description,
            ..
        }) => error(400, code, description),
        Ok(_) => {
            let made = state.made(*state.policy.strength.request_uris);
            let made = format!("urn:ietf:params:oauth:request_uri:{made}");
            let (uri, looked_for) = state.put_together(OfParts::RequestUris, made, &client.id);
            sent.retain(|(name, _)| !name.starts_with("client_assertion") && name != "client_secret");
            let mut memory = state.memory();
            let now = now();
            let lifetime = match state.policy.choice.requests.pushed_lifetime.other() {
                true => SHORT_LIFETIME,
                false => LIFETIME,
            };
            let long_ago = now.saturating_sub(LIFETIME);
            memory.pushed.retain(|_, (.., expires)| *expires > long_ago);
            memory
                .pushed
                .insert(looked_for, (client.id, sent, now + lifetime));
            let status = match state.policy.endpoint.is(EndpointFault::PushIsOk) {
                true => 200,
                false => 201,
            };
            uncached(answer(
                status,
                &json!({ "request_uri": uri, "expires_in": lifetime }),
            ))
        }
    }
}

impl State {
    /// The pushed parameters behind a `request_uri`.
    pub(crate) fn pushed(&self, uri: &str, client_id: &str) -> Result<Parameters, &'static str> {
        let unknown = "the request URI is unknown, used or expired";
        let said = self.says_it_is_of(OfParts::RequestUris, uri, client_id);
        let uri = self.looked_for(OfParts::RequestUris, uri);
        let mut memory = self.memory();
        let (owner, sent, expires) = memory.pushed.get(uri).cloned().ok_or(unknown)?;
        if expires <= now() && self.policy.authorize.par_expires.on() {
            return Err(unknown);
        }
        let is_its = said.unwrap_or(owner == client_id);
        if !is_its && self.policy.authorize.par_bound.on() {
            return Err("the request URI is another client's");
        }
        if self.policy.authorize.par_once.on() {
            memory.pushed.remove(uri);
        }
        Ok(sent)
    }
}
