//! The login: name and password, on one page or on two, and perhaps on the page that asks for the decision.

use std::sync::Arc;

use axum::body::Bytes;
use axum::extract::State as Shared;
use axum::http::header;
use axum::response::Response;

use crate::policy::EndpointFault;
use crate::policy::LoginButtons;
use crate::server::client::same;
use crate::server::reply::Parameters;
use crate::server::reply::parameter;
use crate::server::reply::parameters;
use crate::server::reply::set;
use crate::server::state::Pending;
use crate::server::state::State;
use crate::server::state::hash;
use crate::server::state::now;
use crate::server::user::consent::after_form;
use crate::server::user::consent::entered;
use crate::server::user::consent::expired;
use crate::server::user::consent::pending;
use crate::server::user::consent::tell_now;
use crate::server::user::elsewhere::away;
use crate::server::user::pages;
use crate::server::user::pages::hidden_field;
use crate::server::user::upstream::leave;

/// The one user: this server is for tests and demonstrations.
const USER: (&str, &str) = ("alice", "wonderland");
pub(crate) const COOKIE: &str = "session";
const SESSION_SECONDS: u64 = 8 * 60 * 60;
const NAME: &str = "<label>User name <input name=\"username\" autofocus></label>";
const PASSWORD: &str = "<label>Password <input name=\"password\" type=\"password\"></label>";
/// The names by which forms and URLs call a pending request.
pub(crate) const HANDLES: [&str; 3] = ["request", "login_challenge", "consent_challenge"];

/// Before which page somebody stands.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Before {
    Decision,
    Login,
}

/// How a pending request is called there.
pub(crate) fn handle(state: &State, before: Before) -> &'static str {
    match (state.policy.choice.pages.challenges.other(), before) {
        (false, _) => HANDLES[0],
        (true, Before::Login) => HANDLES[1],
        (true, Before::Decision) => HANDLES[2],
    }
}

/// The hidden fields of a form.
pub(crate) fn hidden(state: &State, before: Before, request: &str, pending: &Pending) -> String {
    let handle = handle(state, before);
    [(handle, request), ("csrf", &pending.csrf)]
        .map(|(name, value)| hidden_field(name, value))
        .concat()
}

/// The fields for whoever is to log in: name and password, or what of it comes next.
pub(crate) fn credentials(state: &State, pending: &Pending) -> String {
    match (
        state.policy.choice.pages.name_with_password.other(),
        &pending.user,
    ) {
        (false, _) => format!("{NAME}{PASSWORD}"),
        (true, None) => NAME.to_owned(),
        (true, Some(_)) => PASSWORD.to_owned(),
    }
}

/// The page that asks who the user is, or the way to it.
pub(crate) fn login_page(state: &State, request: &str, pending: &Pending, failed: bool) -> Response {
    if let Some(sent) = away(state, request) {
        return sent;
    }
    if state.policy.choice.pages.own_users.other()
        && let Some(upstream) = &state.upstream
    {
        return leave(state, upstream, request);
    }
    let buttons = match *state.policy.choice.pages.login {
        LoginButtons::LogIn => "<button name=\"action\" value=\"login\">Log in</button>",
        LoginButtons::Continue => "<button>Continue</button>",
        LoginButtons::ContinueOrCancel => {
            "<button>Continue</button><button name=\"action\" value=\"cancel\">Cancel</button>"
        }
    };
    let form = format!(
        "{}{}{buttons}",
        hidden(state, Before::Login, request, pending),
        credentials(state, pending)
    );
    pages::login(&state.policy.pages, &state.url("/login"), &form, failed)
}

/// Whether the password is right.
pub(crate) fn is_the_user(sent: &Parameters, pending: &Pending) -> bool {
    let told = |name: &str| parameter(sent, name).unwrap_or_default();
    let name = pending.user.as_deref().unwrap_or(told("username"));
    name == USER.0 && same(&hash(told("password")), &hash(USER.1))
}

/// Takes the login form.
pub(crate) async fn login(Shared(state): Shared<Arc<State>>, body: Bytes) -> Response {
    let sent = parameters(&body);
    let Some((request, mut pending)) = pending(&state, &sent).filter(|_| state.login.is_none()) else {
        return expired(&state);
    };
    let is_first = state.policy.choice.pages.name_with_password.other() && pending.user.is_none();
    if is_first {
        pending.user = parameter(&sent, "username").map(str::to_owned);
        if let Some(kept) = state.memory().pending.get_mut(&request) {
            kept.user.clone_from(&pending.user);
        }
        return entered(&state, &request, &pending, false).await;
    }
    if !is_the_user(&sent, &pending) {
        return login_page(&state, &request, &pending, true);
    }
    if state.policy.choice.pages.two_pages.other() {
        return tell_now(&state, &pending);
    }
    enter(&state, &request)
}

/// Begins the session of a user who is logged in, and goes on to the question.
pub(crate) fn enter(state: &State, request: &str) -> Response {
    let session = state.random();
    let mut memory = state.memory();
    let now = now();
    memory.sessions.retain(|_, until| *until > now);
    memory.sessions.insert(session.clone(), now + SESSION_SECONDS);
    if let Some(pending) = memory.pending.get_mut(request) {
        pending.session = Some(session.clone());
    }
    drop(memory);
    state.documents.greet_another_user();
    let handle = handle(state, Before::Decision);
    let mut next = state.url(&format!("/consent?{handle}={request}"));
    if state.policy.endpoint.is(EndpointFault::SessionInUrl) {
        next.push_str(&format!("&session={session}"));
    }
    let mut response = after_form(state, &next);
    let secure = state.secure();
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

impl State {
    /// The attribute of cookies that only go over TLS, where the issuer is there.
    pub(crate) fn secure(&self) -> &'static str {
        match self.issuer.starts_with("https:") {
            true => "; Secure",
            false => "",
        }
    }
}
