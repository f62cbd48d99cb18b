//! A table of the places of each kind of provider: names, paths, and what is there.

use cimdspec_model::profile::UpstreamKind;

/// Where a kind of provider has what a server needs to know.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Places {
    /// Its issuer; the site of a kind that has none.
    pub issuer: &'static str,
    /// Its authorization endpoint.
    pub authorization: &'static str,
    /// Its token endpoint.
    pub token: &'static str,
    /// Where it tells of its users.
    pub userinfo: &'static str,
    /// Its keys, if it signs anything.
    pub jwks: Option<&'static str>,
}

/// What is at a place.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Endpoint {
    Authorize,
    Emails,
    /// A list without an entry.
    EmptyList,
    Introspect,
    Keys,
    Metadata,
    Revoke,
    Token,
    Userinfo,
}

/// A place: host, path, whose it is, and what is there.
type Row = (&'static str, &'static str, UpstreamKind, Endpoint);

const IDP: &str = "idp.cimdspec.dev";
const OPENID: Places = Places {
    issuer: "https://idp.cimdspec.dev",
    authorization: "https://idp.cimdspec.dev/authorize",
    token: "https://idp.cimdspec.dev/token",
    userinfo: "https://idp.cimdspec.dev/userinfo",
    jwks: Some("https://idp.cimdspec.dev/jwks"),
};
const GITHUB: Places = Places {
    issuer: "https://github.com",
    authorization: "https://github.com/login/oauth/authorize",
    token: "https://github.com/login/oauth/access_token",
    userinfo: "https://api.github.com/user",
    jwks: None,
};
const GOOGLE: Places = Places {
    issuer: "https://accounts.google.com",
    authorization: "https://accounts.google.com/o/oauth2/v2/auth",
    token: "https://oauth2.googleapis.com/token",
    userinfo: "https://openidconnect.googleapis.com/v1/userinfo",
    jwks: Some("https://www.googleapis.com/oauth2/v3/certs"),
};
const ROWS: &[Row] = &[
    (
        IDP,
        "/.well-known/openid-configuration",
        UpstreamKind::Openid,
        Endpoint::Metadata,
    ),
    (
        IDP,
        "/.well-known/oauth-authorization-server",
        UpstreamKind::Openid,
        Endpoint::Metadata,
    ),
    (IDP, "/jwks", UpstreamKind::Openid, Endpoint::Keys),
    (IDP, "/authorize", UpstreamKind::Openid, Endpoint::Authorize),
    (IDP, "/token", UpstreamKind::Openid, Endpoint::Token),
    (IDP, "/userinfo", UpstreamKind::Openid, Endpoint::Userinfo),
    (IDP, "/revoke", UpstreamKind::Openid, Endpoint::Revoke),
    (IDP, "/introspect", UpstreamKind::Openid, Endpoint::Introspect),
    (
        "github.com",
        "/login/oauth/authorize",
        UpstreamKind::Github,
        Endpoint::Authorize,
    ),
    (
        "github.com",
        "/login/oauth/access_token",
        UpstreamKind::Github,
        Endpoint::Token,
    ),
    (
        "api.github.com",
        "/user",
        UpstreamKind::Github,
        Endpoint::Userinfo,
    ),
    (
        "api.github.com",
        "/user/emails",
        UpstreamKind::Github,
        Endpoint::Emails,
    ),
    (
        "api.github.com",
        "/user/orgs",
        UpstreamKind::Github,
        Endpoint::EmptyList,
    ),
    (
        "api.github.com",
        "/user/repos",
        UpstreamKind::Github,
        Endpoint::EmptyList,
    ),
    (
        "accounts.google.com",
        "/.well-known/openid-configuration",
        UpstreamKind::Google,
        Endpoint::Metadata,
    ),
    (
        "accounts.google.com",
        "/o/oauth2/v2/auth",
        UpstreamKind::Google,
        Endpoint::Authorize,
    ),
    (
        "accounts.google.com",
        "/o/oauth2/auth",
        UpstreamKind::Google,
        Endpoint::Authorize,
    ),
    (
        "oauth2.googleapis.com",
        "/token",
        UpstreamKind::Google,
        Endpoint::Token,
    ),
    (
        "oauth2.googleapis.com",
        "/revoke",
        UpstreamKind::Google,
        Endpoint::Revoke,
    ),
    (
        "oauth2.googleapis.com",
        "/tokeninfo",
        UpstreamKind::Google,
        Endpoint::Introspect,
    ),
    (
        "openidconnect.googleapis.com",
        "/v1/userinfo",
        UpstreamKind::Google,
        Endpoint::Userinfo,
    ),
    (
        "www.googleapis.com",
        "/oauth2/v1/tokeninfo",
        UpstreamKind::Google,
        Endpoint::Introspect,
    ),
    (
        "www.googleapis.com",
        "/oauth2/v1/userinfo",
        UpstreamKind::Google,
        Endpoint::Userinfo,
    ),
    (
        "www.googleapis.com",
        "/oauth2/v2/userinfo",
        UpstreamKind::Google,
        Endpoint::Userinfo,
    ),
    (
        "www.googleapis.com",
        "/oauth2/v3/userinfo",
        UpstreamKind::Google,
        Endpoint::Userinfo,
    ),
    (
        "www.googleapis.com",
        "/oauth2/v3/certs",
        UpstreamKind::Google,
        Endpoint::Keys,
    ),
    (
        "www.googleapis.com",
        "/oauth2/v4/token",
        UpstreamKind::Google,
        Endpoint::Token,
    ),
];

impl Places {
    /// The places of a kind.
    pub fn of(kind: UpstreamKind) -> Self {
        match kind {
            UpstreamKind::Github => GITHUB,
            UpstreamKind::Google => GOOGLE,
            UpstreamKind::Openid => OPENID,
        }
    }
}

/// The names of the hosts of a kind.
pub(crate) fn hosts(kind: UpstreamKind) -> Vec<&'static str> {
    let mut hosts: Vec<&str> = ROWS
        .iter()
        .filter(|(_, _, whose, _)| *whose == kind)
        .map(|(host, ..)| *host)
        .collect();
    hosts.dedup();
    hosts
}

/// What is at this place, and of which kind it is.
pub(super) fn found(host: &str, path: &str) -> Option<(UpstreamKind, Endpoint)> {
    let mut rows = ROWS.iter();
    let row = rows.find(|(known, at, ..)| *known == host && *at == path)?;
    Some((row.2, row.3))
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::world::ZONE;

    #[test]
    fn the_provider_of_its_own_name_is_in_our_zone() {
        assert_eq!(IDP, format!("idp.{ZONE}"));
    }

    #[test]
    fn what_is_told_is_there() {
        for kind in UpstreamKind::ALL {
            let places = Places::of(kind);
            let told = [
                (Some(places.authorization), Endpoint::Authorize),
                (Some(places.token), Endpoint::Token),
                (Some(places.userinfo), Endpoint::Userinfo),
                (places.jwks, Endpoint::Keys),
            ];
            for (url, endpoint) in told {
                let Some(url) = url else { continue };
                let rest = url.strip_prefix("https://").unwrap();
                let (host, path) = rest.split_at(rest.find('/').unwrap());
                assert_eq!(found(host, path), Some((kind, endpoint)), "{url}");
                assert!(hosts(kind).contains(&host), "{host}");
            }
        }
    }
}
