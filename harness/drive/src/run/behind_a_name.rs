//! What a plan needs that hosts behind a public name have not: nothing that cannot be seen there may count as kept.

use cimdspec_model::behaviour::TlsBehaviour;
use cimdspec_model::behaviour::delivery::Delivery;
use cimdspec_model::expect::Layer;
use cimdspec_model::plan::Need;
use cimdspec_model::plan::Plan;
use cimdspec_model::text::Text;
use cimdspec_model::verb::Act;
use cimdspec_model::verb::Serve;
use cimdspec_world::HostsBy;
use cimdspec_world::NamesOf;
use cimdspec_world::Reach;
use cimdspec_world::TlsEnd;
use serde_json::Value;

const ADDRESSES: &str = "it is about addresses that are not ours on the internet: only the sandbox has them";
const AUTHORITY: &str = "no authority that servers trust signs such a certificate: only the sandbox has one";
const HTTP: &str = "it needs hosts that speak plain http: only the sandbox has them";
const LOOKUPS: &str =
    "it needs our name server: delegate the zone and add `--wildcard`, `--zone-listen` and `--zone-address`";
const NAMES: &str = "it needs hosts with names of their own: add `--wildcard`";
const PORTS: &str = "it needs hosts on other ports: only the sandbox has them";
const TLS: &str = "it needs TLS that we end: give `--certificate` and `--key` instead of `--plain`";

/// Why a public world cannot carry a plan, and what could.
pub(crate) fn public_lacks(plan: &Plan, reach: Reach) -> Option<&'static str> {
    let needs = |need: Need| plan.needs.contains(&need);
    let checks: [(&'static str, bool); 8] = [
        (ADDRESSES, needs(Need::Sandbox) || !plan.claims().is_empty()),
        (AUTHORITY, tls_faults(plan).any(wants_authority)),
        (HTTP, fetched(plan).any(speaks_http)),
        (PORTS, fetched(plan).any(names_port)),
        (
            LOOKUPS,
            reach.names == NamesOf::Operator && (needs(Need::Dns) || is_about_lookups(plan)),
        ),
        (TLS, reach.tls == TlsEnd::InFront && is_about_bytes(plan)),
        (NAMES, reach.hosts == HostsBy::Path && needs(Need::Names)),
        (
            NAMES,
            reach.hosts == HostsBy::Path && (tls_faults(plan).next().is_some() || needs_names(plan)),
        ),
    ];
    checks
        .into_iter()
        .find_map(|(why, is_lacking)| is_lacking.then_some(why))
}

fn serves(plan: &Plan) -> impl Iterator<Item = &Serve> {
    plan.steps.iter().filter_map(|step| match &step.act {
        Act::Serve(serve) => Some(serve),
        _ => None,
    })
}

fn tls_faults(plan: &Plan) -> impl Iterator<Item = TlsBehaviour> {
    serves(plan)
        .filter_map(|serve| serve.tls)
        .filter(|tls| *tls != TlsBehaviour::Good)
}

/// Whether a target could tell the fault from a certificate of an authority that it does not trust.
fn wants_authority(fault: TlsBehaviour) -> bool {
    match fault {
        TlsBehaviour::AsksCertificate
        | TlsBehaviour::BelowTls12
        | TlsBehaviour::CommonNameOnly
        | TlsBehaviour::ConstrainedElsewhere
        | TlsBehaviour::ForClients
        | TlsBehaviour::IntermediateExpired
        | TlsBehaviour::IntermediateMissing
        | TlsBehaviour::LeafAsAuthority
        | TlsBehaviour::PathTooLong
        | TlsBehaviour::WildcardTooWide
        | TlsBehaviour::Expired
        | TlsBehaviour::NotYetValid
        | TlsBehaviour::WrongName => true,
        TlsBehaviour::Alert
        | TlsBehaviour::Good
        | TlsBehaviour::PlainHttp
        | TlsBehaviour::Reset
        | TlsBehaviour::SelfSigned
        | TlsBehaviour::StallInHandshake
        | TlsBehaviour::UnknownAuthority => false,
    }
}

