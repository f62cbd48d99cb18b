//! Redirect URIs: which may be registered, and which requested one is a registered one (RFC 9700, RFC 8252).

use std::net::Ipv4Addr;

use crate::faults::patterns::fits_expression;
use crate::faults::patterns::is_below_root;
use crate::policy::RedirectPolicy;
use crate::policy::UriComparison;

/// A private-use scheme that belongs to no domain, and so to nobody (RFC 8252 section 8.4).
pub(crate) const NOBODYS_SCHEME: &str =
    "a redirect URI has a scheme that is neither https nor a private-use one";

/// The redirect URIs of a document that may be used. One with a scheme of nobody is left aside and never
/// redirected to; it does not spoil the document, since published ones list it beside others.
///
/// # Errors
/// The rule that is broken.
pub(crate) fn usable_redirect_uris(
    policy: &RedirectPolicy,
    uris: Vec<String>,
) -> Result<Vec<String>, &'static str> {
    let mut usable = Vec::new();
    let uris = match policy.whole.on() {
        true => uris,
        false => uris
            .iter()
            .flat_map(|uri| uri.split(' ').map(str::to_owned))
            .collect(),
    };
    for uri in uris {
        match acceptable_redirect_uri(policy, &uri) {
            Ok(()) => usable.push(uri),
            Err(NOBODYS_SCHEME) if policy.private_use.on() => {}
            Err(reason) => return Err(reason),
        }
    }
    if usable.is_empty() {
        return Err(NOBODYS_SCHEME);
    }
    Ok(usable)
}

/// Judges a URI that a client wants to register.
///
/// # Errors
/// The rule that is broken.
pub fn acceptable_redirect_uri(policy: &RedirectPolicy, uri: &str) -> Result<(), &'static str> {
    let cleaned: String = uri.chars().filter(|c| !c.is_control() && *c != ' ').collect();
    let lower = cleaned.to_ascii_lowercase();
    let scripts = [
        "javascript:",
        "data:",
        "vbscript:",
        "blob:",
        "about:",
        "view-source:",
    ];
    if scripts.iter().any(|scheme| lower.starts_with(scheme)) {
        return if policy.script.on() {
            Err("a redirect URI is a script")
        } else {
            Ok(())
        };
    }
    if lower.starts_with("file:") {
        return if policy.file.on() {
            Err("a redirect URI is a file")
        } else {
            Ok(())
        };
    }
    let is_pattern = ["regexp=", "^", "/^"].iter().any(|begin| uri.starts_with(begin)) || uri.contains(".*");
    if !policy.parsed.on() || (is_pattern && policy.comparison.is(UriComparison::Patterns)) {
        return Ok(());
    }
    if !policy.response_names.on() && has_response_name(uri) {
        return Err("a redirect URI has a response parameter");
    }
    if cleaned != uri {
        return Err("a redirect URI has control characters or spaces");
    }
    if uri.contains('#') && policy.fragment.on() {
        return Err("a redirect URI has a fragment");
    }
    if uri.contains('*') {
        return if policy.wildcard.on() {
            Err("a redirect URI has a wildcard")
        } else {
            Ok(())
        };
    }
    if uri.contains('\\') {
        return Err("a redirect URI has a backslash");
    }
    let Some((scheme, rest)) = uri.split_once(':').filter(|(scheme, _)| is_scheme(scheme)) else {
        return Err("a redirect URI is not absolute");
    };
    let authority = rest
        .strip_prefix("//")
        .map(|rest| rest.split(['/', '?']).next().unwrap_or_default());
    let authority = authority.map(|authority| authority.split('#').next().unwrap_or_default());
    match (scheme, authority) {
        ("https" | "http", None) => Err("a redirect URI has no host"),
        ("https" | "http", Some(authority)) if has_no_host(authority) => Err("a redirect URI has no host"),
        ("https" | "http", Some(authority)) if authority.contains('@') => Err("a redirect URI has userinfo"),
        ("https", Some(_)) => Ok(()),
        ("http", Some(authority)) if !policy.localhost.on() && authority.starts_with("localhost") => {
            Err("a redirect URI names localhost")
        }
        ("http", Some(_)) if !policy.http.on() || is_loopback_uri(uri) => Ok(()),
        ("http", Some(_)) => Err("a redirect URI is plain http and not on loopback"),
        (private, _) if private.contains('.') && policy.private_use.on() => Ok(()),
        _ if !policy.nobodys_scheme.on() => Ok(()),
        _ => Err(NOBODYS_SCHEME),
    }
}

