//! Polite hosts: one wiremock server composes every response that is right in its form.

use std::net::SocketAddr;
use std::sync::Arc;
use std::sync::atomic::AtomicU64;
use std::sync::atomic::Ordering;

use cimdspec_model::behaviour::Coding;
use cimdspec_model::behaviour::Page;
use cimdspec_model::name::CaseId;
use cimdspec_model::name::HostLabel;
use cimdspec_model::observation::Ending;
use tokio::io::AsyncReadExt;
use tokio::io::AsyncWrite;
use tokio::io::AsyncWriteExt;
use tokio::net::TcpStream;
use wiremock::Mock;
use wiremock::MockServer;
use wiremock::Request;
use wiremock::Respond;
use wiremock::ResponseTemplate;
use wiremock::matchers::any;

use super::http::coded;
use super::registry::Registry;
use crate::ledger::Owner;

/// The field by which the front tells which page is meant.
const PAGE_FIELD: &str = "x-cimdspec-page";

/// The running wiremock server.
pub(crate) struct Polite(MockServer);

struct Pages(Arc<Registry>);

impl Polite {
    pub(crate) async fn start(registry: Arc<Registry>) -> Self {
        let server = MockServer::builder().disable_request_recording().start().await;
        Mock::given(any())
            .respond_with(Pages(registry))
            .mount(&server)
            .await;
        Self(server)
    }

    pub(crate) fn address(&self) -> SocketAddr {
        *self.0.address()
    }
}

/// The value of [`PAGE_FIELD`] for a page.
pub(crate) fn page_field(owner: &Owner, index: usize) -> String {
    format!("{}/{}/{index}", owner.0, owner.1)
}

impl Respond for Pages {
    fn respond(&self, request: &Request) -> ResponseTemplate {
        let field = request
            .headers
            .get(PAGE_FIELD)
            .and_then(|value| value.to_str().ok())
            .unwrap_or_default();
        match self.page(field) {
            Some(page) => template(&page),
            None => ResponseTemplate::new(404).set_body_raw("{\"error\":\"not_found\"}", "application/json"),
        }
    }
}

impl Pages {
    fn page(&self, field: &str) -> Option<Page> {
        let mut parts = field.split('/');
        let (case, label, index) = (parts.next()?, parts.next()?, parts.next()?);
        let owner = (CaseId::from_text(case), HostLabel::parse(label).ok()?);
        self.0.numbered(&owner, index.parse().ok()?)
    }
}

fn template(page: &Page) -> ResponseTemplate {
    let mut template = ResponseTemplate::new(page.status).set_body_bytes(coded(page).into_owned());
    for (name, value) in &page.headers {
        template = template.append_header(name.as_str(), value.as_str());
    }
    if page.coding == Coding::Gzip {
        template = template.append_header("content-encoding", "gzip");
    }
    template
}

/// Lets the server compose the response and passes it on, counting its bytes.
pub(crate) async fn relay<S: AsyncWrite + Unpin>(
    polite: SocketAddr,
    stream: &mut S,
    method: &str,
    page: &str,
    sent: &AtomicU64,
) -> std::io::Result<Ending> {
    let mut upstream = TcpStream::connect(polite).await?;
    let method = if method == "HEAD" { "HEAD" } else { "GET" };
    let request =
        format!("{method} / HTTP/1.1\r\nhost: polite\r\n{PAGE_FIELD}: {page}\r\nconnection: close\r\n\r\n");
    upstream.write_all(request.as_bytes()).await?;
    let mut piece = [0; 8192];
    loop {
        let length = upstream.read(&mut piece).await?;
        if length == 0 {
            stream.flush().await?;
            return Ok(Ending::World);
        }
        stream.write_all(&piece[..length]).await?;
        sent.fetch_add(length as u64, Ordering::Relaxed);
    }
}
