//! What mutants believe of an assertion that the client's own keys did not sign.

use std::sync::Arc;

use serde_json::Value;

use crate::cimd::KeySource;
use crate::cimd::part_of_jwt;
use crate::cimd::verify_assertion;
use crate::server::client::Client;
use crate::server::state::State;
use crate::server::state::now;

impl State {
    /// Whether an assertion is taken by a mutant for another reason than the keys of the client.
    pub(crate) async fn believes(self: &Arc<Self>, client: &Client, assertion: &str) -> bool {
        let rules = &self.policy.assertion;
        let text = |index: usize, name: &str| {
            let part = part_of_jwt(assertion, index)?;
            part.get(name).and_then(Value::as_str).map(str::to_owned)
        };
        if let Some(link) = text(0, "jku").filter(|_| !rules.links_ignored.on()) {
            let linked = KeySource::Uri(link);
            return self.verifies(assertion, &client.id, Some(&linked)).await;
        }
        if let Some(link) = text(0, "jku").filter(|_| !rules.links_not_visited.on()) {
            self.documents.look_at(&client.id, &link).await;
        }
        let Some(issuer) = text(1, "iss").filter(|_| !rules.own_keys.on()) else {
            return false;
        };
        match self.client(&issuer).await {
            Ok(signer) => self.verifies(assertion, &issuer, signer.keys.as_ref()).await,
            Err(_) => false,
        }
    }

    async fn verifies(&self, assertion: &str, client_id: &str, source: Option<&KeySource>) -> bool {
        let Some(source) = source else {
            return false;
        };
        let Ok(keys) = self.documents.keys(client_id, source, None).await else {
            return false;
        };
        let audiences = [self.issuer.clone(), self.url("/token"), self.url("/par")];
        let rules = &self.policy.assertion;
        verify_assertion(rules, assertion, client_id, &audiences, &keys, now())
            .is_ok_and(|verified| self.first_use(client_id, &verified.jti, verified.exp))
    }
}
