//! The server under test, as its metadata tells it.

use std::collections::BTreeSet;
use std::time::Duration;

use cimdspec_model::plan::Need;
use cimdspec_model::profile::Profile;
use cimdspec_model::scenario::step::MetadataDocument;
use serde_json::Value;
use url::Url;

use crate::cookie::Jar;
use crate::error::DriveError;
use crate::heard::Heard;
use crate::keys::Keys;
use crate::manner::Manner;
use crate::place::appended;
use crate::place::inserted;
use crate::place::place;
use crate::publisher::Publisher;
use crate::redact::Secrets;
use crate::wire::Ask;
use crate::wire::Lost;
use crate::wire::Trust;
use crate::wire::Wire;

/// A server that was found by its metadata.
pub struct Target {
    issuer: String,
    place: Url,
    metadata: Value,
    found_at: Url,
    origins: BTreeSet<String>,
    profile: Profile,
    wire: Wire,
    keys: Keys,
    publisher: Option<Publisher>,
    secrets: Secrets,
    pub(crate) heard: Option<Heard>,
}

const DISCOVERY_DEADLINE: Duration = Duration::from_secs(10);
const ALIVE_DEADLINE: Duration = Duration::from_secs(10);
const OAUTH: &str = "/.well-known/oauth-authorization-server";
const OPENID: &str = "/.well-known/openid-configuration";
const ALGORITHMS: &str = "token_endpoint_auth_signing_alg_values_supported";
/// Scopes of OpenID Connect that change what is answered.
const SCOPES_WITH_A_MEANING: [&str; 2] = ["offline_access", "openid"];
const AUTHORIZATION: &str = "authorization_endpoint";
const ENDPOINTS: [&str; 4] = [
    AUTHORIZATION,
    "pushed_authorization_request_endpoint",
    "registration_endpoint",
    "token_endpoint",
];

impl Target {
    /// Finds the server of this issuer: RFC 8414 first, then the documents of OpenID Connect.
    ///
    /// # Errors
    /// [`DriveError`] when the issuer is no server's URL, or no document is found; it says what was tried.
    pub async fn discover(issuer: &str, profile: Profile, trust: Trust<'_>) -> Result<Self, DriveError> {
        let wire = Wire::new(trust, &profile)?;
        let place = place(issuer)?;
        let in_issuer = |text: &str| text.replace("{issuer}", issuer.trim_end_matches('/'));
        let set = replaced(&Value::Object(profile.discovery.set.clone()), &in_issuer);
        let tried_places = match &profile.discovery.url {
            None => addresses(&place),
            Some(url) => vec![self::place(&in_issuer(url))?],
        };
        let mut tried = Vec::new();
        let mut found = None;
        for address in tried_places {
            match metadata(&wire, &address, &set).await {
                Ok(metadata) => {
                    found = Some((address, metadata));
                    break;
                }
                Err(reason) => tried.push(format!("`{address}`: {reason}")),
            }
        }
        // A profile that names the endpoints needs no document.
        if found.is_none() && set.get(AUTHORIZATION).is_some() {
            found = Some((place.clone(), set));
        }
        let (found_at, metadata) = found.ok_or_else(|| DriveError::Metadata {
            issuer: issuer.to_owned(),
            tried,
        })?;
        let keys = Keys::generate(metadata.get(ALGORITHMS))?;
        let publisher = profile.statements.as_ref().map(Publisher::of).transpose()?;
        let mut target = Self {
            issuer: issuer.to_owned(),
            origins: origins(&place, &metadata),
            place,
            metadata,
            found_at,
            profile,
            wire,
            keys,
            publisher,
            secrets: Secrets::default(),
            heard: None,
        };
        target.declare_what_shows().await;
        Ok(target)
    }

    /// The same, telling these secrets what its cases learn.
    pub fn telling(self, secrets: &Secrets) -> Self {
        Self {
            secrets: secrets.clone(),
            ..self
        }
    }

    /// Adds the policies that the target declares by its metadata.
    async fn declare_what_shows(&mut self) {
        let mut declared = Vec::new();
        if self.flag("authorization_response_iss_parameter_supported") != Some(true) {
            declared.push("no-iss");
        }
        let ask = Ask::get(self.document(MetadataDocument::Openid));
        let answer = self.wire.send_patiently(&ask, DISCOVERY_DEADLINE).await;
        if answer.is_ok_and(|answer| matches!(answer.status, 404 | 410)) {
            declared.push("no-openid-configuration");
        }
        let declared = declared.into_iter().map(str::to_owned);
        self.profile.policies.extend(declared);
    }

    /// The issuer, as given.
    pub fn issuer(&self) -> &str {
        &self.issuer
    }

