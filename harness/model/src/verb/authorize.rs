//! Requests authorization and does the browser's part.

use std::collections::BTreeMap;

use schemars::JsonSchema;
use serde::Deserialize;
use serde::Serialize;

use crate::forecast::Kind;
use crate::forecast::PAGES;
use crate::name::SessionName;
use crate::name::StepName;
use crate::text::Text;
use crate::verb::Authentication;
use crate::verb::ClientName;
use crate::verb::References;
use crate::verb::Success;
use crate::verb::Swap;
use crate::verb::Verb;

/// Requests authorization: the request, the login, the consent, and the way back to the client's redirect URI.
///
/// The browser of a case keeps its cookies from step to step. It is logged in as far as the calibration was. With
/// `until = "login"`, a check about the step counts only if the control came to a login.
#[derive(Debug, Clone, PartialEq, Default, Serialize, Deserialize, JsonSchema)]
#[serde(default, deny_unknown_fields)]
pub struct Authorize {
    /// The client. `@slow` is the client whose document the host `slow` serves. Any other text is a register step.
    /// Default: the client of the base's document, or else of the last register step before.
    #[serde(skip_serializing_if = "Option::is_none")]
    #[schemars(with = "Option<String>")]
    pub client: Option<ClientName>,
    /// The client identifier, exactly as it is sent. Default: that of the client.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub client_id: Option<Text>,
    /// The redirect URI, exactly as it is sent. Default: that of the base.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub redirect_uri: Option<Text>,
    /// Parameters to set. With `request_of` they are added to the query.
    #[serde(skip_serializing_if = "BTreeMap::is_empty")]
    pub set: BTreeMap<String, Text>,
    /// Parameters to leave out.
    #[serde(skip_serializing_if = "Vec::is_empty")]
    pub omit: Vec<String>,
    /// Parameters to send a second time, with these values, for example `{ redirect_uri = "second value" }`.
    #[serde(skip_serializing_if = "BTreeMap::is_empty")]
    pub repeat: BTreeMap<String, Text>,
    /// An earlier step with `channel = "par"`. Its `request_uri` is used instead of a new request.
    #[serde(skip_serializing_if = "Option::is_none")]
    #[schemars(with = "Option<String>")]
    pub request_of: Option<StepName>,
    /// With `request_of`: a part of the `request_uri` that is exchanged for that of another step.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub swap: Option<Swap>,
    /// An earlier authorize step that stopped on a page. This step goes on from that page.
    #[serde(skip_serializing_if = "Option::is_none")]
    #[schemars(with = "Option<String>")]
    pub continues: Option<StepName>,
    /// The name of another browser. It begins without cookies, and later steps may use it. Default: the browser of the
    /// case.
    #[serde(skip_serializing_if = "Option::is_none")]
    #[schemars(with = "Option<String>")]
    pub session: Option<SessionName>,
    /// With `continues`: another site, whose page sends the form. The request has that site's origin, and only the
    /// cookies that a browser sends across sites.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub posted_from: Option<Text>,
    /// How the request reaches the target. Default: that of the profile.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub channel: Option<Channel>,
    /// How the client authenticates where the request is pushed. Default: by its own method.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub auth: Option<Authentication>,
    /// How many requests are sent at once. Each but the first has an identifier with a query of its own. Only the first
    /// goes on to the login.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub times: Option<u16>,
    /// What the user decides. Default: `approve`.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub decide: Option<Decision>,
    /// Where the browser stops. Default: `end`.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub until: Option<Until>,
}

/// How an authorization request reaches the target.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default, Serialize, Deserialize, JsonSchema)]
#[serde(rename_all = "kebab-case")]
pub enum Channel {
    /// In the query of the authorization endpoint.
    #[default]
    Query,
    /// Pushed (RFC 9126). The query then has the `request_uri`.
    Par,
}

impl Channel {
    pub(crate) fn is_query(&self) -> bool {
        *self == Self::Query
    }
}

/// What the user decides on the consent page.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default, Serialize, Deserialize, JsonSchema)]
#[serde(rename_all = "kebab-case")]
pub enum Decision {
    /// The user presses the button that approves.
    #[default]
    Approve,
    /// The user presses the button that denies.
    Deny,
}

/// Where the browser stops.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default, Serialize, Deserialize, JsonSchema)]
#[serde(rename_all = "kebab-case")]
pub enum Until {
    /// At the client's redirect URI, or where the browser can do nothing more.
    #[default]
    End,
    /// At the consent page.
    Consent,
    /// Where the user has to log in.
    Login,
    /// After the push (RFC 9126). The `request_uri` is not used.
    Pushed,
}

impl Authorize {
    /// Whether another step made the request.
    fn is_another_request(&self) -> bool {
        self.request_of.is_some() || self.continues.is_some()
    }
}

impl Verb for Authorize {
    fn neutral(&self) -> Option<Self> {
        let Self {
            client,
            request_of,
            continues,
            session,
            channel,
            until,
            ..
        } = self.clone();
        Some(Self {
            client,
            request_of,
            continues,
            session,
            channel,
            until,
            ..Self::default()
        })
    }

    fn refers<'a>(&'a self, to: &mut References<'a>) {
        to.client(self.client.as_ref());
        if self.client.is_some() || self.client_id.is_none() {
            to.clients.push(self.client.as_ref());
        }
        self.request_of
            .iter()
            .chain(&self.continues)
            .for_each(|step| to.step(step));
        to.swap(self.swap.as_ref());
        to.identifiers.extend(&self.client_id);
        to.redirect_uris.extend(&self.redirect_uri);
        let texts = self.posted_from.iter().chain(self.set.values());
        to.sent.extend(texts.chain(self.repeat.values()));
    }

    fn acts_as(&mut self) -> Option<&mut Option<ClientName>> {
        Some(&mut self.client)
    }

    fn success(&self) -> Option<Success> {
        Some(Success::Browser)
    }

    fn requests(&self, channel: Channel) -> Vec<(Kind, usize)> {
        let mut requests = Vec::new();
        if !self.is_another_request() && self.channel.unwrap_or(channel) == Channel::Par {
            requests.push((Kind::Par, 1));
        }
        if self.until != Some(Until::Pushed) {
            requests.extend([(Kind::Authorize, 1), (Kind::Pages, PAGES)]);
        }
        requests
    }

    fn contradiction(&self) -> Option<(&'static str, &'static str)> {
        match self.is_another_request() {
            true if self.client_id.is_some() => Some((
                "client_id",
                "the request was made by another step: here `client_id` is not sent",
            )),
            true if self.redirect_uri.is_some() => Some((
                "redirect_uri",
                "the request was made by another step: here `redirect_uri` is not sent",
            )),
            _ if self.swap.is_some() && self.request_of.is_none() => Some((
                "swap",
                "only a `request_uri` has parts: say whose with `request_of`",
            )),
            true if self.times.is_some() => {
                Some(("times", "the request was made by another step: it is used once"))
            }
            false if self.times.is_some() && self.channel == Some(Channel::Par) => {
                Some(("times", "pushed requests are made one by one"))
            }
            _ => None,
        }
    }

    fn at_once(&self) -> usize {
        self.times.map_or(1, usize::from)
    }
}
