//! The verbs `read`, `update` and `delete` (RFC 7592), and what a case deletes at its end.

use std::collections::BTreeMap;
use std::time::Duration;

use cimdspec_model::name::StepName;
use cimdspec_model::observation::Arrival;
use cimdspec_model::verb::Bearer;
use cimdspec_model::verb::Manage;
use percent_encoding::AsciiSet;
use percent_encoding::NON_ALPHANUMERIC;
use serde_json::Value;
use url::Url;

use crate::case::client::Registration;
use crate::case::context::CaseContext;
use crate::http::client::Ask;
use crate::http::client::encoded;
use crate::http::exchange::Talk;
use crate::verb::register::first_half;

const NO_STEP: &str = "`sends` needs the step `from`";
const CLEANUP_DEADLINE: Duration = Duration::from_secs(10);

impl CaseContext {
    /// Reads, replaces or deletes a registration: which of them the verb's own method tells.
    pub(crate) async fn manage(
        &self,
        talk: &Talk,
        name: &StepName,
        act: &Manage,
        own: &str,
    ) -> Result<Arrival, String> {
        if let Some(by) = &act.overwrite {
            return self.updated_over(talk, name, act, own, by).await;
        }
        let registration = self.registration(&act.client)?;
        let mut url = self.place(&registration)?;
        if let Some(id) = &act.id {
            url = elsewhere(&url, &registration.client.id, &self.resolved(id)?)?;
        }
        let own_token = registration.token.clone();
        let lacks = |what: &str| format!("the registration has no {what}");
        let sent = match act.sends {
            None => None,
            Some(Bearer::AccessToken) => {
                let from = act.from.as_ref().ok_or(NO_STEP)?;
                let known = self.memory().access_tokens.get(from).cloned();
                Some(known.ok_or_else(|| format!("step `{from}` gave no access token"))?)
            }
            Some(Bearer::ClientSecret) => Some(
                registration
                    .client
                    .secret
                    .clone()
                    .ok_or_else(|| lacks("secret"))?,
            ),
            Some(Bearer::Former) => Some(registration.former.clone().ok_or_else(|| lacks("former token"))?),
            Some(Bearer::InBody) => Some(String::new()),
            Some(Bearer::InQuery) => {
                let token = own_token.ok_or_else(|| lacks("access token"))?;
                url.query_pairs_mut().append_pair("access_token", &token);
                Some(String::new())
            }
            Some(Bearer::InitialToken) => {
                let token = self.initial_token().await?;
                Some(token.ok_or("the profile has no `initial_access_token`")?)
            }
            Some(Bearer::Reported) => {
                let from = act.from.as_ref().ok_or(NO_STEP)?;
                let reported = self.memory().reported_tokens.get(from).cloned();
                Some(reported.ok_or_else(|| format!("step `{from}` reported no registration access token"))?)
            }
            Some(Bearer::Truncated) => {
                let token = own_token.ok_or_else(|| lacks("access token"))?;
                let half = first_half(&token);
                self.learn("registration-token", Some(&half));
                Some(half)
            }
        };
        let mut token = match (sent.as_ref().or(act.token.as_ref()), &act.token_of) {
            (Some(literal), _) => Some(literal.clone()),
            (None, Some(other)) => self.registration(other)?.token,
            (None, None) => registration.token.clone(),
        };
        if let (Some(swap), Some(own)) = (&act.swap, &token) {
            let other = self.registration(&swap.with)?.token;
            match self.exchanged("registration-token", swap, own, other)? {
                Ok(exchanged) => token = Some(exchanged),
                Err(arrival) => return Ok(arrival),
            }
        }
        let mut ask = Ask::get(url)
            .method(act.method.as_deref().unwrap_or(own))
            .header("accept", "application/json");
        match token.as_deref() {
            None => return Err("the registration came without an access token".to_owned()),
            Some("") => {}
            Some(token) => ask = ask.header("authorization", &format!("Bearer {token}")),
        }
        let in_body = registration
            .token
            .as_deref()
            .filter(|_| act.sends == Some(Bearer::InBody));
        if let (Some(token), "DELETE" | "GET") = (in_body, own) {
            ask.body = Some(encoded(&[("access_token".to_owned(), token.to_owned())]));
            ask = ask.header("content-type", "application/x-www-form-urlencoded");
        }
        if own == "PUT" {
            let mut members = registration.metadata();
            let mut names = self.names.clone();
            names.clients = self.registered_clients();
            let set = names.json(&Value::Object(act.set.clone().into_iter().collect()));
            if let Value::Object(set) = set.map_err(|error| error.to_string())? {
                members.extend(set);
            }
            members.extend(in_body.map(|token| ("access_token".to_owned(), Value::from(token))));
            members.retain(|name, _| !act.remove.contains(name));
            ask.body = Some(Value::Object(members).to_string());
            ask = ask.header("content-type", "application/json");
        }
        let mut tries = self.tries(name);
        let answer = loop {
            let answer = talk.exchange(&ask).await;
            if !tries.again(&answer).await {
                break answer;
            }
        };
        if let Some(reason) = tries.failing(&answer) {
            return Err(reason);
        }
        if let Some(answer) = answer.ok().filter(|answer| (200..300).contains(&answer.status)) {
            let renewed = answer.json();
            let mut memory = self.memory();
            let token = renewed
                .as_ref()
                .and_then(|told| told.get("registration_access_token")?.as_str());
            let reported = token.map(|token| (name.clone(), token.to_owned()));
            memory.reported_tokens.extend(reported);
            if let Some(known) = memory.registrations.get_mut(&act.client) {
                known.gone |= ask.method == "DELETE";
                if let Some(members) = renewed {
                    known.renew(members);
                }
            }
        }
        Ok(Arrival::Answer)
    }

