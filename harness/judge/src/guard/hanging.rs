//! Where the time went: a fetch that hangs is seen on the wire, and needs no control to be one.

use cimdspec_model::expect::Expect;
use cimdspec_model::expect::TimingExpect;
use cimdspec_model::observation::Case;
use cimdspec_model::observation::Happening;
use cimdspec_model::observation::Instant;
use cimdspec_model::plan::Check;

use crate::input::Input;

/// Whether a step took too long with a connection of the server's to a host of ours open all that time.
pub(crate) fn hangs_on_the_wire(input: &Input<'_>, check: &Check) -> bool {
    match &check.expect {
        Expect::Timing(expect) if expect.like.is_none() => hangs(input.case, expect),
        _ => false,
    }
}

fn hangs(case: &Case, expect: &TimingExpect) -> bool {
    let Some(record) = case.steps.iter().find(|record| record.step == expect.of) else {
        return false;
    };
    let closed = |number: u64| {
        let mut ends = case.events.iter().filter_map(|event| match &event.what {
            Happening::Closed { connection, .. } if *connection == number => Some(event.at),
            _ => None,
        });
        ends.next()
    };
    case.events.iter().any(|event| {
        let Happening::Connect { connection, .. } = event.what else {
            return false;
        };
        let Instant(end) = closed(connection).unwrap_or(record.ended).min(record.ended);
        let open = end.saturating_sub(event.at.0);
        event.at >= record.began && u128::from(open) > expect.at_most.0.as_micros()
    })
}

#[cfg(test)]
mod tests {
    use std::time::Duration;

    use cimdspec_model::name::Attempt;
    use cimdspec_model::name::CaseId;
    use cimdspec_model::name::Series;
    use cimdspec_model::name::StepName;
    use cimdspec_model::observation::Arrival;
    use cimdspec_model::observation::Ending;
    use cimdspec_model::observation::Event;
    use cimdspec_model::observation::StepRecord;
    use cimdspec_model::quantity::Span;

    use super::*;

    const SECOND: u64 = 1_000_000;

    /// A step of forty seconds, with a connection that is open from one second to another.
    fn case(opened: u64, closed: Option<u64>) -> Case {
        let event = |at: u64, what| Event {
            at: Instant(at * SECOND),
            case: None,
            host: None,
            what,
        };
        let to = "20.0.0.1:443".parse().unwrap();
        let mut events = vec![event(opened, Happening::Connect { connection: 7, to })];
        events.extend(closed.map(|at| {
            let what = Happening::Closed {
                connection: 7,
                to,
                sent: 0,
                by: Ending::Peer,
            };
            event(at, what)
        }));
        let record = StepRecord {
            step: StepName::parse("first").unwrap(),
            began: Instant(10 * SECOND),
            ended: Instant(50 * SECOND),
            exchanges: Vec::new(),
            arrival: Arrival::Page,
            values: Vec::new(),
            logged: None,
            scripted: false,
            programs: Vec::new(),
        };
        Case {
            case: CaseId::new("4f", Series::Case(Attempt::First), 1),
            hosts: Vec::new(),
            steps: vec![record],
            events,
            alive: true,
        }
    }

    #[test]
    fn only_a_connection_that_is_open_all_the_time_is_where_it_went() {
        let expect = TimingExpect {
            of: StepName::parse("first").unwrap(),
            at_most: Span(Duration::from_secs(30)),
            like: None,
        };
        assert!(hangs(&case(11, Some(49)), &expect));
        assert!(hangs(&case(11, None), &expect), "it is open still");
        assert!(
            !hangs(&case(11, Some(20)), &expect),
            "something else took the time"
        );
        assert!(!hangs(&case(25, None), &expect), "it was opened late");
        assert!(!hangs(&case(5, Some(49)), &expect), "it is of another step");
    }
}
