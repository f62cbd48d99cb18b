//! The reference behind a front that notes every secret that passes, and tells it on its output.

use std::collections::BTreeSet;
use std::io::Write;
use std::net::SocketAddr;
use std::path::Path;
use std::sync::Arc;
use std::sync::Mutex;

use cimdspec_reference::Options;
use cimdspec_reference::Policy;
use cimdspec_reference::Server;
use cimdspec_reference::ServerLog;
use cimdspec_reference::cimd::FetchSettings;
use cimdspec_reference::cimd::Loopback;
use cimdspec_reference::mutant;
use cimdspec_reference::policy::LogFault;
use cimdspec_reference::shape;
use rustls::pki_types::CertificateDer;
use rustls::pki_types::pem::PemObject;
use tokio::io::AsyncReadExt;
use tokio::io::AsyncWriteExt;
use tokio::net::TcpListener;
use tokio::net::TcpStream;

/// Names the file for the secrets.
pub const NOTES: &str = "CIMDSPEC_TEST_NOTES";
/// Names the rule that the server breaks.
pub const MUTANT: &str = "CIMDSPEC_TEST_MUTANT";
/// Names the shapes that the server has, with spaces between them.
pub const SHAPES: &str = "CIMDSPEC_TEST_SHAPES";
/// Not a rule of the reference: the front refuses to delete clients.
pub const KEEPS_CLIENTS: &str = "keeps-clients";
/// Shorter texts are no secrets, or were never meant to be some.
const SHORTEST: usize = 10;
/// What scenarios write themselves is known to everybody.
const OURS: [&str; 3] = [
    "s3cret-of-the-document",
    "cimdspec-not-the-secret-of-this-client",
    "not-the-token-of-this-registration",
];
const MESSAGES: [&str; 6] = ["DELETE /", "GET /", "HTTP/1.1 ", "PATCH /", "POST /", "PUT /"];
const PARAMETERS: [&str; 9] = [
    "client_assertion",
    "code",
    "code_verifier",
    "consent_challenge",
    "csrf",
    "login_challenge",
    "password",
    "refresh_token",
    "session_state",
];
const MEMBERS: [&str; 4] = [
    "access_token",
    "client_secret",
    "refresh_token",
    "registration_access_token",
];

/// What was noted: kind and secret.
pub fn noted(notes: &Path) -> BTreeSet<(String, String)> {
    let text = std::fs::read_to_string(notes).unwrap_or_default();
    let pairs = text.lines().filter_map(|line| line.split_once(' '));
    pairs
        .map(|(kind, secret)| (kind.to_owned(), secret.to_owned()))
        .collect()
}

/// Serves until it is ended.
pub fn serve(notes: &Path) {
    let file = std::fs::OpenOptions::new()
        .create(true)
        .append(true)
        .open(notes)
        .unwrap();
    let runtime = tokio::runtime::Runtime::new().unwrap();
    runtime.block_on(serving(Arc::new(Mutex::new(file))));
}

async fn serving(notes: Arc<Mutex<std::fs::File>>) {
    let given = |name: &str| std::env::var(name).unwrap();
    let mut policy = Policy::default();
    for name in given(SHAPES).split_whitespace() {
        (shape(name).unwrap().apply)(&mut policy);
    }
    if let Some(broken) = mutant(&given(MUTANT)) {
        (broken.apply)(&mut policy);
    }
    let keeps_clients = given(MUTANT) == KEEPS_CLIENTS;
    let upstream = TcpListener::bind("127.0.0.1:0").await.unwrap();
    let at = upstream.local_addr().unwrap();
    let mut options = Options {
        login: None,
        issuer: given("ISSUER"),
        policy,
        data: None,
        fetch: FetchSettings {
            dns: Some(SocketAddr::from(([127, 0, 0, 1], 53))),
            trust: vec![CertificateDer::from_pem_file(given("CIMDSPEC_CA")).unwrap()],
            loopback: Loopback::Refuse,
        },
        upstream: None,
        log: notebook(&notes),
    };
    // What is in a page is not seen to pass: the server itself notes each code that it gives.
    *options.policy.log = LogFault::Codes;
    let _server = Server::start(upstream, options).await.unwrap();
    let listener = TcpListener::bind(format!("127.0.0.1:{}", given("PORT")))
        .await
        .unwrap();
    while let Ok((client, _)) = listener.accept().await {
        let notes = Arc::clone(&notes);
        tokio::spawn(async move {
            let server = TcpStream::connect(at).await.unwrap();
            let (mut from_client, mut to_client) = client.into_split();
            let (mut from_server, mut to_server) = server.into_split();
            let _ = tokio::join!(
                passed(&mut from_client, &mut to_server, &notes, keeps_clients),
                passed(&mut from_server, &mut to_client, &notes, false),
            );
        });
    }
}

