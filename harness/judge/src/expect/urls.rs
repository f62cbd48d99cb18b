//! What stands in the addresses that the user agent was at.

use cimdspec_model::expect::UrlsExpect;
use cimdspec_model::observation::Exchange;
use cimdspec_model::observation::Reply;
use cimdspec_model::verdict::Outcome;

use crate::expect::Evidence;
use crate::expect::list;
use crate::expect::pass_if;
use crate::page::signature::header;
use crate::words;

impl Evidence<'_> {
    pub(super) fn urls(&self, expect: &UrlsExpect) -> (Outcome, String, String) {
        let kinds = list(expect.lacks.iter());
        let expected = format!("no address of step `{}` with a {kinds}", expect.of);
        let exchanges = self
            .record(&expect.of)
            .map_or(&[][..], |record| record.exchanges.as_slice());
        if exchanges.is_empty() {
            let why = words::seen(&self.disposition(&expect.of));
            return (Outcome::inconclusive(why.clone()), expected, why);
        }
        let mut with = exchanges
            .iter()
            .flat_map(addresses)
            .filter(|address| expect.lacks.iter().any(|kind| holds(address, kind)));
        let found = with.next();
        let seen = match found {
            Some(address) => format!("`{address}`"),
            None => format!("{} requests without one", exchanges.len()),
        };
        (pass_if(found.is_none()), expected, seen)
    }
}

/// Where the user agent was, and where it was sent.
fn addresses(exchange: &Exchange) -> impl Iterator<Item = &str> {
    let sent = match &exchange.reply {
        Reply::Response { headers, .. } => header(headers, "location"),
        Reply::Broken { .. } | Reply::Timeout => None,
    };
    std::iter::once(exchange.url.as_str()).chain(sent)
}

/// Parameters that bind a login at a provider to the browser (RFC 6749 section 10.12, OpenID Connect Core section 15.5.2): a
/// cookie may hold their value, and is none that logs somebody in.
const BINDING: [&str; 4] = ["?state=", "&state=", "?nonce=", "&nonce="];

/// Whether a secret of this kind stood there: it is written as its kind, perhaps with a number.
fn holds(address: &str, kind: &str) -> bool {
    let mut rest = address;
    while let Some((before, after)) = rest.split_once('[') {
        let name = after.split(']').next().unwrap_or_default();
        let number = name.strip_prefix(kind);
        let binds = BINDING.iter().any(|parameter| before.ends_with(parameter));
        if !binds && number.is_some_and(|number| number.is_empty() || number.starts_with('-')) {
            return true;
        }
        rest = after;
    }
    false
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_secret_is_told_by_its_kind_with_a_number_or_without() {
        assert!(holds("https://as/login;jsessionid=[cookie]", "cookie"));
        assert!(holds("https://as/login?s=[cookie-2]&t=1", "cookie"));
        assert!(!holds("https://as/login?csrf=[csrf-token]", "cookie"));
        assert!(!holds("https://[::1]/login", "cookie"));
        assert!(!holds(
            "https://idp/authorize?client_id=x&state=[cookie]",
            "cookie"
        ));
        assert!(holds(
            "https://idp/authorize?state=[cookie]&session=[cookie-2]",
            "cookie"
        ));
        assert!(holds("https://as/login?session_state=[cookie]", "cookie"));
    }
}
