//! What all handlers share: the policy, the documents, the store, and what lives only in memory.

use std::collections::HashMap;
use std::collections::HashSet;
use std::sync::Arc;
use std::sync::Mutex;
use std::sync::MutexGuard;
use std::sync::PoisonError;
use std::sync::atomic::AtomicU64;
use std::sync::atomic::Ordering;
use std::time::SystemTime;
use std::time::UNIX_EPOCH;

use base64::Engine;
use base64::engine::general_purpose::URL_SAFE_NO_PAD;
use ring::hmac;
use ring::rand::SecureRandom;
use ring::rand::SystemRandom;
use serde::Deserialize;
use serde::Serialize;
use sha2::Digest;
use sha2::Sha256;

use crate::cimd::Documents;
use crate::error::ReferenceError;
use crate::policy::Made;
use crate::policy::Policy;
use crate::policy::RegistrationFault;
use crate::server::client::Client;
use crate::server::log::ServerLog;
use crate::server::login::LoginApplication;
use crate::server::provider::Upstream;
use crate::server::registration::initial::InitialTokens;
use crate::server::registration::statement::Publisher;
use crate::server::reply::Parameters;
use crate::server::store::Store;
use crate::server::traffic::limits::Traffic;

/// The state of a server.
pub(crate) struct State {
    pub(crate) issuer: String,
    pub(crate) policy: Arc<Policy>,
    pub(crate) documents: Documents,
    pub(crate) store: Arc<Store>,
    /// Whose software statements are trusted.
    pub(crate) publisher: Arc<Publisher>,
    /// Who may register, where not anybody may.
    pub(crate) initial_tokens: Arc<InitialTokens>,
    /// A turn for each registration: what a mutant waits for.
    pub(crate) registering: tokio::sync::Mutex<()>,
    /// The login application, where that is elsewhere.
    pub(crate) login: Option<LoginApplication>,
    /// The requests before.
    pub(crate) traffic: Traffic,
    memory: Mutex<Memory>,
    random: SystemRandom,
    pub(super) log: ServerLog,
    /// Where users log in, by one shape.
    pub(crate) upstream: Option<Upstream>,
    /// What a mutant counts.
    counted: AtomicU64,
}

/// What is forgotten at a restart.
#[derive(Default)]
pub(crate) struct Memory {
    /// Authorization requests that wait for login or consent, by id.
    pub(crate) pending: HashMap<String, Pending>,
    /// Pushed requests, by `request_uri`.
    pub(crate) pushed: HashMap<String, Pushed>,
    /// Browsers that were sent to the upstream identity provider, by the state that they come back with.
    pub(crate) away: HashMap<String, Away>,
    /// Sessions, by cookie.
    pub(crate) sessions: HashMap<String, u64>,
    /// What the user consented to, as far as it is remembered.
    pub(crate) consents: HashSet<String>,
    /// Bodies that could not be read: what a mutant holds against their clients.
    pub(crate) unreadable: Vec<Vec<u8>>,
    /// Identifiers of deleted clients, which a mutant gives out again.
    pub(crate) freed: HashMap<String, String>,
    /// Clients as they were when they asked for authorization: what a mutant keeps.
    pub(crate) authorized: HashMap<String, Client>,
    /// The thumbprints of the keys to which tokens are bound, by the hashes of the tokens.
    pub(crate) bound: HashMap<String, String>,
    /// Clients with documents that asked for authorization, where they are known only then.
    pub(crate) met: HashSet<String>,
    /// Identifiers whose redirect URI was compared with their host: what a mutant does once.
    pub(crate) compared: HashSet<String>,
    /// Used assertion ids and when they may be forgotten.
    pub(crate) assertions: HashMap<String, u64>,
}

/// A browser that was sent to the upstream identity provider.
pub(crate) struct Away {
    /// The request that it goes on with.
    pub(crate) request: String,
    pub(crate) verifier: String,
}

/// A pushed request: whose it is, its parameters, when it expires.
pub(crate) type Pushed = (String, Parameters, u64);

/// An authorization request that was found right.
#[derive(Debug, Clone, Serialize, Deserialize)]
pub(crate) struct Pending {
    pub(crate) client_id: String,
    pub(crate) redirect_uri: String,
    /// Whether the answer is a page that sends a form.
    #[serde(default)]
    pub(crate) by_form: bool,
    pub(crate) state: Option<String>,
    pub(crate) scope: Option<String>,
    /// Resource indicators (RFC 8707).
    pub(crate) resources: Vec<String>,
    /// The key to which the code is bound (RFC 9449 section 10).
    #[serde(default)]
    pub(crate) key: Option<String>,
    /// Whether a token is given in the answer: what a mutant does.
    pub(crate) implicit: bool,
    pub(crate) challenge: Option<(String, String)>,
    pub(crate) csrf: String,
    pub(crate) expires: u64,
    /// The session in which it was asked, from the login on.
    #[serde(skip)]
    pub(crate) session: Option<String>,
    /// Who is to log in, where that was asked for first.
    #[serde(skip)]
    pub(crate) user: Option<String>,
    /// What is wrong with it, to be told after the login.
    #[serde(skip)]
    pub(crate) wrong: Option<(&'static str, &'static str)>,
}

