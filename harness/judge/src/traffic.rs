//! What the world saw, counted.

use std::net::IpAddr;
use std::net::SocketAddr;

use cimdspec_model::expect::Layer;
use cimdspec_model::expect::Place;
use cimdspec_model::expect::TrafficExpect;
use cimdspec_model::observation::Case;
use cimdspec_model::observation::Event;
use cimdspec_model::observation::Happening;
use cimdspec_model::observation::StepRecord;

/// The events that an expectation speaks of.
pub(crate) fn matching<'a>(case: &'a Case, expect: &TrafficExpect) -> Vec<&'a Event> {
    let during = expect
        .during
        .as_ref()
        .map(|name| case.steps.iter().find(|step| step.step == *name));
    case.events
        .iter()
        .filter(|event| match &during {
            None => true,
            Some(None) => false,
            Some(Some(step)) => within(event, step),
        })
        .filter(|event| is_layer(event, expect) && is_to(event, &expect.to))
        .filter(|event| !expect.misnamed || is_misnamed(case, event))
        .filter(|event| {
            expect
                .port
                .is_none_or(|port| place(event).is_some_and(|to| to.port() == port))
        })
        .collect()
}

/// The figure that is compared: bytes on the fullest connection, or the number of events.
pub(crate) fn figure(events: &[&Event], layer: Layer) -> u64 {
    match layer {
        Layer::Bytes => events.iter().filter_map(|event| sent(event)).max().unwrap_or(0),
        _ => events.len() as u64,
    }
}

fn sent(event: &Event) -> Option<u64> {
    match event.what {
        Happening::Closed { sent, .. } => Some(sent),
        _ => None,
    }
}

fn within(event: &Event, step: &StepRecord) -> bool {
    step.began <= event.at && event.at <= step.ended
}

fn is_layer(event: &Event, expect: &TrafficExpect) -> bool {
    match (&event.what, expect.event) {
        (Happening::Closed { .. }, Layer::Bytes)
        | (Happening::Connect { .. }, Layer::Connect)
        | (Happening::Hello { .. }, Layer::Hello)
        | (Happening::Handshake { failure: None, .. }, Layer::Handshake)
        | (
            Happening::Handshake {
                certificate: true, ..
            },
            Layer::Certificate,
        )
        | (Happening::Lookup { .. }, Layer::Lookup) => true,
        (
            Happening::Request {
                method,
                target,
                headers,
                ..
            },
            Layer::Request,
        ) => {
            expect.method.as_ref().is_none_or(|wanted| wanted == method)
                && expect
                    .target
                    .as_ref()
                    .is_none_or(|part| target.contains(part.as_str()))
                && expect.contains.as_ref().is_none_or(|part| {
                    target.contains(part.as_str())
                        || headers.iter().any(|(_, value)| value.contains(part.as_str()))
                })
                && expect.target_is.as_ref().is_none_or(|whole| *target == whole.0)
                && expect
                    .header
                    .as_ref()
                    .is_none_or(|wanted| headers.iter().any(|(name, _)| name.eq_ignore_ascii_case(wanted)))
        }
        _ => false,
    }
}

/// Whether a hello or a request names another host than the one that it came to, or none.
fn is_misnamed(case: &Case, event: &Event) -> bool {
    let Some(fact) = case
        .hosts
        .iter()
        .find(|fact| Some(&fact.label) == event.host.as_ref())
    else {
        return false;
    };
    let is_own = |name: &str| {
        let bare = match name.rsplit_once(':') {
            Some((bare, port)) if port.bytes().all(|byte| byte.is_ascii_digit()) => bare,
            _ => name,
        };
        bare.trim_end_matches('.').eq_ignore_ascii_case(&fact.name)
    };
    match &event.what {
        // An address is no name, so a hello to one has none (RFC 6066 section 3).
        Happening::Hello { .. } if fact.name.trim_matches(['[', ']']).parse::<IpAddr>().is_ok() => false,
        Happening::Hello { server_name, .. } => !server_name.as_deref().is_some_and(is_own),
        Happening::Request { headers, .. } => {
            let mut fields = headers.iter();
            let host = fields.find(|(name, _)| name.eq_ignore_ascii_case("host"));
            !host.is_some_and(|(_, value)| is_own(value))
        }
        _ => false,
    }
}

