//! The likeness of pages: what a page looks like when its wording is left aside.

use cimdspec_model::observation::Exchange;
use cimdspec_model::observation::Reply;

/// What a page looks like: status, media type, title, and the names of its form fields.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) struct Signature {
    status: u16,
    media: String,
    title: String,
    fields: Vec<String>,
}

/// The signature of an exchange's response; `None` when there was none.
pub(crate) fn signature(exchange: &Exchange) -> Option<Signature> {
    let Reply::Response {
        status,
        headers,
        body,
    } = &exchange.reply
    else {
        return None;
    };
    let media = header(headers, "content-type").unwrap_or_default();
    let media = media
        .split(';')
        .next()
        .unwrap_or_default()
        .trim()
        .to_ascii_lowercase();
    let mut fields: Vec<String> = attribute_values(body, "name");
    fields.sort();
    fields.dedup();
    Some(Signature {
        status: *status,
        media,
        title: between(body, "<title>", "</title>"),
        fields,
    })
}

/// The first value of a header field.
pub(crate) fn header<'a>(headers: &'a [(String, String)], name: &str) -> Option<&'a str> {
    headers
        .iter()
        .find(|(known, _)| known.eq_ignore_ascii_case(name))
        .map(|(_, value)| value.as_str())
}

fn between(text: &str, open: &str, close: &str) -> String {
    text.split_once(open)
        .and_then(|(_, rest)| rest.split_once(close))
        .map(|(inner, _)| inner.trim().to_owned())
        .unwrap_or_default()
}

fn attribute_values(html: &str, attribute: &str) -> Vec<String> {
    html.split(&format!(" {attribute}=\""))
        .skip(1)
        .filter_map(|rest| rest.split_once('"').map(|(value, _)| value.to_owned()))
        .take(64)
        .collect()
}
