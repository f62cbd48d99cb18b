//! Whether a recorded case still shows a secret, by the names under which secrets stand.

use cimdspec_model::observation::Arrival;
use cimdspec_model::observation::Case;
use cimdspec_model::observation::Exchange;
use cimdspec_model::observation::Happening;
use cimdspec_model::observation::Reply;

use crate::redact::places::is_hidden;
use crate::redact::redactor::Redactor;

/// Where a recorded case shows a secret, in words; nothing where it shows none.
///
/// What is known by its value only cannot be seen here: whoever records a case hides that.
pub fn shown_secret(case: &Case) -> Option<String> {
    let exchanges = case.steps.iter().flat_map(|step| &step.exchanges);
    let in_exchanges = exchanges.filter_map(of_exchange).next();
    let in_arrivals = || case.steps.iter().find_map(|step| of_arrival(&step.arrival));
    let in_events = || case.events.iter().find_map(|event| of_event(&event.what));
    in_exchanges.or_else(in_arrivals).or_else(in_events)
}

fn of_exchange(exchange: &Exchange) -> Option<String> {
    let redactor = Redactor::default();
    let differs = |hidden: String, shown: &str, place: &str| {
        (hidden != shown && !is_hidden(shown)).then(|| place.to_owned())
    };
    let url = differs(
        redactor.text(&exchange.url),
        &exchange.url,
        "the URL of a request",
    );
    let sent = exchange.sent.as_deref();
    let sent = sent.and_then(|sent| differs(redactor.text(sent), sent, "the body of a request"));
    let mut fields = exchange.headers.iter();
    let header = fields.find_map(|(name, value)| {
        differs(
            redactor.request_header(name, value),
            value,
            &format!("the header field `{name}` of a request"),
        )
    });
    let reply = match &exchange.reply {
        Reply::Broken { .. } | Reply::Timeout => None,
        Reply::Response { headers, body, .. } => {
            let mut fields = headers.iter();
            let header = fields.find_map(|(name, value)| {
                differs(
                    redactor.header(name, value),
                    value,
                    &format!("the header field `{name}` of an answer"),
                )
            });
            header.or_else(|| differs(redactor.text(body), body, "the body of an answer"))
        }
    };
    url.or(sent).or(header).or(reply)
}

fn of_arrival(arrival: &Arrival) -> Option<String> {
    let Arrival::Sent { parameters, .. } = arrival else {
        return None;
    };
    let redactor = Redactor::default();
    let mut parameters = parameters.iter();
    let shown =
        parameters.find(|(name, value)| !is_hidden(value) && redactor.parameter(name, value) != **value);
    shown.map(|(name, _)| format!("the parameter `{name}` of an authorization response"))
}

fn of_event(what: &Happening) -> Option<String> {
    let redactor = Redactor::default();
    match what {
        Happening::Request { target, headers, .. } => {
            let in_target = redactor.text(target) != *target;
            let mut fields = headers.iter();
            let field = fields.find(|(_, value)| redactor.text(value) != **value);
            match in_target {
                true => Some("the target of a request to one of our hosts".to_owned()),
                false => field
                    .map(|(name, _)| format!("the header field `{name}` of a request to one of our hosts")),
            }
        }
        _ => None,
    }
}

#[cfg(test)]
mod tests {
    use cimdspec_model::name::CaseId;
    use cimdspec_model::name::StepName;
    use cimdspec_model::observation::Instant;
    use cimdspec_model::observation::Landing;
    use cimdspec_model::observation::StepRecord;

    use super::*;

    fn case(url: &str, body: &str) -> Case {
        let exchange = Exchange {
            at: Instant(1),
            ended: Instant(2),
            method: "POST".to_owned(),
            url: url.to_owned(),
            headers: vec![("cookie".to_owned(), "session=[cookie]".to_owned())],
            sent: Some("grant_type=authorization_code&code=[code]".to_owned()),
            reply: Reply::Response {
                status: 200,
                headers: vec![("set-cookie".to_owned(), "session=[cookie]; path=/".to_owned())],
                body: body.to_owned(),
            },
        };
        Case {
            case: CaseId::from_text("a"),
            hosts: Vec::new(),
            events: Vec::new(),
            steps: vec![StepRecord {
                step: StepName::parse("ask").unwrap(),
                began: Instant(0),
                ended: Instant(3),
                exchanges: vec![exchange],
                arrival: Arrival::Sent {
                    to: "https://app.test/callback".to_owned(),
                    landing: Landing::Asked,
                    parameters: vec![("code".to_owned(), "[code-2]".to_owned())],
                },
                values: Vec::new(),
                logged: None,
                scripted: false,
                programs: Vec::new(),
            }],
            alive: true,
        }
    }

    #[test]
    fn what_is_hidden_shows_nothing_and_what_is_not_is_found_at_its_place() {
        let hidden = case("https://as.test/token", "{\"access_token\":\"[access-token-2]\"}");
        assert_eq!(shown_secret(&hidden), None);
        let url = case("https://as.test/a?code=splxlOBeZQQYbYS6WxSbIA", "");
        assert_eq!(shown_secret(&url).as_deref(), Some("the URL of a request"));
        let body = case(
            "https://as.test/token",
            "{\"access_token\":\"SlAV32hkKG-abcdefgh\"}",
        );
        assert_eq!(shown_secret(&body).as_deref(), Some("the body of an answer"));
    }
}
