//! A server that does not answer is given up soon, with the cause.

use std::net::TcpListener;
use std::process::Command;
use std::process::Output;
use std::time::Duration;
use std::time::Instant;

use axum::Json;
use axum::Router;
use axum::routing::get;
use axum::routing::post;
use serde_json::json;

use crate::sandboxed::beside_others;

fn run(issuer: &str) -> (Output, String, Duration) {
    let _turn = beside_others();
    let folder = tempfile::tempdir().unwrap();
    let began = Instant::now();
    let output = Command::new(env!("CARGO_BIN_EXE_cimdspec"))
        .args(["run", "--env", "loopback", "--issuer", issuer])
        .arg("--results")
        .arg(folder.path())
        .arg("--authority")
        .arg(folder.path().join("authority"))
        .output()
        .unwrap();
    let told = format!(
        "{}{}",
        String::from_utf8_lossy(&output.stdout),
        String::from_utf8_lossy(&output.stderr)
    );
    (output, told, began.elapsed())
}

#[test]
fn a_server_that_accepts_and_never_answers_is_not_waited_for() {
    let listener = TcpListener::bind("127.0.0.1:0").unwrap();
    let issuer = format!("http://{}", listener.local_addr().unwrap());
    std::thread::spawn(move || {
        let mut kept = Vec::new();
        while let Ok((stream, _)) = listener.accept() {
            kept.push(stream);
        }
    });
    let (output, told, took) = run(&issuer);
    assert_eq!(output.status.code(), Some(69), "{told}");
    assert!(told.contains("no answer within"), "{told}");
    assert!(took < Duration::from_secs(25), "it took {took:?}");
}

#[test]
fn a_server_whose_registration_never_answers_is_asked_nothing_else() {
    let listener = TcpListener::bind("127.0.0.1:0").unwrap();
    listener.set_nonblocking(true).unwrap();
    let issuer = format!("http://{}", listener.local_addr().unwrap());
    let metadata = json!({
        "issuer": issuer,
        "authorization_endpoint": format!("{issuer}/authorize"),
        "token_endpoint": format!("{issuer}/token"),
        "registration_endpoint": format!("{issuer}/register"),
        "response_types_supported": ["code"],
        "code_challenge_methods_supported": ["S256"],
    });
    let runtime = tokio::runtime::Runtime::new().unwrap();
    runtime.spawn(async move {
        let never = || async { std::future::pending::<()>().await };
        let document = get(move || async move { Json(metadata) });
        let router = Router::new()
            .route("/.well-known/oauth-authorization-server", document)
            .route("/register", post(never))
            .route("/authorize", get(never));
        let listener = tokio::net::TcpListener::from_std(listener).unwrap();
        axum::serve(listener, router).await.unwrap();
    });
    let (output, told, took) = run(&issuer);
    assert_eq!(output.status.code(), Some(3), "{told}");
    assert!(told.contains("STOPPED  no right request was granted"), "{told}");
    assert!(took < Duration::from_secs(45), "it took {took:?}");
}
