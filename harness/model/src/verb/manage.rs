//! Reads, replaces or deletes a registration (RFC 7592).

use std::collections::BTreeMap;

use schemars::JsonSchema;
use serde::Deserialize;
use serde::Serialize;
use serde_json::Value;

use crate::forecast::Kind;
use crate::name::StepName;
use crate::text::Text;
use crate::verb::Channel;
use crate::verb::References;
use crate::verb::Success;
use crate::verb::Swap;
use crate::verb::Verb;

/// Reads, replaces or deletes a registration (RFC 7592).
///
/// An `update` sends back what the last answer reported, with the changes of `set` and `remove`. In its `set`, a whole
/// string `@client/reg` is the identifier of the client of the register step `reg`.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields)]
pub struct Manage {
    /// The register step of the client.
    #[schemars(with = "String")]
    pub client: StepName,
    /// Another register step, whose registration access token is sent instead.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    #[schemars(with = "Option<String>")]
    pub token_of: Option<StepName>,
    /// A token that is sent instead. If it is empty, no token is sent.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub token: Option<String>,
    /// What is sent as the token instead, or where the token is sent.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub sends: Option<Bearer>,
    /// With `sends = "access-token"`: the token or refresh step whose access token is sent. With `"reported"`: the register
    /// or update step.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    #[schemars(with = "Option<String>")]
    pub from: Option<StepName>,
    /// A part of the token that is exchanged for that of another register step.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub swap: Option<Swap>,
    /// An identifier that replaces the client's own in the `registration_client_uri`.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub id: Option<Text>,
    /// The HTTP method. Default: GET to read, PUT to update, DELETE to delete.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub method: Option<String>,
    /// With `update`: members to set.
    #[serde(default, skip_serializing_if = "BTreeMap::is_empty")]
    pub set: BTreeMap<String, Value>,
    /// With `update`: members to leave out.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub remove: Vec<String>,
    /// With `update`: an earlier register step. Each member of its answer that neither its request had nor a
    /// specification gives to clients is sent with another value. Each such value is sent in an update of its own.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    #[schemars(with = "Option<String>")]
    pub overwrite: Option<StepName>,
}

impl Manage {
    /// A client's own request, without a difference.
    pub fn of(client: StepName) -> Self {
        Self {
            client,
            token_of: None,
            token: None,
            sends: None,
            from: None,
            swap: None,
            id: None,
            method: None,
            set: BTreeMap::new(),
            remove: Vec::new(),
            overwrite: None,
        }
    }
}

/// What is sent as the registration access token.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
#[serde(rename_all = "kebab-case")]
pub enum Bearer {
    /// The access token of the step `from`.
    AccessToken,
    /// The client's secret.
    ClientSecret,
    /// The registration access token that the client had before the present one.
    Former,
    /// The token itself, as the member or form parameter `access_token` of the body.
    InBody,
    /// The token itself, as the query parameter `access_token`.
    InQuery,
    /// The initial access token of the profile.
    InitialToken,
    /// The registration access token that the answer of the step `from` reported, also if it was replaced since.
    Reported,
    /// The first half of the token.
    Truncated,
}

/// Reads a registration.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
#[serde(transparent)]
pub struct Read(pub Manage);

/// Replaces a registration.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
#[serde(transparent)]
pub struct Update(pub Manage);

/// Deletes a registration.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
#[serde(transparent)]
pub struct Delete(pub Manage);

impl Manage {
    fn refers<'a>(&'a self, to: &mut References<'a>) {
        let clients = std::iter::once(&self.client).chain(&self.token_of);
        clients
            .chain(&self.from)
            .chain(&self.overwrite)
            .for_each(|step| to.step(step));
        to.swap(self.swap.as_ref());
        to.sent.extend(&self.id);
        to.sent_values.extend(self.set.values());
    }
}

impl Verb for Read {
    fn neutral(&self) -> Option<Self> {
        Some(Self(Manage::of(self.0.client.clone())))
    }

    fn refers<'a>(&'a self, to: &mut References<'a>) {
        self.0.refers(to);
    }

    fn success(&self) -> Option<Success> {
        Some(Success::Status)
    }

    fn requests(&self, _: Channel) -> Vec<(Kind, usize)> {
        vec![(Kind::Read, 1)]
    }
}

impl Verb for Update {
    /// What was reported is sent back: a server that refuses every update shows by it that it does.
    fn neutral(&self) -> Option<Self> {
        Some(Self(Manage::of(self.0.client.clone())))
    }

    fn refers<'a>(&'a self, to: &mut References<'a>) {
        self.0.refers(to);
    }

    fn success(&self) -> Option<Success> {
        Some(Success::Status)
    }

    fn requests(&self, _: Channel) -> Vec<(Kind, usize)> {
        vec![(Kind::Update, 1)]
    }

    fn members(&self) -> Option<&BTreeMap<String, Value>> {
        Some(&self.0.set)
    }
}

impl Verb for Delete {
    fn neutral(&self) -> Option<Self> {
        None
    }

    fn refers<'a>(&'a self, to: &mut References<'a>) {
        self.0.refers(to);
    }

    fn success(&self) -> Option<Success> {
        Some(Success::Status)
    }

    fn requests(&self, _: Channel) -> Vec<(Kind, usize)> {
        vec![(Kind::Delete, 1)]
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn an_update_without_its_difference_sends_back_what_was_reported() {
        let act = Update(Manage {
            token_of: Some(StepName::constant("other")),
            set: BTreeMap::from([("client_name".to_owned(), Value::from("Changed"))]),
            remove: vec!["client_id".to_owned()],
            ..Manage::of(StepName::constant("reg"))
        });
        assert_eq!(act.neutral(), Some(Update(Manage::of(StepName::constant("reg")))));
        assert_eq!(Delete(Manage::of(StepName::constant("reg"))).neutral(), None);
    }
}
