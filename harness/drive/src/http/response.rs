//! An authorization response where it does not look like one: at a place without a host, or in a form.

use cimdspec_model::observation::Arrival;
use cimdspec_model::observation::Landing;
use cimdspec_page::FieldKind;
use cimdspec_page::Form;
use cimdspec_page::Html;
use cimdspec_page::Method;
use url::Url;

use crate::agent::filling::place;
use crate::http::client::encoded;
use crate::http::exchange::Talk;

/// What an authorization request asked for.
#[derive(Debug, Default)]
pub(crate) struct Asked {
    /// The redirect URIs, as sent.
    pub(crate) redirect_uris: Vec<String>,
    /// The state, as sent.
    pub(crate) state: Option<String>,
}

/// Where the agent was sent, with its secrets: what the flow goes on with.
#[derive(Debug, Default)]
pub(crate) struct Sent {
    pub(crate) parameters: Vec<(String, String)>,
}

/// The parameters of which an authorization response has one.
const RESPONSE: [&str; 5] = ["access_token", "code", "error", "id_token", "response"];

impl Asked {
    /// Whether a place without scheme and host of its own is where an answer goes. A browser takes it for one of the
    /// server's; the redirect URI that was asked for, or the state of the request, tells what it is.
    pub(crate) fn is_answered_at(&self, location: &str) -> bool {
        let begin = location.find(['?', '#']).unwrap_or(location.len());
        let rest = location[begin..].trim_start_matches(['?', '#']);
        let pairs: Vec<(String, String)> = url::form_urlencoded::parse(rest.replace('#', "&").as_bytes())
            .into_owned()
            .collect();
        let value = |name: &str| {
            pairs
                .iter()
                .find(|(known, _)| known == name)
                .map(|(_, value)| value)
        };
        if Url::parse(location).is_ok() || RESPONSE.iter().all(|name| value(name).is_none()) {
            return false;
        }
        let is_asked_for = self.redirect_uris.iter().any(|asked| {
            let after = location
                .strip_prefix(asked.as_str())
                .filter(|_| !asked.is_empty());
            after.is_some_and(|after| after.is_empty() || after.starts_with(['?', '#', '&']))
        });
        let is_for_the_client = value("client_id").is_none();
        let has_its_state = self.state.is_some() && value("state") == self.state.as_ref();
        is_asked_for || (is_for_the_client && has_its_state)
    }

    /// Whether the user agent was sent where the request asked for: to the same URI as a browser reads it.
    pub(crate) fn landing(&self, to: &str) -> Landing {
        let place = |uri: &str| {
            let end = uri.find(['?', '#']).unwrap_or(uri.len());
            uri[..end].trim().to_owned()
        };
        let to = place(to);
        let read = Url::parse(&to).ok();
        let is_same = |asked: &String| {
            let asked = place(asked);
            asked == to || (read.is_some() && Url::parse(&asked).ok() == read)
        };
        match self.redirect_uris.is_empty() || self.redirect_uris.iter().any(is_same) {
            true => Landing::Asked,
            false => Landing::Elsewhere,
        }
    }
}

/// Where a form of a page takes an authorization response (OAuth 2.0 Form Post Response Mode), with the response as a
/// query.
pub(crate) fn answered_by(
    page: &Url,
    html: &Html,
    form: &Form,
    owns: &dyn Fn(&Url) -> bool,
) -> Option<String> {
    let hidden = form.fields.iter().filter(|field| field.kind == FieldKind::Hidden);
    let pairs: Vec<(String, String)> = hidden
        .map(|field| (field.name.clone(), field.value.clone()))
        .collect();
    let is_response = pairs.iter().any(|(name, _)| RESPONSE.contains(&name.as_str()));
    let place = place(page, html, &form.action)?;
    if form.method != Method::Post || !is_response || owns(&place) {
        return None;
    }
    let action = form.action.split('#').next().unwrap_or_default();
    let joint = if action.contains('?') { '&' } else { '?' };
    Some(format!("{action}{joint}{}", encoded(&pairs)))
}

/// The target let the agent go: the raw location, and the parameters of its query and fragment.
pub(crate) fn left(talk: &Talk, location: &str, asked: &Asked) -> (Arrival, Sent) {
    let (to, parameters) = parted(location);
    let redactor = talk.redactor();
    let own: Vec<(String, String)> = asked.redirect_uris.iter().flat_map(|uri| parted(uri).1).collect();
    let shown = parameters
        .iter()
        .map(|pair| match own.contains(pair) {
            // What the client itself put there is no secret, and none of the server's.
            true => pair.clone(),
            false => (pair.0.clone(), redactor.parameter(&pair.0, &pair.1)),
        })
        .collect();
    let arrival = Arrival::Sent {
        to: redactor.text(to),
        landing: asked.landing(to),
        parameters: shown,
    };
    (arrival, Sent { parameters })
}

/// A URI without its query and fragment, and the parameters of both; of a query too that was put behind the fragment.
fn parted(uri: &str) -> (&str, Vec<(String, String)>) {
    let end = uri.find(['?', '#']).unwrap_or(uri.len());
    let (place, rest) = uri.split_at(end);
    let (query, fragment) = rest.split_once('#').unwrap_or((rest, ""));
    let pairs = |text: &str| -> Vec<(String, String)> {
        url::form_urlencoded::parse(text.trim_start_matches('?').as_bytes())
            .into_owned()
            .collect()
    };
    let (fragment, behind) = fragment.split_once('?').unwrap_or((fragment, ""));
    let parameters = [query, fragment, behind].into_iter().flat_map(pairs);
    (place, parameters.collect())
}

