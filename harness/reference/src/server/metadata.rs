//! Server metadata (RFC 8414, OpenID Connect Discovery), and the page at the root.

use std::sync::Arc;

use axum::extract::State as Shared;
use axum::http::HeaderValue;
use axum::http::header::CONTENT_TYPE;
use axum::response::Response;
use serde_json::json;

use super::pages::escape;
use super::pages::page;
use super::reply::json as answer;
use super::state::State;

/// The metadata document; both well-known forms show the same.
pub(crate) async fn show(Shared(state): Shared<Arc<State>>) -> Response {
    let policy = &state.policy.metadata;
    let issuer = if policy.issuer_exact.on() {
        state.issuer.clone()
    } else {
        format!("{}/", state.issuer)
    };
    let methods = [
        "none",
        "client_secret_basic",
        "client_secret_post",
        "private_key_jwt",
    ];
    let algorithms = ["ES256", "ES384", "EdDSA", "RS256", "PS256"];
    let mut document = json!({
        "issuer": issuer,
        "authorization_endpoint": state.url("/authorize"),
        "token_endpoint": state.url("/token"),
        "registration_endpoint": state.url("/register"),
        "pushed_authorization_request_endpoint": state.url("/par"),
        "revocation_endpoint": state.url("/revoke"),
        "introspection_endpoint": state.url("/introspect"),
        "response_types_supported": ["code"],
        "response_modes_supported": ["query"],
        "grant_types_supported": ["authorization_code", "refresh_token"],
        "token_endpoint_auth_methods_supported": methods,
        "token_endpoint_auth_signing_alg_values_supported": algorithms,
        "authorization_response_iss_parameter_supported": true,
        "scopes_supported": ["read", "write"],
    });
    if let Some(members) = document.as_object_mut() {
        if policy.challenge_methods.on() {
            members.insert("code_challenge_methods_supported".to_owned(), json!(["S256"]));
        }
        if policy.flag.on() {
            let value = if policy.flag_boolean.on() {
                json!(true)
            } else {
                json!("true")
            };
            members.insert("client_id_metadata_document_supported".to_owned(), value);
        }
    }
    if !policy.response_types.on()
        && let Some(members) = document.as_object_mut()
    {
        members.remove("response_types_supported");
    }
    let mut shown = answer(200, &document);
    if !policy.json.on() {
        let plain = HeaderValue::from_static("text/plain");
        shown.headers_mut().insert(CONTENT_TYPE, plain);
    }
    shown
}

/// What this server is, for a person who finds it.
pub(crate) async fn about(Shared(state): Shared<Arc<State>>) -> Response {
    let content = format!(
        "<p>The reference authorization server of cimdspec. It takes clients by Client ID Metadata Documents and by dynamic \
         registration. Issuer: <code>{}</code></p>",
        escape(&state.issuer)
    );
    page(&state.policy.pages, 200, "cimdspec reference server", &content)
}