fn is_about_lookups(plan: &Plan) -> bool {
    plan.steps.iter().any(|step| matches!(step.act, Act::Resolve(_))) || counts(plan, &[Layer::Lookup])
}

/// Whether a check counts what the world saw on one of these layers.
fn counts(plan: &Plan, layers: &[Layer]) -> bool {
    let mut counted = plan.checks.iter().filter_map(|check| check.expect.kind().layer());
    counted.any(|layer| layers.contains(&layer))
}

/// Whether it matters how and when bytes arrive, how many are taken, or what the handshake is.
fn is_about_bytes(plan: &Plan) -> bool {
    let raw = |serve: &Serve| {
        serve.pace.is_some()
            || serve
                .delivery
                .is_some_and(|delivery| delivery != Delivery::Polite)
    };
    counts(
        plan,
        &[Layer::Bytes, Layer::Connect, Layer::Handshake, Layer::Hello],
    ) || tls_faults(plan).next().is_some()
        || serves(plan).any(raw)
}

/// What the target may fetch because a step says so: client identifiers and redirects.
fn fetched(plan: &Plan) -> impl Iterator<Item = &str> {
    plan.steps.iter().flat_map(|step| {
        let found = step.references();
        let served = found.served.into_iter();
        let locations = served.filter(|(name, _)| name.eq_ignore_ascii_case("location"));
        let identifiers = found.identifiers.into_iter();
        identifiers
            .chain(locations.map(|(_, value)| value))
            .map(|Text(text)| text.as_str())
    })
}

fn speaks_http(text: &str) -> bool {
    text.get(..7)
        .is_some_and(|scheme| scheme.eq_ignore_ascii_case("http://"))
}

/// Whether a host is named with a port that is not the one of https.
fn names_port(text: &str) -> bool {
    references(text).any(|(_, after)| {
        let digits = after.strip_prefix(':').unwrap_or_default();
        let end = digits.find(|c: char| !c.is_ascii_digit()).unwrap_or(digits.len());
        digits[..end].parse::<u16>().is_ok_and(|port| port != 443)
    })
}

/// Whether some text means the name of a host and not the path behind which it stands.
fn needs_names(plan: &Plan) -> bool {
    let mut texts: Vec<&str> = plan
        .steps
        .iter()
        .flat_map(|step| step.references().texts())
        .collect();
    plan.registration
        .values()
        .for_each(|value| strings(value, &mut texts));
    let is_host = |label: &str| plan.hosts.iter().any(|host| host.label.as_str() == label);
    texts.iter().any(|text| {
        references(text).any(|(label, after)| is_host(label) && !stays_in_its_path(after))
            || text.contains("@^")
    })
}

/// Whether what follows a host is a path that cannot leave that of the host.
fn stays_in_its_path(after: &str) -> bool {
    let path = after.to_ascii_lowercase().replace("%2e", ".").replace('\\', "/");
    path.starts_with('/') && !path.starts_with("/..") && !path.starts_with("/./..")
}

/// The texts of a value.
fn strings<'a>(value: &'a Value, into: &mut Vec<&'a str>) {
    match value {
        Value::String(text) => into.push(text),
        Value::Array(items) => items.iter().for_each(|item| strings(item, into)),
        Value::Object(members) => members.values().for_each(|member| strings(member, into)),
        _ => {}
    }
}

/// The labels of a text, each with what follows it.
fn references(text: &str) -> impl Iterator<Item = (&str, &str)> {
    let mut rest = text;
    std::iter::from_fn(move || {
        loop {
            let after = &rest[rest.find('@')? + 1..];
            if let Some(escaped) = after.strip_prefix('@') {
                rest = escaped;
                continue;
            }
            let named = after.strip_prefix('^').unwrap_or(after);
            let end = named
                .find(|c: char| !(c.is_ascii_lowercase() || c.is_ascii_digit() || c == '-'))
                .unwrap_or(named.len());
            rest = &named[end..];
            return Some((&named[..end], rest));
        }
    })
}

