//! What another site's page can send to the server of a script page (WHATWG Fetch): without a preflight only what a form could
//! send, and more where the server allows it by CORS.

use cimdspec_model::observation::Arrival;
use cimdspec_model::profile::ScriptRequest;
use url::Url;

use crate::agent::browser::Done;
use crate::agent::browser::Next;
use crate::agent::cookie::Jar;
use crate::agent::navigation::Navigation;
use crate::agent::script::known::Known;
use crate::agent::script::player::Player;
use crate::http::answer::Answer;
use crate::http::client::Ask;

/// Media types of bodies that need no preflight.
const SIMPLE_MEDIA: [&str; 3] = [
    "application/x-www-form-urlencoded",
    "multipart/form-data",
    "text/plain",
];
const SIMPLE_METHODS: [&str; 3] = ["GET", "HEAD", "POST"];
/// Header fields that need no preflight.
const SIMPLE_FIELDS: [&str; 4] = ["accept", "accept-language", "content-language", "content-type"];

impl Player<'_> {
    /// Approves from a page of another site, in the browser of a user who is logged in: `known` is what the other site knows.
    pub(crate) async fn forge(&self, site: &Url, known: &Known, jar: &mut Jar, done: &mut Done) -> Next {
        // Only what changes something is worth forging; what is read before it cannot be read from elsewhere.
        let requests: Vec<(&str, &ScriptRequest)> = self.script.approve.named("approve").collect();
        let Some((name, request)) = requests
            .into_iter()
            .rfind(|(_, request)| request.method() != "GET")
        else {
            let reason = "`approve` of `[script]` sends nothing that changes something".to_owned();
            return Next::Stay(Arrival::Impossible { reason });
        };
        let ask = match self.ask(&without_cookies(request), known, &jar.without_kept()) {
            Ok(ask) => ask,
            Err(missing) => {
                let reason = format!("another site does not know `{}`", missing.0);
                return Next::Stay(Arrival::Impossible { reason });
            }
        };
        if jar.header(&ask.url).is_none() {
            let reason = "the browser has no session at the target".to_owned();
            return Next::Stay(Arrival::Impossible { reason });
        }
        done.note_unsure(jar, &ask.url);
        let ask = match self.is_allowed(site, &ask).await {
            true => ask,
            false => simple(ask),
        };
        let Ok(answer) = self.from(site, &ask, jar).await else {
            return Next::Stay(Arrival::Page);
        };
        jar.take_all(&ask.url, &answer);
        let mut then = known.clone();
        then.told.insert(name.to_owned(), answer.clone());
        let goes = request.go.as_ref().filter(|_| answer.status < 400);
        match goes.and_then(|go| self.place(go, &then, jar)) {
            Some(to) => self.gone(known, &to),
            None => Next::Stay(Arrival::Page),
        }
    }

    /// Whether the server allows the whole request from elsewhere, with cookies.
    async fn is_allowed(&self, site: &Url, ask: &Ask) -> bool {
        let fields = unsafe_fields(ask);
        if is_simple(ask) {
            return true;
        }
        let origin = site.origin().ascii_serialization();
        let mut preflight = Ask::get(ask.url.clone())
            .method("OPTIONS")
            .header("origin", &origin)
            .header("access-control-request-method", &ask.method);
        if !fields.is_empty() {
            preflight = preflight.header("access-control-request-headers", &fields.join(","));
        }
        let Ok(answer) = self.talk.exchange(&preflight).await else {
            return false;
        };
        allows(&answer, &origin, &ask.method, &fields)
    }

    async fn from(&self, site: &Url, ask: &Ask, jar: &Jar) -> Result<Answer, ()> {
        let ask = Navigation::from_page(site, &[]).made_by_script(ask, |name| self.agent.always_sends(name));
        let cookies = jar.header_from_elsewhere(&ask.url, &ask.method);
        let answer = self.talk.exchange(&ask.with_cookies(cookies)).await;
        answer.map_err(|_| ())
    }
}

/// The request without what the script reads from cookies: another site's page cannot read them.
fn without_cookies(request: &ScriptRequest) -> ScriptRequest {
    let mut request = request.clone();
    request.headers.retain(|_, value| !value.0.contains("{cookie."));
    request
}

