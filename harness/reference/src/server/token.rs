//! The token endpoint, revocation (RFC 7009) and introspection (RFC 7662).

use std::sync::Arc;

use axum::body::Bytes;
use axum::extract::State as Shared;
use axum::http::HeaderMap;
use axum::response::Response;
use base64::Engine;
use base64::engine::general_purpose::URL_SAFE_NO_PAD;
use serde_json::json;
use sha2::Digest;
use sha2::Sha256;

use super::client::Client;
use super::client::Method;
use super::client::same;
use super::reply::Parameters;
use super::reply::error;
use super::reply::invalid_client;
use super::reply::json as answer;
use super::reply::parameter;
use super::reply::parameters;
use super::reply::uncached;
use super::state::State;
use super::state::hash;
use super::state::now;
use super::store::Token;

const ACCESS_SECONDS: u64 = 3600;
const REFRESH_SECONDS: u64 = 30 * 24 * 3600;
const VERIFIER: std::ops::RangeInclusive<usize> = 43..=128;

/// Takes token requests.
pub(crate) async fn exchange(Shared(state): Shared<Arc<State>>, headers: HeaderMap, body: Bytes) -> Response {
    let sent = parameters(&body);
    let client = match state.authenticated(&headers, &sent).await {
        Ok(client) => client,
        Err(reason) => return invalid_client(&headers, &reason),
    };
    let service = &state.policy.service;
    let is_served = match client.method {
        Method::None => service.public_clients.on(),
        Method::PrivateKeyJwt => service.key_clients.on(),
        Method::SecretBasic | Method::SecretPost => true,
    };
    if !is_served {
        return error(400, "unauthorized_client", "such clients are not served here");
    }
    match parameter(&sent, "grant_type") {
        Some("authorization_code") => redeem(&state, &client, &sent),
        Some("refresh_token") if !service.refresh.on() => {
            error(400, "invalid_grant", "the token has expired")
        }
        Some("refresh_token") => refresh(&state, &client, &sent),
        Some(_) => error(
            400,
            "unsupported_grant_type",
            "only authorization_code and refresh_token are supported",
        ),
        None => error(400, "invalid_request", "`grant_type` is missing"),
    }
}

fn redeem(state: &State, client: &Client, sent: &Parameters) -> Response {
    let refuse = |reason: &str| error(400, "invalid_grant", reason);
    let rules = &state.policy.token;
    let Some(code) = parameter(sent, "code") else {
        return error(400, "invalid_request", "`code` is missing");
    };
    let Some(known) = state.store.take_code(&hash(code)) else {
        return refuse("the code is unknown");
    };
    if known.used && rules.code_once.on() {
        if rules.code_reuse_revokes.on() {
            state.store.end_family(&known.family);
        }
        return refuse("the code was used before");
    }
    let request = &known.request;
    if known.expires <= now() {
        return refuse("the code has expired");
    }
    if request.client_id != client.id && rules.code_bound_to_client.on() {
        return refuse("the code is another client's");
    }
    if parameter(sent, "redirect_uri").is_some_and(|uri| uri != request.redirect_uri)
        && rules.code_bound_to_redirect_uri.on()
    {
        return refuse("the redirect URI is another than in the authorization request");
    }
    let verifier = parameter(sent, "code_verifier");
    if rules.verifier.on() && !verified(request.challenge.as_ref(), verifier) {
        return refuse("the code verifier is missing or wrong");
    }
    grant(state, &client.id, &known.family, request.scope.as_deref(), true)
}

fn verified(challenge: Option<&(String, String)>, verifier: Option<&str>) -> bool {
    match (challenge, verifier) {
        (None, None) => true,
        (Some((challenge, method)), Some(verifier)) if VERIFIER.contains(&verifier.len()) => {
            match method.as_str() {
                "S256" => same(challenge, &URL_SAFE_NO_PAD.encode(Sha256::digest(verifier))),
                _ => same(challenge, verifier),
            }
        }
        _ => false,
    }
}

fn refresh(state: &State, client: &Client, sent: &Parameters) -> Response {
    let refuse = |reason: &str| error(400, "invalid_grant", reason);
    let rules = &state.policy.token;
    let Some(token) = parameter(sent, "refresh_token") else {
        return error(400, "invalid_request", "`refresh_token` is missing");
    };
    let hashed = hash(token);
    let Some(known) = state.store.token(&hashed).filter(|known| known.kind == "refresh") else {
        return refuse("the refresh token is unknown");
    };
    if known.client_id != client.id && rules.refresh_bound_to_client.on() {
        return refuse("the refresh token is another client's");
    }
    if !known.live || known.expires <= now() {
        if rules.refresh_reuse_revokes.on() {
            state.store.end_family(&known.family);
        }
        return refuse("the refresh token is no longer valid");
    }
    if rules.refresh_rotates.on() {
        state.store.end_token(&hashed);
    }
    grant(
        state,
        &client.id,
        &known.family,
        known.scope.as_deref(),
        rules.refresh_rotates.on(),
    )
}

/// Gives tokens; a refresh token too where it is new.
fn grant(state: &State, client_id: &str, family: &str, scope: Option<&str>, with_refresh: bool) -> Response {
    let mut body = json!({ "token_type": "Bearer", "expires_in": ACCESS_SECONDS });
    let mut kinds = vec![("access", "access_token", ACCESS_SECONDS)];
    if with_refresh {
        kinds.push(("refresh", "refresh_token", REFRESH_SECONDS));
    }
    for (kind, member, lifetime) in kinds {
        let token = state.random();
        let kept = Token {
            client_id: client_id.to_owned(),
            family: family.to_owned(),
            kind: kind.to_owned(),
            scope: scope.map(str::to_owned),
            expires: now() + lifetime,
            live: true,
        };
        if state.store.put_token(&hash(&token), &kept).is_err() {
            return error(500, "server_error", "the token could not be stored");
        }
        body[member] = json!(token);
    }
    if let Some(scope) = scope {
        body["scope"] = json!(scope);
    }
    let granted = answer(200, &body);
    if state.policy.token.no_store.on() {
        uncached(granted)
    } else {
        granted
    }
}

/// Ends a token and its family.
pub(crate) async fn revoke(Shared(state): Shared<Arc<State>>, headers: HeaderMap, body: Bytes) -> Response {
    let sent = parameters(&body);
    let client = match state.authenticated(&headers, &sent).await {
        Ok(client) => client,
        Err(reason) => return invalid_client(&headers, &reason),
    };
    let Some(token) = parameter(&sent, "token") else {
        return error(400, "invalid_request", "`token` is missing");
    };
    if let Some(known) = state
        .store
        .token(&hash(token))
        .filter(|known| known.client_id == client.id)
    {
        state.store.end_family(&known.family);
    }
    uncached(answer(200, &json!({})))
}

/// Says what a token is, to the client that it was given to.
pub(crate) async fn introspect(
    Shared(state): Shared<Arc<State>>,
    headers: HeaderMap,
    body: Bytes,
) -> Response {
    let sent = parameters(&body);
    let client = match state.authenticated(&headers, &sent).await {
        Ok(client) => client,
        Err(reason) => return invalid_client(&headers, &reason),
    };
    let known = parameter(&sent, "token").and_then(|token| state.store.token(&hash(token)));
    let active = known.filter(|known| known.live && known.expires > now() && known.client_id == client.id);
    uncached(match active {
        Some(token) => answer(
            200,
            &json!({ "active": true, "client_id": token.client_id, "scope": token.scope, "exp": token.expires }),
        ),
        None => answer(200, &json!({ "active": false })),
    })
}
