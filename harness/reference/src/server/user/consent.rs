//! The user's part: login, the question, the decision.

use std::sync::Arc;

use axum::body::Bytes;
use axum::extract::RawQuery;
use axum::extract::State as Shared;
use axum::http::HeaderMap;
use axum::http::StatusCode;
use axum::response::Response;

use crate::cimd::is_loopback_uri;
use crate::faults::provisioned::decides_itself;
use crate::faults::provisioned::name_as_read;
use crate::policy::Denial;
use crate::policy::DeniedBy;
use crate::policy::EndpointFault;
use crate::policy::LogFault;
use crate::policy::OfParts;
use crate::policy::Remembered;
use crate::server::authorize::Right;
use crate::server::authorize::answer;
use crate::server::authorize::told_with;
use crate::server::client::same;
use crate::server::reply::Parameters;
use crate::server::reply::all;
use crate::server::reply::cookie;
use crate::server::reply::parameter;
use crate::server::reply::parameters;
use crate::server::reply::see_other;
use crate::server::state::Pending;
use crate::server::state::State;
use crate::server::state::hash;
use crate::server::state::now;
use crate::server::store::Code;
use crate::server::user::entry::COOKIE;
use crate::server::user::entry::HANDLES;
use crate::server::user::entry::is_the_user;
use crate::server::user::entry::login_page;
use crate::server::user::pages;
use crate::server::user::question::question;

const CODE_SECONDS: u64 = 60;

