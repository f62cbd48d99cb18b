//! One accepted connection: whose it is, its TLS, its request, its response, its end.

mod handshake;

use std::net::SocketAddr;
use std::sync::Arc;
use std::sync::atomic::AtomicU64;
use std::sync::atomic::Ordering;
use std::time::Duration;

use cimdspec_model::behaviour::TlsBehaviour;
use cimdspec_model::behaviour::delivery::Delivery;
use cimdspec_model::observation::Ending;
use cimdspec_model::observation::Happening;
use rustix::process::Resource;
use rustix::process::getrlimit;
use tokio::io::AsyncRead;
use tokio::io::AsyncReadExt;
use tokio::io::AsyncWrite;
use tokio::io::AsyncWriteExt;
use tokio::net::TcpListener;
use tokio::net::TcpStream;
use tokio::task::JoinSet;
use tokio_rustls::rustls::ServerConfig;

use self::handshake::alert;
use super::attribution::Attribution;
use super::attribution::named;
use super::attribution::peeked_server_name;
use super::coded::CodedBodies;
use super::front;
use super::front::Way;
use super::hostile::After;
use super::hostile::Sending;
use super::http::Head;
use super::http::missing;
use super::http::not_allowed;
use super::http::peeked_host;
use super::http::read_head;
use super::http::served;
use super::http::without_secrets;
use super::polite;
use super::registry::Registry;
use crate::ledger::Ledger;
use crate::ledger::Owner;
use crate::tls::Authority;

/// What every connection needs.
pub(crate) struct Shared {
    pub(crate) registry: Arc<Registry>,
    pub(crate) ledger: Arc<Ledger>,
    pub(crate) authority: Authority,
    /// The parent of all our names.
    pub(crate) zone: String,
    /// What tells the host.
    pub(crate) attribution: Attribution,
    /// The certificate of good hosts that an operator gave; without it the authority makes one.
    pub(crate) given: Option<Arc<ServerConfig>>,
    pub(crate) connections: AtomicU64,
    /// The bodies in their content codings.
    pub(crate) coded: CodedBodies,
}

/// What a listener speaks.
#[derive(Clone, Copy, PartialEq, Eq)]
pub(crate) enum Speaks {
    Tls,
    Plain,
}

/// At one port; further ones wait until one of them ends. Each takes a descriptor.
const MOST_CONNECTIONS: usize = 4096;
const HANDSHAKE_DEADLINE: Duration = Duration::from_secs(30);
const REQUEST_DEADLINE: Duration = Duration::from_secs(30);
/// Above this a body is written piece by piece, so that what was sent is counted as it leaves.
const LARGE_BODY: usize = 64 * 1024;
/// Small, so that the bytes that we count as sent are near those that the peer took.
const SEND_BUFFER: usize = 16 * 1024;

/// Accepts connections until the listener's task is dropped.
pub(crate) async fn accept_loop(listener: TcpListener, shared: Arc<Shared>, plain: bool) {
    let mut connections = JoinSet::new();
    let speaks = if plain { Speaks::Plain } else { Speaks::Tls };
    let most = usize::try_from(descriptors() / 4).map_or(MOST_CONNECTIONS, |most| most.min(MOST_CONNECTIONS));
    loop {
        if connections.len() >= most {
            connections.join_next().await;
        }
        let Ok((stream, from)) = listener.accept().await else {
            tokio::time::sleep(Duration::from_millis(5)).await;
            continue;
        };
        while connections.try_join_next().is_some() {}
        let shared = Arc::clone(&shared);
        connections.spawn(async move {
            if let Some(connection) = Connection::begin(&stream, from, shared) {
                connection.live(stream, speaks).await;
            }
        });
    }
}

/// How many files this process may have open.
fn descriptors() -> u64 {
    getrlimit(Resource::Nofile).current.unwrap_or(u64::MAX)
}

struct Connection {
    shared: Arc<Shared>,
    number: u64,
    from: SocketAddr,
    to: SocketAddr,
    owner: Option<Owner>,
    sent: AtomicU64,
}

impl Connection {
    fn begin(stream: &TcpStream, from: SocketAddr, shared: Arc<Shared>) -> Option<Self> {
        let local = stream.local_addr().ok()?;
        let to = SocketAddr::new(local.ip().to_canonical(), local.port());
        let _ = stream.set_nodelay(true);
        let _ = rustix::net::sockopt::set_socket_send_buffer_size(stream, SEND_BUFFER);
        let number = shared.connections.fetch_add(1, Ordering::Relaxed);
        let owner = match shared.attribution {
            Attribution::Address => shared.registry.by_address(to.ip()),
            Attribution::Name | Attribution::Path(_) => None,
        };
        let connection = Self {
            shared,
            number,
            from,
            to,
            owner,
            sent: AtomicU64::new(0),
        };
        connection.record(connection.connect());
        Some(connection)
    }

    fn connect(&self) -> Happening {
        Happening::Connect {
            connection: self.number,
            to: self.to,
        }
    }

    fn record(&self, what: Happening) {
        self.shared.ledger.record(self.owner.as_ref(), what);
    }

    /// The name or the path told whose connection it is.
    fn belongs(&mut self, owner: Owner) {
        if self.owner.as_ref() != Some(&owner) {
            self.shared
                .ledger
                .reattribute(self.number, self.owner.as_ref(), &owner, self.connect());
            self.owner = Some(owner);
        }
    }

    fn tls(&self) -> TlsBehaviour {
        self.owner
            .as_ref()
            .map_or(TlsBehaviour::Good, |owner| self.shared.registry.tls(owner))
    }

