//! Trying the sandbox for real, in a child process that ends afterwards.

use std::net::IpAddr;
use std::net::Ipv4Addr;
use std::net::Ipv6Addr;
use std::net::SocketAddr;
use std::net::TcpListener;
use std::net::TcpStream;
use std::net::UdpSocket;
use std::process::Command;
use std::process::Stdio;
use std::time::Duration;

use super::enter::enter;
use super::remedy::remedy;
use super::surroundings::Surroundings;
use crate::error::SandboxError;

/// Set in the environment of a child that shall only try the sandbox: `main` calls [`answer_probe`] then, and nothing else.
pub const PROBE: &str = "CIMDSPEC_PROBE";

const CONNECT_DEADLINE: Duration = Duration::from_secs(2);
const PORTS: [u16; 3] = [80, 443, 8443];
/// One address of each kind that the sandbox has to own.
const ADDRESSES: [IpAddr; 4] = [
    IpAddr::V4(Ipv4Addr::new(20, 0, 0, 1)),
    IpAddr::V4(Ipv4Addr::new(10, 0, 0, 1)),
    IpAddr::V6(Ipv6Addr::new(0xfd00, 0, 0, 0, 0, 0, 0, 1)),
    IpAddr::V6(Ipv6Addr::new(0x2600, 0x1f18, 0, 0, 0, 0, 0, 1)),
];

/// Runs this program again as a probe and tells how it went; only for programs whose `main` heeds [`PROBE`].
///
/// # Errors
/// [`SandboxError::Probe`] with what the child said.
pub fn probe() -> Result<(), SandboxError> {
    let failed = |told: String| {
        let (reason, hint) = split(&told);
        SandboxError::Probe {
            reason: reason.to_owned(),
            remedy: hint.map_or_else(remedy, str::to_owned),
        }
    };
    let output = Command::new("/proc/self/exe")
        .env(PROBE, "1")
        .stdin(Stdio::null())
        .output()
        .map_err(|error| failed(error.to_string()))?;
    if output.status.success() {
        return Ok(());
    }
    let told = String::from_utf8_lossy(&output.stderr);
    let told = told.trim();
    Err(failed(if told.is_empty() {
        output.status.to_string()
    } else {
        told.to_owned()
    }))
}

/// The child's part of a probe: enters the sandbox, puts everything in place, and reaches itself by several addresses.
/// Like [`enter`] it is called before any thread exists.
///
/// # Errors
/// [`SandboxError`] for the first thing that does not work.
pub fn answer_probe() -> Result<(), SandboxError> {
    enter()?;
    let _surroundings = Surroundings::prepare("")?;
    let _resolver =
        UdpSocket::bind((Ipv4Addr::LOCALHOST, 53)).map_err(|error| wrong("listen on port 53", &error))?;
    let mut listeners = Vec::new();
    for port in PORTS {
        let listener = TcpListener::bind((Ipv6Addr::UNSPECIFIED, port));
        listeners.push(listener.map_err(|error| wrong("listen on ports 80, 443 and 8443", &error))?);
    }
    for address in ADDRESSES {
        TcpStream::connect_timeout(&SocketAddr::new(address, 443), CONNECT_DEADLINE)
            .map_err(|error| wrong("reach every address", &error))?;
    }
    Ok(())
}

fn wrong(step: &'static str, error: &std::io::Error) -> SandboxError {
    SandboxError::Network {
        step,
        reason: error.to_string(),
    }
}

/// The reason in the first line and the hint in the second, without the program's name and `failed to`.
fn split(told: &str) -> (&str, Option<&str>) {
    let mut lines = told.lines();
    let reason = lines.next().unwrap_or_default();
    let reason = reason.split_once("failed to ").map_or(reason, |(_, rest)| rest);
    (reason, lines.find_map(|line| line.strip_prefix("hint: ")))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_words_of_the_child_are_split_into_reason_and_hint() {
        let told = "cimdspec: failed to make namespaces: EPERM\nhint: run as root";
        assert_eq!(split(told), ("make namespaces: EPERM", Some("run as root")));
        assert_eq!(split("killed"), ("killed", None));
    }
}
