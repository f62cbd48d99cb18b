//! The cookie jar of the user agent: `cookie_store` keeps them, and the rules of RFC 6265bis about sites are here.

use std::collections::BTreeSet;

use cookie_store::Cookie;
use cookie_store::CookieDomain;
use cookie_store::CookieExpiration;
use cookie_store::CookieStore;
use cookie_store::RawCookie;
use serde_json::Value;
use serde_json::json;
use url::Url;

use crate::agent::given::Given;
use crate::agent::given::SameSite;
use crate::agent::script::known::Told;
use crate::http::answer::Answer;

/// What a browser keeps of the target: its cookies, and what its scripts keep.
#[derive(Debug, Clone, Default)]
pub struct Jar {
    store: CookieStore,
    /// Those of which nobody told whether a page of another site sends them along.
    unsure: BTreeSet<Key>,
    /// The number of the login of the operator's program that it has.
    login: Option<u64>,
    /// The answers that scripts keep.
    kept: Told,
}

/// A cookie by its domain, its path and its name.
type Key = (String, String, String);

/// Browsers keep about as many for one domain.
const MOST_OF_A_DOMAIN: usize = 180;
const MOST_COOKIES: usize = 1000;
/// All of them go into one header field, and servers read no longer one.
const MOST_BYTES_OF_A_DOMAIN: usize = 128 * 1024;
const LONGEST_COOKIE: usize = 4096;

impl Jar {
    /// Takes one `set-cookie` value that came from this URL. As a browser does, it drops one that it cannot read.
    pub fn take(&mut self, from: &Url, set_cookie: &str) {
        if let Some(key) = self.put(from, set_cookie) {
            self.unsure.remove(&key);
        }
    }

    /// Takes the cookies that an answer from this URL sets.
    pub(crate) fn take_all(&mut self, from: &Url, answer: &Answer) {
        for (_, cookie) in answer.headers.iter().filter(|(name, _)| name == "set-cookie") {
            self.take(from, cookie);
        }
    }

    /// Takes a cookie that the operator gives, as if this page had set it where it does not say whose it is.
    pub(crate) fn take_given(&mut self, page: &Url, given: &Given) {
        let key = self.put(given.from.as_ref().unwrap_or(page), &given.set_cookie);
        if let Some(key) = key {
            match given.same_site {
                SameSite::Told => self.unsure.remove(&key),
                SameSite::Untold => self.unsure.insert(key),
            };
        }
    }

    fn put(&mut self, from: &Url, set_cookie: &str) -> Option<Key> {
        if set_cookie.len() > LONGEST_COOKIE {
            return None;
        }
        let cookie = Cookie::parse(set_cookie.to_owned(), from).ok()?;
        if is_for_everybody(&cookie.domain, from) {
            return None;
        }
        let key = key(&cookie);
        if self.store.contains(&key.0, &key.1, &key.2) || self.has_room_for(&key.0) {
            // An error is a cookie that has expired already, or one for another site.
            self.store.insert(cookie, from).ok()?;
            return Some(key);
        }
        None
    }

    /// The number of the login of the operator's program that it has.
    pub(crate) fn login(&self) -> Option<u64> {
        self.login
    }

    /// From now on it has the cookies of this login.
    pub(crate) fn has_login(&mut self, number: u64) {
        self.login = Some(number);
    }

    /// Keeps the answer to a request of a script.
    pub(crate) fn keep(&mut self, request: &str, answer: Option<&Answer>) {
        if let Some(answer) = answer {
            self.kept.insert(request.to_owned(), answer.clone());
        }
    }

    /// The answers that scripts kept.
    pub(crate) fn kept(&self) -> &Told {
        &self.kept
    }

    /// The same without what scripts kept: what a page of another site works with.
    pub(crate) fn without_kept(&self) -> Self {
        Self {
            kept: Told::new(),
            ..self.clone()
        }
    }

    fn has_room_for(&self, domain: &str) -> bool {
        let (mut all, mut of_it, mut bytes) = (0, 0, 0);
        for cookie in self.store.iter_unexpired() {
            all += 1;
            if String::from(&cookie.domain) == domain {
                of_it += 1;
                bytes += cookie.name().len() + cookie.value().len();
            }
        }
        all < MOST_COOKIES && of_it < MOST_OF_A_DOMAIN && bytes < MOST_BYTES_OF_A_DOMAIN
    }

    /// The values of all cookies.
    pub fn values(&self) -> impl Iterator<Item = &str> {
        self.store.iter_unexpired().map(|cookie| cookie.value())
    }

    /// The `cookie` header for a request to this URL.
    pub fn header(&self, to: &Url) -> Option<String> {
        self.fitting(to, |_| true)
    }

