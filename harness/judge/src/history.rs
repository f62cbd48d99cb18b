//! What happened in a case, in the order of time: what a stranger reads from top to bottom.

use cimdspec_model::name::StepName;
use cimdspec_model::observation::Arrival;
use cimdspec_model::observation::Case;
use cimdspec_model::observation::Event;
use cimdspec_model::observation::Exchange;
use cimdspec_model::observation::Happening;
use cimdspec_model::observation::Instant;
use cimdspec_model::observation::StepRecord;
use cimdspec_model::plan::Plan;

use crate::words;

/// The lines of a history, and which of them decide.
#[derive(Debug, Default, PartialEq, Eq)]
pub(crate) struct History {
    pub(crate) lines: Vec<String>,
    /// By their places among the lines.
    pub(crate) decisive: Vec<usize>,
}

impl History {
    /// Lines of which none decides more than the others.
    pub(crate) fn of(lines: Vec<String>) -> Self {
        Self {
            lines,
            decisive: Vec::new(),
        }
    }
}

/// One line of it.
struct Moment {
    at: Instant,
    weight: Weight,
    line: String,
}

/// What stays where there is too much; the first stays longest.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
enum Weight {
    /// What the expectation speaks of.
    Decisive,
    /// What we requested, and where it ended.
    Requested,
    /// What the target requested of our hosts, and what they answered.
    Fetched,
    /// What comes before and after a request on the wire.
    Wire,
}

/// A case with more lines is shown without the lightest of them.
const MOST_LINES: usize = 40;

/// What decides in a case.
#[derive(Debug, Default)]
pub(crate) struct Decisive<'a> {
    /// These events.
    pub(crate) events: Vec<&'a Event>,
    /// How these steps ended.
    pub(crate) steps: Vec<&'a StepName>,
}

/// What happened in a case.
pub(crate) fn of_case(plan: &Plan, case: &Case, decisive: &Decisive<'_>) -> History {
    let mut moments = Vec::new();
    for record in &case.steps {
        let step = plan.steps.iter().find(|step| step.name == record.step);
        if let Some(what) = step.and_then(|step| step.act.verb().changes()) {
            moments.push(Moment {
                at: record.began,
                weight: Weight::Requested,
                line: format!("{} {}: {what}", words::clock(record.began), record.step),
            });
        }
        let mut requested = requested(record);
        if let Some(last) = requested
            .last_mut()
            .filter(|_| decisive.steps.contains(&&record.step))
        {
            last.weight = Weight::Decisive;
        }
        moments.extend(requested);
    }
    moments.extend(case.events.iter().map(|event| Moment {
        at: event.at,
        weight: match &event.what {
            _ if decisive.events.iter().any(|it| std::ptr::eq(*it, event)) => Weight::Decisive,
            Happening::Request { .. } | Happening::Served { .. } => Weight::Fetched,
            _ => Weight::Wire,
        },
        line: words::event(event),
    }));
    bounded(moments)
}

/// What happened in one step.
pub fn of_step(record: &StepRecord) -> Vec<String> {
    bounded(requested(record)).lines
}

/// The exchanges of a step, and where it ended.
fn requested(record: &StepRecord) -> Vec<Moment> {
    let moment = |at, line| Moment {
        at,
        weight: Weight::Requested,
        line,
    };
    let exchanges = record.exchanges.iter();
    let mut moments: Vec<Moment> = exchanges
        .map(|exchange| moment(exchange.at, line(record, exchange)))
        .collect();
    moments.extend(record.programs.iter().map(|program| {
        let line = format!(
            "{} {}: {}",
            words::clock(program.ended),
            record.step,
            program.words()
        );
        moment(program.ended, line)
    }));
    if let Some(ending) = ending(&record.arrival) {
        let line = format!("{} {}: {ending}", words::clock(record.ended), record.step);
        moments.push(moment(record.ended, line));
    }
    moments
}

fn line(record: &StepRecord, exchange: &Exchange) -> String {
    let Exchange {
        at,
        ended,
        method,
        url,
        reply,
        ..
    } = exchange;
    format!(
        "{} {}: {method} {url} -> {} at {}",
        words::clock(*at),
        record.step,
        words::reply(reply),
        words::clock(*ended)
    )
}

fn ending(arrival: &Arrival) -> Option<String> {
    Some(match arrival {
        Arrival::Sent { to, parameters, .. } => {
            let parameters: Vec<String> = parameters
                .iter()
                .map(|(name, value)| format!("{name}={value}"))
                .collect();
            format!("the user agent was sent to {to} with {}", parameters.join("&"))
        }
        Arrival::Impossible { reason } => format!("not possible: {reason}"),
        Arrival::Unfit { reason } => format!("no further: {reason}"),
        Arrival::Denied => "said no, and stayed on a page of the server".to_owned(),
        Arrival::Consent => "asked for a decision".to_owned(),
        Arrival::Inapplicable { reason } => format!("not applicable: {reason}"),
        Arrival::Login => "asked to log in".to_owned(),
        Arrival::Answer | Arrival::Nothing | Arrival::Page => return None,
    })
}

