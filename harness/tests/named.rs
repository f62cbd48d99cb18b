//! What `init` writes is enough to test the same server again: README's two commands lead to that server, and the
//! first line of all that is shown names it.

use std::io::Read;
use std::io::Write;
use std::net::SocketAddr;
use std::net::TcpListener;
use std::net::TcpStream;
use std::path::Path;
use std::process::Child;
use std::process::Command;
use std::process::Output;
use std::process::Stdio;
use std::thread;
use std::time::Duration;

use serde_json::Value;
use serde_json::json;

const PATIENCE: usize = 200;
const BETWEEN: Duration = Duration::from_millis(50);

/// The reference on a port of its own; it ends with the test.
struct Served {
    child: Child,
    issuer: String,
}

impl Drop for Served {
    fn drop(&mut self) {
        let _ = self.child.kill();
        let _ = self.child.wait();
    }
}

fn free_address() -> SocketAddr {
    let listener = TcpListener::bind("127.0.0.1:0").unwrap();
    listener.local_addr().unwrap()
}

fn served(authority: &Path) -> Served {
    let address = free_address();
    let child = Command::new(env!("CARGO_BIN_EXE_cimdspec"))
        .args(["serve", "--allow-loopback", "--listen", &address.to_string()])
        .arg("--trust")
        .arg(authority)
        .stdout(Stdio::null())
        .stderr(Stdio::null())
        .spawn()
        .unwrap();
    for _ in 0..PATIENCE {
        if TcpStream::connect(address).is_ok() {
            break;
        }
        thread::sleep(BETWEEN);
    }
    Served {
        child,
        issuer: format!("http://{address}"),
    }
}

/// An MCP server as far as discovery goes: whatever it is asked, it tells who protects it.
fn protected_by(issuer: &str) -> String {
    let listener = TcpListener::bind("127.0.0.1:0").unwrap();
    let url = format!("http://{}/mcp", listener.local_addr().unwrap());
    let told = json!({ "resource": url, "authorization_servers": [issuer] }).to_string();
    thread::spawn(move || {
        for stream in listener.incoming() {
            let mut stream = stream.unwrap();
            let _ = stream.read(&mut [0; 4096]);
            let _ = write!(
                stream,
                "HTTP/1.1 200 OK\r\ncontent-type: application/json\r\ncontent-length: {}\r\nconnection: close\r\n\r\n{told}",
                told.len()
            );
        }
    });
    url
}

fn cimdspec(arguments: &[&str]) -> Output {
    Command::new(env!("CARGO_BIN_EXE_cimdspec"))
        .args(arguments)
        .output()
        .unwrap()
}

/// What `init` wrote of a server that a flag named, and the report of the run by that profile.
fn written_and_run(flag: impl Fn(&str) -> [String; 2]) -> (String, Value, String) {
    let _turn = crate::sandboxed::beside_others();
    let folder = tempfile::tempdir().unwrap();
    let at = |name: &str| folder.path().join(name).to_str().unwrap().to_owned();
    // The authority has to be there before a server is told to trust it.
    let authority = at("authority");
    let made = cimdspec(&["trust", "--authority", &authority]);
    assert!(made.status.success(), "{}", String::from_utf8_lossy(&made.stderr));
    let server = served(&folder.path().join("authority/authority.pem"));
    let [name, value] = flag(&server.issuer);
    let profile = at("p.toml");
    let common = ["--env", "loopback", "--authority", &authority];
    let login = ["--login", "username=alice", "--login", "password=wonderland"];
    let init = ["init", "--out", &profile, &name, &value];
    let output = cimdspec(&[&init[..], &common, &login].concat());
    let told = String::from_utf8_lossy(&output.stderr).into_owned();
    assert!(output.status.success(), "{told}");
    let text = std::fs::read_to_string(&profile).unwrap();
    let results = at("results");
    let run = [
        "run",
        "--profile",
        &profile,
        "--results",
        &results,
        "--only",
        "cimd/metadata/issuer",
    ];
    let output = cimdspec(&[&run[..], &common].concat());
    let report = std::fs::read_to_string(folder.path().join("results/latest/report.json")).unwrap();
    let report: Value = serde_json::from_str(&report).unwrap();
    assert_eq!(report["target"]["issuer"], server.issuer.as_str());
    let shown = String::from_utf8_lossy(&output.stdout);
    let first = shown.trim_start().lines().next().unwrap_or_default().to_owned();
    assert!(first.contains(&server.issuer), "the first line is: {first}");
    (text, report, value)
}

#[test]
fn the_issuer_that_init_was_given_is_the_one_that_is_run() {
    let (text, report, issuer) = written_and_run(|issuer| ["--issuer".to_owned(), issuer.to_owned()]);
    assert!(text.contains(&format!("\nissuer = \"{issuer}\"\n")), "{text}");
    assert_eq!(report["findings"][0]["outcome"], "pass", "{report:#}");
}

#[test]
fn the_mcp_server_that_init_was_given_is_the_one_that_is_run() {
    let (text, report, url) = written_and_run(|issuer| ["--mcp".to_owned(), protected_by(issuer)]);
    assert!(text.contains(&format!("\nmcp = \"{url}\"\n")), "{text}");
    assert!(!text.contains("\nissuer ="), "{text}");
    assert_eq!(report["findings"][0]["outcome"], "pass", "{report:#}");
}
