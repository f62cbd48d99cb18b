//! The verbs `revoke` and `introspect`.

use cimdspec_model::name::StepName;
use cimdspec_model::observation::Arrival;
use cimdspec_model::verb::ClientName;
use cimdspec_model::verb::OfToken;
use cimdspec_model::verb::TokenKind;

use crate::case::context::CaseContext;
use crate::http::exchange::Talk;
use crate::verb::authorize::pairs;
use crate::verb::form::Changes;

impl CaseContext {
    /// Revokes a token or asks about it.
    pub(crate) async fn of_token(
        &self,
        talk: &Talk,
        name: &StepName,
        act: &OfToken,
        endpoint: &str,
    ) -> Result<Arrival, String> {
        let given = || {
            let known = self.memory().refresh_tokens.get(&act.token).cloned();
            known.ok_or_else(|| format!("step `{}` gave no tokens", act.token))
        };
        let (token, hint) = match act.kind {
            TokenKind::Access => (
                self.memory().access_tokens.get(&act.token).cloned(),
                "access_token",
            ),
            TokenKind::Refresh => (given()?.token, "refresh_token"),
            TokenKind::Registration => (self.registration(&act.token)?.token, "access_token"),
        };
        let token = match token {
            Some(token) => token,
            None if act.kind == TokenKind::Refresh => return self.without_refresh_token(&act.token),
            None => return Err(format!("step `{}` gave no {hint}", act.token)),
        };
        let client = match (&act.client, act.kind) {
            (Some(written), _) => self.reference(Some(written), name)?,
            (None, TokenKind::Registration) => ClientName::Step(act.token.clone()),
            (None, _) => given()?.client,
        };
        let endpoint = self
            .target
            .endpoint(endpoint)
            .ok_or_else(|| format!("the target's metadata has no {}", endpoint.replace('_', " ")))?;
        let parameters = pairs(&[("token", &token), ("token_type_hint", hint)]);
        let changes = Changes::of(&act.set, &[], act.auth);
        let ask = self.asked_by(endpoint, parameters, &client, changes)?;
        let _ = talk.exchange(&ask).await;
        Ok(Arrival::Answer)
    }
}
