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
    /// The disposition.
    pub is: Disposition,
    /// The status codes that are right, with `status`.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub code: Option<Codes>,
    /// The OAuth error codes of which one is named, where the answer carries one.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub error: Vec<String>,
}

/// How many of several steps the target granted.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields)]
pub struct CountExpect {
    /// The steps, of which at least one is granted.
    #[schemars(with = "Vec<String>")]
    pub of: Vec<StepName>,
    /// The greatest number that is right.
    pub at_most: usize,
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
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub contains: Option<String>,
    /// Values of which one stands in its list, compared without case.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub one_of: Vec<String>,
    /// A directive of a policy, which names who may and not everybody: neither `*` nor a scheme alone.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub closes: Option<String>,
    /// The name of a `meta` element of the page that may say the same instead.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub meta: Option<String>,
    /// Whether the field is not there, or not with what it is told to contain.
    #[serde(default, skip_serializing_if = "std::ops::Not::not")]
    pub absent: bool,
    /// Other header fields, of which one instead is enough.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub or: Vec<HeaderPart>,
}

/// A header field and a part of its value.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields)]
pub struct HeaderPart {
    /// The field's name, in lower case.
    pub name: String,
    /// A part of its value, compared without case.
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
    /// A value that it is not; host references are resolved.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub not_equals: Option<Value>,
    /// Values of which the array has each.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub includes: Vec<Value>,
    /// A text that the string does not begin with.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub not_prefix: Option<String>,
    /// A word that the string, a list separated by spaces, does not have; a member that is missing tells nothing.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub lacks_word: Option<String>,
    /// A word that the string, a list separated by spaces, has.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub has_word: Option<String>,
    /// Another step, whose member at the same place has another value; where one of them has none, the check does not
    /// apply.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    #[schemars(with = "Option<String>")]
    pub differs_from: Option<StepName>,
    /// Another step, whose member at the same place has the same value; where neither has one, the check does not apply.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    #[schemars(with = "Option<String>")]
    pub same_as: Option<StepName>,
    /// Whether it is the value that the step's request had at the same place.
    #[serde(default, skip_serializing_if = "std::ops::Not::not")]
    pub as_sent: bool,
    /// Whether the string, a list separated by spaces, has no word that the step's request did not have at the same place.
    #[serde(default, skip_serializing_if = "std::ops::Not::not")]
    pub within_sent: bool,
    /// Values of which the array has at least one.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub includes_any: Vec<Value>,
    /// Values of which the array has none.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub excludes: Vec<Value>,
    /// URIs of which the array has none, in whatever spelling a browser reads as the same.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub excludes_uri: Vec<Text>,
    /// A step that asks for what the member must not hold: what is granted there is taken, whatever the answer says.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    #[schemars(with = "Option<String>")]
    pub asked_in: Option<StepName>,
    /// A text that the string begins with.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub prefix: Option<String>,
    /// A text that the string does not contain.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub lacks: Option<String>,
    /// The greatest number that is right.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub at_most: Option<u64>,
    /// Whether it may be left out: then the check does not apply.
    #[serde(default, skip_serializing_if = "std::ops::Not::not")]
    pub optional: bool,
    /// What becomes of the check where the step was refused, and the answer has no such member.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub refused: Option<WhenRefused>,
}

/// What becomes of an expectation on an answer when the request was refused.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
#[serde(rename_all = "kebab-case")]
pub enum WhenRefused {
    /// To refuse is right too.
    Passes,
}

/// A kind of JSON value.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
#[serde(rename_all = "kebab-case")]
#[expect(missing_docs, reason = "the words say it")]
pub enum MemberIs {
    Absent,
    Array,
    Boolean,
    /// An object none of whose members is an empty list.
    Filled,
    /// A time that has not come yet, by the clock of the answer.
    Future,
    Number,
    /// The issuer that clients know exactly, where that was said; else one whose metadata clients look for at the place of
    /// the answer.
    OfItsPlace,
    Present,
    /// A time within the next two seconds, by the clock of the answer.
    Soon,
    String,
    /// 0, or a time that has not come yet.
    ZeroOrFuture,
}

/// What the target's pages of a step show.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields)]
pub struct PageExpect {
    /// The step.
    #[schemars(with = "String")]
    pub of: StepName,
    /// Texts that a person reads on the page, from where a decision is asked for on.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub shows: Vec<Text>,
    /// Texts that the HTML does not contain.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub hides: Vec<Text>,
    /// Words of which at least one stands on the page, compared without case.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub mentions: Vec<String>,
    /// A word that is the name of no element and of no attribute: markup that holds it is text.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub inert: Option<String>,
    /// Texts with which no URL of the page begins, read as a browser reads it.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub links_not: Vec<Text>,
    /// Hosts from which a browser loads nothing by itself.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub loads_not: Vec<Text>,
    /// Another step, whose last page says the same, names and numbers left aside.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    #[schemars(with = "Option<String>")]
    pub like: Option<StepName>,
    /// Two other steps, of plain clients: their last pages say the same, and this one something else, names and numbers
    /// left aside.
    #[serde(
        default,
        deserialize_with = "one_or_more",
        skip_serializing_if = "Vec::is_empty"
    )]
    #[schemars(with = "Vec<String>")]
    pub unlike: Vec<StepName>,
    /// Where its scripts, styles, frames and images come from.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub loads: Option<Loads>,
    /// Whether nothing of the server's code stands there: no line of a stack trace, no path of a source file.
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

/// Where a page loads its parts from.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
#[serde(rename_all = "kebab-case")]
pub enum Loads {
    /// From the origin of the page only.
    Own,
}

/// Where the user agent was sent.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields)]
pub struct SentExpect {
    /// The step.
    #[schemars(with = "String")]
    pub of: StepName,
    /// `nowhere`, `anywhere`, or the URI, as it was sent.
    pub to: Text,
    /// Where it was not sent: the beginning of a URI.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub not_to: Option<Text>,
    /// The response parameter that is looked at.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub parameter: Option<String>,
    /// Its value; `@issuer` for the target's issuer.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub equals: Option<Text>,
    /// A response parameter that it was not sent with, wherever it was sent.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub without: Option<String>,
    /// Status codes with which no form of the step on which somebody logs in is answered.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub never_by: Option<Codes>,
}
