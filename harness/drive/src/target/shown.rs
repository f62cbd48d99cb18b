//! Proofs that a tenant of a hosted product can give: the token where only an administrator of the issuer can put it, in its metadata
//! or on the page of its authorization endpoint.
//!
//! Nothing that a client says of itself is a proof: whoever may register a client, or publish a document of one, gives it any name.

use std::time::Duration;

use serde_json::Map;
use serde_json::Value;
use url::Url;

use crate::http::answer::Answer;
use crate::http::client::Ask;
use crate::http::client::Wire;
use crate::target::documents::AUTHORIZATION;
use crate::target::documents::Documents;
use crate::target::issuer_url::place;
use crate::target::proof::Proof;
use crate::target::proof::Token;

const DEADLINE: Duration = Duration::from_secs(10);
/// So many bytes of a page are looked at.
const MOST_OF_A_PAGE: usize = 256 * 1024;

/// Looks for the token in the metadata of an issuer, and then on the page that its authorization endpoint shows to nobody in
/// particular: without parameters and without cookies, so that it is of no client.
///
/// The metadata is that of the well-known places: what a profile says of it proves nothing.
pub(crate) async fn found(wire: &Wire, issuer: &str, token: &Token) -> Result<Proof, Vec<String>> {
    let url = place(issuer).map_err(|error| vec![error.to_string()])?;
    let documents = Documents::look(wire, &url, None).await;
    let own: Vec<(&Url, &Map<String, Value>)> = documents
        .found
        .iter()
        .filter(|document| is_of(&document.members, issuer))
        .map(|document| (&document.at, &document.members))
        .collect();
    for (at, members) in &own {
        if let Some(member) = holding(members, token) {
            return Ok(Proof::Member {
                at: at.to_string(),
                member: member.to_owned(),
            });
        }
    }
    let Some((at, members)) = own.first() else {
        return Err(vec![format!(
            "metadata of `{issuer}`: no document that names this issuer"
        )]);
    };
    let mut looked = vec![format!("`{at}`: no value is the token")];
    match on_page(wire, members, &url, token).await {
        Ok(page) => Ok(Proof::Page(page)),
        Err(what) => {
            looked.push(what);
            Err(looked)
        }
    }
}

fn is_of(members: &Map<String, Value>, issuer: &str) -> bool {
    let told = members.get("issuer").and_then(Value::as_str);
    told.is_some_and(|told| told.trim_end_matches('/') == issuer.trim_end_matches('/'))
}

/// The member in which the token stands, as a value or as a part of one.
fn holding<'a>(members: &'a Map<String, Value>, token: &Token) -> Option<&'a str> {
    let mut all = members.iter();
    all.find_map(|(name, value)| has(value, token).then_some(name.as_str()))
}

fn has(value: &Value, token: &Token) -> bool {
    match value {
        Value::String(text) => token.is_in(text),
        Value::Array(items) => items.iter().any(|item| has(item, token)),
        Value::Object(members) => members.values().any(|value| has(value, token)),
        Value::Bool(_) | Value::Null | Value::Number(_) => false,
    }
}

/// The page of the authorization endpoint, if it shows the token; it has to be at the origin of the issuer.
async fn on_page(
    wire: &Wire,
    members: &Map<String, Value>,
    issuer: &Url,
    token: &Token,
) -> Result<String, String> {
    let endpoint = members.get(AUTHORIZATION).and_then(Value::as_str);
    let url = endpoint.and_then(|endpoint| Url::parse(endpoint).ok());
    let url = url.ok_or_else(|| format!("the metadata have no `{AUTHORIZATION}`"))?;
    if url.origin() != issuer.origin() || url.query().is_some() {
        return Err(format!("`{url}`: another origin than the issuer's, or a query"));
    }
    let ask = Ask::get(url.clone()).header("accept", "text/html");
    match wire.send(&ask, DEADLINE).await {
        Ok(answer) if shows(&answer, token) => Ok(url.to_string()),
        Ok(answer) => Err(format!(
            "`{url}`: status {}, and its page does not show the token",
            answer.status
        )),
        Err(lost) => Err(format!("`{url}`: {}", lost.words())),
    }
}