/// A bound against callers who only ever ask.
const MOST_PENDING: usize = 50_000;
pub(crate) const LARGEST_REGISTRATION: usize = 64 * 1024;
const LARGEST_OF_MUTANT: usize = 64 * 1024 * 1024;
const PENDING_SECONDS: u64 = 600;
/// Where a mutant begins to count, and how much of a random value another keeps.
const FIRST_COUNTED: u64 = 1000;
const SHORT: usize = 11;

impl State {
    pub(crate) fn new(
        issuer: String,
        policy: Arc<Policy>,
        documents: Documents,
        store: Arc<Store>,
        publisher: Arc<Publisher>,
        initial_tokens: Arc<InitialTokens>,
    ) -> Self {
        Self {
            issuer,
            policy,
            documents,
            store,
            publisher,
            initial_tokens,
            registering: tokio::sync::Mutex::default(),
            login: None,
            traffic: Traffic::default(),
            memory: Mutex::default(),
            random: SystemRandom::new(),
            log: ServerLog::default(),
            upstream: None,
            counted: AtomicU64::new(FIRST_COUNTED),
        }
    }

    /// The same with this log.
    pub(crate) fn telling(self, log: ServerLog) -> Self {
        Self { log, ..self }
    }

    /// The same with its login application at this origin, where it has one.
    pub(crate) fn logging_in_at(self, origin: Option<String>) -> Result<Self, ReferenceError> {
        let key = hmac::Key::generate(hmac::HMAC_SHA256, &self.random);
        let key = key.map_err(|error| ReferenceError::Key {
            reason: error.to_string(),
        })?;
        let is_elsewhere = self.policy.choice.pages.login_here.other();
        let login = origin.filter(|_| is_elsewhere);
        let login = login.map(|origin| LoginApplication { origin, key });
        Ok(Self { login, ..self })
    }

    /// The same with this provider.
    pub(crate) fn knowing_users_of(self, upstream: Option<Upstream>) -> Self {
        Self { upstream, ..self }
    }

    /// The path of the issuer, without a last slash.
    pub(crate) fn issuer_path(&self) -> String {
        let after = self.issuer.split_once("://").map_or("", |(_, rest)| rest);
        after
            .find('/')
            .map_or("", |at| &after[at..])
            .trim_end_matches('/')
            .to_owned()
    }

    /// The largest registration that is read.
    pub(crate) fn largest_registration(&self) -> usize {
        let rules = &self.policy.registration;
        if rules.bounded.on() && !rules.fault.is(RegistrationFault::DiesOfSize) {
            LARGEST_REGISTRATION
        } else {
            LARGEST_OF_MUTANT
        }
    }

    /// The URL of an endpoint.
    pub(crate) fn url(&self, suffix: &str) -> String {
        format!("{}{suffix}", self.issuer.trim_end_matches('/'))
    }

    pub(crate) fn memory(&self) -> MutexGuard<'_, Memory> {
        self.memory.lock().unwrap_or_else(PoisonError::into_inner)
    }

    /// 256 random bits as text.
    pub(crate) fn random(&self) -> String {
        let mut bytes = [0; 32];
        // The system's generator does not fail after start; were it to, the hash of the time would still be unique.
        if self.random.fill(&mut bytes).is_err() {
            bytes = Sha256::digest(now().to_be_bytes()).into();
        }
        URL_SAFE_NO_PAD.encode(bytes)
    }

    /// A new token of this kind.
    pub(crate) fn token(&self, kind: &str) -> String {
        let rules = &self.policy.strength;
        self.made(match kind {
            "access" => *rules.access_tokens,
            _ => *rules.refresh_tokens,
        })
    }

    /// A value of this make.
    pub(crate) fn made(&self, made: Made) -> String {
        match made {
            Made::Counted => {
                let number = self.counted.fetch_add(1, Ordering::Relaxed);
                format!("AAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAA{number}")
            }
            Made::Random => self.random(),
            Made::Short => self.random().chars().take(SHORT).collect(),
        }
    }

    /// Keeps a request until login and consent, and gives its id.
    pub(crate) fn keep(&self, pending: Pending) -> String {
        let id = self.random();
        let mut memory = self.memory();
        if memory.pending.len() >= MOST_PENDING {
            let now = now();
            memory.pending.retain(|_, pending| pending.expires > now);
            if memory.pending.len() >= MOST_PENDING {
                memory.pending.clear();
            }
        }
        memory.pending.insert(id.clone(), pending);
        id
    }

    /// When something pending expires.
    pub(crate) fn pending_expiry() -> u64 {
        now() + PENDING_SECONDS
    }

    /// Notes an assertion id; false when it was used before.
    pub(crate) fn first_use(&self, client_id: &str, jti: &str, exp: u64) -> bool {
        let now = now();
        let mut memory = self.memory();
        memory.assertions.retain(|_, exp| *exp >= now);
        memory
            .assertions
            .insert(format!("{client_id} {jti}"), exp.max(now) + 60)
            .is_none()
    }
}

/// Seconds since 1970.
pub(crate) fn now() -> u64 {
    SystemTime::now()
        .duration_since(UNIX_EPOCH)
        .map_or(0, |since| since.as_secs())
}

/// The hash under which a secret or token is stored.
pub(crate) fn hash(secret: &str) -> String {
    URL_SAFE_NO_PAD.encode(Sha256::digest(secret))
}
