//! Pages that a script makes: the requests that the script sends where another page has a form.

use std::collections::BTreeMap;
use std::collections::BTreeSet;
use std::fmt;

use schemars::JsonSchema;
use serde::Deserialize;
use serde::Deserializer;
use serde::Serialize;
use serde_json::Value;

/// Login and consent pages that a script makes: the requests that the script sends, in place of forms.
///
/// Texts may have references in braces: `{page.query.tx}`, `{load.json/csrf}`, `{user.password}`. A value that is nothing else
/// keeps its JSON type. `{{` and `}}` are braces.
#[derive(Debug, Clone, PartialEq, Default, Serialize, Deserialize, JsonSchema)]
#[serde(default, deny_unknown_fields)]
pub struct Script {
    /// The path of the page, for example `/ui/page`. Without it, each HTML page of the server that has no form is one.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub page: Option<String>,
    /// What the script asks first: the answer says what is to be decided, and by whom. An answer with an error, or one unlike that
    /// of a right request, is a refusal; 401 says that nobody is logged in.
    #[schemars(with = "OneOrMore")]
    pub load: Requests,
    /// A reference to what only a user who is logged in has, for example `{load.json/user}`. Without it, any answer but 401 says
    /// that somebody is.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub logged_in: Option<Template>,
    /// The value that `logged_in` has then; without it, any but null, false and nothing.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub logged_in_is: Option<Value>,
    /// What logs the user in. The answers are kept for as long as the user is logged in; 401 later logs in again.
    #[serde(skip_serializing_if = "Requests::is_empty")]
    #[schemars(with = "OneOrMore")]
    pub login: Requests,
    /// What approves.
    #[schemars(with = "OneOrMore")]
    pub approve: Requests,
    /// What denies.
    #[serde(skip_serializing_if = "Requests::is_empty")]
    #[schemars(with = "OneOrMore")]
    pub deny: Requests,
}

/// The requests of a step, in order: one table or a list of them.
#[derive(Debug, Clone, PartialEq, Default)]
pub struct Requests(pub Vec<ScriptRequest>);

/// A request of a script.
#[derive(Debug, Clone, PartialEq, Default, Serialize, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields)]
pub struct ScriptRequest {
    /// The name by which references know its answer; that of its step for the last request of a step.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub name: Option<String>,
    /// The method; `POST` where there is a body, else `GET`.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub method: Option<String>,
    /// The URL, from the page's on: `/api/consent`. Other origins than the page's stand in `origins` of `[login]`.
    pub url: Template,
    /// Header fields. One whose reference has no value is left out.
    #[serde(default, skip_serializing_if = "BTreeMap::is_empty")]
    pub headers: BTreeMap<String, Template>,
    /// The body as JSON; its texts may have references.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub json: Option<Value>,
    /// The body as a form.
    #[serde(default, skip_serializing_if = "BTreeMap::is_empty")]
    pub form: BTreeMap<String, Template>,
    /// Where the browser goes then, for example `{approve.json/redirect}`; nowhere where the reference has no value.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub go: Option<Template>,
}

/// A text with references in braces.
#[derive(Debug, Clone, PartialEq, Eq, Default, Serialize, Deserialize, JsonSchema)]
#[serde(transparent)]
pub struct Template(pub String);

/// A piece of a text.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Piece {
    /// As it stands.
    Plain(String),
    /// What a reference says.
    Reference(Reference),
}

/// What a reference in braces names.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Reference {
    /// `page.url`: the URL of the page.
    PageUrl,
    /// `page.origin`: its origin.
    PageOrigin,
    /// `page.query.NAME`: a parameter of its query.
    PageQuery(String),
    /// `page.search`: its whole query with the question mark; nothing where it has none.
    PageSearch,
    /// `page.fragment.NAME`: a parameter of its fragment.
    PageFragment(String),
    /// `page.path.NUMBER`: a segment of its path, from 0.
    PagePath(usize),
    /// `page.header.NAME`: a header field that came with it.
    PageHeader(String),
    /// `page.meta.NAME`: the content of a `meta` element of it.
    PageMeta(String),
    /// `user.NAME`: what `[login] fields` has by this name.
    User(String),
    /// `cookie.NAME`: the value of a cookie that the page can read.
    Cookie(String),
    /// `REQUEST.json/POINTER`: a member of an answer (JSON Pointer, RFC 6901).
    Json(String, String),
    /// `REQUEST.header.NAME`: a header field of an answer.
    Header(String, String),
    /// `REQUEST.cookie.NAME`: a cookie that an answer set.
    SetCookie(String, String),
}

