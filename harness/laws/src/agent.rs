//! What the user agent makes of answers: cookies, redirects, forms, and the bytes of HTTP below them.

use std::sync::OnceLock;
use std::time::Duration;

use cimdspec_drive::readers::Answer;
use cimdspec_drive::readers::Client;
use cimdspec_drive::readers::Going;
use cimdspec_drive::readers::Jar;
use cimdspec_drive::readers::Recorder;
use cimdspec_drive::readers::Redactor;
use cimdspec_drive::readers::Visitor;
use cimdspec_drive::readers::pause;
use cimdspec_model::observation::Arrival;
use cimdspec_model::observation::Landing;
use cimdspec_model::profile::Profile;
use cimdspec_model::verb::Decision;
use cimdspec_model::verb::Until;
use tokio::io::AsyncReadExt;
use tokio::io::AsyncWriteExt;
use tokio::net::TcpListener;
use url::Host;
use url::Url;

use crate::bytes::Bytes;
use crate::hosts::runtime;

const PASSWORD: &str = "correct-horse-battery";
const TARGET: &str = "https://as.test/authorize?x=1";
const LONGEST_PAUSE: Duration = Duration::from_secs(5);
/// More than any answer that is served to the law needs.
const DEADLINE: Duration = Duration::from_secs(20);
/// What the client reads of a body, with its last piece (`http::client`).
const MOST_READ: usize = 3 * 1024 * 1024;
/// What a jar holds at most (`agent::cookie`), of all cookies and of those of one domain, with the last one.
const MOST_COOKIES: usize = 1000;
const MOST_BYTES: usize = 128 * 1024 + 2 * 4096;
const MOST_LINES: usize = 256;

fn profile() -> &'static Profile {
    static PROFILE: OnceLock<Profile> = OnceLock::new();
    PROFILE.get_or_init(|| {
        let text = format!("name = \"x\"\n[login.fields]\nuser = \"alice\"\npass = \"{PASSWORD}\"\n");
        Profile::read("profile.toml", &text).expect("the profile is right")
    })
}

pub(crate) fn client() -> &'static Client {
    static CLIENT: OnceLock<Client> = OnceLock::new();
    CLIENT.get_or_init(|| Client::new(profile()).expect("the profile has no header fields"))
}

fn url(text: &str) -> Url {
    Url::parse(text).expect("a URL of a law")
}

fn owns(url: &Url) -> bool {
    matches!(url.scheme(), "http" | "https") && url.origin().ascii_serialization() == "https://as.test"
}

/// A value as a header field brings it: no line has an end in it, and no other control character but the tab.
pub(crate) fn field_value(text: &str) -> String {
    let is_kept = |c: &char| !c.is_ascii_control() || *c == '\t';
    text.chars().filter(is_kept).collect::<String>().trim().to_owned()
}

fn visitor(number: u8) -> Visitor<'static> {
    let stops = [Until::End, Until::Consent, Until::Login];
    Visitor {
        profile: profile(),
        owns: &owns,
        decide: match number & 1 {
            0 => Decision::Approve,
            _ => Decision::Deny,
        },
        until: stops[usize::from(number >> 1) % stops.len()],
        redirect_uris: [
            "https://app.test/callback",
            "com.example.app:/callback",
            "/callback",
        ]
        .map(str::to_owned)
        .into(),
        state: Some("state-of-the-request".to_owned()),
    }
}

/// Cookies go back to their own site only, in a field that can be sent, and within bounds.
///
/// Each line is the value of a `set-cookie` field behind a byte that says who sends it.
pub fn cookies(bytes: &[u8]) {
    static PLACES: OnceLock<[Url; 6]> = OnceLock::new();
    let places = PLACES.get_or_init(|| {
        [
            "https://as.test/login",
            "https://login.as.test/a/b?c",
            "http://as.test/",
            "https://other.test/a/b",
            "https://127.0.0.1:8443/a",
            "https://[::1]/a/b/",
        ]
        .map(url)
    });
    let mut given = Bytes(bytes);
    let (mut all, mut strangers) = (Jar::default(), Jar::default());
    for _ in 0..MOST_LINES {
        if given.is_empty() {
            break;
        }
        let from = &places[usize::from(given.byte()) % places.len()];
        let value = field_value(&given.text_line());
        all.take(from, &value);
        if !from.host_str().is_some_and(|host| host.ends_with("as.test")) {
            strangers.take(from, &value);
        }
    }
    for place in &places[..3] {
        assert_eq!(
            strangers.header(place),
            None,
            "a cookie of another site goes to {place}"
        );
    }
    assert!(all.values().count() <= MOST_COOKIES);
    for place in places {
        let Some(field) = all.header(place) else {
            assert_eq!(all.header_from_elsewhere(place, "GET"), None);
            continue;
        };
        assert!(field.len() <= MOST_BYTES, "{} bytes", field.len());
        let cannot_be_sent = |c: char| c.is_ascii_control() && c != '\t';
        assert!(!field.contains(cannot_be_sent), "{field:?}");
        let mut from_elsewhere = all.header_from_elsewhere(place, "POST").into_iter();
        assert!(from_elsewhere.all(|part| part.len() <= field.len()));
    }
}

