//! What is drawn of a case, row by row in the order of time. A connection is one row that shows how far it came.

use std::collections::BTreeMap;

use cimdspec_model::behaviour::delivery::Delivery;
use cimdspec_model::forecast::word;
use cimdspec_model::observation::Arrival;
use cimdspec_model::observation::Case;
use cimdspec_model::observation::Ending;
use cimdspec_model::observation::Event;
use cimdspec_model::observation::Exchange;
use cimdspec_model::observation::Happening;
use cimdspec_model::observation::Instant;
use cimdspec_model::observation::Reply;
use cimdspec_model::observation::StepRecord;
use cimdspec_model::verdict::Finding;

use super::lanes::BROWSER;
use super::lanes::Lane;
use super::lanes::Lanes;
use super::lanes::SERVER;
use super::marks::Marks;
use super::reach::Reach;

/// More rows are not drawn: what decides stays, then what came first.
const MOST_ROWS: usize = 26;
/// Lookups of one name that follow each other this fast (in microseconds) are one row.
const AT_ONCE: u64 = 100_000;
/// A connection that stays open this long after its answer has a row for its end.
const LINGERS: u64 = 500_000;

/// A case as it is drawn.
pub(super) struct Wire {
    pub(super) lanes: Vec<Lane>,
    pub(super) rows: Vec<Row>,
    /// How many rows were too many.
    pub(super) left_off: usize,
    /// Whether nothing of what decides is in this case: it was another attempt.
    pub(super) is_another: bool,
}

/// One row.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(super) struct Row {
    pub(super) at: Instant,
    pub(super) kind: Kind,
    pub(super) from: usize,
    pub(super) to: usize,
    pub(super) words: String,
    pub(super) decides: bool,
}

/// What a row shows.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(super) enum Kind {
    /// An answer to the request of this number, or an answer of a host.
    Answer(Option<usize>),
    /// A connection of the server, and how far it came.
    Connection(Reach),
    /// The end of a connection that is worth a row.
    End,
    /// A lookup.
    Lookup,
    /// The browser is sent on.
    Moved,
    /// A request of the browser, with its number.
    Request(usize),
    /// A request on a connection that had one before.
    Again,
}

impl Wire {
    /// What is drawn of a case for a finding.
    pub(super) fn of(case: &Case, finding: &Finding) -> Self {
        let marks = Marks::of(finding);
        let mut lanes = Lanes::of(case);
        let mut rows = events(case, &marks, &mut lanes);
        rows.extend(steps(case, &marks, &mut lanes));
        rows.sort_by_key(|row| row.at);
        let is_another = marks.any() && !rows.iter().any(|row| row.decides);
        let left_off = bounded(&mut rows);
        Self {
            lanes: lanes.all(),
            rows,
            left_off,
            is_another,
        }
    }
}

/// Takes away what is too much; says how many rows that were.
fn bounded(rows: &mut Vec<Row>) -> usize {
    let left_off = rows.len().saturating_sub(MOST_ROWS);
    if left_off > 0 {
        let mut places: Vec<usize> = (0..rows.len()).collect();
        places.sort_by_key(|place| (!rows[*place].decides, *place));
        let mut kept = vec![false; rows.len()];
        places
            .iter()
            .take(MOST_ROWS)
            .for_each(|place| kept[*place] = true);
        let mut kept = kept.into_iter();
        rows.retain(|_| kept.next().unwrap_or_default());
    }
    left_off
}

/// A connection while its events are read.
struct Open {
    row: usize,
    answered: Option<Instant>,
    requests: usize,
}

fn events<'a>(case: &'a Case, marks: &Marks<'_>, lanes: &mut Lanes<'a>) -> Vec<Row> {
    let mut events: Vec<&Event> = case.events.iter().collect();
    events.sort_by_key(|event| event.at);
    let mut rows: Vec<Row> = Vec::new();
    let mut open: BTreeMap<u64, Open> = BTreeMap::new();
    for event in events {
        let lane = lanes.host(event.host.as_ref());
        let decides = marks.event(event);
        let row = |kind, from, to, words| Row {
            at: event.at,
            kind,
            from,
            to,
            words,
            decides,
        };
        if let Happening::Lookup { record, said, .. } = &event.what {
            let words = format!("{record} {}", said.join(", "));
            let earlier = rows.last_mut().filter(|last| {
                last.kind == Kind::Lookup && last.to == lane && event.at.0 - last.at.0 < AT_ONCE
            });
            match earlier {
                Some(earlier) => {
                    earlier.words = format!("{} · {words}", earlier.words);
                    earlier.decides |= decides;
                }
                None => rows.push(row(Kind::Lookup, SERVER, lane, format!("lookup {words}"))),
            }
            continue;
        }
        let (number, to) = match &event.what {
            Happening::Connect { connection, to }
            | Happening::Hello { connection, to, .. }
            | Happening::Handshake { connection, to, .. }
            | Happening::Request { connection, to, .. }
            | Happening::Served { connection, to, .. }
            | Happening::Closed { connection, to, .. } => (*connection, *to),
            Happening::Lookup { .. } => continue,
        };
        let of = open.entry(number).or_insert_with(|| {
            let is_named = rows.iter().any(|row| row.kind == Kind::Lookup && row.to == lane);
            let reach = Reach::begun(is_named, to);
            rows.push(row(Kind::Connection(reach), SERVER, lane, to.to_string()));
            Open {
                row: rows.len() - 1,
                answered: None,
                requests: 0,
            }
        });
        let place = of.row;
        let reach = |rows: &mut Vec<Row>, change: &dyn Fn(&mut Reach)| {
            rows[place].decides |= decides;
            if let Kind::Connection(reach) = &mut rows[place].kind {
                change(reach);
            }
        };
        match &event.what {
            Happening::Hello { .. } => reach(&mut rows, &Reach::hello),
            Happening::Handshake { failure, .. } => {
                reach(&mut rows, &|reach| reach.handshake(failure.as_deref()));
            }
            Happening::Request { method, target, .. } => {
                of.requests += 1;
                let words = format!("{method} {target}");
                match of.requests {
                    1 => {
                        reach(&mut rows, &Reach::request);
                        rows[place].words = format!("{words} at {to}");
                    }
                    _ => rows.push(row(Kind::Again, SERVER, lane, words)),
                }
            }
            Happening::Served { .. } => {
                of.answered = Some(event.at);
                if let Kind::Connection(reach) = &mut rows[place].kind {
                    reach.answer();
                }
                rows.push(row(Kind::Answer(None), lane, SERVER, served(&event.what)));
            }
            Happening::Closed { sent, by, .. } => {
                let lingered = of.answered.is_none_or(|at| event.at.0 - at.0 > LINGERS);
                if decides || lingered {
                    let words = closed(*by, *sent);
                    let (from, to) = match by {
                        Ending::Peer => (SERVER, lane),
                        Ending::World | Ending::CaseOver => (lane, SERVER),
                    };
                    rows.push(row(Kind::End, from, to, words));
                }
            }
            Happening::Connect { .. } | Happening::Lookup { .. } => {}
        }
    }
    rows
}

