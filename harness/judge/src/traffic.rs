//! What the world saw, counted.

use std::net::IpAddr;

use cimdspec_model::observation::Case;
use cimdspec_model::observation::Event;
use cimdspec_model::observation::Happening;
use cimdspec_model::observation::StepRecord;
use cimdspec_model::scenario::expect::Layer;
use cimdspec_model::scenario::expect::TrafficExpect;

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
                && expect
                    .header
                    .as_ref()
                    .is_none_or(|wanted| headers.iter().any(|(name, _)| name.eq_ignore_ascii_case(wanted)))
        }
        _ => false,
    }
}

fn is_to(event: &Event, to: &str) -> bool {
    match to.parse::<IpAddr>() {
        Ok(address) => match &event.what {
            Happening::Connect { to, .. }
            | Happening::Hello { to, .. }
            | Happening::Handshake { to, .. }
            | Happening::Request { to, .. }
            | Happening::Closed { to, .. } => to.ip().to_canonical() == address.to_canonical(),
            Happening::Lookup { .. } => false,
        },
        Err(_) => event.host.as_ref().is_some_and(|host| host.as_str() == to),
    }
}
