//! Answers: JSON, pages, redirects, and the parameters that came with a request.

use std::sync::Arc;

use axum::body::Body;
use axum::body::Bytes;
use axum::extract::State as Shared;
use axum::http::HeaderMap;
use axum::http::StatusCode;
use axum::http::header;
use axum::response::Response;
use http_body_util::BodyExt;
use serde_json::Value;
use serde_json::json;

use crate::server::choice::instead;
use crate::server::state::State;

/// Request parameters, in order, repeated ones too.
pub(crate) type Parameters = Vec<(String, String)>;

/// Reads `application/x-www-form-urlencoded` text.
pub(crate) fn parameters(text: &[u8]) -> Parameters {
    url::form_urlencoded::parse(text).into_owned().collect()
}

/// The first value of a parameter; an empty one counts as left out.
pub(crate) fn parameter<'a>(parameters: &'a Parameters, name: &str) -> Option<&'a str> {
    let value = parameters
        .iter()
        .find(|(known, _)| known == name)
        .map(|(_, value)| value.as_str());
    value.filter(|value| !value.is_empty())
}

/// All values of a parameter.
pub(crate) fn all(parameters: &Parameters, name: &str) -> Vec<String> {
    let named = parameters.iter().filter(|(known, _)| known == name);
    named.map(|(_, value)| value.clone()).collect()
}

/// A response of these parts.
pub(crate) fn response(status: u16, media: &str, body: String) -> Response {
    let mut response = Response::new(Body::from(body));
    *response.status_mut() = StatusCode::from_u16(status).unwrap_or(StatusCode::INTERNAL_SERVER_ERROR);
    set(&mut response, header::CONTENT_TYPE, media);
    set(&mut response, header::X_CONTENT_TYPE_OPTIONS, "nosniff");
    response
}

/// Sets a header field; a value that cannot be one is left out.
pub(crate) fn set(response: &mut Response, name: header::HeaderName, value: &str) {
    if let Ok(value) = header::HeaderValue::from_str(value) {
        response.headers_mut().insert(name, value);
    }
}

/// A JSON answer.
pub(crate) fn json(status: u16, value: &Value) -> Response {
    response(status, "application/json", value.to_string())
}

/// Forbids storing the answer.
pub(crate) fn uncached(mut response: Response) -> Response {
    set(&mut response, header::CACHE_CONTROL, "no-store");
    set(&mut response, header::PRAGMA, "no-cache");
    response
}

/// An OAuth error as JSON.
pub(crate) fn error(status: u16, code: &str, description: &str) -> Response {
    uncached(json(
        status,
        &json!({ "error": code, "error_description": description }),
    ))
}

/// `invalid_client`, with a challenge where HTTP authentication was tried.
pub(crate) fn invalid_client(headers: &HeaderMap, description: &str) -> Response {
    let mut answer = error(401, "invalid_client", description);
    if headers.contains_key(header::AUTHORIZATION) {
        set(&mut answer, header::WWW_AUTHENTICATE, "Basic realm=\"token\"");
    }
    answer
}

/// A redirect of the user agent after a form or at the end.
pub(crate) fn see_other(to: &str) -> Response {
    let mut answer = uncached(response(303, "text/plain", String::new()));
    set(&mut answer, header::LOCATION, to);
    set(&mut answer, header::REFERRER_POLICY, "no-referrer");
    answer
}

/// The answer for a path that is not there.
pub(crate) async fn not_found(Shared(state): Shared<Arc<State>>) -> Response {
    instead(&state).unwrap_or_else(nothing_here)
}

pub(crate) fn nothing_here() -> Response {
    json(404, &json!({ "error": "not_found" }))
}

/// The value of a cookie.
pub(crate) fn cookie<'a>(headers: &'a HeaderMap, name: &str) -> Option<&'a str> {
    headers
        .get_all(header::COOKIE)
        .iter()
        .filter_map(|value| value.to_str().ok())
        .flat_map(|line| line.split(';'))
        .find_map(|pair| pair.trim().strip_prefix(name)?.strip_prefix('='))
}

/// What is read of a body that is too large before it is refused: a client that still sends would not hear the answer.
const MOST_DRAINED: usize = 8 * 1024 * 1024;

/// The body, or `None` when it is larger than the limit.
pub(crate) async fn bounded(mut body: Body, limit: usize) -> Option<Bytes> {
    let (mut kept, mut seen) = (Vec::new(), 0);
    while let Some(frame) = body.frame().await {
        let data = frame.ok()?.into_data().unwrap_or_default();
        seen += data.len();
        if seen <= limit {
            kept.extend_from_slice(&data);
        } else if seen > MOST_DRAINED.max(limit) {
            return None;
        }
    }
    (seen <= limit).then(|| Bytes::from(kept))
}
