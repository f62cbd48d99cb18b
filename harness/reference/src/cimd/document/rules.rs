//! The rules of a client metadata document (CIMD -02 section 4).

use base64::Engine;
use base64::engine::general_purpose::URL_SAFE_NO_PAD;
use serde_json::Map;
use serde_json::Value;

use crate::cimd::document::json::object;
use crate::cimd::document::text::carried_out;
use crate::cimd::document::text::text_of;
use crate::cimd::document::tolerance::shown_unchecked;
use crate::cimd::document::tolerance::tolerable;
use crate::cimd::fetch::guarded::Fetched;
use crate::cimd::keys::credentials::credentials;
use crate::cimd::redirect::acceptable_redirect_uri;
use crate::cimd::redirect::has_host_of;
use crate::cimd::redirect::usable_redirect_uris;
use crate::cimd::refusal::Refusal;
use crate::faults::links::links_of;
use crate::faults::site::of_right_site;
use crate::policy::CredentialPolicy;
use crate::policy::DocumentPolicy;
use crate::policy::IdComparison;
use crate::policy::RedirectPolicy;

const PUSHES: &str = "require_pushed_authorization_requests";
/// Members that nearly every document has, beside its redirect URIs and grants.
const USUAL: [&str; 5] = [
    "client_id",
    "client_name",
    "client_uri",
    "response_types",
    "token_endpoint_auth_method",
];
/// How many bytes a document has at most, as the drafts recommend.
const LONGEST_USUAL: usize = 5 * 1024;
const GRANTS: [&str; 2] = ["authorization_code", "refresh_token"];

/// A client by its document.
#[derive(Debug, Clone, PartialEq)]
pub struct ClientDocument {
    /// The identifier: the document's URL.
    pub client_id: String,
    /// Its name, as it says.
    pub client_name: Option<String>,
    /// Its home page, as it says.
    pub client_uri: Option<String>,
    /// Its logo, as it says.
    pub logo_uri: Option<String>,
    /// Its privacy policy, as it says.
    pub policy_uri: Option<String>,
    /// Its terms of service, as it says.
    pub tos_uri: Option<String>,
    /// The redirect URIs.
    pub redirect_uris: Vec<String>,
    /// Where users may be sent after they were logged out; what is no address of a page is left aside.
    pub logout_uris: Vec<String>,
    /// Whether any redirect URI will do: only with mutants.
    pub any_redirect_uri: bool,
    /// The grant types.
    pub grant_types: Vec<String>,
    /// The response types.
    pub response_types: Vec<String>,
    /// The scope that it asks for.
    pub scope: Option<String>,
    /// The algorithm with which it signs assertions.
    pub token_endpoint_auth_signing_alg: Option<String>,
    /// Whether all its requests are to be pushed (RFC 9126 section 6).
    pub pushes: bool,
    /// How it authenticates.
    pub auth: AuthMethod,
    /// Its keys.
    pub keys: Option<KeySource>,
    /// Whether it says what nearly every document says, and no more: what a mutant asks.
    pub(crate) usual: bool,
    /// Its secret: only with mutants.
    pub(crate) secret: Option<String>,
    /// What mutants show as HTML.
    pub(crate) unchecked: Vec<String>,
    /// What mutants contact because a member links to it.
    pub(crate) links: Vec<String>,
    /// What mutants contact because a text asks for it.
    pub(crate) lookups: Vec<String>,
}

impl ClientDocument {
    /// A client of whom nothing is known: what a mutant makes of a fetch that failed.
    pub(crate) fn unknown(client_id: &str) -> Self {
        Self {
            client_id: client_id.to_owned(),
            client_name: None,
            client_uri: None,
            logo_uri: None,
            policy_uri: None,
            tos_uri: None,
            redirect_uris: Vec::new(),
            logout_uris: Vec::new(),
            any_redirect_uri: true,
            grant_types: vec!["authorization_code".to_owned()],
            response_types: vec!["code".to_owned()],
            scope: None,
            token_endpoint_auth_signing_alg: None,
            pushes: false,
            auth: AuthMethod::None,
            keys: None,
            usual: true,
            secret: None,
            unchecked: Vec::new(),
            links: Vec::new(),
            lookups: Vec::new(),
        }
    }
}

/// How a client with a document authenticates.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum AuthMethod {
    /// Not at all.
    None,
    /// By an assertion that its key signs.
    PrivateKeyJwt,
    /// By the secret of its document in the header: only with mutants.
    SecretBasic,
    /// By the secret of its document in the body: only with mutants.
    SecretPost,
    /// By a method that this server does not have.
    Unsupported,
}

