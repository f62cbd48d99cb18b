//! Observations and expectations in words.

use cimdspec_model::behaviour::delivery::Delivery;
use cimdspec_model::forecast::word;
use cimdspec_model::observation::Event;
use cimdspec_model::observation::Happening;
use cimdspec_model::observation::Instant;
use cimdspec_model::observation::Reply;

use crate::disposition::Seen;
use crate::disposition::Stand;

/// A disposition in words.
pub(crate) fn seen(seen: &Seen) -> String {
    match seen {
        Seen::Accepted(stand) => format!(
            "accepted so far, without a code: the user agent {}",
            match stand {
                Stand::Decision => "stands on a page that asks for a decision",
                Stand::Elsewhere =>
                    "was sent to a place of another server, to which only right requests are sent",
                Stand::Login => "could not log in",
                Stand::Page => "stands on a page of the server",
            }
        ),
        Seen::Diverted(to) => format!("granted, but the code went to `{to}`, which the request did not name"),
        Seen::Granted => "granted".to_owned(),
        Seen::Impossible(reason) => format!("not possible: {reason}"),
        Seen::Refused(None) => "refused".to_owned(),
        Seen::Refused(Some(error)) => format!("refused with `{error}`"),
        Seen::Throttled => "throttled".to_owned(),
        Seen::Unclear(reason) => format!("unclear: {reason}"),
    }
}

/// The status or the failure of a reply.
pub(crate) fn reply(reply: &Reply) -> String {
    match reply {
        Reply::Response { status, .. } => format!("status {status}"),
        Reply::Timeout => "no answer".to_owned(),
        Reply::Broken { reason } => format!("a broken connection ({reason})"),
    }
}

/// One event in words.
pub fn event(event: &Event) -> String {
    let host = event.host.as_ref().map_or("?", |host| host.as_str());
    let what = match &event.what {
        Happening::Lookup {
            name,
            record,
            turn,
            said,
        } => {
            format!("lookup {record} {name} (query {turn}) -> {}", said.join(", "))
        }
        Happening::Connect { to, .. } => format!("connect to {to}"),
        Happening::Hello { to, server_name, .. } => {
            format!(
                "TLS hello at {to} for {}",
                server_name.as_deref().unwrap_or("no name")
            )
        }
        Happening::Handshake { failure: None, .. } => "TLS handshake completed".to_owned(),
        Happening::Handshake {
            failure: Some(reason),
            ..
        } => format!("TLS handshake failed: {reason}"),
        Happening::Request {
            method, target, to, ..
        } => format!("request {method} {target} at {to}"),
        Happening::Served {
            status,
            content_type,
            delivery,
            length,
            body,
            ..
        } => served(*status, content_type.as_deref(), *delivery, *length, body),
        Happening::Closed { sent, by, .. } => format!("closed by {by:?} after {sent} bytes").to_lowercase(),
    };
    format!("{} {host}: {what}", clock(event.at))
}

/// What a host answered a request with, in words.
fn served(
    status: Option<u16>,
    content_type: Option<&str>,
    delivery: Delivery,
    length: u64,
    body: &str,
) -> String {
    let delivery = (delivery != Delivery::Polite).then(|| word(&delivery));
    let mut parts: Vec<String> = status
        .map(|status| format!("status {status}"))
        .into_iter()
        .collect();
    parts.extend(content_type.map(str::to_owned));
    parts.push(format!("{length} bytes"));
    parts.extend(delivery);
    let cut = if (body.len() as u64) < length { "…" } else { "" };
    let told = format!("served {}", parts.join(", "));
    match body.is_empty() {
        true => told,
        false => format!("{told}: {body}{cut}"),
    }
}

/// Seconds since the world began, to the millisecond.
pub(crate) fn clock(at: Instant) -> String {
    format!("{:.3}s", at.0 as f64 / 1_000_000.0)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_a_host_answered_with_is_told_whole_or_as_cut() {
        let json = Some("application/json");
        for (told, expected) in [
            (
                served(Some(200), json, Delivery::Polite, 2, "{}"),
                "served status 200, application/json, 2 bytes: {}",
            ),
            (
                served(Some(200), None, Delivery::DripBody, 5000, "{\"a\":"),
                "served status 200, 5000 bytes, drip-body: {\"a\":…",
            ),
            (
                served(None, None, Delivery::Raw, 9, "HTTP/1.1 "),
                "served 9 bytes, raw: HTTP/1.1 ",
            ),
            (
                served(None, None, Delivery::StallBeforeHeaders, 0, ""),
                "served 0 bytes, stall-before-headers",
            ),
        ] {
            assert_eq!(told, expected);
        }
    }
}
