//! Authorities between ours and the leaf, each with a fault of its own.

use cimdspec_model::behaviour::TlsBehaviour;
use rcgen::BasicConstraints;
use rcgen::CertificateParams;
use rcgen::GeneralSubtree;
use rcgen::IsCa;
use rcgen::Issuer;
use rcgen::KeyPair;
use rcgen::KeyUsagePurpose;
use rcgen::NameConstraints;
use rustls::pki_types::CertificateDer;
use time::Duration;
use time::OffsetDateTime;

use super::authority::distinguished;

/// A way down from an authority.
pub(super) struct Chain {
    /// What the host shows of it, the lowest first.
    pub(super) shown: Vec<CertificateDer<'static>>,
    /// Who signs the leaf.
    pub(super) last: Issuer<'static, KeyPair>,
}

/// The authorities between this one and a leaf with the fault.
pub(super) fn below(root: &Issuer<'_, KeyPair>, fault: TlsBehaviour) -> Result<Chain, rcgen::Error> {
    let mut params = authority("cimdspec authority between")?;
    match fault {
        TlsBehaviour::ConstrainedElsewhere => {
            params.name_constraints = Some(NameConstraints {
                permitted_subtrees: vec![GeneralSubtree::DnsName("elsewhere.example".to_owned())],
                excluded_subtrees: Vec::new(),
            });
        }
        TlsBehaviour::IntermediateExpired => {
            params.not_after = OffsetDateTime::now_utc() - Duration::days(1);
        }
        TlsBehaviour::PathTooLong => params.is_ca = IsCa::Ca(BasicConstraints::Constrained(0)),
        _ => {}
    }
    let key = KeyPair::generate()?;
    let certificate = params.signed_by(&key, root)?;
    let mut shown = vec![certificate.der().clone()];
    let mut last = Issuer::new(params, key);
    if fault == TlsBehaviour::PathTooLong {
        let params = authority("cimdspec authority too deep")?;
        let key = KeyPair::generate()?;
        let certificate = params.signed_by(&key, &last)?;
        shown.insert(0, certificate.der().clone());
        last = Issuer::new(params, key);
    }
    if fault == TlsBehaviour::IntermediateMissing {
        shown.clear();
    }
    Ok(Chain { shown, last })
}

fn authority(name: &str) -> Result<CertificateParams, rcgen::Error> {
    let mut params = CertificateParams::new(Vec::new())?;
    params.distinguished_name = distinguished(name);
    params.is_ca = IsCa::Ca(BasicConstraints::Unconstrained);
    params.key_usages = vec![KeyUsagePurpose::KeyCertSign, KeyUsagePurpose::CrlSign];
    params.use_authority_key_identifier_extension = true;
    params.not_before = OffsetDateTime::now_utc() - Duration::days(31);
    params.not_after = OffsetDateTime::now_utc() + Duration::days(31);
    Ok(params)
}
