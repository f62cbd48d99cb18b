//! The verb `refresh`.

use cimdspec_model::name::StepName;
use cimdspec_model::observation::Arrival;
use cimdspec_model::verb::Refresh;

use crate::case::context::CaseContext;
use crate::http::exchange::Talk;
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
        let mut token = known
            .token
            .ok_or_else(|| format!("step `{}` gave no refresh token", act.token))?;
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
}