/// Whether the URI is http on a loopback host: `localhost`, `[::1]` or any of 127.0.0.0/8.
pub fn is_loopback_uri(uri: &str) -> bool {
    let Some(rest) = uri.strip_prefix("http://") else {
        return false;
    };
    let authority = rest.split(['/', '?', '#']).next().unwrap_or_default();
    let host = match authority.rsplit_once(':') {
        Some((host, port)) if is_port(port) => host,
        _ => authority,
    };
    matches!(host, "localhost" | "[::1]") || host.parse::<Ipv4Addr>().is_ok_and(|host| host.is_loopback())
}

fn is_loopback_host(host: &str) -> bool {
    host == "localhost" || host.parse::<Ipv4Addr>().is_ok_and(|host| host.is_loopback())
}

/// Whether the query names a parameter of authorization responses, as it is written.
fn has_response_name(uri: &str) -> bool {
    let query = uri.split_once('?').map_or("", |(_, query)| query);
    query
        .split('&')
        .any(|pair| matches!(pair.split('=').next(), Some("code" | "error" | "iss" | "state")))
}

/// Whether nothing stands before the port.
fn has_no_host(authority: &str) -> bool {
    authority.is_empty() || authority.starts_with(':')
}

/// Whether the text is a scheme (RFC 3986 section 3.1).
fn is_scheme(text: &str) -> bool {
    text.starts_with(|c: char| c.is_ascii_alphabetic())
        && text
            .chars()
            .all(|c| c.is_ascii_alphanumeric() || matches!(c, '+' | '-' | '.'))
}

fn is_port(text: &str) -> bool {
    text.bytes().all(|b| b.is_ascii_digit()) && text.parse::<u16>().is_ok_and(|port| port != 0)
}

/// Whether a redirect URI is a web page on the host of a client identifier.
pub(crate) fn has_host_of(client_id: &str, uri: &str) -> bool {
    let parsed = |text: &str| url::Url::parse(text).ok().filter(|url| url.scheme() == "https");
    let host = |text: &str| parsed(text)?.host_str().map(str::to_owned);
    host(uri).is_some_and(|of_uri| Some(of_uri) == host(client_id))
}

/// Whether the requested URI is one of the registered.
pub fn redirect_matches(policy: &RedirectPolicy, registered: &[String], requested: &str) -> bool {
    if registered.iter().any(|pattern| fits_pattern(pattern, requested)) && !policy.wildcard.on() {
        return true;
    }
    // Whatever the comparison is, a registered URI is like itself.
    if registered.iter().any(|known| same(policy, known, requested)) {
        return true;
    }
    match *policy.comparison {
        UriComparison::Exact => false,
        UriComparison::Never => true,
        UriComparison::Contains => registered.iter().any(|known| requested.contains(known.as_str())),
        UriComparison::Patterns => registered.iter().any(|known| fits_expression(known, requested)),
        UriComparison::Prefix => registered.iter().any(|known| requested.starts_with(known)),
        UriComparison::RootIsAll => registered.iter().any(|known| is_below_root(known, requested)),
        UriComparison::SplitOnSpace => requested
            .split(' ')
            .any(|part| registered.iter().any(|known| same(policy, known, part))),
        comparison => registered
            .iter()
            .any(|known| reduced(comparison, known) == reduced(comparison, requested)),
    }
}

/// Simple string comparison, but for the port of an http URI on loopback (RFC 8252 section 7.3).
fn same(policy: &RedirectPolicy, registered: &str, requested: &str) -> bool {
    if registered == requested || !policy.loopback_port.on() {
        return registered == requested;
    }
    match (split_port(registered), split_port(requested)) {
        (Some(known), Some(asked)) => known == asked,
        _ => false,
    }
}

