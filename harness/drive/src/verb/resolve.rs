//! The verb `resolve`.

use cimdspec_model::observation::Arrival;
use cimdspec_model::verb::Resolve;
use cimdspec_model::verb::Verb;

use crate::case::behaviour;
use crate::case::context::CaseContext;

impl CaseContext {
    /// Changes how a name is resolved.
    pub(crate) fn resolve(&self, act: &Resolve) -> Result<Arrival, String> {
        let label = self.host(act.name.as_ref())?;
        for address in act.addresses() {
            self.world.claim(address, &label);
        }
        self.world.resolve(&label, behaviour::answers(act, &self.facts)?);
        Ok(Arrival::Nothing)
    }
}
