//! Freshness by RFC 9111 within bounds of our own; errors and invalid documents are never kept.

use std::collections::HashMap;
use std::sync::Arc;
use std::time::Duration;
use std::time::Instant;

use super::document::ClientDocument;
use super::fetch::Fetched;
use super::refusal::Refusal;
use crate::policy::CachePolicy;

/// What is kept of a client.
pub(crate) type Kept = Result<Arc<ClientDocument>, Refusal>;

/// Documents that are still fresh.
#[derive(Default)]
pub(crate) struct Cache {
    entries: HashMap<String, (Instant, Kept)>,
}

const LONGEST: Duration = Duration::from_secs(24 * 60 * 60);
/// Without any header a document is not kept: the client said nothing about it.
const HEURISTIC: Duration = Duration::ZERO;
const MUTANT_MEMORY: Duration = Duration::from_secs(300);
const MOST_ENTRIES: usize = 10_000;

impl Cache {
    pub(crate) fn fresh(&self, policy: &CachePolicy, client_id: &str) -> Option<Kept> {
        let (until, kept) = self.entries.get(&key(policy, client_id))?;
        (!policy.expiry.on() || *until > Instant::now()).then(|| kept.clone())
    }

    pub(crate) fn keep(&mut self, policy: &CachePolicy, client_id: &str, lifetime: Duration, kept: Kept) {
        if lifetime.is_zero() && policy.expiry.on() {
            return;
        }
        if self.entries.len() >= MOST_ENTRIES {
            let now = Instant::now();
            self.entries.retain(|_, (until, _)| *until > now);
            if self.entries.len() >= MOST_ENTRIES {
                self.entries.clear();
            }
        }
        self.entries
            .insert(key(policy, client_id), (Instant::now() + lifetime, kept));
    }
}

/// How long a refusal is kept: not at all, but by mutants.
pub(crate) fn lifetime_of_refusal(policy: &CachePolicy, refusal: &Refusal) -> Duration {
    let kept = match refusal {
        Refusal::Document(_) => !policy.invalid.on(),
        Refusal::Identifier(_) => false,
        _ => !policy.errors.on(),
    };
    if kept { MUTANT_MEMORY } else { Duration::ZERO }
}

/// How long a response stays fresh.
pub(crate) fn lifetime(policy: &CachePolicy, response: &Fetched) -> Duration {
    let control = response
        .header("cache-control")
        .unwrap_or_default()
        .to_ascii_lowercase();
    let directives: Vec<&str> = control.split(',').map(str::trim).collect();
    let forbidden = ["no-store", "no-cache"]
        .iter()
        .any(|word| directives.contains(word));
    if forbidden {
        return if policy.no_store.on() {
            Duration::ZERO
        } else {
            MUTANT_MEMORY
        };
    }
    let seconds = |name: &str| {
        directives
            .iter()
            .find_map(|directive| directive.strip_prefix(name)?.strip_prefix('='))
            .map(|value| value.trim_matches('"').parse::<u64>().unwrap_or(0))
    };
    let age = response
        .header("age")
        .and_then(|age| age.trim().parse::<u64>().ok())
        .unwrap_or(0);
    match seconds("s-maxage").or_else(|| seconds("max-age")) {
        Some(seconds) => Duration::from_secs(seconds.saturating_sub(age)).min(LONGEST),
        None => HEURISTIC,
    }
}

fn key(policy: &CachePolicy, client_id: &str) -> String {
    let mut key = client_id.to_owned();
    if !policy.key_query.on() {
        key.truncate(key.find('?').unwrap_or(key.len()));
    }
    if !policy.key_case.on() {
        key.make_ascii_lowercase();
    }
    key
}

#[cfg(test)]
mod tests {
    use super::*;

    fn response(fields: &[(&str, &str)]) -> Fetched {
        let headers = fields
            .iter()
            .map(|(name, value)| ((*name).to_owned(), (*value).to_owned()))
            .collect();
        Fetched {
            address: None,
            headers,
            body: Vec::new(),
        }
    }

    #[test]
    fn freshness_follows_the_headers_within_bounds() {
        let policy = CachePolicy::default();
        let of = |fields: &[(&str, &str)]| lifetime(&policy, &response(fields)).as_secs();
        assert_eq!(of(&[("cache-control", "max-age=60")]), 60);
        assert_eq!(of(&[("cache-control", "max-age=60, s-maxage=5")]), 5);
        assert_eq!(of(&[("cache-control", "max-age=60"), ("age", "50")]), 10);
        assert_eq!(of(&[("cache-control", "max-age=99999999")]), 86_400);
        assert_eq!(of(&[("cache-control", "no-store, max-age=60")]), 0);
        assert_eq!(of(&[("cache-control", "max-age=-1")]), 0);
        assert_eq!(of(&[]), 0);
    }
}
