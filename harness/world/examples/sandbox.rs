//! The sandbox, tried for real: enters it, answers names and TLS, and reaches itself by name at addresses of every kind.
//!
//! `cargo run -p cimdspec-world --example sandbox`; with a command behind `--` that command is run in the sandbox afterwards.

use std::error::Error;
use std::net::Ipv6Addr;
use std::net::SocketAddr;
use std::process::ExitCode;
use std::sync::Arc;
use std::time::Duration;

use cimdspec_model::behaviour::NameBehaviour;
use cimdspec_model::behaviour::Say;
use cimdspec_model::behaviour::TlsBehaviour;
use cimdspec_model::behaviour::Turn;
use cimdspec_world::dns;
use cimdspec_world::sandbox;
use cimdspec_world::tls::Authority;
use cimdspec_world::tls::Subject;
use rustls::ClientConfig;
use rustls::RootCertStore;
use rustls::pki_types::CertificateDer;
use rustls::pki_types::ServerName;
use rustls::pki_types::pem::PemObject;
use tokio::io::AsyncReadExt;
use tokio::io::AsyncWriteExt;
use tokio::net::TcpListener;
use tokio::net::TcpStream;
use tokio_rustls::TlsAcceptor;
use tokio_rustls::TlsConnector;

type Failure = Box<dyn Error + Send + Sync>;

const HOSTS: [(&str, &str); 5] = [
    ("public.cimdspec.dev", "93.184.216.34"),
    ("private.cimdspec.dev", "10.0.0.1"),
    ("metadata.cimdspec.dev", "169.254.169.254"),
    ("unique-local.cimdspec.dev", "fd00::1"),
    ("nat64.cimdspec.dev", "64:ff9b::a00:1"),
];
const ANSWER: &[u8] = b"HTTP/1.1 200 OK\r\ncontent-length: 3\r\nconnection: close\r\n\r\nbox";

fn main() -> ExitCode {
    let done = if std::env::var_os(sandbox::PROBE).is_some() {
        sandbox::answer_probe().map_err(Failure::from)
    } else {
        show()
    };
    match done {
        Ok(()) => ExitCode::SUCCESS,
        Err(error) => {
            tell_error(&error.to_string());
            ExitCode::FAILURE
        }
    }
}

fn show() -> Result<(), Failure> {
    if !sandbox::is_inside() {
        for found in sandbox::doctor() {
            tell(&format!("{:?} {}: {}", found.state, found.name, found.detail));
        }
    }
    sandbox::enter()?;
    tokio::runtime::Builder::new_multi_thread()
        .enable_all()
        .build()?
        .block_on(inside())
}

async fn inside() -> Result<(), Failure> {
    let zone = dns::Zone::default();
    for (name, address) in HOSTS {
        let say = Say::Addresses(vec![address.parse()?]);
        let turn = Turn {
            until: None,
            say,
            delay: Duration::ZERO,
        };
        let turns = vec![turn];
        zone.set(
            name,
            NameBehaviour {
                ttl: 0,
                hints: Vec::new(),
                turns,
            },
        );
    }
    let observer: dns::LookupObserver = Arc::new(|asked| {
        tell(&format!(
            "  asked {} {}: {:?}",
            asked.record, asked.name, asked.said
        ))
    });
    let _server = dns::Server::start(SocketAddr::from(([127, 0, 0, 1], 53)), zone, observer).await?;
    let authority = Authority::new()?;
    let surroundings = sandbox::Surroundings::prepare(&authority.pem())?;
    surroundings.left_out().iter().for_each(|what| tell(what));
    let names = Subject {
        names: vec!["*.cimdspec.dev".to_owned()],
        addresses: Vec::new(),
    };
    let acceptor = TlsAcceptor::from(authority.server_config(&names, TlsBehaviour::Good)?);
    let listener = TcpListener::bind((Ipv6Addr::UNSPECIFIED, 443)).await?;
    let serving = tokio::spawn(serve(listener, acceptor));
    for (name, address) in HOSTS {
        let stood = fetch(name, &authority).await?;
        tell(&format!("{name} is {stood}"));
        if stood.ip() != address.parse::<std::net::IpAddr>()? {
            return Err(format!("`{name}` should be {address}").into());
        }
    }
    let command: Vec<String> = std::env::args()
        .skip_while(|argument| argument != "--")
        .skip(1)
        .collect();
    let ran = match command.split_first() {
        None => Ok(()),
        Some((program, arguments)) => {
            let status = tokio::process::Command::new(program)
                .args(arguments)
                .envs(surroundings.environment())
                .status()
                .await?;
            status
                .success()
                .then_some(())
                .ok_or_else(|| format!("`{program}`: {status}").into())
        }
    };
    serving.abort();
    ran
}

/// Answers every connection; the accepted socket knows which address was meant.
async fn serve(listener: TcpListener, acceptor: TlsAcceptor) {
    while let Ok((stream, _)) = listener.accept().await {
        let acceptor = acceptor.clone();
        tokio::spawn(async move {
            if let Ok(mut stream) = acceptor.accept(stream).await {
                let mut request = [0; 1024];
                let _ = stream.read(&mut request).await;
                let _ = stream.write_all(ANSWER).await;
                let _ = stream.shutdown().await;
            }
        });
    }
}

/// Asks the system's resolver for the name, as any program does, and fetches over TLS.
async fn fetch(name: &'static str, authority: &Authority) -> Result<SocketAddr, Failure> {
    let stream = TcpStream::connect((name, 443)).await?;
    let peer = stream.peer_addr()?;
    let mut roots = RootCertStore::empty();
    roots.add(CertificateDer::from_pem_slice(authority.pem().as_bytes())?)?;
    let config = ClientConfig::builder_with_provider(Arc::new(rustls::crypto::ring::default_provider()))
        .with_safe_default_protocol_versions()?
        .with_root_certificates(roots)
        .with_no_client_auth();
    let connector = TlsConnector::from(Arc::new(config));
    let mut stream = connector.connect(ServerName::try_from(name)?, stream).await?;
    stream.write_all(b"GET / HTTP/1.1\r\n\r\n").await?;
    let mut answer = Vec::new();
    stream.read_to_end(&mut answer).await?;
    if answer != ANSWER {
        return Err(format!("`{name}` answered something else").into());
    }
    Ok(peer)
}

#[expect(clippy::print_stdout, reason = "an example shows what happens")]
fn tell(line: &str) {
    println!("{line}");
}

#[expect(clippy::print_stderr, reason = "an example shows what went wrong")]
fn tell_error(line: &str) {
    eprintln!("sandbox: {line}");
}
