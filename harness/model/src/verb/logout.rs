//! Logs the user out on behalf of a client.

use std::collections::BTreeMap;

use schemars::JsonSchema;
use serde::Deserialize;
use serde::Serialize;

use crate::forecast::Kind;
use crate::forecast::PAGES;
use crate::name::SessionName;
use crate::text::Text;
use crate::verb::Channel;
use crate::verb::ClientName;
use crate::verb::References;
use crate::verb::Success;
use crate::verb::Until;
use crate::verb::Verb;

/// Logs the user out on behalf of a client (OpenID Connect RP-Initiated Logout). It requires `needs = ["logout"]`.
///
/// The user agrees where the server asks. If the server sends the browser away, the step is granted. If the browser
/// stays, the step is refused.
#[derive(Debug, Clone, PartialEq, Default, Serialize, Deserialize, JsonSchema)]
#[serde(default, deny_unknown_fields)]
pub struct Logout {
    /// The client that the request names, as in Authorize. Default: the client of the base.
    #[serde(skip_serializing_if = "Option::is_none")]
    #[schemars(with = "Option<String>")]
    pub client: Option<ClientName>,
    /// The `post_logout_redirect_uri`, for example `@app/bye`.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub to: Option<Text>,
    /// The browser that an authorize step named. Default: one without cookies, because all cases share the login of the
    /// run.
    #[serde(skip_serializing_if = "Option::is_none")]
    #[schemars(with = "Option<String>")]
    pub session: Option<SessionName>,
    /// Where the browser stops. Default: `end`.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub until: Option<Until>,
    /// Further parameters.
    #[serde(skip_serializing_if = "BTreeMap::is_empty")]
    pub set: BTreeMap<String, Text>,
}

impl Verb for Logout {
    fn neutral(&self) -> Option<Self> {
        Some(self.clone())
    }

    fn refers<'a>(&'a self, to: &mut References<'a>) {
        to.client(self.client.as_ref());
        to.sent.extend(self.set.values().chain(&self.to));
    }

    fn acts_as(&mut self) -> Option<&mut Option<ClientName>> {
        Some(&mut self.client)
    }

    fn success(&self) -> Option<Success> {
        Some(Success::SentAway)
    }

    fn requests(&self, _: Channel) -> Vec<(Kind, usize)> {
        vec![(Kind::Pages, PAGES)]
    }
}
