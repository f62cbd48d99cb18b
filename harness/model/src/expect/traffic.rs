//! What the hosts recorded of the target's traffic.

use std::fmt;
use std::net::IpAddr;

use schemars::JsonSchema;
use serde::Deserialize;
use serde::Serialize;

use crate::expect::Expectation;
use crate::expect::Grounds;
use crate::name::HostLabel;
use crate::name::NameError;
use crate::name::StepName;
use crate::quantity::Size;
use crate::text::Text;
use crate::verb::Step;
use crate::verdict::Outcome;

/// What the hosts recorded of the target's traffic.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields)]
pub struct TrafficExpect {
    /// The layer.
    pub event: Layer,
    /// The label of a host, for example `docs`, or an address, for example `10.0.0.1`.
    #[schemars(with = "String")]
    pub to: Place,
    /// Only events while this step ran.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    #[schemars(with = "Option<String>")]
    pub during: Option<StepName>,
    /// Only requests with this method.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub method: Option<String>,
    /// Only requests with this header field.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub header: Option<String>,
    /// Only requests with this text in their target.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub target: Option<String>,
    /// Only requests with this text in their target or in the value of a header field.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub contains: Option<String>,
    /// Only requests with exactly this target.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub target_is: Option<Text>,
    /// Only TLS hellos and requests that name another host than the one that they came to, or none.
    #[serde(default, skip_serializing_if = "std::ops::Not::not")]
    pub misnamed: bool,
    /// Only events at this port.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub port: Option<u16>,
    /// The smallest correct number of events, or of bytes on one connection.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub at_least: Option<Size>,
    /// The largest correct number of events, or of bytes on one connection.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub at_most: Option<Size>,
}

/// Where traffic goes.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(try_from = "String", into = "String")]
pub enum Place {
    /// An address, with its spelling.
    Address(IpAddr, String),
    /// The host with this label.
    Host(HostLabel),
}

impl TryFrom<String> for Place {
    type Error = NameError;
    fn try_from(text: String) -> Result<Self, NameError> {
        match text.parse() {
            Ok(address) => Ok(Self::Address(address, text)),
            Err(_) => HostLabel::parse(&text).map(Self::Host),
        }
    }
}

impl From<Place> for String {
    fn from(place: Place) -> Self {
        place.to_string()
    }
}

impl fmt::Display for Place {
    fn fmt(&self, out: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::Address(_, written) => out.write_str(written),
            Self::Host(label) => label.fmt(out),
        }
    }
}

/// A layer of the target's traffic.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
#[serde(rename_all = "kebab-case")]
pub enum Layer {
    /// Bytes of HTTP that a host sent on one connection. The largest number counts.
    Bytes,
    /// TLS handshakes in which the target presented a certificate.
    Certificate,
    /// TCP connections that a host accepted.
    Connect,
    /// TLS handshakes that were completed.
    Handshake,
    /// TLS hellos.
    Hello,
    /// DNS queries.
    Lookup,
    /// HTTP requests.
    Request,
}

impl Expectation for TrafficExpect {
    fn steps(&self) -> Vec<&StepName> {
        self.during.iter().collect()
    }

    fn hosts(&self) -> Vec<String> {
        let named = self.target_is.iter().flat_map(Text::labels).map(str::to_owned);
        let host = match &self.to {
            Place::Address(..) => None,
            Place::Host(label) => Some(label.to_string()),
        };
        named.chain(host).collect()
    }

    fn words(&self) -> String {
        format!("{:?} to {}", self.event, self.to).to_lowercase()
    }

    fn speaks_without_control(&self) -> bool {
        self.at_least.is_none()
    }

    fn grounds(&self, _: &Outcome) -> Grounds<'_> {
        Grounds::despite_failure()
    }

    fn rests_on_a_rule(&self) -> bool {
        self.at_least.is_none()
    }

    fn needs_no_repetition(&self, _: &[Step]) -> bool {
        self.at_least.is_none()
    }

    fn absence(&self) -> Option<&TrafficExpect> {
        (self.at_least.is_none() && self.at_most.is_some()).then_some(self)
    }

    fn layer(&self) -> Option<Layer> {
        Some(self.event)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn traffic_goes_to_an_address_or_to_a_host() {
        let read = |text: &str| Place::try_from(text.to_owned());
        assert!(matches!(read("10.0.0.1"), Ok(Place::Address(..))));
        assert!(matches!(read("::1"), Ok(Place::Address(..))));
        assert!(matches!(read("docs"), Ok(Place::Host(_))));
        assert_eq!(
            read("64:ff9b::10.0.0.1").unwrap().to_string(),
            "64:ff9b::10.0.0.1"
        );
        assert_eq!(read("@docs").unwrap_err().text, "@docs");
    }
}
