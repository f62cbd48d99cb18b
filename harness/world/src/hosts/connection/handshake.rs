//! The TLS of a connection: good, refused, of another age, or with a fault in its certificate.

use std::net::IpAddr;
use std::net::Ipv4Addr;
use std::net::Ipv6Addr;
use std::net::SocketAddr;
use std::sync::Arc;

use cimdspec_model::behaviour::TlsBehaviour;
use cimdspec_model::observation::Ending;
use cimdspec_model::observation::Happening;
use tokio::io::AsyncReadExt;
use tokio::io::AsyncWriteExt;
use tokio::net::TcpStream;
use tokio_rustls::LazyConfigAcceptor;
use tokio_rustls::StartHandshake;
use tokio_rustls::rustls::server::Acceptor;
use tokio_rustls::server::TlsStream;

use super::Connection;
use super::HANDSHAKE_DEADLINE;
use crate::hosts::attribution::Attribution;
use crate::hosts::front;
use crate::tls::OldTls;
use crate::tls::Subject;
use crate::tls::answer_below_tls12;

/// A fatal `handshake_failure`, as a record of TLS 1.2.
const FATAL_ALERT: [u8; 7] = [21, 3, 3, 0, 2, 2, 40];

/// Reads the hello and answers with an alert.
pub(super) async fn alert(mut stream: TcpStream) -> Ending {
    let mut hello = [0; 4096];
    let read = tokio::time::timeout(HANDSHAKE_DEADLINE, stream.read(&mut hello)).await;
    match read {
        Ok(Ok(length)) if length > 0 => {
            let _ = stream.write_all(&FATAL_ALERT).await;
            let _ = stream.shutdown().await;
            Ending::World
        }
        _ => Ending::Peer,
    }
}

impl Connection {
    pub(super) async fn old_tls(&mut self, mut stream: TcpStream) -> Ending {
        let mut hello = [0; 4096];
        if !matches!(stream.read(&mut hello).await, Ok(length) if length > 0) {
            return Ending::Peer;
        }
        self.record(Happening::Hello {
            connection: self.number,
            to: self.to,
            server_name: None,
        });
        let failure = match answer_below_tls12(&mut stream, &self.shared.authority.certificate_der()).await {
            OldTls::Refused(how) => Some(format!("the client refused TLS 1.1: {how}")),
            OldTls::WentOn => None,
        };
        self.record(Happening::Handshake {
            connection: self.number,
            to: self.to,
            failure,
            certificate: false,
        });
        Ending::World
    }

    pub(super) async fn handshake(&mut self, stream: TcpStream) -> Ending {
        let acceptor = LazyConfigAcceptor::new(Acceptor::default(), stream);
        let start = match tokio::time::timeout(HANDSHAKE_DEADLINE, acceptor).await {
            Ok(Ok(start)) => start,
            Ok(Err(_)) => return Ending::Peer,
            Err(_) => return Ending::World,
        };
        let server_name = start.client_hello().server_name().map(str::to_owned);
        if let Some(upstream) = server_name
            .as_deref()
            .and_then(|name| self.shared.registry.front_of(name))
        {
            self.owner = None;
            return self.forward(start, upstream, server_name.as_deref()).await;
        }
        if let Some(owner) = server_name
            .as_deref()
            .and_then(|name| self.shared.registry.by_name(name))
        {
            self.belongs(owner);
        }
        let (connection, to) = (self.number, self.to);
        self.record(Happening::Hello {
            connection,
            to,
            server_name: server_name.clone(),
        });
        let subject = self.subject(server_name.as_deref());
        let config = match (self.tls(), &self.shared.given) {
            (TlsBehaviour::Good, Some(given)) => Ok(Arc::clone(given)),
            (fault, _) => self.shared.authority.server_config(&subject, fault),
        };
        let Ok(config) = config else {
            return Ending::World;
        };
        let accepted = tokio::time::timeout(HANDSHAKE_DEADLINE, start.into_stream(config)).await;
        let failure = match &accepted {
            Ok(Ok(_)) => None,
            Ok(Err(error)) => Some(error.to_string()),
            Err(_) => Some("no end within the deadline".to_owned()),
        };
        let shown = |stream: &TlsStream<TcpStream>| stream.get_ref().1.peer_certificates().is_some();
        let certificate = matches!(&accepted, Ok(Ok(stream)) if shown(stream));
        self.record(Happening::Handshake {
            connection,
            to,
            failure,
            certificate,
        });
        match accepted {
            Ok(Ok(stream)) => self.http(stream).await,
            _ => Ending::Peer,
        }
    }

    fn subject(&self, server_name: Option<&str>) -> Subject {
        match server_name {
            Some(name) if is_label_of(&self.shared.zone, name) => Subject {
                names: vec![format!("*.{}", self.shared.zone)],
                addresses: Vec::new(),
            },
            Some(name) => Subject {
                names: vec![name.to_owned()],
                addresses: spellings(self.to.ip()),
            },
            // Whoever leaves the name out asks the one host of this address.
            None if self.shared.attribution == Attribution::Address => Subject {
                names: vec!["localhost".to_owned(), format!("*.{}", self.shared.zone)],
                addresses: spellings(self.to.ip()),
            },
            None => Subject {
                names: vec!["localhost".to_owned()],
                addresses: spellings(self.to.ip()),
            },
        }
    }

    async fn forward(
        &mut self,
        start: StartHandshake<TcpStream>,
        upstream: SocketAddr,
        name: Option<&str>,
    ) -> Ending {
        let Ok(config) = self
            .shared
            .authority
            .server_config(&self.subject(name), TlsBehaviour::Good)
        else {
            return Ending::World;
        };
        if let Ok(stream) = start.into_stream(config).await {
            front::serve(stream, self.way(upstream, "https")).await;
        }
        Ending::Peer
    }
}

/// The addresses under which a connection can have come here: as a mapped one too, and at loopback from the unspecified one.
fn spellings(address: IpAddr) -> Vec<IpAddr> {
    let unspecified = match address {
        IpAddr::V4(address) if address == Ipv4Addr::LOCALHOST => Some(Ipv4Addr::UNSPECIFIED.into()),
        IpAddr::V6(address) if address == Ipv6Addr::LOCALHOST => Some(Ipv6Addr::UNSPECIFIED.into()),
        _ => None,
    };
    let mapped = match address {
        IpAddr::V4(address) => Some(address.to_ipv6_mapped().into()),
        IpAddr::V6(_) => None,
    };
    [Some(address), unspecified, mapped]
        .into_iter()
        .flatten()
        .collect()
}

/// Whether a name is one label and the zone: what the zone's wildcard certificate is for.
fn is_label_of(zone: &str, name: &str) -> bool {
    name.trim_end_matches('.')
        .strip_suffix(zone)
        .and_then(|label| label.strip_suffix('.'))
        .is_some_and(|label| !label.contains('.'))
}
