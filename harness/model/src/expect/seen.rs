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
    /// The longest time that is right; with `like`, the longest difference.
    pub at_most: Span,
    /// The step that took as long.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    #[schemars(with = "Option<String>")]
    pub like: Option<StepName>,
}

/// What the world saw.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields)]
pub struct TrafficExpect {
    /// The layer.
    pub event: Layer,
    /// The host's label or an address.
    pub to: String,
    /// Only while this step ran.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    #[schemars(with = "Option<String>")]
    pub during: Option<StepName>,
    /// Only requests with this method.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub method: Option<String>,
    /// Only requests with this header field.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub header: Option<String>,
    /// Only requests whose target contains this.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub target: Option<String>,
    /// Only requests with this in their target or in the value of a header field.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub contains: Option<String>,
    /// Only requests whose target is exactly this.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub target_is: Option<Text>,
    /// Only hellos and requests that name another host than the one that they came to, or none.
    #[serde(default, skip_serializing_if = "std::ops::Not::not")]
    pub misnamed: bool,
    /// Only at this port of the host.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub port: Option<u16>,
    /// The least number of events (or bytes).
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub at_least: Option<Size>,
    /// The greatest number of events (or bytes on one connection).
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub at_most: Option<Size>,
}

/// What the values of a member have in common, in the answers of a step that asks several times.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields)]
pub struct ValuesExpect {
    /// The step.
    #[schemars(with = "String")]
    pub of: StepName,
    /// JSON pointer to the member, at the top of the answer.
    pub at: String,
    /// Whether no two are the same.
    #[serde(default, skip_serializing_if = "std::ops::Not::not")]
    pub distinct: bool,
    /// The least number of random bits that each can hold.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub bits: Option<u32>,
}

/// What the server keeps of the members that it provisions itself when a registration sends other values of them.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields)]
pub struct ProvisionedExpect {
    /// The register step with `overwrite`, in none of whose answers such a member has the value that was sent.
    #[schemars(with = "String")]
    pub of: StepName,
    /// The register step whose answer had them first.
    #[schemars(with = "String")]
    pub by: StepName,
}

/// What stands in the addresses that the user agent was at or was sent to, the client's excepted.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields)]
pub struct UrlsExpect {
    /// The step.
    #[schemars(with = "String")]
    pub of: StepName,
    /// Kinds of secrets, as reports name them, of which no value stands there.
    pub lacks: Vec<String>,
}

/// What stood in the target's log when a step listened.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields)]
pub struct LogExpect {
    /// The step that listened.
    #[schemars(with = "String")]
    pub of: StepName,
    /// Kinds of secrets, as reports name them, of which no value stands there.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub lacks: Vec<String>,
    /// A text with which no line begins.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub begins_not: Option<Text>,
}

/// A layer of the world's traffic.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
#[serde(rename_all = "kebab-case")]
pub enum Layer {
    /// Bytes of HTTP that the world sent on one connection.
    Bytes,
    /// TLS handshakes in which the peer showed a certificate of its own.
    Certificate,
    /// Accepted TCP connections.
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

/// What a trait tells: exactly one.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize, JsonSchema)]
#[serde(rename_all = "kebab-case", deny_unknown_fields)]
pub enum Tells {
    /// How this step was answered.
    #[schemars(with = "String")]
    Answer(StepName),
    /// Whether the user was asked in this step, which goes until the consent page.
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
    /// JSON pointer to the member.
    pub at: String,
}

/// A header field of the first request to a host.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields)]
pub struct HeaderTold {
    /// The field's name, in lower case.
    pub name: String,
    /// The host.
    #[schemars(with = "String")]
    pub of: HostLabel,
}
