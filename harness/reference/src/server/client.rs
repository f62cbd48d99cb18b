//! Clients of both kinds, and how they authenticate.

use std::sync::Arc;

use axum::http::HeaderMap;
use axum::http::header;
use base64::Engine;
use base64::engine::general_purpose::STANDARD;
use serde_json::Value;

use crate::cimd::KeySource;
use crate::cimd::Refusal;
use crate::cimd::algorithm_of;
use crate::cimd::looks_like_url;
use crate::cimd::part_of_jwt;
use crate::cimd::verify_assertion;
use crate::policy::Check;
use crate::policy::LogFault;
use crate::policy::RedirectPolicy;
use crate::policy::RegistrationFault;
use crate::server::choice::is_listed;
use crate::server::choice::method_of_document;
use crate::server::registration::information::secret_expiry;
use crate::server::registration::rules::SILENTLY_PUBLIC;
use crate::server::reply::Parameters;
use crate::server::reply::parameter;
use crate::server::state::State;
use crate::server::state::hash;
use crate::server::state::now;

/// A client, however it came to be known.
#[derive(Debug, Clone)]
pub(crate) struct Client {
    pub(crate) id: String,
    pub(crate) name: String,
    /// What tells a user whose client it is: the host of the identifier, or the id.
    pub(crate) shown: String,
    pub(crate) redirect_uris: Vec<String>,
    /// Where its users may be sent after they were logged out.
    pub(crate) logout_uris: Vec<String>,
    pub(crate) any_redirect_uri: bool,
    pub(crate) logo_uri: Option<String>,
    /// The pages that it calls its own: home, policy, terms.
    pub(crate) pages: Vec<(&'static str, String)>,
    pub(crate) grant_types: Vec<String>,
    /// The most scope that it gets, when it named one.
    pub(crate) scope: Option<String>,
    /// What mutants show as HTML.
    pub(crate) unchecked: Vec<String>,
    pub(crate) method: Method,
    /// Whether all its requests are to be pushed.
    pub(crate) pushes: bool,
    pub(crate) keys: Option<KeySource>,
    /// Whether its document says what nearly every document says, and no more.
    pub(crate) usual: bool,
    /// The algorithm with which it says that it signs.
    pub(crate) algorithm: Option<String>,
    pub(crate) secret_hash: Option<String>,
    /// When the secret expires, where it does.
    pub(crate) secret_expires: Option<u64>,
    pub(crate) redirects: RedirectPolicy,
}

/// How a client authenticates.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Method {
    None,
    PrivateKeyJwt,
    SecretBasic,
    SecretPost,
    /// One that this server does not have.
    Unsupported,
}

/// Under this prefix the mutant that forgets to end grants still finds a deleted client at the token endpoint.
pub(crate) const DELETED: &str = "grants-of-deleted:";
/// How long the identifiers are that this server makes: what a mutant takes is none of them.
const LENGTH_OF_IDS: usize = 43;
/// So many seconds after its registration a mutant knows a client.
const LATE: u64 = 5;
const ASSERTION_TYPE: &str = "urn:ietf:params:oauth:client-assertion-type:jwt-bearer";

impl Client {
    /// A client of whom nothing is known: what a mutant makes of an identifier.
    fn unknown(id: &str) -> Self {
        Self {
            id: id.to_owned(),
            name: id.to_owned(),
            shown: id.to_owned(),
            redirect_uris: Vec::new(),
            logout_uris: Vec::new(),
            any_redirect_uri: true,
            logo_uri: None,
            pages: Vec::new(),
            grant_types: vec!["authorization_code".to_owned()],
            scope: None,
            unchecked: Vec::new(),
            method: Method::None,
            pushes: false,
            keys: None,
            usual: true,
            algorithm: None,
            secret_hash: None,
            secret_expires: None,
            redirects: RedirectPolicy::default(),
        }
    }

    /// Whether the client said that it uses this grant.
    pub(crate) fn may_use(&self, grant: &str) -> bool {
        self.grant_types.iter().any(|known| known == grant)
    }
}

