//! What a document or a request links to: a conformant server leaves it alone, so what follows it are deviations of mutants.

use serde_json::Map;
use serde_json::Value;

use crate::cimd::documents::DOCUMENT;
use crate::cimd::documents::Documents;
use crate::cimd::fetch::content::MUTANT_APPETITE;
use crate::cimd::fetch::guarded::Errand;
use crate::cimd::identifier::parse;
use crate::policy::Check;
use crate::policy::LinkRule;
use crate::policy::Redirects;
use crate::policy::UrlPolicy;

/// Members with rules of their own.
const NOT_LINKS: [&str; 3] = ["client_id", "jwks_uri", "logo_uri"];

impl Documents {
    /// Follows what a document links to, where this is not left alone.
    pub(crate) async fn follow_links(&self, client_id: &str, links: &[String]) {
        if !self.policy.document.links.is(LinkRule::LeftAlone) {
            self.follow(client_id, links).await;
        }
    }

    /// Fetches what is linked to, without the guard, as only mutants do.
    pub(crate) async fn follow(&self, client_id: &str, links: &[String]) {
        let (limit, redirects) = match *self.policy.document.links {
            LinkRule::LeftAlone | LinkRule::Fetched => (DOCUMENT.limit, None),
            LinkRule::FetchedWithoutBounds => (MUTANT_APPETITE, Some(Redirects::FollowUnguarded)),
        };
        let lenient = UrlPolicy {
            scheme: Check::Skip.into(),
            ..UrlPolicy::default()
        };
        for link in links {
            let errand = Errand {
                guarded: false,
                limit,
                redirects,
                ..DOCUMENT
            };
            if let Ok(destination) = parse(&lenient, link) {
                let _ = self.fetched(client_id, link, "link", destination, errand).await;
            }
        }
    }
}

/// The URLs of web pages among the members, alone or in a list.
pub(crate) fn links_of(members: &Map<String, Value>) -> Vec<String> {
    let members = members
        .iter()
        .filter(|(name, _)| !NOT_LINKS.contains(&name.as_str()));
    let texts = members.flat_map(|(_, value)| match value {
        Value::Array(values) => values.iter().filter_map(Value::as_str).collect(),
        value => value.as_str().into_iter().collect::<Vec<&str>>(),
    });
    let is_page = |text: &&str| text.starts_with("https://") || text.starts_with("http://");
    texts.filter(is_page).map(str::to_owned).collect()
}

#[cfg(test)]
mod tests {
    use serde_json::json;

    use super::links_of;

    #[test]
    fn links_are_urls_of_members_without_rules_of_their_own() {
        let members = json!({
            "client_id": "https://a.test/",
            "client_name": "https client",
            "request_uris": ["https://b.test/", 1],
            "tos_uri": "http://c.test/",
        });
        let found = members.as_object().map(links_of);
        assert_eq!(
            found,
            Some(vec!["https://b.test/".to_owned(), "http://c.test/".to_owned()])
        );
    }
}
