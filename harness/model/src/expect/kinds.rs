//! What a check expects: a closed vocabulary, one variant each.

use schemars::JsonSchema;
use serde::Deserialize;
use serde::Serialize;
use serde_json::Value;

pub use crate::expect::seen::*;
pub use crate::expect::service::Service;
use crate::name::StepName;
use crate::text::Text;

/// What a check expects to see.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
#[serde(rename_all = "kebab-case")]
pub enum Expect {
    /// How the target answered a step.
    Answer(AnswerExpect),
    /// How many of several steps the target granted.
    Count(CountExpect),
    /// A header field of the last response of a step.
    Header(HeaderExpect),
    /// What stood in the target's log.
    Log(LogExpect),
    /// A member of the JSON body of a step's last response.
    Member(MemberExpect),
    /// What the pages of a step show.
    Page(PageExpect),
    /// What the server keeps of members that it provisions itself.
    Provisioned(ProvisionedExpect),
    /// Where the user agent was sent.
    Sent(SentExpect),
    /// What the target does over a whole run, whatever it is asked.
    Service(Service),
    /// Nothing: what is seen is told, and right either way.
    Tells(Tells),
    /// How long a step took.
    Timing(TimingExpect),
    /// What the world saw.
    Traffic(TrafficExpect),
    /// What stands in the addresses that the user agent was at.
    Urls(UrlsExpect),
    /// What the values of a step's answers have in common.
    Values(ValuesExpect),
}

impl Expect {
    /// The steps that it looks at.
    pub fn steps(&self) -> Vec<&StepName> {
        match self {
            Self::Answer(it) => vec![&it.of],
            Self::Count(it) => it.of.iter().collect(),
            Self::Header(it) => vec![&it.of],
            Self::Log(it) => vec![&it.of],
            Self::Member(it) => std::iter::once(&it.of)
                .chain(&it.differs_from)
                .chain(&it.same_as)
                .collect(),
            Self::Page(it) => std::iter::once(&it.of)
                .chain(&it.like)
                .chain(&it.unlike)
                .collect(),
            Self::Provisioned(it) => vec![&it.of, &it.by],
            Self::Sent(it) => vec![&it.of],
            Self::Service(_) => Vec::new(),
            Self::Tells(Tells::Answer(of) | Tells::Asked(of) | Tells::Seconds(of)) => vec![of],
            Self::Tells(Tells::Member(it)) => vec![&it.of],
            Self::Tells(Tells::Header(_) | Tells::Requests(_)) => Vec::new(),
            Self::Timing(it) => std::iter::once(&it.of).chain(&it.like).collect(),
            Self::Traffic(it) => it.during.iter().collect(),
            Self::Urls(it) => vec![&it.of],
            Self::Values(it) => vec![&it.of],
        }
    }

    /// The step that asks for what the answer of another must not hold.
    pub fn asked_in(&self) -> Option<&StepName> {
        match self {
            Self::Member(it) => it.asked_in.as_ref(),
            _ => None,
        }
    }
}

/// How the target answered a step.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields)]
pub struct AnswerExpect {
    /// The step.
    #[schemars(with = "String")]
    pub of: StepName,
    /// What became of the step.
    pub is: Disposition,
    /// With `status`: the correct status codes, for example `201` or `[400, 401]`.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub code: Option<Codes>,
    /// With `refused`: OAuth error codes, for example `["invalid_client"]`. One of them is expected, but only if the
    /// answer carries an error code.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub error: Vec<String>,
}

/// How many of several steps the target granted. The evidence has the order in which they were sent and answered.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields)]
pub struct CountExpect {
    /// The steps. If none was granted, the check is inconclusive.
    #[schemars(with = "Vec<String>")]
    pub of: Vec<StepName>,
    /// The largest correct number.
    pub at_most: usize,
}

/// What became of a step.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
#[serde(rename_all = "kebab-case")]
pub enum Disposition {
    /// There is a complete answer with a status below 500, whatever it is.
    Answered,
    /// The target granted the request: a code or a token reached the requested redirect URI, or a program got a
    /// successful answer.
    Granted,
    /// The target refused the request: an error status below 500 (or 501), an error parameter, or a page like the one
    /// that a wrong request reached.
    Refused,
    /// The last response has one of the status codes in `code`.
    Status,
}

