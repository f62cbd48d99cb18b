//! The server under test, as its metadata tells it.

use std::collections::BTreeSet;
use std::net::Ipv4Addr;
use std::sync::Arc;
use std::time::Duration;

use cimdspec_model::name::CaseId;
use cimdspec_model::plan::Need;
use cimdspec_model::profile::Policy;
use cimdspec_model::profile::Profile;
use cimdspec_model::verb::MetadataDocument;
use cimdspec_world::Places;
use serde_json::Map;
use serde_json::Value;
use url::Url;

use crate::agent::cookie::Jar;
use crate::agent::elsewhere::LoginElsewhere;
use crate::agent::given::of_line;
use crate::agent::programs::Programs;
use crate::calibration::assertions::Manner;
use crate::error::DriveError;
use crate::http::client::Ask;
use crate::http::client::Trust;
use crate::http::client::Wire;
use crate::http::exchange::address_by;
use crate::http::loopback::is_loopback;
use crate::keys::kept::Keys;
use crate::keys::publisher::Publisher;
use crate::redact::Secrets;
use crate::redact::server_log::LogCapture;
use crate::target::documents::AUTHORIZATION;
use crate::target::documents::Document;
use crate::target::documents::Documents;
use crate::target::documents::address;
use crate::target::facts::Facts;
use crate::target::issuer_url::place;
use crate::target::passing::Passing;

/// A server that was found by its metadata.
pub struct Target {
    issuer: String,
    exact: Option<String>,
    place: Url,
    metadata: Value,
    documents: Documents,
    origins: BTreeSet<String>,
    profile: Profile,
    wire: Wire,
    keys: Keys,
    publisher: Option<Publisher>,
    secrets: Secrets,
    facts: Facts,
    passing: Passing,
    programs: Arc<Programs>,
    /// Whether our front passes requests on to it.
    fronted: bool,
    pub(crate) heard: Option<LogCapture>,
}

const ALIVE_DEADLINE: Duration = Duration::from_secs(10);
/// The member of the metadata by which a target says that it takes documents.
pub(crate) const DOCUMENTS: &str = "client_id_metadata_document_supported";
const ALGORITHMS: &str = "token_endpoint_auth_signing_alg_values_supported";
/// Scopes of OpenID Connect that change what is answered.
const SCOPES_WITH_A_MEANING: [&str; 2] = ["offline_access", "openid"];
const ENDPOINTS: [&str; 4] = [
    AUTHORIZATION,
    "pushed_authorization_request_endpoint",
    "registration_endpoint",
    "token_endpoint",
];

/// Who a target is said to be.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Named<'a> {
    /// Clients know it by exactly this issuer.
    Exactly(&'a str),
    /// It is found from here; what its issuer is, its metadata says.
    At(&'a str),
}

impl<'a> Named<'a> {
    /// The text.
    pub fn text(self) -> &'a str {
        match self {
            Self::At(text) | Self::Exactly(text) => text,
        }
    }
}

impl Target {
    /// Finds the server of this issuer: RFC 8414 first, then the documents of OpenID Connect.
    ///
    /// # Errors
    /// [`DriveError`] when the issuer is no server's URL, or no document is found; it says what was tried.
    pub async fn discover(named: Named<'_>, profile: Profile, trust: Trust<'_>) -> Result<Self, DriveError> {
        let issuer = named.text();
        let wire = Wire::new(trust, &profile)?;
        let place = place(issuer)?;
        let url = profile.discovery.url.as_deref();
        let url = url.map(|url| self::place(&in_issuer(url, issuer))).transpose()?;
        let documents = Documents::look(&wire, &place, url).await;
        Self::of(named, profile, wire, place, documents)
    }

