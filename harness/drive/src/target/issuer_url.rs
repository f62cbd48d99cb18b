//! The place of a server, and what is found from there.

use url::Url;

use crate::error::DriveError;

/// The issuer as a URL that a server can have.
pub(crate) fn place(issuer: &str) -> Result<Url, DriveError> {
    Url::parse(issuer)
        .ok()
        .filter(|url| matches!(url.scheme(), "http" | "https") && url.has_host())
        .filter(|url| url.query().is_none() && url.fragment().is_none())
        .filter(|url| url.username().is_empty() && url.password().is_none())
        .ok_or_else(|| DriveError::Issuer {
            issuer: without_user(issuer),
        })
}

/// A URL without the user and password that may stand in it.
fn without_user(url: &str) -> String {
    let Some((scheme, rest)) = url.split_once("://") else {
        return url.to_owned();
    };
    let (authority, path) = rest.split_at(rest.find(['/', '?', '#']).unwrap_or(rest.len()));
    let host = authority.rsplit_once('@').map_or(authority, |(_, host)| host);
    format!("{scheme}://{host}{path}")
}

/// The well-known path between host and path (RFC 8414).
pub(crate) fn inserted(place: &Url, well_known: &str) -> Url {
    let mut url = place.clone();
    url.set_path(&format!("{well_known}{}", place.path().trim_end_matches('/')));
    url
}

/// The well-known path after the path (OpenID Connect Discovery).
pub(crate) fn appended(place: &Url, well_known: &str) -> Url {
    let mut url = place.clone();
    url.set_path(&format!("{}{well_known}", place.path().trim_end_matches('/')));
    url
}
