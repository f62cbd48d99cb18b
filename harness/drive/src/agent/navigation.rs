//! The header fields that a current browser sends when it goes from one page to the next.

use url::Url;

use crate::http::client::Ask;

/// How the browser came to the request that it makes now.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) struct Navigation {
    /// The page that the user was on; none where an application opened the browser.
    page: Option<Url>,
    policy: ReferrerPolicy,
    /// The farthest that this request and the redirects before it went from the page.
    site: Distance,
}

/// The value of `Sec-Fetch-Site` (W3C Fetch Metadata section 2.4), the nearest first.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
enum Distance {
    None,
    ThisOrigin,
    ThisSite,
    OtherSite,
}

/// What a page lets the browser tell of it (W3C Referrer Policy section 3).
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
enum ReferrerPolicy {
    NoReferrer,
    NoReferrerWhenDowngrade,
    Origin,
    OriginWhenCrossOrigin,
    SameOrigin,
    StrictOrigin,
    #[default]
    StrictOriginWhenCrossOrigin,
    UnsafeUrl,
}

const USER_AGENT: &str = concat!(
    "Mozilla/5.0 (X11; Linux x86_64) AppleWebKit/537.36 (KHTML, like Gecko) Chrome/146.0.0.0 Safari/537.36 cimdspec/",
    env!("CARGO_PKG_VERSION")
);
const ACCEPT: &str = "text/html,application/xhtml+xml,application/xml;q=0.9,*/*;q=0.8";
/// The words by which buttons are known are English.
const LANGUAGE: &str = "en-US,en;q=0.9";

impl Navigation {
    /// An application opened the browser with this request.
    pub(crate) fn opened() -> Self {
        Self {
            page: None,
            policy: ReferrerPolicy::default(),
            site: Distance::None,
        }
    }

    /// The user follows a link or sends a form of this page, which was answered with these header fields.
    pub(crate) fn from_page(page: &Url, headers: &[(String, String)]) -> Self {
        Self {
            page: Some(page.clone()),
            policy: ReferrerPolicy::of(headers),
            site: Distance::ThisOrigin,
        }
    }

    /// The request with what a browser adds, unless the request has it or `is_given` says that the profile does.
    pub(crate) fn made_by_browser(&mut self, ask: &Ask, is_given: impl Fn(&str) -> bool) -> Ask {
        self.site = self.site.max(self.site_of(&ask.url));
        let site = match self.site {
            Distance::None => "none",
            Distance::ThisOrigin => "same-origin",
            Distance::ThisSite => "same-site",
            Distance::OtherSite => "cross-site",
        };
        let mut made = ask.clone();
        let mut add = |name: &str, value: &str| {
            if !made.has_header(name) && !is_given(name) {
                made.headers.push((name.to_owned(), value.to_owned()));
            }
        };
        add("user-agent", USER_AGENT);
        add("accept", ACCEPT);
        add("accept-language", LANGUAGE);
        add("upgrade-insecure-requests", "1");
        // Browsers tell these to trustworthy origins only (Fetch Metadata section 2).
        if ask.url.scheme() == "https" || crate::http::loopback::is_loopback(&ask.url) {
            add("sec-fetch-site", site);
            add("sec-fetch-mode", "navigate");
            add("sec-fetch-user", "?1");
            add("sec-fetch-dest", "document");
        }
        if let Some(referer) = self.referer(&ask.url) {
            add("referer", &referer);
        }
        if !matches!(ask.method.as_str(), "GET" | "HEAD") {
            add("origin", &self.origin(&ask.url));
        }
        made
    }

    /// The request with what a browser adds where a script of the page makes it (WHATWG Fetch), with cookies.
    pub(crate) fn made_by_script(&mut self, ask: &Ask, is_given: impl Fn(&str) -> bool) -> Ask {
        let asked = match ask.has_header("accept") {
            true => ask.clone(),
            false => ask.clone().header("accept", "*/*"),
        };
        let mut made = self.made_by_browser(&asked, is_given);
        made.headers
            .retain(|(name, _)| !["sec-fetch-user", "upgrade-insecure-requests"].contains(&name.as_str()));
        for (name, value) in &mut made.headers {
            match name.as_str() {
                "sec-fetch-mode" => "cors".clone_into(value),
                "sec-fetch-dest" => "empty".clone_into(value),
                _ => {}
            }
        }
        // No policy of the page hides the origin from CORS, and a GET of another origin tells it, too.
        let is_plain = matches!(ask.method.as_str(), "GET" | "HEAD");
        if let Some(page) = &self.page
            && (!is_plain || page.origin() != ask.url.origin())
        {
            made = made.instead("origin", &page.origin().ascii_serialization());
        }
        made
    }

