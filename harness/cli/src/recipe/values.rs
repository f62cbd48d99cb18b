//! The values of a request, and where a script may have them from.

use cimdspec_model::profile::Reference;
use serde_json::Value;
use url::Url;
use url::form_urlencoded;

use crate::recipe::recorded::Exchange;

/// A place in a request that has a value.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) enum Position {
    /// A segment of the path.
    Segment(usize),
    /// A parameter of the query.
    Query(String),
    /// A header field.
    Header(String),
    /// A member of the JSON body.
    Json(String),
    /// A field of the form.
    Form(String),
}

/// Header fields that the browser sends by itself.
const OF_THE_BROWSER: [&str; 16] = [
    "accept",
    "accept-encoding",
    "accept-language",
    "cache-control",
    "connection",
    "content-length",
    "cookie",
    "host",
    "origin",
    "pragma",
    "priority",
    "referer",
    "te",
    "upgrade-insecure-requests",
    "user-agent",
    "purpose",
];
const FORM: &str = "application/x-www-form-urlencoded";

impl Position {
    /// Its name in words.
    pub(crate) fn words(&self) -> String {
        match self {
            Self::Segment(number) => format!("segment {} of the path", number + 1),
            Self::Query(name) | Self::Header(name) | Self::Form(name) => format!("`{name}`"),
            Self::Json(pointer) => format!("`{}`", pointer.trim_start_matches('/')),
        }
    }
}

/// Each value of the request with its position.
pub(crate) fn values(request: &Exchange) -> Vec<(Position, Value)> {
    let text = |text: &str| Value::from(text);
    let segments = request.url.path_segments().into_iter().flatten();
    let mut values: Vec<(Position, Value)> = segments
        .enumerate()
        .map(|(number, segment)| (Position::Segment(number), text(segment)))
        .collect();
    let query = request.url.query_pairs();
    values.extend(query.map(|(name, value)| (Position::Query(name.into_owned()), text(&value))));
    let own = request.headers.iter().filter(|(name, value)| {
        let is_usual = OF_THE_BROWSER.contains(&name.as_str()) || name.starts_with("sec-");
        // What a body of this kind has anyway.
        let is_implied = name == "content-type" && (value == "application/json" || value.starts_with(FORM));
        !is_usual && !is_implied
    });
    values.extend(own.map(|(name, value)| (Position::Header(name.clone()), text(value))));
    match body(request) {
        Body::Json(json) => leaves(&json, &mut String::new(), &mut |pointer, leaf| {
            values.push((Position::Json(pointer.to_owned()), leaf.clone()));
        }),
        Body::Form(pairs) => {
            values.extend(
                pairs
                    .into_iter()
                    .map(|(name, value)| (Position::Form(name), Value::from(value))),
            );
        }
        Body::None => {}
    }
    values
}

/// The body of a request.
pub(crate) enum Body {
    Json(Value),
    Form(Vec<(String, String)>),
    None,
}

/// What the body is.
pub(crate) fn body(request: &Exchange) -> Body {
    if request.body.is_empty() {
        return Body::None;
    }
    let mut fields = request.headers.iter();
    let media = fields
        .find(|(name, _)| name == "content-type")
        .map(|(_, value)| value.as_str());
    match (serde_json::from_str::<Value>(&request.body), media) {
        (Ok(json @ (Value::Object(_) | Value::Array(_))), _) => Body::Json(json),
        (_, Some(media)) if media.starts_with(FORM) => {
            let pairs = form_urlencoded::parse(request.body.as_bytes());
            Body::Form(pairs.into_owned().collect())
        }
        _ => Body::None,
    }
}

/// Every value without members, and each list and object that is empty.
fn leaves(value: &Value, pointer: &mut String, take: &mut dyn FnMut(&str, &Value)) {
    let length = pointer.len();
    let mut below = |name: &str, member: &Value| {
        pointer.push('/');
        pointer.push_str(&name.replace('~', "~0").replace('/', "~1"));
        leaves(member, pointer, take);
        pointer.truncate(length);
    };
    match value {
        Value::Object(members) if !members.is_empty() => {
            members.iter().for_each(|(name, member)| below(name, member));
        }
        Value::Array(items) if !items.is_empty() => {
            items
                .iter()
                .enumerate()
                .for_each(|(number, item)| below(&number.to_string(), item));
        }
        leaf => take(pointer, leaf),
    }
}

/// What the page itself tells its script.
pub(crate) fn of_page(page: &Exchange) -> Vec<(Reference, Value)> {
    let mut sources = Vec::new();
    let mut add = |reference, value: &str| sources.push((reference, Value::from(value)));
    for (name, value) in page.url.query_pairs() {
        add(Reference::PageQuery(name.into_owned()), &value);
    }
    for (name, value) in form_urlencoded::parse(page.url.fragment().unwrap_or_default().as_bytes()) {
        add(Reference::PageFragment(name.into_owned()), &value);
    }
    for (number, segment) in page.url.path_segments().into_iter().flatten().enumerate() {
        add(Reference::PagePath(number), segment);
    }
    add(Reference::PageUrl, page.url.as_str());
    add(Reference::PageOrigin, &page.url.origin().ascii_serialization());
    for (name, value) in page.answer_headers.iter().filter(|(name, _)| is_own(name)) {
        add(Reference::PageHeader(name.clone()), value);
    }
    sources
}

/// What an answer tells the script; `name` is that of its request.
pub(crate) fn of_answer(name: &str, answer: &Exchange) -> Vec<(Reference, Value)> {
    let mut sources = Vec::new();
    if let Some(json) = answer.json() {
        leaves(&json, &mut String::new(), &mut |pointer, leaf| {
            sources.push((Reference::Json(name.to_owned(), pointer.to_owned()), leaf.clone()));
        });
        // Lists and objects may be sent back whole.
        if let Value::Object(members) = &json {
            let whole = members
                .iter()
                .filter(|(_, member)| member.is_object() || member.is_array());
            sources.extend(whole.map(|(member, value)| {
                (
                    Reference::Json(name.to_owned(), format!("/{member}")),
                    value.clone(),
                )
            }));
        }
    }
    for (field, value) in answer.answer_headers.iter().filter(|(field, _)| is_own(field)) {
        sources.push((
            Reference::Header(name.to_owned(), field.clone()),
            Value::from(value.as_str()),
        ));
    }
    sources
}

/// The cookies that the browser has, as far as the requests show them.
pub(crate) fn of_cookies(request: &Exchange) -> Vec<(Reference, Value)> {
    let fields = request.headers.iter().filter(|(name, _)| name == "cookie");
    let pairs = fields.flat_map(|(_, value)| value.split(';'));
    pairs
        .filter_map(|pair| pair.trim().split_once('='))
        .map(|(name, value)| (Reference::Cookie(name.to_owned()), Value::from(value)))
        .collect()
}

/// Whether a header field of an answer may be for a script.
fn is_own(name: &str) -> bool {
    let usual = [
        "set-cookie",
        "date",
        "content-length",
        "content-type",
        "server",
        "vary",
        "connection",
    ];
    !usual.contains(&name)
        && (name.starts_with("x-") || name.contains("token") || name == "location" || name == "etag")
}

/// A URL for its readers in a recipe: from the page's origin on where it is the same.
pub(crate) fn origin_for(page: Option<&Url>, url: &Url) -> String {
    match page.is_some_and(|page| page.origin() == url.origin()) {
        true => String::new(),
        false => url.origin().ascii_serialization(),
    }
}
