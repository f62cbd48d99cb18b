//! Cases as bytes make them up: what the world saw, and how a server answered each step of a plan.

use std::net::IpAddr;
use std::net::SocketAddr;

use cimdspec_model::name::CaseId;
use cimdspec_model::name::HostLabel;
use cimdspec_model::observation::Arrival;
use cimdspec_model::observation::Case;
use cimdspec_model::observation::Ending;
use cimdspec_model::observation::Event;
use cimdspec_model::observation::Exchange;
use cimdspec_model::observation::Happening;
use cimdspec_model::observation::HostFact;
use cimdspec_model::observation::Instant;
use cimdspec_model::observation::Landing;
use cimdspec_model::observation::Logged;
use cimdspec_model::observation::Reply;
use cimdspec_model::observation::StepRecord;
use cimdspec_model::observation::Values;
use cimdspec_model::plan::Plan;
use cimdspec_model::verb::Step;

use crate::bytes::Bytes;

const STATUSES: [u16; 16] = [
    200, 201, 204, 302, 303, 304, 400, 401, 403, 404, 405, 429, 500, 501, 503, 999,
];
const BODIES: [&str; 10] = [
    "",
    "{}",
    r#"{"access_token":"[access-token]","token_type":"Bearer","expires_in":1e400,"refresh_token":"[refresh-token]"}"#,
    r#"{"error":"invalid_request","error_description":"a\nb"}"#,
    r#"{"client_id":"c","client_secret":"[client-secret]","redirect_uris":["https://app.test/callback"]}"#,
    r#"{"issuer":"https://as.test","authorization_endpoint":"https://as.test/authorize"}"#,
    r#"{"active":true,"scope":"read","sub":null}"#,
    "<title>Login</title><form><input type=password name=p><button>Log in</button></form>",
    "<title>Consent</title><form><input name=scope type=checkbox value=read><button name=d value=approve>Approve</button><button>Deny</button></form>",
    "[[[",
];
const FIELDS: [(&str, &str); 10] = [
    ("content-type", "text/html; charset=utf-8"),
    ("content-type", "application/json"),
    ("location", "https://app.test/callback?code=[code]"),
    ("cache-control", "no-store"),
    ("www-authenticate", "Bearer error=\"invalid_token\""),
    ("retry-after", "99999999999999999999"),
    ("date", "Sun, 06 Nov 1994 08:49:37 GMT"),
    ("content-security-policy", "frame-ancestors 'none'; default-src *"),
    ("set-cookie", "sid=[cookie]; HttpOnly; SameSite"),
    ("x-frame-options", "DENY"),
];
const URLS: [&str; 4] = [
    "https://as.test/authorize?client_id=c&state=s",
    "https://as.test/.well-known/oauth-authorization-server",
    "http://[::1",
    "",
];
const PARAMETERS: [(&str, &str); 6] = [
    ("code", "[code]"),
    ("error", "access_denied"),
    ("iss", "https://as.test"),
    ("state", "s"),
    ("access_token", "[access-token]"),
    ("", ""),
];
const MOST: u8 = 4;

/// A case of a plan. What no byte chooses is as it is where a server answers with nothing.
pub(crate) fn case(plan: &Plan, bytes: &mut Bytes<'_>) -> Case {
    let hosts: Vec<HostFact> = plan
        .hosts
        .iter()
        .enumerate()
        .map(|(number, host)| fact(number, &host.label))
        .collect();
    let mut steps = Vec::new();
    for step in &plan.steps {
        // A step may be missing, and one may be there that no plan has.
        if bytes.byte() % 16 != 15 {
            steps.push(record(step, bytes));
        }
    }
    let events = (0..bytes.byte() % 8).map(|_| event(&hosts, bytes)).collect();
    Case {
        case: CaseId::from_text("made-up"),
        hosts,
        events,
        steps,
        alive: bytes.byte() % 8 != 7,
    }
}

fn fact(number: usize, label: &HostLabel) -> HostFact {
    let name = format!("{label}.test");
    let address = [20, 0, 0, u8::try_from(number).unwrap_or_default()];
    HostFact {
        label: label.clone(),
        origin: format!("https://{name}"),
        name,
        addresses: vec![IpAddr::from(address)],
    }
}

fn instant(bytes: &mut Bytes<'_>) -> Instant {
    match bytes.byte() {
        255 => Instant(u64::MAX),
        other => Instant(u64::from(other) * 100_000),
    }
}

pub(crate) fn record(step: &Step, bytes: &mut Bytes<'_>) -> StepRecord {
    StepRecord {
        step: step.name.clone(),
        began: instant(bytes),
        ended: instant(bytes),
        exchanges: (0..bytes.byte() % MOST).map(|_| exchange(bytes)).collect(),
        arrival: arrival(bytes),
        values: (0..bytes.byte() % 2).map(|_| values(bytes)).collect(),
        scripted: false,
        logged: (bytes.byte() % 4 == 3).then(|| Logged {
            lines: bytes.number(),
            others: bytes.number(),
            kinds: vec!["code".to_owned()],
            begun: Vec::new(),
        }),
        programs: Vec::new(),
    }
}

