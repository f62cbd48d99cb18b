//! Other spellings of identifiers and what mutants read them as.

use std::net::Ipv4Addr;

/// The identifier with two slashes before its host, as browsers' URL parsers repair it: the deviation of a mutant.
pub(crate) fn in_order(raw: &str) -> String {
    match raw.strip_prefix("https:") {
        Some(rest) => format!("https://{}", rest.trim_start_matches('/')),
        None => raw.to_owned(),
    }
}

/// The target with its unreserved characters decoded and doubled slashes joined: the deviation of a mutant.
pub(crate) fn tidied(target: &str) -> String {
    let mut out = String::new();
    let mut rest = target;
    while let Some(first) = rest.chars().next() {
        let escape = rest
            .get(1..3)
            .and_then(|digits| u8::from_str_radix(digits, 16).ok());
        match (first, escape.map(char::from)) {
            ('%', Some(letter)) if letter.is_ascii_alphanumeric() || matches!(letter, '-' | '_' | '~') => {
                out.push(letter);
                rest = &rest[3..];
            }
            ('/', _) if out.ends_with('/') => rest = &rest[1..],
            _ => {
                out.push(first);
                rest = &rest[first.len_utf8()..];
            }
        }
    }
    out
}

/// The address of a host in the spellings of `inet_aton`.
pub(crate) fn spelled(host: &str) -> Option<Ipv4Addr> {
    let parts: Vec<u32> = host
        .trim_end_matches('.')
        .split('.')
        .map(number)
        .collect::<Option<_>>()?;
    let (last, firsts) = parts.split_last()?;
    let mut bits = *last;
    for (index, part) in firsts.iter().enumerate() {
        bits = bits.checked_add(part.checked_shl(24 - 8 * u32::try_from(index).ok()?)?)?;
    }
    Some(Ipv4Addr::from(bits))
}

fn number(part: &str) -> Option<u32> {
    let lower = part.to_ascii_lowercase();
    match lower.strip_prefix("0x") {
        Some("") => Some(0),
        Some(hex) => u32::from_str_radix(hex, 16).ok(),
        None if lower.len() > 1 && lower.starts_with('0') => u32::from_str_radix(&lower[1..], 8).ok(),
        None => lower.parse().ok(),
    }
}

/// The path and query as a URL library resolves them.
pub(crate) fn resolved(raw: &str) -> Option<String> {
    let url = url::Url::parse(raw).ok()?;
    Some(match url.query() {
        Some(query) => format!("{}?{query}", url.path()),
        None => url.path().to_owned(),
    })
}
