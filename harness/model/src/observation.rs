//! What was seen: the world's events and the target's answers, in the order of time.

use std::borrow::Cow;
use std::net::SocketAddr;

use schemars::JsonSchema;
use schemars::Schema;
use schemars::SchemaGenerator;
use serde::Deserialize;
use serde::Serialize;
use serde::Serializer;

use crate::behaviour::delivery::Delivery;
use crate::curl;
use crate::curl::Requested;
use crate::name::CaseId;
use crate::name::HostLabel;
use crate::name::StepName;

/// Microseconds since the world began; one clock for all events and steps of a run.
#[derive(
    Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash, Default, Serialize, Deserialize, JsonSchema,
)]
pub struct Instant(pub u64);

/// One thing that the world saw.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
pub struct Event {
    /// When.
    pub at: Instant,
    /// The case it belongs to, where the world could tell.
    pub case: Option<CaseId>,
    /// The host it belongs to, where the world could tell.
    pub host: Option<HostLabel>,
    /// What.
    pub what: Happening,
}

/// What the world saw, layer by layer.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
#[serde(tag = "event", rename_all = "kebab-case")]
pub enum Happening {
    /// A name was asked for.
    Lookup {
        /// The name, lower-case, without the last dot.
        name: String,
        /// The record type, `A` or `AAAA` or another's mnemonic.
        record: String,
        /// The number of this query among those for this name and type, from 1.
        turn: u32,
        /// What was said, in words: addresses, `CNAME x`, `NXDOMAIN`, …
        said: Vec<String>,
    },
    /// A TCP connection was accepted.
    Connect {
        /// The number of the connection in this run.
        connection: u64,
        /// The address that the peer asked for.
        to: SocketAddr,
    },
    /// A TLS ClientHello arrived.
    Hello {
        /// The connection.
        connection: u64,
        /// The address that the peer asked for.
        to: SocketAddr,
        /// The server name it asked for.
        server_name: Option<String>,
    },
    /// The TLS handshake ended.
    Handshake {
        /// The connection.
        connection: u64,
        /// The address that the peer asked for.
        to: SocketAddr,
        /// `None` when it was completed; otherwise why not.
        failure: Option<String>,
        /// Whether the peer showed a certificate of its own.
        #[serde(default)]
        certificate: bool,
    },
    /// The head of an HTTP request arrived.
    Request {
        /// The connection.
        connection: u64,
        /// The address that the peer asked for.
        to: SocketAddr,
        /// The method.
        method: String,
        /// The request target, byte for byte as it came.
        target: String,
        /// The header fields, in order.
        headers: Vec<(String, String)>,
    },
    /// A host began to answer that request.
    Served {
        /// The connection.
        connection: u64,
        /// The address that the peer asked for.
        to: SocketAddr,
        /// The status code, where the host writes one.
        status: Option<u16>,
        /// The content type, where the host writes one.
        content_type: Option<String>,
        /// How the bytes arrive.
        delivery: Delivery,
        /// How many bytes the body has, before a content coding.
        length: u64,
        /// The beginning of the body, before a content coding.
        body: String,
    },
    /// The connection ended.
    Closed {
        /// The connection.
        connection: u64,
        /// The address that the peer asked for.
        to: SocketAddr,
        /// Bytes of HTTP that we wrote and the peer's side took.
        sent: u64,
        /// Who ended it.
        by: Ending,
    },
}

/// Who ended a connection.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
#[serde(rename_all = "kebab-case")]
pub enum Ending {
    /// The peer.
    Peer,
    /// The world, because the response was complete.
    World,
    /// The world, because the case was over.
    CaseOver,
}

/// One request to the target and what came back.
#[derive(Debug, Clone, PartialEq, Eq, Deserialize)]
pub struct Exchange {
    /// When the request was sent.
    pub at: Instant,
    /// When the answer was complete, or the wait ended.
    pub ended: Instant,
    /// The method.
    pub method: String,
    /// The whole URL, secrets redacted.
    pub url: String,
    /// The header fields that were sent, secrets redacted.
    #[serde(default)]
    pub headers: Vec<(String, String)>,
    /// What was sent as the body, secrets redacted.
    pub sent: Option<String>,
    /// What came back.
    pub reply: Reply,
}

impl Exchange {
    /// The request as a curl command that can be pasted into a shell.
    pub fn curl(&self) -> String {
        curl::command(Requested {
            method: &self.method,
            url: &self.url,
            headers: &self.headers,
            sent: self.sent.as_deref(),
        })
    }
}

