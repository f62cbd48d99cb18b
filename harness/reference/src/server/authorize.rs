//! The authorization endpoint: the client and the redirect URI are judged first, and only then may errors be redirected.

use std::sync::Arc;
use std::time::Duration;

use axum::body::Bytes;
use axum::extract::RawQuery;
use axum::extract::State as Shared;
use axum::http::HeaderMap;
use axum::http::header::ACCESS_CONTROL_ALLOW_ORIGIN;
use axum::response::Response;
use url::Url;

use crate::cimd::Refusal;
use crate::cimd::looks_like_url;
use crate::cimd::redirect_matches;
use crate::faults::registration::traced;
use crate::faults::site::is_of_site;
use crate::policy::ChallengeRule;
use crate::policy::Check;
use crate::policy::EndpointFault;
use crate::policy::Issuer;
use crate::policy::ResourceRule;
use crate::policy::SiteRule;
use crate::server::choice::has_scope;
use crate::server::client::Client;
use crate::server::client::Method;
use crate::server::reply::Parameters;
use crate::server::reply::error;
use crate::server::reply::parameter;
use crate::server::reply::parameters;
use crate::server::reply::see_other;
use crate::server::reply::set;
use crate::server::state::Pending;
use crate::server::state::State;
use crate::server::user::consent::ask;
use crate::server::user::consent::tell;
use crate::server::user::pages;

/// Between looking and writing, in mutants that do both apart.
pub(crate) const PAUSE_OF_MUTANT: Duration = Duration::from_millis(80);
const STATE_OF_MUTANT: usize = 1024;

/// Authorization requests by GET.
pub(crate) async fn by_query(
    Shared(state): Shared<Arc<State>>,
    headers: HeaderMap,
    RawQuery(query): RawQuery,
) -> Response {
    let mut shown = authorize(&state, &headers, parameters(query.unwrap_or_default().as_bytes())).await;
    if state.policy.endpoint.is(EndpointFault::CrossOrigin) {
        set(&mut shown, ACCESS_CONTROL_ALLOW_ORIGIN, "*");
    }
    shown
}

/// Authorization requests by POST.
pub(crate) async fn by_form(Shared(state): Shared<Arc<State>>, headers: HeaderMap, body: Bytes) -> Response {
    authorize(&state, &headers, parameters(&body)).await
}

/// An authorization request that is not right.
pub(crate) enum Wrong {
    /// The server failed: only with mutants.
    Failure,
    /// Nothing can be trusted: shown here.
    Here {
        /// For the user.
        reason: String,
        /// For nobody, but the mutant that shows it.
        internals: String,
    },
    /// The redirect URI is the client's: told there.
    There {
        /// The verified redirect URI.
        redirect_uri: String,
        /// The error code.
        error: &'static str,
        /// In words.
        description: &'static str,
    },
}

/// A request that is right, and its client.
pub(crate) struct Right {
    pub(crate) client: Client,
    pub(crate) pending: Pending,
}

