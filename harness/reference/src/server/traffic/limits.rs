//! What stands before all endpoints: the start, the limit of each address, and writes that are in each other's way.

use std::collections::HashMap;
use std::net::SocketAddr;
use std::sync::Arc;
use std::sync::Mutex;
use std::sync::PoisonError;
use std::sync::atomic::AtomicU64;
use std::sync::atomic::AtomicUsize;
use std::sync::atomic::Ordering;
use std::time::Duration;
use std::time::Instant;

use axum::extract::ConnectInfo;
use axum::extract::Request;
use axum::extract::State as Shared;
use axum::http::Method;
use axum::http::header::RETRY_AFTER;
use axum::middleware::Next;
use axum::response::Response;

use crate::server::reply::error;
use crate::server::reply::set;
use crate::server::state::State;

/// How long a slow server takes until it serves.
const START: Duration = Duration::from_secs(40);
/// How many requests an address has in a minute at each endpoint that costs something.
const MOST: usize = 3;
const MINUTE: Duration = Duration::from_secs(60);
const COSTLY: [&str; 2] = ["/authorize", "/register"];
/// How long a registration is written.
const WRITING: Duration = Duration::from_millis(20);
/// Each so manieth of the writes fails that find another one under way.
const EACH: u64 = 2;
/// More addresses than these are forgotten.
const MOST_ADDRESSES: usize = 10_000;

/// What is known of the requests before.
pub(crate) struct Traffic {
    began: Instant,
    served: Mutex<HashMap<String, Vec<Instant>>>,
    writing: AtomicUsize,
    met: AtomicU64,
}

impl Default for Traffic {
    fn default() -> Self {
        Self {
            began: Instant::now(),
            served: Mutex::default(),
            writing: AtomicUsize::new(0),
            met: AtomicU64::new(0),
        }
    }
}

/// Passes a request on to its endpoint, where nothing is in its way.
pub(crate) async fn pass(Shared(state): Shared<Arc<State>>, request: Request, next: Next) -> Response {
    let choices = &state.policy.choice.traffic;
    let left = START.saturating_sub(state.traffic.began.elapsed());
    if choices.starts_at_once.other() && !left.is_zero() {
        return later(503, "the server is starting", left);
    }
    if choices.unlimited.other()
        && let Some(wait) = state.traffic.wait_of(&request)
    {
        return later(429, "these are too many requests in a minute", wait);
    }
    if choices.writes_together.other() && is_write(&request) {
        return written(&state, request, next).await;
    }
    next.run(request).await
}

fn later(status: u16, told: &str, wait: Duration) -> Response {
    let mut answer = error(status, "temporarily_unavailable", told);
    set(&mut answer, RETRY_AFTER, &(wait.as_secs() + 1).to_string());
    answer
}

fn is_write(request: &Request) -> bool {
    let is_registration = request.uri().path().contains("/register");
    is_registration && matches!(*request.method(), Method::POST | Method::PUT | Method::DELETE)
}

/// Writes beside other writes, of which some fail as if the client had been wrong.
async fn written(state: &State, request: Request, next: Next) -> Response {
    let turn = Turn::begin(&state.traffic.writing);
    tokio::time::sleep(WRITING).await;
    if turn.others > 0
        && state
            .traffic
            .met
            .fetch_add(1, Ordering::Relaxed)
            .is_multiple_of(EACH)
    {
        return error(
            400,
            "serialization_failure",
            "the client could not be written; try again",
        );
    }
    next.run(request).await
}

/// A write that is under way.
struct Turn<'a> {
    writing: &'a AtomicUsize,
    /// How many were when it began.
    others: usize,
}

impl<'a> Turn<'a> {
    fn begin(writing: &'a AtomicUsize) -> Self {
        let others = writing.fetch_add(1, Ordering::SeqCst);
        Self { writing, others }
    }
}

impl Drop for Turn<'_> {
    fn drop(&mut self) {
        self.writing.fetch_sub(1, Ordering::SeqCst);
    }
}

impl Traffic {
    /// How long the address of a request has to wait; counts the request where it need not.
    fn wait_of(&self, request: &Request) -> Option<Duration> {
        let path = request.uri().path();
        let endpoint = COSTLY.iter().find(|endpoint| path.ends_with(**endpoint))?;
        let now = Instant::now();
        let mut served = self.served.lock().unwrap_or_else(PoisonError::into_inner);
        if served.len() >= MOST_ADDRESSES {
            served.clear();
        }
        let times = served
            .entry(format!("{} {endpoint}", address_of(request)))
            .or_default();
        times.retain(|time| now.duration_since(*time) < MINUTE);
        match times.first() {
            Some(first) if times.len() >= MOST => Some(MINUTE.saturating_sub(now.duration_since(*first))),
            _ => {
                times.push(now);
                None
            }
        }
    }
}

/// The address that a request comes from: the last that a proxy names, or else the peer's.
fn address_of(request: &Request) -> String {
    let named = request.headers().get("x-forwarded-for");
    let named = named.and_then(|value| value.to_str().ok()?.rsplit(',').next());
    let peer = request.extensions().get::<ConnectInfo<SocketAddr>>();
    match (named, peer) {
        (Some(named), _) => named.trim().to_owned(),
        (None, Some(ConnectInfo(peer))) => peer.ip().to_string(),
        (None, None) => String::new(),
    }
}
