//! The verbs `token`, `refresh`, `grant`, `revoke` and `introspect`.

use std::collections::BTreeMap;

use cimdspec_model::name::StepName;
use cimdspec_model::observation::Arrival;
use cimdspec_model::text::Text;
use cimdspec_model::verb::Ask as Asked;
use cimdspec_model::verb::Authentication;
use cimdspec_model::verb::ClientName;
use cimdspec_model::verb::Grant;
use cimdspec_model::verb::OfToken;
use cimdspec_model::verb::Refresh;
use cimdspec_model::verb::Token;
use cimdspec_model::verb::TokenKind;

use url::Url;

use crate::case::context::CaseContext;
use crate::case::context::RefreshToken;
use crate::http::client::Ask;
use crate::http::exchange::Talk;
use crate::verb::authorize::Parameters;
use crate::verb::authorize::pairs;
use crate::verb::authorize::set;

/// What a step changes in a token request.
struct Changes<'a> {
    set: &'a BTreeMap<String, Text>,
    omit: &'a [String],
    repeat: &'a BTreeMap<String, Text>,
    headers: &'a BTreeMap<String, Text>,
    auth: Option<Authentication>,
}

impl CaseContext {
    /// Redeems a code.
    pub(crate) async fn token(&self, talk: &Talk, name: &StepName, act: &Token) -> Result<Arrival, String> {
        let grant = self.memory().grants.get(&act.code).cloned();
        let grant = grant.ok_or_else(|| format!("step `{}` was not made", act.code))?;
        let mut code = grant
            .code
            .ok_or_else(|| format!("step `{}` gave no code", act.code))?;
        if let Some(swap) = &act.swap {
            let other = self
                .memory()
                .grants
                .get(&swap.with)
                .and_then(|other| other.code.clone());
            match self.exchanged("code", swap, &code, other)? {
                Ok(exchanged) => code = exchanged,
                Err(arrival) => return Ok(arrival),
            }
        }
        let client = match &act.client {
            Some(written) => self.reference(Some(written), name)?,
            None => grant.client,
        };
        let mut parameters = pairs(&[("grant_type", "authorization_code"), ("code", &code)]);
        if let Some(redirect_uri) = grant.redirect_uris.first() {
            parameters.push(("redirect_uri".to_owned(), redirect_uri.clone()));
        }
        parameters.push(("code_verifier".to_owned(), grant.verifier));
        let changes = Changes {
            set: &act.set,
            omit: &act.omit,
            repeat: &act.repeat,
            headers: &act.headers,
            auth: act.auth,
        };
        self.redeem(talk, name, parameters, client, changes, None).await
    }

