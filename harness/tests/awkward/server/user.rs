//! Its user as a program: logs in and decides where a script would make the page, and says what it did.

use std::env;
use std::fs::OpenOptions;
use std::io;
use std::io::Read;
use std::io::Write;
use std::sync::Arc;

use reqwest::Client;
use reqwest::Response;
use reqwest::header::CONTENT_TYPE;
use reqwest::header::COOKIE;
use reqwest::header::LOCATION;
use reqwest::header::SET_COOKIE;
use reqwest::redirect;
use rustls::ClientConfig;
use rustls::RootCertStore;
use rustls::pki_types::CertificateDer;
use rustls::pki_types::pem::PemObject;
use serde_json::json;
use url::Url;
use url::form_urlencoded;

/// Names a file to which each run of the program adds a line.
const RUNS: &str = "AWKWARD_RUNS";

/// Does this in place of the user, at the page of the last argument.
pub(crate) async fn does(words: &[String]) -> io::Result<()> {
    let words: Vec<&str> = words.iter().map(String::as_str).collect();
    let told = match words.as_slice() {
        ["log-in", page] => log_in(page, lines).await?,
        ["log-in-json", page] => log_in(page, state).await?,
        ["decide", page] => decide(page).await?,
        _ => {
            return Err(io::Error::other(
                "a user does `log-in`, `log-in-json` or `decide` at a page",
            ));
        }
    };
    writeln!(io::stdout(), "{told}")
}

fn variable(name: &str) -> io::Result<String> {
    env::var(name).map_err(|_| io::Error::other(format!("{name} is not set")))
}

fn note(line: &str) -> io::Result<()> {
    let mut runs = OpenOptions::new()
        .create(true)
        .append(true)
        .open(variable(RUNS)?)?;
    writeln!(runs, "{line}")
}

/// Believes the authority that the environment names, and no other.
fn client() -> io::Result<Client> {
    let authority = CertificateDer::from_pem_file(variable("SSL_CERT_FILE")?).map_err(io::Error::other)?;
    let mut roots = RootCertStore::empty();
    roots.add(authority).map_err(io::Error::other)?;
    let provider = Arc::new(rustls::crypto::ring::default_provider());
    let tls = ClientConfig::builder_with_provider(provider)
        .with_safe_default_protocol_versions()
        .map_err(io::Error::other)?
        .with_root_certificates(roots)
        .with_no_client_auth();
    let client = Client::builder()
        .tls_backend_preconfigured(tls)
        .redirect(redirect::Policy::none());
    client.no_proxy().build().map_err(io::Error::other)
}

async fn posted(to: Url, pairs: &[(&str, &str)], cookies: &str) -> io::Result<Response> {
    let form = form_urlencoded::Serializer::new(String::new())
        .extend_pairs(pairs)
        .finish();
    let asked = client()?
        .post(to)
        .header(CONTENT_TYPE, "application/x-www-form-urlencoded")
        .header(COOKIE, cookies)
        .body(form);
    asked.send().await.map_err(io::Error::other)
}

fn place(page: &str, path: &str) -> io::Result<Url> {
    Url::parse(page)
        .and_then(|page| page.join(path))
        .map_err(io::Error::other)
}

/// Logs in with what the environment has, and says which cookies came in this form.
async fn log_in(page: &str, form: fn(&Url, &[&str]) -> String) -> io::Result<String> {
    let (user, secret) = (
        variable("CIMDSPEC_LOGIN_USER")?,
        variable("CIMDSPEC_LOGIN_SECRET")?,
    );
    note(&format!("log-in {user}"))?;
    if variable("CIMDSPEC_LOGIN_URL")? != page {
        return Err(io::Error::other("the page of the environment is another one"));
    }
    let to = place(page, "/login")?;
    let came = posted(to.clone(), &[("user", &user), ("secret", &secret)], "").await?;
    let cookies = came.headers().get_all(SET_COOKIE).iter();
    let cookies: Vec<&str> = cookies.filter_map(|cookie| cookie.to_str().ok()).collect();
    match cookies.is_empty() {
        true => Err(io::Error::other("no cookie came")),
        false => Ok(form(&to, &cookies)),
    }
}

fn lines(_: &Url, cookies: &[&str]) -> String {
    let lines = cookies.iter().map(|cookie| format!("Set-Cookie: {cookie}"));
    lines.collect::<Vec<_>>().join("\n")
}

fn state(to: &Url, cookies: &[&str]) -> String {
    let cookies = cookies.iter().filter_map(|cookie| {
        let (name, value) = cookie.split(';').next()?.split_once('=')?;
        let same_site = if cookie.contains("SameSite=Lax") { "Lax" } else { "None" };
        Some(json!({
            "name": name, "value": value, "domain": to.host_str(), "path": "/", "expires": -1, "httpOnly": true,
            "secure": true, "sameSite": same_site,
        }))
    });
    json!({ "cookies": cookies.collect::<Vec<_>>(), "origins": [] }).to_string()
}

/// Decides at a page, and says where the browser was sent.
async fn decide(page: &str) -> io::Result<String> {
    let mut state = String::new();
    io::stdin().read_to_string(&mut state)?;
    let cookies = variable("CIMDSPEC_CONSENT_COOKIES")?;
    let decision = variable("CIMDSPEC_CONSENT_DECISION")?;
    note(&format!("decide {decision}"))?;
    if !state.contains("\"name\":\"session\"") {
        return Err(io::Error::other("no storage state came"));
    }
    let shown = client()?.get(page).header(COOKIE, &cookies).send().await;
    let shown = shown.map_err(io::Error::other)?.text().await;
    let shown = shown.map_err(io::Error::other)?;
    let key = shown.split_once("data-request=\"").map(|(_, rest)| rest);
    let Some((key, _)) = key
        .and_then(|rest| rest.split_once('"'))
        .filter(|(key, _)| !key.is_empty())
    else {
        return Ok("refused".to_owned());
    };
    let pairs = [("request", key), ("decision", &decision)];
    let came = posted(place(page, "/consent")?, &pairs, &cookies).await?;
    let to = came.headers().get(LOCATION).and_then(|to| to.to_str().ok());
    to.map(str::to_owned)
        .ok_or_else(|| io::Error::other("the browser was sent nowhere"))
}
