//! Loads of a browser that a program of the operator used inside the sandbox: they are none of the server's.

use std::collections::BTreeSet;

use cimdspec_model::name::HostLabel;
use cimdspec_model::observation::ByProgram;
use cimdspec_model::observation::Did;
use cimdspec_model::observation::Event;
use cimdspec_model::observation::Happening;
use cimdspec_model::observation::Instant;

/// A browser may still be ending when its program has.
const AFTER: u64 = 1_000_000;
/// Fields that only browsers send (W3C Fetch Metadata section 2).
const OF_BROWSERS: &str = "sec-fetch-";
/// Words in the user agent of browsers, for loads without TLS: those have no such fields.
const BROWSERS: [&str; 3] = ["HeadlessChrome/", "Chrome/", "Firefox/"];

/// The events without what a browser loaded while a program ran, and how many requests that were.
///
/// Connections without a request stay: whose they are shows nowhere.
pub(crate) fn without_browsers(events: Vec<Event>, programs: &[ByProgram]) -> (Vec<Event>, usize) {
    let ran = |at: Instant| {
        let mut programs = programs.iter().filter(|program| program.did != Did::Lent);
        programs.any(|program| program.at <= at && at.0 <= program.ended.0 + AFTER)
    };
    let mut theirs: BTreeSet<u64> = BTreeSet::new();
    let mut loaded_from: BTreeSet<Option<HostLabel>> = BTreeSet::new();
    let mut loads = 0;
    for event in &events {
        if let Happening::Request {
            connection, headers, ..
        } = &event.what
            && ran(event.at)
            && is_of_browser(headers)
        {
            theirs.insert(*connection);
            loaded_from.insert(event.host.clone());
            loads += 1;
        }
    }
    let is_theirs = |event: &Event| match &event.what {
        Happening::Lookup { .. } => ran(event.at) && loaded_from.contains(&event.host),
        Happening::Connect { connection, .. }
        | Happening::Hello { connection, .. }
        | Happening::Handshake { connection, .. }
        | Happening::Request { connection, .. }
        | Happening::Served { connection, .. }
        | Happening::Closed { connection, .. } => theirs.contains(connection),
    };
    let kept = events.into_iter().filter(|event| !is_theirs(event)).collect();
    (kept, loads)
}

fn is_of_browser(headers: &[(String, String)]) -> bool {
    headers.iter().any(|(name, value)| {
        let name = name.to_ascii_lowercase();
        name.starts_with(OF_BROWSERS)
            || (name == "user-agent" && BROWSERS.iter().any(|browser| value.contains(browser)))
    })
}

#[cfg(test)]
mod tests {
    use super::*;

    fn event(at: u64, host: &str, what: Happening) -> Event {
        Event {
            at: Instant(at),
            case: None,
            host: Some(HostLabel::parse(host).unwrap()),
            what,
        }
    }

    fn connect(connection: u64) -> Happening {
        Happening::Connect {
            connection,
            to: "127.0.0.1:443".parse().unwrap(),
        }
    }

    fn request(connection: u64, field: (&str, &str)) -> Happening {
        Happening::Request {
            connection,
            to: "127.0.0.1:443".parse().unwrap(),
            method: "GET".to_owned(),
            target: "/logo.png".to_owned(),
            headers: vec![(field.0.to_owned(), field.1.to_owned())],
        }
    }

    fn lookup() -> Happening {
        Happening::Lookup {
            name: "logo.cimdspec.dev".to_owned(),
            record: "A".to_owned(),
            turn: 1,
            said: Vec::new(),
        }
    }

    #[test]
    fn what_a_browser_loads_while_a_program_runs_is_not_the_servers() {
        let program = |did| ByProgram {
            at: Instant(10),
            ended: Instant(20),
            page: String::new(),
            did,
        };
        let dest = ("Sec-Fetch-Dest", "image");
        let events = vec![
            event(1, "logo", lookup()),
            event(2, "logo", connect(1)),
            event(3, "logo", request(1, dest)),
            event(11, "logo", lookup()),
            event(11, "docs", lookup()),
            event(12, "logo", connect(2)),
            event(13, "logo", request(2, dest)),
            event(14, "logo", connect(3)),
            event(15, "logo", request(3, ("user-agent", "node"))),
            event(16, "docs", connect(4)),
            event(
                17,
                "docs",
                request(4, ("user-agent", "Mozilla/5.0 HeadlessChrome/146.0")),
            ),
        ];
        let times = |programs: &[ByProgram]| {
            let (kept, loads) = without_browsers(events.clone(), programs);
            let times: Vec<u64> = kept.iter().map(|event| event.at.0).collect();
            (times, loads)
        };
        assert_eq!(times(&[program(Did::Decided)]), (vec![1, 2, 3, 14, 15], 2));
        let all: Vec<u64> = events.iter().map(|event| event.at.0).collect();
        assert_eq!(times(&[program(Did::Lent)]), (all.clone(), 0));
        assert_eq!(times(&[]), (all, 0));
    }
}
