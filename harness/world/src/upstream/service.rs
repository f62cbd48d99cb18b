//! The provider's part of HTTP: connections that the front passes on.

use std::convert::Infallible;
use std::sync::Arc;
use std::time::Duration;

use http_body_util::BodyExt;
use http_body_util::Full;
use http_body_util::Limited;
use hyper::Request;
use hyper::Response;
use hyper::StatusCode;
use hyper::body::Bytes;
use hyper::body::Incoming;
use hyper::header::ACCEPT;
use hyper::header::AUTHORIZATION;
use hyper::header::CONTENT_TYPE;
use hyper::header::HOST;
use hyper::header::HeaderName;
use hyper::service::service_fn;
use hyper_util::rt::TokioIo;
use tokio::net::TcpListener;
use tokio::net::TcpStream;
use tokio::task::JoinSet;

use super::message::Asked;
use super::message::Said;
use super::provider::Provider;

const LARGEST_BODY: usize = 64 * 1024;
const CONNECTION_DEADLINE: Duration = Duration::from_secs(30);

/// Accepts connections until the listener's task is dropped.
pub(crate) async fn accept_loop(listener: TcpListener, provider: Arc<Provider>) {
    let mut connections = JoinSet::new();
    loop {
        let Ok((stream, _)) = listener.accept().await else {
            tokio::time::sleep(Duration::from_millis(5)).await;
            continue;
        };
        while connections.try_join_next().is_some() {}
        connections.spawn(served(stream, Arc::clone(&provider)));
    }
}

async fn served(stream: TcpStream, provider: Arc<Provider>) {
    let service = service_fn(move |request| {
        let provider = Arc::clone(&provider);
        async move { Ok::<_, Infallible>(response(provider.answer(&asked(request).await))) }
    });
    let connection =
        hyper::server::conn::http1::Builder::new().serve_connection(TokioIo::new(stream), service);
    // An error here is the end of the connection, which both sides see.
    let _ = tokio::time::timeout(CONNECTION_DEADLINE, connection).await;
}

async fn asked(request: Request<Incoming>) -> Asked {
    let (head, body) = request.into_parts();
    let field = |name: HeaderName| {
        let value = head.headers.get(name).and_then(|value| value.to_str().ok());
        value.unwrap_or_default().to_owned()
    };
    let host = field(HOST);
    // A body that is too long is none.
    let body = Limited::new(body, LARGEST_BODY).collect().await;
    let body = body.map_or_else(|_| Bytes::new(), |body| body.to_bytes());
    Asked {
        method: head.method.as_str().to_owned(),
        host: host.split(':').next().unwrap_or_default().to_ascii_lowercase(),
        path: head.uri.path().to_owned(),
        query: head.uri.query().unwrap_or_default().to_owned(),
        authorization: field(AUTHORIZATION),
        accept: field(ACCEPT),
        content_type: field(CONTENT_TYPE),
        body: String::from_utf8_lossy(&body).into_owned(),
    }
}

fn response(said: Said) -> Response<Full<Bytes>> {
    let mut response = Response::builder().status(said.status);
    for (name, value) in said.headers {
        response = response.header(name, value);
    }
    response.body(Full::from(said.body)).unwrap_or_else(|_| {
        let mut failed = Response::new(Full::default());
        *failed.status_mut() = StatusCode::INTERNAL_SERVER_ERROR;
        failed
    })
}
