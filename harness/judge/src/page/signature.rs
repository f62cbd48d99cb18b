//! The likeness of pages: what a page looks like when its wording is left aside.

use std::collections::BTreeSet;

use cimdspec_model::json;
use cimdspec_model::observation::Exchange;
use cimdspec_model::observation::Reply;
use cimdspec_page::Html;
use serde_json::Value;

/// What a page looks like: status, media type, title, and the names of its form fields; of an answer to a script the members,
/// each with its type.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Signature {
    status: u16,
    media: String,
    title: String,
    fields: BTreeSet<String>,
}

/// No page is told by more fields.
const MOST_FIELDS: usize = 64;

impl Signature {
    /// Whether there is something to fill in.
    pub fn has_form(&self) -> bool {
        !self.fields.is_empty()
    }
}

/// The signature of an exchange's response; `None` when there was none.
pub fn signature(exchange: &Exchange) -> Option<Signature> {
    let Reply::Response {
        status,
        headers,
        body,
    } = &exchange.reply
    else {
        return None;
    };
    let media = header(headers, "content-type").unwrap_or_default();
    let media = media.split(';').next().unwrap_or_default();
    let media = media.trim().to_ascii_lowercase();
    // What fails and what is refused is told by its status.
    let members = (*status < 400 && media.ends_with("json")).then(|| json::value(body));
    if let Some(value) = members.flatten() {
        let mut fields = BTreeSet::new();
        members_of(&value, String::new(), &mut fields);
        return Some(Signature {
            status: *status,
            media,
            title: String::new(),
            fields,
        });
    }
    let page = Html::read(body);
    Some(Signature {
        status: *status,
        media,
        title: page.title(),
        fields: page
            .names()
            .into_iter()
            .take(MOST_FIELDS)
            .map(str::to_owned)
            .collect(),
    })
}

/// The members of a JSON value by their pointers, each with its type; how many items a list has is nobody's sign.
fn members_of(value: &Value, pointer: String, found: &mut BTreeSet<String>) {
    if found.len() == MOST_FIELDS {
        return;
    }
    let mut told = |kind: &str| _ = found.insert(format!("{pointer} {kind}"));
    match value {
        Value::Null => told("null"),
        Value::Bool(_) => told("boolean"),
        Value::Number(_) => told("number"),
        Value::String(_) => told("string"),
        Value::Array(items) => {
            told("list");
            items
                .iter()
                .for_each(|item| members_of(item, format!("{pointer}/*"), found));
        }
        Value::Object(members) => {
            told("object");
            for (name, member) in members {
                members_of(member, format!("{pointer}/{name}"), found);
            }
        }
    }
}

/// Whether a response is a page, by its header fields.
pub(crate) fn is_html(headers: &[(String, String)]) -> bool {
    header(headers, "content-type").is_some_and(|media| media.contains("html"))
}

/// The first value of a header field.
pub(crate) fn header<'a>(headers: &'a [(String, String)], name: &str) -> Option<&'a str> {
    headers
        .iter()
        .find(|(known, _)| known.eq_ignore_ascii_case(name))
        .map(|(_, value)| value.as_str())
}

/// What a page says: each of its words as often as it stands there, whatever their order. Names and numbers are left aside,
/// for they differ from client to client, and so are lists whose order is nobody's.
pub fn says(page: &str) -> Vec<String> {
    let is_name = |word: &&str| word.contains(|c: char| c.is_ascii_digit() || "./:@[]".contains(c));
    let text = Html::read(page).reading();
    let words = text
        .words()
        .map(|word| word.trim_matches(|c: char| !c.is_alphanumeric() && !"/@[]".contains(c)));
    let mut words: Vec<String> = words
        .filter(|word| !word.is_empty() && !is_name(word))
        .map(str::to_owned)
        .collect();
    words.sort();
    words
}

#[cfg(test)]
mod tests {
    use cimdspec_model::observation::Instant;

    use super::*;

    fn answered(status: u16, media: &str, body: &str) -> Signature {
        let exchange = Exchange {
            at: Instant(0),
            ended: Instant(1),
            method: "GET".to_owned(),
            url: String::new(),
            headers: Vec::new(),
            sent: None,
            reply: Reply::Response {
                status,
                headers: vec![("content-type".to_owned(), media.to_owned())],
                body: body.to_owned(),
            },
        };
        signature(&exchange).unwrap()
    }

    fn of(body: &str) -> Signature {
        answered(200, "text/HTML; charset=utf-8", body)
    }

    #[test]
    fn one_page_in_two_spellings_is_one_page() {
        let page = of(
            "<title>Consent</title><form><input name=\"csrf\"><button name=\"decision\">Yes</button></form>",
        );
        for other in [
            "<TITLE\n>Consent</TITLE><FORM><INPUT\nNAME=csrf><BUTTON NAME = decision>Yes</BUTTON></FORM>",
            "<title> Consent </title><meta name=viewport content=x><form><button name='decision'>No</button><input value='>' name=csrf></form>",
        ] {
            assert_eq!(of(other), page, "{other}");
        }
        for other in [
            "<title>Login</title><form><input name=csrf><button name=decision></form>",
            "<title>Consent</title><form><input name=csrf></form>",
            "<title>Consent</title><form><!-- <input name=csrf> --><button name=decision></form>",
        ] {
            assert_ne!(of(other), page, "{other}");
        }
        assert!(!of("<meta name=viewport content=x><p>Error</p>").has_form());
    }

    #[test]
    fn answers_to_scripts_are_told_by_their_members() {
        let of = |status: u16, body: &str| answered(status, "application/json", body);
        let page = of(
            200,
            r#"{"client":{"name":"a"},"user":"alice","scopes":["x","y"]}"#,
        );
        assert_eq!(
            page,
            of(200, r#"{"user":"bob","scopes":["z"],"client":{"name":"b"}}"#)
        );
        for other in [
            r#"{"error":"invalid_request"}"#,
            r#"{"client":{"name":"a"},"user":null,"scopes":["x"]}"#,
            r#"{"client":null,"user":"alice","scopes":["x"]}"#,
        ] {
            assert_ne!(page, of(200, other), "{other}");
        }
        assert_eq!(of(500, r#"{"error":"a"}"#), of(500, r#"{"message":"b"}"#));
    }

    #[test]
    fn what_a_page_says_has_no_order_and_no_names() {
        let here = says("<p>Go to app-1a.cimdspec.dev. Code: 17. <ul><li>mail<li>files</ul>");
        assert_eq!(
            here,
            says("<p>Go to http://127.0.0.1:80/cb. Code: 99. <ul><li>files<li>mail</ul>")
        );
        assert_eq!(
            here,
            says("<p>Go to [::1]:80. Code: 3 <ul><li>files, <li>mail</ul>")
        );
        for other in [
            "<p>Go to app-1a.cimdspec.dev. Beware. Code: 17. <ul><li>mail<li>files</ul>",
            "<p>Go to app-1a.cimdspec.dev. Code: 17. <ul><li>mail<li>files<li>mail</ul>",
            "<p>Go to app-1a.cimdspec.dev. Code: 17. <ul><li>mail</ul>",
        ] {
            assert_ne!(here, says(other), "{other}");
        }
    }
}
