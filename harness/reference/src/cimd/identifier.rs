//! Client identifier URLs, judged on the raw string before any URL library sees it (CIMD -02 section 3).

use std::net::IpAddr;
use std::net::Ipv4Addr;

use url::Host;
use url::Url;

use crate::cimd::refusal::Refusal;
use crate::faults::spelling::in_order;
use crate::faults::spelling::resolved;
use crate::faults::spelling::spelled;
use crate::faults::spelling::tidied;
use crate::policy::FragmentRule;
use crate::policy::UrlPolicy;
use crate::policy::UserinfoRule;

/// Where a fetch goes.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Destination {
    /// Whether TLS is spoken.
    pub(crate) secure: bool,
    /// The host as it is sent.
    pub(crate) host: String,
    /// The literal address, when the host is one.
    pub(crate) literal: Option<IpAddr>,
    /// Whether the literal was written in a spelling that the guard does not know.
    pub(crate) unguarded: bool,
    /// The port.
    pub(crate) port: u16,
    /// Path and query.
    pub(crate) target: String,
    /// What stands before the host, where that is sent.
    pub(crate) userinfo: Option<String>,
}

impl Destination {
    /// Whether TLS is spoken.
    pub fn is_secure(&self) -> bool {
        self.secure
    }

    /// The host as it is sent.
    pub fn host(&self) -> &str {
        &self.host
    }

    /// The literal address, when the host is one.
    pub fn literal(&self) -> Option<IpAddr> {
        self.literal
    }

    /// The port.
    pub fn port(&self) -> u16 {
        self.port
    }

    /// Path and query.
    pub fn target(&self) -> &str {
        &self.target
    }
}

const LONGEST: usize = 2048;

/// Whether a client identifier is to be taken for a URL.
pub fn looks_like_url(client_id: &str) -> bool {
    let lower = client_id.trim_start().to_ascii_lowercase();
    lower.starts_with("https:") || lower.starts_with("http:") || lower.contains("://")
}

/// Judges an identifier and says where its document is.
///
/// # Errors
/// [`Refusal::Identifier`] with the rule that is broken.
pub fn parse(policy: &UrlPolicy, client_id: &str) -> Result<Destination, Refusal> {
    let refuse = |rule: &'static str| Err(Refusal::Identifier(rule));
    if client_id.len() > LONGEST {
        return refuse("it is too long");
    }
    let mut raw = client_id.to_owned();
    if raw.chars().any(|c| c.is_control() || c == ' ') {
        if policy.control_characters.on() {
            return refuse("it has control characters or spaces");
        }
        raw.retain(|c| !(c.is_control() || c == ' '));
    }
    if !raw.is_ascii() {
        return refuse("it has characters outside of ASCII");
    }
    if raw.contains('\\') {
        if policy.backslash.on() {
            return refuse("it has a backslash");
        }
        raw = raw.replace('\\', "/");
    }
    if !policy.authority.on() {
        raw = in_order(&raw);
    }
    let is_excepted = !policy.loopback_hosts.on() && is_local_http(&raw);
    if is_excepted {
        raw = Url::parse(&raw).map_or(raw, |url| url.to_string());
    }
    let (secure, rest) = match (raw.strip_prefix("https://"), raw.strip_prefix("http://")) {
        (Some(rest), _) => (true, rest),
        (None, Some(rest)) if is_excepted || !policy.scheme.on() => (false, rest),
        _ => return refuse("its scheme is not https"),
    };
    let rest = match rest.split_once('#') {
        None => rest,
        Some((before, "")) if policy.fragment.is(FragmentRule::AcceptEmpty) => before,
        Some((before, after)) if !after.is_empty() && policy.fragment.is(FragmentRule::AcceptFilled) => {
            before
        }
        _ => return refuse("it has a fragment"),
    };
    let (authority, target) = rest.split_at(rest.find(['/', '?']).unwrap_or(rest.len()));
    let (userinfo, authority) = match authority.rsplit_once('@') {
        None => (None, authority),
        Some((user, host)) if policy.userinfo.is(UserinfoRule::Send) => (Some(user.to_owned()), host),
        Some((_, host)) if policy.userinfo.is(UserinfoRule::Drop) => (None, host),
        Some(_) => return refuse("it has userinfo"),
    };
    let target = match target.starts_with('/') {
        true => target.to_owned(),
        false if policy.path.on() => return refuse("it has no path"),
        false => format!("/{target}"),
    };
    let (path, _) = target.split_at(target.find('?').unwrap_or(target.len()));
    if !valid_percent(&target) {
        return refuse("it has a broken percent-encoding");
    }
    if path.split('/').any(|segment| matches!(segment, "." | "..")) && policy.dot_segments.on() {
        return refuse("its path has dot segments");
    }
    let encoded = path.split('/').any(is_encoded_dot_segment);
    if encoded && policy.encoded_dot_segments.on() {
        return refuse("its path has encoded dot segments");
    }
    let (host, port) = host_and_port(policy, authority, secure)?;
    let (literal, unguarded) = literal(policy, &host)?;
    let is_odd = literal.is_some() || path == "/" || path.contains("%63");
    if is_odd && !policy.odd_ones.on() {
        return Err(Refusal::Failure);
    }
    let target = if encoded {
        resolved(&raw).unwrap_or(target)
    } else {
        target
    };
    let target = match target.split_once('?') {
        Some((path, _)) if !policy.query_sent.on() => path.to_owned(),
        _ => target,
    };
    let target = match target.split_once(';') {
        Some((path, _)) if !policy.parameters_sent.on() => path.to_owned(),
        _ => target,
    };
    let target = match policy.target_as_sent.on() {
        true => target,
        false => tidied(&target),
    };
    let port = if policy.port.on() || !secure { port } else { 443 };
    Ok(Destination {
        secure,
        host,
        literal,
        unguarded: unguarded || is_excepted,
        port,
        target,
        userinfo,
    })
}

