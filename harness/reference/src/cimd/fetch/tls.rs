//! TLS of the fetches: full verification, and the three ways in which implementers forget a part of it.

use std::sync::Arc;

use rustls::CertificateError;
use rustls::ClientConfig;
use rustls::DigitallySignedStruct;
use rustls::Error;
use rustls::RootCertStore;
use rustls::SignatureScheme;
use rustls::client::WebPkiServerVerifier;
use rustls::client::danger::HandshakeSignatureValid;
use rustls::client::danger::ServerCertVerified;
use rustls::client::danger::ServerCertVerifier;
use rustls::pki_types::CertificateDer;
use rustls::pki_types::PrivateKeyDer;
use rustls::pki_types::PrivatePkcs8KeyDer;
use rustls::pki_types::ServerName;
use rustls::pki_types::UnixTime;

use crate::error::ReferenceError;
use crate::policy::Excess;
use crate::policy::FetchPolicy;

/// The client configuration for the policy, with these roots. It asks without a note: what it decides shows in handshakes
/// only, by [`noted`].
pub(crate) fn client_config(
    policy: &FetchPolicy,
    roots: &[CertificateDer<'static>],
) -> Result<ClientConfig, ReferenceError> {
    let wrong = |reason: String| ReferenceError::Resolver {
        reason: format!("TLS: {reason}"),
    };
    let provider = Arc::new(rustls::crypto::ring::default_provider());
    let mut store = RootCertStore::empty();
    store.add_parsable_certificates(roots.iter().cloned());
    let builder = ClientConfig::builder_with_provider(Arc::clone(&provider))
        .with_safe_default_protocol_versions()
        .map_err(|error| wrong(error.to_string()))?;
    if *policy.excess.unnoted() == Excess::Certificate {
        let (chain, key) = own_certificate().map_err(|error| wrong(error.to_string()))?;
        let config = builder
            .with_root_certificates(store)
            .with_client_auth_cert(chain, key);
        return config.map_err(|error| wrong(error.to_string()));
    }
    let judged = [&policy.tls_chain, &policy.tls_dates, &policy.tls_name];
    if judged.iter().all(|rule| rule.unnoted().on()) {
        let mut config = builder.with_root_certificates(store).with_no_client_auth();
        config.enable_sni = *policy.excess.unnoted() != Excess::NoServerName;
        return Ok(config);
    }
    let inner = WebPkiServerVerifier::builder_with_provider(Arc::new(store), provider)
        .build()
        .map_err(|error| wrong(error.to_string()))?;
    let verifier = Forgiving {
        inner,
        policy: policy.clone(),
    };
    Ok(builder
        .dangerous()
        .with_custom_certificate_verifier(Arc::new(verifier))
        .with_no_client_auth())
}

/// Notes which decisions counted in a handshake: those about the certificate where it was refused.
pub(crate) fn noted(policy: &FetchPolicy, is_refused: bool) {
    policy.excess.among([Excess::Certificate, Excess::NoServerName]);
    for rule in [&policy.tls_chain, &policy.tls_dates, &policy.tls_name] {
        let _ = is_refused && rule.on();
    }
}

/// A certificate of the server itself, which a mutant shows to whoever asks.
fn own_certificate() -> Result<(Vec<CertificateDer<'static>>, PrivateKeyDer<'static>), rcgen::Error> {
    let key = rcgen::KeyPair::generate()?;
    let made = rcgen::CertificateParams::new(vec!["as.example".to_owned()])?.self_signed(&key)?;
    let private = PrivatePkcs8KeyDer::from(key.serialize_der());
    Ok((vec![made.der().clone()], private.into()))
}

/// Verifies as webpki does and forgives what the policy skips.
#[derive(Debug)]
struct Forgiving {
    inner: Arc<WebPkiServerVerifier>,
    policy: FetchPolicy,
}

impl ServerCertVerifier for Forgiving {
    fn verify_server_cert(
        &self,
        end_entity: &CertificateDer<'_>,
        intermediates: &[CertificateDer<'_>],
        server_name: &ServerName<'_>,
        ocsp_response: &[u8],
        now: UnixTime,
    ) -> Result<ServerCertVerified, Error> {
        let verify = |at| {
            self.inner
                .verify_server_cert(end_entity, intermediates, server_name, ocsp_response, at)
        };
        let mut verified = verify(now);
        if !self.policy.tls_dates.on() {
            // Dates are judged before chain and name, so these are judged again at a moment that fits.
            for _ in 0..=intermediates.len() {
                let Some(fitting) = moment_of_validity(&verified) else {
                    break;
                };
                verified = verify(fitting);
            }
        }
        let forgiven = match &verified {
            Ok(_) => true,
            Err(_) if !self.policy.tls_chain.on() => true,
            Err(Error::InvalidCertificate(
                CertificateError::NotValidForName | CertificateError::NotValidForNameContext { .. },
            )) => !self.policy.tls_name.on(),
            Err(_) => false,
        };
        if forgiven {
            Ok(ServerCertVerified::assertion())
        } else {
            verified
        }
    }

    fn verify_tls12_signature(
        &self,
        message: &[u8],
        certificate: &CertificateDer<'_>,
        signed: &DigitallySignedStruct,
    ) -> Result<HandshakeSignatureValid, Error> {
        self.inner.verify_tls12_signature(message, certificate, signed)
    }

    fn verify_tls13_signature(
        &self,
        message: &[u8],
        certificate: &CertificateDer<'_>,
        signed: &DigitallySignedStruct,
    ) -> Result<HandshakeSignatureValid, Error> {
        self.inner.verify_tls13_signature(message, certificate, signed)
    }

    fn supported_verify_schemes(&self) -> Vec<SignatureScheme> {
        self.inner.supported_verify_schemes()
    }
}

/// A moment at which the certificate that failed for its dates was valid.
fn moment_of_validity(verified: &Result<ServerCertVerified, Error>) -> Option<UnixTime> {
    match verified {
        Err(Error::InvalidCertificate(CertificateError::ExpiredContext { not_after, .. })) => {
            Some(*not_after)
        }
        Err(Error::InvalidCertificate(CertificateError::NotValidYetContext { not_before, .. })) => {
            Some(*not_before)
        }
        _ => None,
    }
}

#[cfg(test)]
mod tests {
    use std::time::Duration;

    use rcgen::CertificateParams;
    use rcgen::CertifiedIssuer;
    use rcgen::IsCa;
    use rcgen::KeyPair;
    use rcgen::date_time_ymd;

    use super::*;
    use crate::policy::Check;

    struct Case {
        root: CertificateDer<'static>,
        leaf: CertificateDer<'static>,
    }

    /// A leaf for `h.example`, valid in the year told.
    fn case(year: i32) -> Case {
        let mut authority = CertificateParams::default();
        authority.is_ca = IsCa::Ca(rcgen::BasicConstraints::Unconstrained);
        let authority = CertifiedIssuer::self_signed(authority, KeyPair::generate().unwrap()).unwrap();
        let mut leaf = CertificateParams::new(vec!["h.example".to_owned()]).unwrap();
        leaf.not_before = date_time_ymd(year, 1, 1);
        leaf.not_after = date_time_ymd(year, 12, 31);
        let leaf = leaf.signed_by(&KeyPair::generate().unwrap(), &authority).unwrap();
        Case {
            root: authority.der().clone(),
            leaf: leaf.der().clone(),
        }
    }

    fn verdict(
        policy: FetchPolicy,
        root: &CertificateDer<'static>,
        leaf: &Case,
        name: &str,
    ) -> Result<(), Error> {
        let mut store = RootCertStore::empty();
        store.add(root.clone()).unwrap();
        let provider = Arc::new(rustls::crypto::ring::default_provider());
        let inner = WebPkiServerVerifier::builder_with_provider(Arc::new(store), provider)
            .build()
            .unwrap();
        let noon = UnixTime::since_unix_epoch(Duration::from_secs(1_767_225_600));
        Forgiving { inner, policy }
            .verify_server_cert(
                &leaf.leaf,
                &[],
                &ServerName::try_from(name).unwrap().to_owned(),
                &[],
                noon,
            )
            .map(|_| ())
    }

    fn forgets_dates() -> FetchPolicy {
        FetchPolicy {
            tls_dates: Check::Skip.into(),
            ..FetchPolicy::default()
        }
    }

    fn forgets_names() -> FetchPolicy {
        FetchPolicy {
            tls_name: Check::Skip.into(),
            ..FetchPolicy::default()
        }
    }

    #[test]
    fn a_server_that_forgets_dates_forgives_nothing_else() {
        for year in [2020, 2040] {
            let (ours, theirs) = (case(year), case(year));
            assert_eq!(verdict(forgets_dates(), &ours.root, &ours, "h.example"), Ok(()));
            assert_eq!(
                verdict(forgets_dates(), &ours.root, &theirs, "h.example"),
                Err(CertificateError::BadSignature.into())
            );
            assert!(matches!(
                verdict(forgets_dates(), &ours.root, &ours, "other.example"),
                Err(Error::InvalidCertificate(
                    CertificateError::NotValidForNameContext { .. }
                ))
            ));
        }
    }

    #[test]
    fn a_server_that_forgets_names_forgives_nothing_else() {
        let (now, then) = (case(2026), case(2020));
        assert_eq!(verdict(forgets_names(), &now.root, &now, "other.example"), Ok(()));
        assert!(matches!(
            verdict(forgets_names(), &then.root, &then, "other.example"),
            Err(Error::InvalidCertificate(CertificateError::ExpiredContext { .. }))
        ));
        assert_eq!(
            verdict(forgets_names(), &then.root, &now, "other.example"),
            Err(CertificateError::BadSignature.into())
        );
    }
}
