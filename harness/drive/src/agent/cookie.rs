//! The cookie jar of the user agent: `cookie_store` keeps them, and the rules of RFC 6265bis about sites are here.

use cookie_store::Cookie;
use cookie_store::CookieDomain;
use cookie_store::CookieStore;
use cookie_store::RawCookie;
use url::Url;

use crate::agent::script::known::Told;
use crate::http::answer::Answer;

/// What a browser keeps of the target: its cookies, and what its scripts keep.
#[derive(Debug, Clone, Default)]
pub struct Jar(CookieStore, Told);

/// Browsers keep about as many for one domain.
const MOST_OF_A_DOMAIN: usize = 180;
const MOST_COOKIES: usize = 1000;
/// All of them go into one header field, and servers read no longer one.
const MOST_BYTES_OF_A_DOMAIN: usize = 128 * 1024;
const LONGEST_COOKIE: usize = 4096;

impl Jar {
    /// Takes one `set-cookie` value that came from this URL. As a browser does, it drops one that it cannot read.
    pub fn take(&mut self, from: &Url, set_cookie: &str) {
        if set_cookie.len() > LONGEST_COOKIE {
            return;
        }
        let Ok(cookie) = Cookie::parse(set_cookie.to_owned(), from) else {
            return;
        };
        if is_for_everybody(&cookie.domain, from) {
            return;
        }
        let (domain, path) = (String::from(&cookie.domain), String::from(&cookie.path));
        if self.0.contains(&domain, &path, cookie.name()) || self.has_room_for(&domain) {
            // An error is a cookie that has expired already, or one for another site.
            let _ = self.0.insert(cookie, from);
        }
    }

    /// Keeps the answer to a request of a script.
    pub(crate) fn keep(&mut self, request: &str, answer: Option<&Answer>) {
        if let Some(answer) = answer {
            self.1.insert(request.to_owned(), answer.clone());
        }
    }

    /// The answers that scripts kept.
    pub(crate) fn kept(&self) -> &Told {
        &self.1
    }

    /// The same without what scripts kept: what a page of another site works with.
    pub(crate) fn without_kept(&self) -> Self {
        Self(self.0.clone(), Told::new())
    }

    fn has_room_for(&self, domain: &str) -> bool {
        let (mut all, mut of_it, mut bytes) = (0, 0, 0);
        for cookie in self.0.iter_unexpired() {
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
        self.0.iter_unexpired().map(|cookie| cookie.value())
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

    fn fitting(&self, to: &Url, goes: impl Fn(&RawCookie<'_>) -> bool) -> Option<String> {
        let mut fitting = self.0.matches(to);
        fitting.retain(|cookie| goes(cookie));
        fitting.sort_by_key(|cookie| std::cmp::Reverse(cookie.path.len()));
        let pairs: Vec<String> = fitting
            .iter()
            .map(|cookie| format!("{}={}", cookie.name(), cookie.value()))
            .collect();
        (!pairs.is_empty()).then(|| pairs.join("; "))
    }
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
