//! The part of a world that belongs to one case.

use std::collections::BTreeMap;
use std::net::IpAddr;
use std::net::Ipv4Addr;
use std::sync::Arc;
use std::time::Duration;

use cimdspec_model::behaviour::HostBehaviour;
use cimdspec_model::behaviour::NameBehaviour;
use cimdspec_model::name::CaseId;
use cimdspec_model::name::HostLabel;
use cimdspec_model::observation::Event;
use cimdspec_model::observation::HostFact;
use cimdspec_model::observation::Instant;
use cimdspec_model::text::Names;
use cimdspec_model::text::Text;
use tokio::sync::watch;

use super::build::World;
use super::build::ZONE;
use super::build::constant;
use super::environment::Environment;
use super::environment::HostsBy;
use crate::dns;
use crate::hosts::Shared;

/// A host that a case wants.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct HostPlan {
    /// Its label.
    pub label: HostLabel,
    /// Where it stands.
    pub address: HostAddress,
    /// Its name, made from that of an earlier host; in the sandbox only.
    pub name: Option<Text>,
}

/// Where a host stands.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum HostAddress {
    /// On an ordinary public name and addresses.
    Ordinary,
    /// Its name is this literal.
    Fixed(IpAddr),
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
    /// Whose part of the world it is.
    pub fn case(&self) -> &CaseId {
        &self.0.case
    }

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
        over.send_replace(true);
        for _ in 0..20 {
            if !shared.ledger.has_open_connection(case) {
                break;
            }
            tokio::time::sleep(Duration::from_millis(5)).await;
        }
        let events = shared.ledger.close(case);
        shared.registry.end(case);
        facts.values().for_each(|fact| zone.remove(&fact.name));
        events
    }
}

impl World {
    /// Opens the part of the world that belongs to one case.
    pub fn case(&self, case: CaseId, hosts: &[HostPlan]) -> CaseWorld {
        let (over, watching) = watch::channel(false);
        let registry = &self.shared.registry;
        registry.begin(&case, watching);
        self.shared.ledger.open(&case);
        let mut facts = BTreeMap::new();
        for HostPlan { label, address, name } in hosts {
            let owner = (case.clone(), label.clone());
            let segment = format!("{label}-{case}");
            let fact = match (self.environment, address) {
                (Environment::Loopback, _) => {
                    registry.name(&segment, &owner);
                    self.by_path(label, &segment, Ipv4Addr::LOCALHOST.to_string())
                }
                (Environment::Public(reach), _) if reach.hosts == HostsBy::Path => {
                    registry.name(&segment, &owner);
                    self.by_path(label, &segment, self.shared.zone.clone())
                }
                (Environment::Sandbox, HostAddress::Fixed(address)) => {
                    registry.address(*address, &owner);
                    let name = match address {
                        IpAddr::V4(address) => address.to_string(),
                        IpAddr::V6(address) => format!("[{address}]"),
                    };
                    by_name(label, name, vec![*address])
                }
                (Environment::Public(_), _) => {
                    let name = format!("{segment}.{}", self.shared.zone);
                    registry.name(&name, &owner);
                    let addresses = self.zone.own_addresses();
                    self.zone.set(&name, constant(addresses.clone()));
                    by_name(label, name, addresses)
                }
                (Environment::Sandbox, HostAddress::Ordinary) => {
                    let made = name.as_ref().and_then(|name| name.resolve(&named(&facts)).ok());
                    let name = made.unwrap_or_else(|| format!("{segment}.{ZONE}"));
                    let (v4, v6) = self.next_addresses();
                    registry.name(&name, &owner);
                    registry.address(v4, &owner);
                    registry.address(v6, &owner);
                    self.zone.set(&name, constant(vec![v4, v6]));
                    by_name(label, name, vec![v4, v6])
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
    /// A host that has a path of its own.
    fn by_path(&self, label: &HostLabel, segment: &str, name: String) -> HostFact {
        HostFact {
            label: label.clone(),
            addresses: match name.parse() {
                Ok(address) => vec![address],
                Err(_) => self.zone.own_addresses(),
            },
            name,
            origin: format!("{}/{segment}", self.base),
        }
    }
}

/// The names of the hosts so far.
fn named(facts: &BTreeMap<HostLabel, HostFact>) -> Names {
    Names {
        origins: facts
            .iter()
            .map(|(label, fact)| (label.clone(), fact.origin.clone()))
            .collect(),
        ..Names::default()
    }
}

/// A host that has a name, or an address for one, of its own.
fn by_name(label: &HostLabel, name: String, addresses: Vec<IpAddr>) -> HostFact {
    HostFact {
        label: label.clone(),
        origin: format!("https://{name}"),
        name,
        addresses,
    }
}
