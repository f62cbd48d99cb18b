//! Timelines of fabricated cases.

use cimdspec_model::observation::Ending;
use cimdspec_model::observation::Happening;
use cimdspec_model::requirement::level::Level;
use cimdspec_model::verdict::Finding;
use cimdspec_model::verdict::Outcome;

use super::rows::Kind;
use super::rows::Wire;
use super::timeline;
use crate::fabricated::case;
use crate::fabricated::event;
use crate::fabricated::finding;

fn fetched_inside() -> Finding {
    Finding {
        evidence: vec![
            "10.000s first: GET https://as.example/authorize -> status 200 at 10.100s".to_owned(),
            "10.020s inside: connect to 10.0.0.7:443".to_owned(),
        ],
        decisive: vec![1],
        ..finding("cimd/ssrf/plain", None, Level::Must, Outcome::Fail)
    }
}

#[test]
fn a_case_is_lanes_and_rows_in_the_order_of_time() {
    let wire = Wire::of(&case(), &fetched_inside());
    let lanes: Vec<&str> = wire.lanes.iter().map(|lane| lane.name.as_str()).collect();
    assert_eq!(lanes, ["browser", "server under test", "docs", "inside", "app"]);
    let told: Vec<String> = wire
        .rows
        .iter()
        .map(|row| {
            let reach = match &row.kind {
                Kind::Connection(reach) => format!(" | {}", reach.words()),
                _ => String::new(),
            };
            let mark = if row.decides { "! " } else { "" };
            format!("{mark}{}>{} {}{reach}", row.from, row.to, row.words)
        })
        .collect();
    assert_eq!(
        told,
        [
            "0>1 GET /authorize?client_id=x",
            "1>2 lookup A 20.0.0.1 · AAAA no records",
            "1>2 GET /client.json at 20.0.0.1:443 | answered",
            "2>1 302, 0 bytes",
            "! 1>3 10.0.0.7:443 | connect, no more",
            "1>3 closed by the server, 0 bytes sent",
            "1>0 303 to https://app.example/cb",
            "0>4 sent on with code=[code]",
        ]
    );
    assert!(!wire.is_another);
}

#[test]
fn evidence_of_another_attempt_is_told() {
    let other = Finding {
        evidence: vec!["99.000s inside: connect to 10.0.0.7:443".to_owned()],
        decisive: vec![0],
        ..fetched_inside()
    };
    assert!(Wire::of(&case(), &other).is_another);
}

#[test]
fn a_flood_keeps_what_decides_and_is_counted() {
    let mut flooded = case();
    for number in 0..500 {
        let to = "20.0.0.9:443".parse().unwrap();
        let connection = 1000 + number;
        let at = 10_030_000 + number * 10;
        flooded
            .events
            .push(event(at, "docs", Happening::Connect { connection, to }));
    }
    let late = Happening::Closed {
        connection: 2,
        to: "10.0.0.7:443".parse().unwrap(),
        sent: 0,
        by: Ending::Peer,
    };
    flooded.events.push(event(11_000_000, "inside", late));
    let finding = Finding {
        evidence: vec!["11.000s inside: closed by peer after 0 bytes".to_owned()],
        decisive: vec![0],
        ..fetched_inside()
    };
    let wire = Wire::of(&flooded, &finding);
    assert_eq!((wire.rows.len(), wire.left_off), (26, 483));
    assert!(wire.rows.last().is_some_and(|row| row.decides));
    let picture = timeline(&flooded, &finding, 1).into_string();
    assert!(picture.len() < 30_000, "{}", picture.len());
    assert!(picture.contains("and 483 more rows of this case, not drawn"));
}

#[test]
fn many_hosts_share_the_last_lane() {
    let mut crowded = case();
    for number in 0..20 {
        let connection = 1000 + number;
        let to = "20.0.0.9:443".parse().unwrap();
        let label = format!("host-{number}");
        crowded
            .events
            .push(event(10_040_000, &label, Happening::Connect { connection, to }));
    }
    let wire = Wire::of(&crowded, &fetched_inside());
    assert_eq!(wire.lanes.len(), 7);
    assert_eq!(wire.lanes[6].name, "other hosts");
    assert!(wire.rows.iter().all(|row| row.from < 7 && row.to < 7));
}
