//! Fetching documents: names, addresses, TLS, bounds, and the manners of all that.

use std::collections::HashMap;
use std::error::Error;
use std::net::IpAddr;
use std::net::SocketAddr;
use std::sync::Arc;
use std::sync::Mutex;
use std::sync::PoisonError;
use std::sync::atomic::AtomicUsize;
use std::sync::atomic::Ordering;
use std::time::Duration;

use reqwest::dns::Addrs;
use reqwest::dns::Name;
use reqwest::dns::Resolve;
use reqwest::dns::Resolving;
use reqwest::redirect;
use rustls::pki_types::CertificateDer;
use rustls::pki_types::pem::PemObject;
use tokio::net::TcpStream;
use tokio::sync::Semaphore;
use tokio::time::Instant;
use tokio::time::sleep;
use tokio::time::timeout;
use url::Host;
use url::Url;

use crate::client::Client;
use crate::client::document;
use crate::client::identifier;
use crate::guard::is_special;
use crate::manner::Arguments;
use crate::manner::Manner;
use crate::manner::Rule;
use crate::say;

/// The documents of clients.
pub(crate) struct Documents {
    http: reqwest::Client,
    arguments: Arc<Arguments>,
    in_flight: Semaphore,
    refused: AtomicUsize,
    kept: Mutex<HashMap<String, Kept>>,
}

/// What is remembered of a client, and until when.
struct Kept {
    until: Instant,
    outcome: Result<Client, String>,
}

const FETCH_DEADLINE: Duration = Duration::from_secs(4);
const LARGEST: usize = 16 * 1024;
const MOST_KEPT_FOR: Duration = Duration::from_secs(3600);
const MOST_IN_FLIGHT: usize = 10;
/// A server with so few fetches feels it only when they take a while.
const WHILE_IN_FLIGHT: Duration = Duration::from_millis(250);
const NEGATIVE: Duration = Duration::from_secs(60);
const FATAL: usize = 5;
const PORT: u16 = 443;

impl Documents {
    /// Fetches with the trust in these authorities.
    pub(crate) fn new(
        authority: &[u8],
        arguments: Arc<Arguments>,
    ) -> Result<Self, Box<dyn Error + Send + Sync>> {
        let mut roots = rustls::RootCertStore::empty();
        for certificate in CertificateDer::pem_slice_iter(authority) {
            roots.add(certificate?)?;
        }
        let provider = Arc::new(rustls::crypto::ring::default_provider());
        let tls = rustls::ClientConfig::builder_with_provider(provider)
            .with_safe_default_protocol_versions()?
            .with_root_certificates(roots)
            .with_no_client_auth();
        let redirects = match arguments.keeps(Rule::RedirectsNotFollowed) {
            true => redirect::Policy::none(),
            false => redirect::Policy::limited(5),
        };
        let http = reqwest::Client::builder()
            .tls_backend_preconfigured(tls)
            .redirect(redirects)
            .no_proxy()
            .pool_max_idle_per_host(0)
            .dns_resolver(Arc::new(Names {
                arguments: Arc::clone(&arguments),
            }))
            .build()?;
        Ok(Self {
            http,
            arguments,
            in_flight: Semaphore::new(MOST_IN_FLIGHT),
            refused: AtomicUsize::new(0),
            kept: Mutex::default(),
        })
    }

    /// What fetches them.
    pub(crate) fn http(&self) -> &reqwest::Client {
        &self.http
    }

    /// The client of this identifier.
    pub(crate) async fn client(&self, id: &str) -> Result<Client, String> {
        let url = identifier(id)?;
        if let Some(kept) = self.kept(id) {
            return kept;
        }
        let few = self.arguments.has(Manner::TenInFlight);
        let permit = self.in_flight.try_acquire();
        if few && permit.is_err() {
            return Err("too many documents are being fetched".to_owned());
        }
        if few {
            sleep(WHILE_IN_FLIGHT).await;
        }
        let mut outcome = self.once(id, &url).await;
        let again = match &outcome {
            Ok(_) if self.arguments.has(Manner::FetchesThrice) => 2,
            Err(_) if self.arguments.has(Manner::RetriesTwice) => 1,
            _ => 0,
        };
        for _ in 0..again {
            outcome = self.once(id, &url).await;
        }
        if outcome.is_err() && self.arguments.has(Manner::NegativeCache60s) {
            self.keep(id, NEGATIVE, outcome.clone());
        }
        outcome
    }

    /// One fetch, within the deadline.
    async fn once(&self, id: &str, url: &Url) -> Result<Client, String> {
        let fetched = timeout(FETCH_DEADLINE, self.fetched(url)).await;
        let (body, lifetime) = fetched.map_err(|_| "the document took too long".to_owned())??;
        let client = document(id, &body, &self.arguments);
        if client.is_err() {
            self.suffer(&body);
        }
        let client = client?;
        if let Some(lifetime) = lifetime {
            self.keep(id, lifetime, Ok(client.clone()));
        }
        Ok(client)
    }