    /// The `cookie` header for a request to this URL that another site's page makes (RFC 6265bis section 5.6.7). A
    /// cookie without `SameSite` goes along: browsers read its absence differently.
    pub fn header_from_elsewhere(&self, to: &Url, method: &str) -> Option<String> {
        self.fitting(to, |cookie| {
            let site = cookie.same_site();
            site.is_none_or(|site| site.is_none() || (site.is_lax() && method == "GET"))
        })
    }

    /// The names of the cookies that [`Self::header_from_elsewhere`] sends although it is not known whether a browser would.
    pub(crate) fn unsure_from_elsewhere(&self, to: &Url) -> Vec<&str> {
        let fitting = self.store.matches(to).into_iter();
        let unsure = fitting.filter(|cookie| self.unsure.contains(&key(cookie)));
        unsure.map(|cookie| cookie.name()).collect()
    }

    /// Its cookies as the storage state of the common browser drivers.
    pub(crate) fn storage_state(&self) -> String {
        let cookies = self.store.iter_unexpired().map(|cookie| {
            let mut told = json!({
                "name": cookie.name(),
                "value": cookie.value(),
                "domain": match &cookie.domain {
                    CookieDomain::Suffix(domain) => format!(".{domain}"),
                    other => String::from(other),
                },
                "path": String::from(&cookie.path),
                "expires": match &cookie.expires {
                    CookieExpiration::AtUtc(time) => time.unix_timestamp(),
                    CookieExpiration::SessionEnd => -1,
                },
                "httpOnly": cookie.http_only().unwrap_or_default(),
                "secure": cookie.secure().unwrap_or_default(),
            });
            if let Some(site) = cookie.same_site() {
                told["sameSite"] = Value::from(site.to_string());
            }
            told
        });
        json!({ "cookies": cookies.collect::<Vec<_>>(), "origins": [] }).to_string()
    }

