//! Registration management (RFC 7592).

use std::sync::Arc;

use axum::body::Body;
use axum::extract::Path;
use axum::extract::RawQuery;
use axum::extract::State as Shared;
use axum::http::HeaderMap;
use axum::http::Method;
use axum::http::header;
use axum::response::Response;
use serde_json::Map;
use serde_json::Value;
use serde_json::json;

use super::client::DELETED;
use super::client::Method as AuthMethod;
use super::client::same;
use super::information::freed_as;
use super::information::information;
use super::information::kept_of;
use super::information::new_secret;
use super::information::token_of_parts;
use super::odd::accepted_only;
use super::odd::traced;
use super::odd::updated;
use super::odd::with_token_of_body;
use super::parts::short;
use super::register::read;
use super::register::refusal;
use super::register::refused_as;
use super::register::uris_of;
use super::registration::accepted;
use super::registration::method_of;
use super::registration::unchecked;
use super::reply::bounded;
use super::reply::json as answer;
use super::reply::response;
use super::reply::set;
use super::reply::uncached;
use super::state::State;
use super::state::hash;
use super::statement::heard;
use super::store::Registered;
use crate::policy::EndpointFault;
use crate::policy::ManagementFault;
use crate::policy::RegistrationFault;

/// Members that an update must not hold (RFC 7592 section 2.2).
const FORBIDDEN: [&str; 4] = [
    "registration_access_token",
    "registration_client_uri",
    "client_secret_expires_at",
    "client_id_issued_at",
];
/// The id under which a deleted client's registration token is remembered by the mutant that forgets to end it.
const GHOST: &str = "deleted:";

/// Reads, replaces or deletes a registration.
pub(crate) async fn manage(
    Shared(state): Shared<Arc<State>>,
    Path(path): Path<String>,
    RawQuery(query): RawQuery,
    method: Method,
    mut headers: HeaderMap,
    body: Body,
) -> Response {
    let rules = &state.policy.management;
    let id = if state.policy.registration.ids.on() {
        path
    } else {
        format!("https://clients.example.com/{path}")
    };
    if rules.fault.is(ManagementFault::TokenInQuery)
        && let Some(token) = query
            .as_deref()
            .and_then(|query| query.strip_prefix("access_token="))
        && let Ok(value) = format!("Bearer {token}").parse()
    {
        headers.insert(header::AUTHORIZATION, value);
    }
    let body = with_token_of_body(&state, &mut headers, body).await;
    let client = state
        .store
        .client(&id)
        .or_else(|| state.store.client(&format!("{GHOST}{id}")));
    if rules.fault.is(ManagementFault::DocumentClients) && id.starts_with("https://") {
        return answer(200, &json!({ "client_id": id }));
    }
    let Some(client) = client else {
        if rules.fault.is(ManagementFault::AnyPlace) {
            return answer(200, &json!({ "client_id": id }));
        }
        if !state.policy.endpoint.is(EndpointFault::UnknownPlaceKeepsToken) {
            end_token_of(&state, &headers);
        }
        return match rules.unknown_is_unauthorized.on() {
            true => unauthorized(&state),
            false => refusal(&state, 404, "invalid_request", "there is no such client"),
        };
    };
    if !permitted(&state, &client, &headers) {
        return unauthorized(&state);
    }
    if client.id.starts_with(GHOST) && method != Method::GET && !rules.delete_token.on() {
        return unauthorized(&state);
    }
    let done = match method {
        Method::GET if rules.fault.is(ManagementFault::ReadAccepted) => accepted_only(show(&state, &client)),
        Method::POST | Method::PATCH if rules.fault.is(ManagementFault::AnyMethodReads) => {
            show(&state, &client)
        }
        Method::GET => show(&state, &client),
        Method::PUT => match bounded(body, state.largest_registration()).await {
            Some(body) => {
                if let Ok(sent) = read(&state, &body)
                    && rules.fault.is(ManagementFault::UpdateFetchesUris)
                {
                    for uri in uris_of(&sent) {
                        state.documents.look_at("update", &uri).await;
                    }
                }
                if rules.fault.is(ManagementFault::OwnAnswerRefused)
                    && read(&state, &body).is_ok_and(|sent| sent.contains_key("client_secret"))
                {
                    refusal(
                        &state,
                        400,
                        "invalid_client_metadata",
                        "the secret is the server's",
                    )
                } else {
                    update(&state, client, &body)
                }
            }
            None => refusal(&state, 413, "invalid_client_metadata", "the body is too large"),
        },
        Method::DELETE if rules.fault.is(ManagementFault::NoDeletion) => {
            refusal(&state, 501, "invalid_request", "only GET and PUT")
        }
        Method::DELETE => delete(&state, &client),
        _ => {
            let mut refused = refusal(&state, 405, "invalid_request", "only GET, PUT and DELETE");
            set(&mut refused, header::ALLOW, "GET, PUT, DELETE");
            refused
        }
    };
    if rules.no_store.on() {
        uncached(done)
    } else {
        without_storing_rules(done)
    }
}

