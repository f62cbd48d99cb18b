//! A whole case, and what the operator told, with regard to secrets.

use cimdspec_model::observation::Arrival;
use cimdspec_model::observation::ByProgram;
use cimdspec_model::observation::Event;
use cimdspec_model::observation::Exchange;
use cimdspec_model::observation::Happening;
use cimdspec_model::observation::Reply;
use cimdspec_model::observation::StepRecord;
use cimdspec_model::profile::Profile;

use crate::agent::given::value;
use crate::case::context::CaseContext;
use crate::http::exchange::cut_body;
use crate::http::exchange::cut_header;
use crate::redact::redactor::Redactor;

/// Words in the names of fields that say who somebody is.
const WHO: [&str; 7] = ["account", "domain", "login", "mail", "name", "tenant", "user"];

impl CaseContext {
    /// What the world saw, without the secrets that the target sent there.
    pub(crate) fn without_secrets(&self, events: Vec<Event>) -> Vec<Event> {
        let shown = events.into_iter().map(|event| witnessed(&self.redactor, event));
        shown.collect()
    }

    /// What became of the steps, without what the case and the run know by its end.
    pub(crate) fn whole_without_secrets(&self, records: Vec<StepRecord>) -> Vec<StepRecord> {
        let shown = records.into_iter().map(|record| recorded(&self.redactor, record));
        shown.collect()
    }
}

/// A step without the secrets that are known by the end of its case, cut to what is kept.
pub(crate) fn recorded(redactor: &Redactor, record: StepRecord) -> StepRecord {
    let text = |text: &str| redactor.at_the_end(text);
    let fields = |fields: Vec<(String, String)>| {
        let shown = fields
            .into_iter()
            // A cookie in it is hidden by the form of the field, which another reading would not see.
            .map(|(name, value)| (name, cut_header(&redactor.without_known(&value))));
        shown.collect()
    };
    let exchange = |exchange: Exchange| Exchange {
        url: text(&exchange.url),
        headers: fields(exchange.headers),
        sent: exchange.sent.map(|sent| cut_body(&text(&sent))),
        reply: match exchange.reply {
            Reply::Response {
                status,
                headers,
                body,
            } => Reply::Response {
                status,
                headers: fields(headers),
                body: cut_body(&text(&body)),
            },
            Reply::Broken { reason } => Reply::Broken {
                reason: text(&reason),
            },
            Reply::Timeout => Reply::Timeout,
        },
        ..exchange
    };
    let arrival = match record.arrival {
        Arrival::Sent {
            to,
            landing,
            parameters,
        } => Arrival::Sent {
            to: text(&to),
            landing,
            parameters: parameters
                .into_iter()
                .map(|(name, value)| (text(&name), text(&value)))
                .collect(),
        },
        Arrival::Impossible { reason } => Arrival::Impossible {
            reason: text(&reason),
        },
        Arrival::Inapplicable { reason } => Arrival::Inapplicable {
            reason: text(&reason),
        },
        Arrival::Unfit { reason } => Arrival::Unfit {
            reason: text(&reason),
        },
        same @ (Arrival::Answer
        | Arrival::Consent
        | Arrival::Denied
        | Arrival::Login
        | Arrival::Nothing
        | Arrival::Page) => same,
    };
    let program = |program: ByProgram| ByProgram {
        page: text(&program.page),
        ..program
    };
    StepRecord {
        exchanges: record.exchanges.into_iter().map(exchange).collect(),
        programs: record.programs.into_iter().map(program).collect(),
        arrival,
        ..record
    }
}

/// An event of the world without the secrets that the target sent there.
pub(crate) fn witnessed(redactor: &Redactor, event: Event) -> Event {
    let text = |text: &str| redactor.text(text);
    let what = match event.what {
        Happening::Hello {
            connection,
            to,
            server_name,
        } => Happening::Hello {
            connection,
            to,
            server_name: server_name.map(|name| text(&name)),
        },
        Happening::Lookup {
            name,
            record,
            turn,
            said,
        } => Happening::Lookup {
            name: text(&name),
            record,
            turn,
            said,
        },
        Happening::Request {
            connection,
            to,
            method,
            target,
            headers,
        } => Happening::Request {
            connection,
            to,
            method,
            target: text(&target),
            headers: headers
                .into_iter()
                .map(|(name, value)| (name, text(&value)))
                .collect(),
        },
        Happening::Served {
            connection,
            to,
            status,
            content_type,
            delivery,
            length,
            body,
        } => Happening::Served {
            connection,
            to,
            status,
            content_type: content_type.map(|kind| text(&kind)),
            delivery,
            length,
            body: text(&body),
        },
        same @ (Happening::Closed { .. } | Happening::Connect { .. } | Happening::Handshake { .. }) => same,
    };
    Event { what, ..event }
}

/// What the operator told us in confidence: cookies, passwords and header fields.
pub(crate) fn of_the_operator(profile: &Profile) -> impl Iterator<Item = (&'static str, &str)> {
    let login = &profile.login;
    let cookies = login.cookies.iter().map(|cookie| ("cookie", value(cookie)));
    // What a program or a script gets may be anything: a seed, a key, a token.
    let is_anything = !login.command.is_empty() || profile.script.is_some();
    let typed = login.fields.iter().chain(&login.second).filter(move |(name, _)| {
        let name = name.to_ascii_lowercase();
        let names_somebody = WHO.iter().any(|word| name.contains(word));
        name.contains("pass") || (is_anything && !names_somebody)
    });
    let fields = profile.headers.values().flat_map(|value| {
        let credentials = value.split_once(' ').map(|(_, credentials)| credentials);
        std::iter::once(value.as_str()).chain(credentials)
    });
    cookies
        .chain(typed.map(|(_, value)| ("password", value.as_str())))
        .chain(fields.map(|value| ("header", value)))
        .chain(
            profile
                .initial_tokens
                .client_secret
                .iter()
                .map(|secret| ("client-secret", secret.as_str())),
        )
}