/// An exchange as the report document has it: with the command that sends its request again.
#[derive(Serialize, JsonSchema)]
#[schemars(rename = "Exchange")]
struct Written<'a> {
    /// When the request was sent.
    at: Instant,
    /// When the answer was complete, or the wait ended.
    ended: Instant,
    /// The method.
    method: &'a str,
    /// The whole URL, secrets redacted.
    url: &'a str,
    /// The header fields that were sent, secrets redacted.
    headers: &'a [(String, String)],
    /// What was sent as the body, secrets redacted.
    sent: Option<&'a str>,
    /// The command that sends the request again.
    curl: String,
    /// What came back.
    reply: &'a Reply,
}

impl JsonSchema for Exchange {
    fn schema_name() -> Cow<'static, str> {
        Written::schema_name()
    }

    fn json_schema(generator: &mut SchemaGenerator) -> Schema {
        Written::json_schema(generator)
    }
}

impl Serialize for Exchange {
    fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        let written = Written {
            at: self.at,
            ended: self.ended,
            method: &self.method,
            url: &self.url,
            headers: &self.headers,
            sent: self.sent.as_deref(),
            curl: self.curl(),
            reply: &self.reply,
        };
        written.serialize(serializer)
    }
}

/// What came back for one request.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
#[serde(rename_all = "kebab-case")]
pub enum Reply {
    /// An HTTP response.
    Response {
        /// The status code.
        status: u16,
        /// The header fields, names in lower case, in order.
        headers: Vec<(String, String)>,
        /// The body, cut at a bound, secrets redacted.
        body: String,
    },
    /// No response within the deadline.
    Timeout,
    /// The transport failed: refused, reset, closed early, TLS.
    Broken {
        /// In words.
        reason: String,
    },
}

/// What became of one step.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
pub struct StepRecord {
    /// The step.
    pub step: StepName,
    /// When it began.
    pub began: Instant,
    /// When it ended.
    pub ended: Instant,
    /// Every exchange, in order.
    pub exchanges: Vec<Exchange>,
    /// Where the browser's part ended.
    pub arrival: Arrival,
    /// What the values of its answers have in common, where it asked several times.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub values: Vec<Values>,
    /// What stood in the target's log, where it was listened to.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub logged: Option<Logged>,
    /// Whether a script makes a page of the step: its requests were played by the recipe of the profile, and nobody saw the page.
    #[serde(default, skip_serializing_if = "std::ops::Not::not")]
    pub scripted: bool,
    /// The programs of the operator that did the user's part.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub programs: Vec<ByProgram>,
}

/// What a program of the operator did in the user's place.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
pub struct ByProgram {
    /// When it was started, or when what it had printed before was used.
    pub at: Instant,
    /// When it had ended.
    pub ended: Instant,
    /// The page that it was given, secrets redacted.
    pub page: String,
    /// What it did, without what it printed.
    pub did: Did,
}

/// The user's part that a program did.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
#[serde(rename_all = "kebab-case")]
pub enum Did {
    /// It decided, and printed where the browser was sent.
    Decided,
    /// It failed.
    Failed,
    /// The session that it had printed before was put into another browser of its user.
    Lent,
    /// It logged in, and printed the cookies.
    LoggedIn,
    /// It said that the page refuses the request.
    SawRefusal,
}

impl ByProgram {
    /// What was done, as a part of a sentence.
    pub fn words(&self) -> String {
        let Self { page, did, .. } = self;
        match did {
            Did::Decided => format!("the consent program decided at {page}"),
            Did::Failed => format!("the program of the profile failed at {page}"),
            Did::Lent => format!("at {page} the browser got the session of the login program"),
            Did::LoggedIn => format!("the login program logged in at {page}"),
            Did::SawRefusal => format!("the consent program saw a refusal at {page}"),
        }
    }
}

/// What stood in the log of the target since the case began; never the lines themselves.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
pub struct Logged {
    /// How many lines were of the case: all of them where nothing else was asked meanwhile, else those that name a host, a client
    /// or a secret of the case.
    pub lines: usize,
    /// How many lines there were beside these.
    #[serde(default)]
    pub others: usize,
    /// The kinds of the case's secrets that stood in them.
    pub kinds: Vec<String>,
    /// The texts, of those that were looked for, with which a line began.
    pub begun: Vec<String>,
}

