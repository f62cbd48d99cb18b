//! The public environment of a profile: what the target sees, where we listen, and who does the rest.

use std::net::IpAddr;
use std::net::SocketAddr;
use std::ops::Range;

use schemars::JsonSchema;
use serde::Deserialize;
use serde::Deserializer;
use serde::Serialize;
use serde::de::Error;
use toml::Spanned;

use crate::diagnostic::Diagnostic;

/// Where our hosts are for a target on the internet.
#[derive(Debug, Clone, PartialEq, Eq, Default, Serialize)]
pub struct Public {
    /// The public URL of our hosts, as the target sees it.
    pub url: String,
    /// Where we listen for what comes to it.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub listen: Option<SocketAddr>,
    /// The file with the certificate of the public name and its chain, relative to the profile's.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub certificate: Option<String>,
    /// The file with the key of that certificate, relative to the profile's.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub key: Option<String>,
    /// Whether TLS is ended in front of us.
    #[serde(skip_serializing_if = "std::ops::Not::not")]
    pub plain: bool,
    /// Whether each host has a name below the public one, instead of a path.
    #[serde(skip_serializing_if = "std::ops::Not::not")]
    pub wildcard: bool,
    /// The name server to which the public name is delegated.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub zone: Option<NameServer>,
}

/// Our name server, to which the public name is delegated.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields)]
pub struct NameServer {
    /// Where it listens, with the port: `203.0.113.7:53`.
    #[serde(deserialize_with = "certain_place")]
    pub listen: SocketAddr,
    /// The addresses that it answers with: those that lead to this machine.
    pub addresses: Vec<IpAddr>,
}

/// The table as written.
#[derive(Debug, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields)]
pub(super) struct PublicRaw {
    /// The public URL of the test hosts, as the server sees it.
    #[schemars(with = "String")]
    url: Spanned<String>,
    /// Address and port to listen on for requests to the public URL; `127.0.0.1:8443` when left out.
    #[serde(default, deserialize_with = "place")]
    listen: Option<SocketAddr>,
    /// The file with the certificate of the public name and its chain (PEM), relative to the profile's.
    #[serde(default)]
    #[schemars(with = "Option<String>")]
    certificate: Option<Spanned<String>>,
    /// The file with the key of that certificate (PEM), relative to the profile's.
    #[serde(default)]
    #[schemars(with = "Option<String>")]
    key: Option<Spanned<String>>,
    /// Whether a proxy of yours ends TLS and passes plain http on.
    #[serde(default)]
    #[schemars(with = "bool")]
    plain: Option<Spanned<bool>>,
    /// Whether each host has a name below the public one, instead of a path.
    #[serde(default)]
    wildcard: bool,
    /// The built-in name server, where the public name is delegated to it.
    #[serde(default)]
    #[schemars(with = "Option<NameServer>")]
    zone: Option<Spanned<NameServer>>,
}

impl PublicRaw {
    /// The table, if its members fit together.
    ///
    /// # Errors
    /// The first member that does not fit, at its place.
    pub(super) fn read(self, at: &dyn Fn(Range<usize>, String) -> Diagnostic) -> Result<Public, Diagnostic> {
        if let Some(wrong) = wrong_url(self.url.as_ref(), self.wildcard) {
            let told = at(self.url.span(), format!("`{}` {wrong}", self.url.as_ref()));
            return Err(told.hint("for example: url = \"https://probe.example.org\""));
        }
        let plain = self.plain.as_ref().filter(|plain| *plain.as_ref());
        let pair = [
            ("certificate", &self.certificate, "key", &self.key),
            ("key", &self.key, "certificate", &self.certificate),
        ];
        for (name, file, other, its) in pair {
            let Some(file) = file else { continue };
            if its.is_none() {
                let told = at(file.span(), format!("`{name}` stands without `{other}`"));
                return Err(told.hint("both are PEM files: certificate = \"probe.pem\", key = \"probe.key\""));
            }
            if let Some(plain) = plain {
                let told = at(
                    plain.span(),
                    "`plain` and `certificate` exclude each other".to_owned(),
                );
                return Err(
                    told.hint("keep `plain` if a proxy in front of cimdspec ends TLS, else the files")
                );
            }
        }
        if let Some(zone) = &self.zone {
            if !self.wildcard {
                let told = at(zone.span(), "`zone` needs `wildcard = true`".to_owned());
                return Err(
                    told.hint("the name server answers for names below the public one, and paths have none")
                );
            }
            if zone.as_ref().addresses.is_empty() {
                let told = at(zone.span(), "`addresses` of the zone is empty".to_owned());
                return Err(
                    told.hint("name the address that leads to this machine: addresses = [\"203.0.113.7\"]")
                );
            }
        }
        Ok(Public {
            url: self.url.into_inner(),
            listen: self.listen,
            certificate: self.certificate.map(Spanned::into_inner),
            key: self.key.map(Spanned::into_inner),
            plain: plain.is_some(),
            wildcard: self.wildcard,
            zone: self.zone.map(Spanned::into_inner),
        })
    }
}