/// The names of the fields that need a preflight, in lower case and in order.
fn unsafe_fields(ask: &Ask) -> Vec<String> {
    let names = ask.headers.iter().filter(|(name, value)| {
        let name = name.to_ascii_lowercase();
        !SIMPLE_FIELDS.contains(&name.as_str()) || (name == "content-type" && !is_simple_media(value))
    });
    let mut names: Vec<String> = names.map(|(name, _)| name.to_ascii_lowercase()).collect();
    names.sort();
    names
}

fn is_simple_media(media: &str) -> bool {
    let media = media.split(';').next().unwrap_or_default().trim();
    SIMPLE_MEDIA
        .iter()
        .any(|simple| media.eq_ignore_ascii_case(simple))
}

fn is_simple(ask: &Ask) -> bool {
    SIMPLE_METHODS.contains(&ask.method.as_str()) && unsafe_fields(ask).is_empty()
}

/// The nearest that needs no preflight: the same body as plain text.
fn simple(ask: Ask) -> Ask {
    let mut ask = ask.instead("content-type", "text/plain");
    ask.headers
        .retain(|(name, _)| SIMPLE_FIELDS.contains(&name.to_ascii_lowercase().as_str()));
    match SIMPLE_METHODS.contains(&ask.method.as_str()) {
        true => ask,
        false => ask.method("POST"),
    }
}

/// Whether the answer to a preflight lets a request with cookies go (WHATWG Fetch, "CORS-preflight fetch").
fn allows(answer: &Answer, origin: &str, method: &str, fields: &[String]) -> bool {
    let has = |name: &str, wanted: &str| {
        let list = answer.header(name).unwrap_or_default();
        list.split(',')
            .any(|item| item.trim().eq_ignore_ascii_case(wanted))
    };
    (200..300).contains(&answer.status)
        && answer.header("access-control-allow-origin") == Some(origin)
        && answer.header("access-control-allow-credentials") == Some("true")
        && (SIMPLE_METHODS.contains(&method) || has("access-control-allow-methods", method))
        && fields
            .iter()
            .all(|field| has("access-control-allow-headers", field))
}

#[cfg(test)]
mod tests {
    use super::*;

    fn ask(method: &str, headers: &[(&str, &str)]) -> Ask {
        let mut ask = Ask::get(Url::parse("https://as.test/api").unwrap()).method(method);
        for (name, value) in headers {
            ask = ask.header(name, value);
        }
        ask
    }

    #[test]
    fn what_a_form_can_send_needs_no_preflight() {
        assert!(is_simple(&ask(
            "POST",
            &[("content-type", "text/plain; charset=utf-8")]
        )));
        assert!(is_simple(&ask("GET", &[("Accept", "application/json")])));
        assert!(!is_simple(&ask("PUT", &[])));
        assert!(!is_simple(&ask("POST", &[("content-type", "application/json")])));
        assert!(!is_simple(&ask("POST", &[("X-CSRF", "1")])));
        let made = simple(ask(
            "PUT",
            &[("Content-Type", "application/json"), ("X-CSRF", "1")],
        ));
        assert!(is_simple(&made));
        assert_eq!(
            made.headers,
            [("content-type".to_owned(), "text/plain".to_owned())]
        );
    }

    #[test]
    fn a_preflight_allows_what_it_names() {
        let answer = |origin: &str, credentials: &str, fields: &str| Answer {
            status: 204,
            headers: [
                ("access-control-allow-origin", origin),
                ("access-control-allow-credentials", credentials),
                ("access-control-allow-headers", fields),
            ]
            .map(|(name, value)| (name.to_owned(), value.to_owned()))
            .to_vec(),
            body: String::new(),
        };
        let fields = ["content-type".to_owned()];
        let allowed = |answer: &Answer| allows(answer, "https://evil.test", "POST", &fields);
        assert!(allowed(&answer("https://evil.test", "true", "x-a, Content-Type")));
        assert!(!allowed(&answer("*", "true", "content-type")));
        assert!(!allowed(&answer("https://evil.test", "", "content-type")));
        assert!(!allowed(&answer("https://evil.test", "true", "x-a")));
        assert!(!allowed(&answer("https://as.test", "true", "content-type")));
    }
}
