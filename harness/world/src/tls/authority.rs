//! An authority made for one run, and server configurations with right or faulty leaves.

use std::collections::HashMap;
use std::net::IpAddr;
use std::sync::Arc;
use std::sync::Mutex;
use std::sync::PoisonError;

use cimdspec_model::behaviour::TlsBehaviour;
use rcgen::BasicConstraints;
use rcgen::CertificateParams;
use rcgen::CertifiedIssuer;
use rcgen::DistinguishedName;
use rcgen::DnType;
use rcgen::IsCa;
use rcgen::KeyPair;
use rcgen::KeyUsagePurpose;
use rcgen::SanType;
use rustls::ServerConfig;
use rustls::pki_types::CertificateDer;
use rustls::pki_types::PrivateKeyDer;
use rustls::pki_types::PrivatePkcs8KeyDer;
use time::Duration;
use time::OffsetDateTime;

use crate::error::WorldError;

/// For whom a leaf is.
#[derive(Debug, Clone, PartialEq, Eq, Hash, Default)]
pub struct Subject {
    /// DNS names, wildcards too.
    pub names: Vec<String>,
    /// Addresses.
    pub addresses: Vec<IpAddr>,
}

/// The authority of a run.
pub struct Authority {
    issuer: CertifiedIssuer<'static, KeyPair>,
    stranger: CertifiedIssuer<'static, KeyPair>,
    configs: Mutex<HashMap<(Subject, &'static str), Arc<ServerConfig>>>,
}

impl Authority {
    /// Makes an authority, and one that nobody trusts.
    ///
    /// # Errors
    /// [`WorldError::Certificate`] when the keys or certificates cannot be made.
    pub fn new() -> Result<Self, WorldError> {
        Ok(Self {
            issuer: authority("cimdspec run authority")?,
            stranger: authority("cimdspec untrusted authority")?,
            configs: Mutex::new(HashMap::new()),
        })
    }

    /// The authority's certificate as PEM.
    pub fn pem(&self) -> String {
        self.issuer.pem()
    }

    /// A server configuration for the subject with the fault; made once and kept.
    ///
    /// # Errors
    /// [`WorldError::Certificate`] when the leaf cannot be made.
    pub fn server_config(
        &self,
        subject: &Subject,
        fault: TlsBehaviour,
    ) -> Result<Arc<ServerConfig>, WorldError> {
        let key = (subject.clone(), fault_name(fault));
        let mut configs = self.configs.lock().unwrap_or_else(PoisonError::into_inner);
        if let Some(known) = configs.get(&key) {
            return Ok(Arc::clone(known));
        }
        let made = Arc::new(
            self.make(subject, fault)
                .map_err(|reason| failed(subject, reason))?,
        );
        configs.insert(key, Arc::clone(&made));
        Ok(made)
    }

    fn make(&self, subject: &Subject, fault: TlsBehaviour) -> Result<ServerConfig, String> {
        let text = |error: rcgen::Error| error.to_string();
        let mut params = CertificateParams::new(match fault {
            TlsBehaviour::WrongName => vec!["another-host.example.net".to_owned()],
            _ => subject.names.clone(),
        })
        .map_err(text)?;
        if fault != TlsBehaviour::WrongName {
            params
                .subject_alt_names
                .extend(subject.addresses.iter().copied().map(SanType::IpAddress));
        }
        params.distinguished_name = distinguished("cimdspec host");
        let now = OffsetDateTime::now_utc();
        (params.not_before, params.not_after) = match fault {
            TlsBehaviour::Expired => (now - Duration::days(30), now - Duration::days(1)),
            TlsBehaviour::NotYetValid => (now + Duration::days(1), now + Duration::days(30)),
            _ => (now - Duration::days(1), now + Duration::days(30)),
        };
        let key = KeyPair::generate().map_err(text)?;
        let leaf = match fault {
            TlsBehaviour::SelfSigned => params.self_signed(&key),
            TlsBehaviour::UnknownAuthority => params.signed_by(&key, &self.stranger),
            _ => params.signed_by(&key, &self.issuer),
        }
        .map_err(text)?;
        let provider = Arc::new(rustls::crypto::ring::default_provider());
        let chain: Vec<CertificateDer<'static>> = vec![leaf.der().clone()];
        let private = PrivateKeyDer::Pkcs8(PrivatePkcs8KeyDer::from(key.serialize_der()));
        let mut config = ServerConfig::builder_with_provider(provider)
            .with_safe_default_protocol_versions()
            .map_err(|error| error.to_string())?
            .with_no_client_auth()
            .with_single_cert(chain, private)
            .map_err(|error| error.to_string())?;
        config.alpn_protocols = vec![b"http/1.1".to_vec()];
        Ok(config)
    }

    /// A certificate for the old TLS flight, in DER.
    pub(crate) fn certificate_der(&self) -> Vec<u8> {
        self.issuer.der().to_vec()
    }
}

fn authority(name: &str) -> Result<CertifiedIssuer<'static, KeyPair>, WorldError> {
    let made = || -> Result<_, rcgen::Error> {
        let mut params = CertificateParams::new(Vec::new())?;
        params.distinguished_name = distinguished(name);
        params.is_ca = IsCa::Ca(BasicConstraints::Unconstrained);
        params.key_usages = vec![KeyUsagePurpose::KeyCertSign, KeyUsagePurpose::CrlSign];
        params.not_before = OffsetDateTime::now_utc() - Duration::days(1);
        params.not_after = OffsetDateTime::now_utc() + Duration::days(30);
        CertifiedIssuer::self_signed(params, KeyPair::generate()?)
    };
    made().map_err(|error| WorldError::Certificate {
        subject: name.to_owned(),
        reason: error.to_string(),
    })
}

fn distinguished(name: &str) -> DistinguishedName {
    let mut distinguished = DistinguishedName::new();
    distinguished.push(DnType::CommonName, name);
    distinguished
}

fn failed(subject: &Subject, reason: String) -> WorldError {
    WorldError::Certificate {
        subject: format!("{:?} {:?}", subject.names, subject.addresses),
        reason,
    }
}

fn fault_name(fault: TlsBehaviour) -> &'static str {
    match fault {
        TlsBehaviour::Expired => "expired",
        TlsBehaviour::NotYetValid => "not-yet-valid",
        TlsBehaviour::WrongName => "wrong-name",
        TlsBehaviour::SelfSigned => "self-signed",
        TlsBehaviour::UnknownAuthority => "unknown-authority",
        _ => "good",
    }
}