    /// The body of the document, and how long it may be kept.
    async fn fetched(&self, url: &Url) -> Result<(Vec<u8>, Option<Duration>), String> {
        let literal = match url.host() {
            Some(Host::Ipv4(address)) => Some(IpAddr::V4(address)),
            Some(Host::Ipv6(address)) => Some(IpAddr::V6(address)),
            _ => None,
        };
        if let Some(address) = literal {
            admitted(&self.arguments, &[address]).await?;
        }
        let ask = self.http.get(url.clone()).header("accept", "application/json");
        let mut response = ask
            .send()
            .await
            .map_err(|_| "the document could not be fetched".to_owned())?;
        if response.status() != 200 {
            return Err(format!(
                "the document came with status {}",
                response.status().as_u16()
            ));
        }
        let field = |name: &str| {
            response
                .headers()
                .get(name)
                .and_then(|value| value.to_str().ok())
                .unwrap_or_default()
        };
        let media = field("content-type")
            .split(';')
            .next()
            .unwrap_or_default()
            .trim()
            .to_ascii_lowercase();
        if media != "application/json" && !media.ends_with("+json") {
            return Err("the document is of another type".to_owned());
        }
        let lifetime = lifetime(field("cache-control"));
        let mut body = Vec::new();
        while let Some(chunk) = response
            .chunk()
            .await
            .map_err(|_| "the document broke off".to_owned())?
        {
            body.extend_from_slice(&chunk);
            if body.len() > LARGEST {
                return Err("the document is too large".to_owned());
            }
        }
        Ok((body, lifetime))
    }

    /// What a refused document does to the process.
    fn suffer(&self, body: &[u8]) {
        let count = self.refused.fetch_add(1, Ordering::Relaxed) + 1;
        if self.arguments.has(Manner::DiesOnFifth) && count >= FATAL {
            say("fatal: this was one document too many");
            std::process::exit(3);
        }
        if self.arguments.has(Manner::DiesOnKind) && body.starts_with(b"[{") {
            say("fatal: an array where an object was expected");
            std::process::abort();
        }
    }

    fn kept(&self, id: &str) -> Option<Result<Client, String>> {
        let kept = self.kept.lock().unwrap_or_else(PoisonError::into_inner);
        let kept = kept.get(id).filter(|kept| kept.until > Instant::now())?;
        Some(kept.outcome.clone())
    }

    fn keep(&self, id: &str, lifetime: Duration, outcome: Result<Client, String>) {
        let until = Instant::now() + lifetime.min(MOST_KEPT_FOR);
        let mut kept = self.kept.lock().unwrap_or_else(PoisonError::into_inner);
        kept.insert(id.to_owned(), Kept { until, outcome });
    }
}

/// How long a response may be kept.
fn lifetime(control: &str) -> Option<Duration> {
    let control = control.to_ascii_lowercase();
    let directives: Vec<&str> = control.split(',').map(str::trim).collect();
    if directives.iter().any(|it| matches!(*it, "no-store" | "no-cache")) {
        return None;
    }
    let age = directives.iter().find_map(|it| it.strip_prefix("max-age="))?;
    age.parse().ok().map(Duration::from_secs)
}

/// Whether all addresses may be contacted; by one manner they are contacted first.
async fn admitted(arguments: &Arguments, addresses: &[IpAddr]) -> Result<(), String> {
    let special: Vec<&IpAddr> = addresses.iter().filter(|address| is_special(**address)).collect();
    if special.is_empty() || !arguments.keeps(Rule::SpecialUseRefused) {
        return Ok(());
    }
    if arguments.has(Manner::ConnectsBeforeItChecks) {
        for address in special {
            let opened = timeout(
                FETCH_DEADLINE,
                TcpStream::connect(SocketAddr::new(*address, PORT)),
            )
            .await;
            // The peer is looked at now, and the connection ends before a byte.
            drop(opened);
        }
    }
    Err("the address is a special one".to_owned())
}

/// Resolves names and checks what they resolve to.
struct Names {
    arguments: Arc<Arguments>,
}

impl Resolve for Names {
    fn resolve(&self, name: Name) -> Resolving {
        let arguments = Arc::clone(&self.arguments);
        Box::pin(async move {
            let found: Vec<SocketAddr> = tokio::net::lookup_host((name.as_str(), 0)).await?.collect();
            let addresses: Vec<IpAddr> = found.iter().map(SocketAddr::ip).collect();
            admitted(&arguments, &addresses).await?;
            Ok(Box::new(found.into_iter()) as Addrs)
        })
    }
}
