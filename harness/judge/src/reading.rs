//! What a person reads of a page. Hidden fields, addresses of links and the texts of scripts are on the page and tell
//! nobody anything.

use crate::html::decoded;

/// What a page shows, and what only its scripts know.
#[derive(Debug, Default, PartialEq, Eq)]
pub(crate) struct Reading {
    /// The text, without a break where only the look of the letters changes.
    shown: String,
    /// The same with a break at every element.
    apart: String,
    /// The texts of scripts.
    scripts: String,
}

/// Elements that change how letters look and do not part them.
const INLINE: [&str; 22] = [
    "a", "abbr", "b", "bdi", "bdo", "code", "em", "font", "i", "kbd", "mark", "q", "s", "samp", "small",
    "span", "strong", "sub", "sup", "tt", "u", "wbr",
];
/// Elements whose inside nobody sees.
const UNSEEN: [&str; 6] = ["head", "noscript", "script", "style", "template", "title"];
/// Kinds of input fields that show their value.
const SHOWN_INPUTS: [&str; 7] = ["", "button", "email", "search", "submit", "text", "url"];

impl Reading {
    /// Reads a page.
    pub(crate) fn of(page: &str) -> Self {
        let mut reading = Self::default();
        let mut rest = page;
        while let Some(open) = rest.find('<') {
            reading.text(&rest[..open]);
            rest = &rest[open + 1..];
            if let Some(comment) = rest.strip_prefix("!--") {
                rest = comment.find("-->").map_or("", |end| &comment[end + 3..]);
                continue;
            }
            let is_tag = rest.starts_with(|c: char| c.is_ascii_alphabetic() || matches!(c, '/' | '!' | '?'));
            if !is_tag {
                reading.text("<");
                continue;
            }
            let end = end_of_tag(rest);
            let (tag, after) = (&rest[..end], rest.get(end + 1..).unwrap_or_default());
            rest = after;
            let name: String = tag
                .chars()
                .take_while(char::is_ascii_alphanumeric)
                .collect::<String>()
                .to_ascii_lowercase();
            let called = if name.is_empty() {
                let closed = tag.trim_start_matches('/').chars();
                closed
                    .take_while(char::is_ascii_alphanumeric)
                    .collect::<String>()
                    .to_ascii_lowercase()
            } else {
                name.clone()
            };
            reading.part(&called);
            if name == "input" {
                reading.field(tag);
            }
            let hides = UNSEEN.contains(&name.as_str()) || is_hidden(tag);
            // A void element has no inside, and what is closed nowhere hides nothing.
            if hides
                && !matches!(
                    name.as_str(),
                    "" | "input" | "img" | "br" | "meta" | "link" | "hr"
                )
            {
                let inside = inside_of(rest, &name);
                if name == "script" {
                    reading.scripts.push_str(&rest[..inside]);
                }
                if inside < rest.len() || name != "head" {
                    rest = &rest[inside..];
                }
            }
        }
        reading.text(rest);
        reading
    }

    /// Whether a person reads this text.
    pub(crate) fn shows(&self, text: &str) -> bool {
        let text = plain(text);
        self.shown.contains(&text) || self.apart.contains(&text)
    }

    /// Whether only a script of the page has this text.
    pub(crate) fn knows(&self, text: &str) -> bool {
        self.scripts.to_lowercase().contains(&text.to_lowercase())
    }

    fn text(&mut self, text: &str) {
        let text = plain(&decoded(text));
        self.shown.push_str(&text);
        self.apart.push_str(&text);
    }

    fn part(&mut self, element: &str) {
        self.apart.push(' ');
        if !INLINE.contains(&element) {
            self.shown.push(' ');
        }
    }

    /// The value of an input field that shows it.
    fn field(&mut self, tag: &str) {
        let kind = attribute(tag, "type").unwrap_or_default().to_ascii_lowercase();
        if SHOWN_INPUTS.contains(&kind.as_str())
            && let Some(value) = attribute(tag, "value")
        {
            self.text(&value);
            self.part("input");
        }
    }
}

