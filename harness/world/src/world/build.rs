//! Building the world: listeners, name server, authority.

use std::net::IpAddr;
use std::net::Ipv4Addr;
use std::net::Ipv6Addr;
use std::net::SocketAddr;
use std::sync::Arc;
use std::sync::atomic::AtomicU32;
use std::sync::atomic::AtomicU64;
use std::sync::atomic::Ordering;

use cimdspec_model::behaviour::NameBehaviour;
use cimdspec_model::behaviour::Say;
use cimdspec_model::behaviour::Turn;
use cimdspec_model::observation::Happening;
use cimdspec_model::observation::Instant;
use rustls::ServerConfig;
use tokio::net::TcpListener;
use tokio::task::JoinSet;

use super::environment::Environment;
use super::environment::HostsBy;
use super::environment::Setting;
use super::public::PublicPlan;
use crate::dns;
use crate::error::WorldError;
use crate::hosts::Attribution;
use crate::hosts::Registry;
use crate::hosts::Shared;
use crate::hosts::accept_loop;
use crate::ledger::Ledger;
use crate::reservation::Reservation;
use crate::reservation::Reservations;
use crate::tls::Authority;

/// The world of a run; dropping it ends all of it.
pub struct World {
    pub(super) environment: Environment,
    pub(super) shared: Arc<Shared>,
    pub(super) zone: dns::Zone,
    /// What the origins of hosts begin with where each has a path of its own.
    pub(super) base: String,
    addresses: AtomicU32,
    reservations: Reservations,
    pem: String,
    _dns: Option<dns::Server>,
    pub(super) tasks: std::sync::Mutex<JoinSet<()>>,
}

/// What a world stands on, before the first connection.
struct Ground {
    /// Each with whether it speaks plain http.
    listeners: Vec<(TcpListener, bool)>,
    attribution: Attribution,
    given: Option<Arc<ServerConfig>>,
    /// The parent of all names.
    name: String,
    base: String,
    zone: dns::Zone,
    /// Where our name server listens.
    dns: Option<SocketAddr>,
}

/// The parent of all names; nothing leaves the namespace, so it needs no registration.
pub(crate) const ZONE: &str = "cimdspec.dev";
const BACKLOG: u32 = 4096;
/// Another port of plain http, as a service of this machine has it; one that no server under test is likely to want.
const OTHER_HTTP: u16 = 8480;
/// The port at which ordinary addresses refuse a connection, and these do not: who goes on to the next one is seen.
const INSIDE_ONLY: (u16, [IpAddr; 2]) = (
    8445,
    [
        IpAddr::V4(Ipv4Addr::new(10, 0, 0, 1)),
        IpAddr::V6(Ipv6Addr::new(0xfd00, 0, 0, 0, 0, 0, 0, 1)),
    ],
);

impl World {
    /// Builds the world: listeners, name server, authority.
    ///
    /// # Errors
    /// [`WorldError`] when an address cannot be had or a certificate not be made.
    pub async fn start(setting: Setting, authority: Authority) -> Result<Self, WorldError> {
        let environment = setting.environment();
        let registry = Arc::new(Registry::default());
        let ledger = Arc::new(Ledger::new());
        let pem = authority.pem();
        let Ground {
            listeners,
            attribution,
            given,
            name,
            base,
            zone,
            dns,
        } = Ground::of(setting)?;
        let shared = Arc::new(Shared {
            registry: Arc::clone(&registry),
            ledger: Arc::clone(&ledger),
            authority,
            zone: name,
            attribution,
            given,
            connections: AtomicU64::new(1),
            coded: Default::default(),
        });
        let mut tasks = JoinSet::new();
        for (listener, plain) in listeners {
            tasks.spawn(accept_loop(listener, Arc::clone(&shared), plain));
        }
        let server = match dns {
            None => None,
            Some(at) => {
                let observer = lookup_observer(registry, ledger);
                Some(dns::Server::start(at, zone.clone(), observer).await?)
            }
        };
        Ok(Self {
            environment,
            shared,
            zone,
            base,
            addresses: AtomicU32::new(0),
            reservations: Reservations::default(),
            pem,
            _dns: server,
            tasks: std::sync::Mutex::new(tasks),
        })
    }

    /// The run's authority, which the server under test has to trust, as PEM.
    pub fn authority_pem(&self) -> &str {
        &self.pem
    }