fn served(what: &Happening) -> String {
    let Happening::Served {
        status,
        content_type,
        delivery,
        length,
        ..
    } = what
    else {
        return String::new();
    };
    let mut parts: Vec<String> = status.iter().map(u16::to_string).collect();
    if *delivery != Delivery::Polite {
        parts.push(word(delivery));
    }
    parts.push(format!("{length} bytes"));
    parts.extend(content_type.clone());
    parts.join(", ")
}

fn closed(by: Ending, sent: u64) -> String {
    let who = match by {
        Ending::Peer => "closed by the server",
        Ending::World => "closed by the host",
        Ending::CaseOver => "still open when the case was over",
    };
    format!("{who}, {sent} bytes sent")
}

fn steps<'a>(case: &'a Case, marks: &Marks<'_>, lanes: &mut Lanes<'a>) -> Vec<Row> {
    let mut rows = Vec::new();
    let mut number = 0;
    for step in &case.steps {
        let ends = marks.ending(step);
        let count = step.exchanges.len();
        for (place, exchange) in step.exchanges.iter().enumerate() {
            number += 1;
            let to = lanes.of_url(&exchange.url).unwrap_or(SERVER);
            let decides = marks.exchange(step, exchange);
            rows.push(Row {
                at: exchange.at,
                kind: Kind::Request(number),
                from: BROWSER,
                to,
                words: format!("{} {}", exchange.method, path(exchange)),
                decides: false,
            });
            // A page that decides is the last answer of its step.
            let is_end = ends && place + 1 == count && !matches!(step.arrival, Arrival::Sent { .. });
            rows.push(Row {
                at: exchange.ended,
                kind: Kind::Answer(Some(number)),
                from: to,
                to: BROWSER,
                words: reply(&exchange.reply),
                decides: decides || is_end,
            });
        }
        rows.extend(step.programs.iter().map(|program| Row {
            at: program.ended,
            kind: Kind::Moved,
            from: BROWSER,
            to: BROWSER,
            words: program.words(),
            decides: false,
        }));
        rows.extend(moved(step, ends, lanes));
    }
    rows
}

/// Where the user agent was sent.
fn moved<'a>(step: &'a StepRecord, decides: bool, lanes: &mut Lanes<'a>) -> Option<Row> {
    let (words, to) = match &step.arrival {
        Arrival::Sent { to, parameters, .. } => {
            let parameters = parameters.iter();
            let parameters: Vec<String> = parameters
                .map(|(name, value)| format!("{name}={value}"))
                .collect();
            let lane = lanes.of_url(to);
            let place = match lane {
                Some(_) => "sent on".to_owned(),
                None => format!("sent to {to}"),
            };
            (
                format!("{place} with {}", parameters.join("&")),
                lane.unwrap_or(BROWSER),
            )
        }
        Arrival::Impossible { reason } => (format!("{}: not possible: {reason}", step.step), BROWSER),
        Arrival::Unfit { reason } => (format!("{}: no further: {reason}", step.step), BROWSER),
        Arrival::Answer
        | Arrival::Consent
        | Arrival::Denied
        | Arrival::Inapplicable { .. }
        | Arrival::Login
        | Arrival::Nothing
        | Arrival::Page => return None,
    };
    Some(Row {
        at: step.ended,
        kind: Kind::Moved,
        from: BROWSER,
        to,
        words,
        decides,
    })
}

/// A URL without its scheme and authority.
fn path(exchange: &Exchange) -> &str {
    let url = exchange.url.as_str();
    let Some((_, rest)) = url.split_once("://") else {
        return url;
    };
    rest.find(['/', '?', '#']).map_or("/", |place| &rest[place..])
}

fn reply(reply: &Reply) -> String {
    match reply {
        Reply::Response { status, headers, .. } => {
            let mut location = headers.iter().filter(|(name, _)| name == "location");
            match location.next() {
                Some((_, to)) => format!("{status} to {to}"),
                None => status.to_string(),
            }
        }
        Reply::Timeout => "no answer in time".to_owned(),
        Reply::Broken { reason } => format!("broken connection: {reason}"),
    }
}
