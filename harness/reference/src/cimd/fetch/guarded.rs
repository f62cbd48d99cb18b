//! The guarded fetch: one deadline, no redirects, 200 only, verified TLS, counted bytes.

use std::net::SocketAddr;
use std::sync::Arc;
use std::sync::atomic::AtomicUsize;
use std::sync::atomic::Ordering;
use std::time::Duration;

use http_body_util::Empty;
use hyper::Request;
use hyper::Response;
use hyper::body::Bytes;
use hyper::body::Incoming;
use hyper_util::rt::TokioIo;
use rustls::ClientConfig;
use rustls::pki_types::ServerName;
use tokio::io::AsyncRead;
use tokio::io::AsyncWrite;
use tokio::net::TcpStream;
use tokio::sync::Notify;
use tokio::task::JoinHandle;
use tokio_rustls::TlsConnector;

use crate::cimd::fetch::connect::Connector;
use crate::cimd::fetch::content::MUTANT_APPETITE;
use crate::cimd::fetch::tls::noted;
use crate::cimd::identifier::Destination;
use crate::cimd::identifier::parse;
use crate::cimd::refusal::Refusal;
use crate::faults::excess::credentials;
use crate::faults::excess::injected;
use crate::faults::excess::of_the_user;
use crate::faults::lenient::Lenient;
use crate::faults::remembered::Remembered;
use crate::policy::Check;

use crate::policy::Deadline;
use crate::policy::Excess;
use crate::policy::FetchPolicy;
use crate::policy::Redirects;
use crate::policy::SizeRule;
use crate::policy::StatusRule;
use crate::policy::UrlPolicy;

/// A successful response.
#[derive(Debug, Clone)]
pub(crate) struct Fetched {
    pub(crate) address: Option<SocketAddr>,
    pub(crate) headers: Vec<(String, String)>,
    pub(crate) body: Vec<u8>,
    /// The validator still holds: there is no body, and what is kept counts.
    pub(crate) not_modified: bool,
    /// The URL to which redirects led: only with the mutant that takes the document for that one's.
    pub(crate) moved: Option<String>,
}

impl Fetched {
    /// The values of a header field, joined.
    pub(crate) fn header(&self, name: &str) -> Option<String> {
        let values: Vec<&str> = self
            .headers
            .iter()
            .filter(|(known, _)| known == name)
            .map(|(_, value)| value.as_str())
            .collect();
        (!values.is_empty()).then(|| values.join(", "))
    }
}

/// What is fetched, and how strictly.
#[derive(Debug, Clone, Copy)]
pub(crate) struct Errand<'a> {
    /// Whether the guard is asked.
    pub(crate) guarded: bool,
    /// The most bytes that are read.
    pub(crate) limit: usize,
    /// The media types that are asked for.
    pub(crate) accept: &'static str,
    /// Whether a challenge is answered.
    pub(crate) challenged: bool,
    /// Whether only the head is asked for.
    pub(crate) head: bool,
    /// The entity tag of what is kept already.
    pub(crate) unless: Option<&'a str>,
    /// What is done with redirects; the policy says it when left out.
    pub(crate) redirects: Option<Redirects>,
}

/// A response whose body is still to be read, with the task that drives its connection.
pub(crate) struct Answered {
    address: Option<SocketAddr>,
    connection: Connection,
    pub(crate) response: Response<Incoming>,
}

/// Ends with its owner, so that no fetch leaves a connection open behind it.
struct Connection(JoinHandle<()>);

impl Drop for Connection {
    fn drop(&mut self) {
        self.0.abort();
    }
}

/// Fetches documents, keys and logos.
pub(crate) struct Fetcher {
    pub(crate) connector: Connector,
    pub(crate) tls: Arc<ClientConfig>,
    pub(crate) policy: FetchPolicy,
    pub(crate) remembered: Remembered,
}

/// More interim answers than this are a flood.
const MOST_INTERIM: usize = 16;
const MUTANT_HEADERS: usize = 64 * 1024;
const MOST_REDIRECTS: usize = 5;
/// The slow mutants still end, long after any deadline that a check asks for.
const MUTANT_PATIENCE: Duration = Duration::from_secs(45);

impl Fetcher {
    /// Fetches a URL within the deadline.
    pub(crate) async fn fetch(
        &self,
        destination: Destination,
        errand: Errand<'_>,
    ) -> Result<Fetched, Refusal> {
        let total = match *self.policy.deadline {
            Deadline::Total(total) => total,
            Deadline::EachRead(_) | Deadline::Never => MUTANT_PATIENCE,
        };
        if !self.policy.guard.lookups_bounded.on() {
            self.connector.look_up_without_bound(&destination).await;
        }
        tokio::time::timeout(total, self.often(destination, errand))
            .await
            .unwrap_or(Err(Refusal::Deadline))
    }

