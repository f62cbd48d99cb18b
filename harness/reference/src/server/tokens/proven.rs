//! Tokens that are bound to a key (RFC 9449), where the server gives no others.

use axum::http::HeaderMap;
use axum::response::Response;

use crate::cimd::verify_proof;
use crate::server::client::Client;
use crate::server::client::Method;
use crate::server::reply::error;
use crate::server::state::State;
use crate::server::state::now;

const FIELD: &str = "dpop";

/// The thumbprint of the key that proves itself in a request to an endpoint: `None` where tokens are for bearers.
pub(crate) fn proven(
    state: &State,
    headers: &HeaderMap,
    endpoint: &str,
) -> Result<Option<String>, &'static str> {
    if !state.policy.choice.bearer_tokens.other() {
        return Ok(None);
    }
    let mut sent = headers.get_all(FIELD).iter();
    let (Some(proof), None) = (sent.next(), sent.next()) else {
        return Err("one proof is needed");
    };
    let proof = proof.to_str().unwrap_or_default();
    let proof = verify_proof(proof, &state.url(endpoint), now())?;
    match state.first_use("proof", &proof.jti, proof.until) {
        true => Ok(Some(proof.thumbprint)),
        false => Err("the proof was used before"),
    }
}

/// The same where a request need not have a proof.
pub(crate) fn proven_if_sent(
    state: &State,
    headers: &HeaderMap,
    endpoint: &str,
) -> Result<Option<String>, &'static str> {
    match headers.contains_key(FIELD) {
        true => proven(state, headers, endpoint),
        false => Ok(None),
    }
}

/// A refusal for want of the right proof.
pub(crate) fn unproven(reason: &str) -> Response {
    error(400, "invalid_dpop_proof", reason)
}

/// Whether a refresh token may be used with this key: that of a public client is bound to one.
pub(crate) fn is_of_key(state: &State, client: &Client, hashed: &str, key: Option<&str>) -> bool {
    let is_bound = key.is_some() && client.method == Method::None;
    !is_bound || state.memory().bound.get(hashed).map(String::as_str) == key
}