/// Goes on with a request that is right: to the question, or first to the login.
pub(crate) async fn ask(state: &Arc<State>, headers: &HeaderMap, right: Right) -> Response {
    let Right { client, mut pending } = right;
    let is_one_page = state.policy.choice.pages.two_pages.other();
    pending.session = session(state, headers).filter(|_| !is_one_page);
    if pending.session.is_some() && remembers(state, &pending) {
        return granted(state, &pending).await;
    }
    let request = state.keep(pending.clone());
    let asks_both = is_one_page && !state.policy.choice.pages.name_with_password.other();
    if pending.session.is_some() || asks_both {
        question(state, &client, &pending, &request, false).await
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
    let pending = Pending {
        client_id: String::new(),
        redirect_uri,
        by_form: false,
        state: sent.map(str::to_owned),
        scope: None,
        resources: Vec::new(),
        key: None,
        implicit: false,
        challenge: None,
        csrf: state.random(),
        expires: State::pending_expiry(),
        session: None,
        user: None,
        wrong: Some(wrong),
    };
    if session(state, headers).is_some() || !state.policy.consent.errors_after_login.on() {
        return tell_now(state, &pending);
    }
    let request = state.keep(pending.clone());
    login_page(state, &request, &pending, false)
}

/// Asks for what comes next where somebody is about to log in: the login, or login and decision on one page.
pub(crate) async fn entered(state: &Arc<State>, request: &str, pending: &Pending, failed: bool) -> Response {
    let pages = &state.policy.choice.pages;
    let waits_for_name = pages.name_with_password.other() && pending.user.is_none();
    if !pages.two_pages.other() || pending.wrong.is_some() || waits_for_name {
        return login_page(state, request, pending, failed);
    }
    match state.client(&pending.client_id).await {
        Ok(client) => question(state, &client, pending, request, failed).await,
        Err(_) => expired(state),
    }
}

/// Tells the client what is wrong with its request.
pub(crate) fn tell_now(state: &State, pending: &Pending) -> Response {
    match pending.wrong {
        Some(wrong) => {
            let told = [("error", wrong.0), ("error_description", wrong.1)];
            see_other(&answer(
                state,
                &pending.redirect_uri,
                pending.state.as_deref(),
                &told,
            ))
        }
        None => expired(state),
    }
}

/// Shows the question after a login.
pub(crate) async fn show(
    Shared(state): Shared<Arc<State>>,
    headers: HeaderMap,
    RawQuery(query): RawQuery,
) -> Response {
    let sent = parameters(query.unwrap_or_default().as_bytes());
    let request = named(&sent).unwrap_or_default().to_owned();
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
            Ok(client) => question(&state, &client, &pending, &request, false).await,
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
    let is_one_page = state.policy.choice.pages.two_pages.other();
    let pending = pending(&state, &sent)
        .filter(|(_, pending)| is_one_page || is_own(&state, &headers, pending))
        .filter(|(_, pending)| pending.wrong.is_none());
    let Some((request, mut pending)) = pending else {
        return expired(&state);
    };
    // A login form that the browser sent again decides nothing.
    let is_login = !is_one_page && parameter(&sent, "password").is_some();
    if is_login && parameter(&sent, "decision").is_none() {
        return show(
            Shared(state),
            headers,
            RawQuery(Some(format!("request={request}"))),
        )
        .await;
    }
    if is_one_page && !is_the_user(&sent, &pending) {
        return entered(&state, &request, &pending, true).await;
    }
    state.memory().pending.remove(&request);
    let ticked = all(&sent, "scope");
    let is_ticked = !state.policy.choice.pages.boxes.other() || !ticked.is_empty();
    if parameter(&sent, "decision") != Some("approve") || !is_ticked {
        return denied(&state, pending).await;
    }
    if let Some(scope) = pending
        .scope
        .as_mut()
        .filter(|_| state.policy.choice.pages.boxes.other())
    {
        let kept = scope
            .split(' ')
            .filter(|scope| ticked.iter().any(|ticked| ticked == scope));
        *scope = kept.collect::<Vec<_>>().join(" ");
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

/// Takes a denial that is a link.
pub(crate) async fn deny(
    Shared(state): Shared<Arc<State>>,
    headers: HeaderMap,
    RawQuery(query): RawQuery,
) -> Response {
    let sent = parameters(query.unwrap_or_default().as_bytes());
    let pending = pending(&state, &sent).filter(|(_, pending)| is_own(&state, &headers, pending));
    let is_by_link = state.policy.choice.pages.denial.is(DeniedBy::Link);
    match pending.filter(|_| is_by_link) {
        Some((request, pending)) => {
            state.memory().pending.remove(&request);
            denied(&state, pending).await
        }
        None => expired(&state),
    }
}

async fn denied(state: &State, pending: Pending) -> Response {
    let error = match *state.policy.authorize.denial {
        Denial::Ignored => return granted(state, &pending).await,
        Denial::Told => "access_denied",
        Denial::OtherError => "server_error",
        Denial::Here => {
            let told = "you said no, and the client is not told";
            return pages::refusal(&state.policy.pages, &pending.client_id, told, "");
        }
    };
    let denied = [("error", error), ("error_description", "the user denied access")];
    there(state, &pending, &denied)
}

fn there(state: &State, pending: &Pending, told: &[(&str, &str)]) -> Response {
    if pending.by_form {
        let told = told_with(state, pending.state.as_deref(), told);
        return pages::answer_form(&state.policy.pages, &pending.redirect_uri, &told);
    }
    let to = answer(state, &pending.redirect_uri, pending.state.as_deref(), told);
    after_form(state, &to)
}

/// Answers a form: the browser goes on by GET, unless the policy says otherwise.
pub(crate) fn after_form(state: &State, to: &str) -> Response {
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
        Remembered::Name => match name_as_read(state, client) {
            Some(name) => format!("{name} {uri} {scope}"),
            None => String::new(),
        },
        Remembered::RedirectUri => uri.clone(),
        Remembered::Everything | Remembered::Loopback | Remembered::Nothing => {
            format!("{client} {uri} {scope}")
        }
    }
}

/// Whether the user need not be asked.
fn remembers(state: &State, pending: &Pending) -> bool {
    if decides_itself(state, &pending.client_id) {
        return true;
    }
    let known = || state.memory().consents.contains(&consent_of(state, pending));
    match *state.policy.consent.remembered {
        Remembered::Nothing => false,
        Remembered::Everything => true,
        Remembered::Loopback => is_loopback_uri(&pending.redirect_uri) && known(),
        Remembered::Name => name_as_read(state, &pending.client_id).is_some() && known(),
        Remembered::Client | Remembered::ClientAndRedirectUri | Remembered::RedirectUri => known(),
    }
}

/// The request that a form or a URL names.
fn named(sent: &Parameters) -> Option<&str> {
    HANDLES.into_iter().find_map(|handle| parameter(sent, handle))
}

/// The pending request that a form names, if its token is right.
pub(crate) fn pending(state: &State, sent: &Parameters) -> Option<(String, Pending)> {
    let request = named(sent)?.to_owned();
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

pub(crate) fn expired(state: &State) -> Response {
    pages::refusal(
        &state.policy.pages,
        "",
        "the request is unknown or has expired; please begin again",
        "",
    )
}
