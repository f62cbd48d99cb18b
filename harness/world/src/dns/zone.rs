//! The names and how each is answered, with the count of queries that turns go by.

use std::collections::HashMap;
use std::net::IpAddr;
use std::net::Ipv4Addr;
use std::net::Ipv6Addr;
use std::sync::Arc;
use std::sync::Mutex;
use std::sync::PoisonError;
use std::time::Duration;

use cimdspec_model::behaviour::NameBehaviour;
use cimdspec_model::behaviour::Say;
use cimdspec_model::behaviour::dns::DnsFault;
use hickory_proto::rr::RecordType;

/// The names of the world; a cheap handle.
#[derive(Clone, Default)]
pub struct Zone {
    entries: Arc<Mutex<HashMap<String, Entry>>>,
    apex: Option<Arc<Apex>>,
}

/// The top of a zone that was delegated to us; what is not below it is not ours to answer.
struct Apex {
    name: String,
    addresses: Vec<IpAddr>,
}

struct Entry {
    behaviour: NameBehaviour,
    queries: HashMap<RecordType, u32>,
}

/// What is answered to one query.
pub(super) struct Answer {
    pub(super) turn: u32,
    pub(super) ttl: u32,
    pub(super) delay: Duration,
    /// How the lookup fails, if it does.
    pub(super) fault: Option<DnsFault>,
    /// CNAMEs on the way: owner and target.
    pub(super) aliases: Vec<(String, String)>,
    /// The owner of the addresses, and they.
    pub(super) owner: String,
    pub(super) addresses: Vec<IpAddr>,
    /// What an HTTPS record hints at.
    pub(super) hints: Vec<IpAddr>,
}

/// More than any scenario has; a loop is seen before.
const LONGEST_CHAIN: usize = 32;
/// Names that resolvers know by themselves (RFC 6761 section 6.3), or by the hosts file of their machine.
const OF_THE_MACHINE: [&str; 4] = [
    "localhost",
    "localhost.localdomain",
    "ip6-localhost",
    "ip6-loopback",
];
/// The name under which a cloud knows its metadata service.
const METADATA: &str = "metadata.google.internal";

/// The name server below a delegated zone's name.
const NAME_SERVER: &str = "ns";

impl Zone {
    /// A zone that was delegated to us, and the addresses that lead to us: those of its own name and its name server.
    pub fn delegated(name: &str, addresses: Vec<IpAddr>) -> Self {
        Self {
            entries: Arc::default(),
            apex: Some(Arc::new(Apex {
                name: normal(name),
                addresses,
            })),
        }
    }

    /// The addresses that lead to us, where the zone was delegated.
    pub fn own_addresses(&self) -> Vec<IpAddr> {
        self.apex
            .as_ref()
            .map_or_else(Vec::new, |apex| apex.addresses.clone())
    }

    /// The name of the zone, where it was delegated.
    pub(super) fn name(&self) -> Option<&str> {
        self.apex.as_ref().map(|apex| apex.name.as_str())
    }

    /// The name of the zone's name server.
    pub(super) fn name_server(&self) -> Option<String> {
        self.name().map(|name| format!("{NAME_SERVER}.{name}"))
    }

    /// Sets how a name is answered; its count of queries begins anew.
    pub fn set(&self, name: &str, behaviour: NameBehaviour) {
        self.lock().insert(
            normal(name),
            Entry {
                behaviour,
                queries: HashMap::new(),
            },
        );
    }

    /// Forgets a name.
    pub fn remove(&self, name: &str) {
        self.lock().remove(&normal(name));
    }

    fn lock(&self) -> std::sync::MutexGuard<'_, HashMap<String, Entry>> {
        self.entries.lock().unwrap_or_else(PoisonError::into_inner)
    }

    /// Answers one query and counts it, also for the targets of aliases.
    pub(super) fn answer(&self, name: &str, record: RecordType) -> Answer {
        let mut entries = self.lock();
        let mut owner = normal(name);
        let mut aliases: Vec<(String, String)> = Vec::new();
        let mut first: Option<(u32, u32, Duration)> = None;
        let mut fault = Some(DnsFault::Nxdomain);
        let mut addresses = Vec::new();
        let mut hints = Vec::new();
        while let Some(entry) = entries.get_mut(&owner) {
            let count = entry.queries.entry(record).or_insert(0);
            *count += 1;
            let count = *count;
            let turns = &entry.behaviour.turns;
            let turn = turns
                .iter()
                .find(|turn| turn.until.is_none_or(|until| count <= until))
                .or(turns.last());
            let Some(turn) = turn else { break };
            first.get_or_insert((count, entry.behaviour.ttl, turn.delay));
            fault = None;
            if record == RecordType::HTTPS {
                hints.clone_from(&entry.behaviour.hints);
            }
            match &turn.say {
                Say::Addresses(all) => {
                    addresses = all
                        .iter()
                        .copied()
                        .filter(|address| fits(*address, record))
                        .collect();
                    break;
                }
                Say::Alias(target) => {
                    let target = normal(target);
                    aliases.push((owner.clone(), target.clone()));
                    // A loop ends before a name would be counted twice for one query.
                    let seen = aliases.iter().any(|(known, _)| *known == target);
                    if seen || aliases.len() >= LONGEST_CHAIN || record == RecordType::CNAME {
                        break;
                    }
                    owner = target;
                    continue;
                }
                Say::Fault(other) => fault = Some(*other),
            }
            break;
        }
        if addresses.is_empty() {
            let known = self.known_everywhere(&owner);
            if !known.is_empty() {
                fault = None;
                addresses = known
                    .into_iter()
                    .filter(|address| fits(*address, record))
                    .collect();
            }
        }
        if let Some(apex) = &self.apex
            && first.is_none()
        {
            let at_top = owner == apex.name || self.name_server().is_some_and(|server| owner == server);
            let below = owner.ends_with(&format!(".{}", apex.name));
            fault = match (at_top, below) {
                (true, _) => None,
                (false, true) => Some(DnsFault::Nxdomain),
                (false, false) => Some(DnsFault::Refused),
            };
            if at_top {
                let fitting = apex.addresses.iter().copied();
                addresses = fitting.filter(|address| fits(*address, record)).collect();
            }
        }
        let (turn, ttl, delay) = first.unwrap_or((1, 0, Duration::ZERO));
        Answer {
            turn,
            ttl,
            delay,
            fault,
            aliases,
            owner,
            addresses,
            hints,
        }
    }
}

impl Zone {
    /// The addresses of the names that stand for the machine itself or its cloud, as a resolver of the sandbox knows them.
    fn known_everywhere(&self, name: &str) -> Vec<IpAddr> {
        let is_machine = OF_THE_MACHINE.contains(&name) || name.ends_with(".localhost");
        match name {
            _ if self.apex.is_some() => Vec::new(),
            METADATA => vec![Ipv4Addr::new(169, 254, 169, 254).into()],
            _ if is_machine => vec![Ipv4Addr::LOCALHOST.into(), Ipv6Addr::LOCALHOST.into()],
            _ => Vec::new(),
        }
    }
}

fn fits(address: IpAddr, record: RecordType) -> bool {
    match record {
        RecordType::A => address.is_ipv4(),
        RecordType::AAAA => address.is_ipv6(),
        _ => false,
    }
}

/// The name in lower case without its last dot.
fn normal(name: &str) -> String {
    name.trim_end_matches('.').to_ascii_lowercase()
}