    fn site_of(&self, to: &Url) -> Distance {
        match &self.page {
            None => Distance::None,
            Some(page) if page.origin() == to.origin() => Distance::ThisOrigin,
            Some(page) if page.scheme() == to.scheme() && page.host() == to.host() => Distance::ThisSite,
            Some(_) => Distance::OtherSite,
        }
    }

    /// Whether the page came over TLS, and this does not go so.
    fn is_downgrade(page: &Url, to: &Url) -> bool {
        page.scheme() == "https" && to.scheme() != "https"
    }

    fn referer(&self, to: &Url) -> Option<String> {
        use ReferrerPolicy as Policy;
        let page = self.page.as_ref()?;
        let (origin, mut whole) = (format!("{}/", page.origin().ascii_serialization()), page.clone());
        whole.set_fragment(None);
        // None of these is refused by a URL with a host.
        let _ = whole.set_username("").and(whole.set_password(None));
        let is_same = page.origin() == to.origin();
        let safe = !Self::is_downgrade(page, to);
        match self.policy {
            Policy::NoReferrer => None,
            Policy::UnsafeUrl => Some(whole.into()),
            Policy::NoReferrerWhenDowngrade => safe.then(|| whole.into()),
            Policy::Origin => Some(origin),
            Policy::StrictOrigin => safe.then_some(origin),
            Policy::SameOrigin => is_same.then(|| whole.into()),
            Policy::OriginWhenCrossOrigin if is_same => Some(whole.into()),
            Policy::OriginWhenCrossOrigin => Some(origin),
            Policy::StrictOriginWhenCrossOrigin if is_same => Some(whole.into()),
            Policy::StrictOriginWhenCrossOrigin => safe.then_some(origin),
        }
    }

    /// The value of `Origin` of a request that is no GET (WHATWG Fetch, "append a request `Origin` header").
    fn origin(&self, to: &Url) -> String {
        use ReferrerPolicy as Policy;
        let null = || "null".to_owned();
        let Some(page) = &self.page else {
            return null();
        };
        let hides = match self.policy {
            Policy::NoReferrer => true,
            Policy::NoReferrerWhenDowngrade | Policy::StrictOrigin | Policy::StrictOriginWhenCrossOrigin => {
                Self::is_downgrade(page, to)
            }
            Policy::SameOrigin => page.origin() != to.origin(),
            Policy::Origin | Policy::OriginWhenCrossOrigin | Policy::UnsafeUrl => false,
        };
        match hides {
            true => null(),
            false => page.origin().ascii_serialization(),
        }
    }
}

impl ReferrerPolicy {
    /// The policy of an answer: its last known word (Referrer Policy section 8.1).
    fn of(headers: &[(String, String)]) -> Self {
        let fields = headers.iter().filter(|(name, _)| name == "referrer-policy");
        let words = fields.flat_map(|(_, value)| value.split(',').map(str::trim));
        words.filter_map(Self::named).next_back().unwrap_or_default()
    }

