//! `cimdspec trust`: the authority that a server has to trust, and how the common runtimes are told.

use std::path::Path;
use std::path::PathBuf;

use cimdspec_world::tls::Authority;
use cimdspec_world::tls::CERTIFICATE;

use crate::exit::Exit;
use crate::exit::Stop;
use crate::output::show;

/// Variables that name one file of trusted certificates, each understood by some runtime.
pub(crate) const VARIABLES: [&str; 5] = [
    "SSL_CERT_FILE",
    "NODE_EXTRA_CA_CERTS",
    "REQUESTS_CA_BUNDLE",
    "CURL_CA_BUNDLE",
    "DENO_CERT",
];

/// Makes the authority at the first time, and says how it is trusted.
pub(crate) fn trust(folder: Option<PathBuf>) -> Result<Exit, Stop> {
    let folder = folder.map_or_else(state_folder, Ok)?;
    Authority::kept(&folder).map_err(|error| Stop::new(Exit::Environment, error))?;
    show(&instructions(&folder.join(CERTIFICATE)));
    Ok(Exit::Clean)
}

/// The certificate of the kept authority; empty when there is none yet.
pub(crate) fn kept_certificate() -> String {
    state_folder()
        .ok()
        .and_then(|folder| std::fs::read_to_string(folder.join(CERTIFICATE)).ok())
        .unwrap_or_default()
}

/// How a server on this machine is made to trust the authority.
pub(crate) fn instructions(certificate: &Path) -> String {
    let file = certificate.display();
    format!(
        "The authority of loopback runs is {file}
It is made on this machine, for test hosts on 127.0.0.1; keep it out of the system's own trust store.
Start the server so that it trusts it, in one of these ways:

  Node.js          NODE_EXTRA_CA_CERTS={file}
  Deno             DENO_CERT={file}
  Python           SSL_CERT_FILE={file} REQUESTS_CA_BUNDLE={file}
  Go, Ruby, PHP    SSL_CERT_FILE={file}
  OpenSSL, curl    SSL_CERT_FILE={file} CURL_CA_BUNDLE={file}
  .NET on Linux    SSL_CERT_FILE={file}
  Rust             SSL_CERT_FILE={file} (with rustls-native-certs or OpenSSL)
  Java             keytool -importcert -noprompt -alias cimdspec -storepass changeit -storetype PKCS12 \\
                     -file {file} -keystore cimdspec.p12
                   JAVA_TOOL_OPTIONS='-Djavax.net.ssl.trustStore=cimdspec.p12 -Djavax.net.ssl.trustStorePassword=changeit'

and with its own switch for development on, so that it takes documents from 127.0.0.1."
    )
}

/// Where what outlives a run is kept: `$XDG_STATE_HOME/cimdspec`, or `~/.local/state/cimdspec`.
pub(crate) fn state_folder() -> Result<PathBuf, Stop> {
    let named = |name: &str| {
        std::env::var_os(name)
            .filter(|value| !value.is_empty())
            .map(PathBuf::from)
    };
    named("XDG_STATE_HOME")
        .or_else(|| Some(named("HOME")?.join(".local/state")))
        .map(|folder| folder.join("cimdspec"))
        .ok_or_else(|| {
            let told = "failed to find a place for the authority\nhint: give one by `--authority FOLDER`";
            Stop::new(Exit::Environment, told)
        })
}