    /// Lives the connection until it ends or its case is over.
    async fn live(mut self, stream: TcpStream, speaks: Speaks) {
        let number = self.number;
        let to = self.to;
        let shared = Arc::clone(&self.shared);
        let ending = self.speak(stream, speaks).await;
        let whose = self.owner.clone();
        let sent = self.sent.load(Ordering::Relaxed);
        shared.ledger.record(
            whose.as_ref(),
            Happening::Closed {
                connection: number,
                to,
                sent,
                by: ending,
            },
        );
    }

    async fn speak(&mut self, stream: TcpStream, speaks: Speaks) -> Ending {
        if speaks == Speaks::Plain {
            return match self.owner {
                None => self.plain(stream).await,
                Some(_) => self.http(stream).await,
            };
        }
        if self.shared.attribution == Attribution::Name {
            // A fault may be in the handshake itself, so the name has to be known before it.
            let name = peeked_server_name(&stream, HANDSHAKE_DEADLINE).await;
            if let Some(owner) = name.and_then(|name| self.shared.registry.by_name(&name)) {
                self.belongs(owner);
            }
        }
        match self.tls() {
            TlsBehaviour::Reset => {
                let _ = stream.set_zero_linger();
                Ending::World
            }
            TlsBehaviour::Alert => alert(stream).await,
            TlsBehaviour::StallInHandshake => self.silent(stream).await,
            TlsBehaviour::PlainHttp => self.http(stream).await,
            TlsBehaviour::BelowTls12 => self.old_tls(stream).await,
            _ => self.handshake(stream).await,
        }
    }

    /// Plain http to an address that is no host's: a front's, or told by its Host field.
    async fn plain(&mut self, stream: TcpStream) -> Ending {
        let named = tokio::time::timeout(REQUEST_DEADLINE, peeked_host(&stream)).await;
        let front = named
            .ok()
            .flatten()
            .and_then(|name| self.shared.registry.front_of(&name));
        match front {
            Some(upstream) => {
                front::serve(stream, self.way(upstream, "http")).await;
                Ending::Peer
            }
            None => self.http(stream).await,
        }
    }

    async fn silent(&mut self, mut stream: TcpStream) -> Ending {
        let over = self.over();
        let silence = async {
            let mut ignored = [0; 256];
            while matches!(stream.read(&mut ignored).await, Ok(length) if length > 0) {}
        };
        tokio::select! {
            () = silence => Ending::Peer,
            () = over => Ending::CaseOver,
        }
    }

    /// Ends when the case of the connection's present owner is over.
    fn over(&self) -> impl Future<Output = ()> + use<> {
        let over = self
            .owner
            .as_ref()
            .and_then(|(case, _)| self.shared.registry.over(case));
        async move {
            match over {
                Some(mut over) => _ = over.wait_for(|over| *over).await,
                None => std::future::pending().await,
            }
        }
    }

    fn way(&self, upstream: SocketAddr, scheme: &'static str) -> Way {
        Way {
            upstream,
            peer: self.from,
            scheme,
        }
    }

    /// On the heap: most connections wait for their handshake or a request, and need no room for an answer meanwhile.
    async fn http<S: AsyncRead + AsyncWrite + Unpin>(&mut self, stream: S) -> Ending {
        Box::pin(self.answered(stream)).await
    }

    async fn answered<S: AsyncRead + AsyncWrite + Unpin>(&mut self, mut stream: S) -> Ending {
        let Some(head) = read_head(&mut stream, REQUEST_DEADLINE).await else {
            return Ending::Peer;
        };
        let target = self.attributed(&head);
        let Head { method, headers, .. } = head;
        let condition = |name: &str| {
            let field = headers.iter().find(|(known, _)| known.eq_ignore_ascii_case(name));
            field.map(|(_, value)| value.clone())
        };
        let conditions = [condition("if-none-match"), condition("if-modified-since")];
        let (connection, to) = (self.number, self.to);
        self.record(Happening::Request {
            connection,
            to,
            method: method.clone(),
            target: target.clone(),
            headers: without_secrets(headers),
        });
        let page = self
            .owner
            .as_ref()
            .and_then(|owner| self.shared.registry.page(owner, &target));
        let page = match page {
            Some(page) if page.methods.is_empty() || page.methods.contains(&method) => page,
            Some(page) => not_allowed(&page),
            None => missing(),
        };
        let [none_match, modified_since] = &conditions;
        let page = page.answering(none_match.as_deref(), modified_since.as_deref());
        self.record(served(connection, to, &page, &method));
        let raw = page.delivery != Delivery::Polite || page.status == 304 || page.body.len() > LARGE_BODY;
        let body = self.shared.coded.of(&page).await;
        let ending = match raw {
            false => polite::send((&page, &body), &method, &mut stream, &self.sent).await,
            true => {
                let mut sending = Sending {
                    stream: &mut stream,
                    sent: &self.sent,
                };
                let over = self.over();
                tokio::select! {
                    after = sending.deliver(&page, &body) => match after {
                        After::Close(ending) => Ok(ending),
                        // Without a close notify: the peer sees the stream cut off.
                        After::Reset => return Ending::World,
                    },
                    () = over => return Ending::CaseOver,
                }
            }
        };
        let _ = tokio::time::timeout(Duration::from_secs(1), stream.shutdown()).await;
        ending.unwrap_or(Ending::Peer)
    }

    /// Attributes by path or Host field where nothing else did, and gives the target as the host sees it.
    fn attributed(&mut self, head: &Head) -> String {
        let shared = Arc::clone(&self.shared);
        if let Some((segment, rest)) = shared.attribution.segment(&head.target) {
            if let Some(owner) = shared.registry.by_name(segment) {
                self.belongs(owner);
                return rest;
            }
        } else if self.owner.is_none()
            && let Some(owner) = named(head).find_map(|name| shared.registry.by_name(name))
        {
            self.belongs(owner);
        }
        head.target.clone()
    }
}