/// In lower case, without the characters that have no width.
fn plain(text: &str) -> String {
    let has_width = |c: &char| !matches!(c, '\u{ad}' | '\u{200b}'..='\u{200f}' | '\u{2060}' | '\u{2066}'..='\u{2069}' | '\u{feff}');
    text.chars().filter(has_width).collect::<String>().to_lowercase()
}

/// Where a tag ends, quoted values passed over.
fn end_of_tag(tag: &str) -> usize {
    let mut quote = None;
    for (at, c) in tag.char_indices() {
        match (quote, c) {
            (None, '>') => return at,
            (None, '"' | '\'') => quote = Some(c),
            (Some(open), c) if c == open => quote = None,
            _ => {}
        }
    }
    tag.len()
}

/// Where the element that was opened is closed, others of its name inside passed over.
fn inside_of(rest: &str, name: &str) -> usize {
    let lower = rest.to_ascii_lowercase();
    let (opening, closing) = (format!("<{name}"), format!("</{name}"));
    let (mut at, mut depth) = (0, 1);
    while let Some(close) = lower[at..].find(&closing).map(|found| at + found) {
        let nested = lower[at..close].matches(&opening).count();
        depth = depth + nested - 1;
        if depth == 0 {
            return close;
        }
        at = close + closing.len();
    }
    rest.len()
}

/// Whether an element is not shown, by what its tag says.
fn is_hidden(tag: &str) -> bool {
    let style = attribute(tag, "style").unwrap_or_default().to_ascii_lowercase();
    let style: String = style.chars().filter(|c| !c.is_whitespace()).collect();
    attribute(tag, "hidden").is_some()
        || style.contains("display:none")
        || style.contains("visibility:hidden")
}

/// The value of an attribute of a tag; empty where it has none.
fn attribute(tag: &str, name: &str) -> Option<String> {
    crate::html::Html::read(&format!("<{tag}>")).first_attribute(name)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_stands_in_the_text_is_read() {
        for page in [
            "<p>Go to client.example</p>",
            "<p>Go to <b>client</b>.<wbr>example</p>",
            "<p>sub.<strong>client.example</strong></p>",
            "<p>Client&#46;example</p>",
            "<input type=text readonly value='https://client.example/'>",
            "<button>Continue to client.example</button>",
            "<head><title>x</title></head><body>client.example",
            "<head><body>client.example",
            "<!-- a --><div hidden>x<div>y</div></div><p>client.example",
        ] {
            assert!(Reading::of(page).shows("client.example"), "{page}");
        }
    }

    #[test]
    fn what_nobody_sees_is_not_read() {
        for page in [
            "<input type=\"hidden\" name=\"client_id\" value=\"https://client.example/\">",
            "<a href=\"/login?return_to=https://client.example/\">Log in</a>",
            "<form action='https://client.example/'>",
            "<title>client.example</title>",
            "<p title='client.example'>A client</p>",
            "<!-- client.example -->",
            "<template>client.example</template>",
            "<p hidden>client.example</p>",
            "<div style='display: none'><div>x</div>client.example</div>",
            "<p>client</p><p>.example</p>",
            "<script>var id = 'https://client.example/'</script>",
        ] {
            assert!(!Reading::of(page).shows("client.example"), "{page}");
        }
        let script = Reading::of("<script>var id = 'https://client.example/'</script>");
        assert!(script.knows("client.example"));
        assert!(!Reading::of("<p>client.example</p>").knows("client.example"));
    }

    #[test]
    fn broken_pages_end() {
        for broken in ["<", "<a", "</", "<!--", "<p hidden>", "<script", "<é>", "a < b"] {
            let _ = Reading::of(broken);
        }
        assert!(Reading::of("1 < 2 client.example").shows("client.example"));
    }
}
