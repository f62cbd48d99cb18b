//! How answers come: late, not at all, without end, compressed, or with the wish for patience.

use std::convert::Infallible;
use std::io::Write;
use std::sync::Arc;
use std::sync::atomic::AtomicU64;
use std::sync::atomic::Ordering;
use std::time::Duration;

use axum::body::Body;
use axum::body::Bytes;
use axum::extract::Request;
use axum::extract::State;
use axum::http::StatusCode;
use axum::http::header::CONNECTION;
use axum::http::header::CONTENT_ENCODING;
use axum::http::header::CONTENT_TYPE;
use axum::http::header::HeaderValue;
use axum::http::header::RETRY_AFTER;
use axum::http::header::SET_COOKIE;
use axum::middleware::Next;
use axum::response::Html;
use axum::response::IntoResponse;
use axum::response::Response;
use flate2::Compression;
use flate2::write::GzEncoder;
use futures_util::stream;
use tokio::time::sleep;

use crate::manner::Arguments;
use crate::manner::Manner;
use crate::pages;

/// What it is like at the moment.
pub(crate) struct Mood {
    arguments: Arc<Arguments>,
    requests: AtomicU64,
    bomb: Bytes,
}

/// The endpoint that people come to.
pub(crate) const FRONT_DOOR: &str = "/authorize";
/// A client takes no more fields.
const COOKIES: usize = 80;
const COOKIE: usize = 2000;
/// Longer than the head that any browser takes.
const HUGE: usize = 1024 * 1024;
const PIECE: usize = 64 * 1024;
const BETWEEN_DROPS: Duration = Duration::from_millis(200);
const BOMB_PIECES: usize = 1024;
const SLOWEST: u64 = 2000;
const QUICKEST: u64 = 1000;
const ONE_IN: u64 = 5;
const PATIENCE: HeaderValue = HeaderValue::from_static("1");

impl Mood {
    /// The mood of a fresh process.
    pub(crate) fn new(arguments: Arc<Arguments>) -> Self {
        let bomb = match arguments.has(Manner::CompressedAnswer) {
            true => bomb().unwrap_or_default(),
            false => Bytes::new(),
        };
        Self {
            arguments,
            requests: AtomicU64::new(0),
            bomb,
        }
    }
}

/// Answers a request in its manner.
pub(crate) async fn in_its_manner(State(mood): State<Arc<Mood>>, request: Request, next: Next) -> Response {
    let has = |manner| mood.arguments.has(manner);
    let dice = scattered(mood.requests.fetch_add(1, Ordering::Relaxed));
    if has(Manner::Random429) && dice.is_multiple_of(ONE_IN) {
        return (StatusCode::TOO_MANY_REQUESTS, [(RETRY_AFTER, PATIENCE)]).into_response();
    }
    if has(Manner::Random429WithoutRetryAfter) && dice.is_multiple_of(ONE_IN) {
        return (StatusCode::TOO_MANY_REQUESTS, Html(pages::told("not so fast"))).into_response();
    }
    if has(Manner::SlowAnswers) {
        sleep(Duration::from_millis(QUICKEST + dice % (SLOWEST - QUICKEST))).await;
    }
    if request.uri().path() == FRONT_DOOR {
        if has(Manner::NeverAnswers) {
            std::future::pending::<()>().await;
        }
        if has(Manner::EndlessAnswer) {
            return flood();
        }
        if has(Manner::DrippingAnswer) {
            return page(endless(Bytes::from_static(b"x"), BETWEEN_DROPS));
        }
        if has(Manner::CompressedAnswer) {
            let mut response = page(Body::from(mood.bomb.clone()));
            let coding = HeaderValue::from_static("gzip");
            response.headers_mut().insert(CONTENT_ENCODING, coding);
            return response;
        }
    }
    let is_front_door = request.uri().path() == FRONT_DOOR;
    let mut response = next.run(request).await;
    if has(Manner::FloodsWithCookies) {
        for number in 0..COOKIES {
            let cookie = format!("c{dice:x}-{number}={}", "x".repeat(COOKIE));
            if let Ok(cookie) = HeaderValue::try_from(cookie) {
                response.headers_mut().append(SET_COOKIE, cookie);
            }
        }
    }
    if has(Manner::HugeField)
        && is_front_door
        && let Ok(huge) = HeaderValue::try_from("x".repeat(HUGE))
    {
        response.headers_mut().insert("x-huge", huge);
    }
    if has(Manner::GarbageAnswer) || has(Manner::EndlessInformation) {
        // The next request has to come to the door again.
        let close = HeaderValue::from_static("close");
        response.headers_mut().insert(CONNECTION, close);
    }
    response
}

/// A page that comes as fast as it is taken, and has no end.
pub(crate) fn flood() -> Response {
    page(endless(Bytes::from(vec![b'x'; PIECE]), Duration::ZERO))
}

fn page(body: Body) -> Response {
    ([(CONTENT_TYPE, "text/html")], body).into_response()
}

fn endless(piece: Bytes, between: Duration) -> Body {
    Body::from_stream(stream::unfold(piece, move |piece| async move {
        sleep(between).await;
        Some((Ok::<_, Infallible>(piece.clone()), piece))
    }))
}

/// Sixty-four megabytes in as many kilobytes.
fn bomb() -> std::io::Result<Bytes> {
    let mut encoder = GzEncoder::new(Vec::new(), Compression::best());
    let piece = vec![b' '; PIECE];
    for _ in 0..BOMB_PIECES {
        encoder.write_all(&piece)?;
    }
    encoder.finish().map(Bytes::from)
}

/// Numbers in an order that looks like chance, and is the same in every process (splitmix64).
fn scattered(number: u64) -> u64 {
    let mut mixed = number.wrapping_add(1).wrapping_mul(0x9e37_79b9_7f4a_7c15);
    mixed = (mixed ^ (mixed >> 30)).wrapping_mul(0xbf58_476d_1ce4_e5b9);
    mixed = (mixed ^ (mixed >> 27)).wrapping_mul(0x94d0_49bb_1331_11eb);
    mixed ^ (mixed >> 31)
}
