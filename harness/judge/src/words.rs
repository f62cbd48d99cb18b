//! Observations and expectations in words.

use cimdspec_model::observation::Arrival;
use cimdspec_model::observation::Case;
use cimdspec_model::observation::Event;
use cimdspec_model::observation::Exchange;
use cimdspec_model::observation::Happening;
use cimdspec_model::observation::Instant;
use cimdspec_model::observation::Reply;
use cimdspec_model::observation::StepRecord;
use cimdspec_model::plan::Plan;

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

/// The evidence lines of a step: each exchange, and where it ended.
pub fn step(record: &StepRecord) -> Vec<String> {
    let mut lines: Vec<String> = record
        .exchanges
        .iter()
        .map(|exchange| line(record, exchange))
        .collect();
    match &record.arrival {
        Arrival::Sent { to, parameters, .. } => {
            let parameters: Vec<String> = parameters
                .iter()
                .map(|(name, value)| format!("{name}={value}"))
                .collect();
            lines.push(format!(
                "{}: the user agent was sent to {to} with {}",
                record.step,
                parameters.join("&")
            ));
        }
        Arrival::Impossible { reason } => lines.push(format!("{}: not possible: {reason}", record.step)),
        Arrival::Denied => lines.push(format!(
            "{}: said no, and stayed on a page of the server",
            record.step
        )),
        Arrival::Consent => lines.push(format!("{}: asked for a decision", record.step)),
        Arrival::Inapplicable { reason } => lines.push(format!("{}: not applicable: {reason}", record.step)),
        Arrival::Login => lines.push(format!("{}: asked to log in", record.step)),
        Arrival::Answer | Arrival::Nothing | Arrival::Page => {}
    }
    lines
}

/// What happened, step by step and event by event, in the order of time.
pub(crate) fn history(plan: &Plan, case: &Case) -> Vec<String> {
    let mut told: Vec<(Instant, String)> = Vec::new();
    for record in &case.steps {
        let step_of = plan.steps.iter().find(|step| step.name == record.step);
        let what = step_of
            .and_then(|step| step.act.verb().changes())
            .unwrap_or("begins");
        told.push((
            record.began,
            format!("{} {}: {what}", clock(record.began), record.step),
        ));
        let mut lines = step(record);
        let ending = lines.split_off(record.exchanges.len().min(lines.len()));
        told.extend(record.exchanges.iter().map(|exchange| exchange.at).zip(lines));
        told.extend(
            ending
                .into_iter()
                .map(|line| (record.ended, format!("{} {line}", clock(record.ended)))),
        );
    }
    let fetches = case
        .events
        .iter()
        .filter(|event| matches!(event.what, Happening::Request { .. }));
    told.extend(fetches.map(|happened| (happened.at, event(happened))));
    told.sort_by_key(|(at, _)| *at);
    told.into_iter().map(|(_, line)| line).collect()
}

fn line(record: &StepRecord, exchange: &Exchange) -> String {
    let Exchange {
        at,
        method,
        url,
        reply: answer,
        ..
    } = exchange;
    format!(
        "{} {}: {method} {url} -> {}",
        clock(*at),
        record.step,
        reply(answer)
    )
}

/// One event in words.
pub(crate) fn event(event: &Event) -> String {
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
        Happening::Closed { sent, by, .. } => format!("closed by {by:?} after {sent} bytes").to_lowercase(),
    };
    format!("{} {host}: {what}", clock(event.at))
}

/// Seconds since the world began, to the millisecond.
pub(crate) fn clock(at: Instant) -> String {
    format!("{:.3}s", at.0 as f64 / 1_000_000.0)
}