fn values(bytes: &mut Bytes<'_>) -> Values {
    Values {
        at: bytes.one_of(&["/client_id", "/access_token", ""]).to_owned(),
        count: bytes.number(),
        distinct: bytes.number(),
        bits: u32::from(bytes.byte()) << (bytes.byte() % 25),
    }
}

fn exchange(bytes: &mut Bytes<'_>) -> Exchange {
    let fields = |bytes: &mut Bytes<'_>| -> Vec<(String, String)> {
        let count = bytes.byte() % MOST;
        let fields = (0..count).map(|_| {
            let (name, value) = bytes.one_of(&FIELDS);
            (name.to_owned(), told(value, bytes))
        });
        fields.collect()
    };
    let reply = match bytes.byte() % 8 {
        6 => Reply::Timeout,
        7 => Reply::Broken {
            reason: "connection closed before message completed".to_owned(),
        },
        _ => Reply::Response {
            status: bytes.one_of(&STATUSES),
            headers: fields(bytes),
            body: {
                let body = bytes.one_of(&BODIES);
                told(body, bytes)
            },
        },
    };
    Exchange {
        at: instant(bytes),
        ended: instant(bytes),
        method: bytes.one_of(&["GET", "POST", "PUT", "DELETE"]).to_owned(),
        url: {
            let url = bytes.one_of(&URLS);
            told(url, bytes)
        },
        headers: Vec::new(),
        sent: None,
        reply,
    }
}

/// The text, or one of the bytes' own.
fn told(text: &str, bytes: &mut Bytes<'_>) -> String {
    match bytes.byte() {
        length @ 192.. => {
            let own = bytes.take(usize::from(length - 191) * 4);
            String::from_utf8_lossy(own).into_owned()
        }
        _ => text.to_owned(),
    }
}

fn arrival(bytes: &mut Bytes<'_>) -> Arrival {
    let reason = || "the step before gave nothing".to_owned();
    match bytes.byte() % 13 {
        0 => Arrival::Nothing,
        1 => Arrival::Consent,
        2 => Arrival::Denied,
        3 => Arrival::Login,
        4 => Arrival::Page,
        5 => Arrival::Answer,
        6 => Arrival::Inapplicable { reason: reason() },
        7 => Arrival::Impossible { reason: reason() },
        8 => Arrival::Unfit { reason: reason() },
        _ => {
            let to = bytes.one_of(&[
                "https://app.test/callback",
                "/callback",
                "javascript:alert(1)",
                "",
            ]);
            Arrival::Sent {
                to: told(to, bytes),
                landing: bytes.one_of(&[Landing::Asked, Landing::Elsewhere]),
                parameters: (0..bytes.byte() % MOST)
                    .map(|_| {
                        let (name, value) = bytes.one_of(&PARAMETERS);
                        (name.to_owned(), told(value, bytes))
                    })
                    .collect(),
            }
        }
    }
}

fn event(hosts: &[HostFact], bytes: &mut Bytes<'_>) -> Event {
    let chosen = usize::from(bytes.byte());
    let host = hosts.get(chosen % (hosts.len() + 1));
    let port = bytes.one_of(&[443, 80, 8443, 0]);
    let address = match chosen % 5 {
        4 => IpAddr::from([10, 0, 0, 1]),
        _ => IpAddr::from([20, 0, 0, u8::try_from(chosen % 7).unwrap_or_default()]),
    };
    let to = SocketAddr::new(address, port);
    let connection = u64::from(bytes.byte() % 4);
    let name = || host.map(|host| host.name.clone());
    let what = match bytes.byte() % 7 {
        0 => Happening::Lookup {
            name: told(&name().unwrap_or_default(), bytes),
            record: bytes.one_of(&["A", "AAAA", "HTTPS"]).to_owned(),
            turn: u32::from(bytes.byte()),
            said: vec!["20.0.0.1".to_owned()],
        },
        1 => Happening::Connect { connection, to },
        2 => Happening::Hello {
            connection,
            to,
            server_name: name(),
        },
        3 => Happening::Handshake {
            connection,
            to,
            failure: (bytes.byte() % 2 == 1).then(|| "unknown ca".to_owned()),
            certificate: bytes.byte() % 4 == 3,
        },
        4 => Happening::Request {
            connection,
            to,
            method: bytes.one_of(&["GET", "HEAD", "POST"]).to_owned(),
            target: told("/client.json", bytes),
            headers: vec![("host".to_owned(), told(&name().unwrap_or_default(), bytes))],
        },
        5 => Happening::Served {
            connection,
            to,
            status: Some(bytes.one_of(&STATUSES)),
            content_type: Some("application/json".to_owned()),
            delivery: Default::default(),
            length: u64::MAX >> (bytes.byte() % 64),
            body: told("{}", bytes),
        },
        _ => Happening::Closed {
            connection,
            to,
            sent: u64::MAX >> (bytes.byte() % 64),
            by: bytes.one_of(&[Ending::Peer, Ending::World, Ending::CaseOver]),
        },
    };
    Event {
        at: instant(bytes),
        case: Some(CaseId::from_text("made-up")),
        host: host.map(|host| host.label.clone()),
        what,
    }
}
