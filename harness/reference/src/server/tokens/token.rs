//! The token endpoint.

use std::sync::Arc;

use axum::body::Bytes;
use axum::extract::State as Shared;
use axum::http::HeaderMap;
use axum::http::header::AUTHORIZATION;
use axum::response::Response;
use serde_json::json;

use crate::cimd::KeySource;
use crate::cimd::looks_like_url;
use crate::faults::provisioned::chosen_lifetime;
use crate::faults::registration::code_of_unknown;
use crate::faults::registration::odd_answer;
use crate::faults::registration::tells_unknown;
use crate::faults::registration::with_trace;
use crate::policy::Check;
use crate::policy::EndpointFault;
use crate::policy::LogFault;
use crate::policy::OfParts;
use crate::server::authorize::PAUSE_OF_MUTANT;
use crate::server::authorize::repeated;
use crate::server::choice::has_grant;
use crate::server::choice::is_refreshed;
use crate::server::client::Client;
use crate::server::client::Method;
use crate::server::reply::Parameters;
use crate::server::reply::all;
use crate::server::reply::error;
use crate::server::reply::invalid_client;
use crate::server::reply::json as answer;
use crate::server::reply::parameter;
use crate::server::reply::parameters;
use crate::server::reply::uncached;
use crate::server::state::State;
use crate::server::state::hash;
use crate::server::state::now;
use crate::server::store::Token;
use crate::server::tokens::bound::is_of;
use crate::server::tokens::bound::verified;
use crate::server::tokens::proven::is_of_key;
use crate::server::tokens::proven::proven;
use crate::server::tokens::proven::unproven;

const ACCESS_SECONDS: u64 = 3600;
const ACCESS_SECONDS_OF_MUTANT: u64 = 7 * 24 * 3600;
const REFRESH_SECONDS: u64 = 30 * 24 * 3600;

/// Takes token requests.
pub(crate) async fn exchange(Shared(state): Shared<Arc<State>>, headers: HeaderMap, body: Bytes) -> Response {
    let answered = answered(&state, &headers, body).await;
    odd_answer(&state, &headers, answered).await
}

async fn answered(state: &Arc<State>, headers: &HeaderMap, body: Bytes) -> Response {
    let mut sent = parameters(&body);
    if let Some(name) = repeated(&sent, Check::Enforce)
        && !state.policy.endpoint.is(EndpointFault::RepeatedTaken)
    {
        return error(
            400,
            "invalid_request",
            &format!("the parameter `{name}` comes twice"),
        );
    }
    if !state.policy.token.gone_clients.on()
        && let Some(id) = parameter(&sent, "client_id").filter(|id| looks_like_url(id))
        && state.client(id).await.is_err()
    {
        return error(500, "server_error", "the client is gone");
    }
    let is_unnamed = parameter(&sent, "client_id").is_none() && !headers.contains_key(AUTHORIZATION);
    if is_unnamed
        && !state.policy.token.client_named.on()
        && let Some(known) = parameter(&sent, "code").and_then(|code| state.store.code(&hash(code)))
    {
        sent.push(("client_id".to_owned(), known.request.client_id));
    }
    if let Some(id) = code_of_unknown(state, &sent) {
        sent.retain(|(name, _)| name != "client_id");
        sent.push(("client_id".to_owned(), id));
    }
    let client = match state.authenticated(headers, &sent).await {
        Ok(client) => client,
        Err(reason) if tells_unknown(state, headers) => {
            return error(400, "invalid_request", &reason);
        }
        Err(reason) if state.policy.endpoint.is(EndpointFault::Unchallenged) => {
            return error(400, "invalid_client", &reason);
        }
        Err(reason) => return with_trace(state, headers, &sent, invalid_client(headers, &reason)),
    };
    let service = &state.policy.service;
    let is_served = match client.method {
        Method::None => {
            let is_strange = || !client.usual && state.policy.endpoint.is(EndpointFault::TokenWantsUsual);
            service.public_clients.on() && !is_strange()
        }
        Method::PrivateKeyJwt => service.key_clients.on(),
        Method::SecretBasic | Method::SecretPost => service.secret_clients.on(),
        Method::Unsupported => true,
    };
    if !is_served {
        return error(400, "unauthorized_client", "such clients are not served here");
    }
    let key = match proven(state, headers, "/token") {
        Ok(key) => key,
        Err(reason) => return unproven(reason),
    };
    let key = key.as_deref();
    match parameter(&sent, "grant_type") {
        Some("authorization_code") => redeem(state, &client, &sent, key).await,
        Some("refresh_token") if !has_grant(&state.policy, "refresh_token") => {
            error(400, "unsupported_grant_type", "there are no refresh tokens here")
        }
        Some("refresh_token") if !service.refresh.on() => {
            error(400, "invalid_grant", "the token has expired")
        }
        Some("refresh_token") => refresh(state, &client, &sent, key).await,
        Some("client_credentials") => credentials(state, &client, &sent, key),
        Some("password") if !state.policy.token.passwords_give_nothing.on() => {
            grant(state, &client, &state.random(), None, (Refresh::None, key))
        }
        // No password is ever right: that one is looked at is the deviation.
        Some("password") if !state.policy.token.no_password.on() => {
            error(400, "invalid_grant", "the user name or the password is wrong")
        }
        Some(_) => error(
            400,
            "unsupported_grant_type",
            "only authorization_code, client_credentials and refresh_token are supported",
        ),
        None => error(400, "invalid_request", "`grant_type` is missing"),
    }
}

