//! The verb `wait`.

use std::time::Duration;

use cimdspec_model::observation::Arrival;
use cimdspec_model::quantity::Span;
use cimdspec_model::verb::WaitOn;

use crate::case::context::CaseContext;

/// So long after its end nothing lives, whatever a server rounds.
const BEYOND_A_LIFETIME: Duration = Duration::from_secs(2);

impl CaseContext {
    /// Waits.
    pub(crate) async fn wait(&self, most: Span, on: Option<&WaitOn>) -> Result<Arrival, String> {
        tokio::time::sleep(self.waited(most, on)).await;
        Ok(Arrival::Nothing)
    }

    /// How long a wait takes.
    fn waited(&self, most: Span, on: Option<&WaitOn>) -> Duration {
        let memory = self.memory();
        let brought_code = |step| {
            let grant = memory.grants.get(step);
            grant.is_some_and(|grant| grant.code.is_some())
        };
        match on {
            Some(WaitOn::Refusal(step)) if brought_code(step) => Duration::ZERO,
            Some(WaitOn::Lifetime(step)) => {
                let lifetime = memory.lifetimes.get(step);
                let over = lifetime.map(|lifetime| lifetime.saturating_add(BEYOND_A_LIFETIME));
                over.filter(|over| *over <= most.0).unwrap_or_default()
            }
            _ => most.0,
        }
    }
}
