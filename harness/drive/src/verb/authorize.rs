//! The verb `authorize`: the request, the login, the consent, the way back.

use std::collections::BTreeMap;
use std::time::Duration;

use cimdspec_judge::Origin;
use cimdspec_model::name::StepName;
use cimdspec_model::observation::Arrival;
use cimdspec_model::text::Names;
use cimdspec_model::text::Text;
use cimdspec_model::verb::Authentication;
use cimdspec_model::verb::Authorize;
use cimdspec_model::verb::Channel;
use cimdspec_model::verb::ClientName;
use cimdspec_model::verb::Until;
use serde_json::Value;
use url::Url;

use crate::agent::browser::Agent;
use crate::agent::browser::Begin;
use crate::agent::programs::Pages;
use crate::case::client::Client;
use crate::case::context::CaseContext;
use crate::case::context::Grant;
use crate::case::context::resolved;
use crate::http::client::Ask;
use crate::http::client::encoded;
use crate::http::exchange::Talk;
use crate::http::response::Asked;
use crate::keys::kept::challenge;
use crate::keys::kept::random;
use crate::target::facts::Lack;

/// How long one of many requests is waited for.
const ONE_MORE_DEADLINE: Duration = Duration::from_secs(40);

/// The reference to a pushed request.
const REQUEST_URI: &str = "request_uri";

/// Parameters in the order in which they are sent.
pub(crate) type Parameters = Vec<(String, String)>;

impl CaseContext {
    /// Asks for authorization and walks the browser's part.
    pub(crate) async fn authorize(
        &self,
        talk: &Talk,
        name: &StepName,
        act: &Authorize,
    ) -> Result<Arrival, String> {
        if let Some(earlier) = &act.continues {
            return self.go_on(talk, name, act, earlier).await;
        }
        let reference = self.reference(act.client.as_ref(), name)?;
        let client = self.client(&reference)?;
        let verifier = random()?;
        self.learn("code-verifier", Some(&verifier));
        let parameters = self.request(&reference, &client, act, &verifier)?;
        let sent = |wanted: &str| {
            parameters
                .iter()
                .find(|(name, _)| name == wanted)
                .map(|(_, value)| value.clone())
        };
        let named = parameters.iter().filter(|(name, _)| name == "redirect_uri");
        let mut redirect_uris: Vec<String> = named.map(|(_, value)| value.clone()).collect();
        if let Some(earlier) = act
            .request_of
            .as_ref()
            .and_then(|step| self.memory().grants.get(step).cloned())
        {
            redirect_uris.extend(earlier.redirect_uris);
        }
        let grant = Grant {
            code: None,
            redirect_uris,
            // By the method `plain` the challenge is the verifier.
            verifier: match sent("code_challenge_method").as_deref() {
                Some("plain") => sent("code_challenge").unwrap_or(verifier),
                _ => verifier,
            },
            state: sent("state"),
            client: reference.clone(),
        };
        let endpoint = self
            .target
            .endpoint("authorization_endpoint")
            .ok_or("the target's metadata has no authorization endpoint of its own")?;
        let usual = match self.target.facts().found().pushed {
            true => Channel::Par,
            false => self.target.profile().request.channel,
        };
        let channel = act.channel.unwrap_or(usual);
        let start = match (&act.request_of, channel) {
            (Some(step), _) => match self.pushed_by(step, &reference, &client, act)? {
                Ok(pushed) => with_query(endpoint, &pushed),
                Err(arrival) => return Ok(arrival),
            },
            (None, Channel::Query) => with_query(endpoint, &parameters),
            (None, Channel::Par) => match self.pushed(talk, &client, parameters, act.auth).await? {
                Some((pushed, lifetime)) => {
                    let mut memory = self.memory();
                    memory.pushed.insert(name.clone(), pushed.clone());
                    memory
                        .lifetimes
                        .extend(lifetime.map(|lifetime| (name.clone(), lifetime)));
                    drop(memory);
                    if act.until == Some(Until::Pushed) {
                        return Ok(Arrival::Answer);
                    }
                    with_query(endpoint, &pushed)
                }
                None => {
                    let reason = self.has_redirects_elsewhere(talk, &reference, &Arrival::Answer);
                    return Ok(reason.map_or(Arrival::Answer, |reason| Arrival::Inapplicable { reason }));
                }
            },
        };
        let others = (1..act.times.unwrap_or(1)).map(|number| self.one_more(&start, number));
        let (arrival, _) = futures_util::future::join(
            self.walked(talk, name, act, grant, Begin::Url(Box::new(start.clone()))),
            futures_util::future::join_all(others),
        )
        .await;
        arrival
    }