/// Ends the registration token that asked for a client that does not exist (RFC 7592 section 2.1).
fn end_token_of(state: &State, headers: &HeaderMap) {
    let value = headers
        .get(header::AUTHORIZATION)
        .and_then(|value| value.to_str().ok());
    if let Some(token) = value.and_then(|value| value.strip_prefix("Bearer ")) {
        state.store.end_registration_token(&hash(kept_of(state, token)));
    }
}

fn without_storing_rules(mut answer: Response) -> Response {
    answer.headers_mut().remove(header::CACHE_CONTROL);
    answer.headers_mut().remove(header::PRAGMA);
    answer
}

fn permitted(state: &State, client: &Registered, headers: &HeaderMap) -> bool {
    let rules = &state.policy.management;
    if !rules.token.on() {
        return true;
    }
    let value = headers
        .get(header::AUTHORIZATION)
        .and_then(|value| value.to_str().ok())
        .unwrap_or_default();
    let Some(token) = value.strip_prefix("Bearer ") else {
        return false;
    };
    let says_it_is_its = token.rsplit('.').next() == Some(short(&client.id).as_str());
    let token = hash(kept_of(state, token));
    let is_taken = match rules.fault.among([
        ManagementFault::AccessTokenAccepted,
        ManagementFault::InitialTokenAccepted,
        ManagementFault::SecretAccepted,
        ManagementFault::TokenOfParts,
    ]) {
        Some(ManagementFault::AccessTokenAccepted) => state
            .store
            .token(&token)
            .is_some_and(|known| known.live && known.client_id == client.id),
        Some(ManagementFault::InitialTokenAccepted) => hash(state.initial_tokens.valid()) == token,
        Some(ManagementFault::TokenOfParts) => says_it_is_its && state.store.has_token_hash(&token),
        Some(ManagementFault::SecretAccepted) => client.secret_hash.as_deref() == Some(token.as_str()),
        _ => !rules.token_bound.on() && state.store.has_token_hash(&token),
    };
    client.token_hash.split(' ').any(|known| same(known, &token)) || is_taken
}

fn unauthorized(state: &State) -> Response {
    if state.policy.management.fault.is(ManagementFault::ForbiddenIs404) {
        return refusal(state, 404, "invalid_request", "there is no such client");
    }
    let mut refused = refusal(
        state,
        401,
        "invalid_token",
        "the registration access token is missing or wrong",
    );
    set(
        &mut refused,
        header::WWW_AUTHENTICATE,
        "Bearer error=\"invalid_token\"",
    );
    refused
}

fn show(state: &State, client: &Registered) -> Response {
    shown(state, client, None, None)
}

/// The client information response, with the secret and the token that are new.
fn shown(state: &State, client: &Registered, secret: Option<String>, token: Option<String>) -> Response {
    let mut told = client.metadata.clone();
    if !state.policy.management.read_all.on() {
        told.retain(|name, _| name == "client_name");
    }
    if state.policy.management.fault.is(ManagementFault::ReadForgetsName) {
        told.remove("client_name");
    }
    if let Some(token) = token {
        told.insert("registration_access_token".to_owned(), json!(token));
    }
    let mut body = information(state, client, told, secret);
    if state.policy.management.fault.is(ManagementFault::NoClientId) {
        body.as_object_mut().map(|members| members.remove("client_id"));
    }
    answer(200, &body)
}