/// Whether a URL is one of plain http on this machine, as a URL library reads it.
fn is_local_http(url: &str) -> bool {
    let Ok(url) = Url::parse(url) else {
        return false;
    };
    if url.scheme() != "http" {
        return false;
    }
    match url.host() {
        Some(Host::Domain(name)) => {
            let name = name.trim_end_matches('.');
            name == "localhost" || name.ends_with(".localhost")
        }
        Some(Host::Ipv4(address)) => address.is_loopback(),
        Some(Host::Ipv6(address)) => address.is_loopback(),
        None => false,
    }
}

fn host_and_port(policy: &UrlPolicy, authority: &str, secure: bool) -> Result<(String, u16), Refusal> {
    let wrong = Refusal::Identifier("its host or port is malformed");
    let end = authority.rfind(']').map_or(0, |at| at + 1);
    let (host, port) = match authority[end..].rfind(':') {
        Some(colon) => (&authority[..end + colon], Some(&authority[end + colon + 1..])),
        None => (authority, None),
    };
    let port = match port {
        None if secure => 443,
        None => 80,
        Some(digits) if !digits.is_empty() && digits.bytes().all(|b| b.is_ascii_digit()) => digits
            .parse()
            .ok()
            .filter(|port| *port != 0)
            .or((!policy.port_is_one.on()).then_some(443))
            .ok_or(wrong.clone())?,
        Some(_) if !policy.port_is_one.on() => 443,
        Some(_) => return Err(wrong),
    };
    let plain = |c: char| c.is_ascii_alphanumeric() || matches!(c, '.' | '-' | '_');
    let bracketed = host.starts_with('[') && host.ends_with(']');
    if host.is_empty() || host.starts_with('.') || !(bracketed || host.chars().all(plain)) {
        return Err(wrong);
    }
    Ok((host.to_owned(), port))
}

/// The address that a host is, if it is one.
fn literal(policy: &UrlPolicy, host: &str) -> Result<(Option<IpAddr>, bool), Refusal> {
    if let Some(inner) = host.strip_prefix('[').and_then(|host| host.strip_suffix(']')) {
        if let Some((address, _)) = inner.split_once('%').filter(|_| !policy.zones.on()) {
            let address = address.parse().map(IpAddr::V6).ok();
            return Ok((address, address.is_some()));
        }
        let parsed = inner.parse().map(IpAddr::V6);
        return parsed
            .map(|address| (Some(address), false))
            .map_err(|_| Refusal::Identifier("its host is malformed"));
    }
    if let Ok(address) = host.parse::<Ipv4Addr>() {
        return Ok((Some(address.into()), false));
    }
    let last = host.trim_end_matches('.').rsplit('.').next().unwrap_or_default();
    let numeric = last.starts_with(|c: char| c.is_ascii_digit())
        && (last.bytes().all(|b| b.is_ascii_digit()) || last.to_ascii_lowercase().starts_with("0x"));
    if !numeric {
        return Ok((None, false));
    }
    if policy.numeric_hosts.on() {
        return Err(Refusal::Identifier(
            "its host is a number in another spelling than dotted decimal",
        ));
    }
    Ok((spelled(host).map(IpAddr::V4), true))
}