    pub(crate) async fn follow(
        &self,
        mut destination: Destination,
        errand: Errand<'_>,
    ) -> Result<Fetched, Refusal> {
        let mut guarded = errand.guarded;
        let mut moved = None;
        for _ in 0..=MOST_REDIRECTS {
            let answered = match self.request(&destination, guarded, errand).await {
                Err(Refusal::Connect(_) | Refusal::Http(_))
                    if destination.secure && !self.policy.only_tls.on() =>
                {
                    (destination.secure, destination.port) = (false, 80);
                    self.request(&destination, guarded, errand).await?
                }
                answered => answered?,
            };
            let status = answered.response.status();
            let location = answered
                .response
                .headers()
                .get("location")
                .and_then(|value| value.to_str().ok());
            let next = location
                .filter(|_| status.is_redirection())
                .and_then(|to| target_of(&destination, to));
            let Some(next) = next else {
                let fetched = self.success(answered, errand).await?;
                return Ok(Fetched { moved, ..fetched });
            };
            match errand.redirects.unwrap_or_else(|| *self.policy.redirects) {
                Redirects::FollowSameOrigin if same_origin(&destination, &next) => destination = next,
                Redirects::FollowGuarded => destination = next,
                Redirects::FollowAsItself => {
                    moved = Some(format!("https://{}{}", next.host, next.target));
                    destination = next;
                }
                Redirects::FollowUnguarded => (destination, guarded) = (next, false),
                Redirects::FollowSameOrigin | Redirects::Refuse => {
                    let fetched = self.success(answered, errand).await?;
                    return Ok(Fetched { moved, ..fetched });
                }
            }
        }
        Err(Refusal::Http("too many redirects".to_owned()))
    }

    pub(crate) async fn request(
        &self,
        destination: &Destination,
        guarded: bool,
        errand: Errand<'_>,
    ) -> Result<Answered, Refusal> {
        let stream = match self
            .remembered
            .alternative(&self.policy.excess, &destination.host)
        {
            Some(place) => TcpStream::connect(place)
                .await
                .map_err(|error| Refusal::Connect(error.to_string()))?,
            None => self.each(self.connector.connect(destination, guarded)).await??,
        };
        let address = stream.peer_addr().ok();
        if !destination.secure {
            return self.exchange(stream, address, destination, errand).await;
        }
        let bare = destination.host.trim_matches(['[', ']']).trim_end_matches('.');
        let name = match destination.literal {
            Some(address) => ServerName::IpAddress(address.into()),
            None => {
                ServerName::try_from(bare.to_owned()).map_err(|error| Refusal::Connect(error.to_string()))?
            }
        };
        let handshake = TlsConnector::from(Arc::clone(&self.tls)).connect(name, stream);
        let stream = self.each(handshake).await?;
        noted(&self.policy, stream.is_err());
        let stream = stream.map_err(|error| Refusal::Connect(error.to_string()))?;
        self.exchange(stream, address, destination, errand).await
    }