/// What the values of one member of several answers have in common; the values themselves may be secrets.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
pub struct Values {
    /// JSON pointer to the member.
    pub at: String,
    /// How many answers have it.
    pub count: usize,
    /// How many of the values differ from each other.
    pub distinct: usize,
    /// The most random bits that one value can hold, by its length, its alphabet and what never changes.
    pub bits: u32,
}

/// Where a step ended, as the agent saw it (facts, no judgement).
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
#[serde(rename_all = "kebab-case")]
pub enum Arrival {
    /// The step asks the target nothing.
    Nothing,
    /// The user agent was sent to a URI outside the target; parameters as they came, secrets redacted.
    Sent {
        /// The raw `Location` value up to the query, as it came.
        to: String,
        /// Whether that is where it was asked to send it.
        #[serde(default)]
        landing: Landing,
        /// The response parameters of the query, secrets redacted.
        parameters: Vec<(String, String)>,
    },
    /// The agent stood where the user decides, as it was to.
    Consent,
    /// The agent said no, as it was to, and the target kept it on a page of its own.
    Denied,
    /// The agent stood where somebody is to log in: it was to stop there, or it could not log in.
    Login,
    /// The agent stood on a page of the target and went no further.
    Page,
    /// The agent stood on a page that a script makes, and the recipe of the profile does not lead on.
    Unfit {
        /// In words: the step, what was answered, what was expected.
        reason: String,
    },
    /// A direct answer of an endpoint.
    Answer,
    /// The step is about something that the target does not have.
    Inapplicable {
        /// In words.
        reason: String,
    },
    /// The step could not be made, because an earlier one gave nothing to make it with.
    Impossible {
        /// In words.
        reason: String,
    },
}

impl Arrival {
    /// The value of a response parameter, where the user agent was sent away with one of this name.
    pub fn parameter(&self, wanted: &str) -> Option<&str> {
        let Self::Sent { parameters, .. } = self else {
            return None;
        };
        let mut named = parameters.iter().filter(|(name, _)| name == wanted);
        named.next().map(|(_, value)| value.as_str())
    }

    /// Whether the user agent was sent away with a code.
    pub fn has_code(&self) -> bool {
        self.parameter("code").is_some()
    }

    /// Whether the user agent was sent away with nothing that answers its request: no code, no token, no error.
    pub fn is_without_answer(&self) -> bool {
        let answers = ["access_token", "code", "error"];
        matches!(self, Self::Sent { .. }) && answers.iter().all(|name| self.parameter(name).is_none())
    }
}

impl Case {
    /// Whether any step ended with a code.
    pub fn has_code(&self) -> bool {
        self.steps.iter().any(|record| record.arrival.has_code())
    }
}

impl StepRecord {
    /// The last reply.
    pub fn reply(&self) -> Option<&Reply> {
        self.exchanges.last().map(|exchange| &exchange.reply)
    }

    /// The status of the last reply, where it is a response.
    pub fn status(&self) -> Option<u16> {
        match self.reply()? {
            Reply::Response { status, .. } => Some(*status),
            Reply::Broken { .. } | Reply::Timeout => None,
        }
    }

    /// The body of the last reply, where it is a response.
    pub fn body(&self) -> Option<&str> {
        match self.reply()? {
            Reply::Response { body, .. } => Some(body),
            Reply::Broken { .. } | Reply::Timeout => None,
        }
    }
}

/// Whose choice the place is to which the user agent was sent.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
#[serde(rename_all = "kebab-case")]
pub enum Landing {
    /// The redirect URI of the request, or any where the request had none.
    #[default]
    Asked,
    /// Another place.
    Elsewhere,
}

/// All that one case saw.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
pub struct Case {
    /// The case.
    pub case: CaseId,
    /// The real names and addresses behind the labels: label, DNS name, addresses.
    pub hosts: Vec<HostFact>,
    /// What the world saw.
    pub events: Vec<Event>,
    /// What became of the steps.
    pub steps: Vec<StepRecord>,
    /// Whether the target answered a plain request after the case.
    pub alive: bool,
}

/// The real host behind a label in one case.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
pub struct HostFact {
    /// The label.
    pub label: HostLabel,
    /// Its DNS name or literal.
    pub name: String,
    /// Its origin, for example `https://docs-1a.cimdspec.dev`.
    pub origin: String,
    /// Its addresses.
    pub addresses: Vec<std::net::IpAddr>,
}
