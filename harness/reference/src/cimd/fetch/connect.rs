//! From a destination to a connection: resolve once, judge every answer, connect to the judged address.

use std::collections::HashSet;
use std::net::IpAddr;
use std::net::Ipv4Addr;
use std::net::Ipv6Addr;
use std::net::SocketAddr;
use std::net::SocketAddrV6;
use std::net::UdpSocket;
use std::sync::Mutex;
use std::sync::MutexGuard;
use std::sync::PoisonError;
use std::time::Duration;

use hickory_resolver::Resolver;
use hickory_resolver::config::LookupIpStrategy;
use hickory_resolver::config::NameServerConfig;
use hickory_resolver::config::ResolveHosts;
use hickory_resolver::config::ResolverConfig;
use hickory_resolver::net::runtime::TokioRuntimeProvider;
use hickory_resolver::proto::rr::RData;
use hickory_resolver::proto::rr::Record;
use hickory_resolver::proto::rr::RecordType;
use hickory_resolver::proto::rr::rdata::svcb::SvcParamValue;

use tokio::net::TcpStream;
use tokio::time::sleep;

use crate::cimd::documents::Loopback;
use crate::cimd::fetch::guard::permits_all;
use crate::cimd::identifier::Destination;
use crate::cimd::refusal::Refusal;
use crate::error::ReferenceError;
use crate::policy::Check;
use crate::policy::GuardPolicy;

/// Resolves names and opens connections.
pub(crate) struct Connector {
    resolver: Resolver<TokioRuntimeProvider>,
    policy: GuardPolicy,
    loopback: Loopback,
    /// The hosts that were found good, for the mutant that does not judge them again.
    good: Mutex<HashSet<String>>,
}

/// Where the system keeps names of its own.
const HOSTS_FILE: &str = "/etc/hosts";
/// The index of the loopback link, for the mutant that connects to link-local addresses.
const LOOPBACK_LINK: u32 = 1;
/// How long the mutant waits that does not bound its lookups.
const MUTANT_LOOKUP: Duration = Duration::from_secs(45);
/// How long a mutant waits before it tries a connection again.
const BEFORE_ANOTHER_TRY: Duration = Duration::from_secs(4);
/// The port of https.
const HTTPS: u16 = 443;
const LOOKUP_TIMEOUT: Duration = Duration::from_secs(2);

impl Connector {
    pub(crate) fn new(
        dns: Option<SocketAddr>,
        policy: GuardPolicy,
        loopback: Loopback,
    ) -> Result<Self, ReferenceError> {
        let wrong = |error: hickory_resolver::net::NetError| ReferenceError::Resolver {
            reason: error.to_string(),
        };
        let provider = TokioRuntimeProvider::default();
        let mut builder = match dns {
            Some(address) => {
                let mut server = NameServerConfig::udp_and_tcp(address.ip());
                for connection in &mut server.connections {
                    connection.port = address.port();
                }
                let config = ResolverConfig::from_name_servers(vec![server]);
                Resolver::builder_with_config(config, provider)
            }
            None => Resolver::builder(provider).map_err(wrong)?,
        };
        let options = builder.options_mut();
        options.cache_size = 0;
        options.timeout = match policy.lookups_bounded.unnoted() {
            Check::Enforce => LOOKUP_TIMEOUT,
            Check::Skip => MUTANT_LOOKUP,
        };
        options.attempts = 1;
        options.ip_strategy = LookupIpStrategy::Ipv4AndIpv6;
        options.use_hosts_file = ResolveHosts::Never;
        options.num_concurrent_reqs = 1;
        let resolver = builder.build().map_err(wrong)?;
        Ok(Self {
            resolver,
            policy,
            loopback,
            good: Mutex::default(),
        })
    }