    fn fitting(&self, to: &Url, goes: impl Fn(&RawCookie<'_>) -> bool) -> Option<String> {
        let mut fitting = self.store.matches(to);
        fitting.retain(|cookie| goes(cookie));
        fitting.sort_by_key(|cookie| std::cmp::Reverse(cookie.path.len()));
        let pairs: Vec<String> = fitting
            .iter()
            .map(|cookie| format!("{}={}", cookie.name(), cookie.value()))
            .collect();
        (!pairs.is_empty()).then(|| pairs.join("; "))
    }
}

fn key(cookie: &Cookie<'_>) -> Key {
    (
        String::from(&cookie.domain),
        String::from(&cookie.path),
        cookie.name().to_owned(),
    )
}

/// Whether a cookie is for a domain of one label that is not the host itself: everybody's, as no browser takes it.
fn is_for_everybody(domain: &CookieDomain, from: &Url) -> bool {
    match domain {
        CookieDomain::Suffix(domain) => !domain.contains('.') && from.host_str() != Some(domain),
        CookieDomain::Empty | CookieDomain::HostOnly(_) | CookieDomain::NotPresent => false,
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::agent::given;

    fn url(text: &str) -> Url {
        Url::parse(text).unwrap()
    }

    #[test]
    fn a_cookie_goes_back_to_its_host_and_path_only() {
        let mut jar = Jar::default();
        jar.take(&url("https://as.test/login"), "sid=abc; Path=/; HttpOnly; Secure");
        jar.take(&url("https://as.test/deep/login"), "csrf=1");
        assert_eq!(jar.header(&url("https://as.test/authorize")).unwrap(), "sid=abc");
        assert_eq!(
            jar.header(&url("https://as.test/deep/x")).unwrap(),
            "csrf=1; sid=abc"
        );
        assert_eq!(jar.header(&url("https://as.test/deeper")).unwrap(), "sid=abc");
        assert_eq!(jar.header(&url("https://other.test/")), None);
        assert_eq!(jar.header(&url("http://as.test/")), None);
    }

    #[test]
    fn another_sites_page_takes_along_only_what_a_browser_lets_it() {
        let mut jar = Jar::default();
        let at = url("https://as.test/");
        jar.take(&at, "strict=1; SameSite=Strict");
        jar.take(&at, "lax=1; samesite=lax");
        jar.take(&at, "none=1; SameSite=None; Secure");
        jar.take(&at, "silent=1");
        let from_elsewhere = |method| jar.header_from_elsewhere(&at, method).unwrap();
        assert_eq!(from_elsewhere("POST"), "none=1; silent=1");
        assert_eq!(from_elsewhere("GET"), "lax=1; none=1; silent=1");
    }

    #[test]
    fn what_nobody_told_of_a_cookie_is_not_known_until_its_server_sets_it() {
        let mut jar = Jar::default();
        let at = url("https://as.test/login");
        for line in ["bare=1", "whole=1; SameSite=Lax", "Set-Cookie: silent=1; Path=/"] {
            jar.take_given(&at, &given::read(line).unwrap()[0]);
        }
        assert_eq!(jar.unsure_from_elsewhere(&at), ["bare"]);
        assert_eq!(
            jar.header_from_elsewhere(&at, "POST").unwrap(),
            "bare=1; silent=1"
        );
        jar.take(&at, "bare=2; Path=/; SameSite=Strict");
        assert_eq!(jar.unsure_from_elsewhere(&at), Vec::<&str>::new());
    }

    #[test]
    fn a_jar_is_given_on_as_it_would_be_read() {
        let mut jar = Jar::default();
        let at = url("https://login.as.test/login");
        jar.take(&at, "own=1; Path=/a; Secure; HttpOnly; SameSite=Strict");
        jar.take(&at, "all=2; Domain=as.test; Path=/; Max-Age=1000");
        let mut again = Jar::default();
        let given = given::read(&jar.storage_state()).unwrap();
        let elsewhere = url("https://other.test/");
        given.iter().for_each(|given| again.take_given(&elsewhere, given));
        for to in [
            "https://login.as.test/a",
            "https://as.test/a",
            "http://login.as.test/a",
        ] {
            assert_eq!(again.header(&url(to)), jar.header(&url(to)), "{to}");
        }
        assert_eq!(again.header(&url("https://as.test/a")).unwrap(), "all=2");
        assert_eq!(
            again.header_from_elsewhere(&url("https://login.as.test/a"), "GET"),
            Some("all=2".to_owned())
        );
    }

    #[test]
    fn a_cookie_is_replaced_and_taken_away() {
        let mut jar = Jar::default();
        let at = url("https://as.test/");
        jar.take(&at, "sid=one");
        jar.take(&at, "sid=two");
        assert_eq!(jar.header(&at).unwrap(), "sid=two");
        jar.take(&at, "sid=; Max-Age=0");
        assert_eq!(jar.header(&at), None);
        jar.take(&at, "sid=three");
        jar.take(&at, "sid=; Expires=Tue, 05 Mar 2019 00:00:00 GMT");
        assert_eq!(jar.header(&at), None);
        jar.take(&at, "sid=four");
        assert_eq!(jar.header(&at).unwrap(), "sid=four");
    }

    #[test]
    fn a_cookie_for_a_domain_goes_to_the_hosts_below_it() {
        let mut jar = Jar::default();
        jar.take(&url("https://login.as.test/"), "sid=abc; Domain=as.test; Path=/");
        jar.take(&url("https://login.as.test/"), "foreign=1; Domain=other.test");
        assert_eq!(jar.header(&url("https://api.as.test/x")).unwrap(), "sid=abc");
        assert_eq!(jar.header(&url("https://other.test/")), None);
        assert_eq!(jar.header(&url("https://notas.test/")), None);
    }

    #[test]
    fn a_cookie_for_a_whole_top_level_domain_is_dropped() {
        let mut jar = Jar::default();
        jar.take(&url("https://other.test/"), "everybody=1; Domain=test");
        jar.take(&url("https://other.test/"), "dotted=1; Domain=.test");
        jar.take(&url("https://localhost/"), "own=1; Domain=localhost");
        assert_eq!(jar.header(&url("https://as.test/")), None);
        assert_eq!(jar.header(&url("https://localhost/")).unwrap(), "own=1");
    }

    #[test]
    fn a_flood_of_cookies_is_bounded() {
        let mut jar = Jar::default();
        let at = url("https://as.test/");
        for number in 0..1000 {
            jar.take(&at, &format!("c{number}=x"));
        }
        jar.take(&at, &format!("long={}", "x".repeat(LONGEST_COOKIE)));
        assert_eq!(jar.values().count(), MOST_OF_A_DOMAIN);
        for number in 0..2000 {
            jar.take(
                &url(&format!("https://as{}.test/", number / 100)),
                &format!("c{number}=x"),
            );
        }
        assert_eq!(jar.values().count(), MOST_COOKIES);
    }

    #[test]
    fn long_cookies_of_a_domain_are_bounded_together() {
        let mut jar = Jar::default();
        let at = url("https://as.test/");
        for number in 0..MOST_OF_A_DOMAIN {
            jar.take(&at, &format!("c{number}={}", "x".repeat(4000)));
        }
        assert!(jar.header(&at).unwrap().len() <= MOST_BYTES_OF_A_DOMAIN + LONGEST_COOKIE);
    }
}
