//! A small internet inside the sandbox: a resolver, a server behind its front, and what their operators publish.

mod names;
mod web;

use std::path::Path;
use std::path::PathBuf;
use std::process::Child;
use std::process::Command;
use std::process::Stdio;
use std::sync::Arc;
use std::sync::Mutex;
use std::sync::OnceLock;
use std::sync::atomic::AtomicBool;
use std::sync::atomic::AtomicUsize;
use std::sync::atomic::Ordering;
use std::time::Duration;

use serde_json::Value;
use tempfile::TempDir;

pub const ISSUER: &str = "https://as.example.net";
/// The server under test, as the world sees it and as it listens.
const SERVER: &str = "93.184.216.35";
const UPSTREAM: &str = "127.0.0.1:9400";
/// Where the public name leads.
const PROBE: &str = "93.184.216.34";

/// What the operators publish, and what they saw.
#[derive(Default)]
pub struct Published {
    file: Mutex<Option<String>>,
    record: Mutex<Option<String>>,
    asked: Mutex<Vec<String>>,
    visits: AtomicUsize,
    /// The first lines of what the front passed on.
    passed_on: Mutex<Vec<String>>,
    /// Whether the public name is not delegated: the same record answers for all names below it.
    is_static: AtomicBool,
    /// The `Date` of the server's answers, where its clock is wrong.
    date: Mutex<Option<String>>,
}

/// The internet of one test.
pub struct Internet {
    folder: TempDir,
    published: Arc<Published>,
    certificates: web::Certificates,
    token: OnceLock<String>,
    servers: Mutex<Vec<Child>>,
}

/// How a run ended.
pub struct Run {
    pub code: Option<i32>,
    pub shown: String,
    pub told: String,
    results: PathBuf,
}

impl Internet {
    pub async fn build() -> Self {
        let folder = tempfile::tempdir().unwrap();
        let published = Arc::<Published>::default();
        let certificates = web::Certificates::write(folder.path());
        names::resolve(Arc::clone(&published)).await;
        web::front(
            &format!("{SERVER}:443"),
            UPSTREAM,
            certificates.config("as"),
            Some(Arc::clone(&published)),
        )
        .await;
        Self {
            folder,
            published,
            certificates,
            token: OnceLock::new(),
            servers: Mutex::default(),
        }
    }

    /// Starts the reference server, perhaps with one rule broken.
    pub async fn serve(&self, mutant: Option<&str>) {
        let mut command = self.cimdspec(&["serve", "--listen", UPSTREAM, "--issuer", ISSUER]);
        if let Some(mutant) = mutant {
            command.args(["--mutant", mutant]);
        }
        let child = command
            .stderr(Stdio::null())
            .stdout(Stdio::null())
            .spawn()
            .unwrap();
        self.servers.lock().unwrap().push(child);
        for _ in 0..200 {
            if tokio::net::TcpStream::connect(UPSTREAM).await.is_ok() {
                return;
            }
            tokio::time::sleep(Duration::from_millis(50)).await;
        }
        panic!("the server did not start");
    }

    /// Ends TLS for the public name in front of us.
    pub async fn proxy(&self, upstream: &'static str) {
        web::front(
            &format!("{PROBE}:443"),
            upstream,
            self.certificates.config("probe"),
            None,
        )
        .await;
    }

    /// The token of the issuer, as the program tells it.
    pub fn token(&self) -> &str {
        self.token.get_or_init(|| {
            let told = self.run_as(&[], &self.ours(), &[]).told;
            let token = told
                .split_once("this token:")
                .and_then(|(_, rest)| rest.split_whitespace().next());
            token.unwrap_or_else(|| panic!("no token in {told}")).to_owned()
        })
    }

    pub fn publish_file(&self, token: &str) {
        *self.published.file.lock().unwrap() = Some(format!("# ours\r\n{token}\r\n"));
    }

    pub fn publish_record(&self, token: &str) {
        *self.published.record.lock().unwrap() = Some(format!("cimdspec-authorization={token}"));
    }

    /// The public name is not delegated, whatever the options say.
    pub fn keep_the_zone(&self) {
        self.published.is_static.store(true, Ordering::Relaxed);
    }

    /// The answers of the server have this date.
    pub fn date_answers(&self, date: &str) {
        *self.published.date.lock().unwrap() = Some(date.to_owned());
    }

    /// The path of a file of this internet.
    pub fn file(&self, name: &str) -> String {
        self.folder.path().join(name).display().to_string()
    }