/// Host and what follows the port of an http URI on loopback; `None` for others and for malformed ports.
fn split_port(uri: &str) -> Option<(&str, &str)> {
    let rest = uri.strip_prefix("http://")?;
    let host = ["127.0.0.1", "[::1]", "localhost"]
        .into_iter()
        .find(|host| rest.starts_with(host))?;
    let after = &rest[host.len()..];
    let after = match after.strip_prefix(':') {
        Some(port) => {
            let digits = port.find(|c: char| !c.is_ascii_digit()).unwrap_or(port.len());
            if !is_port(&port[..digits]) {
                return None;
            }
            &port[digits..]
        }
        None => after,
    };
    (after.is_empty() || after.starts_with(['/', '?', '#'])).then_some((host, after))
}

/// What a mutant compares instead of the whole URI.
fn reduced(comparison: UriComparison, uri: &str) -> String {
    let (scheme, rest) = uri.split_once("://").unwrap_or(("", uri));
    let (authority, path) = rest.split_at(rest.find(['/', '?', '#']).unwrap_or(rest.len()));
    let host = authority.rsplit_once('@').map_or(authority, |(_, host)| host);
    let bare = host.split(':').next().unwrap_or_default();
    match comparison {
        UriComparison::DecodedFirst => decoded(uri),
        UriComparison::HostOnly => bare.to_owned(),
        UriComparison::IgnoringCase => uri.to_ascii_lowercase(),
        UriComparison::IgnoringFragment => uri.split('#').next().unwrap_or_default().to_owned(),
        UriComparison::IgnoringPathParameters => {
            let (path, query) = path.split_at(path.find('?').unwrap_or(path.len()));
            format!(
                "{scheme}://{authority}{}{query}",
                path.split(';').next().unwrap_or_default()
            )
        }
        UriComparison::IgnoringPort => format!("{scheme}://{bare}{path}"),
        UriComparison::IgnoringQuery => uri.split('?').next().unwrap_or_default().to_owned(),
        UriComparison::IgnoringScheme => rest.to_owned(),
        UriComparison::IgnoringUserinfo => format!("{scheme}://{host}{path}"),
        UriComparison::LoopbackHosts => match split_port(uri) {
            Some((_, after)) => format!("http://localhost{after}"),
            None => uri.to_owned(),
        },
        UriComparison::LoopbackSchemes if is_loopback_host(bare) => format!("http://{bare}{path}"),
        UriComparison::Trimmed => uri.trim().to_owned(),
        UriComparison::Contains
        | UriComparison::Exact
        | UriComparison::LoopbackSchemes
        | UriComparison::Never
        | UriComparison::Patterns
        | UriComparison::Prefix
        | UriComparison::RootIsAll
        | UriComparison::SplitOnSpace => uri.to_owned(),
    }
}

fn decoded(uri: &str) -> String {
    percent_encoding::percent_decode_str(uri)
        .decode_utf8_lossy()
        .into_owned()
}