/// A status code or a list of them.
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
    /// The name of the field, in lower case.
    pub name: String,
    /// A part of its value, for example `no-store`. Case does not matter.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub contains: Option<String>,
    /// Values of which one is an item of its list, for example `["no-referrer"]`. Case does not matter.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub one_of: Vec<String>,
    /// A directive of the policy in the field, for example `frame-ancestors`. It must name who may, and not everybody
    /// (`*`, or a scheme alone). If it is present, `or` does not count.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub closes: Option<String>,
    /// The name of a `meta` element that may declare the same instead, for example `referrer`.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub meta: Option<String>,
    /// Whether the field must be absent, or at least not have what the other members describe.
    #[serde(default, skip_serializing_if = "std::ops::Not::not")]
    pub absent: bool,
    /// Other header fields. One of them is enough instead.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub or: Vec<HeaderPart>,
}

/// A header field with a part of its value.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields)]
pub struct HeaderPart {
    /// The name of the field, in lower case.
    pub name: String,
    /// A part of its value. Case does not matter.
    pub contains: String,
}

impl HeaderExpect {
    /// What is expected, in words.
    pub fn words(&self) -> String {
        let no = if self.absent { "no " } else { "" };
        let mut words = format!("{no}`{}`", self.name);
        if let Some(part) = &self.contains {
            words.push_str(&format!(" with `{part}`"));
        }
        if let Some(directive) = &self.closes {
            words.push_str(&format!(" whose `{directive}` does not say everybody"));
        }
        if !self.one_of.is_empty() {
            words.push_str(&format!(" of `{}`", self.one_of.join("`, `")));
        }
        for part in &self.or {
            words.push_str(&format!(" or `{}` with `{}`", part.name, part.contains));
        }
        words
    }
}

/// A member of the JSON body of a step's last response. Everything that is declared must hold.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields)]
pub struct MemberExpect {
    /// The step.
    #[schemars(with = "String")]
    pub of: StepName,
    /// The JSON pointer to the member, for example `/redirect_uris/0`.
    pub at: String,
    /// The kind of value.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub is: Option<MemberIs>,
    /// The exact value. References are replaced.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub equals: Option<Value>,
    /// A value that it must not have. References are replaced.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub not_equals: Option<Value>,
    /// Values that the list must all have. References are replaced.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub includes: Vec<Value>,
    /// A text with which the string must not begin, for example `https://`.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub not_prefix: Option<String>,
    /// A word that the string, a list with spaces, must not have. If the member is missing, this does not hold.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub lacks_word: Option<String>,
    /// A word that the string, a list with spaces, must have.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub has_word: Option<String>,
    /// Another step, whose member at the same place must have another value. If one of the two is absent, the check is
    /// not applicable.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    #[schemars(with = "Option<String>")]
    pub differs_from: Option<StepName>,
    /// Another step, whose member at the same place must have the same value. If both are absent, the check is not
    /// applicable.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    #[schemars(with = "Option<String>")]
    pub same_as: Option<StepName>,
    /// Whether the value must be the one that the step's request had at the same place.
    #[serde(default, skip_serializing_if = "std::ops::Not::not")]
    pub as_sent: bool,
    /// Whether the string, a list with spaces, may have only words that the step's request had at the same place.
    #[serde(default, skip_serializing_if = "std::ops::Not::not")]
    pub within_sent: bool,
    /// Values of which the list must have at least one.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub includes_any: Vec<Value>,
    /// Values that the list must not have. References are replaced.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub excludes: Vec<Value>,
    /// URIs that the list must not have, in any spelling that a browser reads as the same.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub excludes_uri: Vec<Text>,
    /// A step that requests what the member must not hold. If that step was granted, the check fails, whatever the
    /// answer reports. The answer passes only if that step was refused.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    #[schemars(with = "Option<String>")]
    pub asked_in: Option<StepName>,
    /// A text with which the string must begin, for example `https://`.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub prefix: Option<String>,
    /// A text that the string must not contain, for example `#`.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub lacks: Option<String>,
    /// The largest correct number, for example 86400.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub at_most: Option<u64>,
    /// Whether the member may be absent. The check is then not applicable.
    #[serde(default, skip_serializing_if = "std::ops::Not::not")]
    pub optional: bool,
    /// What a refusal of the step means for the check.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub refused: Option<WhenRefused>,
}

