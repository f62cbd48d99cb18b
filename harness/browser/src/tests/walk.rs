//! Walks through pages that scripts make.

use std::net::TcpListener;
use std::time::Duration;

use serde_json::Value;

use super::stage::QUIET;
use super::stage::Stage;
use super::stage::WITHIN;
use super::stage::browser;
use super::stage::shared;
use crate::Browser;
use crate::BrowserError;
use crate::Frame;
use crate::Kind;
use crate::Tab;
use crate::Until;

const SPA: &str = r#"<!DOCTYPE html><title>Sign in</title><div id=root></div><script src=/app.js></script>"#;
/// It believes trusted events only, as some frameworks and all bot checks do.
const APP: &str = r#"
const root = document.getElementById("root");
const add = (name, set) => { const e = document.createElement(name); Object.assign(e, set); root.append(e); return e; };
fetch("/api/tx").then(r => r.json()).then(tx => {
  root.innerHTML = "<p>" + tx.client + " wants access</p><label for=user>User name</label>";
  const values = {};
  for (const [id, type] of [["user", "text"], ["pass", "password"]])
    add("input", { id, type }).addEventListener("input", e => { if (e.isTrusted) values[id] = e.target.value; });
  add("input", { type: "hidden", name: "unseen" });
  add("button", { textContent: "Deny", onclick: () => {} });
  add("button", { textContent: "Allow access", onclick: async e => {
    if (!e.isTrusted) return;
    const answer = await fetch("/api/consent", { method: "POST", headers: { "content-type": "application/json" }, body: JSON.stringify(values) });
    location = (await answer.json()).redirect;
  } });
  add("img", { src: "https://evil.test/logo.png" });
});"#;