/// Tokens for the client itself (RFC 6749 section 4.4): for those only that authenticate.
fn credentials(state: &State, client: &Client, sent: &Parameters, key: Option<&str>) -> Response {
    if client.method == Method::None && state.policy.token.credentials_authenticated.on() {
        return error(400, "unauthorized_client", "the client does not authenticate");
    }
    let token = &state.policy.token;
    let is_held = token.registered_grants.on() && state.policy.document.grant_types.on();
    if !client.may_use("client_credentials") && client.method != Method::None && is_held {
        return error(400, "unauthorized_client", "the client does not use this grant");
    }
    let scope = parameter(sent, "scope");
    grant(state, client, &state.random(), scope, (Refresh::None, key))
}

async fn redeem(state: &State, client: &Client, sent: &Parameters, key: Option<&str>) -> Response {
    let refuse = |reason: &str| error(400, "invalid_grant", reason);
    let rules = &state.policy.token;
    let Some(code) = parameter(sent, "code") else {
        return error(400, "invalid_request", "`code` is missing");
    };
    let hashed = hash(state.looked_for(OfParts::Codes, code));
    let found = match rules.code_taken_at_once.on() {
        true => state.store.take_code(&hashed),
        false => {
            let found = state.store.code(&hashed);
            tokio::time::sleep(PAUSE_OF_MUTANT).await;
            state.store.take_code(&hashed).and(found)
        }
    };
    let Some(known) = found else {
        return refuse("the code is unknown");
    };
    if known.used && rules.code_once.on() {
        // Whoever has the code and not the verifier does not end what the client was given (OAuth 2.1 section 7.5.3).
        let is_its_own = known.request.client_id == client.id
            && verified(
                *rules.challenge_method_kept,
                known.request.challenge.as_ref(),
                parameter(sent, "code_verifier"),
            );
        let counts = is_its_own || state.policy.endpoint.is(EndpointFault::WrongReplayRevokes);
        if counts && rules.code_reuse_revokes.on() {
            match rules.code_reuse_ends_access.on() {
                true => state.store.end_family(&known.family),
                false => state.store.end_refresh_of(&known.family),
            }
        }
        return refuse("the code was used before");
    }
    let request = &known.request;
    if known.expires <= now() {
        return refuse("the code has expired");
    }
    if key.is_some() && request.key.is_some() && request.key.as_deref() != key {
        return unproven("the code is bound to another key");
    }
    let said = state.says_it_is_of(OfParts::Codes, code, &client.id);
    let is_its = said.unwrap_or_else(|| is_of(&request.client_id, &client.id, *rules.code_bound_exactly));
    let is_bound = rules.code_bound_for_all.on() || client.method == Method::None;
    if !is_its && is_bound && rules.code_bound_to_client.on() {
        return refuse("the code is another client's");
    }
    let is_registered =
        |uri: &str| rules.redirect_uri_as_asked.on() || client.redirect_uris.iter().any(|known| known == uri);
    if parameter(sent, "redirect_uri").is_some_and(|uri| uri != request.redirect_uri || !is_registered(uri))
        && rules.code_bound_to_redirect_uri.on()
    {
        return refuse("the redirect URI is another than in the authorization request");
    }
    let resources = all(sent, "resource");
    let widened = resources
        .iter()
        .any(|resource| !request.resources.contains(resource));
    if widened && !request.resources.is_empty() {
        return error(
            400,
            "invalid_target",
            "the resource is another than in the authorization request",
        );
    }
    let verifier =
        parameter(sent, "code_verifier").filter(|_| request.challenge.is_some() || rules.downgrade.on());
    if !verified(*rules.challenge_method_kept, request.challenge.as_ref(), verifier) && rules.verifier.on() {
        return refuse("the code verifier is missing or wrong");
    }
    let names_it = client.may_use("refresh_token") || !state.policy.document.grant_types.on();
    let refresh = match names_it && is_refreshed(&state.policy, request.scope.as_deref()) {
        true => Refresh::New,
        false => Refresh::None,
    };
    let scope = match request.scope.as_deref() {
        Some(_) if state.policy.endpoint.is(EndpointFault::ScopeDropped) => Some(""),
        scope => scope,
    };
    grant(state, client, &known.family, scope, (refresh, key))
}

