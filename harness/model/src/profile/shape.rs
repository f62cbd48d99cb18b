//! What a profile holds.

use std::collections::BTreeMap;
use std::collections::BTreeSet;
use std::fmt;

use schemars::JsonSchema;
use serde::Deserialize;
use serde::Serialize;
use serde_json::Map;
use serde_json::Value;

use crate::profile::policy::Policy;
use crate::profile::public::Public;
use crate::profile::script::Script;
use crate::profile::upstream::Upstream;
use crate::quantity::Span;
use crate::requirement::claim::EVERYTHING;
use crate::verb::Channel;

/// What the variables of a login program begin with.
const LOGIN_VARIABLES: &str = "CIMDSPEC_LOGIN_";

/// How a target is started, found and spoken to.
#[derive(Debug, Clone, PartialEq, Default)]
pub struct Profile {
    /// Its name in reports.
    pub name: String,
    /// How it is launched, where we launch it.
    pub start: Option<Start>,
    /// Which release of the server it is, as its operator says; reports have it.
    pub release: Release,
    /// The issuer of a server that is there already, exactly as clients know it.
    pub issuer: Option<String>,
    /// The URL of an MCP server, which names the issuer.
    pub mcp: Option<String>,
    /// Where our hosts are for a server on the internet.
    pub public: Option<Public>,
    /// Where its metadata is, and what it leaves out.
    pub discovery: Discovery,
    /// Header fields of every request to the target.
    pub headers: BTreeMap<String, String>,
    /// What every authorization request has too.
    pub request: Request,
    /// Members that every client document has too.
    pub document: BTreeMap<String, Value>,
    /// Members that every registration has too.
    pub registration: BTreeMap<String, Value>,
    /// The initial access token of its registration endpoint (RFC 7591 section 3), where one is wanted.
    pub initial_access_token: Option<String>,
    /// How new ones are had, where each opens one registration.
    pub initial_tokens: InitialTokens,
    /// An initial access token that has expired.
    pub expired_initial_access_token: Option<String>,
    /// The issuer of software statements that it trusts (RFC 7591 section 2.3), as far as we may speak for it.
    pub statements: Option<Statements>,
    /// How its user logs in.
    pub login: Login,
    /// The identity provider of ours at which it logs its users in.
    pub upstream: Option<Upstream>,
    /// How its user consents.
    pub consent: Consent,
    /// What its scripts send where its login and consent pages have no forms.
    pub script: Option<Script>,
    /// The revisions and specifications that it claims, by their names: `cimd-02`, `mcp-2026-07-28`, `rfc9126`.
    pub claims: Vec<String>,
    /// Policies that the texts allow and the target declares, for example `cache-floor`.
    pub policies: BTreeSet<Policy>,
    /// What its operator declares of controls that no test can see, by the ids of `controls/declared.toml`.
    pub declared: BTreeMap<String, String>,
    /// How fast it may be asked.
    pub pace: Pace,
}

/// Which release of a server it is, as its operator says.
#[derive(Debug, Clone, PartialEq, Eq, Default, Serialize, Deserialize, JsonSchema)]
#[serde(default, deny_unknown_fields)]
pub struct Release {
    /// Its version, for example `4.2.0`.
    #[serde(skip_serializing_if = "String::is_empty")]
    pub version: String,
    /// The digest of its image, for example `sha256:…`.
    #[serde(skip_serializing_if = "String::is_empty")]
    pub image: String,
    /// The commit that it was built from.
    #[serde(skip_serializing_if = "String::is_empty")]
    pub commit: String,
}

impl Release {
    /// Whether the operator says nothing.
    pub fn is_empty(&self) -> bool {
        *self == Self::default()
    }
}

/// How a target is launched.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields)]
pub struct Start {
    /// The program and its arguments. `{issuer}`, `{port}`, `{ca}` and `{state}` are replaced, and with
    /// `[upstream]` also `{upstream.issuer}`, `{upstream.client_id}`, `{upstream.client_secret}` and the rest of it.
    pub command: Vec<String>,
    /// Where it is started: relative to the profile's file; its folder when left out.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub directory: Option<String>,
    /// Variables of its environment, with the same replacements.
    #[serde(default, skip_serializing_if = "BTreeMap::is_empty")]
    pub environment: BTreeMap<String, String>,
    /// The scheme of its issuer.
    #[serde(default, skip_serializing_if = "SeenAs::is_https")]
    pub issuer: SeenAs,
    /// The path of its issuer, for example `/tenant`; `/` where the issuer ends with a slash.
    #[serde(default, skip_serializing_if = "String::is_empty")]
    pub path: String,
    /// How long it may take until its metadata is there.
    #[serde(default = "ready_within")]
    pub ready_within: Span,
}

/// How a launched target is reached.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default, Serialize, Deserialize, JsonSchema)]
#[serde(rename_all = "kebab-case")]
pub enum SeenAs {
    /// By an https URL on a public name, through our front.
    #[default]
    Https,
    /// By a plain http URL on a public name, through our front.
    Http,
}