    /// The identifier that each register step brought.
    fn registered_clients(&self) -> BTreeMap<String, String> {
        let memory = self.memory();
        let known = memory.registrations.iter();
        known
            .map(|(step, registration)| (step.to_string(), registration.client.id.clone()))
            .collect()
    }

    /// Deletes every registration of the case that can be deleted, and gives the clients that are left.
    pub(crate) async fn clean_up(&self) -> Vec<String> {
        let registrations: Vec<Registration> = {
            let memory = self.memory();
            memory
                .registrations
                .values()
                .chain(&memory.replaced)
                .cloned()
                .collect()
        };
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
        let mut tries = self.target.passing().tries();
        let answer = loop {
            let answer = self.target.wire().send(&ask, CLEANUP_DEADLINE).await;
            if !tries.again(&answer).await {
                break answer;
            }
        };
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

/// The place with another identifier in it: where the client's own stands, else in the last segment.
fn elsewhere(place: &Url, own: &str, other: &str) -> Result<Url, String> {
    let coded = |text: &str| percent_encoding::utf8_percent_encode(text, UNRESERVED).to_string();
    let text = place.as_str();
    let found = [own.to_owned(), coded(own)]
        .into_iter()
        .find(|id| text.contains(id.as_str()));
    let moved = match (found, text.rsplit_once('/')) {
        (Some(id), _) => text.replace(&id, &coded(other)),
        (None, Some((before, _))) => format!("{before}/{}", coded(other)),
        (None, None) => return Err(format!("`{text}` has no path")),
    };
    Url::parse(&moved).map_err(|error| error.to_string())
}

/// What a path segment holds as it is (RFC 3986 section 2.3).
const UNRESERVED: &AsciiSet = &NON_ALPHANUMERIC
    .remove(b'-')
    .remove(b'.')
    .remove(b'_')
    .remove(b'~');

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn another_identifier_stands_where_the_own_one_did() {
        let moved = |place: &str, own| elsewhere(&Url::parse(place).unwrap(), own, "https://c/d").unwrap();
        assert_eq!(
            moved("https://as/r/a1", "a1").as_str(),
            "https://as/r/https%3A%2F%2Fc%2Fd"
        );
        assert_eq!(
            moved("https://as/r?id=a1", "a1").as_str(),
            "https://as/r?id=https%3A%2F%2Fc%2Fd"
        );
        assert_eq!(
            moved("https://as/r/opaque", "a1").as_str(),
            "https://as/r/https%3A%2F%2Fc%2Fd"
        );
    }
}
