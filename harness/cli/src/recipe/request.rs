//! A request as a recipe has it: built from what was seen, with names that are known later.

use std::collections::BTreeMap;
use std::convert::Infallible;

use cimdspec_model::json::with_texts;
use cimdspec_model::profile::ScriptRequest;
use cimdspec_model::profile::Template;
use serde_json::Value;
use url::form_urlencoded::byte_serialize;

use crate::recipe::recorded::Exchange;
use crate::recipe::template::Origin;
use crate::recipe::values::Body;
use crate::recipe::values::Position;
use crate::recipe::values::body;
use crate::recipe::values::origin_for;

/// The query of the page with its question mark.
const SEARCH: &str = "{page.search}";
/// Names of requests while it is not known which of them are kept; nobody sends such a character.
const PROVISIONAL: char = '\u{1}';

/// The name of a request until it is known which are kept.
pub(super) fn provisional(number: usize) -> String {
    format!("{PROVISIONAL}{number}")
}

pub(super) fn renamed(text: &str, names: &BTreeMap<usize, String>) -> String {
    names.iter().fold(text.to_owned(), |text, (number, name)| {
        text.replace(&format!("{{{}.", provisional(*number)), &format!("{{{name}."))
    })
}

pub(super) fn with_names(
    request: ScriptRequest,
    name: Option<String>,
    rename: &dyn Fn(&str) -> String,
) -> ScriptRequest {
    let template = |text: Template| Template(rename(&text.0));
    let json = request.json.map(|json| {
        let Ok(json) = with_texts(&json, &|text| Ok::<_, Infallible>(rename(text).into()));
        json
    });
    let all = |texts: BTreeMap<String, Template>| {
        texts
            .into_iter()
            .map(|(name, text)| (name, template(text)))
            .collect()
    };
    ScriptRequest {
        name,
        url: template(request.url),
        headers: all(request.headers),
        json,
        form: all(request.form),
        go: request.go.map(template),
        method: request.method,
    }
}

/// A place that an answer says, as the browser understands it.
pub(super) fn absolute(page: Option<&Exchange>, value: Value) -> Value {
    let is_place = |text: &str| text.starts_with('/') || text.starts_with("./") || text.contains("://");
    match (&value, page) {
        (Value::String(text), Some(page)) if is_place(text) => match page.url.join(text) {
            Ok(url) => Value::from(url.as_str()),
            Err(_) => value,
        },
        _ => value,
    }
}

/// The request with these values in their positions; with `has_search` its query is that of the page.
pub(super) fn built(
    first: &Exchange,
    page: Option<&Exchange>,
    origins: &[(Position, Origin)],
    has_search: bool,
) -> ScriptRequest {
    let of = |wanted: &Position| {
        origins
            .iter()
            .find(|(position, _)| position == wanted)
            .map(|(_, origin)| origin)
    };
    let encoded = |origin: &Origin| match origin {
        Origin::From(text) => text.clone(),
        other => byte_serialize(other.text().as_bytes()).collect(),
    };
    let segments = first.url.path_segments().into_iter().flatten().enumerate();
    let segments: Vec<String> = segments
        .map(|(number, segment)| {
            of(&Position::Segment(number)).map_or_else(|| segment.to_owned(), Origin::text)
        })
        .collect();
    let query: Vec<String> = first
        .url
        .query_pairs()
        .map(|(name, value)| {
            let value = of(&Position::Query(name.to_string())).map_or_else(|| value.to_string(), encoded);
            format!("{}={value}", byte_serialize(name.as_bytes()).collect::<String>())
        })
        .collect();
    let mut url = format!(
        "{}/{}",
        origin_for(page.map(|page| &page.url), &first.url),
        segments.join("/")
    );
    if has_search {
        url.push_str(SEARCH);
    } else if !query.is_empty() {
        url = format!("{url}?{}", query.join("&"));
    }
    let mut request = ScriptRequest {
        url: Template(url),
        ..ScriptRequest::default()
    };
    for (position, origin) in origins {
        match position {
            Position::Header(name) => _ = request.headers.insert(name.clone(), Template(origin.text())),
            Position::Form(name) => _ = request.form.insert(name.clone(), Template(origin.text())),
            _ => {}
        }
    }
    if let Body::Json(mut json) = body(first) {
        for (position, origin) in origins {
            if let Position::Json(pointer) = position
                && let Some(place) = json.pointer_mut(pointer)
            {
                *place = origin.json();
            }
        }
        request.json = Some(json);
    }
    if request.method() != first.method {
        request.method = Some(first.method.clone());
    }
    request
}
