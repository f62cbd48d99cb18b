//! What a script knows: its page, earlier answers, cookies, the user's fields; references are resolved by it.

use std::collections::BTreeMap;

use cimdspec_model::json::in_text;
use cimdspec_model::json::with_texts;
use cimdspec_model::profile::Piece;
use cimdspec_model::profile::Reference;
use cimdspec_model::profile::Template;
use cimdspec_page::Html;
use serde_json::Value;
use url::Url;

use crate::http::answer::Answer;

/// What was answered to the requests of a script, by their names.
pub(crate) type Told = BTreeMap<String, Answer>;

/// What the script of a page knows.
#[derive(Debug, Clone)]
pub(crate) struct Known {
    pub(crate) page: Url,
    shell: Answer,
    /// The answers to this page's requests.
    pub(crate) told: Told,
}

/// Where values come from.
pub(crate) struct Sources<'a> {
    pub(crate) known: &'a Known,
    /// The answers that outlive the page: those to the login.
    pub(crate) kept: &'a Told,
    /// What the user enters.
    pub(crate) fields: &'a BTreeMap<String, String>,
    /// The `cookie` header of a request to the page.
    pub(crate) cookies: Option<String>,
}

/// A reference without a value.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) struct Missing(pub(crate) Reference);

impl Known {
    /// Of a page that was answered so.
    pub(crate) fn of(page: &Url, shell: &Answer) -> Self {
        Self {
            page: page.clone(),
            shell: shell.clone(),
            told: Told::new(),
        }
    }

    /// The header fields that came with the page.
    pub(crate) fn headers(&self) -> &[(String, String)] {
        &self.shell.headers
    }
}

impl Sources<'_> {
    /// The value of a text: that of its reference where it is nothing else, otherwise a text.
    pub(crate) fn value(&self, template: &Template) -> Result<Value, Missing> {
        // The profile was read, so its texts can be.
        let pieces = template.pieces().unwrap_or_default();
        if let [Piece::Reference(reference)] = pieces.as_slice() {
            return self.of(reference).ok_or_else(|| Missing(reference.clone()));
        }
        let mut text = String::new();
        for piece in pieces {
            match piece {
                Piece::Plain(plain) => text.push_str(&plain),
                Piece::Reference(reference) => match self.of(&reference) {
                    Some(value) => text.push_str(&in_text(&value)),
                    None => return Err(Missing(reference)),
                },
            }
        }
        Ok(Value::String(text))
    }

    /// The same as a text.
    pub(crate) fn text(&self, template: &Template) -> Result<String, Missing> {
        self.value(template).map(|value| in_text(&value))
    }

    /// A JSON value whose texts are resolved.
    pub(crate) fn json(&self, value: &Value) -> Result<Value, Missing> {
        with_texts(value, &|text| self.value(&Template(text.to_owned())))
    }

    fn of(&self, reference: &Reference) -> Option<Value> {
        let page = &self.known.page;
        let text = match reference {
            Reference::PageUrl => page.as_str().to_owned(),
            Reference::PageOrigin => page.origin().ascii_serialization(),
            Reference::PageSearch => page.query().map(|query| format!("?{query}")).unwrap_or_default(),
            Reference::PageQuery(name) => pair(page.query()?, name)?,
            Reference::PageFragment(name) => pair(page.fragment()?, name)?,
            Reference::PagePath(number) => page.path_segments()?.nth(*number)?.to_owned(),
            Reference::PageHeader(name) => self.known.shell.header(&name.to_ascii_lowercase())?.to_owned(),
            Reference::PageMeta(name) => Html::read(&self.known.shell.body).meta(name)?.to_owned(),
            Reference::User(name) => self.fields.get(name)?.clone(),
            Reference::Cookie(name) => cookie(self.cookies.as_deref()?, name)?,
            Reference::Json(request, pointer) => {
                let answer: Value = serde_json::from_str(&self.answer(request)?.body).ok()?;
                return answer.pointer(pointer).cloned();
            }
            Reference::Header(request, name) => self
                .answer(request)?
                .header(&name.to_ascii_lowercase())?
                .to_owned(),
            Reference::SetCookie(request, name) => {
                let fields = self.answer(request)?.headers.iter();
                let mut set = fields.filter(|(field, _)| field == "set-cookie");
                set.find_map(|(_, value)| cookie(value.split(';').next()?, name))?
            }
        };
        Some(Value::String(text))
    }

    fn answer(&self, request: &str) -> Option<&Answer> {
        self.known.told.get(request).or_else(|| self.kept.get(request))
    }
}

