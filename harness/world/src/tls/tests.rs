//! Each fault as a client sees it.

use std::net::IpAddr;
use std::sync::Arc;

use cimdspec_model::behaviour::TlsBehaviour;
use rustls::AlertDescription;
use rustls::CertificateError;
use rustls::ClientConfig;
use rustls::Error;
use rustls::RootCertStore;
use rustls::pki_types::CertificateDer;
use rustls::pki_types::ServerName;
use rustls::pki_types::pem::PemObject;
use tokio::io::AsyncReadExt;
use tokio::io::AsyncWriteExt;
use tokio_rustls::TlsAcceptor;
use tokio_rustls::TlsConnector;

use super::*;

const HOST: &str = "docs-1.cimdspec.dev";

fn subject() -> Subject {
    Subject {
        names: vec!["*.cimdspec.dev".to_owned()],
        addresses: Vec::new(),
    }
}

fn client(authority: &Authority) -> Arc<ClientConfig> {
    let mut roots = RootCertStore::empty();
    roots
        .add(CertificateDer::from_pem_slice(authority.pem().as_bytes()).unwrap())
        .unwrap();
    let provider = Arc::new(rustls::crypto::ring::default_provider());
    let config = ClientConfig::builder_with_provider(provider)
        .with_safe_default_protocol_versions()
        .unwrap();
    Arc::new(config.with_root_certificates(roots).with_no_client_auth())
}

/// What the client says about a host of this subject and fault.
async fn shake(subject: Subject, fault: TlsBehaviour, name: ServerName<'static>) -> Result<(), Error> {
    let authority = Authority::new().unwrap();
    let config = authority.server_config(&subject, fault).unwrap();
    let (ours, theirs) = tokio::io::duplex(64 * 1024);
    let (_, connected) = tokio::join!(
        TlsAcceptor::from(config).accept(ours),
        TlsConnector::from(client(&authority)).connect(name, theirs),
    );
    match connected {
        Ok(_) => Ok(()),
        Err(error) => Err(error
            .into_inner()
            .unwrap()
            .downcast_ref::<Error>()
            .unwrap()
            .clone()),
    }
}

async fn fault(fault: TlsBehaviour) -> CertificateError {
    let name = ServerName::try_from(HOST).unwrap();
    match shake(subject(), fault, name).await {
        Err(Error::InvalidCertificate(error)) => error,
        other => panic!("{other:?}"),
    }
}

#[tokio::test]
async fn a_good_host_is_trusted_by_name_and_by_address() {
    let name = ServerName::try_from(HOST).unwrap();
    assert_eq!(shake(subject(), TlsBehaviour::Good, name).await, Ok(()));
    for address in ["10.0.0.1", "fd00::1"] {
        let address: IpAddr = address.parse().unwrap();
        let literal = Subject {
            names: Vec::new(),
            addresses: vec![address],
        };
        assert_eq!(shake(literal, TlsBehaviour::Good, address.into()).await, Ok(()));
    }
}

#[tokio::test]
async fn a_host_that_asks_for_a_certificate_does_not_insist() {
    let name = ServerName::try_from(HOST).unwrap();
    assert_eq!(
        shake(subject(), TlsBehaviour::AsksCertificate, name).await,
        Ok(())
    );
}