    /// The metadata document that was found.
    pub fn metadata(&self) -> &Value {
        &self.metadata
    }

    /// A scope that the metadata lists and that means nothing beside what it opens.
    pub(crate) fn scope(&self) -> &str {
        let listed = self.metadata.get("scopes_supported").and_then(Value::as_array);
        let mut scopes = listed.into_iter().flatten().filter_map(Value::as_str);
        scopes
            .find(|scope| !SCOPES_WITH_A_MEANING.contains(scope))
            .unwrap_or("read")
    }

    /// How the target is spoken to.
    pub fn profile(&self) -> &Profile {
        &self.profile
    }

    /// Whether its metadata offers this; what metadata does not tell counts as offered until it was tried.
    pub fn offers(&self, need: Need) -> bool {
        match need {
            Need::Cimd => self.flag("client_id_metadata_document_supported") != Some(false),
            Need::Dcr
            | Need::DcrEndpoint
            | Need::DcrManage
            | Need::DcrManageDelete
            | Need::DcrManageUpdate => self.endpoint("registration_endpoint").is_some(),
            Need::ClientCredentials => self
                .metadata
                .get("grant_types_supported")
                .and_then(Value::as_array)
                .is_some_and(|grants| grants.iter().any(|grant| grant == "client_credentials")),
            Need::Logout => self.endpoint("end_session_endpoint").is_some(),
            Need::Introspection => self.endpoint("introspection_endpoint").is_some(),
            Need::Revocation => self.endpoint("revocation_endpoint").is_some(),
            Need::Par => self.endpoint("pushed_authorization_request_endpoint").is_some(),
            Need::PrivateKeyJwt => {
                let methods = self.metadata.get("token_endpoint_auth_methods_supported");
                let listed = methods
                    .and_then(Value::as_array)
                    .is_some_and(|methods| methods.iter().any(|method| method == "private_key_jwt"));
                listed && !Manner::all(self.algorithms()).is_empty()
            }
            Need::InitialToken => self.profile.initial_access_token.is_some(),
            Need::InitialTokenExpired => self.profile.expired_initial_access_token.is_some(),
            Need::Statements => self.publisher.is_some(),
            Need::Clock | Need::Dns | Need::Load | Need::Log | Need::Names | Need::Sandbox => true,
        }
    }

    /// Who signs software statements that the target believes, where its profile says so.
    pub(crate) fn publisher(&self) -> Option<&Publisher> {
        self.publisher.as_ref()
    }

    /// The algorithms of assertions that its metadata lists, if it lists any.
    pub(crate) fn algorithms(&self) -> Option<&Value> {
        self.metadata.get(ALGORITHMS)
    }

    /// What the metadata says about a feature; `None` when it says nothing.
    pub(crate) fn flag(&self, name: &str) -> Option<bool> {
        self.metadata.get(name).and_then(Value::as_bool)
    }

    /// The URL of an endpoint, if there is one that we may speak to.
    pub(crate) fn endpoint(&self, name: &str) -> Option<Url> {
        let url = Url::parse(self.metadata.get(name)?.as_str()?).ok()?;
        self.owns(&url).then_some(url)
    }

    /// Whether a URL is the target's.
    pub(crate) fn owns(&self, url: &Url) -> bool {
        matches!(url.scheme(), "http" | "https") && self.origins.contains(&origin(url))
    }

    /// The address of a metadata document.
    pub(crate) fn document(&self, which: MetadataDocument) -> Url {
        match which {
            MetadataDocument::Oauth => inserted(&self.place, OAUTH),
            MetadataDocument::Openid => appended(&self.place, OPENID),
            MetadataDocument::OpenidInserted => inserted(&self.place, OPENID),
        }
    }

    /// Whether a plain request is still answered.
    pub(crate) async fn is_alive(&self) -> bool {
        let ask = Ask::get(self.found_at.clone());
        matches!(self.wire.send(&ask, ALIVE_DEADLINE).await, Ok(answer) if answer.status < 500)
    }

    /// The authorization endpoint; the place of the issuer where there is none.
    pub(crate) fn authorization(&self) -> Url {
        self.endpoint(AUTHORIZATION).unwrap_or_else(|| self.place.clone())
    }

    /// The cookies that the profile gives, as if the authorization endpoint had set them.
    pub(crate) fn given_cookies(&self) -> Jar {
        let mut jar = Jar::default();
        let place = self.authorization();
        for cookie in &self.profile.login.cookies {
            jar.take(&place, &format!("{cookie}; Path=/"));
        }
        jar
    }

    /// The client that speaks to it.
    pub(crate) fn wire(&self) -> &Wire {
        &self.wire
    }