/// The forms of a reference, for those who wrote another.
const FORMS: &str = "`{page.query.NAME}`, `{page.fragment.NAME}`, `{page.path.NUMBER}`, `{page.meta.NAME}`, `{page.header.NAME}`, \
     `{page.url}`, `{page.origin}`, `{page.search}`, `{user.NAME}`, `{cookie.NAME}`, `{REQUEST.json/POINTER}`, `{REQUEST.header.NAME}` and \
     `{REQUEST.cookie.NAME}`";

impl Template {
    /// Its pieces, in order.
    ///
    /// # Errors
    /// What is wrong with a brace or a reference, in words.
    pub fn pieces(&self) -> Result<Vec<Piece>, String> {
        let (mut pieces, mut plain) = (Vec::new(), String::new());
        let mut rest = self.0.as_str();
        while let Some(at) = rest.find(['{', '}']) {
            let (before, brace) = rest.split_at(at);
            plain.push_str(before);
            if let Some(after) = brace.strip_prefix("{{").or_else(|| brace.strip_prefix("}}")) {
                plain.push_str(&brace[..1]);
                rest = after;
                continue;
            }
            let inside = brace.strip_prefix('{').and_then(|inside| inside.split_once('}'));
            let Some((reference, after)) = inside else {
                return Err(format!("a brace of `{}` has no other", self.0));
            };
            if !plain.is_empty() {
                pieces.push(Piece::Plain(std::mem::take(&mut plain)));
            }
            pieces.push(Piece::Reference(Reference::read(reference)?));
            rest = after;
        }
        plain.push_str(rest);
        if !plain.is_empty() {
            pieces.push(Piece::Plain(plain));
        }
        Ok(pieces)
    }
}

impl Reference {
    fn read(text: &str) -> Result<Self, String> {
        let unknown = || format!("`{{{text}}}` is no reference: there are {FORMS}");
        let (head, rest) = text.split_once('.').ok_or_else(unknown)?;
        let (kind, name) = rest.split_once('.').unwrap_or((rest, ""));
        let named = |name: &str| (!name.is_empty()).then(|| name.to_owned()).ok_or_else(unknown);
        match (head, kind) {
            ("page", "url") => Ok(Self::PageUrl),
            ("page", "origin") => Ok(Self::PageOrigin),
            ("page", "search") => Ok(Self::PageSearch),
            ("page", "query") => named(name).map(Self::PageQuery),
            ("page", "fragment") => named(name).map(Self::PageFragment),
            ("page", "path") => name.parse().map(Self::PagePath).map_err(|_| unknown()),
            ("page", "header") => named(name).map(Self::PageHeader),
            ("page", "meta") => named(name).map(Self::PageMeta),
            ("page", _) => Err(unknown()),
            ("user", _) => named(rest).map(Self::User),
            ("cookie", _) => named(rest).map(Self::Cookie),
            (request, "header") => Ok(Self::Header(request.to_owned(), named(name)?)),
            (request, "cookie") => Ok(Self::SetCookie(request.to_owned(), named(name)?)),
            (request, _) => match rest.strip_prefix("json") {
                Some(pointer) if pointer.is_empty() || pointer.starts_with('/') => {
                    Ok(Self::Json(request.to_owned(), pointer.to_owned()))
                }
                _ => Err(unknown()),
            },
        }
    }

    /// The request whose answer it is of.
    fn request(&self) -> Option<&str> {
        match self {
            Self::Json(request, _) | Self::Header(request, _) | Self::SetCookie(request, _) => Some(request),
            _ => None,
        }
    }
}

