//! The front of a server under test: TLS ends here, and requests go on with the usual `X-Forwarded-*` fields.

use std::io;
use std::net::IpAddr;
use std::net::SocketAddr;
use std::pin::Pin;
use std::sync::Arc;
use std::sync::atomic::AtomicUsize;
use std::sync::atomic::Ordering;
use std::time::Duration;

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
use hyper_util::rt::TokioTimer;
use tokio::io::AsyncRead;
use tokio::io::AsyncWrite;
use tokio::net::TcpStream;
use tokio::sync::Notify;

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

/// The field in which our own client says from which address a request is to seem to come; it is not passed on.
pub const CLIENT_ADDRESS: &str = "x-cimdspec-client-address";
/// A head is no longer; browsers read as much.
const LONGEST_HEAD: usize = 256 * 1024;
/// So much a server may say before its answer (1xx, RFC 9110 section 15.2), which is without end otherwise.
const MOST_BEFORE_ANSWER: usize = 64 * 1024;
/// What an informational answer without fields takes.
const SHORTEST_ANSWER: usize = 25;
/// A client that asks for nothing for so long gives back its connection.
const IDLE: Duration = Duration::from_secs(60);

/// What the server may still say before its answer.
#[derive(Default)]
struct BeforeAnswer {
    said: AtomicUsize,
    is_too_much: Notify,
}

/// Serves a connection until either side ends it. What the server breaks off is broken off here too.
pub(crate) fn serve<S>(stream: S, way: Way) -> Pin<Box<dyn Future<Output = ()> + Send>>
where
    S: AsyncRead + AsyncWrite + Unpin + Send + 'static,
{
    let service = service_fn(move |request| pass_on(request, way));
    Box::pin(async move {
        // An error here is the end of the connection, which both sides see.
        let _ = hyper::server::conn::http1::Builder::new()
            .timer(TokioTimer::new())
            .header_read_timeout(IDLE)
            .serve_connection(TokioIo::new(stream), service)
            .await;
    })
}

/// Passes a request on, by a connection of its own: a server may close any at any time (RFC 9112 section 9.6), and a
/// request that is lost with one would seem to be the server's death.
async fn pass_on(mut request: Request<Incoming>, way: Way) -> io::Result<Response<Incoming>> {
    let fields = request.headers_mut();
    without_connection(fields);
    tell_way(fields, way);
    let mut sender = connected(way.upstream).await?;
    let before = BeforeAnswer::of(&mut request);
    let mut response = tokio::select! {
        response = sender.send_request(request) => response.map_err(io::Error::other)?,
        // Both connections end with the request that is given up.
        () = before.is_too_much.notified() => {
            return Err(io::Error::other("informational answers without end"));
        }
    };
    without_connection(response.headers_mut());
    Ok(response)
}

/// Says whence and how the request came, as proxies do, in the usual fields and in that of RFC 7239.
fn tell_way(fields: &mut HeaderMap, way: Way) {
    let told = fields.remove(CLIENT_ADDRESS);
    let told = told.and_then(|told| told.to_str().ok()?.parse::<IpAddr>().ok());
    let peer = told.unwrap_or_else(|| way.peer.ip().to_canonical());
    let host = fields.get(HOST).cloned();
    let mut forwarded = match peer {
        IpAddr::V4(peer) => format!("for={peer};proto={}", way.scheme),
        IpAddr::V6(peer) => format!("for=\"[{peer}]\";proto={}", way.scheme),
    };
    if let Some(host) = host.as_ref().and_then(|host| host.to_str().ok()) {
        // Not every reader takes quotes where none are needed.
        match host.contains(':') {
            true => forwarded.push_str(&format!(";host=\"{host}\"")),
            false => forwarded.push_str(&format!(";host={host}")),
        }
    }
    let own = [("x-forwarded-for", peer.to_string()), ("forwarded", forwarded)];
    for (name, value) in own {
        if let Ok(value) = HeaderValue::try_from(value) {
            fields.insert(name, value);
        }
    }
    fields.insert("x-forwarded-proto", HeaderValue::from_static(way.scheme));
    if let Some(host) = host {
        fields.insert("x-forwarded-host", host);
    }
}

async fn connected(upstream: SocketAddr) -> io::Result<SendRequest<Incoming>> {
    let stream = TcpStream::connect(upstream).await?;
    let _ = stream.set_nodelay(true);
    let (sender, connection) = hyper::client::conn::http1::Builder::new()
        .max_buf_size(LONGEST_HEAD)
        .handshake(TokioIo::new(stream))
        .await
        .map_err(io::Error::other)?;
    // It ends with the sender, or with the server.
    tokio::spawn(async move { _ = connection.await });
    Ok(sender)
}

impl BeforeAnswer {
    fn of(request: &mut Request<Incoming>) -> Arc<Self> {
        let before: Arc<Self> = Arc::default();
        let counted = Arc::clone(&before);
        hyper::ext::on_informational(request, move |answer| counted.count(answer.headers()));
        before
    }

    fn count(&self, fields: &HeaderMap) {
        let fields = fields
            .iter()
            .map(|(name, value)| name.as_str().len() + value.len());
        let length = SHORTEST_ANSWER + fields.sum::<usize>();
        if self.said.fetch_add(length, Ordering::Relaxed) + length > MOST_BEFORE_ANSWER {
            self.is_too_much.notify_one();
        }
    }
}

fn without_connection(fields: &mut HeaderMap) {
    for name in OF_THE_CONNECTION {
        fields.remove(name);
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn told(address: Option<&'static str>) -> HeaderMap {
        let mut fields = HeaderMap::new();
        fields.insert(HOST, HeaderValue::from_static("as.test"));
        fields.insert("x-forwarded-for", HeaderValue::from_static("9.9.9.9"));
        if let Some(address) = address {
            fields.insert(CLIENT_ADDRESS, HeaderValue::from_static(address));
        }
        let way = Way {
            upstream: SocketAddr::from(([127, 0, 0, 1], 1)),
            peer: SocketAddr::from(([127, 0, 0, 2], 2)),
            scheme: "https",
        };
        tell_way(&mut fields, way);
        fields
    }

    #[test]
    fn the_way_is_told_in_both_manners() {
        for (address, shown, forwarded) in [
            (None, "127.0.0.2", "for=127.0.0.2;proto=https;host=as.test"),
            (
                Some("81.1.2.3"),
                "81.1.2.3",
                "for=81.1.2.3;proto=https;host=as.test",
            ),
            (
                Some("2a00::1"),
                "2a00::1",
                "for=\"[2a00::1]\";proto=https;host=as.test",
            ),
            (
                Some("nowhere"),
                "127.0.0.2",
                "for=127.0.0.2;proto=https;host=as.test",
            ),
        ] {
            let fields = told(address);
            assert_eq!(fields["x-forwarded-for"], shown);
            assert_eq!(fields["forwarded"], forwarded);
            assert!(!fields.contains_key(CLIENT_ADDRESS));
        }
    }
}
