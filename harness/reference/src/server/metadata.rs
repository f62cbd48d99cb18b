//! Server metadata (RFC 8414, OpenID Connect Discovery), and the page at the root.

use std::sync::Arc;

use axum::extract::Path;
use axum::extract::State as Shared;
use axum::http::HeaderValue;
use axum::http::StatusCode;
use axum::http::header::ACCESS_CONTROL_ALLOW_CREDENTIALS;
use axum::http::header::ACCESS_CONTROL_ALLOW_ORIGIN;
use axum::http::header::CONTENT_TYPE;
use axum::response::Response;
use serde_json::Value;
use serde_json::json;

use crate::cimd::PROOF_ALGORITHMS;
use crate::policy::AlgorithmsShown;
use crate::policy::EndpointFault;
use crate::policy::EndpointsShown;
use crate::policy::GrantsShown;
use crate::policy::IssuerShown;
use crate::server::choice::has_grant;
use crate::server::choice::instead;
use crate::server::choice::scopes;
use crate::server::choice::without_unused;
use crate::server::reply::json as answer;
use crate::server::reply::not_found;
use crate::server::state::State;
use crate::server::user::pages::escape;
use crate::server::user::pages::page;

/// The metadata document of RFC 8414.
pub(crate) async fn show(Shared(state): Shared<Arc<State>>) -> Response {
    let places = &state.policy.choice.places;
    if places.both_documents.other() {
        return not_found(Shared(state)).await;
    }
    let mut members = document(&state, &state.issuer);
    if let Some(members) = members.as_object_mut()
        && places.registration_in_both.other()
    {
        members.remove("registration_endpoint");
    }
    let mut answer = shown(&state, &members);
    if !state.policy.metadata.ok_first.on() {
        *answer.status_mut() = StatusCode::NON_AUTHORITATIVE_INFORMATION;
    }
    answer
}

/// The metadata document of OpenID Connect Discovery; it shows the same.
pub(crate) async fn show_openid(Shared(state): Shared<Arc<State>>) -> Response {
    if let Some(elsewhere) = instead(&state) {
        return elsewhere;
    }
    let policy = &state.policy.metadata;
    let mut answer = match policy.documents_agree.on() {
        true => shown(&state, &document(&state, &state.issuer)),
        false => answer(200, &elsewhere(document(&state, &state.issuer))),
    };
    if !policy.ok.on() {
        *answer.status_mut() = StatusCode::NON_AUTHORITATIVE_INFORMATION;
    }
    answer
}

/// The metadata of an issuer that this server is not: what a mutant shows.
pub(crate) async fn show_other(Shared(state): Shared<Arc<State>>, Path(rest): Path<String>) -> Response {
    let other = format!("{}/{rest}", state.issuer);
    shown(&state, &document(&state, &other))
}

/// The same metadata with endpoints below another path.
fn elsewhere(mut document: Value) -> Value {
    for value in document
        .as_object_mut()
        .into_iter()
        .flat_map(|members| members.iter_mut())
    {
        if value.0.ends_with("_endpoint")
            && let Some(address) = value.1.as_str()
        {
            *value.1 = json!(format!("{address}?openid"));
        }
    }
    document
}

fn shown(state: &State, document: &Value) -> Response {
    let mut shown = answer(200, document);
    if !state.policy.metadata.json.on() {
        let plain = HeaderValue::from_static("text/plain");
        shown.headers_mut().insert(CONTENT_TYPE, plain);
    }
    if !state.policy.metadata.anonymous.on() {
        let headers = shown.headers_mut();
        headers.insert(ACCESS_CONTROL_ALLOW_ORIGIN, HeaderValue::from_static("*"));
        headers.insert(ACCESS_CONTROL_ALLOW_CREDENTIALS, HeaderValue::from_static("true"));
    }
    shown
}