    /// Uses a refresh token.
    pub(crate) async fn refresh(
        &self,
        talk: &Talk,
        name: &StepName,
        act: &Refresh,
    ) -> Result<Arrival, String> {
        let known = self.memory().refresh_tokens.get(&act.token).cloned();
        let known = known.ok_or_else(|| format!("step `{}` gave no tokens", act.token))?;
        let mut token = known
            .token
            .ok_or_else(|| format!("step `{}` gave no refresh token", act.token))?;
        if let Some(swap) = &act.swap {
            let other = self
                .memory()
                .refresh_tokens
                .get(&swap.with)
                .and_then(|other| other.token.clone());
            match self.exchanged("refresh-token", swap, &token, other)? {
                Ok(exchanged) => token = exchanged,
                Err(arrival) => return Ok(arrival),
            }
        }
        let client = match &act.client {
            Some(written) => self.reference(Some(written), name)?,
            None => known.client,
        };
        let parameters = pairs(&[("grant_type", "refresh_token"), ("refresh_token", &token)]);
        let changes = Changes {
            set: &act.set,
            omit: &act.omit,
            repeat: &BTreeMap::new(),
            headers: &BTreeMap::new(),
            auth: act.auth,
        };
        self.redeem(talk, name, parameters, client, changes, Some(token))
            .await
    }

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
        set(&mut parameters, self.texts(&act.set)?);
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
        for (field, value) in &act.headers {
            ask = ask.instead(field, &self.resolved(value)?);
        }
        let _ = talk.exchange(&ask).await;
        Ok(Arrival::Answer)
    }

    /// Asks for tokens without a user.
    pub(crate) async fn grant(&self, talk: &Talk, name: &StepName, act: &Grant) -> Result<Arrival, String> {
        let client = self.reference(act.client.as_ref(), name)?;
        let parameters = pairs(&[("grant_type", "client_credentials")]);
        let changes = Changes {
            set: &act.set,
            omit: &act.omit,
            repeat: &BTreeMap::new(),
            headers: &BTreeMap::new(),
            auth: act.auth,
        };
        self.redeem(talk, name, parameters, client, changes, None).await
    }

    /// Revokes a token or asks about it.
    pub(crate) async fn of_token(
        &self,
        talk: &Talk,
        name: &StepName,
        act: &OfToken,
        endpoint: &str,
    ) -> Result<Arrival, String> {
        let given = || {
            let known = self.memory().refresh_tokens.get(&act.token).cloned();
            known.ok_or_else(|| format!("step `{}` gave no tokens", act.token))
        };
        let (token, hint) = match act.kind {
            TokenKind::Access => (
                self.memory().access_tokens.get(&act.token).cloned(),
                "access_token",
            ),
            TokenKind::Refresh => (given()?.token, "refresh_token"),
            TokenKind::Registration => (self.registration(&act.token)?.token, "access_token"),
        };
        let token = token.ok_or_else(|| format!("step `{}` gave no {hint}", act.token))?;
        let client = match (&act.client, act.kind) {
            (Some(written), _) => self.reference(Some(written), name)?,
            (None, TokenKind::Registration) => ClientName::Step(act.token.clone()),
            (None, _) => given()?.client,
        };
        let endpoint = self
            .target
            .endpoint(endpoint)
            .ok_or_else(|| format!("the target's metadata has no {}", endpoint.replace('_', " ")))?;
        let parameters = pairs(&[("token", &token), ("token_type_hint", hint)]);
        let changes = Changes {
            set: &act.set,
            omit: &[],
            repeat: &BTreeMap::new(),
            headers: &BTreeMap::new(),
            auth: act.auth,
        };
        let ask = self.asked_by(endpoint, parameters, &client, changes)?;
        let _ = talk.exchange(&ask).await;
        Ok(Arrival::Answer)
    }

    /// A form of a client that authenticates.
    fn asked_by(
        &self,
        endpoint: Url,
        mut parameters: Parameters,
        client: &ClientName,
        changes: Changes<'_>,
    ) -> Result<Ask, String> {
        let client = self.client(client)?;
        let credentials = self.credentials(&client, changes.auth)?;
        parameters.extend(credentials.parameters);
        set(&mut parameters, self.texts(changes.set)?);
        parameters.retain(|(name, _)| !changes.omit.contains(name));
        parameters.extend(self.texts(changes.repeat)?);
        let mut ask = Ask::form(endpoint, &parameters);
        if let Some(authorization) = &credentials.authorization {
            ask = ask.header("authorization", authorization);
        }
        ask = ask.header("accept", "application/json");
        for (field, value) in changes.headers {
            ask = ask.instead(field, &self.resolved(value)?);
        }
        Ok(ask)
    }

    async fn redeem(
        &self,
        talk: &Talk,
        name: &StepName,
        parameters: Parameters,
        reference: ClientName,
        changes: Changes<'_>,
        before: Option<String>,
    ) -> Result<Arrival, String> {
        let endpoint = self
            .target
            .endpoint("token_endpoint")
            .ok_or("the target's metadata has no token endpoint of its own")?;
        let ask = self.asked_by(endpoint, parameters, &reference, changes)?;
        let answer = talk.exchange(&ask).await;
        let members = answer
            .ok()
            .filter(|answer| answer.status == 200)
            .and_then(|answer| answer.json());
        if let Some(members) = members {
            let text = |name: &str| members.get(name).and_then(|value| value.as_str());
            self.learn("access-token", text("access_token"));
            self.learn("refresh-token", text("refresh_token"));
            let given = RefreshToken {
                // A server that does not rotate leaves the old one in use.
                token: text("refresh_token").map(str::to_owned).or(before),
                client: reference,
            };
            let access = text("access_token").map(str::to_owned);
            let mut memory = self.memory();
            memory.refresh_tokens.insert(name.clone(), given);
            if let Some(access) = access {
                memory.access_tokens.insert(name.clone(), access);
            }
        }
        Ok(Arrival::Answer)
    }
}
