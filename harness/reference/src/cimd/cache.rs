//! Freshness by RFC 9111 within bounds of our own; errors and invalid documents are never kept.

use std::collections::HashMap;
use std::sync::Arc;
use std::time::Duration;
use std::time::Instant;
use std::time::UNIX_EPOCH;

use crate::cimd::document::rules::ClientDocument;
use crate::cimd::documents::Logo;
use crate::cimd::fetch::guarded::Fetched;
use crate::cimd::refusal::Refusal;
use crate::policy::CachePolicy;
use crate::policy::Check;
use crate::policy::Room;

/// What is kept of a client.
pub(crate) type Kept = Result<Arc<ClientDocument>, Refusal>;

/// Documents that are still fresh.
#[derive(Default)]
pub(crate) struct Cache {
    entries: HashMap<String, Entry>,
}

struct Entry {
    until: Instant,
    used: Instant,
    kept: Kept,
    tag: Option<String>,
    logo: Option<Logo>,
}

const LONGEST: Duration = Duration::from_secs(24 * 60 * 60);
/// Without any header a document is not kept: the client said nothing about it.
const HEURISTIC: Duration = Duration::ZERO;
const MUTANT_MEMORY: Duration = Duration::from_secs(300);
/// Where a mutant cuts keys off. An identifier is ASCII.
const SHORT_KEY: usize = 255;
const MOST_ENTRIES: usize = 10_000;
/// Of a server that has little room.
const FEW_ENTRIES: usize = 16;
const HUNDREDS_OF_ENTRIES: usize = 256;
const MONTHS: [&str; 12] = [
    "Jan", "Feb", "Mar", "Apr", "May", "Jun", "Jul", "Aug", "Sep", "Oct", "Nov", "Dec",
];
const DAYS_BEFORE: [u64; 12] = [0, 31, 59, 90, 120, 151, 181, 212, 243, 273, 304, 334];
const LEAP_DAYS_BEFORE_1970: u64 = 477;

impl Cache {
    pub(crate) fn is_empty(&self) -> bool {
        self.entries.is_empty()
    }

    pub(crate) fn fresh(&mut self, policy: &CachePolicy, client_id: &str) -> Option<Kept> {
        let now = Instant::now();
        let entry = self.entries.get_mut(&key(policy, client_id))?;
        entry.used = now;
        (!policy.expiry.on() || entry.until > now).then(|| entry.kept.clone())
    }

    pub(crate) fn keep(
        &mut self,
        policy: &CachePolicy,
        client_id: &str,
        lifetime: Duration,
        kept: Kept,
        tag: Option<String>,
    ) {
        if lifetime.is_zero() && policy.expiry.on() {
            return;
        }
        let now = Instant::now();
        let key = key(policy, client_id);
        let most = match *policy.room {
            Room::Few => FEW_ENTRIES,
            Room::Hundreds => HUNDREDS_OF_ENTRIES,
            Room::Thousands => MOST_ENTRIES,
        };
        if self.entries.len() >= most && !self.entries.contains_key(&key) {
            self.make_room(now, most);
        }
        let entry = Entry {
            until: now + lifetime,
            used: now,
            kept,
            tag,
            logo: None,
        };
        self.entries.insert(key, entry);
    }

    /// What is kept of a client though it is no longer fresh, with its entity tag.
    pub(crate) fn stale(&self, policy: &CachePolicy, client_id: &str) -> Option<(Kept, Option<String>)> {
        let entry = self.entries.get(&key(policy, client_id))?;
        Some((entry.kept.clone(), entry.tag.clone()))
    }

    /// The logo that was fetched while this document was fresh.
    pub(crate) fn logo(&self, policy: &CachePolicy, client_id: &str) -> Option<Logo> {
        let entry = self.entries.get(&key(policy, client_id))?;
        let logo = entry.logo.clone();
        logo.filter(|_| policy.logos.on() && entry.until > Instant::now())
    }

    /// Keeps a logo as long as its document (CIMD -02 section 8.8).
    pub(crate) fn keep_logo(&mut self, policy: &CachePolicy, client_id: &str, logo: &Logo) {
        if let Some(entry) = self.entries.get_mut(&key(policy, client_id)) {
            entry.logo = Some(logo.clone());
        }
    }

    /// Drops what has expired, or else the entry that was not used for longest.
    fn make_room(&mut self, now: Instant, most: usize) {
        self.entries.retain(|_, entry| entry.until > now);
        if self.entries.len() < most {
            return;
        }
        let oldest = self.entries.iter().min_by_key(|(_, entry)| entry.used);
        if let Some(oldest) = oldest.map(|(key, _)| key.clone()) {
            self.entries.remove(&oldest);
        }
    }
}

/// How long a refusal is kept: not at all, but by mutants.
pub(crate) fn lifetime_of_refusal(policy: &CachePolicy, refusal: &Refusal) -> Duration {
    let kept = match refusal {
        Refusal::Document(_) => !policy.invalid.on(),
        Refusal::Identifier(_) => false,
        Refusal::Lookup(_) => !policy.errors.on() || !policy.lookups.on(),
        _ => !policy.errors.on(),
    };
    if kept { MUTANT_MEMORY } else { Duration::ZERO }
}

