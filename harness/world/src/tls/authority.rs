//! An authority made for one run, and server configurations with right or faulty leaves.

use std::collections::HashMap;
use std::collections::VecDeque;
use std::net::IpAddr;
use std::path::Path;
use std::sync::Arc;
use std::sync::Mutex;
use std::sync::PoisonError;

use cimdspec_model::behaviour::TlsBehaviour;
use rcgen::BasicConstraints;
use rcgen::CertificateParams;
use rcgen::CertifiedIssuer;
use rcgen::DistinguishedName;
use rcgen::DnType;
use rcgen::ExtendedKeyUsagePurpose;
use rcgen::IsCa;
use rcgen::Issuer;
use rcgen::KeyPair;
use rcgen::KeyUsagePurpose;
use rcgen::PKCS_RSA_SHA256;
use rcgen::PublicKeyData;
use rcgen::SanType;
use rcgen::SignatureAlgorithm;
use rustls::ServerConfig;
use rustls::crypto::CryptoProvider;
use rustls::pki_types::CertificateDer;
use rustls::pki_types::PrivateKeyDer;
use rustls::pki_types::PrivatePkcs8KeyDer;
use rustls::server::NoServerSessionStorage;
use time::Duration;
use time::OffsetDateTime;

use super::chains;
use super::curious::Curious;
use super::kept;
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
    /// The certificate that is handed on: a kept one, where there is one, and not its renewal of today.
    pem: String,
    issuer: CertifiedIssuer<'static, KeyPair>,
    stranger: CertifiedIssuer<'static, KeyPair>,
    configs: Mutex<Configs>,
    provider: Arc<CryptoProvider>,
    old: CertificateDer<'static>,
}

const NAME: &str = "cimdspec run authority";
/// The hash of [`NAME`] by which OpenSSL looks for an authority in a directory: `openssl x509 -subject_hash`.
#[cfg(target_os = "linux")]
pub(crate) const SUBJECT_HASH: &str = "b95be3ec";
/// The last ones are kept: a host lives as long as its case, and clients choose the names that they ask for.
const MOST_CONFIGS: usize = 1024;

/// The configurations that are kept, and the order in which they were made.
#[derive(Default)]
struct Configs {
    made: HashMap<Wanted, Arc<ServerConfig>>,
    order: VecDeque<Wanted>,
}

/// A subject, and the fault of its leaf.
type Wanted = (Subject, &'static str);

/// The key that the certificate of the old TLS shows; nobody has the private one, for nothing is ever decrypted.
struct OldKey;

impl PublicKeyData for OldKey {
    fn der_bytes(&self) -> &[u8] {
        include_bytes!("old_public_key.der")
    }

    fn algorithm(&self) -> &'static SignatureAlgorithm {
        &PKCS_RSA_SHA256
    }
}

impl Authority {
    /// Makes an authority, and one that nobody trusts.
    ///
    /// # Errors
    /// [`WorldError::Certificate`] when the keys or certificates cannot be made.
    pub fn new() -> Result<Self, WorldError> {
        let issuer = authority(NAME, None)?;
        Self::with(issuer.pem(), issuer)
    }

    /// The authority whose key and certificate are kept in a folder, made there at the first time.
    ///
    /// # Errors
    /// [`WorldError::Kept`] when the folder cannot be read or written, [`WorldError::Certificate`] when nothing can
    /// be made of what is in it.
    pub fn kept(folder: &Path) -> Result<Self, WorldError> {
        if let Some((key, pem)) = kept::read(folder)? {
            let key = KeyPair::from_pem(&key).map_err(|error| WorldError::Certificate {
                subject: NAME.to_owned(),
                reason: error.to_string(),
            })?;
            return Self::with(pem, authority(NAME, Some(key))?);
        }
        let made = Self::new()?;
        kept::write(folder, &made.issuer.key().serialize_pem(), &made.pem)?;
        Ok(made)
    }

