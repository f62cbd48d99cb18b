//! Registration of clients and its management, for the manners that have them.
//!
//! All clients are public, whatever they ask for, and redirect URIs that it does not like are left out: both is told.

use std::collections::HashMap;
use std::sync::Arc;
use std::sync::Mutex;
use std::sync::PoisonError;

use axum::Json;
use axum::extract::Path;
use axum::extract::State;
use axum::http::HeaderMap;
use axum::http::Method;
use axum::http::StatusCode;
use axum::http::header::AUTHORIZATION;
use axum::http::header::CONTENT_TYPE;
use axum::response::IntoResponse;
use axum::response::Response;
use serde_json::Map;
use serde_json::Value;
use serde_json::json;

use crate::client::Client;
use crate::flow::Server;
use crate::grants::random;
use crate::manner::Manner;

/// The token of a registration, and its metadata.
type Registered = (String, Map<String, Value>);

/// The clients that registered themselves, by their identifiers.
#[derive(Debug, Default)]
pub(crate) struct Registrations(Mutex<HashMap<String, Registered>>);

impl Registrations {
    /// The client of an identifier.
    pub(crate) fn client(&self, id: &str) -> Option<Client> {
        let (_, metadata) = self.found(id)?;
        let texts = metadata.get("redirect_uris").and_then(Value::as_array);
        let texts = texts.into_iter().flatten().filter_map(Value::as_str);
        Some(Client {
            name: metadata
                .get("client_name")
                .and_then(Value::as_str)
                .unwrap_or(id)
                .to_owned(),
            redirect_uris: texts.map(str::to_owned).collect(),
        })
    }

    fn found(&self, id: &str) -> Option<Registered> {
        let known = self.0.lock().unwrap_or_else(PoisonError::into_inner);
        known.get(id).cloned()
    }

    fn keep(&self, id: &str, token: &str, metadata: Map<String, Value>) {
        let mut known = self.0.lock().unwrap_or_else(PoisonError::into_inner);
        known.insert(id.to_owned(), (token.to_owned(), metadata));
    }

    fn forget(&self, id: &str) {
        self.0.lock().unwrap_or_else(PoisonError::into_inner).remove(id);
    }
}

/// Registers a client.
pub(crate) async fn register(
    State(server): State<Arc<Server>>,
    headers: HeaderMap,
    body: String,
) -> Response {
    let media = headers.get(CONTENT_TYPE).and_then(|value| value.to_str().ok());
    if !media.is_some_and(|media| media.starts_with("application/json")) {
        return refused(StatusCode::BAD_REQUEST, "invalid_client_metadata");
    }
    match accepted(&body) {
        Ok(metadata) => {
            let (id, token) = (random(), random());
            server.registrations.keep(&id, &token, metadata);
            (StatusCode::CREATED, told(&server, &id)).into_response()
        }
        Err(error) => refused(StatusCode::BAD_REQUEST, error),
    }
}

/// Reads, replaces or deletes a registration.
pub(crate) async fn manage(
    State(server): State<Arc<Server>>,
    Path(id): Path<String>,
    method: Method,
    headers: HeaderMap,
    body: String,
) -> Response {
    let has = |manner| server.arguments.has(manner);
    if method != Method::GET
        && (has(Manner::ReadOnlyManagement) || ![Method::PUT, Method::DELETE].contains(&method))
    {
        return refused(StatusCode::METHOD_NOT_ALLOWED, "invalid_request");
    }
    let sent = headers.get(AUTHORIZATION).and_then(|value| value.to_str().ok());
    let known = server.registrations.found(&id);
    let Some((token, _)) = known.filter(|(token, _)| sent == Some(&format!("Bearer {token}"))) else {
        return refused(StatusCode::UNAUTHORIZED, "invalid_token");
    };
    match method {
        Method::PUT if has(Manner::RefusesAllUpdates) => refused(StatusCode::FORBIDDEN, "access_denied"),
        Method::PUT => match accepted(&body) {
            Ok(metadata) => {
                server.registrations.keep(&id, &token, metadata);
                told(&server, &id)
            }
            Err(error) => refused(StatusCode::BAD_REQUEST, error),
        },
        Method::DELETE => {
            server.registrations.forget(&id);
            StatusCode::NO_CONTENT.into_response()
        }
        _ => told(&server, &id),
    }
}

/// What is registered of a request.
fn accepted(body: &str) -> Result<Map<String, Value>, &'static str> {
    let sent: Map<String, Value> = serde_json::from_str(body).map_err(|_| "invalid_client_metadata")?;
    let uris = sent.get("redirect_uris").and_then(Value::as_array);
    let uris: Vec<&str> = uris
        .into_iter()
        .flatten()
        .filter_map(Value::as_str)
        .filter(|uri| is_right(uri))
        .collect();
    if uris.is_empty() {
        return Err("invalid_redirect_uri");
    }
    let mut metadata = Map::new();
    if let Some(name) = sent.get("client_name").filter(|name| name.is_string()) {
        metadata.insert("client_name".to_owned(), name.clone());
    }
    for (name, value) in [
        ("redirect_uris", json!(uris)),
        ("grant_types", json!(["authorization_code"])),
        ("response_types", json!(["code"])),
        ("token_endpoint_auth_method", json!("none")),
    ] {
        metadata.insert(name.to_owned(), value);
    }
    Ok(metadata)
}

fn is_right(uri: &str) -> bool {
    let local = ["http://127.0.0.1:", "http://[::1]:", "http://localhost:"];
    let is_plain = !uri.contains(['#', '*', ' ']);
    let is_remote = uri.strip_prefix("https://").is_some_and(|rest| {
        let host = rest.split('/').next().unwrap_or_default();
        !host.is_empty() && !host.starts_with(':')
    });
    is_plain && (is_remote || local.iter().any(|start| uri.starts_with(start)))
}

fn told(server: &Server, id: &str) -> Response {
    let Some((token, mut metadata)) = server.registrations.found(id) else {
        return refused(StatusCode::UNAUTHORIZED, "invalid_token");
    };
    metadata.insert("client_id".to_owned(), json!(id));
    metadata.insert("registration_access_token".to_owned(), json!(token));
    let place = format!("{}/register/{id}", server.issuer);
    metadata.insert("registration_client_uri".to_owned(), json!(place));
    ([("cache-control", "no-store")], Json(Value::Object(metadata))).into_response()
}

fn refused(status: StatusCode, error: &str) -> Response {
    (status, Json(json!({ "error": error }))).into_response()
}