fn is_to(event: &Event, to: &Place) -> bool {
    match to {
        Place::Address(address, _) => {
            place(event).is_some_and(|to| to.ip().to_canonical() == address.to_canonical())
        }
        Place::Host(label) => event.host.as_ref() == Some(label),
    }
}

/// Where an event happened; a lookup has no such place.
fn place(event: &Event) -> Option<SocketAddr> {
    match &event.what {
        Happening::Connect { to, .. }
        | Happening::Hello { to, .. }
        | Happening::Handshake { to, .. }
        | Happening::Request { to, .. }
        | Happening::Served { to, .. }
        | Happening::Closed { to, .. } => Some(*to),
        Happening::Lookup { .. } => None,
    }
}

#[cfg(test)]
mod tests {
    use cimdspec_model::name::Attempt;
    use cimdspec_model::name::CaseId;
    use cimdspec_model::name::HostLabel;
    use cimdspec_model::name::Series;
    use cimdspec_model::observation::HostFact;
    use cimdspec_model::observation::Instant;
    use cimdspec_model::text::Text;

    use super::*;

    fn request(port: u16, target: &str) -> Event {
        Event {
            at: Instant(0),
            case: None,
            host: None,
            what: Happening::Request {
                connection: 1,
                to: SocketAddr::from(([20, 0, 0, 1], port)),
                method: "GET".to_owned(),
                target: target.to_owned(),
                headers: Vec::new(),
            },
        }
    }

    fn at(address: &str) -> Place {
        Place::try_from(address.to_owned()).unwrap()
    }

    fn expected(target: Option<&str>) -> TrafficExpect {
        TrafficExpect {
            contains: None,
            event: Layer::Request,
            to: at("20.0.0.1"),
            during: None,
            method: None,
            header: None,
            target: None,
            misnamed: false,
            target_is: target.map(|target| Text(target.to_owned())),
            port: None,
            at_least: None,
            at_most: None,
        }
    }

    #[test]
    fn an_exact_target_is_all_of_it() {
        let exact = expected(Some("/client.json"));
        assert!(is_layer(&request(443, "/client.json"), &exact));
        assert!(!is_layer(&request(443, "/client.json?v=1"), &exact));
        assert!(is_layer(&request(443, "/client.json?v=1"), &expected(None)));
    }

    #[test]
    fn who_is_meant_is_told_by_the_hello_and_by_the_host_field() {
        let docs = || HostLabel::parse("docs").unwrap();
        let case = Case {
            case: CaseId::new("t", Series::Case(Attempt::First), 1),
            hosts: vec![HostFact {
                label: docs(),
                name: "docs-1.cimdspec.dev".to_owned(),
                addresses: Vec::new(),
                origin: "https://docs-1.cimdspec.dev".to_owned(),
            }],
            events: Vec::new(),
            steps: Vec::new(),
            alive: true,
        };
        let misnamed = |what: Happening| {
            let event = Event {
                host: Some(docs()),
                what,
                ..request(443, "/")
            };
            is_misnamed(&case, &event)
        };
        let hello = |name: Option<&str>| Happening::Hello {
            connection: 1,
            to: SocketAddr::from(([20, 0, 0, 1], 443)),
            server_name: name.map(str::to_owned),
        };
        let asked = |host: &str| Happening::Request {
            connection: 1,
            to: SocketAddr::from(([20, 0, 0, 1], 443)),
            method: "GET".to_owned(),
            target: "/".to_owned(),
            headers: vec![("Host".to_owned(), host.to_owned())],
        };
        assert!(!misnamed(hello(Some("Docs-1.cimdspec.dev."))));
        assert!(misnamed(hello(Some("app-1.cimdspec.dev"))));
        assert!(misnamed(hello(None)));
        assert!(!misnamed(asked("docs-1.cimdspec.dev")));
        assert!(!misnamed(asked("docs-1.cimdspec.dev:8443")));
        assert!(misnamed(asked("20.0.0.1")));
    }

    #[test]
    fn a_request_is_at_its_port_and_address() {
        let event = request(8443, "/");
        assert_eq!(place(&event).map(|to| to.port()), Some(8443));
        assert!(is_to(&event, &at("20.0.0.1")));
        assert!(!is_to(&event, &at("20.0.0.2")));
    }
}