    /// The request once more, by a client whose identifier has another query; what is answered is of no interest.
    async fn one_more(&self, start: &Url, number: u16) {
        let mut url = start.clone();
        url.query_pairs_mut().clear();
        for (name, value) in start.query_pairs() {
            let value = match name.as_ref() {
                "client_id" => format!("{value}?{number}"),
                _ => value.into_owned(),
            };
            url.query_pairs_mut().append_pair(&name, &value);
        }
        let _ = self.target.wire().send(&Ask::get(url), ONE_MORE_DEADLINE).await;
    }

    /// Goes on from the page on which an earlier step stopped.
    async fn go_on(
        &self,
        talk: &Talk,
        name: &StepName,
        act: &Authorize,
        earlier: &StepName,
    ) -> Result<Arrival, String> {
        let (page, grant) = {
            let memory = self.memory();
            (
                memory.stopped.get(earlier).cloned(),
                memory.grants.get(earlier).cloned(),
            )
        };
        let page = page.ok_or_else(|| format!("step `{earlier}` stopped on no page"))?;
        let grant = grant.ok_or_else(|| format!("step `{earlier}` asked for nothing"))?;
        self.walked(talk, name, act, grant, Begin::Page(Box::new(page)))
            .await
    }

    /// Walks the browser's part in the browser of the step, and keeps what it brought.
    async fn walked(
        &self,
        talk: &Talk,
        name: &StepName,
        act: &Authorize,
        mut grant: Grant,
        begin: Begin,
    ) -> Result<Arrival, String> {
        // Whoever sits at another browser may be somebody else.
        let second = act
            .session
            .as_ref()
            .and_then(|_| self.target.profile().of_second_user());
        let agent = Agent {
            profile: second.as_ref().unwrap_or(self.target.profile()),
            owns: &|url| self.target.follows(url),
            login_elsewhere: &|url| self.target.login_elsewhere(url),
            decide: act.decide.unwrap_or_default(),
            until: act.until.unwrap_or_default(),
            elsewhere: act
                .posted_from
                .as_ref()
                .map(|site| self.resolved(site))
                .transpose()?,
            stand_in: self.stand_in(act.session.as_ref(), Pages::All),
            asked: Asked {
                redirect_uris: grant.redirect_uris.clone(),
                state: grant.state.clone(),
            },
        };
        let mut jar = {
            let memory = self.memory();
            match &act.session {
                None => memory.jar.clone(),
                Some(session) => memory.sessions.get(session).cloned().unwrap_or_default(),
            }
        };
        let mut walk = agent.walk(talk, &mut jar, begin).await;
        let reason = self
            .not_there(act, &walk.arrival)
            .or_else(|| self.has_redirects_elsewhere(talk, &grant.client, &walk.arrival));
        if let Some(reason) = reason {
            walk.arrival = Arrival::Inapplicable { reason };
        }
        grant.code = walk.sent.parameter("code").map(str::to_owned);
        let mut memory = self.memory();
        match &act.session {
            None => memory.jar = jar,
            Some(session) => _ = memory.sessions.insert(session.clone(), jar),
        }
        if let Some(page) = walk.stopped {
            memory.stopped.insert(name.clone(), page);
        }
        memory.grants.insert(name.clone(), grant);
        Ok(walk.arrival)
    }