/// What keeps a text from being the public URL of hosts, in words.
fn wrong_url(text: &str, wildcard: bool) -> Option<&'static str> {
    let Some(rest) = text.strip_prefix("https://") else {
        return Some("is not an https URL, and client identifiers are");
    };
    let (authority, path) = rest.split_once('/').unwrap_or((rest, ""));
    let (name, port) = authority.split_once(':').unwrap_or((authority, ""));
    let is_name = name.contains('.') && name.chars().any(|c| c.is_ascii_alphabetic());
    match () {
        () if rest.contains(['?', '#', '@']) => Some("must have no user, no query and no fragment"),
        () if !is_name => Some("has no name that the server can look up"),
        () if !port.chars().all(|c| c.is_ascii_digit()) => Some("has a port that is not a number"),
        () if wildcard && !(port.is_empty() && path.is_empty()) => {
            Some("must have no port and no path with `wildcard`: hosts have names of their own")
        }
        () => None,
    }
}

/// An address to listen on, with its port.
fn certain_place<'de, D: Deserializer<'de>>(from: D) -> Result<SocketAddr, D::Error> {
    let text = String::deserialize(from)?;
    text.parse().map_err(|_| {
        D::Error::custom(format!(
            "`{text}` is not an address with a port\nhint: for example: listen = \"0.0.0.0:443\""
        ))
    })
}

fn place<'de, D: Deserializer<'de>>(from: D) -> Result<Option<SocketAddr>, D::Error> {
    certain_place(from).map(Some)
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::profile::Profile;

    const HEAD: &str = "name = \"x\"\nissuer = \"https://as.example.net\"\n[public]\n";

    #[test]
    fn the_public_environment_is_read_whole() {
        let text = "url = \"https://probe.example.org\"\nlisten = \"0.0.0.0:443\"\ncertificate = \"probe.pem\"\nkey = \"probe.key\"\n\
                    wildcard = true\nzone = { listen = \"203.0.113.7:53\", addresses = [\"203.0.113.7\"] }\n";
        let public = Profile::read("p.toml", &format!("{HEAD}{text}")).unwrap().public;
        let zone = NameServer {
            listen: "203.0.113.7:53".parse().unwrap(),
            addresses: vec!["203.0.113.7".parse().unwrap()],
        };
        assert_eq!(
            public,
            Some(Public {
                url: "https://probe.example.org".to_owned(),
                listen: "0.0.0.0:443".parse().ok(),
                certificate: Some("probe.pem".to_owned()),
                key: Some("probe.key".to_owned()),
                plain: false,
                wildcard: true,
                zone: Some(zone),
            })
        );
    }

    #[test]
    fn what_does_not_fit_together_is_told_at_its_line() {
        let url = "url = \"https://probe.example.org\"";
        for (text, line, wanted) in [
            ("plain = true", 3, "missing field `url`"),
            (
                "url = \"probe.example.org\"",
                4,
                "`probe.example.org` is not an https URL",
            ),
            (
                "url = \"https://192.0.2.1\"",
                4,
                "has no name that the server can look up",
            ),
            ("url = \"https://u@probe.example.org\"", 4, "must have no user"),
            (
                "wildcard = true\nurl = \"https://probe.example.org/a\"",
                5,
                "no port and no path with `wildcard`",
            ),
            (
                &format!("{url}\ncertificate = \"p.pem\""),
                5,
                "`certificate` stands without `key`",
            ),
            (
                &format!("{url}\nkey = \"p.key\""),
                5,
                "`key` stands without `certificate`",
            ),
            (
                &format!("{url}\nplain = true\ncertificate = \"p.pem\"\nkey = \"p.key\""),
                5,
                "`plain` and `certificate` exclude each other",
            ),
            (
                &format!("{url}\nzone = {{ listen = \"203.0.113.7:53\", addresses = [\"203.0.113.7\"] }}"),
                5,
                "`zone` needs `wildcard = true`",
            ),
            (
                &format!("{url}\nwildcard = true\nzone = {{ listen = \"203.0.113.7:53\", addresses = [] }}"),
                6,
                "`addresses` of the zone is empty",
            ),
            (
                &format!("{url}\nlisten = \"443\""),
                5,
                "`443` is not an address with a port",
            ),
            (
                &format!("{url}\ncertificates = \"p.pem\""),
                5,
                "unknown field `certificates`",
            ),
        ] {
            let told = Profile::read("p.toml", &format!("{HEAD}{text}\n")).unwrap_err();
            assert!(told.message.contains(wanted), "{told}");
            assert_eq!(told.line, line, "{told}");
            assert!(told.hint.is_some() || wanted.starts_with("missing"), "{told}");
        }
    }
}
