//! The verb `ask`.

use cimdspec_model::name::StepName;
use cimdspec_model::observation::Arrival;
use cimdspec_model::verb::Ask as Asked;

use crate::case::context::CaseContext;
use crate::http::client::Ask;
use crate::http::exchange::Talk;
use crate::verb::authorize::Parameters;
use crate::verb::authorize::pairs;
use crate::verb::authorize::set;
use crate::verb::authorize::texts;

impl CaseContext {
    /// Asks an endpoint that the metadata names.
    pub(crate) async fn ask(&self, talk: &Talk, name: &StepName, act: &Asked) -> Result<Arrival, String> {
        let mut endpoint = self
            .target
            .endpoint(&act.endpoint)
            .ok_or_else(|| format!("the target's metadata has no `{}` of its own", act.endpoint))?;
        let mut parameters = Parameters::new();
        let mut authorization = None;
        if act.client.is_some() {
            let client = self.client(&self.reference(act.client.as_ref(), name)?)?;
            let credentials = self.credentials(&client, act.auth)?;
            parameters.extend(credentials.parameters);
            authorization = credentials.authorization;
        }
        set(&mut parameters, texts(&act.set, &self.names)?);
        for (name, length) in &act.long {
            set(&mut parameters, pairs(&[(name, &"x".repeat(*length))]));
        }
        let body = act.body.as_ref().map(|body| self.resolved(body)).transpose()?;
        let mut ask = match (act.method.as_deref(), body) {
            (Some("GET"), Some(query)) => {
                endpoint.set_query(Some(&query));
                Ask::get(endpoint)
            }
            (Some("GET"), None) => {
                endpoint.query_pairs_mut().extend_pairs(&parameters);
                Ask::get(endpoint)
            }
            (method, body) => {
                let form = Ask::form(endpoint, &parameters);
                let sent = body.or(form.body.clone());
                Ask { body: sent, ..form }.method(method.unwrap_or("POST"))
            }
        };
        if let Some(kind) = &act.content_type {
            ask = ask.instead("content-type", kind);
        }
        if let Some(authorization) = &authorization {
            ask = ask.header("authorization", authorization);
        }
        ask = self.with_fields(ask, &act.headers)?;
        let _ = talk.exchange(&ask).await;
        Ok(Arrival::Answer)
    }
}
