//! HTTP to the target: bounded in time and size, whatever it sends.

use std::sync::Arc;
use std::sync::atomic::AtomicUsize;
use std::sync::atomic::Ordering;
use std::time::Duration;

use cimdspec_model::behaviour::delivery::Pace as Drip;
use cimdspec_model::profile::Profile;
use http_body_util::StreamBody;
use hyper::body::Bytes;
use hyper::body::Frame;
use reqwest::header::HeaderMap;
use reqwest::header::HeaderName;
use reqwest::header::HeaderValue;
use rustls::pki_types::CertificateDer;
use rustls::pki_types::pem::PemObject;
use url::Url;

use crate::error::DriveError;
use crate::error::causes;
use crate::http::answer::Answer;
use crate::http::answer::Lost;
use crate::http::pace::Pace;
use crate::http::patience::RETRIES;
use crate::http::patience::pause;
use crate::http::resolver::Resolver;

/// Longer than the deadlines that checks ask for, so that a target that is too slow can be told from one that hangs.
pub(crate) const EXCHANGE_DEADLINE: Duration = Duration::from_secs(40);
/// No page is longer: what is, may be without end.
const MOST_READ: usize = 2 * 1024 * 1024;
/// Idle connections are dropped before usual servers drop them.
const IDLE: Duration = Duration::from_secs(4);

/// One request.
#[derive(Debug, Clone)]
pub(crate) struct Ask {
    pub(crate) method: String,
    pub(crate) url: Url,
    pub(crate) headers: Vec<(String, String)>,
    pub(crate) body: Option<String>,
    /// How the body is sent, when not at once.
    pub(crate) pace: Option<Drip>,
    /// The body as it is recorded, where its secrets cannot be told by their names.
    pub(crate) shown: Option<String>,
}

impl Ask {
    /// A GET.
    pub(crate) fn get(url: Url) -> Self {
        Self {
            method: "GET".to_owned(),
            url,
            headers: Vec::new(),
            body: None,
            pace: None,
            shown: None,
        }
    }

    /// A POST of a form.
    pub(crate) fn form(url: Url, pairs: &[(String, String)]) -> Self {
        Self {
            body: Some(encoded(pairs)),
            ..Self::get(url).method("POST")
        }
        .header("content-type", "application/x-www-form-urlencoded")
    }

    /// The same with another method.
    pub(crate) fn method(self, method: &str) -> Self {
        Self {
            method: method.to_owned(),
            ..self
        }
    }

    /// The same with one header field more.
    pub(crate) fn header(mut self, name: &str, value: &str) -> Self {
        self.headers.push((name.to_owned(), value.to_owned()));
        self
    }
}

impl Ask {
    /// The same with these cookies, if there are any.
    pub(crate) fn with_cookies(self, cookies: Option<String>) -> Self {
        match cookies {
            Some(cookies) => self.header("cookie", &cookies),
            None => self,
        }
    }

    /// Whether it has a header field of this name.
    pub(crate) fn has_header(&self, name: &str) -> bool {
        let mut names = self.headers.iter().map(|(name, _)| name);
        names.any(|known| known.eq_ignore_ascii_case(name))
    }

    /// The same with this header field in the place of those of that name; an empty value takes them away.
    pub(crate) fn instead(mut self, name: &str, value: &str) -> Self {
        self.headers
            .retain(|(known, _)| !known.eq_ignore_ascii_case(name));
        match value {
            "" => self,
            value => self.header(name, value),
        }
    }
}

/// Pairs as a query or a form.
pub(crate) fn encoded(pairs: &[(String, String)]) -> String {
    url::form_urlencoded::Serializer::new(String::new())
        .extend_pairs(pairs)
        .finish()
}

/// Whom the client believes.
#[derive(Debug, Clone, Copy)]
pub struct Trust<'a> {
    /// Certificates, as PEM.
    pub pem: &'a str,
    /// Whether the machine's own trust store counts too.
    pub system: bool,
}

/// The client that all cases share.
#[derive(Debug, Clone)]
pub(crate) struct Wire {
    client: reqwest::Client,
    /// The names of the header fields that the profile wants on every request.
    always: Arc<[String]>,
    pace: Option<Arc<Pace>>,
    pulse: Arc<Pulse>,
}

