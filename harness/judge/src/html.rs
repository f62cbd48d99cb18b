//! A page as a browser reads it: its elements, their attributes, what it links to and what it loads. No tree, bounded by
//! the page.

/// The elements of a page and the style texts beside them.
#[derive(Debug, Default)]
pub(crate) struct Html {
    elements: Vec<Element>,
    styles: Vec<String>,
}

#[derive(Debug)]
struct Element {
    name: String,
    attributes: Vec<(String, String)>,
}

/// Elements whose inside is text, whatever it looks like.
const TEXT_ONLY: [&str; 5] = ["script", "style", "textarea", "title", "xmp"];
/// Attributes that hold a URL.
const URLS: [&str; 12] = [
    "href",
    "src",
    "action",
    "formaction",
    "data",
    "poster",
    "background",
    "xlink:href",
    "ping",
    "cite",
    "manifest",
    "codebase",
];
/// Elements and attributes whose URL is loaded before anybody presses anything.
const LOADED: [(&str, &str); 17] = [
    ("audio", "src"),
    ("body", "background"),
    ("embed", "src"),
    ("frame", "src"),
    ("html", "manifest"),
    ("iframe", "src"),
    ("image", "href"),
    ("image", "xlink:href"),
    ("img", "src"),
    ("img", "srcset"),
    ("input", "src"),
    ("link", "href"),
    ("object", "data"),
    ("script", "src"),
    ("source", "src"),
    ("source", "srcset"),
    ("video", "poster"),
];

impl Html {
    /// Reads a page.
    pub(crate) fn read(page: &str) -> Self {
        let mut html = Self::default();
        let mut rest = page;
        while let Some(at) = rest.find('<') {
            rest = &rest[at + 1..];
            if let Some(comment) = rest.strip_prefix("!--") {
                rest = comment.find("-->").map_or("", |end| &comment[end + 3..]);
            } else if rest.starts_with(|c: char| c.is_ascii_alphabetic()) {
                let (element, after) = element(rest);
                rest = after;
                if TEXT_ONLY.contains(&element.name.as_str()) {
                    let end = close_of(rest, &element.name);
                    if element.name == "style" {
                        html.styles.push(rest[..end].to_owned());
                    }
                    rest = &rest[end..];
                }
                html.elements.push(element);
            }
        }
        html
    }

    /// Whether an element or an attribute is called so.
    pub(crate) fn has(&self, name: &str) -> bool {
        self.elements.iter().any(|element| {
            element.name == name || element.attributes.iter().any(|(attribute, _)| attribute == name)
        })
    }

    /// The content of the `meta` element of this name.
    pub(crate) fn meta(&self, name: &str) -> Option<&str> {
        let is_named = |element: &&Element| {
            element.name == "meta"
                && element
                    .attribute("name")
                    .is_some_and(|it| it.eq_ignore_ascii_case(name))
        };
        self.elements.iter().find(is_named)?.attribute("content")
    }

    /// The value of this attribute of the first element.
    pub(crate) fn first_attribute(&self, name: &str) -> Option<String> {
        self.elements.first()?.attribute(name).map(str::to_owned)
    }

    /// Whether a field asks for a password.
    pub(crate) fn asks_password(&self) -> bool {
        let is_password = |element: &&Element| {
            element.name == "input"
                && element
                    .attribute("type")
                    .is_some_and(|kind| kind.eq_ignore_ascii_case("password"))
        };
        self.elements.iter().any(|element| is_password(&element))
    }

    /// Every URL of the page, without the characters that a browser strips, its letters in lower case.
    pub(crate) fn links(&self) -> impl Iterator<Item = String> {
        let urls = self.elements.iter().flat_map(|element| {
            let attributes = element.attributes.iter();
            attributes
                .filter(|(name, _)| URLS.contains(&name.as_str()))
                .map(|(_, url)| url.as_str())
        });
        urls.chain(self.refreshes()).map(as_browsers_read)
    }

    /// What a browser loads, or where it goes, before anybody presses anything: URLs, and the texts of styles.
    pub(crate) fn loads(&self) -> impl Iterator<Item = &str> {
        let urls = self.elements.iter().flat_map(|element| {
            element.attributes.iter().filter_map(|(name, value)| {
                let pair = (element.name.as_str(), name.as_str());
                (LOADED.contains(&pair) || name == "style").then_some(value.as_str())
            })
        });
        urls.chain(self.refreshes())
            .chain(self.styles.iter().map(String::as_str))
    }

    fn refreshes(&self) -> impl Iterator<Item = &str> {
        self.elements.iter().filter_map(|element| {
            let refreshes = element.name == "meta"
                && element
                    .attribute("http-equiv")
                    .is_some_and(|it| it.eq_ignore_ascii_case("refresh"));
            let content = element.attribute("content").filter(|_| refreshes)?;
            content
                .split_once('=')
                .map(|(_, url)| url.trim().trim_matches(['"', '\'']))
        })
    }
}

impl Element {
    fn attribute(&self, name: &str) -> Option<&str> {
        let mut attributes = self.attributes.iter();
        attributes
            .find(|(known, _)| known == name)
            .map(|(_, value)| value.as_str())
    }
}