    /// The server at this place that these documents describe.
    pub(crate) fn of(
        named: Named<'_>,
        profile: Profile,
        wire: Wire,
        place: Url,
        mut documents: Documents,
    ) -> Result<Self, DriveError> {
        let issuer = named.text();
        let set = Value::Object(profile.discovery.set.clone());
        let set = replaced(&set, &|text| in_issuer(text, issuer));
        let mut metadata = documents.together();
        if let Value::Object(set) = set {
            metadata.extend(set);
        }
        if !metadata.contains_key(AUTHORIZATION) {
            let lacks =
                |document: &Document| format!("`{}`: a document without `{AUTHORIZATION}`", document.at);
            documents.tried.extend(documents.found.iter().map(lacks));
            return Err(DriveError::Metadata {
                issuer: issuer.to_owned(),
                tried: documents.tried,
                answered: documents.answered || !documents.found.is_empty(),
            });
        }
        let metadata = Value::Object(metadata);
        let keys = Keys::generate(metadata.get(ALGORITHMS));
        let publisher = profile.statements.as_ref().map(Publisher::of).transpose()?;
        let told = metadata.get("issuer").and_then(Value::as_str);
        // Metadata that tell another server's issuer are wrong in that alone: everything else is held to its own.
        let told = told.filter(|told| matches!(named, Named::At(_)) && is_of(told, &place));
        let mut target = Self {
            issuer: told.unwrap_or(issuer).to_owned(),
            exact: matches!(named, Named::Exactly(_)).then(|| issuer.to_owned()),
            origins: origins(&place, &metadata),
            place,
            metadata,
            documents,
            profile,
            wire,
            keys,
            publisher,
            secrets: Secrets::default(),
            facts: Facts::default(),
            passing: Passing::default(),
            programs: Arc::default(),
            fronted: false,
            heard: None,
        };
        target.declare_what_shows();
        Ok(target)
    }

    /// The same, telling these secrets what its cases learn.
    pub fn telling(self, secrets: &Secrets) -> Self {
        Self {
            secrets: secrets.clone(),
            ..self
        }
    }

    /// The same, whose operator's programs get this in their environment.
    pub fn with_programs_in(self, environment: Vec<(String, String)>) -> Self {
        Self {
            programs: Arc::new(Programs::with(environment)),
            ..self
        }
    }

    /// The same, whose users are logged in where those of the other are.
    pub fn with_programs_of(self, other: &Self) -> Self {
        Self {
            programs: Arc::clone(&other.programs),
            ..self
        }
    }

    /// The same, behind our front.
    pub fn behind_front(self) -> Self {
        Self {
            fronted: true,
            ..self
        }
    }

    /// Whether our front passes requests on to it.
    pub fn is_fronted(&self) -> bool {
        self.fronted
    }

    /// Whether its metadata say that requests have to be pushed.
    pub(crate) fn says_pushed(&self) -> bool {
        self.flag("require_pushed_authorization_requests") == Some(true)
    }

    /// Whether it takes redirect URIs on the host of the document only, as its profile declares or a try showed.
    pub(crate) fn redirects_to_own_host(&self) -> bool {
        self.profile.policies.contains(&Policy::SameOriginRedirects) || self.facts.found().own_redirects
    }

    /// Whether its metadata say that it takes documents.
    pub fn says_documents(&self) -> bool {
        self.flag(DOCUMENTS) == Some(true)
    }

    /// The address from which the requests of a case seem to come: one of its own, so that no case uses up what a
    /// target allows to one address. Only our front can say so.
    pub(crate) fn address_of(&self, case: &CaseId) -> Option<Ipv4Addr> {
        self.fronted.then(|| address_by(case))
    }

    /// Adds the policies that the target declares by its metadata.
    fn declare_what_shows(&mut self) {
        if self.flag("authorization_response_iss_parameter_supported") != Some(true) {
            self.profile.policies.insert(Policy::NoIss);
        }
        let openid = [MetadataDocument::Openid, MetadataDocument::OpenidInserted]
            .map(|which| address(&self.place, which));
        if !self
            .documents
            .found
            .iter()
            .any(|document| openid.contains(&document.at))
        {
            self.profile.policies.insert(Policy::NoOpenidConfiguration);
        }
    }

    /// What was found out of it by trying.
    pub(crate) fn facts(&self) -> &Facts {
        &self.facts
    }

    /// The programs of its operator.
    pub(crate) fn programs(&self) -> &Programs {
        &self.programs
    }

    /// Which of its refusals pass.
    pub(crate) fn passing(&self) -> &Passing {
        &self.passing
    }

    /// The issuer, as its metadata tells it, unless it was named exactly or the metadata tell that of another server.
    pub fn issuer(&self) -> &str {
        &self.issuer
    }

    /// The issuer by which clients know it, where that was said exactly.
    pub fn exact(&self) -> Option<&str> {
        self.exact.as_deref()
    }

    /// Where its issuer is, without a slash at its end: what paths can be added to.
    pub fn place(&self) -> &str {
        self.place.as_str().trim_end_matches('/')
    }

    /// Where its metadata documents send clients to different places, in words.
    pub fn differences(&self) -> Vec<String> {
        self.documents.differences()
    }

    /// The metadata documents that were found, by their URLs.
    pub fn published(&self) -> impl Iterator<Item = (&Url, &Map<String, Value>)> {
        self.documents
            .found
            .iter()
            .map(|document| (&document.at, &document.members))
    }

    /// The header field `server` of its metadata.
    pub fn software(&self) -> Option<&str> {
        let mut documents = self.documents.found.iter();
        documents.find_map(|document| document.server.as_deref())
    }

