//! The metadata documents of a target: where clients look for them, which are there, and what they say together.

use cimdspec_model::verb::MetadataDocument;
use serde_json::Map;
use serde_json::Value;
use std::time::Duration;
use url::Url;

use crate::http::answer::Answer;
use crate::http::answer::Lost;
use crate::http::client::Ask;
use crate::http::client::Wire;
use crate::target::issuer_url::appended;
use crate::target::issuer_url::inserted;

pub(crate) const AUTHORIZATION: &str = "authorization_endpoint";
const DEADLINE: Duration = Duration::from_secs(10);
const OAUTH: &str = "/.well-known/oauth-authorization-server";
const OPENID: &str = "/.well-known/openid-configuration";
/// In the order in which clients look (MCP, Authorization Server Metadata Discovery).
pub(crate) const PLACES: [MetadataDocument; 3] = [
    MetadataDocument::Oauth,
    MetadataDocument::OpenidInserted,
    MetadataDocument::Openid,
];

/// A metadata document that was found.
#[derive(Debug, Clone, PartialEq)]
pub(crate) struct Document {
    pub(crate) at: Url,
    pub(crate) members: Map<String, Value>,
    /// The header field `server` of its answer.
    pub(crate) server: Option<String>,
}

/// A document that is not there.
struct Absent {
    reason: String,
    /// Whether a server answered.
    answered: bool,
}

/// The documents of one target.
#[derive(Debug, Clone, PartialEq, Default)]
pub(crate) struct Documents {
    /// Those that are there; the first is the one that clients find.
    pub(crate) found: Vec<Document>,
    /// What was tried in vain, each with the reason.
    pub(crate) tried: Vec<String>,
    /// Whether a server answered anywhere.
    pub(crate) answered: bool,
}

/// The place of a document for the issuer at this place.
pub(crate) fn address(place: &Url, which: MetadataDocument) -> Url {
    match which {
        MetadataDocument::Openid => appended(place, OPENID),
        MetadataDocument::OpenidInserted => inserted(place, OPENID),
        MetadataDocument::Found | MetadataDocument::Oauth | MetadataDocument::Other => inserted(place, OAUTH),
    }
}

impl Documents {
    /// Looks for the documents; the one at a place that the profile names counts before all others.
    pub(crate) async fn look(wire: &Wire, place: &Url, named: Option<Url>) -> Self {
        let mut addresses: Vec<Url> = PLACES.iter().map(|which| address(place, *which)).collect();
        // Without a path the two places of OpenID Connect are one.
        addresses.dedup();
        let is_named = named.is_some();
        if let Some(named) = named {
            addresses.retain(|address| *address != named);
            addresses.insert(0, named);
        }
        let reads = addresses.iter().map(|address| read(wire, address));
        let read = futures_util::future::join_all(reads).await;
        Self::of(addresses.into_iter().zip(read), is_named)
    }

    /// The documents that these answers are: of each address, an answer or why there is none.
    pub(crate) fn of(answers: impl Iterator<Item = (Url, Result<Answer, String>)>, is_named: bool) -> Self {
        let mut documents = Self::default();
        for (at, answer) in answers {
            match in_answer(answer) {
                Ok((members, server)) => documents.found.push(Document { at, members, server }),
                Err(Absent { reason, answered }) => {
                    documents.tried.push(format!("`{at}`: {reason}"));
                    documents.answered |= answered;
                }
            }
        }
        if !is_named {
            // A document that leads nowhere is passed over, as long as another one does.
            let leads = |document: &Document| document.members.contains_key(AUTHORIZATION);
            documents.found.sort_by_key(|document| !leads(document));
        }
        documents
    }

    /// What all documents of the first one's issuer say together: where they differ, the first counts.
    pub(crate) fn together(&self) -> Map<String, Value> {
        let mut together = Map::new();
        for document in self.of_one_issuer() {
            for (name, value) in &document.members {
                together.entry(name.clone()).or_insert_with(|| value.clone());
            }
        }
        together
    }

    /// Where the documents send clients to different places, in words.
    pub(crate) fn differences(&self) -> Vec<String> {
        let Some((first, others)) = self.found.split_first() else {
            return Vec::new();
        };
        let is_place = |name: &String| name.ends_with("_endpoint") || name == "jwks_uri";
        let mut told = Vec::new();
        for other in others {
            let mut names: Vec<&String> = first.members.keys().chain(other.members.keys()).collect();
            names.retain(|name| is_place(name));
            names.sort();
            names.dedup();
            for name in names {
                told.extend(match (first.members.get(name), other.members.get(name)) {
                    (Some(_), None) => Some(format!("`{name}` stands in `{}` only, not in `{}`", first.at, other.at)),
                    (None, Some(_)) => Some(format!("`{name}` stands in `{}` only, not in `{}`", other.at, first.at)),
                    (Some(here), Some(there)) if here != there => Some(format!(
                        "`{name}` is {here} in `{}` and {there} in `{}`: the former is tested; the other by `url` of `[discovery]`",
                        first.at, other.at
                    )),
                    _ => None,
                });
            }
        }
        told
    }

