//! Metadata documents: whether one is there at all, and whether the issuer in it is the one that its place is made of.

use cimdspec_model::expect::Expect;
use cimdspec_model::observation::Reply;
use cimdspec_model::observation::StepRecord;
use cimdspec_model::reason::ReasonCode;
use cimdspec_model::verb::Act;
use cimdspec_model::verb::MetadataDocument;
use cimdspec_model::verdict::Outcome;
use serde_json::Map;
use serde_json::Value;

use crate::expect::Evidence;

const OAUTH: &str = "/.well-known/oauth-authorization-server";
const OPENID: &str = "/.well-known/openid-configuration";
/// A server that is asked too often, or fails, may have a document there.
const THROTTLED: u16 = 429;
const FAILED: u16 = 500;

/// The issuer of a target.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Issuer<'a> {
    /// As its metadata tells it.
    pub told: &'a str,
    /// As clients know it, where that was said exactly.
    pub exact: Option<&'a str>,
}

impl Evidence<'_> {
    /// Why an expectation has nothing to look at: the document is at a place where a server need not have one.
    pub(crate) fn unpublished(&self, expect: &Expect) -> Option<String> {
        let named = expect.steps();
        let need_not_be = |act: &Act| match act {
            Act::Discover(discover) => !matches!(discover.document, None | Some(MetadataDocument::Found)),
            _ => false,
        };
        let steps = self.plan.steps.iter();
        let mut optional = steps.filter(|step| need_not_be(&step.act) && named.contains(&&step.name));
        optional.find_map(|step| {
            let record = self.record(&step.name)?;
            let url = &record.exchanges.last()?.url;
            is_absent(record).then(|| format!("the server publishes no metadata at `{url}`"))
        })
    }

    /// Whether the issuer is the one that clients know, or else one from which they come to this document.
    pub(crate) fn of_its_place(
        &self,
        found: Option<&Value>,
        record: Option<&StepRecord>,
    ) -> (Outcome, String, String) {
        let seen = found.map_or("no issuer".to_owned(), |issuer| format!("the issuer is {issuer}"));
        let told = found.and_then(Value::as_str);
        if let Some(exact) = self.issuer.exact {
            let kept = told == Some(exact);
            return (of(kept), format!("the issuer \"{exact}\""), seen);
        }
        let url = record.and_then(|record| Some(record.exchanges.last()?.url.as_str()));
        let Some(url) = url.filter(|url| url.contains("/.well-known/")) else {
            let why = "the document is at no well-known place, and nobody said exactly which issuer it is of"
                .to_owned();
            return (
                Outcome::not_applicable(ReasonCode::NothingThere.with(why.clone())),
                "the issuer of the document".to_owned(),
                why,
            );
        };
        let kept = told.is_some_and(|issuer| leads_to(issuer, url));
        (of(kept), format!("an issuer whose metadata is at {url}"), seen)
    }
}

fn of(kept: bool) -> Outcome {
    if kept { Outcome::Pass } else { Outcome::Fail }
}

/// Whether an answer is neither a document nor a failure to bring one.
fn is_absent(record: &StepRecord) -> bool {
    let Some(Reply::Response { status, body, .. }) = record.exchanges.last().map(|exchange| &exchange.reply)
    else {
        return false;
    };
    let is_document = (200..300).contains(status) && serde_json::from_str::<Map<String, Value>>(body).is_ok();
    !is_document && *status != THROTTLED && *status < FAILED
}

/// Whether clients that know a server by this issuer look for its metadata there (RFC 8414 section 3.1, OpenID Connect
/// Discovery section 4.1): a slash at its end makes no difference to the place.
fn leads_to(issuer: &str, url: &str) -> bool {
    let (Some((origin, path)), Some((there, place))) = (parts(issuer), parts(url)) else {
        return false;
    };
    let path = path.strip_suffix('/').unwrap_or(path);
    let places = [
        format!("{OAUTH}{path}"),
        format!("{OPENID}{path}"),
        format!("{path}{OPENID}"),
    ];
    origin == there && places.iter().any(|known| known == place)
}

/// Scheme and authority as they are compared, and the path.
fn parts(url: &str) -> Option<(String, &str)> {
    let (scheme, rest) = url.split_once("://")?;
    let (authority, path) = rest.split_at(rest.find('/').unwrap_or(rest.len()));
    let (scheme, authority) = (scheme.to_ascii_lowercase(), authority.to_ascii_lowercase());
    let usual = match scheme.as_str() {
        "http" => ":80",
        _ => ":443",
    };
    let authority = authority.strip_suffix(usual).unwrap_or(&authority);
    let is_plain = !path.contains(['?', '#']);
    is_plain.then(|| (format!("{scheme}://{authority}"), path))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn an_issuer_leads_to_the_places_that_are_made_of_it() {
        let inserted = format!("https://as{OAUTH}/t");
        for (issuer, url) in [
            ("https://as", format!("https://as{OAUTH}")),
            ("https://as/", format!("https://as{OAUTH}")),
            ("https://AS:443/", format!("https://as{OPENID}")),
            ("https://as/t", inserted.clone()),
            ("https://as/t/", inserted.clone()),
            ("https://as/t", format!("https://as/t{OPENID}")),
            ("https://as/t", format!("https://as{OPENID}/t")),
            ("http://as:8080", format!("http://as:8080{OPENID}")),
        ] {
            assert!(leads_to(issuer, &url), "{issuer} {url}");
        }
        for issuer in [
            "https://as",
            "https://as/t//",
            "https://as/T",
            "https://other/t",
            "http://as/t",
            "https://as:8443/t",
            "https://as/t?x",
            "as/t",
            "",
        ] {
            assert!(!leads_to(issuer, &inserted), "{issuer}");
        }
    }
}
