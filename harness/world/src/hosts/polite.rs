//! Polite hosts: hyper composes every response that is right in its form.

use std::convert::Infallible;
use std::sync::atomic::AtomicU64;
use std::sync::atomic::Ordering;

use cimdspec_model::behaviour::Page;
use cimdspec_model::behaviour::body::Body;
use cimdspec_model::observation::Ending;
use http_body_util::Full;
use hyper::Response;
use hyper::body::Bytes;
use hyper::server::conn::http1;
use hyper::service::service_fn;
use hyper_util::rt::TokioIo;
use tokio::io::AsyncRead;
use tokio::io::AsyncReadExt;
use tokio::io::AsyncWrite;
use tokio::io::AsyncWriteExt;

/// What is under way between the composer and the wire.
const BETWEEN: usize = 16 * 1024;
const PIECE: usize = 8 * 1024;

/// Composes the response for a page with this coded body, which is small, and sends it, counting its bytes.
pub(crate) async fn send<S: AsyncWrite + Unpin>(
    (page, body): (&Page, &Body),
    method: &str,
    stream: &mut S,
    sent: &AtomicU64,
) -> std::io::Result<Ending> {
    let response = response(page, body).map_err(std::io::Error::other)?;
    let (mut asking, answering) = tokio::io::duplex(BETWEEN);
    let method = if method == "HEAD" { "HEAD" } else { "GET" };
    let request = format!("{method} / HTTP/1.1\r\nhost: polite\r\nconnection: close\r\n\r\n");
    asking.write_all(request.as_bytes()).await?;
    let service = service_fn(move |_| {
        let response = response.clone();
        async move { Ok::<_, Infallible>(response) }
    });
    let composing = http1::Builder::new().serve_connection(TokioIo::new(answering), service);
    let (composed, passed) = tokio::join!(composing, pass_on(asking, stream, sent));
    passed?;
    composed.map_err(std::io::Error::other)?;
    Ok(Ending::World)
}

fn response(page: &Page, body: &Body) -> Result<Response<Full<Bytes>>, hyper::http::Error> {
    let mut response = Response::builder().status(page.status);
    for (name, value) in &page.headers {
        response = response.header(name.as_str(), value.as_str());
    }
    if let Some(coding) = page.coding.field() {
        response = response.header("content-encoding", coding);
    }
    response.body(Full::new(body.written_out()))
}

/// Passes on what comes; when the peer takes no more, `from` ends and the composer with it.
async fn pass_on<S: AsyncWrite + Unpin>(
    mut from: impl AsyncRead + Unpin,
    to: &mut S,
    sent: &AtomicU64,
) -> std::io::Result<()> {
    let mut piece = vec![0; PIECE];
    loop {
        let length = from.read(&mut piece).await?;
        if length == 0 {
            return to.flush().await;
        }
        to.write_all(&piece[..length]).await?;
        sent.fetch_add(length as u64, Ordering::Relaxed);
    }
}