    fn of_one_issuer(&self) -> impl Iterator<Item = &Document> {
        let issuer = self.found.first().and_then(|first| first.members.get("issuer"));
        let is_same = move |document: &&Document| document.members.get("issuer") == issuer;
        self.found.iter().filter(is_same)
    }
}

/// What the address is answered with, or why it is not.
async fn read(wire: &Wire, address: &Url) -> Result<Answer, String> {
    let ask = Ask::get(address.clone()).header("accept", "application/json");
    let answer = wire.send_patiently(&ask, DEADLINE).await;
    answer.map_err(|lost| match lost {
        Lost::Broken(reason) => reason,
        Lost::Timeout => format!("no answer within {} s", DEADLINE.as_secs()),
    })
}

/// The document in a successful answer that is a JSON object, and the header field `server` of it.
fn in_answer(answer: Result<Answer, String>) -> Result<(Map<String, Value>, Option<String>), Absent> {
    let answer = answer.map_err(|reason| Absent {
        reason,
        answered: false,
    })?;
    let absent = |reason: String| Absent {
        reason,
        answered: true,
    };
    if !(200..300).contains(&answer.status) {
        return Err(absent(format!("status {}", answer.status)));
    }
    let members = answer
        .json()
        .ok_or_else(|| absent("an answer that is no JSON object".to_owned()))?;
    Ok((members, answer.header("server").map(str::to_owned)))
}

#[cfg(test)]
mod tests {
    use serde_json::json;
    use wiremock::Mock;
    use wiremock::MockServer;
    use wiremock::ResponseTemplate;
    use wiremock::matchers::path;

    use super::*;
    use crate::http::client::Trust;
    use crate::target::issuer_url::place;

    fn document(at: &str, members: Value) -> Document {
        Document {
            at: Url::parse(at).unwrap(),
            members: members.as_object().unwrap().clone(),
            server: None,
        }
    }

    #[test]
    fn the_well_known_path_goes_between_host_and_path() {
        let at = place("https://as.test/tenant/").unwrap();
        let tried = PLACES.map(|which| address(&at, which).to_string());
        assert_eq!(
            tried,
            [
                "https://as.test/.well-known/oauth-authorization-server/tenant",
                "https://as.test/.well-known/openid-configuration/tenant",
                "https://as.test/tenant/.well-known/openid-configuration",
            ]
        );
    }

    #[test]
    fn documents_of_one_issuer_say_together_what_each_says() {
        let documents = Documents {
            found: vec![
                document(
                    "https://as/oauth",
                    json!({ "issuer": "https://as", "token_endpoint": "https://as/a" }),
                ),
                document(
                    "https://as/openid",
                    json!({ "issuer": "https://as", "token_endpoint": "https://as/b", "registration_endpoint": "https://as/r" }),
                ),
                document(
                    "https://as/foreign",
                    json!({ "issuer": "https://other", "revocation_endpoint": "https://as/v" }),
                ),
            ],
            tried: Vec::new(),
            answered: true,
        };
        assert_eq!(
            Value::Object(documents.together()),
            json!({ "issuer": "https://as", "token_endpoint": "https://as/a", "registration_endpoint": "https://as/r" })
        );
        let told = documents.differences().join("\n");
        for wanted in [
            "`registration_endpoint` stands in `https://as/openid` only",
            "`token_endpoint` is \"https://as/a\" in `https://as/oauth` and \"https://as/b\" in `https://as/openid`",
        ] {
            assert!(told.contains(wanted), "{told}");
        }
    }

    /// What is there is a successful answer with a JSON object: neither a page, nor a redirect, nor an error.
    #[tokio::test]
    async fn what_is_no_document_is_not_there() {
        let server = MockServer::start().await;
        let page = ResponseTemplate::new(200).set_body_string("<title>Welcome</title>");
        let members = json!({ "authorization_endpoint": "https://as/authorize" });
        for (place, answer) in [
            ("/.well-known/oauth-authorization-server/t", page),
            (
                "/.well-known/openid-configuration/t",
                ResponseTemplate::new(302).insert_header("location", "/login"),
            ),
            (
                "/t/.well-known/openid-configuration",
                ResponseTemplate::new(200).set_body_json(&members),
            ),
        ] {
            Mock::given(path(place)).respond_with(answer).mount(&server).await;
        }
        let trust = Trust {
            pem: "",
            system: false,
        };
        let wire = Wire::new(trust, &Default::default()).unwrap();
        let at = place(&format!("{}/t", server.uri())).unwrap();
        let documents = Documents::look(&wire, &at, None).await;
        let found: Vec<&str> = documents
            .found
            .iter()
            .map(|document| document.at.path())
            .collect();
        assert_eq!(found, ["/t/.well-known/openid-configuration"]);
        assert_eq!(documents.tried.len(), 2);
    }
}
