//! What a page loads, and from where.

/// Whether what a page loads comes from a host: a URL, a list of them, or a text of a style. A host that stands in
/// the query of another's URL is not asked.
pub(super) fn loads_from(loaded: &str, host: &str) -> bool {
    let urls = loaded.split(|c: char| c.is_whitespace() || matches!(c, ',' | '(' | ')' | '\'' | '"' | ';'));
    urls.map(str::trim).any(|url| {
        let after_scheme = url
            .split_once(':')
            .filter(|(scheme, _)| matches!(scheme.to_ascii_lowercase().as_str(), "http" | "https"));
        let rest = after_scheme.map_or(url, |(_, rest)| rest).replace('\\', "/");
        let Some(authority) = rest.strip_prefix("//") else {
            return false;
        };
        let authority = authority.split(['/', '?', '#']).next().unwrap_or_default();
        let named = authority.rsplit('@').next().unwrap_or_default();
        let named = match named.starts_with('[') {
            true => named
                .split(']')
                .next()
                .unwrap_or_default()
                .trim_start_matches('['),
            false => named.split(':').next().unwrap_or_default(),
        };
        named.eq_ignore_ascii_case(host.trim_start_matches('[').trim_end_matches(']'))
    })
}

/// The absolute URLs that the elements of a page load by themselves; links that a person follows are not among them.
pub(super) fn loaded(page: &str) -> Vec<&str> {
    const LOADING: [&str; 6] = ["script", "img", "iframe", "link", "embed", "source"];
    let elements = page.split('<').skip(1).filter_map(|element| {
        let end = element.find('>')?;
        let element = &element[..end];
        let name = element.split(|c: char| c.is_whitespace() || c == '/').next()?;
        LOADING
            .iter()
            .any(|known| known.eq_ignore_ascii_case(name))
            .then_some(element)
    });
    elements
        .flat_map(|element| element.split(['"', '\'']))
        .filter(|value| value.starts_with("https://") || value.starts_with("http://"))
        .collect()
}

/// Scheme and authority of a URL.
pub(super) fn origin(url: &str) -> Option<String> {
    let (scheme, rest) = url.split_once("://")?;
    let authority = rest.split(['/', '?', '#']).next()?;
    Some(format!("{scheme}://{authority}").to_ascii_lowercase())
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn an_address_is_a_host_with_and_without_its_brackets() {
        for host in ["fd00::1", "[fd00::1]"] {
            assert!(loads_from("https://[fd00::1]/logo.png", host), "{host}");
            assert!(!loads_from("https://[fd00::2]/logo.png", host), "{host}");
        }
    }

    #[test]
    fn a_host_is_asked_only_where_it_is_the_host_of_the_url() {
        for loaded in [
            "https://logos.test/a.gif",
            "HTTPS://Logos.TEST:443/a.gif",
            "//logos.test/a.gif",
            "/small.gif 1x, https://logos.test/a.gif 2x",
            "background:url('https://logos.test/a.gif')",
            "https://user@logos.test",
        ] {
            assert!(loads_from(loaded, "logos.test"), "{loaded}");
        }
        for loaded in [
            "/img?u=https://logos.test/a.gif",
            "https://as.test/proxy/https://logos.test/a.gif",
            "https://logos.test.other.test/a.gif",
            "data:image/gif;base64,AA//logos.test",
            "logos.test/a.gif",
        ] {
            assert!(!loads_from(loaded, "logos.test"), "{loaded}");
        }
    }

    #[test]
    fn what_a_page_loads_is_told_from_what_it_links() {
        let page = r#"<a href="https://docs.test/"></a><script src="https://cdn.test/x.js"></script><img src='/logo.png'>"#;
        assert_eq!(loaded(page), ["https://cdn.test/x.js"]);
        assert_eq!(
            origin("https://CDN.test/x.js").as_deref(),
            Some("https://cdn.test")
        );
    }
}