/// What the requests of a run tell of the target's life.
#[derive(Debug, Default)]
struct Pulse {
    /// How many in a row were not answered.
    lost: AtomicUsize,
    /// How many answers asked for patience.
    throttled: AtomicUsize,
}

impl Wire {
    /// A client that sends what the profile wants and no faster.
    pub(crate) fn new(trust: Trust<'_>, profile: &Profile) -> Result<Self, DriveError> {
        let bug = |reason: String| DriveError::Bug { reason };
        let mut roots = rustls::RootCertStore::empty();
        if trust.system {
            // What cannot be read there is simply not trusted.
            roots.add_parsable_certificates(rustls_native_certs::load_native_certs().certs);
        }
        for certificate in CertificateDer::pem_slice_iter(trust.pem.as_bytes()) {
            let certificate = certificate.map_err(|error| bug(error.to_string()))?;
            roots.add(certificate).map_err(|error| bug(error.to_string()))?;
        }
        let provider = Arc::new(rustls::crypto::ring::default_provider());
        let tls = rustls::ClientConfig::builder_with_provider(provider)
            .with_safe_default_protocol_versions()
            .map_err(|error| bug(error.to_string()))?
            .with_root_certificates(roots)
            .with_no_client_auth();
        reqwest::Client::builder()
            .tls_backend_preconfigured(tls)
            .redirect(reqwest::redirect::Policy::none())
            .no_proxy()
            .dns_resolver(Arc::new(Resolver::default()))
            .pool_idle_timeout(IDLE)
            .default_headers(of_the_profile(profile)?)
            .build()
            .map(|client| Self {
                client,
                always: profile.headers.keys().cloned().collect(),
                pace: Pace::of(&profile.pace).map(Arc::new),
                pulse: Arc::default(),
            })
            .map_err(|error| bug(causes(&error)))
    }

    /// Sends a request and reads the response, within the deadline.
    pub(crate) async fn send(&self, ask: &Ask, deadline: Duration) -> Result<Answer, Lost> {
        self.turn().await;
        self.send_in_turn(ask, deadline).await
    }

    /// Waits until the pace allows one more request.
    pub(crate) async fn turn(&self) {
        if let Some(pace) = &self.pace {
            pace.turn().await;
        }
    }

    pub(crate) async fn send_in_turn(&self, ask: &Ask, deadline: Duration) -> Result<Answer, Lost> {
        self.send_up_to(ask, deadline, MOST_READ).await
    }

    /// The same, with an answer of up to so many bytes: the scripts of pages are long.
    pub(crate) async fn send_up_to(
        &self,
        ask: &Ask,
        deadline: Duration,
        most: usize,
    ) -> Result<Answer, Lost> {
        let answer = tokio::time::timeout(deadline, self.unbounded(ask, most))
            .await
            .unwrap_or(Err(Lost::Timeout));
        match &answer {
            Ok(answer) => {
                self.pulse.lost.store(0, Ordering::Relaxed);
                if pause(answer, 0).is_some() {
                    self.pulse.throttled.fetch_add(1, Ordering::Relaxed);
                }
            }
            Err(_) => _ = self.pulse.lost.fetch_add(1, Ordering::Relaxed),
        }
        answer
    }

    /// The names of the header fields that are on every request.
    pub(crate) fn always(&self) -> impl Iterator<Item = &str> {
        self.always.iter().map(String::as_str)
    }

    /// How many requests in a row were not answered.
    pub(crate) fn lost_in_a_row(&self) -> usize {
        self.pulse.lost.load(Ordering::Relaxed)
    }

    /// How many answers asked for patience.
    pub(crate) fn throttled(&self) -> usize {
        self.pulse.throttled.load(Ordering::Relaxed)
    }

    /// The same; a target that asks for patience gets some.
    pub(crate) async fn send_patiently(&self, ask: &Ask, deadline: Duration) -> Result<Answer, Lost> {
        let mut answer = self.send(ask, deadline).await;
        for retry in 0..RETRIES {
            let Some(pause) = answer.as_ref().ok().and_then(|answer| pause(answer, retry)) else {
                break;
            };
            tokio::time::sleep(pause).await;
            answer = self.send(ask, deadline).await;
        }
        answer
    }

