//! A small cookie jar for the target's origins.

use url::Url;

use crate::http::loopback::is_loopback;

/// The cookies that the target gave to the user agent.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub(crate) struct Jar(Vec<Cookie>);

#[derive(Debug, Clone, PartialEq, Eq)]
struct Cookie {
    host: String,
    path: String,
    secure: bool,
    site: Site,
    name: String,
    value: String,
}

/// With which requests a cookie is sent (RFC 6265bis section 5.6.7).
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum Site {
    /// With those of the own site, and when somebody goes there.
    Lax,
    /// With all: it says `None`, or nothing at all, which browsers read differently.
    None,
    /// With those of the own site only.
    Strict,
}

const MOST_COOKIES: usize = 64;
const LONGEST_COOKIE: usize = 4096;

impl Jar {
    /// Takes one `set-cookie` value that came from this URL.
    pub(crate) fn take(&mut self, from: &Url, set_cookie: &str) {
        if set_cookie.len() > LONGEST_COOKIE {
            return;
        }
        let mut parts = set_cookie.split(';').map(str::trim);
        let Some((name, value)) = parts.next().and_then(|pair| pair.split_once('=')) else {
            return;
        };
        let mut cookie = Cookie {
            host: from.host_str().unwrap_or_default().to_owned(),
            path: default_path(from.path()),
            secure: false,
            site: Site::None,
            name: name.trim().to_owned(),
            value: value.trim().to_owned(),
        };
        let mut gone = false;
        for attribute in parts {
            let (key, value) = attribute.split_once('=').unwrap_or((attribute, ""));
            match key.trim().to_ascii_lowercase().as_str() {
                "max-age" => gone |= value.trim().parse::<i64>().is_ok_and(|seconds| seconds <= 0),
                "expires" => gone |= value.contains(" 1970 ") || value.contains("-1970 "),
                "path" if value.trim().starts_with('/') => cookie.path = value.trim().to_owned(),
                "secure" => cookie.secure = true,
                "samesite" if value.trim().eq_ignore_ascii_case("strict") => cookie.site = Site::Strict,
                "samesite" if value.trim().eq_ignore_ascii_case("lax") => cookie.site = Site::Lax,
                _ => {}
            }
        }
        let same = |known: &Cookie| {
            known.host == cookie.host && known.path == cookie.path && known.name == cookie.name
        };
        self.0.retain(|known| !same(known));
        if !gone && !cookie.name.is_empty() && self.0.len() < MOST_COOKIES {
            self.0.push(cookie);
        }
    }

    /// The values of all cookies.
    pub(crate) fn values(&self) -> impl Iterator<Item = &str> {
        self.0.iter().map(|cookie| cookie.value.as_str())
    }

    /// The `cookie` header for a request to this URL.
    pub(crate) fn header(&self, to: &Url) -> Option<String> {
        self.fitting(to, |_| true)
    }

    /// The `cookie` header for a request to this URL that another site's page makes.
    pub(crate) fn header_from_elsewhere(&self, to: &Url, method: &str) -> Option<String> {
        self.fitting(to, |site| match site {
            Site::None => true,
            Site::Lax => method == "GET",
            Site::Strict => false,
        })
    }

    fn fitting(&self, to: &Url, goes: impl Fn(Site) -> bool) -> Option<String> {
        let host = to.host_str().unwrap_or_default();
        let mut fitting: Vec<&Cookie> = self
            .0
            .iter()
            .filter(|cookie| cookie.host == host && path_fits(&cookie.path, to.path()))
            .filter(|cookie| goes(cookie.site))
            // Browsers send secure cookies to loopback too: it is potentially trustworthy.
            .filter(|cookie| !cookie.secure || to.scheme() == "https" || is_loopback(to))
            .collect();
        fitting.sort_by_key(|cookie| std::cmp::Reverse(cookie.path.len()));
        let pairs: Vec<String> = fitting
            .iter()
            .map(|cookie| format!("{}={}", cookie.name, cookie.value))
            .collect();
        (!pairs.is_empty()).then(|| pairs.join("; "))
    }
}

fn default_path(path: &str) -> String {
    match path.rfind('/') {
        None | Some(0) => "/".to_owned(),
        Some(last) => path[..last].to_owned(),
    }
}

fn path_fits(cookie: &str, path: &str) -> bool {
    path.strip_prefix(cookie)
        .is_some_and(|rest| rest.is_empty() || cookie.ends_with('/') || rest.starts_with('/'))
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
    }

    #[test]
    fn a_flood_of_cookies_is_bounded() {
        let mut jar = Jar::default();
        let at = url("https://as.test/");
        for number in 0..1000 {
            jar.take(&at, &format!("c{number}=x"));
        }
        jar.take(&at, &format!("long={}", "x".repeat(LONGEST_COOKIE)));
        assert_eq!(jar.0.len(), MOST_COOKIES);
    }
}
