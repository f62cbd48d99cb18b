//! The verb `register` (RFC 7591).

use std::sync::Mutex;
use std::sync::PoisonError;

use cimdspec_model::name::StepName;
use cimdspec_model::observation::Arrival;
use cimdspec_model::verb::InitialToken;
use cimdspec_model::verb::Padding;
use cimdspec_model::verb::Register;
use serde_json::Map;
use serde_json::Value;

use crate::case::behaviour;
use crate::case::client::Registration;
use crate::case::context::CaseContext;
use crate::http::client::Ask;
use crate::http::exchange::Talk;
use crate::target::facts::Lack;
use crate::target::facts::METHOD;
use crate::target::passing::Tries;
use crate::verb::compare;

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

/// The header field that a token stands in.
const AUTHORIZATION: &str = "authorization";
const NONE: &str = "the profile has no `initial_access_token`";
const NO_STEP: &str = "`initial_token` needs the step `from`";
const ALGORITHM: &str = "token_endpoint_auth_signing_alg";
const BY_KEY: &str = "private_key_jwt";
/// How the clients of the bases authenticate that have a secret.
pub(crate) const BY_SECRET: &str = "client_secret_basic";
pub(crate) const NOT_AT_ALL: &str = "none";

impl CaseContext {
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
        let mut members = self.registration_sent(act)?;
        // Who authenticates by key tells by which algorithm: without it a server may expect another one than ours.
        let by_key = members.get(METHOD).is_some_and(|method| method == BY_KEY);
        if let Some(reason) = self
            .target
            .facts()
            .lacking(Lack::KeysOfRegistered)
            .filter(|_| by_key)
        {
            return Ok(Arrival::Inapplicable { reason });
        }
        if by_key && !act.remove.iter().any(|name| name == ALGORITHM) {
            let algorithm = self.target.keys().manners.of(self.origin()).algorithm;
            members
                .entry(ALGORITHM)
                .or_insert_with(|| Value::from(algorithm.name()));
        }
        let mut body = behaviour::body(&members, act.body.as_ref(), &self.names)?;
        if let Some(size) = act.pad {
            let size = usize::try_from(size.0).unwrap_or(usize::MAX);
            body = behaviour::padded(body, size, Padding::Within).text();
        }
        for (member, count) in &act.many {
            body = many(&body, member, *count)?;
        }
        let kind = act.content_type.as_deref().unwrap_or("application/json");
        let mut ask = Ask::get(endpoint).method(act.method.as_deref().unwrap_or("POST"));
        ask.body = Some(body);
        ask.pace = act.pace;
        ask = ask
            .header("content-type", kind)
            .header("accept", "application/json");
        // Each registration may need a token of its own.
        let opened = async || {
            let ask = self
                .with_initial_token(ask.clone(), act.initial_token, act.from.as_ref())
                .await?;
            self.with_fields(ask, &act.headers)
        };
        if let Some(by) = &act.overwrite {
            return self.overwritten(talk, &opened().await?, &members, by).await;
        }
        let mut answers = Vec::new();
        for _ in 0..act.times.unwrap_or(1) {
            let mut tries = self.tries(name);
            let answer = loop {
                let answer = talk.exchange(&opened().await?).await;
                if !tries.again(&answer).await {
                    break answer;
                }
            };
            if let Some(reason) = tries.failing(&answer) {
                return Err(reason);
            }
            let registered = answer
                .ok()
                .filter(|answer| (200..300).contains(&answer.status))
                .and_then(|answer| Registration::told(answer.json()?));
            // A server that has had enough is not asked on.
            let Some(registration) = registered else { break };
            self.learn("client-secret", registration.client.secret.as_deref());
            for pair in registration.client.in_basic() {
                self.learn("authorization", Some(&pair));
            }
            self.learn("registration-token", registration.token.as_deref());
            answers.push(registration.answer.clone());
            let mut memory = self.memory();
            let token = registration.token.clone();
            memory
                .reported_tokens
                .extend(token.map(|token| (name.clone(), token)));
            let before = memory.registrations.insert(name.clone(), registration);
            memory.replaced.extend(before);
        }
        if act.times.is_some() {
            self.memory()
                .values
                .insert(name.clone(), compare::compared(&answers));
        }
        Ok(Arrival::Answer)
    }

    /// The attempts at a request of this step.
    pub(crate) fn tries(&self, name: &StepName) -> Tries<'_> {
        let mut steps = self.plan.steps.iter();
        match steps.any(|step| step.name == *name && step.background) {
            true => self.target.passing().one_try(),
            false => self.target.passing().tries(),
        }
    }

    /// The initial access token, which nobody is to see.
    pub(crate) async fn initial_token(&self) -> Result<Option<String>, String> {
        let token = self.target.initial_token().await?;
        self.learn("initial-access-token", token.as_deref());
        Ok(token)
    }

    /// The request with the initial access token of the profile, or with what is sent instead of it.
    pub(crate) async fn with_initial_token(
        &self,
        mut ask: Ask,
        sent: Option<InitialToken>,
        from: Option<&StepName>,
    ) -> Result<Ask, String> {
        let token = match sent {
            None => self.initial_token().await?,
            Some(InitialToken::AccessToken) => {
                let from = from.ok_or(NO_STEP)?;
                let known = self.memory().access_tokens.get(from).cloned();
                Some(known.ok_or_else(|| format!("step `{from}` gave no access token"))?)
            }
            Some(InitialToken::RegistrationToken) => {
                let registration = self.registration(from.ok_or(NO_STEP)?)?;
                Some(registration.token.ok_or("the registration has no access token")?)
            }
            Some(InitialToken::Expired) => {
                let expired = self.target.profile().expired_initial_access_token.clone();
                Some(expired.ok_or("the profile has no `expired_initial_access_token`")?)
            }
            Some(InitialToken::InQuery) => {
                let token = self.initial_token().await?.ok_or(NONE)?;
                ask.url.query_pairs_mut().append_pair("access_token", &token);
                None
            }
            Some(InitialToken::Shared) => {
                let shared = self.shared_token.get_or_try_init(|| self.initial_token()).await?;
                Some(shared.clone().ok_or(NONE)?)
            }
            Some(InitialToken::Truncated) => Some(first_half(&self.initial_token().await?.ok_or(NONE)?)),
        };
        self.learn("initial-access-token", token.as_deref());
        Ok(match token {
            Some(token) => ask.header(AUTHORIZATION, &format!("Bearer {token}")),
            None => ask,
        })
    }

    /// The members that a register step sends, as far as they do not depend on the client's key.
    pub(crate) fn registration_sent(&self, act: &Register) -> Result<Map<String, Value>, String> {
        let known_good = self.known_good_registration();
        behaviour::edited(&known_good, &act.set, &act.remove, &self.names)
    }

    /// What a register step sends that changes nothing: a client with a secret authenticates as the target wants it.
    pub(crate) fn known_good_registration(&self) -> Map<String, Value> {
        let mut members = behaviour::completed(&self.plan.registration, &self.target.profile().registration);
        let found = self.target.facts().found();
        if let Some(method) = members.get_mut(METHOD) {
            let instead = match method.as_str() {
                Some(BY_SECRET) => found.method,
                Some(NOT_AT_ALL) => found.instead_of_none,
                _ => None,
            };
            if let Some(instead) = instead {
                *method = Value::from(instead);
            }
        }
        members
    }
}

/// What is sent of a token that is to be cut.
pub(super) fn first_half(token: &str) -> String {
    token.chars().take(token.chars().count() / 2).collect()
}

/// The body with a member that is a list of so many values, each the first of the known-good ones with a number.
fn many(body: &str, member: &str, count: usize) -> Result<String, String> {
    let mut value: Value = serde_json::from_str(body).map_err(|error| error.to_string())?;
    let known = value.pointer(&format!("/{member}/0")).and_then(Value::as_str);
    let first = known.unwrap_or("value").to_owned();
    value[member] = (1..=count)
        .map(|number| Value::String(format!("{first}/{number}")))
        .collect();
    Ok(value.to_string())
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_list_of_many_is_numbered() {
        let made = many(r#"{"redirect_uris":["https://app/cb"]}"#, "redirect_uris", 2).unwrap();
        assert_eq!(
            made,
            r#"{"redirect_uris":["https://app/cb/1","https://app/cb/2"]}"#
        );
    }
}
