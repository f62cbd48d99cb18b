//! What a shape does otherwise, all of it lawful.

use axum::response::Response;
use serde_json::Map;
use serde_json::Value;
use serde_json::json;
use url::Url;

use crate::cimd::AuthMethod;
use crate::cimd::looks_like_url;
use crate::cimd::without_comments;
use crate::policy::IssuerForm;
use crate::policy::MethodsTaken;
use crate::policy::Policy;
use crate::policy::RefreshGiven;
use crate::server::client::Client;
use crate::server::client::Method;
use crate::server::reply::see_other;
use crate::server::state::State;

/// Members about keys.
const KEYS: [&str; 2] = ["jwks", "jwks_uri"];
const METHOD: &str = "token_endpoint_auth_method";
/// The domain from which documents are taken where they are not from everywhere.
const LISTED: &str = ".cimdspec.dev";
/// The scope for refresh tokens, where they are only for who gets it.
const OFFLINE: &str = "offline_access";
/// The members that have defaults (RFC 7591 section 2).
const WITH_DEFAULTS: [&str; 3] = [METHOD, "grant_types", "response_types"];

/// The issuer as the shape has it, made from the one that was given.
pub(crate) fn issuer_of(policy: &Policy, given: String) -> String {
    let end = match *policy.choice.places.issuer {
        IssuerForm::Given => return given,
        IssuerForm::Path => "/tenant",
        IssuerForm::Slash => "/",
    };
    match given.ends_with(end) {
        true => given,
        false => format!("{}{end}", given.trim_end_matches('/')),
    }
}

/// What a registration says as far as the server understands it.
pub(crate) fn understood(policy: &Policy, sent: &Map<String, Value>) -> Map<String, Value> {
    let choices = &policy.choice.registration;
    let mut sent = sent.clone();
    if choices.names.other() {
        sent.retain(|name, _| name.split('#').next() != Some("client_name"));
    }
    if choices.own_methods.other() {
        sent.retain(|name, _| !KEYS.contains(&name.as_str()));
        let has_method = |method: &str| sent.get(METHOD).and_then(Value::as_str) == Some(method);
        if has_method("none") || has_method("private_key_jwt") {
            sent.insert(METHOD.to_owned(), json!("client_secret_basic"));
        }
    }
    sent
}

/// Whether the server has this grant.
pub(crate) fn has_grant(policy: &Policy, grant: &str) -> bool {
    match grant {
        "client_credentials" => !policy.choice.registration.methods.is(MethodsTaken::PublicOnly),
        "refresh_token" => !policy.choice.refresh.is(RefreshGiven::Never),
        _ => true,
    }
}

/// The scopes that there are.
pub(crate) fn scopes(policy: &Policy) -> Vec<&'static str> {
    let mut scopes = vec!["read", "write"];
    if policy.choice.refresh.is(RefreshGiven::ForOfflineAccess) {
        scopes.push(OFFLINE);
    }
    scopes
}

/// Whether there is this scope.
pub(crate) fn has_scope(policy: &Policy, scope: &str) -> bool {
    scopes(policy).contains(&scope)
}

/// Whether a token for this scope comes with a refresh token, to who names that grant.
pub(crate) fn is_refreshed(policy: &Policy, scope: Option<&str>) -> bool {
    match *policy.choice.refresh {
        RefreshGiven::ToWhoNamesIt => true,
        RefreshGiven::ForOfflineAccess => {
            let mut scopes = scope.unwrap_or_default().split(' ');
            scopes.any(|scope| scope == OFFLINE)
        }
        RefreshGiven::Never => false,
    }
}

/// Whether a document is in a domain from which documents are taken.
pub(crate) fn is_listed(policy: &Policy, client_id: &str) -> bool {
    let host = || {
        let url = Url::parse(client_id).ok()?;
        url.host_str().map(str::to_owned)
    };
    !policy.choice.requests.documents_anywhere.other() || host().is_some_and(|host| host.ends_with(LISTED))
}

impl State {
    /// Makes the client of an authorization request known to the other endpoints.
    pub(crate) fn meet(&self, client: &Client) {
        if self.policy.choice.requests.known_at_once.other() {
            self.memory().met.insert(client.id.clone());
        }
    }

    /// Whether an endpoint for programs does not know a client yet, which has a document.
    pub(crate) fn is_to_be_met(&self, id: &str) -> bool {
        let waits = looks_like_url(id) && self.policy.choice.requests.known_at_once.other();
        waits && !self.memory().met.contains(id)
    }
}

/// Takes away metadata for which no client has a use.
pub(crate) fn without_unused(policy: &Policy, metadata: &mut Map<String, Value>) {
    let methods = &policy.choice.registration.methods;
    if methods.only().is_some() {
        metadata.remove("token_endpoint_auth_signing_alg_values_supported");
    }
    if methods.is(MethodsTaken::PublicOnly) {
        metadata.remove("introspection_endpoint");
    }
}

/// How a client with a document authenticates.
pub(crate) fn method_of_document(policy: &Policy, method: AuthMethod) -> Method {
    match method {
        AuthMethod::None => Method::None,
        _ if policy.choice.registration.methods.only().is_some() => Method::Unsupported,
        AuthMethod::PrivateKeyJwt => Method::PrivateKeyJwt,
        AuthMethod::SecretBasic => Method::SecretBasic,
        AuthMethod::SecretPost => Method::SecretPost,
        AuthMethod::Unsupported => Method::Unsupported,
    }
}

/// Takes away what is registered by default and was not asked for, where defaults are not registered.
pub(crate) fn without_defaults(
    policy: &Policy,
    sent: &Map<String, Value>,
    metadata: &mut Map<String, Value>,
) {
    if policy.choice.registration.defaults.other() {
        metadata.retain(|name, _| sent.contains_key(name) || !WITH_DEFAULTS.contains(&name.as_str()));
    }
}

/// A body that is read with comments and trailing commas.
pub(crate) fn loosely_read(policy: &Policy, body: &[u8]) -> Option<Map<String, Value>> {
    let text = std::str::from_utf8(body).ok()?;
    let read = || serde_json::from_str(&without_comments(text)).ok();
    policy.choice.registration.strict_json.other().then(read)?
}

/// The answer to a registration as text, with a number that no double holds where the shape has one.
pub(crate) fn answered(policy: &Policy, body: &Value) -> String {
    let text = body.to_string();
    match text.strip_suffix('}') {
        Some(open) if policy.choice.registration.common_numbers.other() => {
            format!("{open},\"x_great\":1e99999}}")
        }
        _ => text,
    }
}

/// The way to a login page, for programs too that ask for what is not there.
pub(crate) fn instead(state: &State) -> Option<Response> {
    let is_sent = state.policy.choice.requests.told_to_programs.other();
    is_sent.then(|| see_other(&state.url("/login")))
}
