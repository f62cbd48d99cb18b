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
use serde_json::json;

use crate::faults::parts::short;
use crate::faults::registration::accepted_only;
use crate::faults::registration::with_token_of_body;
use crate::policy::EndpointFault;
use crate::policy::ManagementFault;
use crate::policy::RegistrationFault;
use crate::server::authorize::PAUSE_OF_MUTANT;
use crate::server::choice::instead;
use crate::server::client::DELETED;
use crate::server::client::same;
use crate::server::registration::information::freed_as;
use crate::server::registration::information::kept_of;
use crate::server::registration::register::read;
use crate::server::registration::register::refusal;
use crate::server::registration::register::unauthorized;
use crate::server::registration::register::uris_of;
use crate::server::registration::shown::show;
use crate::server::registration::update::update;
use crate::server::reply::bounded;
use crate::server::reply::json as answer;
use crate::server::reply::response;
use crate::server::reply::set;
use crate::server::reply::uncached;
use crate::server::state::State;
use crate::server::state::hash;
use crate::server::store::Registered;

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
        return match state.policy.choice.registration.unauthorized.other() {
            true => refusal(
                &state,
                403,
                "invalid_token",
                "the registration access token is not right",
            ),
            false => unauthorized(&state),
        };
    }
    if method != Method::GET
        && let Some(elsewhere) = instead(&state)
    {
        return elsewhere;
    }
    let token = bearer(&headers).unwrap_or_default();
    if client.id.starts_with(GHOST) && method != Method::GET && !rules.delete_token.on() {
        return unauthorized(&state);
    }
    let done = match method {
        Method::GET if rules.fault.is(ManagementFault::ReadAccepted) => {
            accepted_only(show(&state, &client, token))
        }
        Method::POST | Method::PATCH if rules.fault.is(ManagementFault::AnyMethodReads) => {
            show(&state, &client, token)
        }
        Method::GET => show(&state, &client, token),
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
                    if !rules.token_taken_at_once.on() {
                        tokio::time::sleep(PAUSE_OF_MUTANT).await;
                    }
                    update(&state, client, &body, token)
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
    if let Some(token) = bearer(headers) {
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
    let Some(token) = bearer(headers) else {
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

/// The token of a request.
fn bearer(headers: &HeaderMap) -> Option<&str> {
    let value = headers.get(header::AUTHORIZATION)?.to_str().ok()?;
    value.strip_prefix("Bearer ")
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