fn pair(query: &str, name: &str) -> Option<String> {
    url::form_urlencoded::parse(query.trim_start_matches('?').as_bytes())
        .find(|(known, _)| known == name)
        .map(|(_, value)| value.into_owned())
}

fn cookie(header: &str, name: &str) -> Option<String> {
    let pairs = header.split(';').filter_map(|pair| pair.trim().split_once('='));
    pairs
        .filter(|(known, _)| *known == name)
        .map(|(_, value)| value.to_owned())
        .next()
}

#[cfg(test)]
mod tests {
    use serde_json::json;

    use super::*;

    fn answer(body: &str, headers: &[(&str, &str)]) -> Answer {
        Answer {
            status: 200,
            headers: headers
                .iter()
                .map(|(name, value)| ((*name).to_owned(), (*value).to_owned()))
                .collect(),
            body: body.to_owned(),
        }
    }

    #[test]
    fn each_reference_has_its_value() {
        let page = Url::parse("https://as.test/ui/a%20b?tx=1%202#/?k=v").unwrap();
        let mut known = Known::of(
            &page,
            &answer("<meta name=csrf content=m1>", &[("x-nonce", "n1")]),
        );
        let load = r#"{"user":null,"tx":7,"client":{"scopes":["a","b"]},"ok":true}"#;
        known.told.insert(
            "load".to_owned(),
            answer(load, &[("x-csrf", "c1"), ("set-cookie", "a=b=c; Path=/")]),
        );
        let kept = Told::from([("login".to_owned(), answer(r#"{"token":"t1"}"#, &[]))]);
        let fields = BTreeMap::from([("user".to_owned(), "alice".to_owned())]);
        let sources = Sources {
            known: &known,
            kept: &kept,
            fields: &fields,
            cookies: Some("sid=s1; XSRF=x1".to_owned()),
        };
        let told = |text: &str| sources.value(&Template(text.to_owned())).ok();
        for (text, value) in [
            ("{page.origin}/x", json!("https://as.test/x")),
            ("{page.query.tx}", json!("1 2")),
            ("/api{page.search}", json!("/api?tx=1%202")),
            ("{page.path.0}", json!("ui")),
            ("{page.header.X-Nonce}", json!("n1")),
            ("{page.meta.csrf}", json!("m1")),
            ("{user.user}", json!("alice")),
            ("{cookie.XSRF}", json!("x1")),
            ("{load.json/tx}", json!(7)),
            ("n{load.json/tx}", json!("n7")),
            ("{load.json/client/scopes}", json!(["a", "b"])),
            ("{load.json/user}", json!(null)),
            ("{load.header.x-csrf}", json!("c1")),
            ("{load.cookie.a}", json!("b=c")),
            ("Bearer {login.json/token}", json!("Bearer t1")),
        ] {
            assert_eq!(told(text), Some(value), "{text}");
        }
        for text in [
            "{load.json/csrf}",
            "{page.query.no}",
            "x{cookie.no}",
            "{page.path.9}",
        ] {
            assert_eq!(told(text), None, "{text}");
        }
        assert_eq!(
            sources
                .json(&json!({"tx": "{load.json/tx}", "deep": [{"s": "{load.json/client/scopes}"}], "n": 1})),
            Ok(json!({"tx": 7, "deep": [{"s": ["a", "b"]}], "n": 1}))
        );
    }
}