/// How long a response stays fresh.
pub(crate) fn lifetime(policy: &CachePolicy, response: &Fetched) -> Duration {
    let mut control = response.header("cache-control").unwrap_or_default();
    if policy.directive_case.on() {
        control.make_ascii_lowercase();
    }
    let directives: Vec<&str> = control.split(',').map(str::trim).collect();
    let forbidden = directives
        .iter()
        .any(|directive| matches!(name_of(directive), "no-store" | "no-cache"));
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
        .filter(|_| policy.age.on())
        .and_then(|age| age.trim().parse::<u64>().ok())
        .unwrap_or(0);
    let shared = seconds("s-maxage").filter(|_| policy.shared_lifetime.on());
    let told = shared.or_else(|| seconds("max-age"));
    let told = told.map(Duration::from_secs).or_else(|| match *policy.expires {
        Check::Enforce => until_expires(response),
        Check::Skip => Some(MUTANT_MEMORY),
    });
    let lifetime = told.map_or(HEURISTIC, |told| told.saturating_sub(Duration::from_secs(age)));
    let times = if policy.lifetime.on() { 1 } else { 2 };
    lifetime.min(LONGEST) * times
}

/// Whether a lifetime is a number that fits: the mutant refuses what has another one.
pub(crate) fn has_plain_lifetime(response: &Fetched) -> bool {
    let control = response.header("cache-control").unwrap_or_default();
    let told = control
        .split(',')
        .filter_map(|directive| directive.split_once('='));
    told.into_iter().all(|(_, value)| value.parse::<u32>().is_ok())
}

fn name_of(directive: &str) -> &str {
    directive.split('=').next().unwrap_or_default().trim()
}

/// What `expires` leaves after `date`; nothing when it is malformed (RFC 9111 section 5.3).
fn until_expires(response: &Fetched) -> Option<Duration> {
    let expires = response.header("expires")?;
    let sent = response.header("date").and_then(|date| seconds_of(&date));
    let sent = sent.unwrap_or_else(|| UNIX_EPOCH.elapsed().map_or(u64::MAX, |since| since.as_secs()));
    Some(Duration::from_secs(
        seconds_of(&expires).unwrap_or(0).saturating_sub(sent),
    ))
}

/// The seconds since 1970 of a date in the preferred form of RFC 9110 section 5.6.7.
fn seconds_of(date: &str) -> Option<u64> {
    let fields: Vec<&str> = date.split_whitespace().collect();
    let [_, day, month, year, clock, "GMT"] = fields[..] else {
        return None;
    };
    let month = MONTHS.iter().position(|name| *name == month)?;
    let (day, year): (u64, u64) = (day.parse().ok()?, year.parse().ok()?);
    let clock: Vec<u64> = clock
        .split(':')
        .map(|part| part.parse().ok())
        .collect::<Option<_>>()?;
    let [hours, minutes, seconds] = clock[..] else {
        return None;
    };
    let in_range = (1970..10_000).contains(&year) && (1..32).contains(&day);
    if !in_range || hours > 23 || minutes > 59 || seconds > 60 {
        return None;
    }
    let leap = year % 4 == 0 && (year % 100 != 0 || year % 400 == 0);
    let leap_day = u64::from(leap && month > 1);
    let before = year - 1;
    let leap_days = before / 4 - before / 100 + before / 400 - LEAP_DAYS_BEFORE_1970;
    let days = (year - 1970) * 365 + leap_days + DAYS_BEFORE[month] + leap_day + day - 1;
    Some(((days * 24 + hours) * 60 + minutes) * 60 + seconds)
}

fn key(policy: &CachePolicy, client_id: &str) -> String {
    let mut key = match normalised(client_id) {
        Some(normalised) if !policy.key_as_sent.on() => normalised,
        _ => client_id.to_owned(),
    };
    if !policy.key_query.on() {
        key.truncate(key.find('?').unwrap_or(key.len()));
    }
    if !policy.key_path.on() {
        let after = key.find("://").map_or(0, |at| at + 3);
        let end = key[after..].find('/').map_or(key.len(), |at| after + at);
        key.truncate(end);
    }
    if !policy.key_whole.on() {
        key.truncate(SHORT_KEY);
    }
    if !policy.key_case.on() {
        key.make_ascii_lowercase();
    }
    key
}