    async fn unbounded(&self, ask: &Ask, most: usize) -> Result<Answer, Lost> {
        let broken = |error: reqwest::Error| Lost::Broken(causes(&error));
        let method = reqwest::Method::from_bytes(ask.method.as_bytes())
            .map_err(|_| Lost::Broken(format!("`{}` is no method", ask.method)))?;
        let mut request = self.client.request(method, ask.url.clone()).headers(fields(ask)?);
        if ask.headers.iter().all(|(name, _)| name != "accept-encoding") {
            // Without this field a target may compress (RFC 9110 section 12.5.3), and answers are compared as they are.
            request = request.header("accept-encoding", "identity");
        }
        if let Some(body) = &ask.body {
            request = request.body(match ask.pace {
                None => reqwest::Body::from(body.clone()),
                Some(pace) => dripping(body, pace),
            });
        }
        let mut response = request.send().await.map_err(broken)?;
        let text = |value: &HeaderValue| String::from_utf8_lossy(value.as_bytes()).into_owned();
        let headers = response
            .headers()
            .iter()
            .map(|(name, value)| (name.as_str().to_owned(), text(value)))
            .collect();
        let status = response.status().as_u16();
        let mut body = Vec::new();
        while let Some(chunk) = response.chunk().await.map_err(broken)? {
            body.extend_from_slice(&chunk);
            if body.len() > most {
                let told = format!("its answer had no end after {} KiB", most / 1024);
                return Err(Lost::Broken(told));
            }
        }
        Ok(Answer {
            status,
            headers,
            body: String::from_utf8_lossy(&body).into_owned(),
        })
    }
}

/// A body that is sent piece by piece.
fn dripping(body: &str, pace: Drip) -> reqwest::Body {
    let pieces: Vec<Vec<u8>> = body
        .as_bytes()
        .chunks(pace.bytes.max(1))
        .map(<[u8]>::to_vec)
        .collect();
    let pieces = futures_util::stream::unfold(pieces.into_iter(), move |mut pieces| async move {
        let piece = pieces.next()?;
        tokio::time::sleep(pace.every.0).await;
        Some((
            Ok::<_, std::convert::Infallible>(Frame::data(Bytes::from(piece))),
            pieces,
        ))
    });
    reqwest::Body::wrap(StreamBody::new(Box::pin(pieces)))
}

/// The header fields that the profile wants on every request.
fn of_the_profile(profile: &Profile) -> Result<HeaderMap, DriveError> {
    let mut fields = HeaderMap::new();
    for (name, value) in &profile.headers {
        let known = (
            HeaderName::try_from(name.as_str()),
            HeaderValue::try_from(value.as_str()),
        );
        let (Ok(name), Ok(value)) = known else {
            return Err(DriveError::Header { name: name.clone() });
        };
        fields.insert(name, value);
    }
    Ok(fields)
}

fn fields(ask: &Ask) -> Result<HeaderMap, Lost> {
    let mut fields = HeaderMap::new();
    for (name, value) in &ask.headers {
        let field = HeaderName::from_bytes(name.as_bytes())
            .ok()
            .zip(HeaderValue::from_bytes(value.as_bytes()).ok());
        let (name, value) =
            field.ok_or_else(|| Lost::Broken(format!("the header field `{name}` cannot be sent")))?;
        fields.append(name, value);
    }
    Ok(fields)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_header_field_takes_the_place_of_one_of_its_name() {
        let ask = Ask::get(Url::parse("https://as.test/register").unwrap())
            .header("accept", "application/json")
            .header("content-type", "application/json");
        let names = |ask: &Ask| -> Vec<(String, String)> { ask.headers.clone() };
        let replaced = ask.clone().instead("Accept", "text/html");
        assert_eq!(
            names(&replaced),
            [
                ("content-type".to_owned(), "application/json".to_owned()),
                ("Accept".to_owned(), "text/html".to_owned()),
            ]
        );
        assert_eq!(names(&ask.instead("accept", "")).len(), 1);
    }
}
