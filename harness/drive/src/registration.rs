//! The verbs of registration (RFC 7591) and of its management (RFC 7592).

use std::sync::Mutex;
use std::sync::PoisonError;
use std::time::Duration;

use cimdspec_model::name::StepName;
use cimdspec_model::observation::Arrival;
use cimdspec_model::scenario::step::Manage;
use cimdspec_model::scenario::step::Padding;
use cimdspec_model::scenario::step::Register;
use serde_json::Value;
use url::Url;

use crate::client::Registration;
use crate::pages;
use crate::scene::Scene;
use crate::wire::Ask;
use crate::wire::Talk;

/// The clients that a run registered and could not delete.
#[derive(Default)]
pub(crate) struct LeftBehind(Mutex<Vec<String>>);

impl LeftBehind {
    pub(crate) fn add(&self, clients: Vec<String>) {
        self.0
            .lock()
            .unwrap_or_else(PoisonError::into_inner)
            .extend(clients);
    }

    pub(crate) fn words(&self) -> Vec<String> {
        let mut clients = self.0.lock().unwrap_or_else(PoisonError::into_inner).clone();
        clients.sort();
        clients
    }
}

const CLEANUP_DEADLINE: Duration = Duration::from_secs(10);

impl Scene {
    /// Registers a client.
    pub(crate) async fn register(
        &self,
        talk: &Talk,
        name: &StepName,
        act: &Register,
    ) -> Result<Arrival, String> {
        let endpoint = self
            .target
            .endpoint("registration_endpoint")
            .ok_or("the target's metadata has no registration endpoint of its own")?;
        let known_good = pages::completed(&self.plan.registration, &self.target.profile().registration);
        let members = pages::edited(&known_good, &act.set, &act.remove, &self.names)?;
        let mut body = pages::body(&members, act.body.as_ref(), &self.names)?;
        if let Some(size) = act.pad {
            let size = usize::try_from(size.0).unwrap_or(usize::MAX);
            body = pages::padded(body, size, Padding::Member);
        }
        let kind = act.content_type.as_deref().unwrap_or("application/json");
        let mut ask = Ask::get(endpoint).method(act.method.as_deref().unwrap_or("POST"));
        ask.body = Some(body);
        let ask = ask
            .header("content-type", kind)
            .header("accept", "application/json");
        let answer = talk.exchange(&ask).await;
        let registered = answer
            .ok()
            .filter(|answer| (200..300).contains(&answer.status))
            .and_then(|answer| Registration::told(answer.json()?));
        if let Some(registration) = registered {
            self.learn("client-secret", registration.client.secret.as_deref());
            self.learn("registration-token", registration.token.as_deref());
            self.memory().registrations.insert(name.to_string(), registration);
        }
        Ok(Arrival::Answer)
    }

    /// Reads, replaces or deletes a registration: which of them the verb's own method tells.
    pub(crate) async fn manage(&self, talk: &Talk, act: &Manage, own: &str) -> Result<Arrival, String> {
        let registration = self.registration(&act.client)?;
        let url = self.place(&registration)?;
        let token = match (&act.token, &act.token_of) {
            (Some(literal), _) => Some(literal.clone()),
            (None, Some(other)) => self.registration(other)?.token,
            (None, None) => registration.token.clone(),
        };
        let mut ask = Ask::get(url)
            .method(act.method.as_deref().unwrap_or(own))
            .header("accept", "application/json");
        match token.as_deref() {
            None => return Err("the registration came without an access token".to_owned()),
            Some("") => {}
            Some(token) => ask = ask.header("authorization", &format!("Bearer {token}")),
        }
        if own == "PUT" {
            let mut members = registration.metadata();
            let set = self
                .names
                .json(&Value::Object(act.set.clone().into_iter().collect()));
            if let Value::Object(set) = set.map_err(|error| error.to_string())? {
                members.extend(set);
            }
            members.retain(|name, _| !act.remove.contains(name));
            ask.body = Some(Value::Object(members).to_string());
            ask = ask.header("content-type", "application/json");
        }
        let answer = talk.exchange(&ask).await;
        if let Some(answer) = answer.ok().filter(|answer| (200..300).contains(&answer.status)) {
            let renewed = answer.json();
            let mut memory = self.memory();
            if let Some(known) = memory.registrations.get_mut(&act.client) {
                known.gone |= ask.method == "DELETE";
                if let Some(members) = renewed {
                    known.renew(members);
                }
            }
        }
        Ok(Arrival::Answer)
    }

    /// Deletes every registration of the case that can be deleted, and gives the clients that are left.
    pub(crate) async fn clean_up(&self) -> Vec<String> {
        let registrations: Vec<Registration> = self.memory().registrations.values().cloned().collect();
        let mut left = Vec::new();
        for registration in registrations.iter().filter(|registration| !registration.gone) {
            if !self.deleted(registration).await {
                left.push(registration.client.id.clone());
            }
        }
        left
    }

    async fn deleted(&self, registration: &Registration) -> bool {
        let (Ok(url), Some(token)) = (self.place(registration), &registration.token) else {
            return false;
        };
        let ask = Ask::get(url)
            .method("DELETE")
            .header("authorization", &format!("Bearer {token}"));
        let answer = self.target.wire().send(&ask, CLEANUP_DEADLINE).await;
        answer.is_ok_and(|answer| (200..300).contains(&answer.status))
    }

    fn place(&self, registration: &Registration) -> Result<Url, String> {
        let place = registration
            .place
            .as_deref()
            .ok_or("the registration came without a `registration_client_uri`")?;
        Url::parse(place)
            .ok()
            .filter(|url| self.target.owns(url))
            .ok_or_else(|| format!("`{place}` is no place of the target"))
    }
}
