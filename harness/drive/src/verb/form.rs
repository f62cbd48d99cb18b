//! Forms of clients that authenticate: what `token`, `refresh`, `grant`, `revoke` and `introspect` share.

use std::collections::BTreeMap;

use cimdspec_model::name::StepName;
use cimdspec_model::observation::Arrival;
use cimdspec_model::text::Text;
use cimdspec_model::verb::Authentication;
use cimdspec_model::verb::ClientName;
use url::Url;

use crate::case::context::CaseContext;
use crate::case::context::RefreshToken;
use crate::http::client::Ask;
use crate::http::exchange::Talk;
use crate::verb::authorize::Parameters;
use crate::verb::authorize::set;
use crate::verb::authorize::texts;

/// What a step changes in a token request.
pub(super) struct Changes<'a> {
    pub(super) set: &'a BTreeMap<String, Text>,
    pub(super) omit: &'a [String],
    pub(super) repeat: &'a BTreeMap<String, Text>,
    pub(super) headers: &'a BTreeMap<String, Text>,
    pub(super) auth: Option<Authentication>,
}

impl<'a> Changes<'a> {
    /// Those of a step that sends no parameter twice and no header fields of its own.
    pub(super) fn of(
        set: &'a BTreeMap<String, Text>,
        omit: &'a [String],
        auth: Option<Authentication>,
    ) -> Self {
        static NONE: BTreeMap<String, Text> = BTreeMap::new();
        Self {
            set,
            omit,
            repeat: &NONE,
            headers: &NONE,
            auth,
        }
    }
}

impl CaseContext {
    /// A form of a client that authenticates.
    pub(super) fn asked_by(
        &self,
        endpoint: Url,
        mut parameters: Parameters,
        reference: &ClientName,
        changes: Changes<'_>,
    ) -> Result<Ask, String> {
        let client = self.client(reference)?;
        let credentials = self.credentials(&client, changes.auth)?;
        parameters.extend(credentials.parameters);
        let names = self.names_of(reference, &client.id);
        set(&mut parameters, texts(changes.set, &names)?);
        parameters.retain(|(name, _)| !changes.omit.contains(name));
        parameters.extend(texts(changes.repeat, &names)?);
        let mut ask = Ask::form(endpoint, &parameters);
        if let Some(authorization) = &credentials.authorization {
            ask = ask.header("authorization", authorization);
        }
        self.with_fields(ask.header("accept", "application/json"), changes.headers)
    }

    /// Asks for tokens, and keeps those that come.
    pub(super) async fn redeem(
        &self,
        talk: &Talk,
        name: &StepName,
        parameters: Parameters,
        reference: ClientName,
        changes: Changes<'_>,
        before: Option<String>,
    ) -> Result<Arrival, String> {
        let endpoint = self
            .target
            .endpoint("token_endpoint")
            .ok_or("the target's metadata has no token endpoint of its own")?;
        let ask = self.asked_by(endpoint, parameters, &reference, changes)?;
        let answer = talk.exchange(&ask).await;
        let members = answer
            .ok()
            .filter(|answer| answer.status == 200)
            .and_then(|answer| answer.json());
        if let Some(members) = members {
            let text = |name: &str| members.get(name).and_then(|value| value.as_str());
            self.learn("access-token", text("access_token"));
            self.learn("refresh-token", text("refresh_token"));
            let given = RefreshToken {
                // A server that does not rotate leaves the old one in use.
                token: text("refresh_token").map(str::to_owned).or(before),
                client: reference,
            };
            let access = text("access_token").map(str::to_owned);
            let mut memory = self.memory();
            memory.refresh_tokens.insert(name.clone(), given);
            if let Some(access) = access {
                memory.access_tokens.insert(name.clone(), access);
            }
        }
        Ok(Arrival::Answer)
    }
}