#[tokio::test]
async fn each_fault_is_refused_for_its_own_reason() {
    use CertificateError as E;
    let expired = fault(TlsBehaviour::Expired).await;
    assert!(
        matches!(expired, E::Expired | E::ExpiredContext { .. }),
        "{expired:?}"
    );
    let early = fault(TlsBehaviour::NotYetValid).await;
    assert!(
        matches!(early, E::NotValidYet | E::NotValidYetContext { .. }),
        "{early:?}"
    );
    let wrong = fault(TlsBehaviour::WrongName).await;
    assert!(
        matches!(wrong, E::NotValidForName | E::NotValidForNameContext { .. }),
        "{wrong:?}"
    );
    for nearly in [TlsBehaviour::CommonNameOnly, TlsBehaviour::WildcardTooWide] {
        let wrong = fault(nearly).await;
        assert!(
            matches!(wrong, E::NotValidForName | E::NotValidForNameContext { .. }),
            "{nearly:?}: {wrong:?}"
        );
    }
    let clients = fault(TlsBehaviour::ForClients).await;
    assert!(
        matches!(clients, E::InvalidPurpose | E::InvalidPurposeContext { .. }),
        "{clients:?}"
    );
    let between = fault(TlsBehaviour::IntermediateExpired).await;
    assert!(
        matches!(between, E::Expired | E::ExpiredContext { .. }),
        "{between:?}"
    );
    for chain in [TlsBehaviour::ConstrainedElsewhere, TlsBehaviour::PathTooLong] {
        let wrong = fault(chain).await;
        assert!(
            !matches!(wrong, E::NotValidForName | E::Expired | E::UnknownIssuer),
            "{chain:?}: {wrong:?}"
        );
    }
    assert_eq!(fault(TlsBehaviour::IntermediateMissing).await, E::UnknownIssuer);
    let signed_by_leaf = fault(TlsBehaviour::LeafAsAuthority).await;
    assert!(
        !matches!(signed_by_leaf, E::NotValidForName | E::Expired),
        "{signed_by_leaf:?}"
    );
    assert_eq!(fault(TlsBehaviour::SelfSigned).await, E::UnknownIssuer);
    assert_eq!(fault(TlsBehaviour::UnknownAuthority).await, E::UnknownIssuer);
}

#[test]
fn a_configuration_is_made_once_and_speaks_only_http_1() {
    let authority = Authority::new().unwrap();
    let first = authority.server_config(&subject(), TlsBehaviour::Good).unwrap();
    let again = authority.server_config(&subject(), TlsBehaviour::Good).unwrap();
    let faulty = authority
        .server_config(&subject(), TlsBehaviour::Expired)
        .unwrap();
    assert!(Arc::ptr_eq(&first, &again));
    assert!(!Arc::ptr_eq(&first, &faulty));
    assert_eq!(first.alpn_protocols, [b"http/1.1".to_vec()]);
}

#[tokio::test]
async fn a_client_of_today_refuses_the_old_version() {
    let authority = Authority::new().unwrap();
    let (mut ours, theirs) = tokio::io::duplex(64 * 1024);
    let old = async {
        let mut hello = [0; 4096];
        let _ = ours.read(&mut hello).await.unwrap();
        answer_below_tls12(&mut ours, &authority.certificate_der()).await
    };
    let name = ServerName::try_from(HOST).unwrap();
    let connector = TlsConnector::from(client(&authority));
    let (said, connected) = tokio::join!(old, connector.connect(name, theirs));
    let version = u8::from(AlertDescription::ProtocolVersion);
    assert_eq!(said, OldTls::Refused(format!("alert {version}")));
    let refused = connected.unwrap_err().into_inner().unwrap();
    let refused = refused.downcast_ref::<Error>().unwrap();
    assert!(matches!(refused, Error::PeerIncompatible(_)), "{refused:?}");
}

/// What is made of a client that answers the old flight with these bytes.
async fn old_client(answer: &[u8]) -> OldTls {
    let authority = Authority::new().unwrap();
    let (mut ours, mut theirs) = tokio::io::duplex(64 * 1024);
    theirs.write_all(answer).await.unwrap();
    theirs.shutdown().await.unwrap();
    answer_below_tls12(&mut ours, &authority.certificate_der()).await
}

#[tokio::test]
async fn a_key_exchange_or_a_look_at_the_certificate_accepts_the_old_version() {
    assert_eq!(old_client(&[22, 3, 2, 0, 6, 16, 0, 0, 2]).await, OldTls::WentOn);
    assert_eq!(old_client(&[21, 3, 2, 0, 2, 2, 42]).await, OldTls::WentOn);
    let handshake_failure = OldTls::Refused("alert 40".to_owned());
    assert_eq!(old_client(&[21, 3, 2, 0, 2, 2, 40]).await, handshake_failure);
    let closed = OldTls::Refused("connection closed".to_owned());
    assert_eq!(old_client(&[]).await, closed);
}