/// Whether a segment is one or more dot segments once dots and slashes in it are decoded.
fn is_encoded_dot_segment(segment: &str) -> bool {
    let lower = segment.to_ascii_lowercase();
    let plain = lower.replace("%2e", ".").replace("%2f", "/").replace("%5c", "/");
    plain != lower && plain.split('/').any(|part| matches!(part, "." | ".."))
}

fn valid_percent(text: &str) -> bool {
    text.split('%')
        .skip(1)
        .all(|after| after.len() >= 2 && after.bytes().take(2).all(|b| b.is_ascii_hexdigit()))
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;
    use crate::policy::Check;

    fn rule(text: &str) -> Result<Destination, Refusal> {
        parse(&UrlPolicy::default(), text)
    }

    #[test]
    fn each_rule_is_named() {
        let cases = [
            ("http://h.example/p", "its scheme is not https"),
            ("https://u@h.example/p", "it has userinfo"),
            ("https://@h.example/p", "it has userinfo"),
            ("https://h.example/p#f", "it has a fragment"),
            ("https://h.example/p#", "it has a fragment"),
            ("https://h.example", "it has no path"),
            ("https://h.example?x=/p", "it has no path"),
            ("https://h.example/a/../b", "its path has dot segments"),
            (
                "https://h.example/a/%2E%2e/b",
                "its path has encoded dot segments",
            ),
            ("https://h.example/a\\b", "it has a backslash"),
            ("https://h.example/a\tb", "it has control characters or spaces"),
            ("https://h.example:/p", "its host or port is malformed"),
            ("https://h.example:0/p", "its host or port is malformed"),
            ("https:///p", "its host or port is malformed"),
            (
                "https://2130706433/p",
                "its host is a number in another spelling than dotted decimal",
            ),
            (
                "https://0x7f.1/p",
                "its host is a number in another spelling than dotted decimal",
            ),
        ];
        for (text, reason) in cases {
            assert_eq!(rule(text), Err(Refusal::Identifier(reason)), "{text}");
        }
    }

    #[test]
    fn numeric_spellings_are_read_as_inet_aton_does() {
        let policy = UrlPolicy {
            numeric_hosts: Check::Skip.into(),
            ..UrlPolicy::default()
        };
        for host in [
            "2130706433",
            "0x7f.1",
            "0177.0.0.1",
            "127.1",
            "0x7f000001",
            "127.0.1",
        ] {
            let found = parse(&policy, &format!("https://{host}/p")).unwrap();
            assert_eq!(found.literal, Some(Ipv4Addr::LOCALHOST.into()), "{host}");
        }
    }

    /// The rule stated once more, over the parts of the generic syntax of RFC 3986 appendix B.
    fn stated(text: &str) -> bool {
        let Some(rest) = text.strip_prefix("https://") else {
            return false;
        };
        let end = rest.find(['/', '?', '#']).unwrap_or(rest.len());
        let (authority, tail) = rest.split_at(end);
        let path = &tail[..tail.find(['?', '#']).unwrap_or(tail.len())];
        let dotted = path.split('/').any(|segment| {
            let segment = segment.replace("%2e", ".").replace("%2E", ".");
            segment == "." || segment == ".."
        });
        !authority.is_empty()
            && !authority.contains('@')
            && path.starts_with('/')
            && !tail.contains('#')
            && !dotted
    }

    proptest! {
        /// Law: on ordinary hosts the rule agrees with its independent statement.
        #[test]
        fn the_rule_agrees_with_its_statement(
            scheme in "(https|http)://",
            user in "(u@|@|)",
            path in "(/[a-z]{1,3}|/\\.|/\\.\\.|/%2e|/%2E%2e|/\\.a){0,4}",
            query in "(\\?[a-z]{0,3}|)",
            fragment in "(#[a-z]{0,2}|)",
        ) {
            let text = format!("{scheme}{user}h.example{path}{query}{fragment}");
            prop_assert_eq!(rule(&text).is_ok(), stated(&text), "{}", text);
        }

        /// Law: no input makes the parser panic, and what it accepts has a target that begins with a slash.
        #[test]
        fn any_text_is_judged(text in "\\PC{0,60}") {
            if let Ok(destination) = rule(&text) {
                prop_assert!(destination.target.starts_with('/'));
            }
        }
    }
}