/// Where the metadata is, and what it leaves out.
#[derive(Debug, Clone, PartialEq, Default, Serialize, Deserialize, JsonSchema)]
#[serde(default, deny_unknown_fields)]
pub struct Discovery {
    /// The URL of the metadata document, where it is at no well-known place. `{issuer}` is replaced.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub url: Option<String>,
    /// Members that count as if the document had them. `{issuer}` is replaced.
    #[serde(skip_serializing_if = "Map::is_empty")]
    pub set: Map<String, Value>,
}

/// What every authorization request has too.
#[derive(Debug, Clone, PartialEq, Default, Serialize, Deserialize, JsonSchema)]
#[serde(default, deny_unknown_fields)]
pub struct Request {
    /// The way it takes.
    #[serde(skip_serializing_if = "Channel::is_query")]
    pub channel: Channel,
    /// The scopes, separated by spaces.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub scope: Option<String>,
    /// The resource (RFC 8707).
    #[serde(skip_serializing_if = "Option::is_none")]
    pub resource: Option<String>,
    /// Further parameters.
    #[serde(skip_serializing_if = "BTreeMap::is_empty")]
    pub set: BTreeMap<String, String>,
}

impl Default for Start {
    fn default() -> Self {
        Self {
            command: Vec::new(),
            directory: None,
            environment: BTreeMap::new(),
            issuer: SeenAs::default(),
            path: String::new(),
            ready_within: ready_within(),
        }
    }
}

impl SeenAs {
    fn is_https(&self) -> bool {
        *self == Self::Https
    }
}

impl Request {
    /// The parameters by name.
    pub fn parameters(&self) -> impl Iterator<Item = (&str, &str)> {
        let own = [("scope", &self.scope), ("resource", &self.resource)];
        let further = self
            .set
            .iter()
            .map(|(name, value)| (name.as_str(), value.as_str()));
        own.into_iter()
            .filter_map(|(name, value)| Some((name, value.as_deref()?)))
            .chain(further)
    }
}

/// How the user logs in: whichever of these the target needs.
#[derive(Debug, Clone, PartialEq, Default, Serialize, Deserialize, JsonSchema)]
#[serde(default, deny_unknown_fields)]
pub struct Login {
    /// Fields of login forms by name, on one page or on several.
    #[serde(skip_serializing_if = "BTreeMap::is_empty")]
    pub fields: BTreeMap<String, String>,
    /// What a second user enters instead, by the same names: where a scenario is about two people or two browsers, this one logs
    /// in at the other. Without it, it is the same user twice.
    #[serde(skip_serializing_if = "BTreeMap::is_empty")]
    pub second: BTreeMap<String, String>,
    /// Other origins at which the server's own login application is, such as `https://login.example.net`: the user agent
    /// follows the server there.
    #[serde(skip_serializing_if = "Vec::is_empty")]
    pub origins: Vec<String>,
    /// Values or texts of the button that logs in; the form's first when left out.
    #[serde(skip_serializing_if = "Vec::is_empty")]
    pub button: Vec<String>,
    /// Cookies of a user who is logged in, each `name=value`, best with the attributes that the server gave it:
    /// `name=value; Secure; SameSite=Lax`.
    #[serde(skip_serializing_if = "Vec::is_empty")]
    pub cookies: Vec<String>,
    /// A program that logs in where the browser does not understand the page: it is given the page's URL as its last argument
    /// and in `CIMDSPEC_LOGIN_URL`, and each of `fields` in a variable such as `CIMDSPEC_LOGIN_PASSWORD`, and prints cookies.
    #[serde(skip_serializing_if = "Vec::is_empty")]
    pub command: Vec<String>,
}

impl Login {
    /// The variable by which a login program gets a field: its name in capitals, with `_` for whatever is neither letter nor
    /// digit.
    pub fn variable(field: &str) -> String {
        let plain = |letter: char| match letter.is_ascii_alphanumeric() {
            true => letter.to_ascii_uppercase(),
            false => '_',
        };
        format!(
            "{LOGIN_VARIABLES}{}",
            field.chars().map(plain).collect::<String>()
        )
    }
}

/// How initial access tokens are had, where each opens one registration: by a program, or by the credentials of a client.
#[derive(Debug, Clone, PartialEq, Default, Serialize, Deserialize, JsonSchema)]
#[serde(default, deny_unknown_fields)]
pub struct InitialTokens {
    /// A program that prints one token.
    #[serde(skip_serializing_if = "Vec::is_empty")]
    pub command: Vec<String>,
    /// A client of the operator that asks the token endpoint for one (RFC 6749 section 4.4).
    #[serde(skip_serializing_if = "Option::is_none")]
    pub client_id: Option<String>,
    /// Its secret, sent by HTTP Basic authentication.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub client_secret: Option<String>,
    /// The scope that it asks for.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub scope: Option<String>,
}

