//! Where the issuer of a server may be, when there is no metadata at its root: what its pages name, and the usual paths.

use std::collections::BTreeSet;
use std::time::Duration;

use cimdspec_model::profile::Profile;
use cimdspec_page::Html;
use url::Url;

use crate::error::DriveError;
use crate::http::client::Ask;
use crate::http::client::Trust;
use crate::http::client::Wire;
use crate::target::documents::Documents;
use crate::target::issuer_url::place;

const DEADLINE: Duration = Duration::from_secs(5);
const MOST_REDIRECTS: usize = 4;
/// Paths below which authorization servers are often found.
const USUAL: [&str; 18] = [
    "/oauth",
    "/oauth2",
    "/oidc",
    "/auth",
    "/o",
    "/api/auth",
    "/api/oauth",
    "/oauth2/default",
    "/oauth/v2",
    "/openid",
    "/connect",
    "/idp",
    "/sso",
    "/op",
    "/as",
    "/mcp",
    "/default",
    "/realms/master",
];
const WELL_KNOWN: &str = "/.well-known/";

/// The paths of issuers of the server at this origin, as their metadata tell them; none where a path is named.
///
/// # Errors
/// [`DriveError`] when the origin is no URL.
pub async fn paths(origin: &str, profile: &Profile, trust: Trust<'_>) -> Result<Vec<String>, DriveError> {
    let wire = Wire::new(trust, profile)?;
    let origin = place(origin)?;
    if origin.path() != "/" {
        return Ok(Vec::new());
    }
    let mut tried = named(&wire, &origin).await;
    tried.extend(USUAL.map(str::to_owned));
    let mut found = BTreeSet::new();
    for path in tried {
        let mut at = origin.clone();
        at.set_path(&path);
        let documents = Documents::look(&wire, &at, None).await;
        let issuers = documents.found.iter().filter_map(|document| {
            let issuer = Url::parse(document.members.get("issuer")?.as_str()?).ok()?;
            (issuer.origin() == origin.origin()).then(|| issuer.path().to_owned())
        });
        found.extend(issuers.filter(|path| path != "/"));
        if !found.is_empty() {
            break;
        }
    }
    Ok(found.into_iter().collect())
}

/// The paths that the first page of a server names: where it redirects to, and its links to well-known places.
async fn named(wire: &Wire, origin: &Url) -> Vec<String> {
    let mut at = origin.clone();
    let mut paths = Vec::new();
    for _ in 0..MOST_REDIRECTS {
        let Ok(answer) = wire.send(&Ask::get(at.clone()), DEADLINE).await else {
            break;
        };
        let next = answer.header("location").and_then(|to| at.join(to).ok());
        match next.filter(|next| next.origin() == origin.origin()) {
            Some(next) if (300..400).contains(&answer.status) => {
                paths.extend(prefixes(next.path()));
                at = next;
            }
            _ => {
                let html = Html::read(&answer.body);
                let links = html.links().filter_map(|link| at.join(&link).ok());
                let own = links.filter(|link| link.origin() == origin.origin());
                paths.extend(own.filter_map(|link| issuer_of(link.path())));
                break;
            }
        }
    }
    paths.dedup();
    paths
}

/// A path and those above it, the longest first.
fn prefixes(path: &str) -> Vec<String> {
    let parts: Vec<&str> = path.split('/').filter(|part| !part.is_empty()).collect();
    (1..=parts.len())
        .rev()
        .map(|many| format!("/{}", parts[..many].join("/")))
        .collect()
}

/// The path of the issuer whose metadata are at this path.
fn issuer_of(path: &str) -> Option<String> {
    let (before, after) = path.split_once(WELL_KNOWN)?;
    let inserted = after.split_once('/').map(|(_, rest)| format!("/{rest}"));
    Some(match before.is_empty() {
        true => inserted.unwrap_or_default(),
        false => before.to_owned(),
    })
    .filter(|path| !path.is_empty())
}

#[cfg(test)]
mod tests {
    use serde_json::json;
    use wiremock::Mock;
    use wiremock::MockServer;
    use wiremock::ResponseTemplate;
    use wiremock::matchers::path as at;

    use super::*;

    #[test]
    fn the_issuer_of_a_well_known_place_is_around_it() {
        for (path, expected) in [
            ("/t/.well-known/openid-configuration", Some("/t")),
            ("/.well-known/oauth-authorization-server/a/b", Some("/a/b")),
            ("/.well-known/openid-configuration", None),
            ("/login", None),
        ] {
            assert_eq!(issuer_of(path).as_deref(), expected, "{path}");
        }
        assert_eq!(prefixes("/a/b/"), ["/a/b", "/a"]);
    }

    /// The first page leads to an application below a path of its own, and its metadata tell the issuer.
    #[tokio::test]
    async fn what_the_first_page_leads_to_is_looked_at() {
        let server = MockServer::start().await;
        let issuer = format!("{}/shop", server.uri());
        let moved = ResponseTemplate::new(302).insert_header("location", "/shop/welcome");
        let metadata = ResponseTemplate::new(200).set_body_json(json!({ "issuer": issuer }));
        for (path, answer) in [("/", moved), ("/shop/.well-known/openid-configuration", metadata)] {
            Mock::given(at(path)).respond_with(answer).mount(&server).await;
        }
        let trust = Trust {
            pem: "",
            system: false,
        };
        let found = paths(&server.uri(), &Profile::default(), trust).await.unwrap();
        assert_eq!(found, ["/shop"]);
    }
}