    /// What its metadata documents say together.
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
            Need::Cimd => self.flag(DOCUMENTS) != Some(false),
            Need::Dcr
            | Need::DcrEndpoint
            | Need::DcrManage
            | Need::DcrManageDelete
            | Need::DcrManageUpdate
            | Need::DcrPublic
            | Need::DcrSecret => self.endpoint("registration_endpoint").is_some(),
            Need::DcrKey => self.offers(Need::Dcr) && self.offers(Need::PrivateKeyJwt),
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
            Need::InitialToken => {
                self.profile.initial_access_token.is_some() || self.profile.initial_tokens.is_told()
            }
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

    /// Whether the user agent follows the target to a URL: its own, or one at which its users log in.
    pub(crate) fn follows(&self, url: &Url) -> bool {
        self.owns(url) || self.login_elsewhere(url).is_some()
    }

    /// Where else users log in that a URL is of: at a login application that the profile names, or at our provider.
    pub(crate) fn login_elsewhere(&self, url: &Url) -> Option<LoginElsewhere> {
        let is_at = |text: &str| Url::parse(text).is_ok_and(|named| named.origin() == url.origin());
        let mut kinds = self.profile.upstream.iter().flat_map(|upstream| &upstream.kinds);
        if kinds.any(|kind| is_at(Places::of(*kind).authorization)) {
            return Some(LoginElsewhere::Provider(origin(url)));
        }
        let mut origins = self.profile.login.origins.iter();
        origins
            .any(|named| is_at(named))
            .then(|| LoginElsewhere::Application(origin(url)))
    }

    /// The address of a metadata document, or of that of an issuer below the target's own.
    pub(crate) fn document(&self, which: MetadataDocument, below: Option<&str>) -> Url {
        let found = &self.documents.found;
        let nth = |number: usize| found.get(number).map(|document| &document.at);
        let all = [
            MetadataDocument::Oauth,
            MetadataDocument::OpenidInserted,
            MetadataDocument::Openid,
        ];
        let kind_of = |url: &Url| all.into_iter().find(|kind| address(&self.place, *kind) == *url);
        let mut place = self.place.clone();
        if let Some(below) = below {
            place.set_path(&format!("{}{below}", place.path().trim_end_matches('/')));
        }
        let there = match which {
            MetadataDocument::Found => nth(0),
            MetadataDocument::Other => nth(1),
            _ => return address(&place, which),
        };
        match (there, below) {
            (Some(url), None) => url.clone(),
            (Some(url), Some(_)) => address(&place, kind_of(url).unwrap_or_default()),
            // Nothing is there: neither at the one place nor at the other.
            (None, _) if which == MetadataDocument::Other => self.unpublished(&place),
            (None, _) => address(&place, which),
        }
    }

    /// A place at which the target publishes nothing, of those at which it could.
    fn unpublished(&self, place: &Url) -> Url {
        let openid = address(place, MetadataDocument::Openid);
        match self.documents.found.iter().any(|document| document.at == openid) {
            true => address(place, MetadataDocument::Oauth),
            false => openid,
        }
    }

    /// Whether a plain request is still answered.
    pub(crate) async fn is_alive(&self) -> bool {
        let ask = Ask::get(self.document(MetadataDocument::Found, None));
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
        for cookie in self.profile.login.cookies.iter().flat_map(|line| of_line(line)) {
            jar.take_given(&place, &cookie);
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

/// Whether an issuer is at this place: a slash at its end makes no difference to that.
fn is_of(issuer: &str, place: &Url) -> bool {
    let trimmed = |url: &Url| url.as_str().trim_end_matches('/').to_owned();
    Url::parse(issuer).is_ok_and(|url| trimmed(&url) == trimmed(place))
}

/// A text of the profile that may name the issuer.
fn in_issuer(text: &str, issuer: &str) -> String {
    text.replace("{issuer}", issuer.trim_end_matches('/'))
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

#[cfg(test)]
mod tests {
    use serde_json::json;

    use super::*;

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
    fn an_issuer_is_at_its_place_with_or_without_a_slash() {
        let place = place("https://as.test/tenant").unwrap();
        for issuer in [
            "https://as.test/tenant",
            "https://as.test/tenant/",
            "https://AS.test/tenant",
        ] {
            assert!(is_of(issuer, &place), "{issuer}");
        }
        for issuer in [
            "https://as.test",
            "https://as.test/tenant/x",
            "http://as.test/tenant",
            "tenant",
        ] {
            assert!(!is_of(issuer, &place), "{issuer}");
        }
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