/// Where a client's keys are.
#[derive(Debug, Clone, PartialEq)]
pub enum KeySource {
    /// In the document.
    Inline(Value),
    /// At a URL.
    Uri(String),
    /// In the document and at a URL: only with mutants.
    Both(Value, String),
}

/// Whether a document has the members that nearly all have, with one redirect URI that is a web page.
fn is_usual(members: &Map<String, Value>) -> bool {
    let is_web = |uris: &Value| matches!(uris.as_array().map(Vec::as_slice), Some([Value::String(uri)]) if uri.starts_with("https://"));
    let is_own_grant = |grants: &Value| {
        grants.as_array().is_some_and(|all| {
            all.iter()
                .all(|grant| GRANTS.contains(&grant.as_str().unwrap_or_default()))
        })
    };
    members.iter().all(|(name, value)| match name.as_str() {
        "redirect_uris" => is_web(value),
        "grant_types" => is_own_grant(value),
        name => USUAL.contains(&name),
    })
}

/// Reads a response as the document of a client.
pub(crate) fn read(
    policy: &DocumentPolicy,
    rules: &CredentialPolicy,
    redirects: &RedirectPolicy,
    client_id: &str,
    response: &Fetched,
) -> Result<ClientDocument, Refusal> {
    let media = response
        .header("content-type")
        .unwrap_or_default()
        .to_ascii_lowercase();
    let is_page = media.starts_with("text/html") || media.starts_with("image/");
    if is_page && policy.media_type.on() {
        return refuse("its media type is not JSON");
    }
    if media.contains("+json") && !policy.json_types.on() {
        return refuse("its media type is not `application/json`");
    }
    let text = text_of(policy, &response.body)?;
    let members = object(policy, &text)?;
    let place = response.moved.as_deref().unwrap_or(client_id);
    if !identifies(policy, place, members.get("client_id")) {
        return refuse("`client_id` is not its URL");
    }
    if policy.client_secret.on()
        && ["client_secret", "client_secret_expires_at"]
            .iter()
            .any(|name| members.contains_key(*name))
    {
        return refuse("it holds a client secret");
    }
    let mut members = if policy.statement_ignored.on() {
        members
    } else {
        with_statement(members)
    };
    let redirect_uris = redirect_uris(policy, redirects, client_id, &members)?;
    tolerable(policy, &members)?;
    let (auth, keys) = credentials(policy, rules, &members)?;
    let mut lookups = carried_out(policy, &mut members);
    if !policy.statement_issuer.on() {
        let claims = claims_of(&members);
        let issuer = claims.get("iss").and_then(Value::as_str);
        lookups.extend(issuer.map(|issuer| format!("{issuer}/jwks.json")));
    }
    let any_redirect_uri = redirect_uris.is_empty();
    Ok(ClientDocument {
        any_redirect_uri,
        client_id: client_id.to_owned(),
        client_name: string(policy, &members, "client_name")?,
        client_uri: string(policy, &members, "client_uri")?,
        logo_uri: string(policy, &members, "logo_uri")?,
        policy_uri: string(policy, &members, "policy_uri")?,
        tos_uri: string(policy, &members, "tos_uri")?,
        redirect_uris,
        logout_uris: logout_uris(redirects, &members),
        grant_types: strings(policy, &members, "grant_types")?
            .unwrap_or_else(|| vec!["authorization_code".to_owned()]),
        response_types: strings(policy, &members, "response_types")?
            .unwrap_or_else(|| vec!["code".to_owned()]),
        scope: string(policy, &members, "scope")?,
        token_endpoint_auth_signing_alg: string(policy, &members, "token_endpoint_auth_signing_alg")?,
        pushes: rules.pushed_as_asked.on() && members.get(PUSHES) == Some(&Value::Bool(true)),
        auth,
        keys,
        usual: is_usual(&members) && response.body.len() <= LONGEST_USUAL,
        secret: match members.contains_key("client_secret") && !policy.secret_without_effect.on() {
            true => string(policy, &members, "client_secret")?,
            false => None,
        },
        unchecked: shown_unchecked(policy, &members),
        links: links_of(&members),
        lookups,
    })
}

/// The members with what a software statement claims of them: the deviation of a mutant.
fn with_statement(mut members: Map<String, Value>) -> Map<String, Value> {
    let claims = claims_of(&members);
    members.extend(claims);
    members
}

/// What a software statement says, whoever signed it.
fn claims_of(members: &Map<String, Value>) -> Map<String, Value> {
    let claims = members
        .get("software_statement")
        .and_then(Value::as_str)
        .and_then(|statement| statement.split('.').nth(1))
        .and_then(|claims| URL_SAFE_NO_PAD.decode(claims).ok())
        .and_then(|claims| serde_json::from_slice::<Map<String, Value>>(&claims).ok());
    claims.unwrap_or_default()
}

