//! The rules for a client identifier and for the document that it names.

use serde_json::Value;
use url::Url;

use crate::manner::Arguments;
use crate::manner::Rule;

/// A client as its document tells it.
#[derive(Debug, Clone)]
pub(crate) struct Client {
    pub(crate) name: String,
    pub(crate) redirect_uris: Vec<String>,
}

/// Reads an identifier: an https URL with a path, spelled in the one usual way.
pub(crate) fn identifier(text: &str) -> Result<Url, String> {
    let rest = text
        .strip_prefix("https://")
        .ok_or("the client identifier is no https URL")?;
    let (authority, path) = rest.split_once('/').ok_or("the client identifier has no path")?;
    if authority.contains('@') || text.contains('#') {
        return Err("the client identifier has user information or a fragment".to_owned());
    }
    let is_dots = |segment: &str| {
        let plain = segment.to_ascii_lowercase().replace("%2e", ".");
        plain == "." || plain == ".."
    };
    if path.split(['/', '?']).any(is_dots) {
        return Err("the client identifier has dot segments".to_owned());
    }
    match Url::parse(text) {
        Ok(url) if url.as_str() == text => Ok(url),
        _ => Err("the client identifier is not spelled in the usual way".to_owned()),
    }
}

/// Reads a document.
pub(crate) fn document(identifier: &str, body: &[u8], arguments: &Arguments) -> Result<Client, String> {
    let value: Value =
        serde_json::from_slice(body).map_err(|error| format!("the document is no JSON: {error}"))?;
    let members = value.as_object().ok_or("the document is no object")?;
    let text = |name: &str| members.get(name).and_then(Value::as_str);
    if arguments.keeps(Rule::ClientIdCompared) && text("client_id") != Some(identifier) {
        return Err("the document is another client's".to_owned());
    }
    let is_secret = |method: &str| method.starts_with("client_secret_");
    if text("token_endpoint_auth_method").is_some_and(is_secret) || members.contains_key("client_secret") {
        return Err("the document speaks of a secret".to_owned());
    }
    let uris = members
        .get("redirect_uris")
        .and_then(Value::as_array)
        .ok_or("the document has no list of redirect URIs")?;
    let redirect_uris: Option<Vec<String>> = uris.iter().map(|uri| uri.as_str().map(str::to_owned)).collect();
    Ok(Client {
        name: text("client_name").unwrap_or(identifier).to_owned(),
        redirect_uris: redirect_uris.ok_or("a redirect URI is no text")?,
    })
}