async fn authorize(state: &Arc<State>, headers: &HeaderMap, mut sent: Parameters) -> Response {
    let client_id = parameter(&sent, "client_id").unwrap_or_default().to_owned();
    let here = |reason: &str| pages::refusal(&state.policy.pages, &client_id, reason, "");
    if let Some(name) = repeated(&sent, *state.policy.authorize.one_redirect_uri)
        && state.policy.authorize.repeated_parameters.on()
    {
        return here(&format!("the parameter `{name}` comes twice"));
    }
    let fault = &state.policy.endpoint;
    if let Some((name, _)) = sent.iter().find(|(_, value)| value.is_empty())
        && fault.is(EndpointFault::EmptyCounts)
    {
        return here(&format!("the parameter `{name}` is not right"));
    }
    sent.retain(|(_, value)| !value.is_empty());
    if let Some((name, _)) = sent.iter().find(|(name, _)| name.starts_with("x_"))
        && fault.is(EndpointFault::UnknownRefused)
    {
        return here(&format!("the parameter `{name}` is not known"));
    }
    if !state.policy.authorize.first_counts.on() {
        sent.reverse();
    }
    state.note_of_stranger("authorization is asked by", &client_id);
    if let Some(user) = parameter(&sent, "login_hint")
        && !state.policy.authorize.private.on()
    {
        let query = url::form_urlencoded::Serializer::new(String::new())
            .append_pair("user", user)
            .finish();
        let _ = state.client(&format!("{client_id}?{query}")).await;
    }
    let mut check_redirect_uri =
        parameter(&sent, "response_mode").is_none() || state.policy.authorize.response_modes.on();
    let is_offline = parameter(&sent, "scope").is_some_and(|scope| scope.contains("offline_access"));
    if is_offline && !state.policy.authorize.offline_access.on() {
        return error(500, "server_error", "the scope could not be read");
    }
    if let Some(resource) = parameter(&sent, "resource")
        && !state.policy.authorize.request_uri_left_alone.on()
    {
        state.documents.follow(&client_id, &[resource.to_owned()]).await;
    }
    let pushed = parameter(&sent, "request_uri").map(str::to_owned);
    let is_pushed = pushed.is_some();
    if let Some(uri) = pushed {
        match state.pushed(&uri, &client_id) {
            Ok(pushed) if !state.policy.authorize.par_alone.on() => sent.extend(pushed),
            Ok(pushed) => sent = pushed,
            Err(reason) => {
                if !state.policy.authorize.request_uri_left_alone.on() {
                    state.documents.follow(&client_id, &[uri]).await;
                }
                return here(reason);
            }
        }
        check_redirect_uri &= state.policy.authorize.par_redirect_uri.on();
    } else if state.policy.choice.requests.pushed_if_wanted.other() {
        return here("requests are pushed to this server");
    }
    match judged(state, &sent, check_redirect_uri).await {
        Ok(right) if right.client.pushes && !is_pushed => here("this client pushes its requests"),
        Ok(mut right) => {
            state.meet(&right.client);
            if let Some((_, last)) = sent.iter().rfind(|(name, _)| name == "redirect_uri")
                && !state.policy.authorize.one_redirect_uri.on()
            {
                right.pending.redirect_uri = last.clone();
            }
            ask(state, headers, right).await
        }
        Err(Wrong::Here { .. }) if client_id.is_empty() && fault.is(EndpointFault::AuthorizationTraced) => {
            traced(400)
        }
        Err(Wrong::Here { reason, internals }) => {
            if let Some(uri) = parameter(&sent, "redirect_uri")
                && !state.policy.authorize.errors_stay_here.on()
            {
                let state_sent = parameter(&sent, "state");
                return see_other(&answer(state, uri, state_sent, &[("error", "invalid_request")]));
            }
            pages::refusal(&state.policy.pages, &client_id, &reason, &internals)
        }
        Err(Wrong::Failure) => error(500, "server_error", "the document could not be read"),
        Err(Wrong::There {
            redirect_uri,
            error,
            description,
        }) => {
            let state_sent = parameter(&sent, "state");
            tell(state, headers, redirect_uri, state_sent, (error, description))
        }
    }
}