#[cfg(test)]
mod tests {
    use cimdspec_model::name::HostLabel;
    use cimdspec_model::name::StepName;
    use cimdspec_model::plan::HostSpec;
    use cimdspec_model::verb::Authorize;
    use cimdspec_model::verb::Resolve;
    use cimdspec_model::verb::Step;

    use super::*;
    use crate::run::estimate::tests::plan;

    const BEST: Reach = Reach {
        hosts: HostsBy::Name,
        tls: TlsEnd::Ours,
        names: NamesOf::World,
    };

    fn with(acts: Vec<Act>) -> Plan {
        let step = |act| Step {
            name: StepName::constant("step"),
            background: false,
            optional: false,
            wait_on: None,
            act,
        };
        let host = |label: &str| HostSpec {
            label: HostLabel::parse(label).unwrap(),
            address: None,
            name: None,
            document: None,
        };
        Plan {
            hosts: vec![host("docs"), host("other")].into(),
            ..plan(acts.into_iter().map(step).collect())
        }
    }

    fn asks(client_id: &str) -> Plan {
        with(vec![Act::Authorize(Authorize {
            client_id: Some(Text(client_id.to_owned())),
            ..Authorize::default()
        })])
    }

    fn serving(serve: Serve) -> Plan {
        with(vec![Act::Serve(serve)])
    }

    #[test]
    fn what_cannot_be_seen_on_the_internet_is_not_carried() {
        assert_eq!(public_lacks(&plan(Vec::new()), BEST), Some(ADDRESSES));
        for fault in [
            TlsBehaviour::Expired,
            TlsBehaviour::WrongName,
            TlsBehaviour::BelowTls12,
        ] {
            let tls = Some(fault);
            let faulty = serving(Serve {
                tls,
                ..Serve::default()
            });
            assert_eq!(public_lacks(&faulty, BEST), Some(AUTHORITY));
        }
        for (client_id, lacks) in [
            ("http://@docs/client.json", Some(HTTP)),
            ("https://@docs:8443/client.json", Some(PORTS)),
            ("https://@docs:443/client.json", None),
            ("https://@docs:65979/client.json", None),
            ("@docs", None),
        ] {
            assert_eq!(public_lacks(&asks(client_id), BEST), lacks, "{client_id}");
        }
    }

    #[test]
    fn hosts_by_path_have_no_names() {
        let by_path = Reach {
            hosts: HostsBy::Path,
            ..BEST
        };
        for (client_id, lacks) in [
            ("@docs/client.json", None),
            ("https://user@@@docs/client.json", None),
            ("@docs/a/../client.json", None),
            ("@docs/../client.json", Some(NAMES)),
            ("@docs/%2e%2E/client.json", Some(NAMES)),
            ("@docs", Some(NAMES)),
            ("@docs?v=1", Some(NAMES)),
            ("https://@docs:443/client.json", Some(NAMES)),
            ("https://@docs./client.json", Some(NAMES)),
            ("https://@^docs/client.json", Some(NAMES)),
        ] {
            assert_eq!(public_lacks(&asks(client_id), by_path), lacks, "{client_id}");
        }
        let reset = serving(Serve {
            tls: Some(TlsBehaviour::Reset),
            ..Serve::default()
        });
        assert_eq!(public_lacks(&reset, by_path), Some(NAMES));
        assert_eq!(public_lacks(&reset, BEST), None);
    }

    #[test]
    fn a_proxy_and_another_name_server_hide_what_they_do() {
        let proxied = Reach {
            tls: TlsEnd::InFront,
            ..BEST
        };
        let stalls = serving(Serve {
            delivery: Some(Delivery::StallInBody),
            ..Serve::default()
        });
        assert_eq!(public_lacks(&stalls, proxied), Some(TLS));
        assert_eq!(public_lacks(&stalls, BEST), None);
        let alias = with(vec![Act::Resolve(Resolve {
            alias: Some(Text("@other".to_owned())),
            ..Resolve::default()
        })]);
        let operated = Reach {
            names: NamesOf::Operator,
            ..BEST
        };
        assert_eq!(public_lacks(&alias, operated), Some(LOOKUPS));
        assert_eq!(public_lacks(&alias, BEST), None);
    }
}