fn fits_pattern(pattern: &str, requested: &str) -> bool {
    match pattern.split_once('*') {
        Some((before, after)) => {
            requested.len() >= before.len() + after.len()
                && requested.starts_with(before)
                && requested.ends_with(after)
        }
        None => false,
    }
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;

    fn matches(registered: &str, requested: &str) -> bool {
        redirect_matches(&RedirectPolicy::default(), &[registered.to_owned()], requested)
    }

    #[test]
    fn only_the_loopback_port_may_differ() {
        assert!(matches("http://127.0.0.1/cb", "http://127.0.0.1:49152/cb"));
        assert!(matches("http://[::1]:3000/cb", "http://[::1]:1/cb"));
        for requested in [
            "http://127.0.0.1:49152/other",
            "http://127.0.0.1:1@evil.example/cb",
            "http://127.0.0.1.evil.example/cb",
            "http://127.0.0.1:99999/cb",
            "http://127.0.0.1:/cb",
            "https://127.0.0.1:1/cb",
            "http://localhost:1/cb",
        ] {
            assert!(!matches("http://127.0.0.1/cb", requested), "{requested}");
        }
    }

    #[test]
    fn bad_uris_are_named() {
        let policy = RedirectPolicy::default();
        for (uri, reason) in [
            ("JaVaScRiPt:x", "a redirect URI is a script"),
            (" javascript:x", "a redirect URI is a script"),
            ("\u{1}java\tscript:x", "a redirect URI is a script"),
            ("data:text/html,x", "a redirect URI is a script"),
            ("FILE:///etc/hosts", "a redirect URI is a file"),
            ("https://a/cb ", "a redirect URI has control characters or spaces"),
            ("https://a/cb#", "a redirect URI has a fragment"),
            ("https://*.a/cb", "a redirect URI has a wildcard"),
            ("https://a\\.b/cb", "a redirect URI has a backslash"),
            ("/cb", "a redirect URI is not absolute"),
            ("www.a.example/cb:1", "a redirect URI is not absolute"),
            ("", "a redirect URI is not absolute"),
            ("https:///cb", "a redirect URI has no host"),
            ("https://:8443/cb", "a redirect URI has no host"),
            ("https://u@a/cb", "a redirect URI has userinfo"),
            ("http://a/cb", "a redirect URI is plain http and not on loopback"),
            (
                "http://127.0.0.1.a/cb",
                "a redirect URI is plain http and not on loopback",
            ),
            (
                "http://127.0.0.1:0/cb",
                "a redirect URI is plain http and not on loopback",
            ),
            ("myapp:/cb", NOBODYS_SCHEME),
        ] {
            assert_eq!(acceptable_redirect_uri(&policy, uri), Err(reason), "{uri}");
        }
        for uri in [
            "https://a/cb",
            "http://127.0.0.1:1/cb",
            "http://127.9.9.9/cb",
            "http://[::1]:1/cb",
            "http://localhost/cb",
            "com.example.app:/cb",
        ] {
            assert_eq!(acceptable_redirect_uri(&policy, uri), Ok(()), "{uri}");
        }
    }

    #[test]
    fn a_scheme_of_nobody_is_left_aside_unless_it_stands_alone() {
        let policy = RedirectPolicy::default();
        let usable = |uris: &[&str]| {
            let uris = uris.iter().map(|uri| (*uri).to_owned()).collect();
            usable_redirect_uris(&policy, uris)
        };
        let listed = ["myapp://cb", "http://localhost:6274/cb", "com.example.app:/cb"];
        assert_eq!(
            usable(&listed),
            Ok(listed[1..].iter().map(|uri| (*uri).to_owned()).collect())
        );
        assert_eq!(usable(&["myapp://cb"]), Err(NOBODYS_SCHEME));
        assert_eq!(
            usable(&["https://a/cb", "javascript:x"]),
            Err("a redirect URI is a script")
        );
    }

    proptest! {
        /// Law: matching is reflexive.
        #[test]
        fn every_uri_matches_itself(uri in "\\PC{1,60}") {
            prop_assert!(matches(&uri, &uri));
        }

        /// Law: nothing but the loopback port may differ.
        #[test]
        fn different_uris_match_only_in_their_loopback_port(
            registered in "https?://(127\\.0\\.0\\.1|localhost|a\\.example)(:[0-9]{1,5})?/[a-z]{0,2}",
            requested in "https?://(127\\.0\\.0\\.1|localhost|a\\.example)(:[0-9]{1,5})?/[a-z]{0,2}",
        ) {
            let without_port = |uri: &str| {
                let (scheme, rest) = uri.split_once("://").unwrap();
                let (authority, path) = rest.split_once('/').unwrap();
                let host = authority.split(':').next().unwrap().to_owned();
                (scheme.to_owned(), host, path.to_owned())
            };
            if matches(&registered, &requested) && registered != requested {
                let (scheme, host, _) = without_port(&registered);
                prop_assert_eq!(without_port(&registered), without_port(&requested));
                prop_assert!(scheme == "http" && host != "a.example");
            }
        }
    }
}