    /// What comes of these arguments, and nothing else.
    pub fn bare(&self, arguments: &[&str]) -> Run {
        ended(self.cimdspec(arguments), self.folder.path().join("results"))
    }

    /// The names that the resolver was asked for.
    pub fn asked(&self) -> Vec<String> {
        self.published.asked.lock().unwrap().clone()
    }

    /// Connections to the server's front.
    pub fn visits(&self) -> usize {
        self.published.visits.load(Ordering::Relaxed)
    }

    /// The first lines of what the front passed on: of each connection one.
    pub fn passed_on(&self) -> Vec<String> {
        self.published.passed_on.lock().unwrap().clone()
    }

    /// Options of a world that ends TLS itself.
    pub fn ours(&self) -> Vec<String> {
        self.with_certificate("probe")
    }

    /// The same, with another certificate.
    pub fn with_certificate(&self, certificate: &str) -> Vec<String> {
        let listen = format!("{PROBE}:443");
        words(&[
            "--public-url",
            "https://probe.example.org",
            "--listen",
            &listen,
            "--certificate",
            &self.file(&format!("{certificate}.pem")),
            "--key",
            &self.file(&format!("{certificate}.key")),
        ])
    }

    /// Options of a world behind a proxy.
    pub fn plain(&self) -> Vec<String> {
        words(&["--public-url", "https://probe.example.org/below/it", "--plain"])
    }

    /// Further options of a world that answers for its names.
    pub fn zone(&self) -> Vec<String> {
        let listen = format!("{PROBE}:53");
        words(&["--wildcard", "--zone-listen", &listen, "--zone-address", PROBE])
    }

    /// A run with the operator's word.
    pub fn run(&self, world: &[String], more: &[&str]) -> Run {
        self.run_as(&["--authorized"], world, more)
    }

    /// A run with these words of the operator.
    pub fn run_as(&self, word: &[&str], world: &[String], more: &[&str]) -> Run {
        let profile = self.profile();
        let results = self.folder.path().join("results");
        let mut command = self.cimdspec(&["run", "--env", "public", "--issuer", ISSUER]);
        command
            .arg("--profile")
            .arg(profile)
            .arg("--results")
            .arg(&results);
        command.args(world).args(word).args(more);
        ended(command, results)
    }

    /// A profile that says how to log in, and lets a run be quick.
    pub fn profile(&self) -> String {
        let text = "name = \"a server\"\n[login.fields]\nusername = \"alice\"\npassword = \"wonderland\"\n[pace]\nper_second = 1000\n\
                    at_once = 48\n";
        written(self.folder.path(), "profile.toml", text);
        self.file("profile.toml")
    }

    /// A run without a profile, behind a proxy.
    pub fn plainly(&self, more: &[&str]) -> Run {
        let results = self.folder.path().join("results");
        let mut command = self.cimdspec(&["run", "--issuer", ISSUER]);
        command
            .args(self.plain())
            .args(more)
            .arg("--results")
            .arg(&results);
        ended(command, results)
    }

    fn cimdspec(&self, arguments: &[&str]) -> Command {
        let mut command = Command::new(env!("CARGO_BIN_EXE_cimdspec"));
        command
            .args(arguments)
            .env("SSL_CERT_FILE", self.folder.path().join("ca.pem"))
            .env("XDG_STATE_HOME", self.folder.path().join("state"));
        command
    }
}

impl Drop for Internet {
    fn drop(&mut self) {
        for server in self.servers.lock().unwrap().iter_mut() {
            let _ = server.kill();
            let _ = server.wait();
        }
    }
}

impl Run {
    /// The report that it wrote.
    pub fn report(&self) -> Value {
        let path = self.results.join("latest/report.json");
        let text = std::fs::read_to_string(&path).unwrap_or_else(|error| panic!("{error}: {}", self.told));
        serde_json::from_str(&text).unwrap()
    }
}

fn ended(mut command: Command, results: PathBuf) -> Run {
    let output = command.output().unwrap();
    let text = |bytes: &[u8]| String::from_utf8_lossy(bytes).into_owned();
    Run {
        code: output.status.code(),
        shown: text(&output.stdout),
        told: text(&output.stderr),
        results,
    }
}

fn words(words: &[&str]) -> Vec<String> {
    words.iter().map(|word| (*word).to_owned()).collect()
}

fn written(folder: &Path, name: &str, text: &str) {
    std::fs::write(folder.join(name), text).unwrap();
}
