//! Expectations on what was seen beside the answers: times, traffic, values, and what a trait tells.

use schemars::JsonSchema;
use serde::Deserialize;
use serde::Serialize;

use crate::name::HostLabel;
use crate::name::StepName;
use crate::quantity::Size;
use crate::quantity::Span;
use crate::text::Text;

/// How long a step took.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields)]
pub struct TimingExpect {
    /// The step.
    #[schemars(with = "String")]
    pub of: StepName,
    /// The longest correct time, or with `like` the largest correct difference.
    pub at_most: Span,
    /// Another step. The difference between the two times is then what is limited.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    #[schemars(with = "Option<String>")]
    pub like: Option<StepName>,
}

/// What the hosts recorded of the target's traffic.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields)]
pub struct TrafficExpect {
    /// The layer.
    pub event: Layer,
    /// The label of a host, for example `docs`, or an address, for example `10.0.0.1`.
    pub to: String,
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

/// What the values of a member in several answers have in common.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields)]
pub struct ValuesExpect {
    /// A register step with `times`, or a `compare` step.
    #[schemars(with = "String")]
    pub of: StepName,
    /// The JSON pointer to the member. After `register` it is `/client_id`, `/client_secret` or
    /// `/registration_access_token`. After `compare` it is `/code`, `/access_token`, `/refresh_token` or
    /// `/request_uri`.
    pub at: String,
    /// Whether all values must be different.
    #[serde(default, skip_serializing_if = "std::ops::Not::not")]
    pub distinct: bool,
    /// The smallest correct number of random bits in each value. It requires five values. The measured number is an
    /// upper bound, from the length and the alphabet of the places that change.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub bits: Option<u32>,
}

/// What the server keeps of members that it sets itself, when a registration sends other values of them.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields)]
pub struct ProvisionedExpect {
    /// The register step with `overwrite`. None of its answers may report the value that was sent for such a member.
    #[schemars(with = "String")]
    pub of: StepName,
    /// The earlier register step, whose answer had these members first.
    #[schemars(with = "String")]
    pub by: StepName,
}

/// What the addresses contain where the browser was, or to which it was sent.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields)]
pub struct UrlsExpect {
    /// The step.
    #[schemars(with = "String")]
    pub of: StepName,
    /// Kinds of secrets, as reports name them, for example `["cookie"]`. No address may contain a value of them.
    pub lacks: Vec<String>,
}

/// What the server log has. It requires `needs = ["log"]`. If the server wrote nothing, the check is not applicable.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields)]
pub struct LogExpect {
    /// The step with `listen`.
    #[schemars(with = "String")]
    pub of: StepName,
    /// Kinds of secrets, as reports name them, for example `["code", "access-token"]`. No line may contain a value of
    /// them.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub lacks: Vec<String>,
    /// A text with which no line may begin, for example `forged-@docs`.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub begins_not: Option<Text>,
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

/// What a trait records: exactly one.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize, JsonSchema)]
#[serde(rename_all = "kebab-case", deny_unknown_fields)]
pub enum Tells {
    /// How the target answered this step.
    #[schemars(with = "String")]
    Answer(StepName),
    /// Whether this step came to the consent page. It has `until = "consent"`.
    #[schemars(with = "String")]
    Asked(StepName),
    /// A header field of the first request to this host.
    Header(HeaderTold),
    /// A member of the JSON body of a step's last response.
    Member(MemberTold),
    /// How many requests came to this host.
    #[schemars(with = "String")]
    Requests(HostLabel),
    /// How long this step took.
    #[schemars(with = "String")]
    Seconds(StepName),
}

/// A member of the JSON body of a step's last response.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields)]
pub struct MemberTold {
    /// The step.
    #[schemars(with = "String")]
    pub of: StepName,
    /// The JSON pointer to the member.
    pub at: String,
}

/// A header field of the first request to a host.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields)]
pub struct HeaderTold {
    /// The name of the field, in lower case.
    pub name: String,
    /// The host.
    #[schemars(with = "String")]
    pub of: HostLabel,
}