    fn with(pem: String, issuer: CertifiedIssuer<'static, KeyPair>) -> Result<Self, WorldError> {
        let subject = Subject {
            names: vec!["localhost".to_owned()],
            addresses: Vec::new(),
        };
        let old = leaf(&subject, TlsBehaviour::Good)
            .and_then(|params| params.signed_by(&OldKey, &issuer))
            .map_err(|error| failed(&subject, error.to_string()))?;
        Ok(Self {
            pem,
            old: old.der().clone(),
            issuer,
            stranger: authority("cimdspec untrusted authority", None)?,
            configs: Mutex::default(),
            provider: Arc::new(rustls::crypto::ring::default_provider()),
        })
    }

    /// The authority's certificate as PEM.
    pub fn pem(&self) -> String {
        self.pem.clone()
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
        if let Some(known) = configs.made.get(&key) {
            return Ok(Arc::clone(known));
        }
        if configs.order.len() >= MOST_CONFIGS
            && let Some(oldest) = configs.order.pop_front()
        {
            configs.made.remove(&oldest);
        }
        let made = Arc::new(
            self.make(subject, fault)
                .map_err(|reason| failed(subject, reason))?,
        );
        configs.order.push_back(key.clone());
        configs.made.insert(key, Arc::clone(&made));
        Ok(made)
    }

    fn make(&self, subject: &Subject, fault: TlsBehaviour) -> Result<ServerConfig, String> {
        let text = |error: rcgen::Error| error.to_string();
        let params = leaf(subject, fault).map_err(text)?;
        let key = KeyPair::generate().map_err(text)?;
        let mut chain: Vec<CertificateDer<'static>> = Vec::new();
        let leaf = match fault {
            TlsBehaviour::LeafAsAuthority => {
                let between = leaf(subject, TlsBehaviour::Good).map_err(text)?;
                let between_key = KeyPair::generate().map_err(text)?;
                let signed = between.signed_by(&between_key, &self.issuer).map_err(text)?;
                chain.push(signed.der().clone());
                params.signed_by(&key, &Issuer::new(between, between_key))
            }
            TlsBehaviour::ConstrainedElsewhere
            | TlsBehaviour::IntermediateExpired
            | TlsBehaviour::IntermediateMissing
            | TlsBehaviour::PathTooLong => {
                let made = chains::below(&self.issuer, fault).map_err(text)?;
                chain.extend(made.shown);
                params.signed_by(&key, &made.last)
            }
            TlsBehaviour::SelfSigned => params.self_signed(&key),
            TlsBehaviour::UnknownAuthority => params.signed_by(&key, &self.stranger),
            _ => params.signed_by(&key, &self.issuer),
        }
        .map_err(text)?;
        chain.insert(0, leaf.der().clone());
        let private = PrivateKeyDer::Pkcs8(PrivatePkcs8KeyDer::from(key.serialize_der()));
        let config = ServerConfig::builder_with_provider(Arc::clone(&self.provider))
            .with_safe_default_protocol_versions()
            .map_err(|error| error.to_string())?;
        let mut config = match fault {
            TlsBehaviour::AsksCertificate => config.with_client_cert_verifier(Arc::new(Curious::default())),
            _ => config.with_no_client_auth(),
        }
        .with_single_cert(chain, private)
        .map_err(|error| error.to_string())?;
        config.alpn_protocols = vec![b"http/1.1".to_vec()];
        // Every connection shows its whole handshake, and a host of one case needs no memory for sessions.
        config.session_storage = Arc::new(NoServerSessionStorage {});
        Ok(config)
    }

    /// A certificate with an RSA key for the old TLS flight, in DER: the cipher of that flight wants one.
    pub fn certificate_der(&self) -> Vec<u8> {
        self.old.to_vec()
    }
}

