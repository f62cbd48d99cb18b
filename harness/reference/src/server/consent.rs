//! The user's part: login, the question, the decision.

use std::sync::Arc;

use axum::body::Bytes;
use axum::extract::RawQuery;
use axum::extract::State as Shared;
use axum::http::HeaderMap;
use axum::http::header;
use axum::response::Response;
use base64::Engine;
use base64::engine::general_purpose::STANDARD;

use super::authorize::Right;
use super::authorize::answer;
use super::client::Client;
use super::client::same;
use super::pages;
use super::reply::Parameters;
use super::reply::cookie;
use super::reply::parameter;
use super::reply::parameters;
use super::reply::see_other;
use super::reply::set;
use super::state::Pending;
use super::state::State;
use super::state::hash;
use super::state::now;
use super::store::Code;
use crate::cimd::is_loopback_uri;
use crate::policy::Denial;

/// The one user: this server is for tests and demonstrations.
const USER: (&str, &str) = ("alice", "wonderland");
const COOKIE: &str = "session";
const SESSION_SECONDS: u64 = 8 * 60 * 60;
const CODE_SECONDS: u64 = 60;

/// Goes on with a request that is right: to the question, or first to the login.
pub(crate) async fn ask(state: &Arc<State>, headers: &HeaderMap, right: Right) -> Response {
    let csrf = right.pending.csrf.clone();
    let pending = right.pending.clone();
    let request = state.keep(right.pending);
    if logged_in(state, headers) {
        question(state, &right.client, &pending, &request).await
    } else {
        pages::login(&state.policy.pages, &state.url("/login"), &request, &csrf, false)
    }
}

/// Takes the login form.
pub(crate) async fn login(Shared(state): Shared<Arc<State>>, body: Bytes) -> Response {
    let sent = parameters(&body);
    let Some((request, pending)) = pending(&state, &sent) else {
        return expired(&state);
    };
    let told = |name: &str| parameter(&sent, name).unwrap_or_default();
    if told("username") != USER.0 || !same(&hash(told("password")), &hash(USER.1)) {
        return pages::login(
            &state.policy.pages,
            &state.url("/login"),
            &request,
            &pending.csrf,
            true,
        );
    }
    let session = state.random();
    let mut memory = state.memory();
    let now = now();
    memory.sessions.retain(|_, until| *until > now);
    memory.sessions.insert(session.clone(), now + SESSION_SECONDS);
    drop(memory);
    let mut response = see_other(&state.url(&format!("/consent?request={request}")));
    let secure = if state.issuer.starts_with("https:") {
        "; Secure"
    } else {
        ""
    };
    set(
        &mut response,
        header::SET_COOKIE,
        &format!("{COOKIE}={session}; Path=/; HttpOnly; SameSite=Lax{secure}"),
    );
    response
}

/// Shows the question after a login.
pub(crate) async fn show(
    Shared(state): Shared<Arc<State>>,
    headers: HeaderMap,
    RawQuery(query): RawQuery,
) -> Response {
    let sent = parameters(query.unwrap_or_default().as_bytes());
    let request = parameter(&sent, "request").unwrap_or_default().to_owned();
    let known = state
        .memory()
        .pending
        .get(&request)
        .cloned()
        .filter(|pending| pending.expires > now());
    match known {
        Some(pending) if logged_in(&state, &headers) => match state.client(&pending.client_id).await {
            Ok(client) => question(&state, &client, &pending, &request).await,
            Err(refusal) => pages::refusal(
                &state.policy.pages,
                &pending.client_id,
                &refusal.public_reason(),
                "",
            ),
        },
        _ => expired(&state),
    }
}

/// Takes the decision.
pub(crate) async fn decide(Shared(state): Shared<Arc<State>>, headers: HeaderMap, body: Bytes) -> Response {
    let sent = parameters(&body);
    let Some((request, pending)) = pending(&state, &sent).filter(|_| logged_in(&state, &headers)) else {
        return expired(&state);
    };
    state.memory().pending.remove(&request);
    let there = |told: &[(&str, &str)]| {
        see_other(&answer(
            &state,
            &pending.redirect_uri,
            pending.state.as_deref(),
            told,
        ))
    };
    if parameter(&sent, "decision") != Some("approve") {
        let error = match state.policy.authorize.denial {
            Denial::Told => "access_denied",
            Denial::OtherError => "server_error",
        };
        return there(&[("error", error), ("error_description", "the user denied access")]);
    }
    if pending.implicit {
        let token = state.random();
        return see_other(&format!(
            "{}#access_token={token}&token_type=Bearer",
            pending.redirect_uri
        ));
    }
    let code = state.random();
    let kept = Code {
        request: pending.clone(),
        family: state.random(),
        expires: now() + CODE_SECONDS,
        used: false,
    };
    match state.store.put_code(&hash(&code), &kept) {
        Ok(()) => there(&[("code", &code)]),
        Err(_) => there(&[("error", "server_error")]),
    }
}

async fn question(state: &Arc<State>, client: &Client, pending: &Pending, request: &str) -> Response {
    let redirect = host_of(&pending.redirect_uri);
    let logo = match &client.logo_uri {
        None => None,
        Some(uri) if !state.policy.pages.own_logo.on() => Some(uri.clone()),
        Some(uri) => state
            .documents
            .logo(&client.id, uri)
            .await
            .ok()
            .map(|logo| format!("data:{};base64,{}", logo.media, STANDARD.encode(&logo.bytes))),
    };
    let shown = pages::Consent {
        name: &client.name,
        client: &client.shown,
        redirect: &redirect,
        scope: pending.scope.as_deref(),
        loopback: client.redirect_uris.iter().all(|uri| is_loopback_uri(uri)),
        logo,
        request,
        csrf: &pending.csrf,
        action: &state.url("/consent"),
    };
    pages::consent(&state.policy.pages, &shown)
}

/// The pending request that a form names, if its token is right.
fn pending(state: &State, sent: &Parameters) -> Option<(String, Pending)> {
    let request = parameter(sent, "request")?.to_owned();
    let pending = state.memory().pending.get(&request).cloned()?;
    let right = same(parameter(sent, "csrf")?, &pending.csrf) && pending.expires > now();
    right.then_some((request, pending))
}

fn logged_in(state: &State, headers: &HeaderMap) -> bool {
    let session = cookie(headers, COOKIE);
    session.is_some_and(|session| {
        state
            .memory()
            .sessions
            .get(session)
            .is_some_and(|until| *until > now())
    })
}

fn expired(state: &State) -> Response {
    pages::refusal(
        &state.policy.pages,
        "",
        "the request is unknown or has expired; please begin again",
        "",
    )
}

fn host_of(uri: &str) -> String {
    let rest = uri.split_once("://").map_or(uri, |(_, rest)| rest);
    rest.split(['/', '?', '#']).next().unwrap_or_default().to_owned()
}
