//! Fetches that are open for neighbours: what a mutant counts.

use std::collections::BTreeMap;
use std::sync::Mutex;
use std::sync::MutexGuard;
use std::sync::PoisonError;
use std::time::Duration;
use std::time::Instant;

use crate::cimd::refusal::Refusal;
use crate::policy::FetchPolicy;

/// When the fetches began that are open for each group of hosts.
#[derive(Debug, Default)]
pub(crate) struct Neighbours(Mutex<BTreeMap<String, Vec<Instant>>>);

/// A fetch that is open; it counts until it is dropped.
pub(crate) struct Open<'a> {
    among: &'a Neighbours,
    group: String,
    since: Instant,
}

/// With so many slow fetches a group is refused another one.
const MOST: usize = 2;
/// From then on a fetch is slow.
const SLOW: Duration = Duration::from_millis(250);

impl Neighbours {
    /// Lets a fetch begin; the server does not count.
    pub(crate) fn enter(
        &self,
        policy: &FetchPolicy,
        host: &str,
        now: Instant,
    ) -> Result<Option<Open<'_>>, Refusal> {
        if policy.hosts_apart.on() {
            return Ok(None);
        }
        let group = group_of(host).to_owned();
        let mut open = self.open();
        let begun = open.entry(group.clone()).or_default();
        let is_slow = |since: &&Instant| now.duration_since(**since) >= SLOW;
        if begun.iter().filter(is_slow).count() >= MOST {
            return Err(Refusal::Http("its neighbours are slow".to_owned()));
        }
        begun.push(now);
        Ok(Some(Open {
            among: self,
            group,
            since: now,
        }))
    }

    fn open(&self) -> MutexGuard<'_, BTreeMap<String, Vec<Instant>>> {
        self.0.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

impl Drop for Open<'_> {
    fn drop(&mut self) {
        let mut open = self.among.open();
        if let Some(begun) = open.get_mut(&self.group)
            && let Some(at) = begun.iter().position(|since| *since == self.since)
        {
            begun.swap_remove(at);
        }
    }
}

/// What hosts have in common that differ before their first hyphen, as those of some hosting services do.
fn group_of(host: &str) -> &str {
    host.split_once('-').map_or(host, |(_, rest)| rest)
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::policy::Check;

    #[test]
    fn a_third_neighbour_is_refused_while_two_are_slow() {
        let neighbours = Neighbours::default();
        let mut policy = FetchPolicy::default();
        let (now, later) = (Instant::now(), Instant::now() + SLOW);
        assert!(matches!(neighbours.enter(&policy, "a-1.example", now), Ok(None)));
        *policy.hosts_apart = Check::Skip;
        let enter = |host, at| neighbours.enter(&policy, host, at);
        let first = enter("a-1.example", now).unwrap();
        let _second = enter("b-1.example", now).unwrap();
        assert!(enter("c-1.example", now).is_ok());
        assert!(enter("c-1.example", later).is_err());
        assert!(enter("c-2.example", later).is_ok());
        drop(first);
        assert!(enter("c-1.example", later).is_ok());
    }
}
