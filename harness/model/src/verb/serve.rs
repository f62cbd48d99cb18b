//! Changes what a host serves.

use std::collections::BTreeMap;

use schemars::JsonSchema;
use serde::Deserialize;
use serde::Serialize;
use serde_json::Value;

use crate::behaviour::Coding;
use crate::behaviour::Encoding;
use crate::behaviour::TlsBehaviour;
use crate::behaviour::Validators;
use crate::behaviour::delivery::Delivery;
use crate::behaviour::delivery::Pace;
use crate::forecast::Announced;
use crate::forecast::Kind;
use crate::forecast::LARGE;
use crate::forecast::word;
use crate::name::HostLabel;
use crate::quantity::Size;
use crate::text::Text;
use crate::verb::Burden;
use crate::verb::Channel;
use crate::verb::References;
use crate::verb::Success;
use crate::verb::Verb;

/// Changes what a host serves at one path.
///
/// Each `serve` starts again from the known-good document of the host and replaces what the host serves at that path. A
/// host without a document of its own starts from the document of the client. Ports 80 and 8480 of a host serve its
/// pages in plain HTTP, whatever its `tls` is. Port 8443 is another HTTPS port.
///
/// In JSON values, a whole string `@keys/…` is a JSON Web Key Set. It may also be the whole `body`. `@keys/client` is
/// the public part of the client's key, and `@keys/client-private` has its private part too. `@keys/client-es256`,
/// `@keys/client-eddsa`, `@keys/client-ps256` and `@keys/client-rs256` are keys of the client for that algorithm.
/// `@keys/other` is another key. `@keys/renewed` is that other key under the identifier of the first. `@keys/symmetric`
/// is a set with an `oct` key. `@keys/client-for-encryption` is the client's key with the use `enc`.
/// `@keys/client-of-another-algorithm` is the client's key with an `alg` that is not its own.
#[derive(Debug, Clone, PartialEq, Default, Serialize, Deserialize, JsonSchema)]
#[serde(default, deny_unknown_fields)]
pub struct Serve {
    /// The host. Default: `docs`.
    #[serde(skip_serializing_if = "Option::is_none")]
    #[schemars(with = "Option<String>")]
    pub host: Option<HostLabel>,
    /// The request target. Default: the path of the document. `*` is every target, and replaces all pages of the host.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub path: Option<Text>,
    /// Members of the document to set. References are replaced in every string.
    #[serde(skip_serializing_if = "BTreeMap::is_empty")]
    pub set: BTreeMap<String, Value>,
    /// Members of the document to leave out.
    #[serde(skip_serializing_if = "Vec::is_empty")]
    pub remove: Vec<String>,
    /// The body, sent instead of the document. In it, `@document` is the JSON text of the document, and `@length` is
    /// the number of its bytes. A whole text `@keys/…` is that JSON Web Key Set.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub body: Option<Text>,
    /// The status code. Default: 200.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub status: Option<u16>,
    /// Header fields to add or replace. Without one, the content type is `application/json`.
    #[serde(skip_serializing_if = "BTreeMap::is_empty")]
    pub headers: BTreeMap<String, Text>,
    /// The size of the whole body, reached with padding: at most 256 MiB. With a `giant-…` delivery it is the size of
    /// what is giant instead, by default 1 MiB.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub pad: Option<Size>,
    /// What the padding consists of. Default: `within`.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub pad_with: Option<Padding>,
    /// The encoding of the body's characters. Default: `utf8`.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub encoding: Option<Encoding>,
    /// How the host answers conditional requests. Default: `ignored`.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub validators: Option<Validators>,
    /// The content coding. Default: `identity`.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub coding: Option<Coding>,
    /// How the bytes arrive. Default: `polite`, or `drip-body` if there is a `pace`.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub delivery: Option<Delivery>,
    /// The pace of a drip. Default: 1 byte every second.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub pace: Option<Pace>,
    /// The methods that get this page, for example `["GET"]`. Other methods get 405. Default: all methods.
    #[serde(skip_serializing_if = "Vec::is_empty")]
    pub methods: Vec<String>,
    /// Whether the earlier pages of that path stay. Requests then get all of them in turn, the oldest first.
    #[serde(skip_serializing_if = "std::ops::Not::not")]
    pub by_turns: bool,
    /// What the host does in the TLS handshake, at every path, until its next `serve`. Default: `good`.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub tls: Option<TlsBehaviour>,
}

/// What padding consists of.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
#[serde(rename_all = "kebab-case")]
pub enum Padding {
    /// Characters after the document that are not JSON.
    Garbage,
    /// Spaces after the document.
    Spaces,
    /// Spaces in the document, after its opening brace.
    Within,
}

impl Serve {
    /// How the bytes arrive, where that is said.
    pub fn arrives(&self) -> Option<Delivery> {
        self.delivery.or(self.pace.map(|_| Delivery::DripBody))
    }
}

impl Verb for Serve {
    fn neutral(&self) -> Option<Self> {
        None
    }

    fn refers<'a>(&'a self, to: &mut References<'a>) {
        to.host(self.host.as_ref());
        to.sent.extend(self.path.as_ref().filter(|path| path.0 != "*"));
        to.served
            .extend(self.headers.iter().map(|(name, value)| (name.as_str(), value)));
        to.served_values.extend(self.set.values());
        to.bodies.extend(&self.body);
    }

    fn success(&self) -> Option<Success> {
        None
    }

    fn requests(&self, _: Channel) -> Vec<(Kind, usize)> {
        Vec::new()
    }

    fn members(&self) -> Option<&BTreeMap<String, Value>> {
        Some(&self.set)
    }

    fn changes(&self) -> Option<&'static str> {
        Some("what a host serves changes")
    }

    fn burden(&self) -> Burden {
        match self.arrives().is_none_or(Delivery::is_whole) && self.tls.is_none() {
            true => Burden::Quick,
            false => Burden::Holding,
        }
    }

    fn stalls(&self) -> bool {
        self.pace.is_some()
            || self.tls == Some(TlsBehaviour::StallInHandshake)
            || self.delivery.is_some_and(Delivery::stalls)
    }

    fn needs_names(&self) -> bool {
        self.tls.is_some()
    }

    fn announces(&self, to: &mut Announced) {
        let tls = self.tls.filter(|tls| *tls != TlsBehaviour::Good);
        to.add("faults in TLS", tls.map(|tls| word(&tls)));
        let delivery = self.arrives().filter(|name| *name != Delivery::Polite);
        to.add(
            "responses that are slow, endless or broken",
            delivery.map(|delivery| word(&delivery)),
        );
        let size = self.pad.filter(|size| size.0 > LARGE);
        to.add("large responses", size.map(|size| size.to_string()));
        to.add("compressed responses", self.coding.map(|coding| word(&coding)));
        if (300..400).contains(&self.status.unwrap_or(200)) {
            let location = self.headers.get("location").map(|location| to.place(location));
            to.add("redirects", location);
        }
    }
}