impl fmt::Display for Reference {
    fn fmt(&self, out: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::PageUrl => write!(out, "{{page.url}}"),
            Self::PageOrigin => write!(out, "{{page.origin}}"),
            Self::PageSearch => write!(out, "{{page.search}}"),
            Self::PageQuery(name) => write!(out, "{{page.query.{name}}}"),
            Self::PageFragment(name) => write!(out, "{{page.fragment.{name}}}"),
            Self::PagePath(number) => write!(out, "{{page.path.{number}}}"),
            Self::PageHeader(name) => write!(out, "{{page.header.{name}}}"),
            Self::PageMeta(name) => write!(out, "{{page.meta.{name}}}"),
            Self::User(name) => write!(out, "{{user.{name}}}"),
            Self::Cookie(name) => write!(out, "{{cookie.{name}}}"),
            Self::Json(request, pointer) => write!(out, "{{{request}.json{pointer}}}"),
            Self::Header(request, name) => write!(out, "{{{request}.header.{name}}}"),
            Self::SetCookie(request, name) => write!(out, "{{{request}.cookie.{name}}}"),
        }
    }
}

impl Requests {
    /// Whether there are none.
    pub fn is_empty(&self) -> bool {
        self.0.is_empty()
    }

    /// Each with the name by which references know its answer.
    pub fn named<'a>(&'a self, step: &'a str) -> impl Iterator<Item = (&'a str, &'a ScriptRequest)> {
        let last = self.0.len().saturating_sub(1);
        self.0.iter().enumerate().map(move |(number, request)| {
            let usual = if number == last { step } else { "" };
            (request.name.as_deref().unwrap_or(usual), request)
        })
    }
}

impl ScriptRequest {
    /// The method that is sent.
    pub fn method(&self) -> &str {
        let usual = match self.json.is_some() || !self.form.is_empty() {
            true => "POST",
            false => "GET",
        };
        self.method.as_deref().unwrap_or(usual)
    }

    /// Every text that may have references.
    fn templates(&self) -> Vec<Template> {
        let mut templates = vec![self.url.clone()];
        templates.extend(self.headers.values().chain(self.form.values()).cloned());
        templates.extend(self.go.clone());
        if let Some(json) = &self.json {
            texts(json, &mut templates);
        }
        templates
    }
}

fn texts(value: &Value, found: &mut Vec<Template>) {
    match value {
        Value::String(text) => found.push(Template(text.clone())),
        Value::Array(items) => items.iter().for_each(|item| texts(item, found)),
        Value::Object(members) => members.values().for_each(|member| texts(member, found)),
        Value::Null | Value::Bool(_) | Value::Number(_) => {}
    }
}

impl Script {
    /// What cannot be meant, in words, with what would be right.
    pub(super) fn mistake(&self, fields: &BTreeMap<String, String>) -> Option<(String, String)> {
        if let Some(page) = self.page.as_deref().filter(|page| !page.starts_with('/')) {
            let hint = "it is the path of the page and begins with a slash: \"/ui/page\"".to_owned();
            return Some((format!("`{page}` is no path of a page"), hint));
        }
        if self.load.is_empty() || self.approve.is_empty() {
            let step = if self.load.is_empty() { "load" } else { "approve" };
            let hint = format!("for example: {step} = {{ url = \"/api/{step}\" }}");
            return Some((format!("`{step}` has no request"), hint));
        }
        // What the login answered outlives the page.
        let mut known: BTreeSet<&str> = self.login.named("login").map(|(name, _)| name).collect();
        for (step, requests) in self.steps() {
            for (name, request) in requests.named(step) {
                // Only its own answer says where the browser goes.
                known.insert(name);
                if request.json.is_some() && !request.form.is_empty() {
                    let hint = "keep one of them".to_owned();
                    return Some((format!("a request of `{step}` has `json` and `form`"), hint));
                }
                let templates = request.templates();
                if let Some(told) = wrong(&templates, &known, fields) {
                    return Some(told);
                }
            }
        }
        let sign: Vec<Template> = self.logged_in.iter().cloned().collect();
        wrong(&sign, &known, fields)
    }

