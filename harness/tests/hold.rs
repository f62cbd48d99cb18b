//! `hold` serves the world of one variant until it is interrupted, tells what arrives, and refuses an id that names none or several.

use std::io::BufRead;
use std::io::BufReader;
use std::process::Child;
use std::process::Command;
use std::process::Stdio;
use std::sync::mpsc;
use std::thread;
use std::time::Duration;

use rustix::process::Pid;
use rustix::process::Signal;
use rustix::process::kill_process;

use crate::sandboxed::beside_others;
use crate::sandboxed::ended;

const PATIENCE: Duration = Duration::from_secs(60);
const HELD: &str = "cimd/document/not-json[text=html]";

/// A held world; it ends with the test.
struct Holding {
    child: Child,
    lines: mpsc::Receiver<String>,
    seen: Vec<String>,
}

impl Drop for Holding {
    fn drop(&mut self) {
        let _ = self.child.kill();
        let _ = self.child.wait();
    }
}

impl Holding {
    fn begin(arguments: &[&str]) -> Self {
        let mut child = Command::new(env!("CARGO_BIN_EXE_cimdspec"))
            .arg("hold")
            .args(arguments)
            .stdout(Stdio::piped())
            .stderr(Stdio::null())
            .spawn()
            .unwrap();
        let (told, lines) = mpsc::channel();
        let out = BufReader::new(child.stdout.take().unwrap());
        thread::spawn(move || {
            for line in out.lines().map_while(Result::ok) {
                if told.send(line).is_err() {
                    break;
                }
            }
        });
        Self {
            child,
            lines,
            seen: Vec::new(),
        }
    }

    /// Waits for a line with this text.
    fn line(&mut self, wanted: &str) -> String {
        loop {
            match self.lines.recv_timeout(PATIENCE) {
                Ok(line) => {
                    self.seen.push(line.clone());
                    if line.contains(wanted) {
                        return line;
                    }
                }
                Err(_) => panic!("no `{wanted}` in: {:#?}", self.seen),
            }
        }
    }
}

/// What a program outside of the harness gets at this address, with the authority of the run.
fn got(url: &str, authority: &str) -> (u16, String) {
    let pem = std::fs::read(authority).unwrap();
    let runtime = tokio::runtime::Runtime::new().unwrap();
    let _ = rustls::crypto::ring::default_provider().install_default();
    runtime.block_on(async {
        let client = reqwest::Client::builder()
            .tls_certs_only([reqwest::Certificate::from_pem(&pem).unwrap()])
            .no_proxy()
            .build()
            .unwrap();
        let answer = client.get(url).send().await.unwrap();
        (answer.status().as_u16(), answer.text().await.unwrap())
    })
}

#[test]
fn somebody_else_meets_the_world_of_a_variant_and_is_seen() {
    let _turn = beside_others();
    let mut holding = Holding::begin(&[HELD, "--env", "loopback"]);
    assert_eq!(holding.line("cimd/"), HELD);
    let last_word = |line: String| line.split_whitespace().last().unwrap().to_owned();
    let document = last_word(holding.line("  document"));
    assert_eq!(last_word(holding.line("  client")), document);
    let redirect_uri = last_word(holding.line("  redirect URI"));
    assert!(redirect_uri.ends_with("/callback"), "{redirect_uri}");
    let request = last_word(holding.line("  request"));
    assert!(request.contains("response_type=code&client_id="), "{request}");
    let page = holding.line("/client.json: ");
    assert!(page.contains("status 200"), "{page}");
    let authority = last_word(holding.line("  authority"));
    let (status, body) = got(&document, &authority);
    assert_eq!((status, &body[..9]), (200, "<!doctype"));
    holding.line("docs: request GET /client.json");
    holding.line("docs: served status 200");
    kill_process(Pid::from_child(&holding.child), Signal::INT).unwrap();
    assert_eq!(holding.child.wait().unwrap().code(), Some(130));
}

#[test]
fn a_deadline_ends_it() {
    let output = ended(Command::new(env!("CARGO_BIN_EXE_cimdspec")).args([
        "hold",
        "cimd/ssrf/address/special-use[addr=10.0.0.1]#refused",
        "--deadline",
        "1s",
    ]));
    let told = String::from_utf8_lossy(&output.stdout);
    assert_eq!(
        output.status.code(),
        Some(0),
        "{told}{}",
        String::from_utf8_lossy(&output.stderr)
    );
    assert!(told.contains("10.0.0.1"), "{told}");
    assert!(told.contains("nsenter "), "{told}");
}

#[test]
fn what_cannot_be_held_is_refused_with_its_reason() {
    for (arguments, code, wanted) in [
        (
            vec!["cimd/document/not-jsn"],
            64,
            "did you mean `cimd/document/not-json`",
        ),
        (
            vec!["cimd/document/not-json[text=htm]"],
            64,
            "did you mean `cimd/document/not-json[text=html]`",
        ),
        (
            vec!["cimd/document/not-json"],
            64,
            "variants, and one is held at a time",
        ),
        (vec![HELD, "--only", "x"], 64, "`hold` takes one id"),
        (
            vec![
                "cimd/ssrf/address/special-use[addr=10.0.0.1]",
                "--env",
                "loopback",
            ],
            69,
            "cannot be held: ",
        ),
    ] {
        let output = Command::new(env!("CARGO_BIN_EXE_cimdspec"))
            .arg("hold")
            .args(&arguments)
            .output()
            .unwrap();
        let told = String::from_utf8_lossy(&output.stderr);
        assert_eq!(output.status.code(), Some(code), "{arguments:?}: {told}");
        assert!(told.contains(wanted), "{arguments:?}: {told}");
    }
}
