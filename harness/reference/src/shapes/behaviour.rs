//! Shapes in which a client has more to do than elsewhere: it gets there, and nobody else does.

use reqwest::Client;
use reqwest::Response;
use reqwest::header::AUTHORIZATION;
use reqwest::header::COOKIE;
use reqwest::header::LOCATION;
use reqwest::header::RETRY_AFTER;
use reqwest::header::SET_COOKIE;
use reqwest::redirect::Policy as Redirects;
use serde_json::Value;
use serde_json::json;
use tokio::net::TcpListener;

use super::*;
use crate::Options;
use crate::Server;
use crate::ServerLog;
use crate::cimd::FetchSettings;
use crate::cimd::Loopback;

const CALLBACK: &str = "https://app.example.com/callback";
const CHALLENGE: &str = "E9Melhoa2OwvFrEMTJguCHaoeK1t8URWbuGJSstw-cM";

/// A server of this shape; its login application is at its address, and its issuer at its name.
async fn started(name: &str) -> Server {
    let listener = TcpListener::bind("127.0.0.1:0").await.unwrap();
    let address = listener.local_addr().unwrap();
    let mut policy = Policy::default();
    (shape(name).unwrap().apply)(&mut policy);
    let options = Options {
        upstream: None,
        issuer: format!("http://localhost:{}", address.port()),
        login: Some(format!("http://{address}")),
        policy,
        data: None,
        fetch: FetchSettings {
            dns: None,
            trust: Vec::new(),
            loopback: Loopback::Allow,
        },
        log: ServerLog::default(),
    };
    Server::start(listener, options).await.unwrap()
}

fn browser() -> Client {
    // The first of the tests installs it; no test speaks TLS.
    let _ = rustls::crypto::ring::default_provider().install_default();
    Client::builder().redirect(Redirects::none()).build().unwrap()
}

async fn registered(server: &Server, token: Option<&str>) -> Response {
    let client = json!({ "redirect_uris": [CALLBACK], "token_endpoint_auth_method": "none" });
    let mut request = browser()
        .post(format!("{}/register", server.issuer()))
        .header("content-type", "application/json")
        .body(client.to_string());
    if let Some(token) = token {
        request = request.header(AUTHORIZATION, format!("Bearer {token}"));
    }
    request.send().await.unwrap()
}

async fn json_of(response: Response) -> Value {
    serde_json::from_str(&response.text().await.unwrap()).unwrap()
}

fn text_of<'a>(response: &'a Response, name: &reqwest::header::HeaderName) -> &'a str {
    response.headers().get(name).unwrap().to_str().unwrap()
}

/// The value of a hidden field.
fn field(page: &str, name: &str) -> String {
    let at = format!("name=\"{name}\" value=\"");
    let rest = page.split(&at).nth(1).unwrap();
    rest.split('"').next().unwrap().to_owned()
}

async fn sent(form: &[(&str, &str)], to: &str) -> Response {
    let body = url::form_urlencoded::Serializer::new(String::new())
        .extend_pairs(form)
        .finish();
    let form = "application/x-www-form-urlencoded";
    let request = browser().post(to).header("content-type", form).body(body);
    request.send().await.unwrap()
}

/// The way to the login, and the cookie with which the browser is sent there.
async fn sent_away(server: &Server) -> (String, String) {
    let client = json_of(registered(server, None).await).await;
    let query = url::form_urlencoded::Serializer::new(String::new())
        .append_pair("response_type", "code")
        .append_pair("client_id", client["client_id"].as_str().unwrap())
        .append_pair("code_challenge", CHALLENGE)
        .append_pair("code_challenge_method", "S256")
        .finish();
    let asked = browser().get(format!("{}/authorize?{query}", server.issuer()));
    let asked = asked.send().await.unwrap();
    let cookie = text_of(&asked, &SET_COOKIE).split(';').next().unwrap();
    (text_of(&asked, &LOCATION).to_owned(), cookie.to_owned())
}

/// Where the login application sends somebody who logs in.
async fn logged_in(login: &str) -> String {
    let page = browser().get(login).send().await.unwrap().text().await.unwrap();
    let (request, csrf) = (field(&page, "request"), field(&page, "csrf"));
    let form = [
        ("request", request.as_str()),
        ("csrf", &csrf),
        ("username", "alice"),
        ("password", "wonderland"),
    ];
    let back = sent(&form, login.split('?').next().unwrap()).await;
    text_of(&back, &LOCATION).to_owned()
}

#[tokio::test]
async fn who_logs_in_elsewhere_comes_back_to_the_question() {
    let server = started("own-login-elsewhere").await;
    let (login, cookie) = sent_away(&server).await;
    assert!(
        login.starts_with(&format!("http://{}/", server.address())),
        "{login}"
    );
    let back = logged_in(&login).await;
    assert!(back.starts_with(server.issuer()), "{back}");
    let entered = browser().get(&back).header(COOKIE, &cookie);
    let entered = entered.send().await.unwrap();
    let session = text_of(&entered, &SET_COOKIE).split(';').next().unwrap();
    let question = browser()
        .get(text_of(&entered, &LOCATION))
        .header(COOKIE, session);
    let page = question.send().await.unwrap().text().await.unwrap();
    assert!(page.contains("name=\"decision\""), "{page}");
    let again = browser().get(&back).header(COOKIE, &cookie);
    assert_eq!(again.send().await.unwrap().status(), 400);
}

#[tokio::test]
async fn a_ticket_is_for_the_browser_that_was_sent_away() {
    let server = started("own-login-elsewhere").await;
    let (login, cookie) = sent_away(&server).await;
    let back = logged_in(&login).await;
    assert_eq!(browser().get(&back).send().await.unwrap().status(), 400);
    let forged = browser().get(format!("{back}x")).header(COOKIE, &cookie);
    assert_eq!(forged.send().await.unwrap().status(), 400);
}

#[tokio::test]
async fn an_initial_token_opens_one_registration() {
    let server = started("one-use-initial-token").await;
    let form = [
        ("grant_type", "client_credentials"),
        ("scope", "registration"),
        ("client_id", "operator"),
    ];
    let body = url::form_urlencoded::Serializer::new(String::new())
        .extend_pairs(form)
        .finish();
    let got = browser()
        .post(format!("{}/token", server.issuer()))
        .basic_auth("operator", Some("operator-of-wonderland"))
        .header("content-type", "application/x-www-form-urlencoded")
        .body(body);
    let got = json_of(got.send().await.unwrap()).await;
    let token = got["access_token"].as_str().unwrap();
    assert_eq!(registered(&server, Some(token)).await.status(), 201);
    assert_eq!(registered(&server, Some(token)).await.status(), 401);
    assert_eq!(registered(&server, None).await.status(), 401);
    let first = server.initial_tokens().valid();
    assert_eq!(registered(&server, Some(first)).await.status(), 201);
    assert_eq!(registered(&server, Some(first)).await.status(), 401);
}

#[tokio::test]
async fn the_fourth_registration_in_a_minute_waits() {
    let server = started("three-a-minute").await;
    for _ in 0..3 {
        assert_eq!(registered(&server, None).await.status(), 201);
    }
    let fourth = registered(&server, None).await;
    assert_eq!(fourth.status(), 429);
    let seconds: u64 = text_of(&fourth, &RETRY_AFTER).parse().unwrap();
    assert!((50..=61).contains(&seconds), "{seconds}");
}