impl State {
    /// The client of an identifier.
    pub(crate) async fn client(&self, id: &str) -> Result<Client, Refusal> {
        if looks_like_url(id) && self.store.client(id).is_some() && !self.policy.registration.ids.on() {
            return self.registered(id);
        }
        if !looks_like_url(id) {
            return self.registered(id);
        }
        if !is_listed(&self.policy, id) {
            return Err(Refusal::Identifier(
                "it is not in a domain of the list: cimdspec.dev",
            ));
        }
        if id.contains('?') && self.policy.choice.requests.identifier_query.other() {
            return Err(Refusal::Identifier("it has a query"));
        }
        let document = self.documents.client(id).await?;
        let service = &self.policy.service;
        let mut redirect_uris = document.redirect_uris.clone();
        if redirect_uris.len() > 1 && !service.several_redirect_uris.on() {
            return Err(Refusal::Document("it has several redirect URIs".to_owned()));
        }
        if !service.all_redirect_uris.on() {
            redirect_uris.truncate(1);
        }
        let host = id.split_once("://").map_or(id, |(_, rest)| rest);
        let host = host.split(['/', '?', '#']).next().unwrap_or_default();
        Ok(Client {
            id: id.to_owned(),
            name: document.client_name.clone().unwrap_or_else(|| host.to_owned()),
            shown: host.to_owned(),
            redirect_uris,
            logout_uris: document.logout_uris.clone(),
            any_redirect_uri: document.any_redirect_uri,
            logo_uri: document.logo_uri.clone(),
            pages: pages_of([&document.client_uri, &document.policy_uri, &document.tos_uri]),
            grant_types: document.grant_types.clone(),
            scope: document.scope.clone(),
            unchecked: document.unchecked.clone(),
            method: method_of_document(&self.policy, document.auth),
            pushes: document.pushes,
            keys: document.keys.clone(),
            usual: document.usual,
            algorithm: document.token_endpoint_auth_signing_alg.clone(),
            secret_hash: document.secret.as_deref().map(hash),
            secret_expires: None,
            redirects: self.policy.redirect.clone(),
        })
    }

    fn registered(&self, id: &str) -> Result<Client, Refusal> {
        let known = self
            .store
            .client(id)
            .filter(|known| self.policy.service.at_once.on() || known.issued + LATE <= now());
        let known = match known {
            Some(known) => known,
            None if id.len() < LENGTH_OF_IDS && !self.policy.authorize.known_clients.on() => {
                return Ok(Client::unknown(id));
            }
            None => return Err(Refusal::Identifier("no such client is registered")),
        };
        let text = |name: &str| {
            known
                .metadata
                .get(name)
                .and_then(Value::as_str)
                .map(str::to_owned)
        };
        let texts = |name: &str| -> Vec<String> {
            let items = known
                .metadata
                .get(name)
                .and_then(Value::as_array)
                .map(Vec::as_slice)
                .unwrap_or_default();
            items
                .iter()
                .filter_map(Value::as_str)
                .map(str::to_owned)
                .collect()
        };
        let keys = known
            .metadata
            .get("jwks")
            .cloned()
            .map(KeySource::Inline)
            .or(text("jwks_uri").map(KeySource::Uri));
        let has_no_key = match &keys {
            Some(KeySource::Inline(set)) => set.get("keys") == Some(&Value::Array(Vec::new())),
            other => other.is_none(),
        } && self
            .policy
            .registration
            .fault
            .is(RegistrationFault::KeylessIsPublic);
        Ok(Client {
            id: id.to_owned(),
            name: text("client_name").unwrap_or_else(|| id.to_owned()),
            shown: id.to_owned(),
            redirect_uris: texts("redirect_uris"),
            logout_uris: texts("post_logout_redirect_uris"),
            any_redirect_uri: texts("redirect_uris").is_empty()
                && self
                    .policy
                    .registration
                    .fault
                    .is(RegistrationFault::AnyRedirectUri),
            logo_uri: text("logo_uri"),
            pages: pages_of([&text("client_uri"), &text("policy_uri"), &text("tos_uri")]),
            grant_types: match known.metadata.contains_key("grant_types") {
                true => texts("grant_types"),
                false => vec!["authorization_code".to_owned()],
            },
            scope: text("scope").filter(|_| {
                !self
                    .policy
                    .registration
                    .fault
                    .is(RegistrationFault::ScopeForgotten)
            }),
            unchecked: Vec::new(),
            method: match text("token_endpoint_auth_method").as_deref() {
                Some("none" | SILENTLY_PUBLIC) => Method::None,
                Some("private_key_jwt") if has_no_key => Method::None,
                Some("private_key_jwt") => Method::PrivateKeyJwt,
                Some("client_secret_post") => Method::SecretPost,
                _ => Method::SecretBasic,
            },
            pushes: known.metadata.get("require_pushed_authorization_requests") == Some(&Value::Bool(true))
                && self.policy.credentials.pushed_as_asked.on(),
            keys,
            usual: true,
            algorithm: text("token_endpoint_auth_signing_alg"),
            secret_hash: known.secret_hash.clone(),
            secret_expires: secret_expiry(self, &known),
            redirects: RedirectPolicy {
                comparison: self.policy.redirect.comparison.clone(),
                loopback_port: self.policy.redirect.loopback_port.clone(),
                wildcard: self.policy.registration.wildcard_redirect_uris.clone(),
                ..RedirectPolicy::default()
            },
        })
    }

