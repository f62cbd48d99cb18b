//! A certificate that an operator gives.

use std::path::Path;
use std::sync::Arc;

use rustls::ServerConfig;
use rustls::pki_types::CertificateDer;
use rustls::pki_types::PrivateKeyDer;
use rustls::pki_types::pem::PemObject;

use crate::error::WorldError;

/// Reads a chain of certificates and its key, both as PEM.
///
/// # Errors
/// [`WorldError::Given`] when one cannot be read, or they do not belong together.
pub fn given(certificate: &Path, key: &Path) -> Result<Arc<ServerConfig>, WorldError> {
    let wrong = |path: &Path, reason: String| WorldError::Given {
        path: path.display().to_string(),
        reason,
    };
    let chain: Vec<CertificateDer<'static>> = CertificateDer::pem_file_iter(certificate)
        .and_then(Iterator::collect)
        .map_err(|error| wrong(certificate, error.to_string()))?;
    if chain.is_empty() {
        return Err(wrong(certificate, "there is no certificate in it".to_owned()));
    }
    let private = PrivateKeyDer::from_pem_file(key).map_err(|error| wrong(key, error.to_string()))?;
    let provider = Arc::new(rustls::crypto::ring::default_provider());
    let mut config = ServerConfig::builder_with_provider(provider)
        .with_safe_default_protocol_versions()
        .map_err(|error| wrong(certificate, error.to_string()))?
        .with_no_client_auth()
        .with_single_cert(chain, private)
        .map_err(|error| wrong(key, error.to_string()))?;
    config.alpn_protocols = vec![b"http/1.1".to_vec()];
    Ok(Arc::new(config))
}

#[cfg(test)]
mod tests {
    use rcgen::generate_simple_self_signed;

    use super::*;

    fn written(folder: &Path, name: &str, text: &str) -> std::path::PathBuf {
        let path = folder.join(name);
        std::fs::write(&path, text).unwrap();
        path
    }

    #[test]
    fn a_certificate_needs_its_own_key() {
        let folder = tempfile::tempdir().unwrap();
        let made = |name: &str| generate_simple_self_signed(vec![name.to_owned()]).unwrap();
        let (ours, other) = (made("a.example.org"), made("b.example.org"));
        let chain = written(folder.path(), "chain.pem", &ours.cert.pem());
        let key = written(folder.path(), "key.pem", &ours.signing_key.serialize_pem());
        let wrong = written(folder.path(), "other.pem", &other.signing_key.serialize_pem());
        let empty = written(folder.path(), "empty.pem", "");
        assert!(given(&chain, &key).is_ok());
        assert!(matches!(given(&chain, &wrong), Err(WorldError::Given { .. })));
        assert_eq!(
            given(&empty, &key).unwrap_err(),
            WorldError::Given {
                path: empty.display().to_string(),
                reason: "there is no certificate in it".to_owned(),
            }
        );
    }
}
