//! The world of a run, and the part of it that belongs to one case.

use std::collections::BTreeMap;
use std::net::IpAddr;
use std::net::Ipv4Addr;
use std::net::Ipv6Addr;
use std::net::SocketAddr;
use std::sync::Arc;
use std::sync::atomic::AtomicU32;
use std::sync::atomic::AtomicU64;
use std::sync::atomic::Ordering;
use std::time::Duration;

use cimdspec_model::behaviour::HostBehaviour;
use cimdspec_model::behaviour::NameBehaviour;
use cimdspec_model::behaviour::Say;
use cimdspec_model::behaviour::Turn;
use cimdspec_model::name::CaseId;
use cimdspec_model::name::HostLabel;
use cimdspec_model::observation::Event;
use cimdspec_model::observation::Happening;
use cimdspec_model::observation::HostFact;
use cimdspec_model::observation::Instant;
use tokio::net::TcpListener;
use tokio::sync::watch;
use tokio::task::JoinSet;

use crate::dns;
use crate::error::WorldError;
use crate::hosts::Polite;
use crate::hosts::Registry;
use crate::hosts::Shared;
use crate::hosts::accept_loop;
use crate::ledger::Ledger;
use crate::reservation::Reservation;
use crate::reservation::Reservations;
use crate::tls::Authority;

/// Where the world is built.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Environment {
    /// On 127.0.0.1, one path for each host: no names, no special addresses.
    Loopback,
    /// In a network namespace where every address is ours.
    Sandbox,
}

impl Environment {
    /// Its name in reports.
    pub fn word(self) -> &'static str {
        match self {
            Self::Loopback => "loopback",
            Self::Sandbox => "sandbox",
        }
    }
}

/// A host that a case wants.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct HostPlan {
    /// Its label.
    pub label: HostLabel,
    /// Where it stands.
    pub address: HostAddress,
}

/// Where a host stands.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum HostAddress {
    /// On an ordinary public name and addresses.
    Ordinary,
    /// Its name is this literal.
    Fixed(IpAddr),
}

/// The scheme of a front.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Scheme {
    /// Plain http on port 80; in the box only.
    Http,
    /// TLS ends at the front.
    Https,
}

/// The front of a server under test.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Front {
    /// Its origin: the issuer of a server without a path.
    pub origin: String,
}

/// The world of a run; dropping it ends all of it.
pub struct World {
    environment: Environment,
    shared: Arc<Shared>,
    zone: dns::Zone,
    port: u16,
    addresses: AtomicU32,
    reservations: Reservations,
    pem: String,
    _polite: Polite,
    _dns: Option<dns::Server>,
    tasks: std::sync::Mutex<JoinSet<()>>,
}

/// The parent of all names; nothing leaves the namespace, so it needs no registration.
const ZONE: &str = "cimdspec.dev";
const BACKLOG: u32 = 4096;

impl World {
    /// Builds the world: listeners, name server, authority.
    ///
    /// # Errors
    /// [`WorldError`] when an address cannot be had or a certificate not be made.
    pub async fn start(environment: Environment, authority: Authority) -> Result<Self, WorldError> {
        let registry = Arc::new(Registry::default());
        let ledger = Arc::new(Ledger::new());
        let pem = authority.pem();
        let polite = Polite::start(Arc::clone(&registry)).await;
        let shared = Arc::new(Shared {
            registry: Arc::clone(&registry),
            ledger: Arc::clone(&ledger),
            authority,
            polite: polite.address(),
            zone: ZONE.to_owned(),
            by_path: environment == Environment::Loopback,
            connections: AtomicU64::new(1),
        });
        let zone = dns::Zone::default();
        let mut tasks = JoinSet::new();
        let (port, server) = match environment {
            Environment::Loopback => {
                let listener = listen(SocketAddr::from(([127, 0, 0, 1], 0)))?;
                let port = listener
                    .local_addr()
                    .map(|address| address.port())
                    .unwrap_or_default();
                tasks.spawn(accept_loop(listener, Arc::clone(&shared), false));
                (port, None)
            }
            Environment::Sandbox => {
                for (port, plain) in [(443, false), (8443, false), (80, true)] {
                    let listener = listen(SocketAddr::from((Ipv6Addr::UNSPECIFIED, port)))?;
                    tasks.spawn(accept_loop(listener, Arc::clone(&shared), plain));
                }
                let observer = lookup_observer(registry, ledger);
                let at = SocketAddr::from(([127, 0, 0, 1], 53));
                (443, Some(dns::Server::start(at, zone.clone(), observer).await?))
            }
        };
        Ok(Self {
            environment,
            shared,
            zone,
            port,
            addresses: AtomicU32::new(0),
            reservations: Reservations::default(),
            pem,
            _polite: polite,
            _dns: server,
            tasks: std::sync::Mutex::new(tasks),
        })
    }