fn shows(answer: &Answer, token: &Token) -> bool {
    let end = answer.body.floor_char_boundary(MOST_OF_A_PAGE);
    token.is_in(&answer.body[..end])
}

#[cfg(test)]
mod tests {
    use cimdspec_model::profile::Profile;
    use serde_json::json;
    use wiremock::Mock;
    use wiremock::MockServer;
    use wiremock::ResponseTemplate;
    use wiremock::matchers::path;
    use wiremock::matchers::path_regex;

    use super::*;
    use crate::http::client::Trust;

    const TOKEN: &str = "Q2ltZHNwZWMgcHJvb2Ygb2YgY29udHJvbCB0ZXN0";

    /// What is found on a server with these members beside its usual ones, and this page.
    async fn looked(more: Value, page: &str) -> Result<Proof, Vec<String>> {
        let server = MockServer::start().await;
        let mut members =
            json!({ "issuer": server.uri(), AUTHORIZATION: format!("{}/authorize", server.uri()) });
        if let (Some(members), Some(more)) = (members.as_object_mut(), more.as_object()) {
            members.extend(more.clone());
        }
        Mock::given(path("/.well-known/oauth-authorization-server"))
            .respond_with(ResponseTemplate::new(200).set_body_json(members))
            .mount(&server)
            .await;
        Mock::given(path_regex("^/authorize$"))
            .respond_with(ResponseTemplate::new(400).set_body_raw(page, "text/html"))
            .mount(&server)
            .await;
        let trust = Trust {
            pem: "",
            system: false,
        };
        let wire = Wire::new(trust, &Profile::default()).unwrap();
        found(&wire, &server.uri(), &Token::parse(TOKEN).unwrap()).await
    }

    #[tokio::test]
    async fn a_scope_or_another_value_of_the_metadata_is_a_proof() {
        let lower = format!("cimdspec-{}", TOKEN.to_lowercase());
        for (more, name) in [
            (
                json!({ "scopes_supported": ["openid", TOKEN] }),
                "scopes_supported",
            ),
            (json!({ "scopes_supported": [lower] }), "scopes_supported"),
            (
                json!({ "op_policy_uri": format!("https://a.example/{TOKEN}") }),
                "op_policy_uri",
            ),
            (json!({ "x_tenant": { "name": TOKEN } }), "x_tenant"),
        ] {
            match looked(more, "").await {
                Ok(Proof::Member { member, .. }) => assert_eq!(member, name),
                other => panic!("{name}: {other:?}"),
            }
        }
    }

    #[tokio::test]
    async fn a_text_on_the_page_of_the_authorization_endpoint_is_a_proof() {
        let page = format!("<h1>{TOKEN}</h1><p>client_id is missing</p>");
        let found = looked(json!({}), &page).await;
        assert!(matches!(found, Ok(Proof::Page(url)) if url.ends_with("/authorize")));
        let told = looked(json!({}), "<h1>Acme</h1>").await.unwrap_err();
        assert_eq!(told.len(), 2, "{told:?}");
        assert!(told[1].ends_with("/authorize`: status 400, and its page does not show the token"));
    }

    #[tokio::test]
    async fn what_belongs_to_another_issuer_is_no_proof() {
        let other = json!({ "issuer": "https://other.example", "scopes_supported": [TOKEN] });
        let told = looked(other, TOKEN).await.unwrap_err();
        assert!(told[0].contains("no document that names this issuer"), "{told:?}");
        let elsewhere = json!({ AUTHORIZATION: "https://other.example/authorize" });
        let told = looked(elsewhere, TOKEN).await.unwrap_err();
        assert!(told[1].contains("another origin than the issuer's"), "{told:?}");
        let short = json!({ "scopes_supported": [&TOKEN[..30]] });
        assert!(looked(short, "").await.is_err());
    }
}
