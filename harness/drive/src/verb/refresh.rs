//! The verb `refresh`.

use cimdspec_model::name::StepName;
use cimdspec_model::observation::Arrival;
use cimdspec_model::verb::Refresh;

use crate::case::context::CaseContext;
use crate::http::exchange::Talk;
use crate::target::facts::Lack;
use crate::verb::authorize::pairs;
use crate::verb::form::Changes;

impl CaseContext {
    /// Uses a refresh token.
    pub(crate) async fn refresh(
        &self,
        talk: &Talk,
        name: &StepName,
        act: &Refresh,
    ) -> Result<Arrival, String> {
        let known = self.memory().refresh_tokens.get(&act.token).cloned();
        let known = known.ok_or_else(|| format!("step `{}` gave no tokens", act.token))?;
        let Some(mut token) = known.token else {
            return self.without_refresh_token(&act.token);
        };
        if let Some(swap) = &act.swap {
            let other = self
                .memory()
                .refresh_tokens
                .get(&swap.with)
                .and_then(|other| other.token.clone());
            match self.exchanged("refresh-token", swap, &token, other)? {
                Ok(exchanged) => token = exchanged,
                Err(arrival) => return Ok(arrival),
            }
        }
        let client = match &act.client {
            Some(written) => self.reference(Some(written), name)?,
            None => known.client,
        };
        let parameters = pairs(&[("grant_type", "refresh_token"), ("refresh_token", &token)]);
        let changes = Changes::of(&act.set, &act.omit, act.auth);
        self.redeem(talk, name, parameters, client, changes, Some(token))
            .await
    }

    /// What becomes of a step that needs the refresh token that this one did not give.
    pub(crate) fn without_refresh_token(&self, step: &StepName) -> Result<Arrival, String> {
        match self.target.facts().lacking(Lack::RefreshTokens(self.origin())) {
            Some(reason) => Ok(Arrival::Inapplicable { reason }),
            None => Err(format!("step `{step}` gave no refresh token")),
        }
    }
}