    /// The client that makes a request to the token, PAR, revocation or introspection endpoint.
    pub(crate) async fn authenticated(
        self: &Arc<Self>,
        headers: &HeaderMap,
        parameters: &Parameters,
    ) -> Result<Client, String> {
        let basic = basic(headers);
        let told = parameter(parameters, "client_id").map(str::to_owned);
        let id = match (&basic, &told) {
            (Some((id, _)), Some(told)) if id != told => return Err("two clients are named".to_owned()),
            (Some((id, _)), _) => id.clone(),
            (None, Some(told)) => told.clone(),
            (None, None) => return Err("no client is named".to_owned()),
        };
        if self.is_to_be_met(&id) {
            return Err("no such client is known".to_owned());
        }
        let kept = match !looks_like_url(&id) || self.policy.token.documents_renewed.on() {
            true => None,
            false => self.memory().authorized.get(&id).cloned(),
        };
        let found = match kept {
            Some(kept) => Ok(kept),
            None => self.client(&id).await,
        };
        let client = match found {
            Err(_) if !self.policy.management.delete_grants.on() => {
                self.registered(&format!("{DELETED}{id}"))
            }
            found => found,
        };
        let mut client = client.map_err(|refusal| refusal.public_reason())?;
        client.id = id;
        let assertion = parameter(parameters, "client_assertion");
        let secret = basic.is_some() || parameter(parameters, "client_secret").is_some();
        if secret && assertion.is_some() && self.policy.assertion.one_method.on() {
            return Err("two methods of authentication are used".to_owned());
        }
        match client.method {
            Method::None => Ok(client),
            Method::Unsupported => Err("the client's authentication method is not supported".to_owned()),
            Method::PrivateKeyJwt
                if assertion.is_none() && has_secret(&client, basic.as_ref(), parameters) =>
            {
                Ok(client)
            }
            Method::PrivateKeyJwt => match assertion {
                None if !self.policy.assertion.required.on() => Ok(client),
                None => Err("an assertion is required".to_owned()),
                Some(assertion) => {
                    let is_of_type = parameter(parameters, "client_assertion_type") == Some(ASSERTION_TYPE);
                    if !is_of_type && self.policy.assertion.parameter.on() {
                        return Err("the assertion's type is not known".to_owned());
                    }
                    if self.believes(&client, assertion).await {
                        return Ok(client);
                    }
                    self.assert(client, assertion).await
                }
            },
            Method::SecretBasic | Method::SecretPost => {
                let sent = match client.method {
                    Method::SecretBasic => basic.map(|(_, secret)| secret),
                    _ => parameter(parameters, "client_secret").map(str::to_owned),
                };
                if !self.policy.token.secret_required.on() {
                    return Ok(client);
                }
                let is_over = client.secret_expires.is_some_and(|expires| expires <= now());
                if is_over
                    && !self
                        .policy
                        .registration
                        .fault
                        .is(RegistrationFault::ExpiredSecretWorks)
                {
                    return Err("the client's secret has expired".to_owned());
                }
                match (&client.secret_hash, sent) {
                    (Some(known), Some(sent)) if same(known, &hash(&sent)) => Ok(client),
                    _ => Err("the client's secret is missing or wrong".to_owned()),
                }
            }
        }
    }