/// What the leaf says, right or with the fault.
fn leaf(subject: &Subject, fault: TlsBehaviour) -> Result<CertificateParams, rcgen::Error> {
    let mut params = CertificateParams::new(match fault {
        TlsBehaviour::WrongName => vec!["another-host.example.net".to_owned()],
        TlsBehaviour::CommonNameOnly => Vec::new(),
        TlsBehaviour::WildcardTooWide => subject.names.iter().map(|name| widened(name)).collect(),
        _ => subject.names.clone(),
    })?;
    let names_others = matches!(
        fault,
        TlsBehaviour::WrongName | TlsBehaviour::CommonNameOnly | TlsBehaviour::WildcardTooWide
    );
    if !names_others {
        let addresses = subject.addresses.iter().copied().map(SanType::IpAddress);
        params.subject_alt_names.extend(addresses);
    }
    params.distinguished_name = distinguished(match (fault, subject.names.first()) {
        (TlsBehaviour::CommonNameOnly, Some(name)) => name,
        _ => "cimdspec host",
    });
    params.key_usages = vec![
        KeyUsagePurpose::DigitalSignature,
        KeyUsagePurpose::KeyEncipherment,
    ];
    params.extended_key_usages = vec![match fault {
        TlsBehaviour::ForClients => ExtendedKeyUsagePurpose::ClientAuth,
        _ => ExtendedKeyUsagePurpose::ServerAuth,
    }];
    // Strict verifiers refuse a leaf that does not name its issuer's key: that would be a fault nobody asked for.
    params.use_authority_key_identifier_extension = true;
    let now = OffsetDateTime::now_utc();
    (params.not_before, params.not_after) = match fault {
        TlsBehaviour::Expired => (now - Duration::days(30), now - Duration::days(1)),
        TlsBehaviour::NotYetValid => (now + Duration::days(1), now + Duration::days(30)),
        _ => (now - Duration::days(1), now + Duration::days(30)),
    };
    Ok(params)
}

/// The name with a wildcard in the place of its first two labels.
fn widened(name: &str) -> String {
    let parent = name.splitn(3, '.').nth(2).unwrap_or(name);
    format!("*.{parent}")
}

/// A self-signed authority, with this key or a new one.
fn authority(name: &str, key: Option<KeyPair>) -> Result<CertifiedIssuer<'static, KeyPair>, WorldError> {
    let made = || -> Result<_, rcgen::Error> {
        let mut params = CertificateParams::new(Vec::new())?;
        params.distinguished_name = distinguished(name);
        params.is_ca = IsCa::Ca(BasicConstraints::Unconstrained);
        params.key_usages = vec![KeyUsagePurpose::KeyCertSign, KeyUsagePurpose::CrlSign];
        // The validity spans those of all leaves, so that an expired leaf is expired and nothing else.
        params.not_before = OffsetDateTime::now_utc() - Duration::days(31);
        params.not_after = OffsetDateTime::now_utc() + Duration::days(kept::DAYS + 31);
        let key = key.map_or_else(KeyPair::generate, Ok)?;
        CertifiedIssuer::self_signed(params, key)
    };
    made().map_err(|error| WorldError::Certificate {
        subject: name.to_owned(),
        reason: error.to_string(),
    })
}

pub(super) fn distinguished(name: &str) -> DistinguishedName {
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
        TlsBehaviour::CommonNameOnly => "common-name-only",
        TlsBehaviour::ForClients => "for-clients",
        TlsBehaviour::LeafAsAuthority => "leaf-as-authority",
        TlsBehaviour::WildcardTooWide => "wildcard-too-wide",
        TlsBehaviour::AsksCertificate => "asks-certificate",
        TlsBehaviour::ConstrainedElsewhere => "constrained-elsewhere",
        TlsBehaviour::IntermediateExpired => "intermediate-expired",
        TlsBehaviour::IntermediateMissing => "intermediate-missing",
        TlsBehaviour::PathTooLong => "path-too-long",
        _ => "good",
    }
}
