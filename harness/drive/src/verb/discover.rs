//! The verb `discover`.

use cimdspec_model::observation::Arrival;
use cimdspec_model::verb::Discover;

use crate::case::context::CaseContext;
use crate::http::client::Ask;
use crate::http::exchange::Talk;

impl CaseContext {
    /// Reads a metadata document.
    pub(crate) async fn discover(&self, talk: &Talk, act: &Discover) -> Result<Arrival, String> {
        let which = act.document.unwrap_or_default();
        let place = self.target.document(which, act.below.as_deref());
        let ask = Ask::get(place).header("accept", "application/json");
        let ask = self.with_fields(ask, &act.headers)?;
        let _ = talk.exchange(&ask).await;
        Ok(Arrival::Answer)
    }
}