fn server() -> Stage {
    Stage::default()
        .with(
            "https://as.test/authorize",
            &[
                ("location", "/ui"),
                ("set-cookie", "sid=1; HttpOnly; Secure; Path=/; SameSite=Lax"),
            ],
            "",
        )
        .page("https://as.test/ui", SPA)
        .with(
            "https://as.test/app.js",
            &[("content-type", "text/javascript")],
            APP,
        )
        .with("https://as.test/api/tx", &[], r#"{"client":"An app"}"#)
        .with(
            "https://as.test/api/consent",
            &[],
            r#"{"redirect":"https://app.test/cb?code=1#x"}"#,
        )
}

/// A tab that has opened a page of this text.
async fn opened(browser: &Browser, page: &str) -> Tab {
    let tab = browser
        .tab(shared(Stage::default().page("https://as.test/page", page)))
        .await
        .unwrap();
    tab.navigate("https://as.test/page", WITHIN).await.unwrap();
    tab.wait(&[Until::Idle(QUIET)], WITHIN).await.unwrap();
    tab
}

#[tokio::test]
async fn a_page_that_a_script_makes_is_walked_to_its_end() {
    let Some(browser) = browser().await else { return };
    let stage = shared(server());
    let tab = browser.tab(stage.clone()).await.unwrap();
    assert!(
        tab.navigate("https://as.test/authorize?client_id=1", WITHIN)
            .await
            .unwrap()
    );
    let shown = [Until::Says("wants access".to_owned())];
    assert!(tab.wait(&shown, WITHIN).await.unwrap().is_some());
    tab.wait(&[Until::Idle(QUIET)], WITHIN).await.unwrap();
    let controls = tab.controls().await.unwrap();
    assert_eq!(controls.fields.len(), 2, "{controls:?}");
    tab.type_into(controls.field("user name").unwrap(), "alice")
        .await
        .unwrap();
    tab.type_into(controls.field("password").unwrap(), "wrong")
        .await
        .unwrap();
    tab.type_into(controls.field("password").unwrap(), "s3cret ü")
        .await
        .unwrap();
    tab.press(controls.button("allow").unwrap()).await.unwrap();
    assert_eq!(
        tab.wait(&[Until::Left], WITHIN).await.unwrap(),
        Some(&Until::Left)
    );
    let left = tab.left().unwrap();
    assert_eq!(
        (left.url.as_str(), left.fragment.as_str()),
        ("https://app.test/cb?code=1", "#x")
    );
    let consent = &stage.asked("https://as.test/api/consent")[0];
    let typed: Value = serde_json::from_slice(&consent.body).unwrap();
    assert_eq!(typed, serde_json::json!({ "user": "alice", "pass": "s3cret ü" }));
    assert_eq!(consent.header("cookie"), Some("sid=1"));
    assert_eq!(consent.header("origin"), Some("https://as.test"));
    let loads = tab.loads();
    let foreign: Vec<_> = loads
        .iter()
        .filter(|load| !load.request.url.starts_with("https://as.test/"))
        .map(|load| (load.request.url.as_str(), load.request.kind.clone(), load.status))
        .collect();
    assert_eq!(
        foreign,
        [
            ("https://evil.test/logo.png", Kind::Image, None),
            ("https://app.test/cb?code=1", Kind::Page, None)
        ]
    );
    let first: Vec<_> = loads.iter().take(2).map(|load| load.status).collect();
    assert_eq!(first, [Some(302), Some(200)]);
    drop(tab);
    browser.close().await;
}

#[tokio::test]
async fn tabs_share_no_cookies() {
    let Some(browser) = browser().await else { return };
    let stage = shared(server());
    let first = browser.tab(stage.clone()).await.unwrap();
    let second = browser.tab(stage.clone()).await.unwrap();
    first.navigate("https://as.test/authorize", WITHIN).await.unwrap();
    second.navigate("https://as.test/ui", WITHIN).await.unwrap();
    let pages = stage.asked("https://as.test/ui");
    let cookies: Vec<_> = pages.iter().map(|page| page.header("cookie")).collect();
    assert_eq!(cookies, [Some("sid=1"), None]);
}

#[tokio::test]
async fn a_page_may_leave_to_an_app_or_by_a_form() {
    let Some(browser) = browser().await else { return };
    let form = "<form method=post action='https://app.test/cb'><input name=code value=7></form><script>document.forms[0].submit()</script>";
    let stage = Stage::default()
        .with(
            "https://as.test/redirect",
            &[("location", "com.example.app:/cb?code=1")],
            "",
        )
        .page(
            "https://as.test/script",
            "<script>location = 'com.example.app:/cb?code=2'</script>",
        )
        .page("https://as.test/form", form);
    let tab = browser.tab(shared(stage)).await.unwrap();
    for (path, url, body) in [
        ("redirect", "com.example.app:/cb?code=1", ""),
        ("script", "com.example.app:/cb?code=2", ""),
        ("form", "https://app.test/cb", "code=7"),
    ] {
        tab.navigate(&format!("https://as.test/{path}"), WITHIN)
            .await
            .unwrap();
        let reached = tab.wait(&[Until::Left], WITHIN).await.unwrap();
        assert!(reached.is_some(), "{path}");
        let left = tab.left().unwrap();
        assert_eq!(
            (left.url.as_str(), left.body.as_slice()),
            (url, body.as_bytes()),
            "{path}"
        );
    }
}

#[tokio::test]
async fn nothing_reaches_the_network() {
    let Some(browser) = browser().await else { return };
    let listener = TcpListener::bind("127.0.0.1:0").unwrap();
    listener.set_nonblocking(true).unwrap();
    let here = listener.local_addr().unwrap();
    let page = format!(
        "<link rel=preconnect href='http://{here}'><link rel=dns-prefetch href='http://{here}'>\
         <script>new WebSocket('ws://{here}/socket'); fetch('http://{here}/called');
         navigator.sendBeacon('http://{here}/beacon', 'x'); new Worker('/worker.js'); window.open('http://{here}/opened');</script>"
    );
    let worker = format!("fetch('http://{here}/worked')");
    let stage = shared(Stage::default().page("http://as.test/page", &page).with(
        "http://as.test/worker.js",
        &[("content-type", "text/javascript")],
        &worker,
    ));
    let tab = browser.tab(stage.clone()).await.unwrap();
    tab.navigate("http://as.test/page", WITHIN).await.unwrap();
    tab.wait(&[Until::Idle(Duration::from_secs(1))], WITHIN)
        .await
        .unwrap();
    let loads = tab.loads();
    let wanted: Vec<&str> = loads.iter().map(|load| load.request.url.as_str()).collect();
    for path in ["called", "beacon", "worked"] {
        let url = format!("http://{here}/{path}");
        assert!(wanted.contains(&url.as_str()), "{path}: {wanted:?}");
    }
    let socket = loads
        .iter()
        .find(|load| load.request.kind == Kind::Socket)
        .unwrap();
    assert_eq!(socket.request.url, format!("ws://{here}/socket"));
    assert_eq!(
        listener.accept().unwrap_err().kind(),
        std::io::ErrorKind::WouldBlock
    );
}

#[tokio::test]
async fn hidden_corners_of_a_page_are_seen() {
    let Some(browser) = browser().await else { return };
    let page = "<script>alert('one'); confirm('two');</script>\
        <input name=shown aria-label=Shown><input name=none style='display:none'><input name=clear style='opacity:0'>\
        <div id=host></div><iframe srcdoc=\"<input name=framed type=password>\"></iframe>\
        <input type=submit value='Sign in'><a href=/cancel>Cancel</a><button disabled aria-label='Go on'><svg></svg></button>\
        <script>host.attachShadow({mode:'open'}).innerHTML = '<input name=shadow>in the shadow'</script>";
    let tab = opened(&browser, page).await;
    let controls = tab.controls().await.unwrap();
    let mut names: Vec<&str> = controls.fields.iter().map(|field| field.name.as_str()).collect();
    names.sort_unstable();
    assert_eq!(names, ["framed", "shadow", "shown"]);
    let buttons: Vec<(&str, bool)> = controls
        .buttons
        .iter()
        .map(|it| (it.words.as_str(), it.enabled))
        .collect();
    assert_eq!(buttons, [("Sign in", true), ("Cancel", true), ("Go on", false)]);
    assert!(tab.text().await.unwrap().contains("in the shadow"));
    for name in ["framed", "shadow"] {
        tab.type_into(controls.field(name).unwrap(), "typed")
            .await
            .unwrap();
        let filled = tab.controls().await.unwrap();
        assert!(filled.field(name).unwrap().filled, "{name}");
    }
}

#[tokio::test]
async fn a_covered_button_is_pressed_by_its_key() {
    let Some(browser) = browser().await else { return };
    let page = "<button onclick=\"if (event.isTrusted) location = 'https://app.test/cb'\">Allow</button>\
        <div style='position:fixed;inset:0;z-index:9;background:#fff'>cookies?</div>";
    let tab = opened(&browser, page).await;
    let controls = tab.controls().await.unwrap();
    tab.press(controls.button("Allow").unwrap()).await.unwrap();
    assert!(tab.wait(&[Until::Left], WITHIN).await.unwrap().is_some());
}

#[tokio::test]
async fn a_replaced_button_and_a_missing_page_are_named() {
    let Some(browser) = browser().await else { return };
    let page = "<div id=root><button>Allow</button></div>";
    let later = "<script>setTimeout(() => { root.innerHTML = '<p>done</p>' }, 700)</script>";
    let stage = Stage::default().page("https://as.test/page", &format!("{page}{later}"));
    let tab = browser.tab(shared(stage)).await.unwrap();
    assert_eq!(tab.text().await, Err(BrowserError::NoPage));
    tab.navigate("https://as.test/page", WITHIN).await.unwrap();
    tab.wait(&[Until::Shows("button".to_owned())], WITHIN)
        .await
        .unwrap();
    let controls = tab.controls().await.unwrap();
    tab.wait(&[Until::Says("done".to_owned())], WITHIN).await.unwrap();
    let gone = tab.press(&controls.buttons[0]).await.unwrap_err();
    assert_eq!(gone.to_string(), "the page has replaced the button `Allow`");
    let never = [Until::Shows("#never".to_owned())];
    assert_eq!(tab.wait(&never, Duration::from_millis(300)).await.unwrap(), None);
}

#[tokio::test]
async fn the_question_before_a_call_is_asked_as_by_a_browser() {
    let Some(browser) = browser().await else { return };
    let call = "fetch('https://api.test/x', { method: 'PUT', headers: { 'x-own': '1' } })";
    let page = format!(
        "<script>{call}.then(() => document.body.append('may'), () => document.body.append('may not'))</script><body>"
    );
    let allows = [
        ("access-control-allow-origin", "https://as.test"),
        ("access-control-allow-methods", "PUT"),
        ("access-control-allow-headers", "x-own"),
    ];
    for (headers, said, methods) in [
        (&allows[..], "may", &["OPTIONS", "PUT"][..]),
        (&[], "may not", &["OPTIONS"]),
    ] {
        let stage = Stage::default().page("https://as.test/page", &page);
        let stage = shared(stage.with("https://api.test/x", headers, "{}"));
        let tab = browser.tab(stage.clone()).await.unwrap();
        tab.navigate("https://as.test/page", WITHIN).await.unwrap();
        tab.wait(&[Until::Says("may".to_owned())], WITHIN).await.unwrap();
        assert_eq!(tab.text().await.unwrap().trim(), said);
        let asked = stage.asked("https://api.test/x");
        let asked: Vec<&str> = asked.iter().map(|request| request.method.as_str()).collect();
        assert_eq!(asked, methods);
        assert!(
            stage
                .asked("https://as.test/page")
                .iter()
                .all(|it| it.frame == Frame::Top)
        );
    }
}
