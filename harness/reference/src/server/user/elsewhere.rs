//! A login application of our own at another origin: users are sent there, and come back with a ticket.
//!
//! A ticket is for one request, lives for a minute, and counts only in the browser that was sent away.

use std::sync::Arc;

use axum::body::Bytes;
use axum::extract::RawQuery;
use axum::extract::State as Shared;
use axum::http::HeaderMap;
use axum::http::header::SET_COOKIE;
use axum::response::Response;
use base64::Engine;
use base64::engine::general_purpose::URL_SAFE_NO_PAD;
use ring::hmac;

use crate::server::reply::cookie;
use crate::server::reply::parameter;
use crate::server::reply::parameters;
use crate::server::reply::see_other;
use crate::server::reply::set;
use crate::server::state::Pending;
use crate::server::state::State;
use crate::server::state::hash;
use crate::server::state::now;
use crate::server::user::consent::expired;
use crate::server::user::consent::pending;
use crate::server::user::entry::Before;
use crate::server::user::entry::credentials;
use crate::server::user::entry::enter;
use crate::server::user::entry::hidden;
use crate::server::user::entry::is_the_user;
use crate::server::user::pages;

/// Where the login application is below its origin.
pub(crate) const LOGIN: &str = "/account/login";
/// Where users come back to below the issuer.
pub(crate) const BACK: &str = "/account/back";
const TICKET_SECONDS: u64 = 60;
const NAME_LENGTH: usize = 12;

/// Sends a user away to log in, if the login application is elsewhere.
pub(crate) fn away(state: &State, request: &str) -> Option<Response> {
    let application = state.login.as_ref()?;
    let mut sent = see_other(&format!("{}{LOGIN}?request={request}", application.origin));
    let name = cookie_of(request);
    set(
        &mut sent,
        SET_COOKIE,
        &format!(
            "{name}=1; Path=/; Max-Age=600; HttpOnly; SameSite=Lax{}",
            state.secure()
        ),
    );
    Some(sent)
}

/// The login page of the application.
pub(crate) async fn show(Shared(state): Shared<Arc<State>>, RawQuery(query): RawQuery) -> Response {
    let sent = parameters(query.unwrap_or_default().as_bytes());
    let request = parameter(&sent, "request").unwrap_or_default();
    let known = state.memory().pending.get(request).cloned();
    match known.filter(|pending| pending.expires > now()) {
        Some(pending) => login_page(&state, request, &pending, false),
        None => expired(&state),
    }
}

/// Takes the form of the application, and sends the user back.
pub(crate) async fn login(Shared(state): Shared<Arc<State>>, body: Bytes) -> Response {
    let sent = parameters(&body);
    match pending(&state, &sent) {
        Some((request, pending)) if is_the_user(&sent, &pending) => back(&state, &request),
        Some((request, pending)) => login_page(&state, &request, &pending, true),
        None => expired(&state),
    }
}

/// Takes a ticket in the browser that was sent away.
pub(crate) async fn enter_by_ticket(
    Shared(state): Shared<Arc<State>>,
    headers: HeaderMap,
    RawQuery(query): RawQuery,
) -> Response {
    let sent = parameters(query.unwrap_or_default().as_bytes());
    let ticket = parameter(&sent, "ticket").unwrap_or_default();
    let request = request_of(&state, ticket).filter(|request| {
        let is_this_browser = cookie(&headers, &cookie_of(request)).is_some();
        is_this_browser && state.first_use("login", ticket, now() + TICKET_SECONDS)
    });
    match request {
        Some(request) => enter(&state, &request),
        None => expired(&state),
    }
}

fn login_page(state: &State, request: &str, pending: &Pending, failed: bool) -> Response {
    let form = format!(
        "{}{}<button>Log in</button>",
        hidden(state, Before::Login, request, pending),
        credentials(state, pending)
    );
    let origin = state.login.as_ref().map_or("", |application| &application.origin);
    pages::login(&state.policy.pages, &format!("{origin}{LOGIN}"), &form, failed)
}

fn back(state: &State, request: &str) -> Response {
    let Some(application) = &state.login else {
        return expired(state);
    };
    let claims = format!("{request}.{}", now() + TICKET_SECONDS);
    let tag = URL_SAFE_NO_PAD.encode(hmac::sign(&application.key, claims.as_bytes()));
    see_other(&state.url(&format!("{BACK}?ticket={claims}.{tag}")))
}

/// The request of a ticket that the application signed and that has not expired.
fn request_of(state: &State, ticket: &str) -> Option<String> {
    let (claims, tag) = ticket.rsplit_once('.')?;
    let tag = URL_SAFE_NO_PAD.decode(tag).ok()?;
    hmac::verify(&state.login.as_ref()?.key, claims.as_bytes(), &tag).ok()?;
    let (request, expires) = claims.split_once('.')?;
    let is_fresh = expires.parse::<u64>().is_ok_and(|expires| expires > now());
    is_fresh.then(|| request.to_owned())
}

/// The cookie of the browser that was sent away with a request.
fn cookie_of(request: &str) -> String {
    let name: String = hash(request).chars().take(NAME_LENGTH).collect();
    format!("away-{name}")
}