/// What a refusal of the step means for the check.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
#[serde(rename_all = "kebab-case")]
pub enum WhenRefused {
    /// To refuse the request is also correct.
    Passes,
}

/// A kind of JSON value. Times are compared with the `date` field of the answer.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
#[serde(rename_all = "kebab-case")]
pub enum MemberIs {
    /// There is no such member.
    Absent,
    /// A list.
    Array,
    /// `true` or `false`.
    Boolean,
    /// An object without empty lists.
    Filled,
    /// A time in the future.
    Future,
    /// A number.
    Number,
    /// The issuer that the user named exactly. If there is none: an issuer from which clients come to this document.
    OfItsPlace,
    /// Any value.
    Present,
    /// A time within the next two seconds.
    Soon,
    /// A string.
    String,
    /// 0, or a time in the future.
    ZeroOrFuture,
}

/// What the HTML of the target's pages in a step shows. Everything that is declared must hold.
///
/// What a page shows is what a person reads. Hidden fields, addresses of links and comments do not count. If only a
/// script of the page has a text, the check is inconclusive. A whole text `@docs` is the bare name of the host here.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields)]
pub struct PageExpect {
    /// The step.
    #[schemars(with = "String")]
    pub of: StepName,
    /// Texts that a person reads after the login, for example `["@docs"]`.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub shows: Vec<Text>,
    /// Texts that the HTML must not contain, for example `["<script>"]`.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub hides: Vec<Text>,
    /// Words of which the page must show at least one, for example `["warning", "caution"]`. Case does not matter.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub mentions: Vec<String>,
    /// A word that must not be the name of an element or of an attribute: markup that contains it is shown as text.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub inert: Option<String>,
    /// Texts with which no URL of the page may begin, as a browser reads it, for example `["javascript:"]`.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub links_not: Vec<Text>,
    /// Hosts from which a browser must load nothing by itself, for example `["@logos"]`.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub loads_not: Vec<Text>,
    /// Another step. Its last page has the same words as often, in any order. Names and numbers are ignored.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    #[schemars(with = "Option<String>")]
    pub like: Option<StepName>,
    /// Two other steps, of two plain clients. Their last pages have the same words, and the last page of this step has
    /// other words. Names and numbers are ignored.
    #[serde(
        default,
        deserialize_with = "one_or_more",
        skip_serializing_if = "Vec::is_empty"
    )]
    #[schemars(with = "Vec<String>")]
    pub unlike: Vec<StepName>,
    /// Where the page may load its scripts, styles, frames and images from.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub loads: Option<Loads>,
    /// Whether no answer of the step may have a line of a stack trace or the path of a source file.
    #[serde(default, skip_serializing_if = "std::ops::Not::not")]
    pub no_trace: bool,
}

/// One name or a list of them; that one is not enough is told with its place.
fn one_or_more<'de, D: serde::Deserializer<'de>>(from: D) -> Result<Vec<StepName>, D::Error> {
    use serde::de::Error;
    match Value::deserialize(from)? {
        single @ Value::String(_) => serde_json::from_value(single).map(|name| vec![name]),
        list => serde_json::from_value(list),
    }
    .map_err(D::Error::custom)
}

/// Where a page may load its parts from.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
#[serde(rename_all = "kebab-case")]
pub enum Loads {
    /// From the page's own origin only.
    Own,
}

/// Where the browser was sent.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields)]
pub struct SentExpect {
    /// The step.
    #[schemars(with = "String")]
    pub of: StepName,
    /// `nowhere`, `anywhere`, or the URI, for example `@app/callback`.
    pub to: Text,
    /// With `to = "anywhere"`: the beginning of a URI to which the browser must not be sent, for example `@other/`.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub not_to: Option<Text>,
    /// A response parameter that must be sent, for example `iss`.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub parameter: Option<String>,
    /// The value of that parameter, for example `@issuer`.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub equals: Option<Text>,
    /// With `to = "anywhere"`: a response parameter that must not be sent to any place, for example `code`.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub without: Option<String>,
    /// Status codes that must not answer a login form of the step, for example `[307]`. If the step had no login form,
    /// the check is not applicable.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub never_by: Option<Codes>,
}