    /// The run's authority, which the server under test has to trust, as PEM.
    pub fn authority_pem(&self) -> &str {
        &self.pem
    }

    /// Where the world is built.
    pub fn environment(&self) -> Environment {
        self.environment
    }

    /// The time on the ledger's clock.
    pub fn now(&self) -> Instant {
        self.shared.ledger.now()
    }

    /// Puts a front on an ordinary public name before a server on `upstream`.
    ///
    /// # Errors
    /// [`WorldError::Listen`] in the loopback environment when no port can be had.
    pub fn front(&self, label: &str, scheme: Scheme, upstream: SocketAddr) -> Result<Front, WorldError> {
        match self.environment {
            Environment::Sandbox => {
                let name = format!("as-{label}.{ZONE}");
                self.front_by_name(&name, upstream);
                Ok(Front {
                    origin: match scheme {
                        Scheme::Http => format!("http://{name}"),
                        Scheme::Https => format!("https://{name}"),
                    },
                })
            }
            Environment::Loopback => {
                self.shared.registry.front("localhost", upstream);
                let listener = listen(SocketAddr::from(([127, 0, 0, 1], 0)))?;
                let port = listener
                    .local_addr()
                    .map(|address| address.port())
                    .unwrap_or_default();
                let task = accept_loop(listener, Arc::clone(&self.shared), false);
                self.tasks
                    .lock()
                    .unwrap_or_else(std::sync::PoisonError::into_inner)
                    .spawn(task);
                Ok(Front {
                    origin: format!("https://localhost:{port}"),
                })
            }
        }
    }

    /// Puts a front on the name of this issuer before a server on `upstream`.
    ///
    /// # Errors
    /// [`WorldError::Issuer`] outside of the box, and for an issuer whose name we cannot answer for.
    pub fn front_of_issuer(&self, issuer: &str, upstream: SocketAddr) -> Result<(), WorldError> {
        let after_scheme = issuer
            .strip_prefix("https://")
            .or_else(|| issuer.strip_prefix("http://"))
            .unwrap_or_default();
        let name = after_scheme.split('/').next().unwrap_or_default();
        let is_name = name.contains('.')
            && name.parse::<IpAddr>().is_err()
            && name
                .bytes()
                .all(|byte| byte.is_ascii_alphanumeric() || matches!(byte, b'.' | b'-'));
        if self.environment != Environment::Sandbox || !is_name {
            return Err(WorldError::Issuer {
                issuer: issuer.to_owned(),
            });
        }
        self.front_by_name(&name.to_ascii_lowercase(), upstream);
        Ok(())
    }

    fn front_by_name(&self, name: &str, upstream: SocketAddr) {
        let (v4, v6) = self.next_addresses();
        self.zone.set(name, constant(vec![v4, v6]));
        self.shared.registry.front(name, upstream);
    }

    /// Waits until no other case speaks of these literal addresses.
    pub async fn reserve(&self, addresses: &[IpAddr]) -> Reservation {
        self.reservations.take(addresses).await
    }

    /// Opens the part of the world that belongs to one case.
    pub fn case(&self, case: CaseId, hosts: &[HostPlan]) -> CaseWorld {
        let (over, watching) = watch::channel(false);
        let registry = &self.shared.registry;
        registry.begin(&case, watching);
        self.shared.ledger.open(&case);
        let mut facts = BTreeMap::new();
        for HostPlan { label, address } in hosts {
            let owner = (case.clone(), label.clone());
            let fact = match (self.environment, address) {
                (Environment::Loopback, _) => {
                    let segment = format!("{label}-{case}");
                    registry.name(&segment, &owner);
                    HostFact {
                        label: label.clone(),
                        name: Ipv4Addr::LOCALHOST.to_string(),
                        origin: format!("https://127.0.0.1:{}/{segment}", self.port),
                        addresses: vec![Ipv4Addr::LOCALHOST.into()],
                    }
                }
                (Environment::Sandbox, HostAddress::Fixed(address)) => {
                    registry.address(*address, &owner);
                    let name = match address {
                        IpAddr::V4(address) => address.to_string(),
                        IpAddr::V6(address) => format!("[{address}]"),
                    };
                    let origin = format!("https://{name}");
                    HostFact {
                        label: label.clone(),
                        name,
                        origin,
                        addresses: vec![*address],
                    }
                }
                (Environment::Sandbox, HostAddress::Ordinary) => {
                    let name = format!("{label}-{case}.{ZONE}");
                    let (v4, v6) = self.next_addresses();
                    registry.name(&name, &owner);
                    registry.address(v4, &owner);
                    registry.address(v6, &owner);
                    self.zone.set(&name, constant(vec![v4, v6]));
                    let origin = format!("https://{name}");
                    HostFact {
                        label: label.clone(),
                        name,
                        origin,
                        addresses: vec![v4, v6],
                    }
                }
            };
            facts.insert(label.clone(), fact);
        }
        CaseWorld(Arc::new(Inner {
            case,
            facts,
            over,
            shared: Arc::clone(&self.shared),
            zone: self.zone.clone(),
        }))
    }

