//! A small authorization server of our own with awkward manners: what the harness is tried against, and no product.
//!
//! It takes clients by the documents that they publish and keeps the rules of that, unless it is told to break some. It
//! imports no room of the harness and shares no code with the reference server, so that neither can hide a mistake of
//! the other.

mod answer;
mod client;
mod crowd;
mod door;
mod fetch;
mod flow;
mod grants;
mod guard;
mod manner;
mod pages;
mod registration;
mod script;
mod upstream;
mod user;

use std::io;
use std::io::Write;
use std::sync::Arc;

use axum::Router;
use axum::middleware;
use axum::routing::any;
use axum::routing::get;
use axum::routing::post;
use tokio::net::TcpListener;

use crate::answer::Mood;
use crate::crowd::Crowd;
use crate::fetch::Documents;
use crate::flow::Server;
use crate::grants::Grants;
use crate::manner::Arguments;
use crate::manner::Manner;
use crate::registration::Registrations;
use crate::script::Sessions;
use crate::upstream::Upstream;

/// Where this is its first word, it is no server: it does what its user does.
const USER: &str = "user";

#[tokio::main]
async fn main() -> io::Result<()> {
    let words: Vec<String> = std::env::args().skip(1).collect();
    if let Some((USER, rest)) = words.split_first().map(|(first, rest)| (first.as_str(), rest)) {
        return user::does(rest).await;
    }
    let arguments = Arguments::parse(words.into_iter()).map_err(io::Error::other)?;
    let variable =
        |name: &str| std::env::var(name).map_err(|_| io::Error::other(format!("{name} is not set")));
    let port: u16 = variable("PORT")?.parse().map_err(io::Error::other)?;
    let authority = std::fs::read(variable("SSL_CERT_FILE")?)?;
    let arguments = Arc::new(arguments);
    let documents = Documents::new(&authority, Arc::clone(&arguments)).map_err(io::Error::other)?;
    let issuer = variable("ISSUER")?;
    let upstream = match arguments.has(Manner::LogsInUpstream) {
        true => Some(Upstream::of_environment(&issuer).map_err(io::Error::other)?),
        false => None,
    };
    let server = Arc::new(Server {
        issuer,
        upstream,
        documents,
        grants: Grants::default(),
        crowd: Crowd::default(),
        registrations: Registrations::default(),
        sessions: Sessions::default(),
        arguments: Arc::clone(&arguments),
    });
    let mood = Arc::new(Mood::new(Arc::clone(&arguments)));
    let router = Router::new()
        .route("/.well-known/oauth-authorization-server", get(flow::metadata))
        .route("/.well-known/openid-configuration", get(flow::openid))
        .route("/authorize", get(flow::authorize))
        .route("/consent", post(flow::consent))
        .route("/login", post(flow::login))
        .route(upstream::CALLBACK, get(flow::callback))
        .route("/error", get(flow::error))
        .route("/token", post(flow::token))
        .route("/ui/page", get(script::page))
        .route("/ui/app.js", get(script::code))
        .route("/api/request", get(script::load))
        .route("/api/login", post(script::login))
        .route("/api/consent", post(script::consent))
        .route("/register", post(registration::register))
        .route("/register/{id}", any(registration::manage))
        .with_state(server)
        .layer(middleware::from_fn_with_state(mood, answer::in_its_manner));
    let listener = TcpListener::bind(("127.0.0.1", port)).await?;
    axum::serve(door::opened(listener, arguments), router).await
}

/// Writes a line to the log; a log that is gone is no reason to stop.
pub(crate) fn say(line: &str) {
    let _ = writeln!(io::stderr(), "{line}");
}