/// Judges the parameters of a request.
pub(crate) async fn judged(state: &Arc<State>, sent: &Parameters, check_uri: bool) -> Result<Right, Wrong> {
    let here = |reason: &str| Wrong::Here {
        reason: reason.to_owned(),
        internals: String::new(),
    };
    let id = parameter(sent, "client_id").ok_or_else(|| here("`client_id` is missing"))?;
    let client = state.client(id).await.map_err(|refusal| match refusal {
        Refusal::Failure => Wrong::Failure,
        refusal => Wrong::Here {
            reason: refusal.public_reason(),
            internals: format!("{refusal:?}"),
        },
    })?;
    if !looks_like_url(id)
        && !state.policy.management.left_alone.on()
        && let Some(known) = state.store.client(&client.id)
    {
        tokio::time::sleep(PAUSE_OF_MUTANT).await;
        let _ = state.store.put_client(&known);
    }
    let redirect_uri = match parameter(sent, "redirect_uri") {
        Some(uri)
            if !check_uri
                || client.any_redirect_uri
                || redirect_matches(&client.redirects, &client.redirect_uris, uri) =>
        {
            uri.to_owned()
        }
        Some(_) => return Err(here("the redirect URI is not one of the client's")),
        None => match client.redirect_uris.as_slice() {
            [only] => only.clone(),
            [first, ..] if !state.policy.authorize.ambiguous_redirect.on() => first.clone(),
            _ => return Err(here("`redirect_uri` is missing")),
        },
    };
    if looks_like_url(id)
        && client.redirects.site.is(SiteRule::FirstAsked)
        && state.memory().compared.insert(client.id.clone())
        && !is_of_site(&client.id, &redirect_uri)
    {
        return Err(here("the redirect URI is of another site"));
    }
    if looks_like_url(id) && !state.policy.token.documents_renewed.on() {
        let kept = (client.id.clone(), client.clone());
        state.memory().authorized.insert(kept.0, kept.1);
    }
    let there = |error, description| Wrong::There {
        redirect_uri: redirect_uri.clone(),
        error,
        description,
    };
    if client.method == Method::Unsupported {
        return Err(match state.policy.credentials.told_to_client.on() {
            true => there(
                "unauthorized_client",
                "no authentication method of the client is supported",
            ),
            false => here("no authentication method of the client is supported"),
        });
    }
    let wants_token = parameter(sent, "response_type") == Some("token");
    let is_served = wants_token && !state.policy.authorize.implicit.on();
    let is_code = parameter(sent, "response_type") == Some("code")
        || state.policy.endpoint.is(EndpointFault::AnyResponseType);
    if !is_code && !is_served {
        return Err(there("unsupported_response_type", "only `code` is supported"));
    }
    if !client.may_use("authorization_code") && state.policy.document.grant_types.on() {
        return Err(there("unauthorized_client", "the client does not use this grant"));
    }
    let scopes = parameter(sent, "scope").unwrap_or_default().split_whitespace();
    if scopes.into_iter().any(|scope| !has_scope(&state.policy, scope)) {
        return Err(there("invalid_scope", "a scope is unknown"));
    }
    let resources: Vec<_> = sent.iter().filter(|(name, _)| name == "resource").collect();
    if resources.len() > 1 && state.policy.authorize.resources.is(ResourceRule::One) {
        return Err(there("invalid_request", "`resource` comes twice"));
    }
    for (_, resource) in resources {
        if let Some((error, description)) = wrong_resource(*state.policy.authorize.resources, resource) {
            return Err(there(error, description));
        }
    }
    let method = parameter(sent, "code_challenge_method").unwrap_or("plain");
    let rule = &state.policy.authorize.challenge;
    let challenge = match parameter(sent, "code_challenge") {
        None if rule.is(ChallengeRule::Optional) => None,
        None => return Err(there("invalid_request", "`code_challenge` is missing")),
        Some(challenge) => {
            let is_taken = method == "S256" && challenge.len() == 43
                || matches!(method, "S256" | "plain") && rule.is(ChallengeRule::S256OrPlain)
                || rule.is(ChallengeRule::AnyMethod);
            if !is_taken {
                return Err(there("invalid_request", "only S256 challenges are supported"));
            }
            Some((challenge.to_owned(), method.to_owned()))
        }
    };
    let scope = match (parameter(sent, "scope"), &client.scope) {
        (Some(asked), Some(most)) if state.policy.document.scope.on() => match within(asked, most) {
            kept if kept.is_empty() => {
                return Err(there("invalid_scope", "the client did not name this scope"));
            }
            kept => Some(kept),
        },
        (asked, _) => asked.map(str::to_owned),
    };
    let redirect_uri = match client.redirect_uris.first() {
        Some(first) if !state.policy.authorize.sent_where_asked.on() => first.clone(),
        _ => redirect_uri,
    };
    let by_form = parameter(sent, "response_mode") == Some("form_post")
        && (state.policy.choice.pages.form_post.other() || !state.policy.authorize.response_modes.on());
    let pending = Pending {
        client_id: client.id.clone(),
        redirect_uri,
        by_form,
        state: parameter(sent, "state").map(str::to_owned),
        scope,
        resources: super::reply::all(sent, "resource"),
        key: parameter(sent, "dpop_jkt").map(str::to_owned),
        implicit: is_served,
        challenge,
        csrf: state.random(),
        expires: State::pending_expiry(),
        session: None,
        user: None,
        wrong: None,
    };
    Ok(Right { client, pending })
}

