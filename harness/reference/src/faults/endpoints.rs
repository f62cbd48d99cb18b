//! Endpoints that this server does not have, and that mutants open without asking who comes.

use std::sync::Arc;

use axum::body::Bytes;
use axum::extract::State as Shared;
use axum::http::HeaderMap;
use axum::response::Response;
use serde_json::json;

use crate::policy::Check;
use crate::policy::EndpointFault;
use crate::server::reply::invalid_client;
use crate::server::reply::json as answer;
use crate::server::reply::nothing_here;
use crate::server::reply::parameters;
use crate::server::reply::uncached;
use crate::server::state::State;

/// Device authorization requests (RFC 8628).
pub(crate) async fn device(Shared(state): Shared<Arc<State>>, headers: HeaderMap, body: Bytes) -> Response {
    let shown = json!({
        "device_code": state.random(),
        "user_code": "WDJB-MJHT",
        "verification_uri": state.url("/device"),
        "expires_in": 60,
    });
    let is_open = state.policy.endpoint.is(EndpointFault::DeviceUnauthenticated);
    opened(&state, &headers, &body, is_open, shown).await
}

/// Authentication requests over the back channel (OpenID Connect CIBA).
pub(crate) async fn backchannel(
    Shared(state): Shared<Arc<State>>,
    headers: HeaderMap,
    body: Bytes,
) -> Response {
    let shown = json!({ "auth_req_id": state.random(), "expires_in": 60 });
    let is_open = state
        .policy
        .endpoint
        .is(EndpointFault::BackchannelUnauthenticated);
    opened(&state, &headers, &body, is_open, shown).await
}

async fn opened(
    state: &Arc<State>,
    headers: &HeaderMap,
    body: &Bytes,
    is_open: bool,
    shown: serde_json::Value,
) -> Response {
    if !is_open {
        return nothing_here();
    }
    match state.asking(headers, &parameters(body), Check::Skip).await {
        Ok(_) => uncached(answer(200, &shown)),
        Err(reason) => invalid_client(headers, &reason),
    }
}
