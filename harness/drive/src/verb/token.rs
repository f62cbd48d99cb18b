//! The verb `token`.

use cimdspec_model::name::StepName;
use cimdspec_model::observation::Arrival;
use cimdspec_model::verb::Token;

use crate::case::context::CaseContext;
use crate::http::exchange::Talk;
use crate::verb::authorize::pairs;
use crate::verb::form::Changes;

impl CaseContext {
    /// Redeems a code.
    pub(crate) async fn token(&self, talk: &Talk, name: &StepName, act: &Token) -> Result<Arrival, String> {
        let grant = self.memory().grants.get(&act.code).cloned();
        let grant = grant.ok_or_else(|| format!("step `{}` was not made", act.code))?;
        let mut code = grant
            .code
            .ok_or_else(|| format!("step `{}` gave no code", act.code))?;
        if let Some(swap) = &act.swap {
            let other = self
                .memory()
                .grants
                .get(&swap.with)
                .and_then(|other| other.code.clone());
            match self.exchanged("code", swap, &code, other)? {
                Ok(exchanged) => code = exchanged,
                Err(arrival) => return Ok(arrival),
            }
        }
        let client = match &act.client {
            Some(written) => self.reference(Some(written), name)?,
            None => grant.client,
        };
        let mut parameters = pairs(&[("grant_type", "authorization_code"), ("code", &code)]);
        if let Some(redirect_uri) = grant.redirect_uris.first() {
            parameters.push(("redirect_uri".to_owned(), redirect_uri.clone()));
        }
        parameters.push(("code_verifier".to_owned(), grant.verifier));
        let changes = Changes {
            set: &act.set,
            omit: &act.omit,
            repeat: &act.repeat,
            headers: &act.headers,
            auth: act.auth,
        };
        self.redeem(talk, name, parameters, client, changes, None).await
    }
}
