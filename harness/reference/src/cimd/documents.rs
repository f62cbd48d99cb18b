//! The clients that documents describe: identifier rules, cache, one fetch at a time for each, the guarded fetch.

use std::net::SocketAddr;
use std::sync::Arc;
use std::sync::Mutex;
use std::sync::PoisonError;
use std::time::Duration;
use std::time::Instant;

use rustls::pki_types::CertificateDer;

use crate::cimd::cache::Cache;
use crate::cimd::cache::Kept;
use crate::cimd::cache::has_plain_lifetime;
use crate::cimd::cache::lifetime;
use crate::cimd::cache::lifetime_of_refusal;
use crate::cimd::document::rules::ClientDocument;
use crate::cimd::fetch::connect::Connector;
use crate::cimd::fetch::guarded::Errand;
use crate::cimd::fetch::guarded::Fetched;
use crate::cimd::fetch::guarded::Fetcher;
use crate::cimd::fetch::tls::client_config;
use crate::cimd::flights::Flights;
use crate::cimd::identifier::Destination;
use crate::cimd::identifier::parse;
use crate::cimd::keys::sets::KeptSets;
use crate::cimd::refusal::Refusal;
use crate::error::ReferenceError;
use crate::faults::excess::give_up;
use crate::faults::excess::named;
use crate::faults::first_seen::FirstSeen;
use crate::faults::neighbours::Neighbours;
use crate::faults::pushed;
use crate::faults::remembered::Remembered;
use crate::policy::Check;
use crate::policy::Policy;
use crate::policy::UrlPolicy;

/// How the server reaches the world.
#[derive(Debug, Clone)]
pub struct FetchSettings {
    /// The name server; that of the system when `None`.
    pub dns: Option<SocketAddr>,
    /// The trusted roots.
    pub trust: Vec<CertificateDer<'static>>,
    /// Whether documents may stand on loopback.
    pub loopback: Loopback,
}

/// Whether documents may stand on loopback: for development and tests only (CIMD -02 section 8.6).
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Loopback {
    /// They may.
    Allow,
    /// They may not.
    Refuse,
}

/// One fetch, for the log.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct FetchRecord {
    /// The client.
    pub client_id: String,
    /// What was fetched.
    pub url: String,
    /// What for: `document`, `jwks` or `logo`.
    pub purpose: &'static str,
    /// The address that answered, when one did.
    pub address: Option<SocketAddr>,
    /// How it ended, in words.
    pub outcome: String,
    /// How long it took.
    pub milliseconds: u64,
}

/// Is told of each fetch.
pub type FetchLog = Arc<dyn Fn(FetchRecord) + Send + Sync>;

/// A logo that was fetched ahead.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Logo {
    /// Its media type.
    pub media: String,
    /// Its bytes.
    pub bytes: Vec<u8>,
}

/// The clients that documents describe.
pub struct Documents {
    pub(crate) policy: Arc<Policy>,
    pub(crate) first_seen: Mutex<FirstSeen>,
    fetcher: Fetcher,
    cache: Mutex<Cache>,
    flights: Flights,
    pub(super) key_sets: Mutex<KeptSets>,
    workers: Option<tokio::sync::Semaphore>,
    neighbours: Neighbours,
    log: FetchLog,
}

pub(crate) const DOCUMENT: Errand<'static> = Errand {
    guarded: true,
    limit: DOCUMENT_LIMIT,
    accept: "application/json",
    challenged: false,
    head: false,
    unless: None,
    redirects: None,
};
/// 5 kilobytes are recommended (CIMD -02 section 8.7), and published documents have been larger.
pub(crate) const DOCUMENT_LIMIT: usize = 16 * 1024;
const LOGO_LIMIT: usize = 64 * 1024;

impl Documents {
    /// Sets up the fetcher and an empty cache.
    ///
    /// # Errors
    /// [`ReferenceError::Resolver`] when the resolver or TLS cannot be set up.
    pub fn new(policy: Arc<Policy>, settings: FetchSettings, log: FetchLog) -> Result<Self, ReferenceError> {
        let fetch = &policy.fetch;
        let connector = Connector::new(settings.dns, fetch.guard.clone(), settings.loopback)?;
        let tls = Arc::new(client_config(fetch, &settings.trust)?);
        let fetcher = Fetcher {
            connector,
            tls,
            policy: policy.fetch.clone(),
            remembered: Remembered::default(),
        };
        let workers = fetch.workers.unnoted().map(tokio::sync::Semaphore::new);
        Ok(Self {
            policy,
            workers,
            neighbours: Neighbours::default(),
            first_seen: Mutex::default(),
            fetcher,
            cache: Mutex::default(),
            flights: Flights::default(),
            key_sets: Mutex::default(),
            log,
        })
    }