    async fn exchange<S>(
        &self,
        stream: S,
        address: Option<SocketAddr>,
        to: &Destination,
        errand: Errand<'_>,
    ) -> Result<Answered, Refusal>
    where
        S: AsyncRead + AsyncWrite + Send + Unpin + 'static,
    {
        let http = |error: hyper::Error| Refusal::Http(error.to_string());
        let mut builder = hyper::client::conn::http1::Builder::new();
        if !self.policy.headers_bounded.on() {
            builder.max_buf_size(MUTANT_APPETITE).max_headers(MUTANT_HEADERS);
        }
        let stream = Lenient::over(stream, *self.policy.lengths);
        let opened = builder.handshake(TokioIo::new(stream)).await;
        let (mut sender, connection) = opened.map_err(http)?;
        let connection = Connection(tokio::spawn(async move {
            let _ = tokio::time::timeout(MUTANT_PATIENCE, connection).await;
        }));
        let default_port = if to.secure { 443 } else { 80 };
        let host = if to.port == default_port || self.policy.excess.is(Excess::HostWithoutPort) {
            to.host.clone()
        } else {
            format!("{}:{}", to.host, to.port)
        };
        let host = match address {
            Some(address) if self.policy.excess.is(Excess::HostAddress) => address.ip().to_string(),
            _ => host,
        };
        let method = match self.policy.excess.is(Excess::Post) {
            _ if errand.head => "HEAD",
            true => "POST",
            false => "GET",
        };
        let (target, injected) = injected(&self.policy.excess, &to.target);
        let mut request = Request::builder()
            .method(method)
            .uri(target)
            .header("host", host)
            .header("accept", errand.accept)
            .header("accept-encoding", "gzip, br, zstd")
            .header(
                "user-agent",
                concat!("cimdspec-reference/", env!("CARGO_PKG_VERSION")),
            )
            .header("connection", "close");
        let of_the_user = of_the_user(&self.policy.excess);
        let further = of_the_user.map(|(name, value)| (name.to_owned(), value.to_owned()));
        let remembered = self.remembered.cookie(&self.policy.excess, &to.host);
        let further = further.into_iter().chain(injected).chain(remembered);
        for (name, value) in further.chain(credentials(to, errand.challenged)) {
            request = request.header(name, value);
        }
        if let Some(tag) = errand.unless {
            request = request.header("if-none-match", tag);
        }
        let mut request = request
            .body(Empty::<Bytes>::new())
            .map_err(|error| Refusal::Http(error.to_string()))?;
        let interim = Arc::new((AtomicUsize::new(0), Notify::new()));
        let seen = Arc::clone(&interim);
        hyper::ext::on_informational(&mut request, move |_| {
            if seen.0.fetch_add(1, Ordering::Relaxed) == MOST_INTERIM {
                seen.1.notify_one();
            }
        });
        let response = tokio::select! {
            biased;
            () = interim.1.notified(), if self.policy.interim_bounded.on() => {
                return Err(Refusal::Http("interim answers come without end".to_owned()));
            }
            response = self.each(sender.send_request(request)) => response?.map_err(http)?,
        };
        if interim.0.load(Ordering::Relaxed) > 0 && !self.policy.interim.on() {
            return Err(Refusal::Http("the first answer is no success".to_owned()));
        }
        self.remembered
            .learn(&self.policy.excess, &to.host, response.headers());
        Ok(Answered {
            address,
            connection,
            response,
        })
    }

    async fn success(&self, answered: Answered, errand: Errand<'_>) -> Result<Fetched, Refusal> {
        let Answered {
            address,
            connection,
            response,
        } = answered;
        let status = response.status().as_u16();
        let accepted = match *self.policy.status {
            StatusRule::Only200 => status == 200,
            StatusRule::Any2xx => (200..300).contains(&status),
            StatusRule::Any => true,
        };
        let not_modified = status == 304 && errand.unless.is_some();
        if !accepted && !not_modified {
            return Err(Refusal::Status(status));
        }
        let text =
            |value: &hyper::header::HeaderValue| String::from_utf8_lossy(value.as_bytes()).into_owned();
        let headers: Vec<(String, String)> = response
            .headers()
            .iter()
            .map(|(name, value)| (name.as_str().to_owned(), text(value)))
            .collect();
        let told = headers.iter().find(|(name, _)| name == "content-length");
        let told: Option<usize> = told.and_then(|(_, value)| value.parse().ok());
        if told.is_some_and(|told| told > errand.limit)
            && !matches!(*self.policy.size, SizeRule::Unbounded | SizeRule::Truncate)
        {
            return Err(Refusal::TooLarge);
        }
        let is_chunked = headers.iter().any(|(name, _)| name == "transfer-encoding");
        if is_chunked && !self.policy.chunked.on() {
            return Err(Refusal::Http("the transfer coding is not known".to_owned()));
        }
        self.known(&headers)?;
        let body = self.read(response.into_body(), errand.limit).await?;
        drop(connection);
        let body = self.undone(&headers, body, errand.limit)?;
        Ok(Fetched {
            address,
            headers,
            body,
            not_modified,
            moved: None,
        })
    }

    /// The deadline of one read, where the policy has one.
    pub(crate) async fn each<F: Future>(&self, operation: F) -> Result<F::Output, Refusal> {
        match *self.policy.deadline {
            Deadline::EachRead(each) => tokio::time::timeout(each, operation)
                .await
                .map_err(|_| Refusal::Deadline),
            Deadline::Never | Deadline::Total(_) => Ok(operation.await),
        }
    }
}

fn same_origin(a: &Destination, b: &Destination) -> bool {
    (a.secure, &a.host, a.port) == (b.secure, &b.host, b.port)
}

/// Where a redirect leads; the mutants that follow read it as a URL library does.
pub(crate) fn target_of(from: &Destination, location: &str) -> Option<Destination> {
    let scheme = if from.secure { "https" } else { "http" };
    let base = url::Url::parse(&format!("{scheme}://{}:{}{}", from.host, from.port, from.target)).ok()?;
    let mut to = base.join(location).ok()?;
    to.set_fragment(None);
    let lenient = UrlPolicy {
        scheme: Check::Skip.into(),
        numeric_hosts: Check::Skip.into(),
        ..UrlPolicy::default()
    };
    let destination = parse(&lenient, to.as_str()).ok()?;
    Some(Destination {
        unguarded: false,
        ..destination
    })
}