    fn named(word: &str) -> Option<Self> {
        Some(match word.to_ascii_lowercase().as_str() {
            "no-referrer" => Self::NoReferrer,
            "no-referrer-when-downgrade" => Self::NoReferrerWhenDowngrade,
            "origin" => Self::Origin,
            "origin-when-cross-origin" => Self::OriginWhenCrossOrigin,
            "same-origin" => Self::SameOrigin,
            "strict-origin" => Self::StrictOrigin,
            "strict-origin-when-cross-origin" => Self::StrictOriginWhenCrossOrigin,
            "unsafe-url" => Self::UnsafeUrl,
            _ => return None,
        })
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn url(text: &str) -> Url {
        Url::parse(text).unwrap()
    }

    /// `Sec-Fetch-Site`, `Referer` and `Origin` of a POST from a page to a place.
    fn told(page: &str, policy: &str, to: &str) -> [Option<String>; 3] {
        let headers = [("referrer-policy".to_owned(), policy.to_owned())];
        let mut navigation = Navigation::from_page(&url(page), &headers);
        let made = navigation.made_by_browser(&Ask::form(url(to), &[]), |_| false);
        ["sec-fetch-site", "referer", "origin"].map(|wanted| {
            let mut fields = made.headers.iter().filter(|(name, _)| name == wanted);
            fields.next().map(|(_, value)| value.clone())
        })
    }

    #[test]
    fn a_form_tells_of_its_page_what_the_page_allows() {
        let (page, origin) = ("https://as.test/login?x=1#f", "https://as.test");
        let (whole, root) = ("https://as.test/login?x=1", "https://as.test/");
        let (own, other, plain) = ("https://as.test/a", "https://other.test/", "http://as.test/");
        for (policy, to, expected) in [
            ("", own, [Some("same-origin"), Some(whole), Some(origin)]),
            ("", other, [Some("cross-site"), Some(root), Some(origin)]),
            ("", plain, [None, None, Some("null")]),
            ("no-referrer", own, [Some("same-origin"), None, Some("null")]),
            (
                "same-origin",
                own,
                [Some("same-origin"), Some(whole), Some(origin)],
            ),
            ("same-origin", other, [Some("cross-site"), None, Some("null")]),
            (
                "strict-origin",
                own,
                [Some("same-origin"), Some(root), Some(origin)],
            ),
            ("origin", plain, [None, Some(root), Some(origin)]),
            (
                "no-referrer, sometimes",
                own,
                [Some("same-origin"), None, Some("null")],
            ),
            (
                "no-referrer, unsafe-url",
                other,
                [Some("cross-site"), Some(whole), Some(origin)],
            ),
        ] {
            let told = told(page, policy, to);
            assert_eq!(told.each_ref().map(Option::as_deref), expected, "{policy} {to}");
        }
    }

    #[test]
    fn who_was_redirected_across_sites_stays_there() {
        let mut navigation = Navigation::from_page(&url("https://as.test/"), &[]);
        let mut site = |to: &str| {
            let made = navigation.made_by_browser(&Ask::get(url(to)), |_| false);
            let mut fields = made.headers.into_iter();
            fields.find(|(name, _)| name == "sec-fetch-site").unwrap().1
        };
        assert_eq!(site("https://as.test/a"), "same-origin");
        assert_eq!(site("https://other.test/"), "cross-site");
        assert_eq!(site("https://as.test/b"), "cross-site");
    }

    #[test]
    fn a_script_asks_as_a_page_does_not() {
        let page = url("https://as.test/ui");
        let hides = [("referrer-policy".to_owned(), "no-referrer".to_owned())];
        let fields = |to: &str| {
            let made = Navigation::from_page(&page, &hides).made_by_script(&Ask::get(url(to)), |_| false);
            let wanted = [
                "accept",
                "origin",
                "sec-fetch-dest",
                "sec-fetch-mode",
                "sec-fetch-user",
            ];
            let value = |name: &&str| made.headers.iter().find(|(known, _)| known == name);
            wanted
                .each_ref()
                .map(|name| value(name).map(|(_, value)| value.clone()))
        };
        let told = |list: [Option<&str>; 5]| list.map(|value| value.map(str::to_owned));
        assert_eq!(
            fields("https://as.test/api"),
            told([Some("*/*"), None, Some("empty"), Some("cors"), None])
        );
        assert_eq!(
            fields("https://api.as.test/"),
            told([
                Some("*/*"),
                Some("https://as.test"),
                Some("empty"),
                Some("cors"),
                None
            ])
        );
    }

    #[test]
    fn an_application_that_opens_the_browser_tells_of_no_page() {
        let ask = Ask::get(url("https://as.test/authorize")).header("accept", "text/plain");
        let made = Navigation::opened().made_by_browser(&ask, |name| name == "user-agent");
        let value = |wanted: &str| {
            let mut fields = made.headers.iter().filter(|(name, _)| name == wanted);
            fields.next().map(|(_, value)| value.as_str())
        };
        assert_eq!(value("sec-fetch-site"), Some("none"));
        assert_eq!(value("accept"), Some("text/plain"));
        assert_eq!(value("accept-language"), Some(LANGUAGE));
        for absent in ["origin", "referer", "user-agent"] {
            assert_eq!(value(absent), None);
        }
    }
}
