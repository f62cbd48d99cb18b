//! The ledger: what was seen, by case, on one clock.

use std::collections::HashMap;
use std::sync::Mutex;
use std::sync::PoisonError;

use cimdspec_model::name::CaseId;
use cimdspec_model::name::HostLabel;
use cimdspec_model::observation::Event;
use cimdspec_model::observation::Happening;
use cimdspec_model::observation::Instant;

/// To whom an event belongs.
pub(crate) type Owner = (CaseId, HostLabel);

/// A case cannot fill the memory: what comes after so many events is not kept.
const MOST_EVENTS: usize = 10_000;

/// All that was seen.
pub(crate) struct Ledger {
    began: std::time::Instant,
    cases: Mutex<HashMap<CaseId, Vec<Event>>>,
}

impl Ledger {
    pub(crate) fn new() -> Self {
        Self {
            began: std::time::Instant::now(),
            cases: Mutex::new(HashMap::new()),
        }
    }

    pub(crate) fn now(&self) -> Instant {
        Instant(u64::try_from(self.began.elapsed().as_micros()).unwrap_or(u64::MAX))
    }

    /// Opens the page of a case; events of cases without a page are dropped.
    pub(crate) fn open(&self, case: &CaseId) {
        self.lock().insert(case.clone(), Vec::new());
    }

    /// Closes the page of a case, and gives its events in the order of time.
    pub(crate) fn close(&self, case: &CaseId) -> Vec<Event> {
        let mut events = self.lock().remove(case).unwrap_or_default();
        events.sort_by_key(|event| event.at);
        events
    }

    /// Whether a connection of a case is open.
    pub(crate) fn has_open_connection(&self, case: &CaseId) -> bool {
        let open = |event: &Event| match event.what {
            Happening::Connect { .. } => 1,
            Happening::Closed { .. } => -1,
            _ => 0,
        };
        let cases = self.lock();
        let events = cases.get(case).into_iter().flatten();
        events.map(open).sum::<i64>() > 0
    }

    pub(crate) fn record(&self, owner: Option<&Owner>, what: Happening) {
        let at = self.now();
        let Some((case, host)) = owner else { return };
        if let Some(events) = self.lock().get_mut(case)
            && events.len() < MOST_EVENTS
        {
            events.push(Event {
                at,
                case: Some(case.clone()),
                host: Some(host.clone()),
                what,
            });
        }
    }

    /// Moves the Connect event of a connection to the owner that its server name tells.
    pub(crate) fn reattribute(&self, connection: u64, from: Option<&Owner>, to: &Owner, what: Happening) {
        let mut at = self.now();
        let mut cases = self.lock();
        if let Some(events) = from.and_then(|(case, _)| cases.get_mut(case)) {
            events.retain(|event| match event.what {
                Happening::Connect {
                    connection: number, ..
                } if number == connection => {
                    at = event.at;
                    false
                }
                _ => true,
            });
        }
        if let Some(events) = cases.get_mut(&to.0) {
            events.push(Event {
                at,
                case: Some(to.0.clone()),
                host: Some(to.1.clone()),
                what,
            });
        }
    }

    /// The events of a case, in the order of time.
    pub(crate) fn events(&self, case: &CaseId) -> Vec<Event> {
        let mut events = self.lock().get(case).cloned().unwrap_or_default();
        events.sort_by_key(|event| event.at);
        events
    }

    fn lock(&self) -> std::sync::MutexGuard<'_, HashMap<CaseId, Vec<Event>>> {
        self.cases.lock().unwrap_or_else(PoisonError::into_inner)
    }
}