fn redirect_uris(
    document: &DocumentPolicy,
    policy: &RedirectPolicy,
    client_id: &str,
    members: &Map<String, Value>,
) -> Result<Vec<String>, Refusal> {
    let listed = strings(document, members, "redirect_uris").map(Option::unwrap_or_default);
    match listed {
        Ok(uris) if !uris.is_empty() => {
            if policy.any_host.other() && !uris.iter().all(|uri| has_host_of(client_id, uri)) {
                return refuse("a redirect URI has another host than the client identifier");
            }
            if !of_right_site(policy, client_id, &uris) {
                return refuse("a redirect URI is of another site");
            }
            usable_redirect_uris(policy, uris).map_err(wrong)
        }
        _ if !policy.listed.on() => Ok(Vec::new()),
        Ok(_) => refuse("`redirect_uris` is missing or empty"),
        Err(refusal) => Err(refusal),
    }
}

fn logout_uris(policy: &RedirectPolicy, members: &Map<String, Value>) -> Vec<String> {
    let listed = members.get("post_logout_redirect_uris").and_then(Value::as_array);
    let texts = listed.into_iter().flatten().filter_map(Value::as_str);
    texts
        .filter(|uri| acceptable_redirect_uri(&RedirectPolicy::default(), uri).is_ok() || !policy.logout.on())
        .map(str::to_owned)
        .collect()
}

pub(crate) fn wrong(reason: &str) -> Refusal {
    Refusal::Document(reason.to_owned())
}

/// A value of an unexpected type: a refusal, but of the mutant that fails.
pub(crate) fn unexpected(policy: &DocumentPolicy, reason: &str) -> Refusal {
    if policy.unexpected_types.on() {
        wrong(reason)
    } else {
        Refusal::Failure
    }
}

pub(crate) fn refuse<T>(reason: &str) -> Result<T, Refusal> {
    Err(wrong(reason))
}

fn identifies(policy: &DocumentPolicy, client_id: &str, told: Option<&Value>) -> bool {
    let told = match told {
        None => return !policy.missing_client_id.on() || policy.comparison.is(IdComparison::Never),
        Some(Value::String(told)) => told.clone(),
        Some(Value::Array(items)) if !policy.array_client_id.on() => items
            .first()
            .and_then(Value::as_str)
            .unwrap_or_default()
            .to_owned(),
        Some(_) => return policy.comparison.is(IdComparison::Never),
    };
    let parsed = |text: &str| url::Url::parse(text).ok();
    // Whatever the comparison is, an identifier is like itself.
    if told == client_id {
        return true;
    }
    match *policy.comparison {
        IdComparison::Exact => false,
        IdComparison::IgnoringCase => told.eq_ignore_ascii_case(client_id),
        IdComparison::HostOnly => {
            let host = |text: &str| parsed(text).and_then(|url| url.host_str().map(str::to_owned));
            host(&told).is_some() && host(&told) == host(client_id)
        }
        IdComparison::Normalised => parsed(&told).is_some() && parsed(&told) == parsed(client_id),
        IdComparison::TrailingSlash => told.trim_end_matches('/') == client_id.trim_end_matches('/'),
        IdComparison::Never => true,
    }
}

pub(crate) fn string(
    policy: &DocumentPolicy,
    members: &Map<String, Value>,
    name: &str,
) -> Result<Option<String>, Refusal> {
    match members.get(name) {
        None => Ok(None),
        Some(Value::String(text)) => Ok(Some(text.clone())),
        Some(_) if !policy.wrong_types.on() => Ok(None),
        Some(_) => Err(unexpected(policy, &format!("`{name}` is no string"))),
    }
}

pub(crate) fn strings(
    policy: &DocumentPolicy,
    members: &Map<String, Value>,
    name: &str,
) -> Result<Option<Vec<String>>, Refusal> {
    let wrong = || unexpected(policy, &format!("`{name}` is no array of strings"));
    match members.get(name) {
        None => Ok(None),
        Some(Value::Array(items)) => {
            let texts: Option<Vec<String>> = items
                .iter()
                .map(|item| item.as_str().map(str::to_owned))
                .collect();
            texts.map(Some).ok_or_else(wrong)
        }
        Some(_) if !policy.wrong_types.on() => Ok(None),
        Some(_) => Err(wrong()),
    }
}

#[cfg(test)]
#[path = "rules_tests.rs"]
mod tests;
