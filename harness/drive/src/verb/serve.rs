//! The verb `serve`.

use cimdspec_model::observation::Arrival;
use cimdspec_model::verb::Serve;

use crate::case::behaviour;
use crate::case::context::CaseContext;

impl CaseContext {
    /// Changes what a host serves.
    pub(crate) fn serve(&self, act: &Serve) -> Result<Arrival, String> {
        let label = self.host(act.host.as_ref())?;
        let document = self.document(&label)?;
        let names = self.names_in(&label, &document, &act.set);
        self.remember(behaviour::edited(&document.body, &act.set, &act.remove, &names)?);
        let mut memory = self.memory();
        let behaviour = memory.hosts.entry(label.clone()).or_default();
        behaviour::serve(behaviour, act, &document, &names)?;
        self.world.serve(&label, behaviour.clone());
        Ok(Arrival::Nothing)
    }
}
