//! The upstream identity provider at which users log in, by one shape, and what is asked of it.

use std::fmt;
use std::sync::Arc;

use base64::Engine;
use base64::engine::general_purpose::STANDARD;
use http_body_util::BodyExt;
use http_body_util::Full;
use http_body_util::Limited;
use hyper::Request;
use hyper::body::Bytes;
use hyper_util::rt::TokioIo;
use rustls::ClientConfig;
use rustls::pki_types::ServerName;
use serde_json::Value;
use tokio::net::TcpStream;
use tokio_rustls::TlsConnector;
use url::Url;
use url::form_urlencoded;

/// The provider at which users log in, and how it knows this server.
#[derive(Clone)]
pub struct Upstream {
    /// Where browsers are sent.
    pub authorization: String,
    /// Where codes are redeemed.
    pub token: String,
    /// Where it tells who logged in.
    pub userinfo: String,
    /// The identifier of this server there.
    pub client_id: String,
    /// The secret of this server there.
    pub client_secret: String,
    /// Whom to believe that it is the provider.
    pub tls: Arc<ClientConfig>,
}

/// The secret stays untold.
impl fmt::Debug for Upstream {
    fn fmt(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        let mut shown = formatter.debug_struct("Upstream");
        shown
            .field("authorization", &self.authorization)
            .finish_non_exhaustive()
    }
}

const LARGEST: usize = 64 * 1024;
const FORM: &str = "application/x-www-form-urlencoded";

impl Upstream {
    /// Who logged in: the identifier of the user of a code.
    pub(crate) async fn user(&self, code: &str, redirect_uri: &str, verifier: &str) -> Option<String> {
        let sent = form_urlencoded::Serializer::new(String::new())
            .append_pair("grant_type", "authorization_code")
            .append_pair("code", code)
            .append_pair("redirect_uri", redirect_uri)
            .append_pair("code_verifier", verifier)
            .finish();
        let basic = STANDARD.encode(format!("{}:{}", self.client_id, self.client_secret));
        let ask = Request::post(&self.token)
            .header("authorization", format!("Basic {basic}"))
            .header("content-type", FORM)
            .body(Full::from(sent));
        let tokens = self.answered(ask.ok()?).await?;
        let bearer = format!("Bearer {}", tokens.get("access_token")?.as_str()?);
        let ask = Request::get(&self.userinfo).header("authorization", bearer);
        let user = self.answered(ask.body(Full::default()).ok()?).await?;
        Some(user.get("sub")?.as_str()?.to_owned())
    }

    /// The JSON text with which the provider answers a request.
    async fn answered(&self, mut ask: Request<Full<Bytes>>) -> Option<Value> {
        let url = Url::parse(&ask.uri().to_string()).ok()?;
        let host = url.host_str()?.to_owned();
        let stream = TcpStream::connect((host.as_str(), url.port_or_known_default()?))
            .await
            .ok()?;
        let name = ServerName::try_from(host.clone()).ok()?;
        let stream = TlsConnector::from(Arc::clone(&self.tls))
            .connect(name, stream)
            .await
            .ok()?;
        let opened = hyper::client::conn::http1::handshake(TokioIo::new(stream)).await;
        let (mut sender, connection) = opened.ok()?;
        let connection = tokio::spawn(async move { _ = connection.await });
        *ask.uri_mut() = url.path().parse().ok()?;
        ask.headers_mut().insert("host", host.parse().ok()?);
        ask.headers_mut()
            .insert("accept", "application/json".parse().ok()?);
        let answer = sender.send_request(ask).await.ok()?;
        let body = Limited::new(answer.into_body(), LARGEST).collect().await.ok()?;
        connection.abort();
        serde_json::from_slice(&body.to_bytes()).ok()
    }
}
