//! What mutants remember of one fetch until the next; a conformant server remembers documents only.

use std::collections::HashMap;
use std::net::SocketAddr;
use std::sync::Mutex;
use std::sync::PoisonError;

use hyper::HeaderMap;

use crate::policy::Excess;
use crate::policy::Watched;

/// What was learnt, by host.
#[derive(Default)]
pub(crate) struct Remembered {
    alternatives: Mutex<HashMap<String, SocketAddr>>,
    /// Each with the domain that it was set for.
    cookies: Mutex<Vec<(String, String)>>,
}

impl Remembered {
    /// Learns from an answer what the mutant remembers.
    pub(crate) fn learn(&self, excess: &Watched<Excess>, host: &str, headers: &HeaderMap) {
        let text = |name: &str| headers.get(name).and_then(|value| value.to_str().ok());
        if let Some(told) = text("alt-svc")
            && excess.is(Excess::Alternatives)
            && let Some(place) = told.split('"').find_map(|part| part.parse().ok())
        {
            lock(&self.alternatives).insert(host.to_owned(), place);
        }
        if let Some(told) = text("set-cookie")
            && excess.is(Excess::KeepsCookies)
        {
            let mut parts = told.split(';').map(str::trim);
            let cookie = parts.next().unwrap_or_default().to_owned();
            let domain = parts.find_map(|part| part.strip_prefix("Domain="));
            lock(&self.cookies).push((domain.unwrap_or(host).to_owned(), cookie));
        }
    }

    /// Where a host said that its service stands too.
    pub(crate) fn alternative(&self, excess: &Watched<Excess>, host: &str) -> Option<SocketAddr> {
        let known = lock(&self.alternatives).get(host).copied();
        known.filter(|_| excess.is(Excess::Alternatives))
    }

    /// The field with the cookies that were set for a host.
    pub(crate) fn cookie(&self, excess: &Watched<Excess>, host: &str) -> Option<(String, String)> {
        let cookies = lock(&self.cookies);
        let is_for = |domain: &str| host == domain || host.ends_with(&format!(".{domain}"));
        let fitting = cookies.iter().filter(|(domain, _)| is_for(domain));
        let fitting: Vec<&str> = fitting.map(|(_, cookie)| cookie.as_str()).collect();
        (!fitting.is_empty() && excess.is(Excess::KeepsCookies))
            .then(|| ("cookie".to_owned(), fitting.join("; ")))
    }
}

fn lock<T>(kept: &Mutex<T>) -> std::sync::MutexGuard<'_, T> {
    kept.lock().unwrap_or_else(PoisonError::into_inner)
}
