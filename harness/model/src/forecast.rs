//! What a run would send: told before anything is sent.

use std::collections::BTreeMap;
use std::collections::BTreeSet;
use std::net::IpAddr;

use serde::Deserialize;
use serde::Serialize;

use crate::name::HostLabel;
use crate::text::Text;

/// The version of the forecast's shape.
pub const VERSION: u32 = 1;
/// A user who is asked logs in and consents: two pages are sent back, and the way to them.
pub const PAGES: usize = 3;
/// From this size a document or a registration is announced as large.
pub const LARGE: u64 = 64 * 1024;

/// What a run would send, at most: what the target does not support is left out when it runs.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
pub struct Forecast {
    /// The shape's version.
    pub version: u32,
    /// The harness.
    pub harness: String,
    /// The name of what would be tested.
    pub target: String,
    /// The issuer, where it is known.
    pub issuer: Option<String>,
    /// The environment: `sandbox`, `loopback` or `public`.
    pub environment: String,
    /// What is walked, by family.
    pub families: Vec<Family>,
    /// Cases that the environment cannot carry, by reason.
    pub not_run: BTreeMap<String, usize>,
    /// What our hosts and names would do to the target.
    pub hostile: BTreeMap<String, Hostile>,
    /// Clients that would be registered; each is deleted again where the target allows it.
    pub registrations: usize,
    /// How fast, and how long.
    pub duration: Duration,
}

/// What one family of scenarios sends.
#[derive(Debug, Clone, PartialEq, Eq, Default, Serialize, Deserialize)]
pub struct Family {
    /// Its name.
    pub name: String,
    /// Its cases.
    pub cases: usize,
    /// Paired controls that are walked for them.
    pub controls: usize,
    /// The requests of both.
    pub requests: BTreeMap<Kind, usize>,
}

/// How often something hostile is done, and with what.
#[derive(Debug, Clone, PartialEq, Eq, Default, Serialize, Deserialize)]
pub struct Hostile {
    /// The cases that do it.
    pub cases: usize,
    /// Its kinds, or the places that it points to.
    pub of: BTreeSet<String>,
}

/// What the hosts and names of a plan do that a friendly client's would not, with the kinds of each.
#[derive(Debug, Default)]
pub struct Announced {
    /// The hosts of the plan, each with the address that is its name.
    hosts: BTreeMap<HostLabel, Option<IpAddr>>,
    /// The kinds of each behaviour.
    pub found: BTreeMap<&'static str, BTreeSet<String>>,
}

impl Announced {
    /// Nothing yet, of a plan with these hosts.
    pub fn of(hosts: impl IntoIterator<Item = (HostLabel, Option<IpAddr>)>) -> Self {
        let hosts: BTreeMap<HostLabel, Option<IpAddr>> = hosts.into_iter().collect();
        let addresses: Vec<IpAddr> = hosts.values().flatten().copied().collect();
        let mut announced = Self {
            hosts,
            ..Self::default()
        };
        announced.add(
            "hosts that are addresses",
            addresses.iter().map(ToString::to_string),
        );
        announced
    }

    /// Adds kinds of one behaviour.
    pub(crate) fn add(&mut self, what: &'static str, of: impl IntoIterator<Item = String>) {
        for of in of {
            self.found.entry(what).or_default().insert(of);
        }
    }

    /// Where a redirect leads, in words.
    pub(crate) fn place(&self, location: &Text) -> String {
        let labels = location.labels();
        let label = labels.first().and_then(|label| HostLabel::parse(label).ok());
        let host = label.and_then(|label| self.hosts.get_key_value(&label));
        match host {
            None => "the same host".to_owned(),
            Some((_, Some(address))) => address.to_string(),
            Some((label, None)) if label.as_str() == "docs" => "the same host".to_owned(),
            Some((_, None)) => "another host of the run".to_owned(),
        }
    }
}

/// A word of a scenario file as it is written there.
pub fn word<T: Serialize>(of: &T) -> String {
    let value = serde_json::to_value(of).ok();
    value
        .and_then(|value| value.as_str().map(str::to_owned))
        .unwrap_or_default()
}

/// What a request asks.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
#[serde(rename_all = "kebab-case")]
pub enum Kind {
    /// Authorization.
    Authorize,
    /// A pushed authorization request.
    Par,
    /// What the user does on the pages after it; as many as two pages need.
    Pages,
    /// Tokens for a code.
    Token,
    /// Tokens for a refresh token.
    Refresh,
    /// Tokens without a user.
    Grant,
    /// A question about a token.
    Introspect,
    /// The revocation of a token.
    Revoke,
    /// The registration of a client.
    Register,
    /// Reading a registration.
    Read,
    /// Replacing a registration.
    Update,
    /// Deleting a registration, also when a case is over.
    Delete,
    /// A metadata document, also to see after each case that the target lives.
    Metadata,
}

/// How fast, and how long.
#[derive(Debug, Clone, Copy, PartialEq, Serialize, Deserialize)]
pub struct Duration {
    /// Requests a second at most.
    pub per_second: Option<u32>,
    /// Requests a minute at most.
    #[serde(default)]
    pub per_minute: Option<u32>,
    /// Requests an hour at most.
    #[serde(default)]
    pub per_hour: Option<u32>,
    /// Cases at once at most.
    pub at_once: Option<usize>,
    /// The longest wait that a case makes, in seconds.
    pub longest_wait: u64,
    /// Cases that last until the target gives up on a host that stalls.
    pub stalling: usize,
    /// For how many seconds each of them is counted.
    pub stall: u64,
    /// The whole run in seconds, about.
    pub estimated: u64,
    /// The seconds that the requests take at the pace, at least; 0 without one.
    #[serde(default)]
    pub paced: u64,
}

impl Kind {
    /// In words.
    pub fn word(self) -> &'static str {
        match self {
            Self::Authorize => "authorize",
            Self::Par => "par",
            Self::Pages => "pages",
            Self::Token => "token",
            Self::Refresh => "refresh",
            Self::Grant => "grant",
            Self::Introspect => "introspect",
            Self::Revoke => "revoke",
            Self::Register => "register",
            Self::Read => "read",
            Self::Update => "update",
            Self::Delete => "delete",
            Self::Metadata => "metadata",
        }
    }
}

impl Forecast {
    /// All requests by kind.
    pub fn requests(&self) -> BTreeMap<Kind, usize> {
        let mut all = BTreeMap::new();
        for (kind, count) in self.families.iter().flat_map(|family| &family.requests) {
            *all.entry(*kind).or_insert(0) += count;
        }
        all
    }

    /// All cases that are walked.
    pub fn cases(&self) -> usize {
        self.families.iter().map(|family| family.cases).sum()
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_redirect_is_reported_by_its_place() {
        let host = |label: &str, address: Option<&str>| {
            let address = address.map(|address| address.parse().unwrap());
            (HostLabel::parse(label).unwrap(), address)
        };
        let announced = Announced::of([host("docs", None), host("inside", Some("10.0.0.1"))]);
        let place = |text: &str| announced.place(&Text(text.to_owned()));
        assert_eq!(place("@docs/moved.json"), "the same host");
        assert_eq!(place("/moved.json"), "the same host");
        assert_eq!(place("http://@inside/latest"), "10.0.0.1");
    }
}