#[cfg(test)]
mod tests {
    use cimdspec_model::name::StepName;
    use cimdspec_model::observation::Instant;
    use cimdspec_model::observation::Landing;

    use super::*;

    fn event(what: Happening) -> Event {
        Event {
            at: Instant(1),
            case: None,
            host: None,
            what,
        }
    }

    #[test]
    fn what_a_target_sends_to_our_hosts_is_not_kept() {
        let redactor = Redactor::default();
        redactor.learn("access-token", "abcdefghijklmnop");
        let request = event(Happening::Request {
            connection: 1,
            to: "127.0.0.1:443".parse().unwrap(),
            method: "GET".to_owned(),
            target: "/client.json?code=4711&x=abcdefghijklmnop".to_owned(),
            headers: vec![("referer".to_owned(), "https://as.test/cb?code=4712".to_owned())],
        });
        let Happening::Request { target, headers, .. } = witnessed(&redactor, request).what else {
            panic!("it is a request still");
        };
        assert_eq!(target, "/client.json?code=[code]&x=[access-token]");
        assert_eq!(headers[0].1, "https://as.test/cb?code=[code-2]");
        let served = event(Happening::Served {
            connection: 1,
            to: "127.0.0.1:443".parse().unwrap(),
            status: Some(200),
            content_type: None,
            delivery: Default::default(),
            length: 99,
            body: "{\"client_secret\":\"shh\",\"logo_uri\":\"https://a/abcdefghijklmnop\"}".to_owned(),
        });
        let Happening::Served { body, .. } = witnessed(&redactor, served).what else {
            panic!("it is an answer still");
        };
        assert_eq!(
            body,
            "{\"client_secret\":\"[client-secret]\",\"logo_uri\":\"https://a/[access-token]\"}"
        );
        let lookup = event(Happening::Lookup {
            name: "abcdefghijklmnop.docs.cimdspec.dev".to_owned(),
            record: "A".to_owned(),
            turn: 1,
            said: Vec::new(),
        });
        let Happening::Lookup { name, .. } = witnessed(&redactor, lookup).what else {
            panic!("it is a lookup still");
        };
        assert_eq!(name, "[access-token].docs.cimdspec.dev");
    }

    #[test]
    fn what_is_known_at_the_end_stands_nowhere_in_a_case() {
        let redactor = Redactor::default();
        let (at, ended) = (Instant(0), Instant(1));
        let record = StepRecord {
            step: StepName::parse("first").unwrap(),
            began: at,
            ended,
            exchanges: vec![Exchange {
                at,
                ended,
                method: "GET".to_owned(),
                url: "https://as.test/a?x=abc%2Fdefghijkl".to_owned(),
                headers: vec![("x-proof".to_owned(), "abc/defghijkl".to_owned())],
                sent: Some("x=abc%2fdefghijkl".to_owned()),
                reply: Reply::Response {
                    status: 200,
                    headers: vec![("x-note".to_owned(), "abc/defghijkl".to_owned())],
                    body: "<p>abc&#47;defghijkl</p>{\"x\":\"abc\\/defghijkl\"}".to_owned(),
                },
            }],
            arrival: Arrival::Sent {
                to: "https://app.test/abc/defghijkl".to_owned(),
                landing: Landing::Asked,
                parameters: vec![("x".to_owned(), "abc/defghijkl".to_owned())],
            },
            values: Vec::new(),
            logged: None,
            scripted: false,
            programs: Vec::new(),
        };
        redactor.learn("code", "abc/defghijkl");
        let shown = serde_json::to_string(&recorded(&redactor, record)).unwrap();
        assert!(!shown.contains("defghijkl"), "{shown}");
        // Those of the request stand in its command, too.
        assert_eq!(shown.matches("[code]").count(), 11, "{shown}");
    }

    #[test]
    fn what_the_operator_told_in_confidence_is_known() {
        let program = "name = \"x\"\n[login]\ncommand = [\"x\"]\nfields = { username = \"alice\", seed = \"abc\" }\n\
                       cookies = [\"Set-Cookie: a=b=c; Secure\"]";
        let program = Profile::read("p.toml", program).unwrap();
        let told: Vec<(&str, &str)> = of_the_operator(&program).collect();
        assert_eq!(told, [("cookie", "b=c"), ("password", "abc")]);
        let script = "name = \"x\"\n[login]\nfields = { username = \"alice\", pin = \"12345678\" }\n[script]\n\
                      load = { url = \"/a\" }\napprove = { url = \"/b\", json = { pin = \"{user.pin}\" } }";
        let script = Profile::read("p.toml", script).unwrap();
        let told: Vec<(&str, &str)> = of_the_operator(&script).collect();
        assert_eq!(told, [("password", "12345678")]);
        let text = "name = \"x\"\nheaders = { authorization = \"Basic YWxpY2U6d29uZGVybGFuZA\" }\n[login]\ncookies = [\"sid=abc\"]\n\
                    fields = { user = \"alice\", passphrase = \"wonderland\" }\nsecond = { passphrase = \"builder\" }";
        let profile = Profile::read("p.toml", text).unwrap();
        let told: Vec<(&str, &str)> = of_the_operator(&profile).collect();
        assert_eq!(
            told,
            [
                ("cookie", "abc"),
                ("password", "wonderland"),
                ("password", "builder"),
                ("header", "Basic YWxpY2U6d29uZGVybGFuZA"),
                ("header", "YWxpY2U6d29uZGVybGFuZA"),
            ]
        );
    }
}