fn update(state: &State, client: Registered, body: &[u8]) -> Response {
    let rules = &state.policy.management;
    let refuse = |description: &str| refusal(state, 400, "invalid_client_metadata", description);
    let sent = match read(state, body) {
        Ok(sent) => sent,
        Err(refused) => return *refused,
    };
    let client = updated(state, client, &sent);
    if rules.matching_client_id.on()
        && !rules.fault.is(ManagementFault::UpdateTakesClientId)
        && sent.get("client_id") != Some(&json!(client.id))
    {
        return refuse("`client_id` is missing or another's");
    }
    if rules.forbidden_members.on()
        && !rules.fault.is(ManagementFault::ServerMembersTaken)
        && let Some(name) = FORBIDDEN.iter().find(|name| sent.contains_key(**name))
    {
        return refuse(&format!("`{name}` cannot be set"));
    }
    let mut secret_hash = client.secret_hash.clone();
    if let Some(secret) = sent.get("client_secret") {
        let chosen = hash(secret.as_str().unwrap_or_default());
        let matches = secret_hash.as_deref().is_some_and(|known| same(known, &chosen));
        if !matches && rules.chosen_secret.on() {
            return refuse("`client_secret` is another than the current one");
        }
        secret_hash = secret_hash.map(|_| chosen);
    }
    let mut metadata = if rules.validate.on() {
        let heard = heard(state, sent.clone());
        match heard.and_then(|heard| accepted(&state.policy.registration, &heard)) {
            Ok(metadata) => metadata,
            Err(refused) => {
                if rules.fault.is(ManagementFault::RefusedYetMade) {
                    let metadata = unchecked(&sent);
                    let _ = state.store.put_client(&Registered { metadata, ..client });
                }
                if rules.fault.is(ManagementFault::ErrorsTraced) && refused.1.contains("is no string") {
                    return traced(400);
                }
                return refused_as(state, refused);
            }
        }
    } else {
        unchecked(&sent)
    };
    if !rules.replace.on() {
        for (name, value) in &client.metadata {
            metadata.entry(name.clone()).or_insert(value.clone());
        }
    }
    if rules.fault.is(ManagementFault::UpdateForgetsRedirectUris) {
        metadata.insert("redirect_uris".to_owned(), json!([]));
    }
    let before = client.clone();
    let secret = fitting_secret(state, &metadata, &mut secret_hash);
    let (token, token_hash) = next_token(state, &client, &sent);
    let mut client = Registered {
        metadata,
        secret_hash,
        token_hash,
        ..client
    };
    if rules.fault.is(ManagementFault::UpdateNotKept) {
        return show(state, &client);
    }
    if state.store.put_client(&client).is_err() {
        return refusal(state, 500, "server_error", "the client could not be stored");
    }
    let token = Some(token);
    match rules.fault.among([
        ManagementFault::UpdateAccepted,
        ManagementFault::UpdateTellsOld,
        ManagementFault::UpdateTakesClientId,
    ]) {
        Some(ManagementFault::UpdateAccepted) => accepted_only(shown(state, &client, secret, token)),
        Some(ManagementFault::UpdateTellsOld) => shown(state, &before, secret, token),
        Some(ManagementFault::UpdateTakesClientId) => {
            if let Some(chosen) = sent.get("client_id").and_then(Value::as_str) {
                chosen.clone_into(&mut client.id);
            }
            shown(state, &client, secret, token)
        }
        _ => shown(state, &client, secret, token),
    }
}

/// A secret for a client that has become confidential; that of one that has become public is forgotten.
fn fitting_secret(
    state: &State,
    metadata: &Map<String, Value>,
    secret_hash: &mut Option<String>,
) -> Option<String> {
    let method = metadata.get("token_endpoint_auth_method").and_then(method_of);
    let fault = &state.policy.management.fault;
    match method {
        Some(AuthMethod::SecretBasic | AuthMethod::SecretPost)
            if secret_hash.is_none() && !fault.is(ManagementFault::NoSecretLater) =>
        {
            let secret = new_secret(state, &Map::new());
            *secret_hash = Some(hash(&secret));
            Some(secret)
        }
        Some(AuthMethod::None) if fault.is(ManagementFault::SecretKept) => Some(state.random()),
        Some(AuthMethod::None | AuthMethod::PrivateKeyJwt) => {
            *secret_hash = None;
            None
        }
        _ => None,
    }
}

/// The registration token after an update, and what is kept of it: each update replaces it.
fn next_token(state: &State, client: &Registered, sent: &Map<String, Value>) -> (String, String) {
    let chosen = sent.get("registration_access_token").and_then(Value::as_str);
    let fault = state.policy.management.fault.among([
        ManagementFault::ServerMembersTaken,
        ManagementFault::NewTokenDead,
        ManagementFault::FormerTokenAccepted,
    ]);
    match (fault, chosen) {
        (Some(ManagementFault::ServerMembersTaken), Some(chosen)) => (chosen.to_owned(), hash(chosen)),
        (Some(ManagementFault::NewTokenDead), _) => (state.random(), client.token_hash.clone()),
        (Some(ManagementFault::FormerTokenAccepted), _) => {
            let token = state.random();
            let both = format!("{} {}", hash(&token), client.token_hash);
            (token, both)
        }
        _ => {
            let token = token_of_parts(state, &client.id, state.random());
            let kept = hash(kept_of(state, &token));
            (token, kept)
        }
    }
}

fn delete(state: &State, client: &Registered) -> Response {
    let rules = &state.policy.management;
    if rules.delete_client.on() {
        state.store.delete_client(&client.id);
        if state.policy.registration.fault.is(RegistrationFault::IdsAgain) {
            let of = freed_as(&client.metadata);
            state.memory().freed.insert(of, client.id.clone());
        }
    }
    if rules.fault.is(ManagementFault::DeletesAlike) {
        state.store.delete_clients_like(client);
    }
    if rules.fault.is(ManagementFault::DeleteKeepsAccessTokens) {
        state.store.delete_grants_but_access(&client.id);
    } else if rules.delete_grants.on() {
        state.store.delete_grants(&client.id);
    } else {
        let kept = Registered {
            id: format!("{DELETED}{}", client.id),
            ..client.clone()
        };
        let _ = state.store.put_client(&kept);
    }
    if !rules.delete_token.on() {
        let ghost = Registered {
            id: format!("{GHOST}{}", client.id),
            ..client.clone()
        };
        let _ = state.store.put_client(&ghost);
    }
    match rules.delete_no_content.on() {
        true => response(204, "application/json", String::new()),
        false => answer(200, &json!({ "deleted": true })),
    }
}