impl Sent {
    /// The last value of a response parameter: one of the redirect URI itself comes before it.
    pub(crate) fn parameter(&self, name: &str) -> Option<&str> {
        self.parameters
            .iter()
            .rfind(|(known, _)| known == name)
            .map(|(_, value)| value.as_str())
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn an_answer_to_a_place_without_a_host_is_one() {
        let at = |redirect_uri: &str, location: &str| {
            let asked = Asked {
                redirect_uris: vec![redirect_uri.to_owned()],
                state: Some("s1".to_owned()),
            };
            asked.is_answered_at(location)
        };
        assert!(at("/callback", "/callback?code=c&state=x"));
        assert!(at("callback", "callback?error=access_denied"));
        assert!(at("?code", "?code&code=c"));
        assert!(at("https://app.test/cb", "/cb?code=c&state=s1"));
        assert!(at("", "?code=c&state=s1"));
        assert!(at("/callback", "/callback#access_token=t"));
        // The server's own way: no answer in it, another state, or a request that goes on.
        assert!(!at("/callback", "/callback?request=1"));
        assert!(!at("https://app.test/cb", "/federated?code=c&state=other"));
        assert!(!at("https://app.test/cb", "/login?client_id=x&code=1&state=s1"));
        assert!(!at("/call", "/callback?code=c"));
        assert!(!at("https://app.test/cb", "https://as.test/cb?code=c&state=s1"));
    }

    #[test]
    fn a_query_that_was_put_behind_a_fragment_is_read() {
        let read = |uri: &str| -> Vec<String> {
            let pairs = parted(uri).1.into_iter();
            pairs.map(|(name, value)| format!("{name}={value}")).collect()
        };
        assert_eq!(read("https://app.test/cb?x=1#y=2"), ["x=1", "y=2"]);
        assert_eq!(
            read("https://app.test/cb#x?code=c&state=s"),
            ["x=", "code=c", "state=s"]
        );
        assert_eq!(read("https://app.test/cb#code=x?error=e"), ["code=x", "error=e"]);
        assert_eq!(parted("https://app.test/cb#x").0, "https://app.test/cb");
    }

    #[test]
    fn a_code_lands_where_the_request_asked_for_or_elsewhere() {
        let landing = |asked: &[&str], to: &str| {
            let asked = Asked {
                redirect_uris: asked.iter().map(|uri| (*uri).to_owned()).collect(),
                state: None,
            };
            asked.landing(to)
        };
        for (asked, to) in [
            ("https://app.test/cb?x=1", "https://app.test/cb"),
            ("HTTPS://APP.test:443/cb", "https://app.test/cb"),
            ("https://app.test", "https://app.test/"),
            ("com.example.app:/cb", "com.example.app:/cb"),
            ("/callback", "/callback"),
        ] {
            assert_eq!(landing(&[asked], to), Landing::Asked, "{asked} {to}");
        }
        for (asked, to) in [
            ("http://127.0.0.1:7/cb", "http://127.0.0.1/cb"),
            ("https://app.test/cb/", "https://app.test/cb"),
            ("https://other.test/cb", "https://app.test/cb"),
            ("http://localhost/cb", "http://127.0.0.1/cb"),
        ] {
            assert_eq!(landing(&[asked], to), Landing::Elsewhere, "{asked} {to}");
        }
        assert_eq!(landing(&[], "https://app.test/cb"), Landing::Asked);
        assert_eq!(
            landing(&["https://a.test/", "https://b.test/"], "https://b.test/"),
            Landing::Asked
        );
    }

    fn form(html: &str) -> Option<String> {
        let page = Url::parse("https://as.test/authorize").unwrap();
        let owns = |url: &Url| url.host_str() == Some("as.test");
        let html = Html::read(html);
        let mut forms = html.forms().into_iter();
        forms.find_map(|form| answered_by(&page, &html, &form, &owns))
    }

    #[test]
    fn a_form_with_an_answer_goes_to_the_client() {
        let code = "<input type=\"hidden\" name=\"code\" value=\"a b\">";
        let post = |action: &str, fields: &str| {
            form(&format!(
                "<form method=\"post\" action=\"{action}\">{fields}</form>"
            ))
        };
        assert_eq!(
            post("https://other.test/cb", code).as_deref(),
            Some("https://other.test/cb?code=a+b")
        );
        assert_eq!(
            post("https://other.test/cb?x=1", code).as_deref(),
            Some("https://other.test/cb?x=1&code=a+b")
        );
        let odd = "<INPUT\nVALUE = c&#45;1 NAME=code TYPE=Hidden>";
        assert_eq!(
            post("https://other.test/cb", odd).as_deref(),
            Some("https://other.test/cb?code=c-1")
        );
        assert_eq!(post("/decide", code), None);
        let other = "<input type=\"hidden\" name=\"csrf\" value=\"1\">";
        assert_eq!(post("https://idp.test/login", other), None);
    }
}
