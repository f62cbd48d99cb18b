//! Where a client's application is, for a target that takes redirect URIs on the host of the document only: there.

use std::borrow::Cow;
use std::collections::BTreeMap;

use cimdspec_model::name::HostLabel;
use cimdspec_model::observation::Arrival;
use cimdspec_model::observation::HostFact;
use cimdspec_model::observation::Reply;
use cimdspec_model::plan::Document;
use cimdspec_model::text::Names;
use cimdspec_model::verb::ClientName;
use serde_json::Map;
use serde_json::Value;
use url::Host;
use url::Url;

use crate::case::context::CaseContext;
use crate::http::exchange::Talk;

const APPLICATION: &str = "app";
const DOCUMENTS: &str = "docs";
const ELSEWHERE: &str = "the target takes redirect URIs on the host of the document only";

/// The hosts of a case, of which the application's is that of the documents.
pub(crate) fn at_home(mut facts: Vec<HostFact>) -> Vec<HostFact> {
    let find = |label: &str| facts.iter().position(|fact| fact.label.as_str() == label);
    if let (Some(app), Some(docs)) = (find(APPLICATION), find(DOCUMENTS)) {
        (facts[app].origin, facts[app].name) = (facts[docs].origin.clone(), facts[docs].name.clone());
    }
    facts
}

impl CaseContext {
    /// The names as a client with this identifier knows them.
    pub(crate) fn names_of(&self, client: &ClientName, id: &str) -> Cow<'_, Names> {
        let application = HostLabel::parse(APPLICATION).ok();
        let (ClientName::Host(label), Some(application)) = (client, application) else {
            return Cow::Borrowed(&self.names);
        };
        let is_told = self.target.redirects_to_own_host() && self.names.origins.contains_key(&application);
        let Some(home) = home(&self.facts, label, id).filter(|_| is_told) else {
            return Cow::Borrowed(&self.names);
        };
        let mut names = self.names.clone();
        names.origins.insert(application, home);
        Cow::Owned(names)
    }

    /// The names as the client of a document knows them that this host serves, with what a step sets in it.
    pub(crate) fn names_in(
        &self,
        label: &HostLabel,
        document: &Document,
        set: &BTreeMap<String, Value>,
    ) -> Cow<'_, Names> {
        let id = set.get("client_id").or_else(|| document.body.get("client_id"));
        let id = id.and_then(|id| self.names.json(id).ok());
        let id = id.as_ref().and_then(Value::as_str).unwrap_or_default();
        self.names_of(&ClientName::Host(label.clone()), id)
    }

    /// Why a request shows nothing that was refused: its client has redirect URIs elsewhere, of which the target takes none.
    pub(crate) fn has_redirects_elsewhere(
        &self,
        talk: &Talk,
        client: &ClientName,
        arrival: &Arrival,
    ) -> Option<String> {
        let is_refused = matches!(arrival, Arrival::Answer | Arrival::Page) && last_status(talk) >= Some(400);
        let id = self.client(client).ok()?.id;
        let is_elsewhere = self.target.redirects_to_own_host()
            && self.memory().documents.get(&id).is_some_and(leads_elsewhere);
        (is_refused && is_elsewhere).then(|| ELSEWHERE.to_owned())
    }
}

fn last_status(talk: &Talk) -> Option<u16> {
    match talk.exchanges().pop()?.reply {
        Reply::Response { status, .. } => Some(status),
        Reply::Broken { .. } | Reply::Timeout => None,
    }
}

/// The origin of a client with this identifier whose document this host serves: that of the documents, where the identifier is
/// one of theirs and another host serves it, as after a redirect. The identifier may tell it by an address or with a port.
fn home(facts: &[HostFact], label: &HostLabel, id: &str) -> Option<String> {
    let told = Url::parse(id).ok().filter(|url| url.scheme() == "https");
    let named = told.as_ref().and_then(Url::domain).unwrap_or_default();
    let is_of = |fact: &HostFact| is_below(id, &fact.origin) || named.eq_ignore_ascii_case(&fact.name);
    let documents = facts.iter().find(|fact| fact.label.as_str() == DOCUMENTS);
    let own = facts.iter().find(|fact| fact.label == *label);
    let fact = documents.filter(|fact| is_of(fact)).or(own)?;
    let is_address = |url: &Url| matches!(url.host(), Some(Host::Ipv4(_) | Host::Ipv6(_)));
    let tells = |url: &&Url| !is_below(id, &fact.origin) && (is_address(url) || is_of(fact));
    let told = told.as_ref().filter(tells);
    Some(told.map_or_else(|| fact.origin.clone(), |url| url.origin().ascii_serialization()))
}

