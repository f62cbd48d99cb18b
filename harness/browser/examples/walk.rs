//! Measures the browser: its start, and walks through a page that a script makes, printed.
//!
//! `cargo run --release -p cimdspec-browser --example walk`

#![allow(
    clippy::print_stdout,
    clippy::unwrap_used,
    reason = "a program that prints, and stops where it fails"
)]

use std::fs;
use std::sync::Arc;
use std::time::Duration;
use std::time::Instant;

use cimdspec_browser::Answer;
use cimdspec_browser::Answering;
use cimdspec_browser::Browser;
use cimdspec_browser::Network;
use cimdspec_browser::Options;
use cimdspec_browser::Request;
use cimdspec_browser::Response;
use cimdspec_browser::Until;

const WALKS: usize = 40;
const WITHIN: Duration = Duration::from_secs(10);
const PAGE: &str = "<!DOCTYPE html><div id=root></div><script src=/app.js></script>";
const APP: &str = r#"fetch("/api/tx").then(r => r.json()).then(() => {
  root.innerHTML = "<input id=user><button id=allow>Allow</button><img src='http://10.0.0.1/logo.png'>";
  allow.onclick = async () => {
    const answer = await fetch("/api/consent", { method: "POST", body: JSON.stringify({ user: user.value }) });
    location = (await answer.json()).redirect;
  };
});"#;

struct Server;

impl Network for Server {
    fn answer(&self, request: Request) -> Answering<'_> {
        let path = request.url.strip_prefix("https://as.test");
        let path = path.map(|path| path.split('?').next().unwrap_or_default());
        let (status, name, value, body) = match path {
            Some("/authorize") => (302, "location", "/ui?tx=1", ""),
            Some("/ui") => (200, "content-type", "text/html", PAGE),
            Some("/app.js") => (200, "content-type", "text/javascript", APP),
            Some("/api/tx") => (200, "content-type", "application/json", "{}"),
            Some("/api/consent") => (
                200,
                "content-type",
                "application/json",
                r#"{"redirect":"https://app.test/cb?code=1"}"#,
            ),
            Some(_) => (404, "content-type", "text/plain", ""),
            None => return Box::pin(async { Answer::Refused }),
        };
        let response = Response {
            status,
            headers: vec![(name.to_owned(), value.to_owned())],
            body: body.into(),
        };
        Box::pin(async { Answer::Done(response) })
    }
}

/// Seconds of the processor, and megabytes that are in memory, of all processes below this one.
fn used() -> (f64, u64) {
    let mut parents = vec![std::process::id().to_string()];
    let (mut ticks, mut kilobytes) = (0, 0);
    while let Some(parent) = parents.pop() {
        let tasks = fs::read_dir(format!("/proc/{parent}/task"))
            .into_iter()
            .flatten()
            .flatten();
        let children = tasks.filter_map(|task| fs::read_to_string(task.path().join("children")).ok());
        let children: Vec<String> = children
            .flat_map(|line| line.split_whitespace().map(str::to_owned).collect::<Vec<_>>())
            .collect();
        for child in &children {
            let stat = fs::read_to_string(format!("/proc/{child}/stat")).unwrap_or_default();
            let after = stat.rsplit(')').next().unwrap_or_default();
            let numbers: Vec<i64> = after
                .split_whitespace()
                .filter_map(|word| word.parse().ok())
                .collect();
            // The first number after the name is the parent; 10 and 11 on are the times.
            ticks += numbers.get(10).unwrap_or(&0) + numbers.get(11).unwrap_or(&0);
            let memory = fs::read_to_string(format!("/proc/{child}/smaps_rollup")).unwrap_or_default();
            let line = memory
                .lines()
                .find(|line| line.starts_with("Pss:"))
                .unwrap_or_default();
            kilobytes += line
                .split_whitespace()
                .nth(1)
                .and_then(|word| word.parse::<u64>().ok())
                .unwrap_or(0);
        }
        parents.extend(children);
    }
    (ticks as f64 / 100.0, kilobytes / 1024)
}

#[tokio::main]
async fn main() {
    let browser = Browser::start(&Options::default()).await.unwrap();
    println!(
        "{}: start {:.2} s",
        browser.version(),
        browser.started_in().as_secs_f64()
    );
    let begun = Instant::now();
    let tab = browser.tab(Arc::new(Server)).await.unwrap();
    println!("tab {:.2} s", begun.elapsed().as_secs_f64());
    let (cpu, _) = used();
    let mut times = Vec::new();
    for number in 0..WALKS {
        let begun = Instant::now();
        tab.navigate(&format!("https://as.test/authorize?client_id={number}"), WITHIN)
            .await
            .unwrap();
        tab.wait(&[Until::Shows("#allow".to_owned())], WITHIN)
            .await
            .unwrap()
            .unwrap();
        let controls = tab.controls().await.unwrap();
        tab.type_into(controls.field("user").unwrap(), "alice")
            .await
            .unwrap();
        tab.press(controls.button("Allow").unwrap()).await.unwrap();
        tab.wait(&[Until::Left], WITHIN).await.unwrap().unwrap();
        times.push(begun.elapsed().as_secs_f64());
    }
    times.sort_by(f64::total_cmp);
    let (after, memory) = used();
    println!(
        "{WALKS} walks: median {:.3} s, 95 % {:.3} s, {:.3} CPU seconds each; {memory} MB in memory",
        times[WALKS / 2],
        times[WALKS * 95 / 100],
        (after - cpu) / WALKS as f64
    );
    let begun = Instant::now();
    drop(tab);
    browser.close().await;
    println!("end {:.2} s", begun.elapsed().as_secs_f64());
}