fn document(state: &State, issuer: &str) -> Value {
    let policy = &state.policy.metadata;
    let issuer = match *policy.issuer {
        IssuerShown::Another => format!("{issuer}/of-another"),
        IssuerShown::Right => issuer.to_owned(),
        IssuerShown::TrailingSlash => format!("{issuer}/"),
    };
    let mut methods = vec!["client_secret_basic", "client_secret_post"];
    if policy.methods.on() {
        methods.extend(["none", "private_key_jwt"]);
    }
    if !policy.key_method.on() {
        methods.retain(|method| *method != "private_key_jwt");
    }
    if let Some(only) = state.policy.choice.registration.methods.only() {
        methods = vec![only];
    }
    let mut grants = vec!["authorization_code", "refresh_token", "client_credentials"];
    match *policy.grants {
        GrantsShown::Right => {}
        GrantsShown::Implicit => grants.extend(["implicit", "password"]),
        GrantsShown::WithoutRefresh => grants.retain(|grant| *grant != "refresh_token"),
    }
    grants.retain(|grant| has_grant(&state.policy, grant));
    let responses = match *policy.grants {
        GrantsShown::Implicit => vec!["code", "token"],
        GrantsShown::Right | GrantsShown::WithoutRefresh => vec!["code"],
    };
    let revocation = match *policy.endpoints {
        EndpointsShown::Http => state.url("/revoke").replacen("https:", "http:", 1),
        _ => state.url("/revoke"),
    };
    let token = match *policy.endpoints {
        EndpointsShown::Fragment => state.url("/token#grant"),
        _ => state.url("/token"),
    };
    let registration = match *policy.endpoints {
        EndpointsShown::HttpRegistration => state.url("/register").replacen("https:", "http:", 1),
        _ => state.url("/register"),
    };
    let mut algorithms = vec!["ES256", "ES384", "EdDSA", "RS256", "PS256"];
    if state.policy.choice.assertion.algorithms.other() {
        algorithms = vec!["RS256"];
    }
    if policy.algorithms.is(AlgorithmsShown::Unsigned) {
        algorithms.push("none");
    }
    let requires_pushed =
        !state.policy.authorize.par_required.on() || state.policy.choice.requests.pushed_if_wanted.other();
    let mut document = json!({
        "issuer": issuer,
        "authorization_endpoint": state.url("/authorize"),
        "token_endpoint": token,
        "registration_endpoint": registration,
        "pushed_authorization_request_endpoint": state.url("/par"),
        "revocation_endpoint": revocation,
        "introspection_endpoint": state.url("/introspect"),
        "end_session_endpoint": state.url("/logout"),
        "response_types_supported": responses,
        "response_modes_supported": match state.policy.choice.pages.form_post.other() {
            true => json!(["query", "form_post"]),
            false => json!(["query"]),
        },
        "grant_types_supported": grants,
        "token_endpoint_auth_methods_supported": methods,
        "token_endpoint_auth_signing_alg_values_supported": algorithms,
        "authorization_response_iss_parameter_supported": true,
        "require_pushed_authorization_requests": requires_pushed,
        "scopes_supported": scopes(&state.policy),
    });
    if let Some(members) = document.as_object_mut() {
        if policy.challenge_methods.on() {
            members.insert("code_challenge_methods_supported".to_owned(), json!(["S256"]));
        }
        if policy.flag.on() {
            let value = if policy.flag_boolean.on() {
                json!(policy.flag_true.on())
            } else {
                json!("true")
            };
            members.insert("client_id_metadata_document_supported".to_owned(), value);
        }
    }
    if let Some(members) = document.as_object_mut()
        && state.policy.choice.bearer_tokens.other()
    {
        let algorithms = PROOF_ALGORITHMS.map(|(name, _)| name);
        members.insert("dpop_signing_alg_values_supported".to_owned(), json!(algorithms));
    }
    if let Some(members) = document.as_object_mut() {
        without_unused(&state.policy, members);
    }
    if let Some(members) = document.as_object_mut()
        && policy.algorithms.is(AlgorithmsShown::Nothing)
    {
        members.remove("token_endpoint_auth_signing_alg_values_supported");
    }
    if let Some(members) = document.as_object_mut()
        && !policy.response_types.on()
    {
        members.remove("response_types_supported");
    }
    let further = match state.policy.endpoint.among([
        EndpointFault::BackchannelUnauthenticated,
        EndpointFault::DeviceUnauthenticated,
        EndpointFault::EmptyList,
    ]) {
        Some(EndpointFault::BackchannelUnauthenticated) => Some((
            "backchannel_authentication_endpoint",
            json!(state.url("/backchannel")),
        )),
        Some(EndpointFault::DeviceUnauthenticated) => {
            Some(("device_authorization_endpoint", json!(state.url("/device"))))
        }
        Some(EndpointFault::EmptyList) => Some(("ui_locales_supported", json!([]))),
        _ => None,
    };
    if let (Some((name, value)), Some(members)) = (further, document.as_object_mut()) {
        members.insert(name.to_owned(), value);
    }
    if let Some(members) = document.as_object_mut()
        && !policy.iss_flag.on()
    {
        members.remove("authorization_response_iss_parameter_supported");
    }
    document
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