/// What is wrong with a resource indicator.
pub(crate) fn wrong_resource(rule: ResourceRule, resource: &str) -> Option<(&'static str, &'static str)> {
    let is_absolute = Url::parse(resource).is_ok_and(|url| url.has_host()) && !resource.contains('#');
    let authority = resource.split('/').take(3).collect::<String>();
    match rule {
        ResourceRule::Anything => None,
        ResourceRule::Nothing => Some(("invalid_request", "`resource` is not known here")),
        ResourceRule::LowerCase if authority.contains(|c: char| c.is_ascii_uppercase()) => {
            Some(("invalid_target", "the resource is not known"))
        }
        ResourceRule::Absolute | ResourceRule::LowerCase | ResourceRule::One if is_absolute => None,
        ResourceRule::Absolute | ResourceRule::LowerCase | ResourceRule::One => Some((
            "invalid_target",
            "the resource is no absolute URI without a fragment",
        )),
    }
}

/// What an authorization response tells, with `state`, `iss` and, if a shape has one, `session_state`.
pub(crate) fn told_with(state: &State, sent: Option<&str>, told: &[(&str, &str)]) -> Vec<(String, String)> {
    let mut all: Vec<(String, String)> = told
        .iter()
        .map(|(name, value)| ((*name).to_owned(), (*value).to_owned()))
        .collect();
    let mut tell = |name: &str, value: String| all.push((name.to_owned(), value));
    if let Some(sent) = sent.filter(|_| state.policy.authorize.state.on()) {
        let whole = state.policy.authorize.whole_state.on();
        let most = if whole { usize::MAX } else { STATE_OF_MUTANT };
        tell("state", sent.chars().take(most).collect());
    }
    match *state.policy.authorize.issuer {
        Issuer::Right => tell("iss", state.issuer.clone()),
        Issuer::Wrong => tell("iss", format!("{}/", state.issuer)),
        Issuer::Missing => {}
    }
    if state.policy.choice.pages.challenges.other() {
        tell("session_state", state.random());
    }
    all
}

/// The URL of an authorization response: what it tells, appended to the redirect URI's query.
pub(crate) fn answer(state: &State, redirect_uri: &str, sent: Option<&str>, told: &[(&str, &str)]) -> String {
    let mut query = url::form_urlencoded::Serializer::new(String::new());
    query.extend_pairs(told_with(state, sent, told));
    let (bare, own) = redirect_uri.split_once('?').unwrap_or((redirect_uri, ""));
    if !state.policy.authorize.query_retained.on() {
        return format!("{bare}?{}", query.finish());
    }
    if !own.is_empty() && !state.policy.authorize.query_literal.on() {
        let pairs = url::form_urlencoded::parse(own.as_bytes());
        let own = url::form_urlencoded::Serializer::new(String::new())
            .extend_pairs(pairs)
            .finish();
        return format!("{bare}?{own}&{}", query.finish());
    }
    if !own.is_empty() && !state.policy.authorize.query_not_overridden.on() {
        let answered = query.finish();
        let is_answered = |name: &str| {
            let mut pairs = url::form_urlencoded::parse(answered.as_bytes());
            pairs.any(|(known, _)| known == name)
        };
        let mut kept: Vec<&str> = own.split('&').collect();
        kept.retain(|pair| !is_answered(pair.split('=').next().unwrap_or_default()));
        kept.push(&answered);
        return format!("{bare}?{}", kept.join("&"));
    }
    let joint = if redirect_uri.contains('?') { '&' } else { '?' };
    format!("{redirect_uri}{joint}{}", query.finish())
}

/// What of a scope a client may have.
fn within(asked: &str, most: &str) -> String {
    let allowed: Vec<&str> = most.split(' ').collect();
    let kept: Vec<&str> = asked.split(' ').filter(|scope| allowed.contains(scope)).collect();
    kept.join(" ")
}

pub(crate) fn repeated(sent: &Parameters, one_redirect_uri: Check) -> Option<&str> {
    let single = |name: &str| name != "resource" && (name != "redirect_uri" || one_redirect_uri.on());
    sent.iter()
        .enumerate()
        .filter(|(_, (name, _))| single(name))
        .find_map(|(index, (name, _))| {
            sent[..index]
                .iter()
                .any(|(earlier, _)| earlier == name)
                .then_some(name.as_str())
        })
}
