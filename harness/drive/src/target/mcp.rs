//! From an MCP server to its authorization server: the 401, the metadata of RFC 9728, the issuer.

use std::time::Duration;

use cimdspec_model::profile::Profile;
use url::Url;

use crate::error::DriveError;
use crate::http::answer::Answer;
use crate::http::answer::Lost;
use crate::http::client::Ask;
use crate::http::client::Trust;
use crate::http::client::Wire;

/// What an MCP server tells about its authorization.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Protected {
    /// The issuer of its authorization server.
    pub issuer: String,
    /// The resource that tokens are for (RFC 8707).
    pub resource: String,
    /// The scopes that it asks for, if it says.
    pub scope: Option<String>,
    /// The way there, in words.
    pub told: Vec<String>,
}

const DEADLINE: Duration = Duration::from_secs(10);
const WELL_KNOWN: &str = "/.well-known/oauth-protected-resource";
const INITIALIZE: &str = r#"{"jsonrpc":"2.0","id":1,"method":"initialize","params":{"protocolVersion":"2025-11-25","capabilities":{},"clientInfo":{"name":"cimdspec","version":"0"}}}"#;

impl Protected {
    /// Asks an MCP server who authorizes for it.
    ///
    /// # Errors
    /// [`DriveError::Mcp`] when it does not say, with what was tried.
    pub async fn discover(url: &str, trust: Trust<'_>, profile: &Profile) -> Result<Self, DriveError> {
        let failed = |told: Vec<String>| DriveError::Mcp {
            url: url.to_owned(),
            tried: told,
        };
        let place = Url::parse(url)
            .ok()
            .filter(|url| matches!(url.scheme(), "http" | "https") && url.has_host())
            .ok_or_else(|| failed(vec!["it is no http or https URL".to_owned()]))?;
        let wire = Wire::new(trust, profile)?;
        let mut told = Vec::new();
        let challenge = challenge(&wire, &place, &mut told).await;
        let named = challenge.as_deref().and_then(|challenge| {
            let named = parameter(challenge, "resource_metadata")?;
            place.join(&named).ok()
        });
        let mut places = Vec::new();
        match named {
            Some(named) if named.origin() == place.origin() => places.push(named),
            // Following it would send requests to a server that nobody named to us.
            Some(named) => told.push(format!("`{named}` is of another origin and is not asked")),
            None => {}
        }
        let path = place.path().trim_end_matches('/');
        for suffix in [path, ""] {
            let mut well_known = place.clone();
            well_known.set_query(None);
            well_known.set_path(&format!("{WELL_KNOWN}{suffix}"));
            if !places.contains(&well_known) {
                places.push(well_known);
            }
        }
        for metadata in places {
            match told_there(&wire, &metadata).await {
                Err(reason) => told.push(format!("`{metadata}`: {reason}")),
                Ok((issuer, resource, scopes)) => {
                    told.push(format!(
                        "`{metadata}`: authorization server `{issuer}`, resource `{resource}`"
                    ));
                    let asked = challenge
                        .as_deref()
                        .and_then(|challenge| parameter(challenge, "scope"));
                    return Ok(Self {
                        issuer,
                        resource,
                        scope: asked.or(scopes),
                        told,
                    });
                }
            }
        }
        Err(failed(told))
    }
}

/// The challenge of the 401 that an unauthorized request is answered with.
async fn challenge(wire: &Wire, place: &Url, told: &mut Vec<String>) -> Option<String> {
    let mut post = Ask::get(place.clone()).method("POST");
    post.body = Some(INITIALIZE.to_owned());
    let accept = "application/json, text/event-stream";
    let asks = [
        post.header("content-type", "application/json")
            .header("accept", accept),
        Ask::get(place.clone()).header("accept", accept),
    ];
    for ask in asks {
        match wire.send(&ask, DEADLINE).await {
            Ok(answer) if answer.status == 401 => {
                let challenge = answer.header("www-authenticate").map(str::to_owned);
                told.push(match &challenge {
                    Some(_) => format!("{} `{place}`: 401 with a challenge", ask.method),
                    None => format!("{} `{place}`: 401 without `WWW-Authenticate`", ask.method),
                });
                return challenge;
            }
            Ok(answer) => told.push(format!("{} `{place}`: status {}", ask.method, answer.status)),
            Err(lost) => told.push(format!("{} `{place}`: {}", ask.method, in_words(lost))),
        }
    }
    None
}

async fn told_there(wire: &Wire, metadata: &Url) -> Result<(String, String, Option<String>), String> {
    let ask = Ask::get(metadata.clone()).header("accept", "application/json");
    told_in(&wire.send(&ask, DEADLINE).await.map_err(in_words)?)
}