/// Whether a URL begins with this origin, which on loopback has a path.
fn is_below(url: &str, origin: &str) -> bool {
    let rest = url.strip_prefix(origin);
    rest.is_some_and(|rest| rest.is_empty() || rest.starts_with(['/', '?', '#']))
}

/// Whether a document lists a redirect URI without a host, or on another one than that of its identifier.
fn leads_elsewhere(members: &Map<String, Value>) -> bool {
    let url = |value: &Value| Url::parse(value.as_str()?).ok();
    let host = |url: Url| url.host_str().map(str::to_owned);
    let own = members.get("client_id").and_then(url).and_then(host);
    let listed = members.get("redirect_uris").and_then(Value::as_array);
    let mut listed = listed.into_iter().flatten().filter_map(url);
    listed.any(|uri| host(uri) != own)
}

#[cfg(test)]
mod tests {
    use serde_json::json;

    use super::*;

    fn fact(label: &str, origin: &str) -> HostFact {
        HostFact {
            label: HostLabel::parse(label).unwrap(),
            name: origin.trim_start_matches("https://").to_owned(),
            origin: origin.to_owned(),
            addresses: Vec::new(),
        }
    }

    #[test]
    fn the_application_is_where_the_documents_are() {
        let facts = at_home(vec![
            fact("app", "https://a.test"),
            fact("docs", "https://d.test"),
            fact("other", "https://o.test"),
        ]);
        let origins: Vec<&str> = facts.iter().map(|fact| fact.origin.as_str()).collect();
        assert_eq!(origins, ["https://d.test", "https://d.test", "https://o.test"]);
        let alone = vec![fact("app", "https://a.test")];
        assert_eq!(at_home(alone.clone()), alone);
    }

    #[test]
    fn an_identifier_tells_its_port_and_its_address() {
        let facts = [fact("docs", "https://d.test"), fact("other", "https://o.test")];
        let of = |label: &str, id: &str| home(&facts, &HostLabel::parse(label).unwrap(), id);
        for (label, id, expected) in [
            ("docs", "https://d.test/client.json", "https://d.test"),
            ("docs", "https://d.test:8443/client.json", "https://d.test:8443"),
            ("docs", "https://D.test/client.json", "https://d.test"),
            ("docs", "https://10.0.0.1/client.json", "https://10.0.0.1"),
            ("other", "https://o.test/client.json", "https://o.test"),
            // It is another's, or none at all: what was asked for is a client of the documents.
            ("docs", "https://o.test/client.json", "https://d.test"),
            ("other", "https://d.test/client.json", "https://d.test"),
            ("docs", "http://d.test/client.json", "https://d.test"),
            ("docs", "client", "https://d.test"),
        ] {
            assert_eq!(of(label, id).as_deref(), Some(expected), "{label} {id}");
        }
        assert_eq!(of("nobody", "client"), None);
        let by_path = [fact("docs", "https://127.0.0.1:4430/1a/docs")];
        let id = format!("{}/client.json", by_path[0].origin);
        assert_eq!(
            home(&by_path, &by_path[0].label, &id).as_ref(),
            Some(&by_path[0].origin)
        );
    }

    #[test]
    fn a_redirect_uri_is_elsewhere_that_has_another_host_or_none() {
        let of = |uri: &str| {
            let document =
                json!({ "client_id": "https://d.test/c.json", "redirect_uris": ["https://d.test/cb", uri] });
            leads_elsewhere(document.as_object().unwrap())
        };
        for uri in ["https://o.test/cb", "http://localhost:3000/cb", "com.example:/cb"] {
            assert!(of(uri), "{uri}");
        }
        for uri in ["https://d.test:8443/other", "no url"] {
            assert!(!of(uri), "{uri}");
        }
    }
}
