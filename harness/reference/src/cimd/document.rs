//! The rules of a client metadata document (CIMD -02 section 4).

use serde_json::Map;
use serde_json::Value;

use super::fetch::Fetched;
use super::keys::acceptable;
use super::redirect::acceptable_redirect_uri;
use super::refusal::Refusal;
use crate::policy::DocumentPolicy;
use crate::policy::IdComparison;
use crate::policy::RedirectPolicy;

/// A client by its document.
#[derive(Debug, Clone, PartialEq)]
pub struct ClientDocument {
    /// The identifier: the document's URL.
    pub client_id: String,
    /// Its name, as it says.
    pub client_name: Option<String>,
    /// Its logo, as it says.
    pub logo_uri: Option<String>,
    /// The redirect URIs.
    pub redirect_uris: Vec<String>,
    /// The grant types.
    pub grant_types: Vec<String>,
    /// How it authenticates.
    pub auth: AuthMethod,
    /// Its keys.
    pub keys: Option<KeySource>,
}

/// How a client with a document authenticates.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum AuthMethod {
    /// Not at all.
    None,
    /// By an assertion that its key signs.
    PrivateKeyJwt,
}

/// Where a client's keys are.
#[derive(Debug, Clone, PartialEq)]
pub enum KeySource {
    /// In the document.
    Inline(Value),
    /// At a URL.
    Uri(String),
}

/// Reads a response as the document of a client.
pub(crate) fn read(
    policy: &DocumentPolicy,
    redirects: &RedirectPolicy,
    client_id: &str,
    response: &Fetched,
) -> Result<ClientDocument, Refusal> {
    let media = response
        .header("content-type")
        .unwrap_or_default()
        .to_ascii_lowercase();
    if media.starts_with("text/html") || media.starts_with("image/") {
        return refuse("its media type is not JSON");
    }
    let text = std::str::from_utf8(&response.body).map_err(|_| wrong("it is not UTF-8"))?;
    let members = object(policy, text)?;
    if !identifies(policy, client_id, members.get("client_id")) {
        return refuse("`client_id` is not its URL");
    }
    if policy.client_secret.on()
        && ["client_secret", "client_secret_expires_at"]
            .iter()
            .any(|name| members.contains_key(*name))
    {
        return refuse("it holds a client secret");
    }
    let redirect_uris = strings(&members, "redirect_uris")?.unwrap_or_default();
    if redirect_uris.is_empty() {
        return refuse("`redirect_uris` is missing or empty");
    }
    for uri in &redirect_uris {
        acceptable_redirect_uri(redirects, uri).map_err(wrong)?;
    }
    let auth = auth_method(policy, &members)?;
    let keys = keys(policy, &members)?;
    if auth == AuthMethod::PrivateKeyJwt && keys.is_none() {
        return refuse("it has no keys");
    }
    Ok(ClientDocument {
        client_id: client_id.to_owned(),
        client_name: string(&members, "client_name")?,
        logo_uri: string(&members, "logo_uri")?,
        redirect_uris,
        grant_types: strings(&members, "grant_types")?
            .unwrap_or_else(|| vec!["authorization_code".to_owned()]),
        auth,
        keys,
    })
}

fn wrong(reason: &str) -> Refusal {
    Refusal::Document(reason.to_owned())
}

fn refuse<T>(reason: &str) -> Result<T, Refusal> {
    Err(wrong(reason))
}

fn object(policy: &DocumentPolicy, text: &str) -> Result<Map<String, Value>, Refusal> {
    let lenient;
    let text = if policy.strict_json.on() {
        text
    } else {
        lenient = without_comments(text);
        &lenient
    };
    match serde_json::from_str(text).map_err(|_| wrong("it is not JSON"))? {
        Value::Object(members) => Ok(members),
        Value::Array(items) if !policy.array_root.on() => match items.into_iter().next() {
            Some(Value::Object(members)) => Ok(members),
            _ => refuse("it is no JSON object"),
        },
        _ => refuse("it is no JSON object"),
    }
}

/// What a lenient reader makes of comments and trailing commas.
fn without_comments(text: &str) -> String {
    let lines: Vec<&str> = text
        .lines()
        .filter(|line| !line.trim_start().starts_with("//"))
        .collect();
    let mut out = lines.join("\n");
    for close in ['}', ']'] {
        while let Some(at) = out
            .find(&format!(",{close}"))
            .or_else(|| out.find(&format!(", {close}")))
        {
            out.remove(at);
        }
    }
    out
}

fn identifies(policy: &DocumentPolicy, client_id: &str, told: Option<&Value>) -> bool {
    let told = match told {
        None => return !policy.missing_client_id.on() || policy.comparison == IdComparison::Never,
        Some(Value::String(told)) => told.clone(),
        Some(Value::Array(items)) if !policy.array_client_id.on() => items
            .first()
            .and_then(Value::as_str)
            .unwrap_or_default()
            .to_owned(),
        Some(_) => return policy.comparison == IdComparison::Never,
    };
    let parsed = |text: &str| url::Url::parse(text).ok();
    match policy.comparison {
        IdComparison::Exact => told == client_id,
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

fn auth_method(policy: &DocumentPolicy, members: &Map<String, Value>) -> Result<AuthMethod, Refusal> {
    match members.get("token_endpoint_auth_method") {
        None => Ok(AuthMethod::None),
        Some(Value::String(method)) => match method.as_str() {
            "none" => Ok(AuthMethod::None),
            "private_key_jwt" => Ok(AuthMethod::PrivateKeyJwt),
            "client_secret_basic" | "client_secret_post" | "client_secret_jwt"
                if !policy.secret_methods.on() =>
            {
                Ok(AuthMethod::None)
            }
            _ => refuse("its authentication method is not possible for a client with a document"),
        },
        Some(_) => refuse("`token_endpoint_auth_method` is no string"),
    }
}

fn keys(policy: &DocumentPolicy, members: &Map<String, Value>) -> Result<Option<KeySource>, Refusal> {
    match (members.get("jwks"), string(members, "jwks_uri")?) {
        (None, None) => Ok(None),
        (None, Some(uri)) => Ok(Some(KeySource::Uri(uri))),
        (Some(set), None) => acceptable(policy, set).map(|()| Some(KeySource::Inline(set.clone()))),
        (Some(_), Some(_)) => refuse("it has both `jwks` and `jwks_uri`"),
    }
}

fn string(members: &Map<String, Value>, name: &str) -> Result<Option<String>, Refusal> {
    match members.get(name) {
        None => Ok(None),
        Some(Value::String(text)) => Ok(Some(text.clone())),
        Some(_) => Err(Refusal::Document(format!("`{name}` is no string"))),
    }
}

fn strings(members: &Map<String, Value>, name: &str) -> Result<Option<Vec<String>>, Refusal> {
    let wrong = || Refusal::Document(format!("`{name}` is no array of strings"));
    match members.get(name) {
        None => Ok(None),
        Some(Value::Array(items)) => {
            let texts: Option<Vec<String>> = items
                .iter()
                .map(|item| item.as_str().map(str::to_owned))
                .collect();
            texts.map(Some).ok_or_else(wrong)
        }
        Some(_) => Err(wrong()),
    }
}
