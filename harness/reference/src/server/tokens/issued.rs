//! Revocation (RFC 7009) and introspection (RFC 7662).

use std::sync::Arc;

use axum::body::Bytes;
use axum::extract::State as Shared;
use axum::http::HeaderMap;
use axum::response::Response;
use serde_json::json;

use crate::faults::provisioned::chosen_audience;
use crate::faults::registration::with_trace;
use crate::policy::EndpointFault;
use crate::policy::ManagementFault;
use crate::policy::OfParts;
use crate::server::client::Method;
use crate::server::reply::error;
use crate::server::reply::invalid_client;
use crate::server::reply::json as answer;
use crate::server::reply::parameter;
use crate::server::reply::parameters;
use crate::server::reply::uncached;
use crate::server::state::State;
use crate::server::state::hash;
use crate::server::state::now;

/// Ends a token and its family.
pub(crate) async fn revoke(Shared(state): Shared<Arc<State>>, headers: HeaderMap, body: Bytes) -> Response {
    let sent = parameters(&body);
    let rules = &state.policy.token;
    let client = match state
        .asking(&headers, &sent, *rules.revocation_authenticated)
        .await
    {
        Ok(client) => client,
        Err(reason) => return with_trace(&state, &headers, &sent, invalid_client(&headers, &reason)),
    };
    let Some(token) = parameter(&sent, "token") else {
        return error(400, "invalid_request", "`token` is missing");
    };
    let fault = &state.policy.endpoint;
    let hashed = hash(state.looked_for(OfParts::RefreshTokens, token));
    let hinted = parameter(&sent, "token_type_hint").unwrap_or_default();
    let found = state
        .store
        .token(&hashed)
        .filter(|known| known.client_id == client.id || !rules.revocation_bound.on())
        .filter(|known| {
            !fault.is(EndpointFault::RevocationTrustsHint) || hinted.starts_with(known.kind.as_str())
        });
    if found.is_none() && fault.is(EndpointFault::RevocationWantsKnown) {
        return error(400, "invalid_request", "the token is not known");
    }
    match found.filter(|_| rules.revocation_ends.on()) {
        Some(_) if fault.is(EndpointFault::RevocationKeepsAccess) => {
            let _ = state.store.end_token(&hashed);
        }
        Some(known) => state.store.end_family(&known.family),
        None => {}
    }
    uncached(answer(
        if rules.revocation_ok.on() { 200 } else { 202 },
        &json!({}),
    ))
}

/// Says what a token is, to any client that authenticates: it may be a resource server.
pub(crate) async fn introspect(
    Shared(state): Shared<Arc<State>>,
    headers: HeaderMap,
    body: Bytes,
) -> Response {
    let sent = parameters(&body);
    let authenticates = *state.policy.token.introspection_authenticated;
    let client = match state.asking(&headers, &sent, authenticates).await {
        Ok(client) if client.method == Method::None && authenticates.on() => {
            return invalid_client(&headers, "the client does not authenticate");
        }
        Ok(client) => client,
        Err(reason) => return with_trace(&state, &headers, &sent, invalid_client(&headers, &reason)),
    };
    let token = parameter(&sent, "token");
    let token = token.map(|token| hash(state.looked_for(OfParts::RefreshTokens, token)));
    let token = token.unwrap_or_default();
    if state
        .policy
        .management
        .fault
        .is(ManagementFault::TokenIntrospected)
        && state.store.has_token_hash(&token)
    {
        return uncached(answer(200, &json!({ "active": true, "client_id": client.id })));
    }
    let known = state.store.token(&token);
    let active = known.filter(|known| known.live && known.expires > now());
    uncached(match active {
        Some(known) => {
            let mut told = json!({
                "active": true,
                "client_id": known.client_id,
                "scope": known.scope,
                "exp": known.expires,
            });
            if let Some(audience) = chosen_audience(&state, &known.client_id) {
                told["aud"] = audience;
            }
            if let Some(key) = state.memory().bound.get(&token) {
                told["cnf"] = json!({ "jkt": key });
            }
            answer(200, &told)
        }
        None => answer(200, &json!({ "active": false })),
    })
}
