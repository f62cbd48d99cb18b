//! What a check expects: a closed vocabulary, one variant each.

use schemars::JsonSchema;
use serde::Deserialize;
use serde::Serialize;
use serde_json::Value;

use crate::name::HostLabel;
use crate::name::StepName;
use crate::quantity::Size;
use crate::quantity::Span;
use crate::text::Text;

/// What a check expects to see.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
#[serde(rename_all = "kebab-case")]
pub enum Expect {
    /// How the target answered a step.
    Answer(AnswerExpect),
    /// A header field of the last response of a step.
    Header(HeaderExpect),
    /// A member of the JSON body of a step's last response.
    Member(MemberExpect),
    /// What the pages of a step show.
    Page(PageExpect),
    /// Where the user agent was sent.
    Sent(SentExpect),
    /// Nothing: what is seen is told, and right either way.
    Tells(Tells),
    /// How long a step took.
    Timing(TimingExpect),
    /// What the world saw.
    Traffic(TrafficExpect),
}

/// How the target answered a step.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields)]
pub struct AnswerExpect {
    /// The step.
    #[schemars(with = "String")]
    pub of: StepName,
    /// The disposition.
    pub is: Disposition,
    /// The status codes that are right, with `status`.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub code: Option<Codes>,
    /// The OAuth error codes of which one is named, where the answer carries one.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub error: Vec<String>,
}

/// What kind of answer is expected.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
#[serde(rename_all = "kebab-case")]
pub enum Disposition {
    /// The request was answered, whichever way, and the server did not fail: a status below 500.
    Answered,
    /// The request was granted.
    Granted,
    /// The request was refused.
    Refused,
    /// The last response has one of the status codes.
    Status,
}

/// One status code or several.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, JsonSchema)]
#[serde(transparent)]
pub struct Codes(#[schemars(with = "Value")] pub Vec<u16>);

impl<'de> Deserialize<'de> for Codes {
    fn deserialize<D: serde::Deserializer<'de>>(from: D) -> Result<Self, D::Error> {
        use serde::de::Error;
        let number = |value: &Value| value.as_u64().and_then(|code| u16::try_from(code).ok());
        let value = Value::deserialize(from)?;
        let codes = match &value {
            Value::Array(items) => items.iter().map(number).collect::<Option<Vec<u16>>>(),
            single => number(single).map(|code| vec![code]),
        };
        codes
            .map(Self)
            .ok_or_else(|| D::Error::custom("expected a status code or a list of them"))
    }
}

/// A header field of the last response of a step.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields)]
pub struct HeaderExpect {
    /// The step.
    #[schemars(with = "String")]
    pub of: StepName,
    /// The field's name, in lower case.
    pub name: String,
    /// A part of its value, compared without case.
    pub contains: String,
}

/// A member of the JSON body of a step's last response.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields)]
pub struct MemberExpect {
    /// The step.
    #[schemars(with = "String")]
    pub of: StepName,
    /// JSON pointer to the member, for example `/redirect_uris/0`.
    pub at: String,
    /// What kind of value is right.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub is: Option<MemberIs>,
    /// The exact value; host references are resolved.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub equals: Option<Value>,
    /// Values of which the array has each.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub includes: Vec<Value>,
    /// A text that the string does not begin with.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub not_prefix: Option<String>,
    /// Another step, whose member at the same place has another value.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    #[schemars(with = "Option<String>")]
    pub differs_from: Option<StepName>,
}

/// A kind of JSON value.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
#[serde(rename_all = "kebab-case")]
#[expect(missing_docs, reason = "the words say it")]
pub enum MemberIs {
    Absent,
    Array,
    Boolean,
    Number,
    Present,
    String,
}

/// What the target's pages of a step show.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields)]
pub struct PageExpect {
    /// The step.
    #[schemars(with = "String")]
    pub of: StepName,
    /// Texts that the HTML contains.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub shows: Vec<Text>,
    /// Texts that the HTML does not contain.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub hides: Vec<Text>,
    /// Words of which at least one stands on the page, compared without case.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub mentions: Vec<String>,
}

/// Where the user agent was sent.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields)]
pub struct SentExpect {
    /// The step.
    #[schemars(with = "String")]
    pub of: StepName,
    /// `nowhere`, or the URI, as it was sent.
    pub to: Text,
    /// The response parameter that is looked at.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub parameter: Option<String>,
    /// Its value; `@issuer` for the target's issuer.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub equals: Option<Text>,
}

/// How long a step took.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields)]
pub struct TimingExpect {
    /// The step.
    #[schemars(with = "String")]
    pub of: StepName,
    /// The longest time that is right.
    pub at_most: Span,
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
    /// Only requests whose target is exactly this.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub target_is: Option<Text>,
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

/// A layer of the world's traffic.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
#[serde(rename_all = "kebab-case")]
pub enum Layer {
    /// Bytes of HTTP that the world sent on one connection.
    Bytes,
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
    /// A header field of the first request to this host.
    Header(HeaderTold),
    /// How many requests came to this host.
    #[schemars(with = "String")]
    Requests(HostLabel),
    /// How long this step took.
    #[schemars(with = "String")]
    Seconds(StepName),
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
