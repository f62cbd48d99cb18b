//! How the target behaved in a case, roughly: what is worth looking at more closely.

use std::collections::BTreeMap;
use std::hash::DefaultHasher;
use std::hash::Hash;
use std::hash::Hasher;

use cimdspec_model::json;
use cimdspec_model::observation::Arrival;
use cimdspec_model::observation::Case;
use cimdspec_model::observation::Exchange;
use cimdspec_model::observation::Happening;
use cimdspec_model::observation::Landing;
use cimdspec_model::observation::Reply;
use cimdspec_model::observation::StepRecord;

/// Fewer exchanges of a step tell how it went: where a browser was, one after the other.
const MOST_EXCHANGES: usize = 8;

/// How the target behaved in a case: for each step where it asked, the class of the answer, its error code, where it ended
/// and about how long it took; for each host how far the target came and about how often.
///
/// Two cases with the same signature went the same way, as far as it can be seen from outside.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct Signature(u64);

impl Signature {
    /// The signature of a case.
    pub fn of(case: &Case) -> Self {
        let mut hash = DefaultHasher::new();
        for record in &case.steps {
            step(record).hash(&mut hash);
        }
        hosts(case).hash(&mut hash);
        case.alive.hash(&mut hash);
        Self(hash.finish())
    }
}

fn step(record: &StepRecord) -> (String, Vec<String>, String, u32) {
    let exchanges = record.exchanges.iter().take(MOST_EXCHANGES).map(exchange);
    let took = record.ended.0.saturating_sub(record.began.0) / 1_000_000;
    // Less than a second, than four, than sixteen, …
    let magnitude = took.checked_ilog(4).map_or(0, |power| power + 1);
    (
        record.step.to_string(),
        exchanges.collect(),
        arrival(&record.arrival),
        magnitude,
    )
}

fn exchange(exchange: &Exchange) -> String {
    let path = exchange.url.split(['?', '#']).next().unwrap_or_default();
    // What stands behind the second segment may be an identifier.
    let place: Vec<&str> = path.split('/').skip(3).take(2).collect();
    let reply = match &exchange.reply {
        Reply::Response {
            status,
            headers,
            body,
        } => {
            let kind = headers.iter().find(|(name, _)| name == "content-type");
            let kind = kind.map_or("", |(_, kind)| kind.split(';').next().unwrap_or_default());
            format!("{status} {kind} {}", error(body).unwrap_or_default())
        }
        Reply::Timeout => "no answer".to_owned(),
        Reply::Broken { .. } => "broken".to_owned(),
    };
    format!("{} {} {reply}", exchange.method, place.join("/"))
}

/// The error code of a JSON answer.
fn error(body: &str) -> Option<String> {
    let members = json::object(body)?;
    members.get("error")?.as_str().map(str::to_owned)
}

fn arrival(arrival: &Arrival) -> String {
    match arrival {
        Arrival::Nothing => "nothing".to_owned(),
        Arrival::Sent { landing, .. } => {
            let place = match landing {
                Landing::Asked => "asked",
                Landing::Elsewhere => "elsewhere",
            };
            let error = arrival.parameter("error").unwrap_or_default();
            format!("sent {place} {} {error}", arrival.has_code())
        }
        Arrival::Consent => "consent".to_owned(),
        Arrival::Denied => "denied".to_owned(),
        Arrival::Login => "login".to_owned(),
        Arrival::Page => "page".to_owned(),
        Arrival::Answer => "answer".to_owned(),
        Arrival::Inapplicable { .. } => "inapplicable".to_owned(),
        Arrival::Impossible { .. } => "impossible".to_owned(),
        Arrival::Unfit { .. } => "unfit".to_owned(),
    }
}

/// For each host and layer about how often the target came there: never, once, some times, often.
fn hosts(case: &Case) -> BTreeMap<(String, &'static str), u32> {
    let mut counts: BTreeMap<(String, &'static str), u32> = BTreeMap::new();
    for event in &case.events {
        let layer = match &event.what {
            // How many lookups there are is up to the resolver.
            Happening::Lookup { .. } => "lookup",
            Happening::Connect { .. } => "connect",
            Happening::Hello { .. } => "hello",
            Happening::Handshake { failure: None, .. } => "handshake",
            Happening::Handshake { failure: Some(_), .. } => "no handshake",
            Happening::Request { .. } => "request",
            Happening::Served { .. } => "served",
            Happening::Closed { .. } => continue,
        };
        let host = event.host.as_ref().map(ToString::to_string).unwrap_or_default();
        *counts.entry((host, layer)).or_default() += 1;
    }
    for ((_, layer), count) in &mut counts {
        *count = match layer {
            &"lookup" => 1,
            _ => count.ilog2(),
        };
    }
    counts
}

#[cfg(test)]
mod tests {
    use cimdspec_model::name::CaseId;
    use cimdspec_model::name::StepName;
    use cimdspec_model::observation::Instant;

    use super::*;

    fn case(status: u16, body: &str, took: u64) -> Case {
        let reply = Reply::Response {
            status,
            headers: vec![(
                "content-type".to_owned(),
                "application/json; charset=utf-8".to_owned(),
            )],
            body: body.to_owned(),
        };
        let exchange = Exchange {
            at: Instant(0),
            ended: Instant(took),
            method: "POST".to_owned(),
            url: "https://as.example/token?x=1".to_owned(),
            headers: Vec::new(),
            sent: None,
            reply,
        };
        Case {
            case: CaseId::from_text("n0"),
            hosts: Vec::new(),
            events: Vec::new(),
            steps: vec![StepRecord {
                step: StepName::parse("tokens").unwrap(),
                began: Instant(0),
                ended: Instant(took),
                exchanges: vec![exchange],
                arrival: Arrival::Answer,
                values: Vec::new(),
                logged: None,
                scripted: false,
                programs: Vec::new(),
            }],
            alive: true,
        }
    }

    #[test]
    fn behaviour_that_differs_has_another_signature_and_words_do_not_matter() {
        let plain = Signature::of(&case(
            400,
            "{\"error\": \"invalid_grant\", \"error_description\": \"a\"}",
            1000,
        ));
        let reworded = Signature::of(&case(
            400,
            "{\"error\": \"invalid_grant\", \"error_description\": \"b\"}",
            2000,
        ));
        assert_eq!(plain, reworded);
        for other in [
            case(401, "{\"error\": \"invalid_grant\"}", 1000),
            case(400, "{\"error\": \"invalid_client\"}", 1000),
            case(400, "{\"error\": \"invalid_grant\"}", 5_000_000),
        ] {
            assert_ne!(plain, Signature::of(&other));
        }
    }
}