impl InitialTokens {
    /// Whether it says how.
    pub fn is_told(&self) -> bool {
        !self.command.is_empty() || self.client_id.is_some()
    }
}

/// How the user consents.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize, JsonSchema)]
#[serde(default, deny_unknown_fields)]
pub struct Consent {
    /// Values or texts of the button that approves.
    pub approve: Vec<String>,
    /// Values or texts of the button or the link that denies.
    pub deny: Vec<String>,
    /// Fields of consent forms by name.
    #[serde(skip_serializing_if = "BTreeMap::is_empty")]
    pub fields: BTreeMap<String, String>,
    /// A program that decides where a page has no button that does: it is given the page's URL as its last argument and in
    /// `CIMDSPEC_CONSENT_URL`, and prints the URL to which the browser was sent.
    #[serde(skip_serializing_if = "Vec::is_empty")]
    pub command: Vec<String>,
}

/// An issuer of software statements that the target trusts.
#[derive(Debug, Clone, PartialEq)]
pub struct Statements {
    /// What its statements say in `iss`.
    pub issuer: String,
    /// What signs them.
    pub key: PrivateKey,
    /// The identifier of the key that the target knows it by, where it wants one.
    pub kid: Option<String>,
    /// Further claims of every statement.
    pub set: BTreeMap<String, Value>,
}

/// A private key: PEM (PKCS #8, or PKCS #1 for RSA) or a JWK.
#[derive(Clone, PartialEq, Eq)]
pub enum PrivateKey {
    /// In this file, relative to the profile's.
    File(String),
    /// This one.
    Text(String),
}

/// What it is stays untold.
impl fmt::Debug for PrivateKey {
    fn fmt(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::File(path) => formatter.debug_tuple("File").field(path).finish(),
            Self::Text(_) => formatter.write_str("Text(..)"),
        }
    }
}

/// How fast the target may be asked.
#[derive(Debug, Clone, PartialEq, Default, Serialize, Deserialize, JsonSchema)]
#[serde(default, deny_unknown_fields)]
pub struct Pace {
    /// How many cases may run at once, also those that only wait: less than the fetches that the target makes at once.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub at_once: Option<usize>,
    /// How many requests a second it is sent at most.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub per_second: Option<u32>,
    /// How many requests in any minute it is sent at most.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub per_minute: Option<u32>,
    /// How many requests in any hour it is sent at most.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub per_hour: Option<u32>,
    /// Whether it is a service that others use, too: a run leaves out bursts, endless bodies and lookups that are never answered,
    /// and registers few clients. It is slower where nothing else is said.
    #[serde(skip_serializing_if = "std::ops::Not::not")]
    pub polite: bool,
}

impl Pace {
    /// Whether nothing may ever be sent.
    pub(crate) fn is_standstill(&self) -> bool {
        self.at_once == Some(0) || [self.per_second, self.per_minute, self.per_hour].contains(&Some(0))
    }

    /// Its limits in words; none where there are none.
    pub fn words(&self) -> Vec<String> {
        let of_time = [
            (self.per_second, "a second"),
            (self.per_minute, "a minute"),
            (self.per_hour, "an hour"),
        ];
        let of_time = of_time.into_iter().filter_map(|(most, time)| {
            Some(match most? {
                1 => format!("1 request {time}"),
                most => format!("{most} requests {time}"),
            })
        });
        let at_once = self.at_once.map(|most| match most {
            1 => "1 case at once".to_owned(),
            most => format!("{most} cases at once"),
        });
        of_time.chain(at_once).collect()
    }
}

impl Default for Consent {
    fn default() -> Self {
        let words = |list: &[&str]| list.iter().map(|word| (*word).to_owned()).collect();
        Self {
            approve: words(&["approve", "allow", "authorize", "yes", "continue", "accept"]),
            deny: words(&["deny", "no", "cancel", "reject"]),
            fields: BTreeMap::new(),
            command: Vec::new(),
        }
    }
}

impl Profile {
    /// The same with what the second user enters; none where there is no such user.
    pub fn of_second_user(&self) -> Option<Self> {
        if self.login.second.is_empty() {
            return None;
        }
        let mut profile = self.clone();
        profile.login.fields.extend(self.login.second.clone());
        Some(profile)
    }

    /// Whether it says which server is tested.
    pub fn names_a_server(&self) -> bool {
        self.start.is_some() || self.issuer.is_some() || self.mcp.is_some()
    }

    /// The profile of the embedded reference server.
    pub fn reference() -> Self {
        let fields = [("username", "alice"), ("password", "wonderland")];
        Self {
            name: "reference".to_owned(),
            claims: vec![EVERYTHING.to_owned()],
            login: Login {
                fields: fields
                    .map(|(name, value)| (name.to_owned(), value.to_owned()))
                    .into(),
                ..Login::default()
            },
            ..Self::default()
        }
    }
}

/// How long a target may take to start when its profile does not say.
fn ready_within() -> Span {
    Span(std::time::Duration::from_secs(90))
}