    /// Why a step is about something that the target does not have, as the calibration saw.
    fn not_there(&self, act: &Authorize, arrival: &Arrival) -> Option<String> {
        let facts = self.target.facts();
        match arrival {
            Arrival::Sent { .. } if act.until == Some(Until::Login) => {
                facts.lacking(Lack::Login).filter(|_| arrival.has_code())
            }
            Arrival::Impossible { .. } if act.posted_from.is_some() => facts.lacking(Lack::Session),
            _ => None,
        }
    }

    /// The parameters of a request, with what the step changes.
    fn request(
        &self,
        reference: &ClientName,
        client: &Client,
        act: &Authorize,
        verifier: &str,
    ) -> Result<Parameters, String> {
        let client_id = match &act.client_id {
            Some(written) => self.resolved(written)?,
            None => client.id.clone(),
        };
        let names = self.names_of(reference, &client_id);
        let redirect_uri = act
            .redirect_uri
            .as_ref()
            .unwrap_or(&self.plan.request.redirect_uri);
        let mut parameters = pairs(&[
            ("response_type", "code"),
            ("client_id", &client_id),
            ("redirect_uri", &resolved(redirect_uri, &names)?),
            ("state", &random()?),
            ("code_challenge", &challenge(verifier)),
            ("code_challenge_method", "S256"),
        ]);
        for (name, value) in self.target.profile().request.parameters() {
            set(&mut parameters, pairs(&[(name, value)]));
        }
        let refreshing = self.refreshing(&client_id);
        set(&mut parameters, refreshing.clone());
        set(&mut parameters, texts(&self.plan.request.set, &names)?);
        set(&mut parameters, texts(&act.set, &names)?);
        parameters.retain(|(name, _)| !act.omit.contains(name));
        self.ask_for_refresh(&mut parameters, &refreshing);
        parameters.extend(texts(&act.repeat, &names)?);
        Ok(parameters)
    }

    /// The address to which the browser of a step is sent, where the request is not pushed.
    pub(crate) fn request_url(
        &self,
        reference: &ClientName,
        client: &Client,
        act: &Authorize,
    ) -> Result<Url, String> {
        let endpoint = self.target.endpoint("authorization_endpoint");
        let endpoint = endpoint.ok_or("the target's metadata has no authorization endpoint of its own")?;
        let verifier = random()?;
        Ok(with_query(
            endpoint,
            &self.request(reference, client, act, &verifier)?,
        ))
    }

    /// The request that an earlier step pushed, as this client would use it, with what the step adds.
    fn pushed_by(
        &self,
        step: &StepName,
        reference: &ClientName,
        client: &Client,
        act: &Authorize,
    ) -> Result<Result<Parameters, Arrival>, String> {
        let pushed = self.memory().pushed.get(step).cloned();
        let mut pushed = pushed.ok_or_else(|| format!("step `{step}` pushed no request"))?;
        if let Some(swap) = &act.swap {
            let own = parameter(&pushed, REQUEST_URI).unwrap_or_default();
            let other = self.memory().pushed.get(&swap.with).cloned();
            let other = other.and_then(|other| parameter(&other, REQUEST_URI));
            match self.exchanged("request-uri", swap, &own, other)? {
                Ok(exchanged) => set(&mut pushed, pairs(&[(REQUEST_URI, &exchanged)])),
                Err(arrival) => return Ok(Err(arrival)),
            }
        }
        set(&mut pushed, pairs(&[("client_id", &client.id)]));
        set(
            &mut pushed,
            texts(&act.set, &self.names_of(reference, &client.id))?,
        );
        Ok(Ok(pushed))
    }

