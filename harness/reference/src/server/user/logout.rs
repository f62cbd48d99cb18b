//! Logout on behalf of a client (OpenID Connect RP-Initiated Logout): the user is asked, and then sent only to what the client
//! registered.

use std::sync::Arc;

use axum::body::Bytes;
use axum::extract::RawQuery;
use axum::extract::State as Shared;
use axum::http::HeaderMap;
use axum::http::header;
use axum::response::Response;

use crate::policy::EndpointFault;
use crate::server::reply::Parameters;
use crate::server::reply::parameter;
use crate::server::reply::parameters;
use crate::server::reply::see_other;
use crate::server::reply::set;
use crate::server::state::State;
use crate::server::user::consent::session;
use crate::server::user::entry::COOKIE;
use crate::server::user::pages;

/// Asks whether the user wants to be logged out.
pub(crate) async fn ask(
    Shared(state): Shared<Arc<State>>,
    headers: HeaderMap,
    RawQuery(query): RawQuery,
) -> Response {
    let sent = parameters(query.unwrap_or_default().as_bytes());
    if state.policy.endpoint.is(EndpointFault::LogoutUnasked) {
        return ended(&state, &headers, &sent).await;
    }
    let fields: Vec<(&str, &str)> = ["client_id", "post_logout_redirect_uri", "state"]
        .into_iter()
        .filter_map(|name| Some((name, parameter(&sent, name)?)))
        .collect();
    pages::logout(&state.policy.pages, &state.url("/logout"), &fields)
}

/// Logs the user out, and sends them on where that was registered.
pub(crate) async fn decide(Shared(state): Shared<Arc<State>>, headers: HeaderMap, body: Bytes) -> Response {
    ended(&state, &headers, &parameters(&body)).await
}

async fn ended(state: &Arc<State>, headers: &HeaderMap, sent: &Parameters) -> Response {
    if let Some(session) = session(state, headers) {
        state.memory().sessions.remove(&session);
    }
    let asked = parameter(sent, "post_logout_redirect_uri");
    let listed = match parameter(sent, "client_id") {
        Some(id) => state
            .client(id)
            .await
            .map_or_else(|_| Vec::new(), |client| client.logout_uris),
        None => Vec::new(),
    };
    let is_sent = |uri: &&str| {
        listed.iter().any(|known| known == uri) || state.policy.endpoint.is(EndpointFault::LogoutAnywhere)
    };
    let mut answer = match asked.filter(is_sent) {
        Some(uri) => see_other(&with_state(uri, parameter(sent, "state"))),
        None => pages::page(
            &state.policy.pages,
            200,
            "You are logged out",
            "<p>You can close this page.</p>",
        ),
    };
    set(
        &mut answer,
        header::SET_COOKIE,
        &format!("{COOKIE}=; Path=/; Max-Age=0"),
    );
    answer
}

fn with_state(uri: &str, state: Option<&str>) -> String {
    let Some(state) = state else {
        return uri.to_owned();
    };
    let joint = if uri.contains('?') { '&' } else { '?' };
    let query = url::form_urlencoded::Serializer::new(String::new())
        .append_pair("state", state)
        .finish();
    format!("{uri}{joint}{query}")
}