    /// The next ordinary global addresses: 20.0.0.0/8 and 2600:1f18::/32.
    fn next_addresses(&self) -> (IpAddr, IpAddr) {
        let number = self.addresses.fetch_add(1, Ordering::Relaxed);
        let [_, high, middle, low] = (number / 200).to_be_bytes();
        let last = u8::try_from(number % 200).unwrap_or(0) + 10;
        let _ = high;
        let v4 = Ipv4Addr::new(20, middle, low, last);
        let [a, b] = [
            u16::try_from(number >> 16).unwrap_or(0),
            u16::try_from(number & 0xffff).unwrap_or(0),
        ];
        (
            v4.into(),
            Ipv6Addr::new(0x2600, 0x1f18, 0, 0, 0, 0x10, a, b).into(),
        )
    }
}

/// The part of the world that belongs to one case; a cheap handle.
#[derive(Clone)]
pub struct CaseWorld(Arc<Inner>);

struct Inner {
    case: CaseId,
    facts: BTreeMap<HostLabel, HostFact>,
    over: watch::Sender<bool>,
    shared: Arc<Shared>,
    zone: dns::Zone,
}

impl CaseWorld {
    /// The real hosts behind the labels.
    pub fn facts(&self) -> Vec<HostFact> {
        self.0.facts.values().cloned().collect()
    }

    /// The time on the ledger's clock.
    pub fn now(&self) -> Instant {
        self.0.shared.ledger.now()
    }

    /// Changes what a host serves, from the next request on.
    pub fn serve(&self, host: &HostLabel, behaviour: HostBehaviour) {
        self.0
            .shared
            .registry
            .serve(&(self.0.case.clone(), host.clone()), behaviour);
    }

    /// Changes how a host's name is answered, from the next query on.
    pub fn resolve(&self, host: &HostLabel, behaviour: NameBehaviour) {
        if let Some(fact) = self.0.facts.get(host) {
            self.0.zone.set(&fact.name, behaviour);
        }
    }

    /// A connection to this address that nothing else tells apart belongs to this host.
    pub fn claim(&self, address: IpAddr, host: &HostLabel) {
        self.0
            .shared
            .registry
            .address(address, &(self.0.case.clone(), host.clone()));
    }

    /// What was seen so far.
    pub fn events(&self) -> Vec<Event> {
        self.0.shared.ledger.events(&self.0.case)
    }

    /// Ends the case: lingering connections are closed, and its events returned.
    pub async fn end(&self) -> Vec<Event> {
        let Inner {
            case,
            facts,
            over,
            shared,
            zone,
        } = &*self.0;
        let open = |events: &[Event]| {
            let closed = events
                .iter()
                .filter(|event| matches!(event.what, Happening::Closed { .. }))
                .count();
            let begun = events
                .iter()
                .filter(|event| matches!(event.what, Happening::Connect { .. }))
                .count();
            begun > closed
        };
        over.send_replace(true);
        for _ in 0..20 {
            if !open(&self.events()) {
                break;
            }
            tokio::time::sleep(Duration::from_millis(5)).await;
        }
        let events = self.events();
        shared.registry.end(case);
        shared.ledger.close(case);
        facts.values().for_each(|fact| zone.remove(&fact.name));
        events
    }
}

/// The answers of a name that never change.
fn constant(addresses: Vec<IpAddr>) -> NameBehaviour {
    let turn = Turn {
        until: None,
        say: Say::Addresses(addresses),
        delay: Duration::ZERO,
    };
    NameBehaviour {
        ttl: 0,
        turns: vec![turn],
    }
}

fn lookup_observer(registry: Arc<Registry>, ledger: Arc<Ledger>) -> dns::LookupObserver {
    Arc::new(move |lookup: dns::Lookup| {
        let dns::Lookup {
            name,
            record,
            turn,
            said,
        } = lookup;
        let owner = registry.by_name(&name);
        ledger.record(
            owner.as_ref(),
            Happening::Lookup {
                name,
                record,
                turn,
                said,
            },
        );
    })
}

fn listen(address: SocketAddr) -> Result<TcpListener, WorldError> {
    let opened = || {
        let socket = match address {
            SocketAddr::V4(_) => tokio::net::TcpSocket::new_v4()?,
            SocketAddr::V6(_) => tokio::net::TcpSocket::new_v6()?,
        };
        socket.set_reuseaddr(true)?;
        socket.bind(address)?;
        socket.listen(BACKLOG)
    };
    opened().map_err(|error| WorldError::Listen {
        address: address.to_string(),
        reason: error.to_string(),
    })
}
