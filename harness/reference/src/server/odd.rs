//! What mutants ask of a registration and of its management beside the rules.

use axum::body::Body;
use axum::http::HeaderMap;
use axum::http::StatusCode;
use axum::http::header;
use axum::response::Response;
use serde_json::Map;
use serde_json::Value;

use super::client::basic;
use super::reply::bounded;
use super::reply::parameter;
use super::reply::parameters;
use super::state::LARGEST_REGISTRATION;
use super::state::State;
use super::store::Registered;
use crate::policy::ManagementFault;
use crate::policy::RegistrationFault;

/// Whether a redirect URI of a registration stood in a body that could not be read before.
pub(crate) fn blocked(state: &State, sent: &Map<String, Value>) -> bool {
    let uris = sent.get("redirect_uris").and_then(Value::as_array);
    let first = uris.and_then(|uris| uris.first()?.as_str());
    let faults = [RegistrationFault::DiesOfJson, RegistrationFault::DiesOfSize];
    state.policy.registration.fault.among(faults).is_some()
        && first.is_some_and(|uri| {
            let memory = state.memory();
            let mut bodies = memory.unreadable.iter();
            bodies.any(|body| String::from_utf8_lossy(body).contains(uri))
        })
}

/// Whether a body is too large for a mutant that remembers what was in it.
pub(crate) fn is_held_against(state: &State, body: &[u8]) -> bool {
    let is_held = body.len() > LARGEST_REGISTRATION
        && state.policy.registration.fault.is(RegistrationFault::DiesOfSize);
    if is_held {
        state.memory().unreadable.push(body.to_vec());
    }
    is_held
}

/// The client that an update is about: that of the place, or for a mutant that of the body.
pub(crate) fn updated(state: &State, client: Registered, sent: &Map<String, Value>) -> Registered {
    let named = sent.get("client_id").and_then(Value::as_str);
    match named {
        Some(named) if state.policy.management.fault.is(ManagementFault::BodyNamesClient) => {
            state.store.client(named).unwrap_or(client)
        }
        _ => client,
    }
}

/// The body again, and its token among the header fields: where a mutant takes it from.
pub(crate) async fn with_token_of_body(state: &State, headers: &mut HeaderMap, body: Body) -> Body {
    if !state.policy.management.fault.is(ManagementFault::TokenInBody) {
        return body;
    }
    let Some(bytes) = bounded(body, state.largest_registration()).await else {
        return Body::empty();
    };
    let json: Option<Value> = serde_json::from_slice(&bytes).ok();
    let form = parameters(&bytes);
    let token = json
        .as_ref()
        .and_then(|members| members.get("access_token")?.as_str())
        .or_else(|| parameter(&form, "access_token"));
    if let Some(Ok(value)) = token.map(|token| format!("Bearer {token}").parse()) {
        headers.insert(header::AUTHORIZATION, value);
    }
    Body::from(bytes)
}

/// Whether the mutant tells that the client of a request does not exist.
pub(crate) fn tells_unknown(state: &State, headers: &HeaderMap) -> bool {
    state.policy.management.fault.is(ManagementFault::TellsUnknown)
        && basic(headers).is_some_and(|(id, _)| state.store.client(&id).is_none())
}

/// The answer of a mutant that has not done yet what it was asked for.
pub(crate) fn accepted_only(mut answer: Response) -> Response {
    *answer.status_mut() = StatusCode::ACCEPTED;
    answer
}