/// The moments in the order of time, of too many the lightest and latest left off.
fn bounded(mut moments: Vec<Moment>) -> History {
    moments.sort_by_key(|moment| moment.at);
    let left_off = moments.len().saturating_sub(MOST_LINES);
    if left_off > 0 {
        let mut places: Vec<usize> = (0..moments.len()).collect();
        places.sort_by_key(|place| (moments[*place].weight, *place));
        let mut kept = places[..MOST_LINES].to_vec();
        kept.sort_unstable();
        let mut place = 0;
        moments.retain(|_| {
            place += 1;
            kept.binary_search(&(place - 1)).is_ok()
        });
    }
    let is_decisive =
        |(place, moment): (usize, &Moment)| (moment.weight == Weight::Decisive).then_some(place);
    let decisive = moments.iter().enumerate().filter_map(is_decisive).collect();
    let mut lines: Vec<String> = moments.into_iter().map(|moment| moment.line).collect();
    if left_off > 0 {
        lines.push(format!("and {left_off} more of this case"));
    }
    History { lines, decisive }
}

#[cfg(test)]
mod tests {
    use cimdspec_model::name::HostLabel;

    use super::*;
    use crate::fabricated::answered;
    use crate::fabricated::case;
    use crate::fabricated::ended;
    use crate::fabricated::plan;
    use crate::fabricated::sent;

    const MILLISECOND: u64 = 1000;

    fn event(at: u64, what: Happening) -> Event {
        Event {
            at: Instant(at * MILLISECOND),
            case: None,
            host: HostLabel::parse("docs").ok(),
            what,
        }
    }

    fn connect() -> Happening {
        Happening::Connect {
            connection: 1,
            to: "20.0.0.1:443".parse().unwrap(),
        }
    }

    fn request() -> Happening {
        Happening::Request {
            connection: 1,
            to: "20.0.0.1:443".parse().unwrap(),
            method: "GET".to_owned(),
            target: "/client.json".to_owned(),
            headers: Vec::new(),
        }
    }

    /// A step of one exchange, from one millisecond to another.
    fn step(record: StepRecord, from: u64, to: u64) -> StepRecord {
        let (at, ended) = (Instant(from * MILLISECOND), Instant(to * MILLISECOND));
        let exchanges = record.exchanges.into_iter();
        StepRecord {
            began: at,
            ended,
            exchanges: exchanges
                .map(|exchange| Exchange {
                    at,
                    ended,
                    ..exchange
                })
                .collect(),
            ..record
        }
    }

    fn asked(text: &str) -> Plan {
        plan(&format!(
            "[[step]]\nname = \"ask\"\nauthorize = {{}}\n{text}\n[[check]]\nid = \"c\"\nclause = \"a.b\"\nexpect = {{ answer = {{ of = \"ask\", is = \"granted\" }} }}\n"
        ))
    }

    fn by_event(case: &Case, event: usize) -> Decisive<'_> {
        Decisive {
            events: vec![&case.events[event]],
            ..Decisive::default()
        }
    }

    #[test]
    fn how_a_step_ended_decides_what_is_expected_of_it() {
        let granted = ended("ask", 302, sent("https://app.test/callback", "code"));
        let mut seen = case(vec![
            step(granted, 10, 50),
            step(answered("again", 200, ""), 60, 70),
        ]);
        seen.events = vec![event(20, connect())];
        let ask = StepName::constant("ask");
        let decisive = Decisive {
            steps: vec![&ask],
            ..Decisive::default()
        };
        assert_eq!(of_case(&asked(""), &seen, &decisive).decisive, [2]);
    }

    #[test]
    fn what_we_request_and_what_arrives_is_one_list_in_the_order_of_time() {
        let granted = ended("ask", 302, sent("https://app.test/callback", "code"));
        let mut seen = case(vec![
            step(granted, 10, 50),
            step(answered("again", 200, ""), 60, 70),
        ]);
        seen.events = vec![event(20, connect()), event(30, request()), event(65, connect())];
        let told = of_case(&asked(""), &seen, &by_event(&seen, 2));
        assert_eq!(
            told.lines,
            [
                "0.010s ask: GET https://as/ -> status 302 at 0.050s",
                "0.020s docs: connect to 20.0.0.1:443",
                "0.030s docs: request GET /client.json at 20.0.0.1:443",
                "0.050s ask: the user agent was sent to https://app.test/callback with code=x",
                "0.060s again: GET https://as/ -> status 200 at 0.070s",
                "0.065s docs: connect to 20.0.0.1:443",
            ]
        );
        assert_eq!(told.decisive, [5]);
    }

    #[test]
    fn of_too_much_the_lightest_is_left_off_and_what_decides_stays() {
        let mut seen = case(vec![step(answered("ask", 200, ""), 500, 600)]);
        seen.events = (0..100).map(|at| event(at, connect())).collect();
        seen.events.push(event(700, request()));
        seen.events.push(event(800, connect()));
        let told = of_case(&asked(""), &seen, &by_event(&seen, 101));
        assert_eq!(told.lines.len(), MOST_LINES + 1);
        assert_eq!(told.lines[0], "0.000s docs: connect to 20.0.0.1:443");
        assert_eq!(
            told.lines[MOST_LINES - 3..],
            [
                "0.500s ask: GET https://as/ -> status 200 at 0.600s",
                "0.700s docs: request GET /client.json at 20.0.0.1:443",
                "0.800s docs: connect to 20.0.0.1:443",
                "and 63 more of this case",
            ]
        );
        assert_eq!(told.decisive, [MOST_LINES - 1]);
    }
}
