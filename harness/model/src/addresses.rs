//! The literal addresses of a plan: a bare connection tells nothing but its address.

use std::net::IpAddr;
use std::net::Ipv4Addr;
use std::net::Ipv6Addr;

use serde_json::Value;

use crate::name::HostLabel;
use crate::plan::HostSpec;
use crate::plan::Plan;

impl Plan {
    /// Literal addresses at which the plan has a host: connections to them belong to this plan while it runs.
    pub fn claims(&self) -> Vec<IpAddr> {
        let answers = self.steps.iter().flat_map(|step| step.act.verb().addresses());
        let this_machine = self.of_this_machine().map(|_| LOOPBACK).into_iter().flatten();
        let mut claims: Vec<IpAddr> = self
            .hosts
            .iter()
            .filter_map(|host| host.address)
            .chain(answers)
            .chain(this_machine)
            .flat_map(|address| [address, arrives_at(address)])
            .collect();
        claims.sort_unstable();
        claims.dedup();
        claims
    }

    /// The host to which both loopback addresses belong, where a step speaks of this machine by a name: which of them a
    /// resolver gives first is its own affair.
    pub fn of_this_machine(&self) -> Option<(&HostLabel, [IpAddr; 2])> {
        let is_named = |text: &str| text.to_ascii_lowercase().contains("localhost");
        let named = self.steps.iter().any(|step| {
            let found = step.references();
            let mut values = found.served_values.iter();
            let served = found.served.iter().map(|(_, text)| *text);
            found
                .identifiers
                .iter()
                .copied()
                .chain(served)
                .any(|text| is_named(&text.0))
                || values.any(|value| is_named(&value.to_string()))
        });
        let is_loopback = |host: &&HostSpec| host.address.is_some_and(|address| address.is_loopback());
        let host = self.hosts.iter().find(is_loopback)?;
        named.then_some((&host.label, LOOPBACK))
    }

    /// Literal addresses that the plan only names, mostly in redirect URIs: nobody is to connect there. A server that
    /// does is not to be taken for one that connects there in a plan that claims them.
    pub fn mentions(&self) -> Vec<IpAddr> {
        let mut found = Vec::new();
        in_text(&self.request.redirect_uri.0, &mut found);
        let documents = self.hosts.iter().filter_map(|host| host.document.as_ref());
        for value in documents.flat_map(|document| document.body.values()) {
            in_value(value, &mut found);
        }
        for step in &self.steps {
            let uris = step.references().redirect_uris;
            uris.iter().for_each(|uri| in_text(&uri.0, &mut found));
            let members = step.act.verb().members().into_iter().flatten();
            members.for_each(|(_, value)| in_value(value, &mut found));
        }
        found
    }
}

const LOOPBACK: [IpAddr; 2] = [IpAddr::V4(Ipv4Addr::LOCALHOST), IpAddr::V6(Ipv6Addr::LOCALHOST)];

/// Where a connection to an address arrives: at the loopback address, if nowhere is named.
fn arrives_at(address: IpAddr) -> IpAddr {
    match address.to_canonical() {
        IpAddr::V4(v4) if v4.is_unspecified() => Ipv4Addr::LOCALHOST.into(),
        IpAddr::V6(v6) if v6.is_unspecified() => Ipv6Addr::LOCALHOST.into(),
        _ => address,
    }
}

/// The addresses of all URLs in a value.
fn in_value(value: &Value, found: &mut Vec<IpAddr>) {
    match value {
        Value::String(text) => in_text(text, found),
        Value::Array(values) => values.iter().for_each(|value| in_value(value, found)),
        Value::Object(members) => members.values().for_each(|value| in_value(value, found)),
        _ => {}
    }
}

/// The address of a URL, as it is usually written.
fn in_text(text: &str, found: &mut Vec<IpAddr>) {
    let Some((_, rest)) = text.split_once("://") else {
        return;
    };
    let authority = rest.split(['/', '?', '#']).next().unwrap_or_default();
    let host_and_port = authority.rsplit('@').next().unwrap_or_default();
    let host = match host_and_port.strip_prefix('[') {
        Some(v6) => v6.split(']').next().unwrap_or_default(),
        None => host_and_port.split(':').next().unwrap_or_default(),
    };
    if host.eq_ignore_ascii_case("localhost") {
        found.extend(LOOPBACK);
    } else if let Ok(address) = host.parse() {
        found.push(arrives_at(address));
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_address_of_a_url_is_found() {
        let of = |text: &str| {
            let mut found = Vec::new();
            in_value(&serde_json::json!({"redirect_uris": [text]}), &mut found);
            let found: Vec<String> = found.iter().map(ToString::to_string).collect();
            found.join(" ")
        };
        assert_eq!(of("http://127.0.0.1/callback"), "127.0.0.1");
        assert_eq!(of("http://user@127.0.0.1:8000"), "127.0.0.1");
        assert_eq!(of("http://[::1]:8000/callback"), "::1");
        assert_eq!(of("https://0.0.0.0?a=b"), "127.0.0.1");
        assert_eq!(of("http://LOCALHOST:1/"), "127.0.0.1 ::1");
        assert_eq!(of("https://app-1.example.dev/callback"), "");
        assert_eq!(of("127.0.0.1"), "");
    }
}