/// The issuer, the resource and the scopes that an answer with metadata of RFC 9728 names.
pub(crate) fn told_in(answer: &Answer) -> Result<(String, String, Option<String>), String> {
    if answer.status != 200 {
        return Err(format!("status {}", answer.status));
    }
    let members = answer.json().ok_or("an answer that is no JSON object")?;
    let list = |name: &str| -> Vec<String> {
        let items = members.get(name).and_then(|value| value.as_array());
        let texts = items.into_iter().flatten().filter_map(|item| item.as_str());
        texts.map(str::to_owned).collect()
    };
    let issuer = list("authorization_servers").into_iter().next();
    let resource = members.get("resource").and_then(|value| value.as_str());
    let scopes = list("scopes_supported");
    Ok((
        issuer.ok_or("a document without `authorization_servers`")?,
        resource.ok_or("a document without `resource`")?.to_owned(),
        (!scopes.is_empty()).then(|| scopes.join(" ")),
    ))
}

/// The value of a parameter of a challenge, quoted or not.
pub(crate) fn parameter(challenge: &str, name: &str) -> Option<String> {
    let mut rest = challenge;
    loop {
        let at = rest.find(name)?;
        let starts = rest[..at].ends_with([' ', ',']) || at == 0;
        rest = &rest[at + name.len()..];
        let Some(value) = rest.trim_start().strip_prefix('=').filter(|_| starts) else {
            continue;
        };
        let value = value.trim_start();
        return Some(match value.strip_prefix('"') {
            Some(quoted) => quoted.split('"').next().unwrap_or_default().to_owned(),
            None => value.split([',', ' ']).next().unwrap_or_default().to_owned(),
        });
    }
}

fn in_words(lost: Lost) -> String {
    match lost {
        Lost::Broken(reason) => reason,
        Lost::Timeout => format!("no answer within {} s", DEADLINE.as_secs()),
    }
}

#[cfg(test)]
mod tests {
    use serde_json::json;
    use wiremock::Mock;
    use wiremock::MockServer;
    use wiremock::ResponseTemplate;
    use wiremock::matchers::method;
    use wiremock::matchers::path;

    use super::*;

    const TRUST: Trust<'static> = Trust {
        pem: "",
        system: false,
    };

    #[test]
    fn parameters_of_a_challenge_are_read() {
        let challenge = r#"Bearer error="x", resource_metadata = "https://a/.well-known/x", scope=read"#;
        assert_eq!(
            parameter(challenge, "resource_metadata").unwrap(),
            "https://a/.well-known/x"
        );
        assert_eq!(parameter(challenge, "scope").unwrap(), "read");
        assert_eq!(parameter(r#"Bearer no_scope="x""#, "scope"), None);
    }

    #[tokio::test]
    async fn the_challenge_leads_to_the_issuer() {
        let server = MockServer::start().await;
        let metadata = format!("{}/meta", server.uri());
        let refusal = ResponseTemplate::new(401).insert_header(
            "www-authenticate",
            format!(r#"Bearer resource_metadata="{metadata}", scope="tools""#),
        );
        Mock::given(method("POST"))
            .and(path("/mcp"))
            .respond_with(refusal)
            .mount(&server)
            .await;
        let document =
            json!({ "resource": "https://mcp.test/mcp", "authorization_servers": ["https://as.test"] });
        let found = ResponseTemplate::new(200).set_body_json(document);
        Mock::given(path("/meta"))
            .respond_with(found)
            .mount(&server)
            .await;
        let url = format!("{}/mcp", server.uri());
        let protected = Protected::discover(&url, TRUST, &Profile::default())
            .await
            .unwrap();
        assert_eq!(
            (
                protected.issuer.as_str(),
                protected.resource.as_str(),
                protected.scope.as_deref()
            ),
            ("https://as.test", "https://mcp.test/mcp", Some("tools"))
        );
    }

    #[tokio::test]
    async fn without_a_challenge_the_well_known_places_are_tried() {
        let server = MockServer::start().await;
        let document = json!({ "resource": server.uri(), "authorization_servers": ["https://as.test"] });
        let found = ResponseTemplate::new(200).set_body_json(document);
        let place = "/.well-known/oauth-protected-resource/mcp";
        Mock::given(path(place)).respond_with(found).mount(&server).await;
        let url = format!("{}/mcp", server.uri());
        let protected = Protected::discover(&url, TRUST, &Profile::default())
            .await
            .unwrap();
        assert_eq!(protected.issuer, "https://as.test");
        let silent =
            Protected::discover(&format!("{}/other", server.uri()), TRUST, &Profile::default()).await;
        assert!(
            silent
                .unwrap_err()
                .to_string()
                .contains("oauth-protected-resource/other")
        );
    }
}
