//! The front of a server under test: TLS ends here, and requests go on with the usual `X-Forwarded-*` fields.

use std::io;
use std::net::SocketAddr;
use std::pin::Pin;
use std::sync::Arc;

use hyper::Request;
use hyper::Response;
use hyper::body::Incoming;
use hyper::client::conn::http1::SendRequest;
use hyper::header::CONNECTION;
use hyper::header::HOST;
use hyper::header::HeaderMap;
use hyper::header::HeaderName;
use hyper::header::HeaderValue;
use hyper::header::TRANSFER_ENCODING;
use hyper::header::UPGRADE;
use hyper::service::service_fn;
use hyper_util::rt::TokioIo;
use tokio::io::AsyncRead;
use tokio::io::AsyncWrite;
use tokio::net::TcpStream;
use tokio::sync::Mutex;

/// Where a front passes requests on to, and how it was reached.
#[derive(Debug, Clone, Copy)]
pub(crate) struct Way {
    pub(crate) upstream: SocketAddr,
    pub(crate) peer: SocketAddr,
    pub(crate) scheme: &'static str,
}

/// Fields that belong to one connection (RFC 9110 section 7.6.1).
const OF_THE_CONNECTION: [HeaderName; 4] = [
    CONNECTION,
    HeaderName::from_static("keep-alive"),
    TRANSFER_ENCODING,
    UPGRADE,
];

/// Serves a connection until either side ends it. What the server breaks off is broken off here too.
pub(crate) fn serve<S>(stream: S, way: Way) -> Pin<Box<dyn Future<Output = ()> + Send>>
where
    S: AsyncRead + AsyncWrite + Unpin + Send + 'static,
{
    let kept: Arc<Mutex<Option<SendRequest<Incoming>>>> = Arc::default();
    let service = service_fn(move |request| {
        let kept = Arc::clone(&kept);
        async move { pass_on(request, way, &kept).await }
    });
    Box::pin(async move {
        // An error here is the end of the connection, which both sides see.
        let _ = hyper::server::conn::http1::Builder::new()
            .serve_connection(TokioIo::new(stream), service)
            .await;
    })
}

async fn pass_on(
    mut request: Request<Incoming>,
    way: Way,
    kept: &Mutex<Option<SendRequest<Incoming>>>,
) -> io::Result<Response<Incoming>> {
    let host = request.headers().get(HOST).cloned();
    let fields = request.headers_mut();
    without_connection(fields);
    let peer = way.peer.ip().to_canonical().to_string();
    if let Ok(peer) = HeaderValue::try_from(peer) {
        fields.insert("x-forwarded-for", peer);
    }
    fields.insert("x-forwarded-proto", HeaderValue::from_static(way.scheme));
    if let Some(host) = host {
        fields.insert("x-forwarded-host", host);
    }
    let mut place = kept.lock().await;
    let mut sender = place.take();
    if let Some(kept) = &mut sender
        && kept.ready().await.is_err()
    {
        sender = None;
    }
    let mut sender = match sender {
        Some(sender) => sender,
        None => connected(way.upstream).await?,
    };
    let mut response = sender.send_request(request).await.map_err(io::Error::other)?;
    *place = Some(sender);
    without_connection(response.headers_mut());
    Ok(response)
}

async fn connected(upstream: SocketAddr) -> io::Result<SendRequest<Incoming>> {
    let stream = TcpStream::connect(upstream).await?;
    let _ = stream.set_nodelay(true);
    let (sender, connection) = hyper::client::conn::http1::handshake(TokioIo::new(stream))
        .await
        .map_err(io::Error::other)?;
    // It ends with the sender, or with the server.
    tokio::spawn(async move { _ = connection.await });
    Ok(sender)
}

fn without_connection(fields: &mut HeaderMap) {
    for name in OF_THE_CONNECTION {
        fields.remove(name);
    }
}