/// A URL without leading spaces and control characters and without line breaks and tabs, in lower case.
fn as_browsers_read(url: &str) -> String {
    let kept = url
        .chars()
        .filter(|c| !matches!(c, '\t' | '\n' | '\r'))
        .collect::<String>();
    kept.trim_start_matches(|c: char| c <= ' ').to_lowercase()
}

/// Where an element that holds only text is closed.
fn close_of(rest: &str, name: &str) -> usize {
    let lower = rest.to_ascii_lowercase();
    lower.find(&format!("</{name}")).unwrap_or(rest.len())
}

fn element(text: &str) -> (Element, &str) {
    let is_end = |c: char| c.is_ascii_whitespace() || c == '>' || c == '/';
    let (name, mut rest) = text.split_at(text.find(is_end).unwrap_or(text.len()));
    let mut element = Element {
        name: name.to_ascii_lowercase(),
        attributes: Vec::new(),
    };
    loop {
        rest = rest.trim_start_matches(|c: char| c.is_ascii_whitespace() || c == '/');
        if rest.is_empty() {
            return (element, rest);
        }
        if let Some(after) = rest.strip_prefix('>') {
            return (element, after);
        }
        let first = rest.chars().next().map_or(0, char::len_utf8);
        let length = rest[first..]
            .find(|c: char| is_end(c) || c == '=')
            .map_or(rest.len(), |at| at + first);
        let (key, after) = rest.split_at(length);
        rest = after.trim_start();
        let mut value = String::new();
        if let Some(after) = rest.strip_prefix('=') {
            (value, rest) = attribute_value(after.trim_start());
        }
        element.attributes.push((key.to_ascii_lowercase(), value));
    }
}

fn attribute_value(text: &str) -> (String, &str) {
    for quote in ['"', '\''] {
        if let Some(inner) = text.strip_prefix(quote) {
            let (value, rest) = inner.split_once(quote).unwrap_or((inner, ""));
            return (decoded(value), rest);
        }
    }
    let end = text
        .find(|c: char| c.is_ascii_whitespace() || c == '>')
        .unwrap_or(text.len());
    (decoded(&text[..end]), &text[end..])
}

/// The text with its character references resolved, as far as URLs and styles need them.
pub(crate) fn decoded(text: &str) -> String {
    let mut out = String::with_capacity(text.len());
    let mut rest = text;
    while let Some(at) = rest.find('&') {
        out.push_str(&rest[..at]);
        rest = &rest[at + 1..];
        let end = rest.find(';').filter(|end| *end <= LONGEST_REFERENCE);
        match end.and_then(|end| Some((character(&rest[..end])?, &rest[end + 1..]))) {
            Some((c, after)) => {
                out.push(c);
                rest = after;
            }
            None => out.push('&'),
        }
    }
    out.push_str(rest);
    out
}

const LONGEST_REFERENCE: usize = 10;

fn character(name: &str) -> Option<char> {
    let named = match name {
        "amp" => '&',
        "apos" => '\'',
        "colon" => ':',
        "gt" => '>',
        "lt" => '<',
        "nbsp" => '\u{a0}',
        "NewLine" => '\n',
        "quot" => '"',
        "sol" => '/',
        "Tab" => '\t',
        _ => {
            let number = name.strip_prefix('#')?;
            let code = match number.strip_prefix(['x', 'X']) {
                Some(hexadecimal) => u32::from_str_radix(hexadecimal, 16).ok()?,
                None => number.parse().ok()?,
            };
            char::from_u32(code)?
        }
    };
    Some(named)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn markup_is_found_as_element_and_as_attribute_and_not_as_text() {
        for live in [
            "<p><x-mark>",
            "<b title=\"a\" X-MARK=1>",
            "<b title='' x-mark>",
            "<x-mark/>",
        ] {
            assert!(Html::read(live).has("x-mark"), "{live}");
        }
        for text in [
            "&lt;x-mark>",
            "<b title=\"x-mark=1\">x-mark</b>",
            "<textarea><x-mark></textarea>",
            "<!-- <x-mark> -->",
            "<title><x-mark></title>",
        ] {
            assert!(!Html::read(text).has("x-mark"), "{text}");
        }
    }

    #[test]
    fn links_are_read_as_browsers_read_them() {
        let page = "<a href=' java&#x0A;script&colon;alert(1)'>x</a><form action=/decide><meta http-equiv=Refresh content='0; url=HTTPS://app'>";
        let links: Vec<String> = Html::read(page).links().collect();
        assert_eq!(links, ["javascript:alert(1)", "/decide", "https://app"]);
    }

    #[test]
    fn only_what_loads_by_itself_is_loaded() {
        let page = "<a href=https://a><link rel=dns-prefetch href=//b><img src=c><p style='background:url(d)'><style>@import 'e'</style>";
        let html = Html::read(page);
        let loads: Vec<&str> = html.loads().collect();
        assert_eq!(loads, ["//b", "c", "background:url(d)", "@import 'e'"]);
    }

    #[test]
    fn broken_pages_end() {
        for broken in [
            "<",
            "<a",
            "<a =",
            "<é é=é",
            "<style",
            "<!--",
            "<a b='",
            "&#xffffffff;",
            "<title>é",
        ] {
            let _ = Html::read(broken);
            let _ = decoded(broken);
        }
        assert_eq!(
            Html::read("<meta name=Referrer content=no-referrer>").meta("referrer"),
            Some("no-referrer")
        );
    }
}