    /// Where its hosts are, in words.
    pub fn whereabouts(&self) -> String {
        match &self.environment {
            Environment::Sandbox => format!("below `{}`", self.shared.zone),
            Environment::Loopback => format!("at `{}`", self.base),
            Environment::Public(_) if self.base.is_empty() => format!("below `{}`", self.shared.zone),
            Environment::Public(_) => format!("at `{}`", self.base),
        }
    }

    /// Where the world is built.
    pub fn environment(&self) -> Environment {
        self.environment
    }

    /// The time on the ledger's clock.
    pub fn now(&self) -> Instant {
        self.shared.ledger.now()
    }

    /// Waits until no other case claims or mentions the literal addresses that are claimed here, and none claims those
    /// that are mentioned.
    pub async fn reserve(&self, claimed: &[IpAddr], mentioned: &[IpAddr]) -> Reservation {
        self.reservations.take(claimed, mentioned).await
    }

    /// The next ordinary global addresses: 20.0.0.0/8 and 2600:1f18::/32.
    pub(super) fn next_addresses(&self) -> (IpAddr, IpAddr) {
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

impl Ground {
    fn of(setting: Setting) -> Result<Self, WorldError> {
        match setting {
            Setting::Loopback => {
                let listener = listen(SocketAddr::from(([127, 0, 0, 1], 0)))?;
                let port = listener.local_addr().map(|address| address.port());
                Ok(Self {
                    listeners: vec![(listener, false)],
                    attribution: Attribution::Path(String::new()),
                    given: None,
                    name: ZONE.to_owned(),
                    base: format!("https://127.0.0.1:{}", port.unwrap_or_default()),
                    zone: dns::Zone::default(),
                    dns: None,
                })
            }
            Setting::Public(plan) => Self::public(plan),
            Setting::Sandbox => {
                let at = |port, plain| {
                    let listener = listen(SocketAddr::from((Ipv6Addr::UNSPECIFIED, port)))?;
                    Ok((listener, plain))
                };
                let mut listeners = vec![
                    at(443, false)?,
                    at(8443, false)?,
                    at(80, true)?,
                    at(OTHER_HTTP, true)?,
                ];
                let (port, inside) = INSIDE_ONLY;
                for address in inside {
                    listeners.push((listen(SocketAddr::from((address, port)))?, false));
                }
                Ok(Self {
                    listeners,
                    attribution: Attribution::Address,
                    given: None,
                    name: ZONE.to_owned(),
                    base: String::new(),
                    zone: dns::Zone::default(),
                    dns: Some(SocketAddr::from(([127, 0, 0, 1], 53))),
                })
            }
        }
    }

    fn public(plan: PublicPlan) -> Result<Self, WorldError> {
        let PublicPlan {
            place,
            listen: at,
            tls,
            hosts,
            zone,
        } = plan;
        let name = place.name().to_owned();
        Ok(Self {
            listeners: vec![(listen(at)?, tls.is_none())],
            attribution: match hosts {
                HostsBy::Name => Attribution::Name,
                HostsBy::Path => Attribution::Path(place.path().to_owned()),
            },
            given: tls,
            base: place.url(),
            dns: zone.as_ref().map(|zone| zone.listen),
            zone: match zone {
                None => dns::Zone::default(),
                Some(zone) => dns::Zone::delegated(&name, zone.addresses),
            },
            name,
        })
    }
}

/// The answers of a name that never change.
pub(super) fn constant(addresses: Vec<IpAddr>) -> NameBehaviour {
    let turn = Turn {
        until: None,
        say: Say::Addresses(addresses),
        delay: std::time::Duration::ZERO,
    };
    NameBehaviour {
        ttl: 0,
        hints: Vec::new(),
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

pub(super) fn listen(address: SocketAddr) -> Result<TcpListener, WorldError> {
    let opened = || {
        let socket = match address {
            SocketAddr::V4(_) => tokio::net::TcpSocket::new_v4()?,
            SocketAddr::V6(_) => tokio::net::TcpSocket::new_v6()?,
        };
        socket.set_reuseaddr(true)?;
        // An address of the sandbox is local by its route alone, which is not enough for IPv6.
        match address {
            SocketAddr::V4(_) => rustix::net::sockopt::set_ip_freebind(&socket, true)?,
            SocketAddr::V6(_) => rustix::net::sockopt::set_ipv6_freebind(&socket, true)?,
        }
        socket.bind(address)?;
        socket.listen(BACKLOG)
    };
    opened().map_err(|error| WorldError::Listen {
        address: address.to_string(),
        reason: error.to_string(),
    })
}