/// A `Location` is followed to the target only; who is sent elsewhere is recorded there, without a code.
///
/// The first byte chooses status and visitor, the rest is the value of the field.
pub fn location(bytes: &[u8]) {
    let mut given = Bytes(bytes);
    let chosen = given.byte();
    let value = field_value(&String::from_utf8_lossy(given.0));
    let answer = Answer {
        status: [302, 303, 307, 308, 301, 300][usize::from(chosen) % 6],
        headers: vec![("location".to_owned(), value.clone())],
        body: String::new(),
    };
    let visitor = visitor(chosen >> 4);
    match visitor.goes(page(), &answer) {
        Going::Asks { url, .. } => assert!(owns(&url), "{url} is not the target's"),
        Going::Leaves(to) => {
            assert_eq!(to, value);
            left(&visitor, &to);
        }
        Going::Stays(Arrival::Login) => {}
        other => panic!("a redirect led to {other:?}"),
    }
}

fn page() -> &'static Url {
    static PAGE: OnceLock<Url> = OnceLock::new();
    PAGE.get_or_init(|| url(TARGET))
}

fn left(visitor: &Visitor<'_>, location: &str) {
    let recorder = Recorder::new(client(), Redactor::default());
    let Arrival::Sent {
        to,
        landing,
        parameters,
    } = recorder.left(visitor, location)
    else {
        panic!("who left was not sent");
    };
    assert!(!to.contains(['?', '#']), "{to}");
    for (name, value) in &parameters {
        if ["code", "access_token", "id_token"].contains(&name.as_str()) {
            assert!(value.is_empty() || value.starts_with('['), "{name}={value}");
        }
    }
    if landing == Landing::Asked {
        let read = Url::parse(&to).ok();
        let is_asked =
            |asked: &String| *asked == to.trim() || (read.is_some() && Url::parse(asked).ok() == read);
        assert!(
            visitor.redirect_uris.iter().any(is_asked),
            "{to} was not asked for"
        );
    }
}

/// An answer leads the user agent nowhere but to the target, and the password that it types is recorded nowhere.
///
/// The first byte chooses the visitor, the next two the status; header fields stand in lines, and the body below an empty one.
pub fn answer(bytes: &[u8]) {
    let mut given = Bytes(bytes);
    let visitor = visitor(given.byte());
    let status = u16::try_from(given.number() % 600).unwrap_or_default();
    let mut headers = Vec::new();
    while !given.is_empty() {
        let line = given.text_line();
        let Some((name, value)) = line.split_once(':') else {
            break;
        };
        headers.push((name.trim().to_ascii_lowercase(), field_value(value)));
    }
    let answer = Answer {
        status,
        headers,
        body: String::from_utf8_lossy(given.0).into_owned(),
    };
    goes_on(&visitor, &answer);
}

fn goes_on(visitor: &Visitor<'_>, answer: &Answer) {
    if let Some(pause) = pause(answer, 3) {
        assert!(pause <= LONGEST_PAUSE);
        assert!(matches!(answer.status, 429 | 503));
    }
    let recorder = Recorder::new(client(), Redactor::default());
    recorder.redactor().learn("password", PASSWORD);
    match visitor.goes(page(), answer) {
        Going::Asks { url, body, shown, .. } => {
            assert!(owns(&url), "{url} is not the target's");
            let recorded = recorder.exchange(&url, &[], Ok(answer.clone()));
            assert!(!recorded.url.contains(PASSWORD), "{}", recorded.url);
            let shown = shown.or(body).map(|body| recorder.redactor().text(&body));
            assert!(!shown.is_some_and(|shown| shown.contains(PASSWORD)));
        }
        Going::Leaves(to) => left(visitor, &to),
        Going::LogsIn => panic!("the profile has no program that logs in"),
        Going::Stays(_) => {}
    }
}

/// The bytes of an answer are read within bounds, whatever they are; and what was read leads nowhere else.
pub fn http_answer(bytes: &[u8]) {
    static SERVER: OnceLock<(TcpListener, Url)> = OnceLock::new();
    let (listener, place) = SERVER.get_or_init(|| {
        let bound = runtime().block_on(TcpListener::bind(("127.0.0.1", 0)));
        let listener = bound.expect("a port of loopback is free");
        let port = listener.local_addr().expect("a listener has an address").port();
        (listener, url(&format!("http://127.0.0.1:{port}/")))
    });
    let serves = async {
        loop {
            let Ok((mut stream, _)) = listener.accept().await else {
                continue;
            };
            let mut request = [0; 4096];
            let _ = stream.read(&mut request).await;
            let _ = stream.write_all(bytes).await;
            let _ = stream.shutdown().await;
        }
    };
    let answered = runtime().block_on(async {
        tokio::select! {
            answered = client().ask(place.clone(), DEADLINE) => answered,
            never = serves => never,
        }
    });
    match answered {
        Err(reason) => {
            assert!(!reason.is_empty());
            assert!(
                !reason.contains("within the deadline"),
                "an answer that ended was waited for"
            );
        }
        Ok(answer) => {
            assert!((100..1000).contains(&answer.status), "{}", answer.status);
            assert!(answer.body.len() <= MOST_READ, "{} bytes", answer.body.len());
            for (name, value) in &answer.headers {
                assert_eq!(*name, name.to_ascii_lowercase());
                assert!(!value.contains(['\r', '\n', '\0']), "{name}: {value:?}");
            }
            goes_on(&visitor(0), &answer);
        }
    }
}

/// Whether a URL is of this machine.
pub(crate) fn is_loopback(url: &Url) -> bool {
    match url.host() {
        Some(Host::Domain(name)) => {
            let name = name.trim_end_matches('.');
            name == "localhost" || name.ends_with(".localhost")
        }
        Some(Host::Ipv4(address)) => address.is_loopback(),
        Some(Host::Ipv6(address)) => address.is_loopback(),
        None => false,
    }
}