    /// What the run knows to be secret.
    pub(crate) fn secrets(&self) -> &Secrets {
        &self.secrets
    }

    /// The keys of the run.
    pub(crate) fn keys(&self) -> &Keys {
        &self.keys
    }
}

fn addresses(place: &Url) -> Vec<Url> {
    let mut addresses = vec![
        inserted(place, OAUTH),
        inserted(place, OPENID),
        appended(place, OPENID),
    ];
    addresses.dedup();
    addresses
}

/// The value with every text in it replaced.
fn replaced(value: &Value, by: &dyn Fn(&str) -> String) -> Value {
    match value {
        Value::String(text) => Value::String(by(text)),
        Value::Array(items) => items.iter().map(|item| replaced(item, by)).collect(),
        Value::Object(members) => members
            .iter()
            .map(|(name, value)| (name.clone(), replaced(value, by)))
            .collect(),
        other => other.clone(),
    }
}

/// The document at an address, with the members that the profile sets.
async fn metadata(wire: &Wire, address: &Url, set: &Value) -> Result<Value, String> {
    let ask = Ask::get(address.clone()).header("accept", "application/json");
    let answer = wire
        .send_patiently(&ask, DISCOVERY_DEADLINE)
        .await
        .map_err(|lost| match lost {
            Lost::Broken(reason) => reason,
            Lost::Timeout => format!("no answer within {} s", DISCOVERY_DEADLINE.as_secs()),
        })?;
    if answer.status != 200 {
        return Err(format!("status {}", answer.status));
    }
    let mut members = answer.json().ok_or("an answer that is no JSON object")?;
    if let Value::Object(set) = set {
        members.extend(set.clone());
    }
    match members.contains_key(AUTHORIZATION) {
        true => Ok(Value::Object(members)),
        false => Err("a document without `authorization_endpoint`".to_owned()),
    }
}

/// The origins that are the target's: its issuer's and its endpoints'.
///
/// A target on loopback cannot point us at another machine.
fn origins(place: &Url, metadata: &Value) -> BTreeSet<String> {
    let endpoints = ENDPOINTS
        .iter()
        .filter_map(|name| Url::parse(metadata.get(name)?.as_str()?).ok())
        .filter(|url| matches!(url.scheme(), "http" | "https"))
        .filter(|url| !is_loopback(place) || is_loopback(url));
    std::iter::once(place.clone())
        .chain(endpoints)
        .map(|url| origin(&url))
        .collect()
}

fn origin(url: &Url) -> String {
    url.origin().ascii_serialization()
}

fn is_loopback(url: &Url) -> bool {
    match url.host() {
        Some(url::Host::Domain(name)) => name == "localhost",
        Some(url::Host::Ipv4(address)) => address.is_loopback(),
        Some(url::Host::Ipv6(address)) => address.is_loopback(),
        None => false,
    }
}

#[cfg(test)]
mod tests {
    use serde_json::json;

    use super::*;

    #[test]
    fn the_well_known_path_goes_between_host_and_path() {
        let tried: Vec<String> = addresses(&place("https://as.test/tenant/").unwrap())
            .iter()
            .map(Url::to_string)
            .collect();
        assert_eq!(
            tried,
            [
                "https://as.test/.well-known/oauth-authorization-server/tenant",
                "https://as.test/.well-known/openid-configuration/tenant",
                "https://as.test/tenant/.well-known/openid-configuration",
            ]
        );
    }

    #[test]
    fn a_target_on_loopback_points_nowhere_else() {
        let metadata = json!({
            "authorization_endpoint": "http://127.0.0.2:8080/authorize",
            "token_endpoint": "https://10.0.0.1/token",
        });
        let found = origins(&place("http://localhost:8080").unwrap(), &metadata);
        assert_eq!(
            found.into_iter().collect::<Vec<_>>(),
            ["http://127.0.0.2:8080", "http://localhost:8080"]
        );
    }

    #[test]
    fn an_issuer_with_a_query_is_refused() {
        for issuer in [
            "https://as.test/?x",
            "https://as.test/#x",
            "as.test",
            "ftp://as.test",
            "https://as.test/x@y?",
        ] {
            assert_eq!(
                place(issuer).unwrap_err(),
                DriveError::Issuer {
                    issuer: issuer.to_owned()
                }
            );
        }
    }

    #[test]
    fn an_issuer_with_a_password_is_refused_and_not_told() {
        assert_eq!(
            place("https://user:password@as.test/x").unwrap_err(),
            DriveError::Issuer {
                issuer: "https://as.test/x".to_owned()
            }
        );
    }
}
