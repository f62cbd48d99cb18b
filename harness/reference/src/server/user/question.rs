//! The page that asks whether a client may: what it shows, what is filled in, what denies.

use std::sync::Arc;

use axum::response::Response;
use base64::Engine;
use base64::engine::general_purpose::STANDARD;

use crate::cimd::is_loopback_uri;
use crate::policy::DeniedBy;
use crate::server::client::Client;
use crate::server::state::Pending;
use crate::server::state::State;
use crate::server::state::hash;
use crate::server::user::entry::Before;
use crate::server::user::entry::credentials;
use crate::server::user::entry::handle;
use crate::server::user::entry::hidden;
use crate::server::user::pages;

/// What is asked for where a request names no scope.
const ACCOUNT: &str = "account";
/// What a shape gives to every client.
const EVERYBODYS: [&str; 7] = [
    "address", "calendar", "email", "groups", "phone", "profile", "roles",
];

/// Asks whether the client may; again, if the password was wrong.
pub(crate) async fn question(
    state: &Arc<State>,
    client: &Client,
    pending: &Pending,
    request: &str,
    failed: bool,
) -> Response {
    state.note_of_stranger("somebody is asked about", &client.name);
    let newer = match state.policy.consent.one_document.on() {
        true => None,
        false => state.client(&client.id).await.ok(),
    };
    let client = newer.as_ref().unwrap_or(client);
    let redirect = host_of(&pending.redirect_uri);
    let scope = shown_scope(state, pending.scope.as_deref());
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
        scope: scope.as_deref(),
        pages: &client.pages,
        loopback: client.redirect_uris.iter().all(|uri| is_loopback_uri(uri)),
        logo,
        unchecked: &client.unchecked,
        hidden: hidden(state, Before::Decision, request, pending),
        fields: fields(state, pending, failed),
        deny: denial(state, pending, request),
        action: &state.url("/consent"),
    };
    pages::consent(&state.policy.pages, &shown, if failed { 401 } else { 200 })
}

/// What is filled in beside the decision.
fn fields(state: &State, pending: &Pending, failed: bool) -> String {
    let pages = &state.policy.choice.pages;
    let mut fields = String::new();
    if pages.boxes.other() {
        for scope in pending.scope.as_deref().unwrap_or(ACCOUNT).split(' ') {
            let scope = pages::escape(scope);
            fields.push_str(&format!(
                "<label><input type=\"checkbox\" name=\"scope\" value=\"{scope}\"> {scope}</label>"
            ));
        }
    }
    if pages.two_pages.other() {
        fields.push_str(if failed { pages::WRONG } else { "" });
        fields.push_str(&credentials(state, pending));
    }
    fields
}

/// What denies.
fn denial(state: &State, pending: &Pending, request: &str) -> String {
    match *state.policy.choice.pages.denial {
        DeniedBy::Button => "<button name=\"decision\" value=\"deny\">Deny</button>".to_owned(),
        DeniedBy::Link => {
            let handle = handle(state, Before::Decision);
            let to = state.url(&format!("/deny?{handle}={request}&csrf={}", pending.csrf));
            format!("<a href=\"{}\">Cancel</a>", pages::escape(&to))
        }
        DeniedBy::NoBox => {
            "<button type=\"button\" onclick=\"this.form.reset();this.form.submit()\">Cancel</button>"
                .to_owned()
        }
    }
}

/// A scope as it is shown: as it was asked for, or with what every client gets, in any order.
fn shown_scope(state: &State, scope: Option<&str>) -> Option<String> {
    if !state.policy.choice.pages.scope_order.other() {
        return scope.map(str::to_owned);
    }
    let mut words: Vec<&str> = scope.into_iter().flat_map(|scope| scope.split(' ')).collect();
    words.extend(EVERYBODYS);
    let chance = state.random();
    words.sort_by_key(|word| hash(&format!("{chance}{word}")));
    Some(words.join(" "))
}

fn host_of(uri: &str) -> String {
    let rest = uri.split_once("://").map_or(uri, |(_, rest)| rest);
    rest.split(['/', '?', '#']).next().unwrap_or_default().to_owned()
}