    /// Opens a connection; `guarded` says whether the guard is asked.
    pub(crate) async fn connect(
        &self,
        destination: &Destination,
        guarded: bool,
    ) -> Result<TcpStream, Refusal> {
        let of_file = match self.policy.hosts_file.on() {
            true => Vec::new(),
            false => of_hosts_file(&destination.host),
        };
        let remembered = !self.policy.remembers.on() && self.good().contains(&destination.host);
        let guarded = guarded && !destination.unguarded && of_file.is_empty() && !remembered;
        let mut addresses = match destination.literal {
            Some(address) => vec![address],
            None if !of_file.is_empty() => of_file,
            None => self.resolve(&destination.host).await?,
        };
        if !self.policy.answer_order.on() {
            addresses.sort_by_key(|address| !has_route(*address));
        }
        let judged = guarded
            && (self.policy.other_ports.on() || destination.port == HTTPS)
            && (destination.literal.is_some() || self.policy.names.on());
        if judged && !(self.loopback == Loopback::Allow && addresses.iter().all(IpAddr::is_loopback)) {
            permits_all(&self.policy, &addresses).map_err(|address| Refusal::Address(address.to_string()))?;
            if !self.policy.remembers.on() {
                self.good().insert(destination.host.clone());
            }
        }
        if destination.literal.is_none() && !self.policy.pinned.on() {
            addresses = self.resolve(&destination.host).await?;
        }
        if destination.literal.is_none() && !self.policy.hints_unused.on() {
            let hints = self.hints(&destination.host).await;
            if !hints.is_empty() {
                addresses = hints;
            }
        }
        let mut last = Refusal::Lookup("no addresses".to_owned());
        for address in addresses {
            match TcpStream::connect(place(address, destination.port)).await {
                Ok(stream) => {
                    let _ = stream.set_nodelay(true);
                    return Ok(stream);
                }
                Err(error) => {
                    last = Refusal::Connect(error.to_string());
                    if !self.policy.tried_once.on() {
                        sleep(BEFORE_ANOTHER_TRY).await;
                        if let Ok(stream) = TcpStream::connect(place(address, destination.port)).await {
                            return Ok(stream);
                        }
                    }
                }
            }
        }
        Err(last)
    }

    /// Looks a name up for as long as it takes, outside of the deadline: the deviation of a mutant.
    pub(crate) async fn look_up_without_bound(&self, destination: &Destination) {
        if destination.literal.is_none() {
            let _ = self.resolve(&destination.host).await;
        }
    }

    fn good(&self) -> MutexGuard<'_, HashSet<String>> {
        self.good.lock().unwrap_or_else(PoisonError::into_inner)
    }

    /// What the HTTPS records of a name hint at: for a mutant that connects there without a look.
    async fn hints(&self, host: &str) -> Vec<IpAddr> {
        let name = format!("{}.", host.trim_end_matches('.'));
        let Ok(found) = self.resolver.lookup(name, RecordType::HTTPS).await else {
            return Vec::new();
        };
        let services = found.answers().iter().filter_map(|record| match &record.data {
            RData::HTTPS(service) => Some(service),
            _ => None,
        });
        let hints = services
            .flat_map(|service| &service.svc_params)
            .flat_map(|(_, value)| match value {
                SvcParamValue::Ipv4Hint(hints) => hints.0.iter().map(|hint| IpAddr::V4(hint.0)).collect(),
                SvcParamValue::Ipv6Hint(hints) => hints.0.iter().map(|hint| IpAddr::V6(hint.0)).collect(),
                _ => Vec::new(),
            });
        hints.collect()
    }

    async fn resolve(&self, host: &str) -> Result<Vec<IpAddr>, Refusal> {
        let name = format!("{}.", host.trim_end_matches('.'));
        let found = self
            .resolver
            .lookup_ip(name)
            .await
            .map_err(|error| Refusal::Lookup(error.to_string()))?;
        let is_alias = |record: &Record| record.record_type() == RecordType::CNAME;
        if found.as_lookup().answers().iter().any(is_alias) && !self.policy.aliases.on() {
            return Err(Refusal::Lookup("the name is an alias".to_owned()));
        }
        Ok(found.iter().collect())
    }
}

/// The addresses of a name in the hosts file, IPv6 first as `getaddrinfo` sorts them.
fn of_hosts_file(host: &str) -> Vec<IpAddr> {
    let host = host.trim_end_matches('.').to_ascii_lowercase();
    let text = std::fs::read_to_string(HOSTS_FILE).unwrap_or_default();
    let lines = text.lines().filter_map(|line| {
        let mut words = line.split_whitespace();
        let address = words.next()?.parse().ok()?;
        words.any(|name| name == host).then_some(address)
    });
    let mut found: Vec<IpAddr> = lines.collect();
    found.sort_by_key(IpAddr::is_ipv4);
    found
}

/// Whether the system knows a way to an address; nothing is sent.
fn has_route(address: IpAddr) -> bool {
    let any: IpAddr = match address {
        IpAddr::V4(_) => Ipv4Addr::UNSPECIFIED.into(),
        IpAddr::V6(_) => Ipv6Addr::UNSPECIFIED.into(),
    };
    UdpSocket::bind((any, 0)).is_ok_and(|socket| socket.connect((address, HTTPS)).is_ok())
}

fn place(address: IpAddr, port: u16) -> SocketAddr {
    match address {
        IpAddr::V6(address) if address.is_unicast_link_local() => {
            SocketAddrV6::new(address, port, 0, LOOPBACK_LINK).into()
        }
        address => SocketAddr::new(address, port),
    }
}
