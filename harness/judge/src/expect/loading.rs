//! What a page loads, and from where.

use cimdspec_page::Html;

/// Whether what a page loads comes from a host: a URL, a list of them, or a text of a style. A host that stands in
/// the query of another's URL is not asked.
pub(super) fn loads_from(loaded: &str, host: &str) -> bool {
    urls(loaded).any(|url| {
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

/// The origins that a page of this origin loads its parts from, where it names one.
pub(super) fn loaded(page: &Html, own: &str) -> Vec<String> {
    let urls = page.parts().flat_map(urls);
    let scheme = own.split(':').next().unwrap_or_default();
    urls.filter_map(|url| match url.starts_with("//") {
        true => origin(&format!("{scheme}:{url}")),
        false => origin(url).filter(|origin| origin.starts_with("http")),
    })
    .collect()
}

/// The URLs in what is loaded: one, several of a list, or those of a style.
fn urls(loaded: &str) -> impl Iterator<Item = &str> {
    let parts = loaded.split(|c: char| c.is_whitespace() || matches!(c, ',' | '(' | ')' | '\'' | '"' | ';'));
    parts.map(str::trim)
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
        let page = "<a href='https://docs.test/'></a><SCRIPT\nSRC=https://CDN.test/x.js></SCRIPT><img src='/logo.png'>
            <img src=//images.test/a><link rel=canonical href=https://canonical.test/><img src=data:image/gif;base64,AA>
            <style>@import url(https://styles.test/a.css)</style><!-- <img src=https://commented.test/> -->";
        assert_eq!(
            loaded(&Html::read(page), "https://as.test"),
            ["https://cdn.test", "https://images.test", "https://styles.test"]
        );
        assert_eq!(
            origin("https://CDN.test/x.js").as_deref(),
            Some("https://cdn.test")
        );
    }
}
