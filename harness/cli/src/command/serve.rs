//! `cimdspec serve`: the reference authorization server by itself.

use cimdspec_reference::Options;
use cimdspec_reference::Server;
use cimdspec_reference::ServerLog;
use cimdspec_reference::cimd::FetchSettings;
use cimdspec_reference::cimd::Loopback;
use rustls::pki_types::CertificateDer;
use rustls::pki_types::pem::PemObject;
use tokio::net::TcpListener;

use crate::args::arguments::ServeArguments;
use crate::exit::Exit;
use crate::exit::Stop;
use crate::output::say;
use crate::session::embedded::kind;
use crate::signals::interrupted;

/// Where systems keep the certificates that they trust.
const TRUST: [&str; 4] = [
    "/etc/ssl/certs/ca-certificates.crt",
    "/etc/pki/tls/certs/ca-bundle.crt",
    "/etc/ssl/cert.pem",
    "/etc/ssl/ca-bundle.pem",
];

pub(crate) async fn serve(arguments: ServeArguments) -> Result<Exit, Stop> {
    let ServeArguments {
        listen,
        issuer,
        data,
        trust,
        allow_loopback,
        shape,
        mutant,
    } = arguments;
    let policy = kind(shape.as_deref(), mutant.as_deref())?.policy;
    let listener = TcpListener::bind(listen).await.map_err(|error| {
        Stop::new(
            Exit::Environment,
            format!("failed to listen on `{listen}`: {error}"),
        )
    })?;
    let issuer = issuer.unwrap_or_else(|| format!("http://{listen}"));
    let given = trust
        .clone()
        .or_else(|| std::env::var_os("SSL_CERT_FILE").map(Into::into));
    let file = given.or_else(|| {
        TRUST
            .iter()
            .map(Into::into)
            .find(|path: &std::path::PathBuf| path.exists())
    });
    let roots = match &file {
        None => Vec::new(),
        Some(file) => {
            let read = CertificateDer::pem_file_iter(file).and_then(Iterator::collect);
            read.map_err(|error| {
                Stop::new(
                    Exit::Usage,
                    format!("failed to read `{}`: {error:?}", file.display()),
                )
            })?
        }
    };
    let loopback = if allow_loopback {
        Loopback::Allow
    } else {
        Loopback::Refuse
    };
    let fetch = FetchSettings {
        dns: None,
        trust: roots,
        loopback,
    };
    let options = Options {
        issuer,
        login: Some(format!("http://{listen}")),
        policy,
        data,
        fetch,
        upstream: None,
        log: ServerLog::to(say),
    };
    let server = Server::start(listener, options)
        .await
        .map_err(|error| Stop::new(Exit::Environment, error))?;
    let issuer = server.issuer();
    say(&format!(
        "reference authorization server at {issuer} (user alice, password wonderland)"
    ));
    if !listen.ip().is_loopback() {
        say(&format!(
            "warning: it listens on {listen}; its user is known to everyone, keep it off the internet"
        ));
    }
    tokio::select! {
        () = server.wait() => Ok(Exit::Clean),
        _ = interrupted() => Ok(Exit::Interrupted),
    }
}
