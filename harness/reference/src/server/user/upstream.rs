//! The login at an upstream identity provider, by one shape: the browser is sent there, and comes back with a code.

use std::sync::Arc;
use std::time::Duration;

use axum::extract::RawQuery;
use axum::extract::State as Shared;
use axum::http::HeaderMap;
use axum::http::header;
use axum::response::Response;
use base64::Engine;
use base64::engine::general_purpose::URL_SAFE_NO_PAD;
use sha2::Digest;
use sha2::Sha256;
use url::form_urlencoded;

use crate::server::provider::Upstream;
use crate::server::reply::cookie;
use crate::server::reply::parameter;
use crate::server::reply::parameters;
use crate::server::reply::see_other;
use crate::server::reply::set;
use crate::server::state::Away;
use crate::server::state::State;
use crate::server::user::consent::expired;
use crate::server::user::entry::enter;

/// The cookie of a browser that was sent to the provider.
const COOKIE: &str = "away";
const DEADLINE: Duration = Duration::from_secs(10);
pub(crate) const CALLBACK: &str = "/login/callback";

/// Sends a browser to the provider.
pub(crate) fn leave(state: &State, upstream: &Upstream, request: &str) -> Response {
    let (way, verifier) = (state.random(), state.random());
    let sent = form_urlencoded::Serializer::new(String::new())
        .append_pair("response_type", "code")
        .append_pair("client_id", &upstream.client_id)
        .append_pair("redirect_uri", &state.url(CALLBACK))
        .append_pair("scope", "openid email")
        .append_pair("state", &way)
        .append_pair(
            "code_challenge",
            &URL_SAFE_NO_PAD.encode(Sha256::digest(&verifier)),
        )
        .append_pair("code_challenge_method", "S256")
        .finish();
    let mut response = see_other(&format!("{}?{sent}", upstream.authorization));
    let kept = format!("{COOKIE}={way}; Path=/; HttpOnly; SameSite=Lax; Secure");
    set(&mut response, header::SET_COOKIE, &kept);
    let away = Away {
        request: request.to_owned(),
        verifier,
    };
    state.memory().away.insert(way, away);
    response
}

/// Takes a browser back, once the provider has told who it is.
pub(crate) async fn come_back(
    Shared(state): Shared<Arc<State>>,
    headers: HeaderMap,
    RawQuery(query): RawQuery,
) -> Response {
    let told = parameters(query.unwrap_or_default().as_bytes());
    let (way, code) = (parameter(&told, "state"), parameter(&told, "code"));
    let (Some(upstream), Some(way), Some(code)) = (&state.upstream, way, code) else {
        return expired(&state);
    };
    if cookie(&headers, COOKIE) != Some(way) {
        return expired(&state);
    }
    let Some(away) = state.memory().away.remove(way) else {
        return expired(&state);
    };
    let redirect_uri = state.url(CALLBACK);
    let asked = tokio::time::timeout(DEADLINE, upstream.user(code, &redirect_uri, &away.verifier));
    match asked.await {
        Ok(Some(_)) => enter(&state, &away.request),
        Ok(None) | Err(_) => expired(&state),
    }
}