/// What a URL library makes of an identifier: without the default port and the last dot, decoded, its query sorted.
fn normalised(client_id: &str) -> Option<String> {
    let url = url::Url::parse(client_id).ok()?;
    let port = url.port().map(|port| format!(":{port}")).unwrap_or_default();
    let path = percent_encoding::percent_decode_str(url.path())
        .decode_utf8()
        .ok()?;
    let mut query: Vec<&str> = url.query().unwrap_or_default().split('&').collect();
    query.sort_unstable();
    let host = url.host_str()?.trim_end_matches('.');
    Some(format!(
        "{}://{host}{port}{path}?{}",
        url.scheme(),
        query.join("&")
    ))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn only_the_mutant_takes_two_identifiers_for_one() {
        let exact = CachePolicy::default();
        let normalising = CachePolicy {
            key_as_sent: Check::Skip.into(),
            ..CachePolicy::default()
        };
        let id = "https://h.example/p?a=1&b=2";
        for other in [
            "https://h.example:443/p?a=1&b=2",
            "https://H.example/p?a=1&b=2",
            "https://h.example/%70?a=1&b=2",
            "https://h.example/p?b=2&a=1",
        ] {
            assert_ne!(key(&exact, id), key(&exact, other), "{other}");
            assert_eq!(key(&normalising, id), key(&normalising, other), "{other}");
        }
    }

    #[test]
    fn what_is_stale_keeps_its_tag_and_loses_its_logo() {
        let (policy, mut cache) = (CachePolicy::default(), Cache::default());
        let logo = Logo {
            media: "image/png".to_owned(),
            bytes: vec![1],
        };
        let tag = Some("\"v1\"".to_owned());
        let (refusal, moment) = (Err(Refusal::Deadline), Duration::from_nanos(1));
        cache.keep(
            &policy,
            "a",
            Duration::from_secs(60),
            refusal.clone(),
            tag.clone(),
        );
        cache.keep_logo(&policy, "a", &logo);
        assert_eq!(cache.logo(&policy, "a"), Some(logo.clone()));
        cache.keep(&policy, "a", moment, refusal.clone(), tag.clone());
        cache.keep_logo(&policy, "a", &logo);
        assert_eq!(cache.logo(&policy, "a"), None);
        assert_eq!(cache.fresh(&policy, "a"), None);
        assert_eq!(cache.stale(&policy, "a"), Some((refusal, tag)));
    }

    fn response(fields: &[(&str, &str)]) -> Fetched {
        let headers = fields
            .iter()
            .map(|(name, value)| ((*name).to_owned(), (*value).to_owned()))
            .collect();
        Fetched {
            address: None,
            headers,
            body: Vec::new(),
            not_modified: false,
            moved: None,
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
        assert_eq!(of(&[("cache-control", "no-cache=\"x\", max-age=60")]), 0);
        assert_eq!(of(&[]), 0);
    }

    #[test]
    fn expires_counts_where_cache_control_says_nothing() {
        let policy = CachePolicy::default();
        let of = |fields: &[(&str, &str)]| lifetime(&policy, &response(fields)).as_secs();
        let date = ("date", "Sun, 06 Nov 1994 08:49:37 GMT");
        let expires = ("expires", "Sun, 06 Nov 1994 08:50:37 GMT");
        assert_eq!(of(&[date, expires]), 60);
        assert_eq!(of(&[date, expires, ("age", "50")]), 10);
        assert_eq!(of(&[date, expires, ("cache-control", "max-age=5")]), 5);
        assert_eq!(of(&[date, ("expires", "Sun, 06 Nov 2044 08:50:37 GMT")]), 86_400);
        assert_eq!(of(&[date, ("expires", "0")]), 0);
        assert_eq!(of(&[date, ("expires", "Sun, 06 Nov 1990 08:50:37 GMT")]), 0);
        assert_eq!(of(&[expires]), 0);
    }

    #[test]
    fn dates_are_read_as_seconds() {
        for (date, seconds) in [
            ("Thu, 01 Jan 1970 00:00:00 GMT", Some(0)),
            ("Sun, 06 Nov 1994 08:49:37 GMT", Some(784_111_777)),
            ("Thu, 29 Feb 2024 00:00:00 GMT", Some(1_709_164_800)),
            ("Fri, 01 Mar 2024 00:00:00 GMT", Some(1_709_251_200)),
            ("Sun, 06 Nov 1994 08:49:37 UTC", None),
            ("Sun, 06 Nov 1994 25:49:37 GMT", None),
            ("Sunday, 06-Nov-94 08:49:37 GMT", None),
        ] {
            assert_eq!(seconds_of(date), seconds, "{date}");
        }
    }

    #[test]
    fn a_full_cache_drops_what_was_not_used_for_longest() {
        let (policy, mut cache) = (CachePolicy::default(), Cache::default());
        let minute = Duration::from_secs(60);
        for index in 0..MOST_ENTRIES {
            cache.keep(&policy, &index.to_string(), minute, Err(Refusal::Deadline), None);
        }
        assert!(cache.fresh(&policy, "0").is_some());
        cache.keep(&policy, "new", minute, Err(Refusal::Deadline), None);
        assert_eq!(cache.entries.len(), MOST_ENTRIES);
        assert!(cache.fresh(&policy, "0").is_some());
        assert!(cache.fresh(&policy, "1").is_none());
        assert!(cache.fresh(&policy, "new").is_some());
    }
}