    /// The client of an identifier.
    ///
    /// # Errors
    /// [`Refusal`] with the stage at which it failed.
    pub async fn client(&self, client_id: &str) -> Result<Arc<ClientDocument>, Refusal> {
        if !self.policy.service.documents.on() {
            return Err(Refusal::Identifier("no such client is registered"));
        }
        let normalised = url::Url::parse(client_id).ok().map(|mut url| {
            url.set_fragment(None);
            url.to_string()
        });
        let client_id = match normalised.as_deref() {
            Some(normalised) if !self.policy.url.as_sent.on() => normalised,
            _ => client_id,
        };
        if let Some(kept) = self.kept(client_id) {
            return kept;
        }
        let destination = parse(&pushed::rules(&self.policy.url), client_id)?;
        if !self.policy.fetch.single_flight.on() {
            return self.fetched_client(client_id, destination).await;
        }
        let fetch = || async {
            match self.kept(client_id) {
                Some(kept) => kept,
                None => self.fetched_client(client_id, destination).await,
            }
        };
        self.flights.join(client_id, fetch).await
    }

    async fn fetched_client(&self, client_id: &str, destination: Destination) -> Kept {
        let known = self.cache().stale(&self.policy.cache, client_id);
        let known = known.and_then(|(kept, tag)| kept.ok().map(|document| (document, tag)));
        let tag = known.as_ref().and_then(|(_, tag)| tag.clone());
        let errand = Errand {
            guarded: pushed::is_guarded(),
            unless: tag.as_deref(),
            ..DOCUMENT
        };
        let fetched = self
            .fetched(client_id, client_id, "document", destination, errand)
            .await;
        let new_tag = fetched.as_ref().ok().and_then(|response| response.header("etag"));
        let (lifetime, kept) = match (fetched, known) {
            (Err(refusal), Some((document, _)))
                if is_of_the_wire(&refusal) && !self.policy.cache.stale.on() =>
            {
                (Duration::ZERO, Ok(document))
            }
            (Ok(response), Some((document, _))) if response.not_modified => {
                match *self.policy.cache.not_modified {
                    Check::Enforce => (lifetime(&self.policy.cache, &response), Ok(document)),
                    Check::Skip => (Duration::ZERO, Err(Refusal::Status(304))),
                }
            }
            (fetched, known) => self.instead(known, self.judged(client_id, fetched)),
        };
        if let Ok(document) = &kept {
            self.look_up(client_id, &document.lookups).await;
            self.follow_links(client_id, &document.links).await;
        }
        if (kept.is_ok() || !lifetime.is_zero()) && self.policy.cache.keeps.on() {
            self.cache().keep(
                &self.policy.cache,
                client_id,
                lifetime,
                kept.clone(),
                new_tag.or(tag),
            );
        }
        kept
    }

    /// What was judged, or the document before it: the deviations of mutants.
    fn instead(
        &self,
        known: Option<(Arc<ClientDocument>, Option<String>)>,
        judged: (Duration, Kept),
    ) -> (Duration, Kept) {
        match (judged, known) {
            ((lifetime, Ok(_)), Some((before, _))) if !self.policy.cache.replaced.on() => {
                (lifetime, Ok(before))
            }
            ((_, Err(Refusal::Document(_))), Some((before, _))) if !self.policy.cache.invalid_ends.on() => {
                (Duration::ZERO, Ok(before))
            }
            (judged, _) => judged,
        }
    }

    /// What a fetch brought, and how long it may be kept.
    fn judged(&self, client_id: &str, fetched: Result<Fetched, Refusal>) -> (Duration, Kept) {
        match fetched {
            Err(refusal) if !self.policy.fetch.fail_closed.on() && is_of_the_wire(&refusal) => {
                (Duration::ZERO, Ok(Arc::new(ClientDocument::unknown(client_id))))
            }
            Err(refusal) => (lifetime_of_refusal(&self.policy.cache, &refusal), Err(refusal)),
            Ok(response) if !self.policy.cache.odd_lifetimes.on() && !has_plain_lifetime(&response) => (
                Duration::ZERO,
                Err(Refusal::Http("its lifetime is no number".to_owned())),
            ),
            Ok(response) => match self.document_of(client_id, &response) {
                Ok(document) => (lifetime(&self.policy.cache, &response), Ok(Arc::new(document))),
                Err(refusal) => {
                    let refusal = match self.policy.pages.failed_documents.on() {
                        true => refusal,
                        false => named(refusal, &response),
                    };
                    let refusal = self.told(refusal, &response);
                    (lifetime_of_refusal(&self.policy.cache, &refusal), Err(refusal))
                }
            },
        }
    }

