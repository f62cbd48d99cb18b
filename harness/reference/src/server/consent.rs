//! The user's part: login, the question, the decision.

use std::sync::Arc;

use axum::body::Bytes;
use axum::extract::RawQuery;
use axum::extract::State as Shared;
use axum::http::HeaderMap;
use axum::http::StatusCode;
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
use crate::policy::EndpointFault;
use crate::policy::LogFault;
use crate::policy::OfParts;
use crate::policy::Remembered;

/// The one user: this server is for tests and demonstrations.
const USER: (&str, &str) = ("alice", "wonderland");
pub(crate) const COOKIE: &str = "session";
const SESSION_SECONDS: u64 = 8 * 60 * 60;
const CODE_SECONDS: u64 = 60;

/// Goes on with a request that is right: to the question, or first to the login.
pub(crate) async fn ask(state: &Arc<State>, headers: &HeaderMap, right: Right) -> Response {
    let Right { client, mut pending } = right;
    pending.session = session(state, headers);
    if pending.session.is_some() && remembers(state, &pending) {
        return granted(state, &pending).await;
    }
    let request = state.keep(pending.clone());
    if pending.session.is_some() {
        question(state, &client, &pending, &request).await
    } else {
        login_page(state, &request, &pending, false)
    }
}

/// Tells a client what is wrong with its request, once it is known who asks: whoever sends strangers here with a wrong
/// request would otherwise send them on (RFC 9700 section 4.11.2).
pub(crate) fn tell(
    state: &Arc<State>,
    headers: &HeaderMap,
    redirect_uri: String,
    sent: Option<&str>,
    wrong: (&'static str, &'static str),
) -> Response {
    if session(state, headers).is_some() || !state.policy.consent.errors_after_login.on() {
        let told = [("error", wrong.0), ("error_description", wrong.1)];
        return see_other(&answer(state, &redirect_uri, sent, &told));
    }
    let pending = Pending {
        client_id: String::new(),
        redirect_uri,
        by_form: false,
        state: sent.map(str::to_owned),
        scope: None,
        resources: Vec::new(),
        implicit: false,
        challenge: None,
        csrf: state.random(),
        expires: State::pending_expiry(),
        session: None,
        wrong: Some(wrong),
    };
    let request = state.keep(pending.clone());
    login_page(state, &request, &pending, false)
}

fn login_page(state: &State, request: &str, pending: &Pending, failed: bool) -> Response {
    let action = state.url("/login");
    pages::login(&state.policy.pages, &action, request, &pending.csrf, failed)
}