async fn refresh(state: &State, client: &Client, sent: &Parameters, key: Option<&str>) -> Response {
    let refuse = |reason: &str| error(400, "invalid_grant", reason);
    let rules = &state.policy.token;
    let Some(token) = parameter(sent, "refresh_token") else {
        return error(400, "invalid_request", "`refresh_token` is missing");
    };
    if matches!(client.keys, Some(KeySource::Uri(_))) && !state.policy.service.linked_keys_renew.on() {
        return refuse("the client has no keys here");
    }
    let hashed = hash(state.looked_for(OfParts::RefreshTokens, token));
    let Some(known) = state.store.token(&hashed).filter(|known| known.kind == "refresh") else {
        return refuse("the refresh token is unknown");
    };
    if !is_of_key(state, client, &hashed, key) {
        return unproven("the refresh token is bound to another key");
    }
    let said = state.says_it_is_of(OfParts::RefreshTokens, token, &client.id);
    let is_its = said.unwrap_or_else(|| is_of(&known.client_id, &client.id, *rules.refresh_bound_exactly));
    let is_bound = rules.refresh_bound_for_all.on() || client.method == Method::None;
    if !is_its && is_bound && rules.refresh_bound_to_client.on() {
        return refuse("the refresh token is another client's");
    }
    let is_weaker = known.authenticated && client.method == Method::None;
    if is_weaker && !state.policy.endpoint.is(EndpointFault::WeakenedRenews) {
        return refuse("the client authenticated when it was given the refresh token");
    }
    let is_live = if !known.live || known.expires <= now() {
        false
    } else if !rules.refresh_rotates.on() || !rules.refresh_is_new.on() {
        true
    } else if rules.refresh_taken_at_once.on() {
        state.store.end_token(&hashed)
    } else {
        tokio::time::sleep(PAUSE_OF_MUTANT).await;
        state.store.end_token(&hashed);
        true
    };
    if !is_live {
        if rules.refresh_reuse_revokes.on() {
            state.store.end_family(&known.family);
        }
        return refuse("the refresh token is no longer valid");
    }
    let kept = match (rules.refresh_rotates.on(), rules.refresh_is_new.on()) {
        (true, true) => Refresh::New,
        (true, false) => Refresh::Again(token),
        (false, _) => Refresh::None,
    };
    let asked = parameter(sent, "scope");
    let scope = match (asked, known.scope.as_deref()) {
        (Some(_), _) if state.policy.endpoint.is(EndpointFault::RefreshWidens) => asked,
        (Some(asked), had) => {
            let had: Vec<&str> = had.unwrap_or_default().split(' ').collect();
            if !asked.split(' ').all(|scope| had.contains(&scope)) {
                return error(400, "invalid_scope", "the scope is wider than what was granted");
            }
            Some(asked)
        }
        (None, had) => had,
    };
    grant(state, client, &known.family, scope, (kept, key))
}

/// The refresh token of an answer.
enum Refresh<'a> {
    /// The one that was used.
    Again(&'a str),
    /// A new one.
    New,
    /// None.
    None,
}

/// Gives tokens; a refresh token too where it is new. They are bound to the key, if there is one.
fn grant(
    state: &State,
    client: &Client,
    family: &str,
    scope: Option<&str>,
    (refresh, key): (Refresh<'_>, Option<&str>),
) -> Response {
    let lifetime = match state.policy.token.short_lived.on() {
        true => ACCESS_SECONDS,
        false => ACCESS_SECONDS_OF_MUTANT,
    };
    let lifetime = chosen_lifetime(state, &client.id).unwrap_or(lifetime);
    let mut body = json!({
        "token_type": if key.is_some() { "DPoP" } else { "Bearer" },
        "expires_in": lifetime,
    });
    let mut kinds = vec![("access", "access_token", lifetime)];
    match refresh {
        Refresh::Again(token) => body["refresh_token"] = json!(token),
        Refresh::New => kinds.push(("refresh", "refresh_token", REFRESH_SECONDS)),
        Refresh::None => {}
    }
    for (kind, member, lifetime) in kinds {
        let token = state.token(kind);
        let (token, looked_for) = match kind {
            "refresh" => state.put_together(OfParts::RefreshTokens, token, &client.id),
            _ => (token.clone(), token),
        };
        let kept = Token {
            client_id: client.id.clone(),
            family: family.to_owned(),
            kind: kind.to_owned(),
            scope: scope.map(str::to_owned),
            expires: now() + lifetime,
            live: true,
            authenticated: client.method != Method::None,
        };
        if state.store.put_token(&hash(&looked_for), &kept).is_err() {
            return error(500, "server_error", "the token could not be stored");
        }
        if let Some(key) = key {
            state.memory().bound.insert(hash(&looked_for), key.to_owned());
        }
        body[member] = json!(token);
    }
    if let Some(scope) = scope.filter(|_| state.policy.token.scope_told.on()) {
        body["scope"] = json!(scope);
    }
    state.note("tokens were given", LogFault::Tokens, &body.to_string());
    let granted = answer(200, &body);
    if state.policy.token.no_store.on() {
        uncached(granted)
    } else {
        granted
    }
}
