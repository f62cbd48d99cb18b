//! What mutants ask of a registration and of its management beside the rules.

use axum::body::Body;
use axum::http::HeaderMap;
use axum::http::StatusCode;
use axum::http::header;
use axum::response::Response;
use serde_json::Map;
use serde_json::Value;

use crate::cimd::looks_like_url;
use crate::policy::EndpointFault;
use crate::policy::ManagementFault;
use crate::policy::RegistrationFault;
use crate::server::client::basic;
use crate::server::reply::Parameters;
use crate::server::reply::bounded;
use crate::server::reply::parameter;
use crate::server::reply::parameters;
use crate::server::reply::response;
use crate::server::reply::set;
use crate::server::state::LARGEST_REGISTRATION;
use crate::server::state::State;
use crate::server::state::hash;
use crate::server::store::Registered;

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

/// An answer of the token endpoint as a mutant tells it: as a page, and an error by a redirect or not at all.
pub(crate) async fn odd_answer(state: &State, headers: &HeaderMap, answer: Response) -> Response {
    if !answer.status().is_client_error() {
        return match state.policy.endpoint.is(EndpointFault::TokenPages) && takes_pages(headers) {
            true => {
                let body = bounded(answer.into_body(), LARGEST_REGISTRATION).await;
                let body = String::from_utf8_lossy(&body.unwrap_or_default()).into_owned();
                response(200, "text/html", body)
            }
            false => answer,
        };
    }
    // Whoever tried to authenticate is challenged as by others.
    let is_of_nobody =
        answer.status() == StatusCode::UNAUTHORIZED && !headers.contains_key(header::AUTHORIZATION);
    let fault = state.policy.endpoint.among([
        EndpointFault::ErrorPages,
        EndpointFault::ErrorsEmpty,
        EndpointFault::ErrorsRedirect,
    ]);
    match fault {
        Some(EndpointFault::ErrorPages) if takes_pages(headers) => error_page(answer.status().as_u16()),
        Some(EndpointFault::ErrorsEmpty) if is_of_nobody => response(401, "text/plain", String::new()),
        Some(EndpointFault::ErrorsRedirect) if is_of_nobody => {
            let mut sent_away = response(302, "text/plain", String::new());
            set(&mut sent_away, header::LOCATION, &state.url("/"));
            sent_away
        }
        _ => answer,
    }
}

/// Whether whoever asks takes pages before anything else.
pub(crate) fn takes_pages(headers: &HeaderMap) -> bool {
    let accept = headers.get(header::ACCEPT).and_then(|value| value.to_str().ok());
    accept.is_some_and(|accept| accept.trim_start().starts_with("text/html"))
}

/// An error as a page.
pub(crate) fn error_page(status: u16) -> Response {
    response(
        status,
        "text/html",
        "<h1>Something was wrong with this request</h1>".to_owned(),
    )
}

/// An error that shows where it came to be: the deviation of a mutant.
pub(crate) fn with_trace(
    state: &State,
    headers: &HeaderMap,
    sent: &Parameters,
    answer: Response,
) -> Response {
    let is_unnamed = parameter(sent, "client_id").is_none() && !headers.contains_key(header::AUTHORIZATION);
    match is_unnamed && state.policy.endpoint.is(EndpointFault::ErrorsTraced) {
        true => traced(400),
        false => answer,
    }
}

/// What a framework shows in development.
pub(crate) fn traced(status: u16) -> Response {
    let shown = "SyntaxError: unexpected token\n    at parse (/srv/as/node_modules/body/lib/json.js:92:19)\n";
    response(status, "text/plain", shown.to_owned())
}

/// The client of a code that somebody redeems whom nobody knows: what a mutant believes.
pub(crate) fn code_of_unknown(state: &State, sent: &Parameters) -> Option<String> {
    if !state.policy.endpoint.is(EndpointFault::UnknownRedeems) {
        return None;
    }
    let id = parameter(sent, "client_id").filter(|id| !looks_like_url(id))?;
    let code = parameter(sent, "code").and_then(|code| state.store.code(&hash(code)))?;
    state.store.client(id).is_none().then_some(code.request.client_id)
}

/// The answer of a mutant that has not done yet what it was asked for.
pub(crate) fn accepted_only(mut answer: Response) -> Response {
    *answer.status_mut() = StatusCode::ACCEPTED;
    answer
}