/// Takes the login form.
pub(crate) async fn login(Shared(state): Shared<Arc<State>>, body: Bytes) -> Response {
    let sent = parameters(&body);
    let Some((request, pending)) = pending(&state, &sent) else {
        return expired(&state);
    };
    let told = |name: &str| parameter(&sent, name).unwrap_or_default();
    if told("username") != USER.0 || !same(&hash(told("password")), &hash(USER.1)) {
        return login_page(&state, &request, &pending, true);
    }
    let session = state.random();
    let mut memory = state.memory();
    let now = now();
    memory.sessions.retain(|_, until| *until > now);
    memory.sessions.insert(session.clone(), now + SESSION_SECONDS);
    if let Some(pending) = memory.pending.get_mut(&request) {
        pending.session = Some(session.clone());
    }
    drop(memory);
    state.documents.greet_another_user();
    let mut next = state.url(&format!("/consent?request={request}"));
    if state.policy.endpoint.is(EndpointFault::SessionInUrl) {
        next.push_str(&format!("&session={session}"));
    }
    let mut response = after_form(&state, &next);
    let secure = if state.issuer.starts_with("https:") {
        "; Secure"
    } else {
        ""
    };
    let site = match state.policy.consent.own_browser.on() {
        true => "Lax",
        false => "None",
    };
    set(
        &mut response,
        header::SET_COOKIE,
        &format!("{COOKIE}={session}; Path=/; HttpOnly; SameSite={site}{secure}"),
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
    match known.filter(|pending| is_own(&state, &headers, pending)) {
        Some(Pending {
            redirect_uri,
            state: sent,
            wrong: Some(wrong),
            ..
        }) => tell(&state, &headers, redirect_uri, sent.as_deref(), wrong),
        Some(pending) if remembers(&state, &pending) => {
            state.memory().pending.remove(&request);
            granted(&state, &pending).await
        }
        Some(pending) => match state.client(&pending.client_id).await {
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
    let pending = pending(&state, &sent).filter(|(_, pending)| is_own(&state, &headers, pending));
    let Some((request, mut pending)) = pending.filter(|(_, pending)| pending.wrong.is_none()) else {
        return expired(&state);
    };
    // A login form that the browser sent again decides nothing.
    if parameter(&sent, "decision").is_none() {
        return show(
            Shared(state),
            headers,
            RawQuery(Some(format!("request={request}"))),
        )
        .await;
    }
    state.memory().pending.remove(&request);
    if parameter(&sent, "decision") != Some("approve") {
        let error = match *state.policy.authorize.denial {
            Denial::Told => "access_denied",
            Denial::OtherError => "server_error",
            Denial::Here => {
                let told = "you said no, and the client is not told";
                return pages::refusal(&state.policy.pages, &pending.client_id, told, "");
            }
        };
        let denied = [("error", error), ("error_description", "the user denied access")];
        return there(&state, &pending, &denied);
    }
    state.memory().consents.insert(consent_of(&state, &pending));
    if !state.policy.consent.snapshot.on()
        && let Ok(client) = state.client(&pending.client_id).await
        && !client.redirect_uris.contains(&pending.redirect_uri)
        && let Some(first) = client.redirect_uris.first()
    {
        pending.redirect_uri = first.clone();
    }
    if pending.implicit {
        let token = state.random();
        return see_other(&format!(
            "{}#access_token={token}&token_type=Bearer",
            pending.redirect_uri
        ));
    }
    granted(&state, &pending).await
}

fn there(state: &State, pending: &Pending, told: &[(&str, &str)]) -> Response {
    if pending.by_form {
        return pages::answer_form(&state.policy.pages, &pending.redirect_uri, told);
    }
    let to = answer(state, &pending.redirect_uri, pending.state.as_deref(), told);
    after_form(state, &to)
}

/// Answers a form: the browser goes on by GET, unless the policy says otherwise.
fn after_form(state: &State, to: &str) -> Response {
    let mut response = see_other(to);
    if state.policy.endpoint.is(EndpointFault::Found) {
        *response.status_mut() = StatusCode::FOUND;
    }
    if state.policy.endpoint.is(EndpointFault::Permanent) {
        *response.status_mut() = StatusCode::PERMANENT_REDIRECT;
    }
    if !state.policy.consent.see_other.on() {
        *response.status_mut() = StatusCode::TEMPORARY_REDIRECT;
    }
    response
}

/// Sends a code to the client.
async fn granted(state: &State, pending: &Pending) -> Response {
    let made = state.made(*state.policy.strength.codes);
    let (code, looked_for) = state.put_together(OfParts::Codes, made, &pending.client_id);
    let kept = Code {
        request: pending.clone(),
        family: state.random(),
        expires: now() + CODE_SECONDS,
        used: false,
    };
    state.note("a code was given", LogFault::Codes, &code);
    match state.store.put_code(&hash(&looked_for), &kept) {
        Ok(()) => there(state, pending, &[("code", &code)]),
        Err(_) => there(state, pending, &[("error", "server_error")]),
    }
}

/// What a consent to this request is remembered as.
fn consent_of(state: &State, pending: &Pending) -> String {
    let scope = pending.scope.as_deref().unwrap_or_default();
    let (client, uri) = (&pending.client_id, &pending.redirect_uri);
    match *state.policy.consent.remembered {
        Remembered::Client => format!("{client} {scope}"),
        Remembered::ClientAndRedirectUri => format!("{client} {uri}"),
        Remembered::RedirectUri => uri.clone(),
        Remembered::Everything | Remembered::Loopback | Remembered::Nothing => {
            format!("{client} {uri} {scope}")
        }
    }
}

/// Whether the user need not be asked.
fn remembers(state: &State, pending: &Pending) -> bool {
    let known = || state.memory().consents.contains(&consent_of(state, pending));
    match *state.policy.consent.remembered {
        Remembered::Nothing => false,
        Remembered::Everything => true,
        Remembered::Loopback => is_loopback_uri(&pending.redirect_uri) && known(),
        Remembered::Client | Remembered::ClientAndRedirectUri | Remembered::RedirectUri => known(),
    }
}

async fn question(state: &Arc<State>, client: &Client, pending: &Pending, request: &str) -> Response {
    state.note_of_stranger("somebody is asked about", &client.name);
    let newer = match state.policy.consent.one_document.on() {
        true => None,
        false => state.client(&client.id).await.ok(),
    };
    let client = newer.as_ref().unwrap_or(client);
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
        pages: &client.pages,
        loopback: client.redirect_uris.iter().all(|uri| is_loopback_uri(uri)),
        logo,
        unchecked: &client.unchecked,
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

/// The session of a request, while it lasts.
pub(crate) fn session(state: &State, headers: &HeaderMap) -> Option<String> {
    let session = cookie(headers, COOKIE)?;
    let memory = state.memory();
    let lasts = memory.sessions.get(session).is_some_and(|until| *until > now());
    lasts.then(|| session.to_owned())
}

/// Whether a request comes from the browser that asked.
fn is_own(state: &State, headers: &HeaderMap, pending: &Pending) -> bool {
    let session = session(state, headers);
    session.is_some() && (session == pending.session || !state.policy.consent.own_browser.on())
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
