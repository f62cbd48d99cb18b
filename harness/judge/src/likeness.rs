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

impl Signature {
    /// Whether there is something to fill in.
    pub(crate) fn has_form(&self) -> bool {
        !self.fields.is_empty()
    }
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

/// What a user reads of a page: without tags, styles and scripts.
pub(crate) fn visible_text(html: &str) -> String {
    let mut text = String::new();
    let mut rest = html;
    while let Some(open) = rest.find('<') {
        text.push_str(&rest[..open]);
        text.push(' ');
        let tag = &rest[open..];
        let hidden = ["style", "script"].into_iter().find(|name| {
            tag[1..]
                .get(..name.len())
                .is_some_and(|start| start.eq_ignore_ascii_case(name))
        });
        let end = match hidden {
            Some(name) => tag.find(&format!("</{name}")).map(|close| close + name.len() + 2),
            None => Some(0),
        };
        let after = end.and_then(|end| tag[end..].find('>').map(|close| end + close + 1));
        rest = after.map_or("", |after| &tag[after..]);
    }
    text.push_str(rest);
    text
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn names_of_classes_and_styles_are_not_read() {
        let page = "<style>.warning{}</style><p class=\"warning\">Take <b>care</b>.</p>";
        assert_eq!(
            visible_text(page).split_whitespace().collect::<Vec<_>>(),
            ["Take", "care", "."]
        );
        assert_eq!(visible_text("open <").trim(), "open");
    }
}
