//! A world behind a public name: what the target sees, where we listen, who ends TLS and who answers for the names.

use std::net::IpAddr;
use std::net::SocketAddr;
use std::sync::Arc;

use rustls::ServerConfig;
use url::Url;

use super::environment::HostsBy;
use super::environment::NamesOf;
use super::environment::Reach;
use super::environment::TlsEnd;
use crate::error::WorldError;

/// How a public world is built.
#[derive(Debug, Clone)]
pub struct PublicPlan {
    /// What the target sees.
    pub place: PublicPlace,
    /// Where we listen.
    pub listen: SocketAddr,
    /// Our certificate; none where TLS is ended in front of us.
    pub tls: Option<Arc<ServerConfig>>,
    /// How hosts are told apart.
    pub hosts: HostsBy,
    /// The delegated zone that we answer for.
    pub zone: Option<PublicZone>,
}

/// The public URL below which all hosts are.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct PublicPlace {
    name: String,
    port: Option<u16>,
    path: String,
}

/// A delegated zone: the public name and everything below it.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct PublicZone {
    /// Where our name server listens.
    pub listen: SocketAddr,
    /// The addresses that lead to us.
    pub addresses: Vec<IpAddr>,
}

impl PublicPlan {
    /// What its hosts can do.
    pub fn reach(&self) -> Reach {
        Reach {
            hosts: self.hosts,
            tls: match self.tls {
                None => TlsEnd::InFront,
                Some(_) => TlsEnd::Ours,
            },
            names: match self.zone {
                None => NamesOf::Operator,
                Some(_) => NamesOf::World,
            },
        }
    }
}

impl PublicPlace {
    /// Parses the URL.
    ///
    /// # Errors
    /// [`WorldError::PublicUrl`] when it is no https URL of a plain name and path, or hosts shall have names of their
    /// own and it leaves no room for them.
    pub fn parse(text: &str, hosts: HostsBy) -> Result<Self, WorldError> {
        let wrong = |reason: &'static str| WorldError::PublicUrl {
            url: text.to_owned(),
            reason,
        };
        let url = Url::parse(text).map_err(|_| wrong("it is no URL"))?;
        let name = url.domain().unwrap_or_default().trim_end_matches('.');
        let path = url.path().trim_end_matches('/');
        let is_plain = |c: char| c.is_ascii_alphanumeric() || matches!(c, '/' | '-' | '_' | '.');
        match () {
            () if url.scheme() != "https" => Err(wrong("client identifiers are https URLs")),
            () if !name.contains('.') => Err(wrong("it needs a name that the server can look up")),
            () if !url.username().is_empty() || url.password().is_some() => {
                Err(wrong("it must have no user"))
            }
            () if url.query().is_some() || url.fragment().is_some() => {
                Err(wrong("it must have no query and no fragment"))
            }
            () if !path.chars().all(is_plain) => Err(wrong("its path must be of plain words")),
            () if hosts == HostsBy::Name && (url.port().is_some() || !path.is_empty()) => {
                Err(wrong("hosts with names of their own leave no port and no path"))
            }
            () => Ok(Self {
                name: name.to_owned(),
                port: url.port(),
                path: path.to_owned(),
            }),
        }
    }

    /// The name.
    pub fn name(&self) -> &str {
        &self.name
    }

    /// The path before those of the hosts, without a last slash.
    pub fn path(&self) -> &str {
        &self.path
    }

    /// The URL without a last slash.
    pub fn url(&self) -> String {
        let port = self.port.map_or(String::new(), |port| format!(":{port}"));
        format!("https://{}{port}{}", self.name, self.path)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_public_url_has_a_name_and_perhaps_a_port_and_a_path() {
        let place = PublicPlace::parse("https://probe.example.org:8443/a/b/", HostsBy::Path).unwrap();
        assert_eq!(place.url(), "https://probe.example.org:8443/a/b");
        let place = PublicPlace::parse("https://Probe.example.org/", HostsBy::Name).unwrap();
        assert_eq!((place.name(), place.path()), ("probe.example.org", ""));
    }

    #[test]
    fn what_a_server_cannot_fetch_from_is_refused() {
        for (text, hosts, reason) in [
            ("probe", HostsBy::Path, "it is no URL"),
            (
                "http://probe.example.org",
                HostsBy::Path,
                "client identifiers are https URLs",
            ),
            (
                "https://probe",
                HostsBy::Path,
                "it needs a name that the server can look up",
            ),
            (
                "https://192.0.2.1",
                HostsBy::Path,
                "it needs a name that the server can look up",
            ),
            (
                "https://u@probe.example.org",
                HostsBy::Path,
                "it must have no user",
            ),
            (
                "https://probe.example.org/?x",
                HostsBy::Path,
                "it must have no query and no fragment",
            ),
            (
                "https://probe.example.org/a%20b",
                HostsBy::Path,
                "its path must be of plain words",
            ),
            (
                "https://probe.example.org/a",
                HostsBy::Name,
                "hosts with names of their own leave no port and no path",
            ),
        ] {
            assert_eq!(
                PublicPlace::parse(text, hosts).unwrap_err(),
                WorldError::PublicUrl {
                    url: text.to_owned(),
                    reason
                }
            );
        }
    }
}
