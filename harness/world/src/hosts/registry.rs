//! Who is who: names, addresses and paths to cases and hosts, and what each host serves.

use std::collections::HashMap;
use std::net::IpAddr;
use std::net::SocketAddr;
use std::sync::Mutex;
use std::sync::PoisonError;

use cimdspec_model::behaviour::HostBehaviour;
use cimdspec_model::behaviour::Page;
use cimdspec_model::behaviour::TlsBehaviour;
use cimdspec_model::name::CaseId;
use tokio::sync::watch;

use crate::ledger::Owner;

/// The register of all hosts of a run.
#[derive(Default)]
pub(crate) struct Registry(Mutex<State>);

#[derive(Default)]
struct State {
    names: HashMap<String, Owner>,
    addresses: HashMap<IpAddr, Owner>,
    behaviours: HashMap<Owner, HostBehaviour>,
    over: HashMap<CaseId, watch::Receiver<bool>>,
    fronts: HashMap<String, SocketAddr>,
}

impl Registry {
    pub(crate) fn name(&self, name: &str, owner: &Owner) {
        self.lock().names.insert(name.to_ascii_lowercase(), owner.clone());
    }

    pub(crate) fn address(&self, address: IpAddr, owner: &Owner) {
        self.lock()
            .addresses
            .insert(address.to_canonical(), owner.clone());
    }

    pub(crate) fn front(&self, name: &str, upstream: SocketAddr) {
        self.lock().fronts.insert(name.to_owned(), upstream);
    }

    pub(crate) fn serve(&self, owner: &Owner, behaviour: HostBehaviour) {
        self.lock().behaviours.insert(owner.clone(), behaviour);
    }

    pub(crate) fn begin(&self, case: &CaseId, over: watch::Receiver<bool>) {
        self.lock().over.insert(case.clone(), over);
    }

    /// Forgets everything of a case.
    pub(crate) fn end(&self, case: &CaseId) {
        let mut state = self.lock();
        state.names.retain(|_, owner| owner.0 != *case);
        state.addresses.retain(|_, owner| owner.0 != *case);
        state.behaviours.retain(|owner, _| owner.0 != *case);
        state.over.remove(case);
    }

    pub(crate) fn by_name(&self, name: &str) -> Option<Owner> {
        self.lock()
            .names
            .get(&name.trim_end_matches('.').to_ascii_lowercase())
            .cloned()
    }

    pub(crate) fn by_address(&self, address: IpAddr) -> Option<Owner> {
        self.lock().addresses.get(&address.to_canonical()).cloned()
    }

    pub(crate) fn front_of(&self, name: &str) -> Option<SocketAddr> {
        self.lock().fronts.get(name).copied()
    }

    /// What the host does in the TLS handshake.
    pub(crate) fn tls(&self, owner: &Owner) -> TlsBehaviour {
        self.lock()
            .behaviours
            .get(owner)
            .map_or(TlsBehaviour::Good, |behaviour| behaviour.tls)
    }

    pub(crate) fn over(&self, case: &CaseId) -> Option<watch::Receiver<bool>> {
        self.lock().over.get(case).cloned()
    }

    /// The page for a request target; of those that are served by turns the next.
    pub(crate) fn page(&self, owner: &Owner, target: &str) -> Option<Page> {
        let mut state = self.lock();
        let pages = &mut state.behaviours.get_mut(owner)?.pages;
        let fits = |page: &Page| page.target.as_ref().is_none_or(|wanted| wanted == target);
        let at = pages.iter().position(fits)?;
        let page = pages[at].clone();
        if page.by_turns {
            let last = pages.iter().rposition(|other| other.target == page.target)?;
            pages[at..=last].rotate_left(1);
        }
        Some(page)
    }

    fn lock(&self) -> std::sync::MutexGuard<'_, State> {
        self.0.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

#[cfg(test)]
mod tests {
    use cimdspec_model::name::Attempt;
    use cimdspec_model::name::HostLabel;
    use cimdspec_model::name::Series;

    use super::super::http::missing;
    use super::*;

    #[test]
    fn pages_of_one_target_come_by_turns() {
        let registry = Registry::default();
        let owner: Owner = (
            CaseId::new("n", Series::Case(Attempt::First), 1),
            HostLabel::parse("docs").unwrap(),
        );
        let page = |status| Page {
            status,
            target: Some("/client.json".to_owned()),
            by_turns: true,
            ..missing()
        };
        let behaviour = HostBehaviour {
            pages: vec![page(200), page(201), missing()],
            ..HostBehaviour::default()
        };
        registry.serve(&owner, behaviour);
        let status = |target| registry.page(&owner, target).map(|page| page.status);
        let seen = [(); 3].map(|()| status("/client.json"));
        assert_eq!(seen, [Some(200), Some(201), Some(200)]);
        assert_eq!(status("/other.json"), Some(404));
    }
}