    /// Contacts what the texts of a document ask for: the deviation of a mutant.
    async fn look_up(&self, client_id: &str, urls: &[String]) {
        for url in urls {
            if let Ok(destination) = parse(&self.policy.url, url) {
                let _ = self.fetched(client_id, url, "text", destination, DOCUMENT).await;
            }
        }
    }

    /// The refusal as it is told; a mutant quotes what it was sent.
    fn told(&self, refusal: Refusal, response: &Fetched) -> Refusal {
        match refusal {
            Refusal::Document(reason) if !self.policy.document.not_quoted.on() => {
                let body = String::from_utf8_lossy(&response.body);
                Refusal::Document(format!("{reason}: {body}"))
            }
            refusal => refusal,
        }
    }

    /// The logo of a client, fetched ahead (CIMD -02 section 8.8).
    ///
    /// # Errors
    /// [`Refusal`] when it cannot be fetched or is no raster image.
    pub async fn logo(&self, client_id: &str, logo_uri: &str) -> Result<Logo, Refusal> {
        if let Some(logo) = self.cache().logo(&self.policy.cache, client_id) {
            return Ok(logo);
        }
        let errand = Errand {
            guarded: self.policy.fetch.guard_for_logos.on(),
            limit: LOGO_LIMIT,
            accept: "image/*",
            challenged: false,
            head: false,
            unless: None,
            redirects: None,
        };
        let destination = parse(&self.policy.url, logo_uri)?;
        let response = self
            .fetched(client_id, logo_uri, "logo", destination, errand)
            .await?;
        let media = response.header("content-type").unwrap_or_default();
        match media.as_str() {
            "image/png" | "image/jpeg" | "image/gif" | "image/webp" => {
                let logo = Logo {
                    media,
                    bytes: response.body,
                };
                self.cache().keep_logo(&self.policy.cache, client_id, &logo);
                Ok(logo)
            }
            _ if !self.policy.pages.logo_types.on() => Ok(Logo {
                media,
                bytes: response.body,
            }),
            _ => Err(Refusal::Http("the logo is no raster image".to_owned())),
        }
    }

    /// Fetches a URL of a registration for nothing and without the guard, as only a mutant does.
    pub async fn look_at(&self, client_id: &str, url: &str) {
        let lenient = UrlPolicy {
            scheme: Check::Skip.into(),
            path: Check::Skip.into(),
            ..UrlPolicy::default()
        };
        let errand = Errand {
            guarded: false,
            ..DOCUMENT
        };
        if let Ok(destination) = parse(&lenient, url) {
            let _ = self
                .fetched(client_id, url, "registration", destination, errand)
                .await;
        }
    }

    pub(crate) async fn fetched(
        &self,
        client_id: &str,
        url: &str,
        purpose: &'static str,
        destination: Destination,
        errand: Errand<'_>,
    ) -> Result<Fetched, Refusal> {
        let began = Instant::now();
        let line = match &self.workers {
            None => None,
            Some(workers) => workers.acquire().await.ok(),
        };
        let rules = &self.policy.fetch;
        let open = self.neighbours.enter(rules, &destination.host, began)?;
        let fetched = self.fetcher.fetch(destination, errand).await;
        drop((line, open));
        give_up(rules, &fetched).await;
        (self.log)(FetchRecord {
            client_id: client_id.to_owned(),
            url: url.to_owned(),
            purpose,
            address: fetched.as_ref().ok().and_then(|response| response.address),
            outcome: fetched
                .as_ref()
                .map_or_else(ToString::to_string, |_| "fetched".to_owned()),
            milliseconds: u64::try_from(began.elapsed().as_millis()).unwrap_or(u64::MAX),
        });
        fetched
    }

    /// A user has logged in. Documents are kept for all users; a mutant begins anew with each.
    pub(crate) fn greet_another_user(&self) {
        let mut cache = self.cache();
        if !cache.is_empty() && !self.policy.cache.all_users.on() {
            *cache = Cache::default();
        }
    }

    fn kept(&self, client_id: &str) -> Option<Kept> {
        self.cache().fresh(&self.policy.cache, client_id)
    }

    fn cache(&self) -> std::sync::MutexGuard<'_, Cache> {
        self.cache.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

/// Whether no document came, and not because it was forbidden to ask for one.
fn is_of_the_wire(refusal: &Refusal) -> bool {
    !matches!(
        refusal,
        Refusal::Address(_) | Refusal::Document(_) | Refusal::Identifier(_)
    )
}
