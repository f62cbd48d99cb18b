//! The verb `grant`.

use cimdspec_model::name::StepName;
use cimdspec_model::observation::Arrival;
use cimdspec_model::verb::ClientName;
use cimdspec_model::verb::Grant;

use crate::case::context::CaseContext;
use crate::http::exchange::Talk;
use crate::target::facts::Lack;
use crate::verb::authorize::pairs;
use crate::verb::form::Changes;

impl CaseContext {
    /// Asks for tokens without a user.
    pub(crate) async fn grant(&self, talk: &Talk, name: &StepName, act: &Grant) -> Result<Arrival, String> {
        let client = self.reference(act.client.as_ref(), name)?;
        let lacking = self.target.facts().lacking(Lack::KnownAtOnce);
        if let Some(reason) = lacking.filter(|_| matches!(client, ClientName::Host(_))) {
            return Ok(Arrival::Inapplicable { reason });
        }
        let parameters = pairs(&[("grant_type", "client_credentials")]);
        let changes = Changes::of(&act.set, &act.omit, act.auth);
        self.redeem(talk, name, parameters, client, changes, None).await
    }
}