    /// Pushes the request (RFC 9126), which lives so long; `None` when that was refused.
    async fn pushed(
        &self,
        talk: &Talk,
        client: &Client,
        parameters: Parameters,
        auth: Option<Authentication>,
    ) -> Result<Option<(Parameters, Option<Duration>)>, String> {
        let endpoint = self
            .target
            .endpoint("pushed_authorization_request_endpoint")
            .ok_or("the target's metadata has no endpoint for pushed requests")?;
        self.introduce(talk, client, &parameters).await;
        let credentials = self.credentials(client, auth)?;
        let client_id = parameters
            .iter()
            .find(|(name, _)| name == "client_id")
            .map_or_else(|| client.id.clone(), |(_, value)| value.clone());
        let mut body = parameters;
        for (name, value) in credentials.parameters {
            if body.iter().all(|(known, _)| *known != name) {
                body.push((name, value));
            }
        }
        let mut ask = Ask::form(endpoint, &body);
        if let Some(authorization) = &credentials.authorization {
            ask = ask.header("authorization", authorization);
        }
        let answer = talk.exchange(&ask.header("accept", "application/json")).await;
        let answer = answer
            .ok()
            .filter(|answer| (200..300).contains(&answer.status))
            .and_then(|answer| answer.json());
        Ok(answer.and_then(|answer| {
            let request_uri = answer.get("request_uri")?.as_str()?;
            let lifetime = answer.get("expires_in").and_then(Value::as_u64);
            Some((
                pairs(&[("client_id", &client_id), ("request_uri", request_uri)]),
                lifetime.map(Duration::from_secs),
            ))
        }))
    }

    /// Has a client with a document ask for authorization first, once, where the target knows it by nothing else.
    async fn introduce(&self, talk: &Talk, client: &Client, parameters: &Parameters) {
        let is_needed = self.target.facts().lacking(Lack::KnownAtOnce).is_some();
        if !is_needed
            || self.origin() != Origin::Document
            || !self.memory().introduced.insert(client.id.clone())
        {
            return;
        }
        if let Some(endpoint) = self.target.endpoint("authorization_endpoint") {
            // What is answered is of no interest.
            let _ = talk.exchange(&Ask::get(with_query(endpoint, parameters))).await;
        }
    }
}

/// Texts with their host references resolved by these names.
pub(crate) fn texts(texts: &BTreeMap<String, Text>, names: &Names) -> Result<Parameters, String> {
    texts
        .iter()
        .map(|(name, text)| Ok((name.clone(), resolved(text, names)?)))
        .collect()
}

/// Pairs of texts as parameters.
pub(crate) fn pairs(list: &[(&str, &str)]) -> Parameters {
    list.iter()
        .map(|(name, value)| ((*name).to_owned(), (*value).to_owned()))
        .collect()
}

/// Gives parameters new values, where they stand; new ones come last.
pub(crate) fn set(parameters: &mut Parameters, values: Parameters) {
    for (name, value) in values {
        match parameters.iter_mut().find(|(known, _)| *known == name) {
            Some(parameter) => parameter.1 = value,
            None => parameters.push((name, value)),
        }
    }
}

/// The first value of this name.
pub(crate) fn parameter(parameters: &[(String, String)], name: &str) -> Option<String> {
    let mut named = parameters.iter().filter(|(known, _)| known == name);
    named.next().map(|(_, value)| value.clone())
}

fn with_query(mut endpoint: Url, parameters: &[(String, String)]) -> Url {
    let query = match endpoint.query() {
        Some(own) if !own.is_empty() => format!("{own}&{}", encoded(parameters)),
        _ => encoded(parameters),
    };
    endpoint.set_query(Some(&query));
    endpoint.set_fragment(None);
    endpoint
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_value_is_set_in_its_place_and_a_new_one_at_the_end() {
        let mut parameters = pairs(&[("a", "1"), ("b", "2")]);
        set(&mut parameters, pairs(&[("a", "3"), ("c", "4")]));
        assert_eq!(parameters, pairs(&[("a", "3"), ("b", "2"), ("c", "4")]));
    }

    #[test]
    fn the_endpoints_own_query_is_kept() {
        let endpoint = Url::parse("https://as.test/authorize?tenant=1").unwrap();
        let url = with_query(endpoint, &pairs(&[("state", "a&b é"), ("state", "2")]));
        assert_eq!(
            url.as_str(),
            "https://as.test/authorize?tenant=1&state=a%26b+%C3%A9&state=2"
        );
    }
}