    /// The steps by their names, in the order in which they are played.
    pub fn steps(&self) -> [(&'static str, &Requests); 4] {
        [
            ("load", &self.load),
            ("login", &self.login),
            ("approve", &self.approve),
            ("deny", &self.deny),
        ]
    }
}

/// What is wrong with the references of these texts.
fn wrong(
    templates: &[Template],
    requests: &BTreeSet<&str>,
    fields: &BTreeMap<String, String>,
) -> Option<(String, String)> {
    let pieces = templates.iter().map(Template::pieces);
    for pieces in pieces {
        let pieces = match pieces {
            Ok(pieces) => pieces,
            Err(told) => return Some((told, "`{{` and `}}` are braces as such".to_owned())),
        };
        for piece in pieces {
            let Piece::Reference(reference) = piece else {
                continue;
            };
            if let Some(request) = reference.request().filter(|name| !requests.contains(name)) {
                let known: Vec<String> = requests
                    .iter()
                    .filter(|name| !name.is_empty())
                    .map(|name| format!("`{name}`"))
                    .collect();
                let hint = format!(
                    "the requests whose answers are known there are {}",
                    known.join(", ")
                );
                return Some((
                    format!("`{reference}`: no request before is named `{request}`"),
                    hint,
                ));
            }
            if let Reference::User(name) = &reference
                && !fields.contains_key(name)
            {
                let hint = format!("add it: `[login] fields = {{ {name} = \"…\" }}`");
                return Some((format!("`{reference}`: `[login] fields` has no `{name}`"), hint));
            }
        }
    }
    None
}

/// One request or several, for the schema.
#[derive(JsonSchema)]
#[serde(untagged)]
#[allow(dead_code, reason = "its schema is what is used")]
enum OneOrMore {
    /// One.
    One(ScriptRequest),
    /// Several, in order.
    More(Vec<ScriptRequest>),
}

impl<'de> Deserialize<'de> for Requests {
    fn deserialize<D: Deserializer<'de>>(from: D) -> Result<Self, D::Error> {
        use serde::de::Error;
        let requests = match Value::deserialize(from)? {
            Value::Array(items) => items.into_iter().map(serde_json::from_value).collect(),
            single => serde_json::from_value(single).map(|request| vec![request]),
        };
        requests.map(Self).map_err(D::Error::custom)
    }
}

impl Serialize for Requests {
    fn serialize<S: serde::Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        match self.0.as_slice() {
            [single] => single.serialize(serializer),
            more => more.serialize(serializer),
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn read(text: &str) -> Vec<Piece> {
        Template(text.to_owned()).pieces().unwrap()
    }

    #[test]
    fn references_are_read_as_they_are_written() {
        for text in [
            "{page.url}",
            "{page.origin}",
            "{page.search}",
            "{page.query.tx}",
            "{page.fragment.tx}",
            "{page.path.2}",
            "{page.header.etag}",
            "{page.meta.csrf-token}",
            "{user.password}",
            "{cookie.XSRF-TOKEN}",
            "{load.json}",
            "{load.json/client/0/a.b}",
            "{load.header.x-csrf}",
            "{token.cookie.sid}",
        ] {
            let [Piece::Reference(reference)] = &read(text)[..] else {
                panic!("{text}");
            };
            assert_eq!(reference.to_string(), text);
        }
        let mixed = read("a{{b}}{page.query.x}c");
        assert_eq!(mixed.first(), Some(&Piece::Plain("a{b}".to_owned())));
        assert_eq!(mixed.last(), Some(&Piece::Plain("c".to_owned())));
    }

    #[test]
    fn what_is_no_reference_is_told() {
        for text in [
            "{load}",
            "{page.qery.tx}",
            "{page.query.}",
            "{page.path.x}",
            "{load.jsn/a}",
            "{open",
            "close}",
        ] {
            assert!(Template(text.to_owned()).pieces().is_err(), "{text}");
        }
    }
}