    /// The client that makes a request; a mutant takes its word for who it is.
    pub(crate) async fn asking(
        self: &Arc<Self>,
        headers: &HeaderMap,
        parameters: &Parameters,
        authenticates: Check,
    ) -> Result<Client, String> {
        match parameter(parameters, "client_id") {
            Some(id) if !authenticates.on() => {
                self.client(id).await.map_err(|refusal| refusal.public_reason())
            }
            _ => self.authenticated(headers, parameters).await,
        }
    }

    async fn assert(&self, client: Client, assertion: &str) -> Result<Client, String> {
        let source = client.keys.as_ref().ok_or("the client has no keys")?;
        if let KeySource::Uri(uri) = source
            && !looks_like_url(&client.id)
            && self
                .policy
                .registration
                .fault
                .is(RegistrationFault::KeysUnguarded)
        {
            self.documents.look_at(&client.id, uri).await;
        }
        self.note("a client asserts itself", LogFault::Assertions, assertion);
        self.chosen_first(assertion)?;
        let header = part_of_jwt(assertion, 0);
        let wanted = header.as_ref().and_then(|header| header.get("kid")?.as_str());
        let keys = match self.documents.keys(&client.id, source, wanted).await {
            Err(_) if !self.policy.credentials.keys_reached.on() => return Ok(client),
            keys => keys.map_err(|refusal| refusal.public_reason())?,
        };
        let audiences = [self.issuer.clone(), self.url("/token"), self.url("/par")];
        let rules = &self.policy.assertion;
        let is_told = |told: &String| algorithm_of(assertion).as_ref() == Some(told);
        if !client.algorithm.as_ref().is_none_or(is_told) && rules.algorithm_as_told.on() {
            return Err("the algorithm is another than the client said".to_owned());
        }
        let verified = verify_assertion(rules, assertion, &client.id, &audiences, &keys, now())?;
        if !self.first_use(&client.id, &verified.jti, verified.exp) && rules.replay.on() {
            return Err("the assertion was used before".to_owned());
        }
        Ok(client)
    }
}

impl State {
    /// What a server of another kind looks at before it looks for keys.
    fn chosen_first(&self, assertion: &str) -> Result<(), String> {
        let choice = &self.policy.choice.assertion;
        if choice.algorithms.other() && algorithm_of(assertion).as_deref() != Some("RS256") {
            return Err("the algorithm is not taken here".to_owned());
        }
        let audience = part_of_jwt(assertion, 1).and_then(|claims| claims.get("aud").cloned());
        if choice.audience.other() && audience != Some(self.url("/token").into()) {
            return Err("the assertion is not for the token endpoint".to_owned());
        }
        Ok(())
    }
}

/// Whether a request carries the secret of a document, which is known to a mutant only.
fn has_secret(client: &Client, basic: Option<&(String, String)>, parameters: &Parameters) -> bool {
    let sent = basic.map(|(_, secret)| secret.as_str());
    let sent = sent.or_else(|| parameter(parameters, "client_secret"));
    matches!((&client.secret_hash, sent), (Some(known), Some(sent)) if same(known, &hash(sent)))
}

fn pages_of(uris: [&Option<String>; 3]) -> Vec<(&'static str, String)> {
    let named = ["Home page", "Privacy policy", "Terms of service"]
        .into_iter()
        .zip(uris);
    named
        .filter_map(|(name, uri)| Some((name, uri.clone()?)))
        .collect()
}

/// Compares hashes; their bytes tell an attacker nothing about the secret.
pub(crate) fn same(a: &str, b: &str) -> bool {
    a.len() == b.len()
        && a.bytes()
            .zip(b.bytes())
            .fold(0, |difference, (a, b)| difference | (a ^ b))
            == 0
}

pub(crate) fn basic(headers: &HeaderMap) -> Option<(String, String)> {
    let value = headers.get(header::AUTHORIZATION)?.to_str().ok()?;
    let (scheme, encoded) = value.split_once(' ')?;
    if !scheme.eq_ignore_ascii_case("basic") {
        return None;
    }
    let decoded = String::from_utf8(STANDARD.decode(encoded.trim()).ok()?).ok()?;
    let (id, secret) = decoded.split_once(':')?;
    let plain = |text: &str| {
        percent_encoding::percent_decode_str(&text.replace('+', " "))
            .decode_utf8_lossy()
            .into_owned()
    };
    Some((plain(id), plain(secret)))
}
