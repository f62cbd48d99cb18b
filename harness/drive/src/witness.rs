//! What the world saw, and what the operator told, with regard to secrets.

use cimdspec_model::observation::Event;
use cimdspec_model::observation::Happening;
use cimdspec_model::profile::Profile;

use crate::redact::Redactor;
use crate::scene::Scene;

impl Scene {
    /// What the world saw, without the secrets that the target sent there.
    pub(crate) fn without_secrets(&self, events: Vec<Event>) -> Vec<Event> {
        let shown = events.into_iter().map(|event| witnessed(&self.redactor, event));
        shown.collect()
    }
}

/// An event of the world without the secrets that the target sent there.
fn witnessed(redactor: &Redactor, event: Event) -> Event {
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
        same @ (Happening::Closed { .. } | Happening::Connect { .. } | Happening::Handshake { .. }) => same,
    };
    Event { what, ..event }
}

/// What the operator told us in confidence: cookies, passwords and header fields.
pub(crate) fn of_the_operator(profile: &Profile) -> impl Iterator<Item = (&'static str, &str)> {
    let login = &profile.login;
    let cookies = login
        .cookies
        .iter()
        .filter_map(|cookie| Some(("cookie", cookie.split_once('=')?.1)));
    let typed = login
        .fields
        .iter()
        .filter(|(name, _)| name.to_ascii_lowercase().contains("pass"));
    let fields = profile.headers.values().flat_map(|value| {
        let credentials = value.split_once(' ').map(|(_, credentials)| credentials);
        std::iter::once(value.as_str()).chain(credentials)
    });
    cookies
        .chain(typed.map(|(_, value)| ("password", value.as_str())))
        .chain(fields.map(|value| ("header", value)))
}

#[cfg(test)]
mod tests {
    use cimdspec_model::observation::Instant;

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
    fn what_the_operator_told_in_confidence_is_known() {
        let text = "name = \"x\"\nheaders = { authorization = \"Basic YWxpY2U6d29uZGVybGFuZA\" }\n[login]\ncookies = [\"sid=abc\"]\n\
                    fields = { user = \"alice\", passphrase = \"wonderland\" }";
        let profile = Profile::read("p.toml", text).unwrap();
        let told: Vec<(&str, &str)> = of_the_operator(&profile).collect();
        assert_eq!(
            told,
            [
                ("cookie", "abc"),
                ("password", "wonderland"),
                ("header", "Basic YWxpY2U6d29uZGVybGFuZA"),
                ("header", "YWxpY2U6d29uZGVybGFuZA"),
            ]
        );
    }
}