/// Notes each code that the server tells of.
fn notebook(notes: &Arc<Mutex<std::fs::File>>) -> ServerLog {
    let (notes, is_next) = (Arc::clone(notes), Mutex::new(false));
    ServerLog::to(move |line| {
        let mut is_next = is_next.lock().unwrap();
        if *is_next {
            let _ = writeln!(notes.lock().unwrap(), "code {line}");
        }
        *is_next = line == "a code was given";
    })
}

/// Passes bytes on; what they tell is noted and printed before they go.
async fn passed(
    from: &mut (impl AsyncReadExt + Unpin),
    to: &mut (impl AsyncWriteExt + Unpin),
    notes: &Mutex<std::fs::File>,
    keeps_clients: bool,
) -> std::io::Result<()> {
    let mut whole = String::new();
    let mut seen = BTreeSet::new();
    let mut piece = vec![0; 16 * 1024];
    loop {
        let length = from.read(&mut piece).await?;
        if length == 0 {
            return to.shutdown().await;
        }
        let mut text = String::from_utf8_lossy(&piece[..length]).into_owned();
        if keeps_clients && text.starts_with("DELETE ") {
            // The method that the server does not know for this resource.
            text = text.replacen("DELETE ", "PATCH ", 1);
        }
        // A message ends where the next one begins, also when its body has no line end.
        if MESSAGES.iter().any(|begin| text.starts_with(begin)) {
            whole.push_str("\r\n");
        }
        whole.push_str(&text);
        for (kind, secret) in secrets(&whole) {
            if seen.insert(secret.clone()) {
                writeln!(notes.lock().unwrap(), "{kind} {secret}")?;
                writeln!(std::io::stdout().lock(), "it is {secret}")?;
            }
        }
        match keeps_clients {
            true => to.write_all(text.as_bytes()).await?,
            false => to.write_all(&piece[..length]).await?,
        }
    }
}

/// All secrets in what was sent so far on one side of a connection. It reads with other eyes than the harness does.
fn secrets(text: &str) -> Vec<(String, String)> {
    let mut found = Vec::new();
    let mut add = |kind: &str, secret: &str| {
        let secret = url::form_urlencoded_decoded(secret);
        if secret.len() >= SHORTEST && !OURS.contains(&secret.as_str()) && !secret.contains(' ') {
            found.push((kind.to_owned(), secret));
        }
    };
    for parameter in PARAMETERS {
        for before in ['?', '&', '\n', '#'] {
            for (at, start) in text.match_indices(&format!("{before}{parameter}=")) {
                add(parameter, until(&text[at + start.len()..], "& \r\n#\""));
            }
        }
    }
    for member in MEMBERS {
        for (at, start) in text.match_indices(&format!("\"{member}\":\"")) {
            add(member, until(&text[at + start.len()..], "\""));
        }
    }
    for line in text.split("\r\n") {
        let Some((name, value)) = line.split_once(": ") else {
            continue;
        };
        match name.to_ascii_lowercase().as_str() {
            "authorization" => add("authorization", value.split_once(' ').map_or(value, |(_, it)| it)),
            "cookie" => value
                .split("; ")
                .filter_map(|pair| pair.split_once('='))
                .for_each(|(_, value)| add("cookie", value)),
            "set-cookie" => add(
                "cookie",
                until(value.split_once('=').map_or("", |(_, it)| it), ";"),
            ),
            "x-operator" => add("x-operator", value),
            _ => {}
        }
    }
    found
}

fn until<'a>(text: &'a str, ends: &str) -> &'a str {
    &text[..text.find(|c| ends.contains(c)).unwrap_or(text.len())]
}

mod url {
    /// A value of a form as it was meant.
    pub fn form_urlencoded_decoded(value: &str) -> String {
        let mut out = Vec::new();
        let mut bytes = value.bytes();
        while let Some(byte) = bytes.next() {
            match byte {
                b'%' => {
                    let digits: String = bytes.by_ref().take(2).map(char::from).collect();
                    out.extend(u8::from_str_radix(&digits, 16));
                }
                byte => out.push(byte),
            }
        }
        String::from_utf8_lossy(&out).into_owned()
    }
}
