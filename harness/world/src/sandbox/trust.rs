//! How the run's authority is handed on: by the system's bundles, by variables, by a Java trust store.

use std::env;
use std::fs;
use std::path::Path;

use p12_keystore::Certificate;
use p12_keystore::KeyStore;
use p12_keystore::KeyStoreEntry;
use rustls::pki_types::CertificateDer;
use rustls::pki_types::pem::PemObject;

use super::surroundings::wrong;
use crate::error::SandboxError;
use crate::tls::SUBJECT_HASH;

/// Where systems keep the bundle of the authorities that they trust.
pub(super) const FILES: [&str; 9] = [
    "/etc/ssl/certs/ca-certificates.crt",
    "/etc/ssl/certs/ca-bundle.crt",
    "/etc/ssl/cert.pem",
    "/etc/ssl/ca-bundle.pem",
    "/etc/pki/tls/cert.pem",
    "/etc/pki/tls/certs/ca-bundle.crt",
    "/etc/pki/ca-trust/extracted/pem/tls-ca-bundle.pem",
    "/etc/ca-certificates/extracted/tls-ca-bundle.pem",
    "/usr/local/share/certs/ca-root-nss.crt",
];
/// Each names one file of trusted certificates.
const FILE_VARIABLES: [&str; 5] = [
    "SSL_CERT_FILE",
    "NODE_EXTRA_CA_CERTS",
    "REQUESTS_CA_BUNDLE",
    "CURL_CA_BUNDLE",
    "DENO_CERT",
];
const JAVA_VARIABLE: &str = "JAVA_TOOL_OPTIONS";
/// The store holds one public certificate; the tools want a password all the same.
const JAVA_PASSWORD: &str = "changeit";

/// What is handed on.
pub(super) struct Handed {
    pub(super) environment: Vec<(&'static str, String)>,
    pub(super) left_out: Vec<String>,
}

/// Writes the authority into the directory in all its forms; an empty authority has only the plain ones.
pub(super) fn hand_on(directory: &Path, authority_pem: &str) -> Result<Handed, SandboxError> {
    let file = directory.join("authority.pem");
    let hashed = directory.join("authorities");
    fs::create_dir(&hashed).map_err(|error| wrong(&hashed, error))?;
    for path in [file.clone(), hashed.join(format!("{SUBJECT_HASH}.0"))] {
        fs::write(&path, authority_pem).map_err(|error| wrong(&path, error))?;
    }
    let mut environment: Vec<(&'static str, String)> = FILE_VARIABLES
        .map(|name| (name, file.display().to_string()))
        .into();
    environment.push(("SSL_CERT_DIR", hashed.display().to_string()));
    let mut left_out = Vec::new();
    if !authority_pem.is_empty() {
        let store = directory.join("authority.p12");
        match java_store(authority_pem, &store) {
            Ok(()) => environment.push((JAVA_VARIABLE, java_options(&store, env::var(JAVA_VARIABLE).ok()))),
            Err(reason) => left_out.push(format!("no Java trust store: {reason}")),
        }
    }
    Ok(Handed {
        environment,
        left_out,
    })
}

/// Writes a PKCS #12 trust store, with the attribute by which Java trusts its entry.
fn java_store(authority_pem: &str, store: &Path) -> Result<(), String> {
    let der = CertificateDer::from_pem_slice(authority_pem.as_bytes()).map_err(|error| error.to_string())?;
    let certificate = Certificate::from_der(&der).map_err(|error| error.to_string())?;
    let mut kept = KeyStore::new();
    kept.add_entry("cimdspec", KeyStoreEntry::Certificate(certificate));
    let bytes = kept.writer(JAVA_PASSWORD).write();
    let bytes = bytes.map_err(|error| error.to_string())?;
    fs::write(store, bytes).map_err(|error| error.to_string())
}

fn java_options(store: &Path, before: Option<String>) -> String {
    let ours = format!(
        "-Djavax.net.ssl.trustStore={} -Djavax.net.ssl.trustStoreType=PKCS12 \
         -Djavax.net.ssl.trustStorePassword={JAVA_PASSWORD}",
        store.display()
    );
    match before {
        Some(before) if !before.is_empty() => format!("{before} {ours}"),
        _ => ours,
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn every_variable_names_a_file_that_is_there() {
        let directory = tempfile::tempdir().unwrap();
        let handed = hand_on(directory.path(), "").unwrap();
        let names: Vec<&str> = handed.environment.iter().map(|(name, _)| *name).collect();
        assert_eq!(names[..5], FILE_VARIABLES);
        assert_eq!(names[5..], ["SSL_CERT_DIR"]);
        assert!(
            handed
                .environment
                .iter()
                .all(|(_, path)| Path::new(path).exists())
        );
    }

    #[test]
    fn the_java_store_has_the_authority_as_trusted() {
        let directory = tempfile::tempdir().unwrap();
        let pem = rcgen::generate_simple_self_signed(["authority.test".to_owned()]).unwrap();
        let store = directory.path().join("authority.p12");
        java_store(&pem.cert.pem(), &store).unwrap();
        let bytes = fs::read(&store).unwrap();
        let read =
            KeyStore::from_pkcs12(&bytes, JAVA_PASSWORD, p12_keystore::Pkcs12ImportPolicy::Strict).unwrap();
        let entry = read.entry("cimdspec");
        let Some(KeyStoreEntry::Certificate(certificate)) = entry else {
            unreachable!("one certificate was written: {entry:?}");
        };
        assert_eq!(certificate.as_der(), pem.cert.der().as_ref());
    }

    #[test]
    fn the_options_of_the_user_stay() {
        let options = java_options(Path::new("/t/a.p12"), Some("-Xmx1g".to_owned()));
        assert!(options.starts_with("-Xmx1g -Djavax.net.ssl.trustStore=/t/a.p12 "));
    }
}
