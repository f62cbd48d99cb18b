//! What a person reads of a page. Hidden fields, addresses of links and the texts of scripts are on the page and tell
//! nobody anything.

use crate::html::Element;
use crate::html::Html;
use crate::html::Node;
use crate::tree::is_hidden;

/// What a page shows, and what only its scripts know.
#[derive(Debug, Default, PartialEq, Eq)]
pub struct Reading {
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
/// Kinds of input fields that show their value.
const SHOWN_INPUTS: [&str; 7] = ["", "button", "email", "search", "submit", "text", "url"];

impl Html {
    /// What a person reads of the page.
    pub fn reading(&self) -> Reading {
        let mut reading = Reading::default();
        for node in &self.nodes {
            match node {
                Node::Element(element) => reading.begin(element),
                Node::End(at) => {
                    if let Some(element) = self.element(*at) {
                        reading.part(&element.name);
                    }
                }
                Node::Text(text, within) if within.script && !within.template => {
                    reading.scripts.push_str(text);
                }
                Node::Text(text, within) if !within.unseen => reading.text(text),
                Node::Text(..) => {}
            }
        }
        reading
    }

    /// The text of the page as it is written, with single spaces: what a person is shown of it in our own words.
    pub fn text(&self) -> String {
        let texts = self.nodes.iter().filter_map(|node| match node {
            Node::Text(text, within) if !within.script && !within.unseen => Some(text.as_str()),
            _ => None,
        });
        let words: Vec<&str> = texts.flat_map(str::split_whitespace).collect();
        words.join(" ")
    }
}

impl Reading {
    /// Whether a person reads this text.
    pub fn shows(&self, text: &str) -> bool {
        let text = plain(text);
        self.shown.contains(&text) || self.apart.contains(&text)
    }

    /// Whether only a script of the page has this text.
    pub fn knows(&self, text: &str) -> bool {
        self.scripts.to_lowercase().contains(&text.to_lowercase())
    }

    /// The words of the text, in lower case.
    pub fn words(&self) -> impl Iterator<Item = &str> {
        self.shown.split_whitespace()
    }

    fn begin(&mut self, element: &Element) {
        self.part(&element.name);
        let shows = element.name == "input" && SHOWN_INPUTS.contains(&element.keyword("type").as_str());
        if let Some(value) = element.attribute("value")
            && shows
            && !element.within.unseen
            && !is_hidden(element)
        {
            self.text(value);
            self.part("input");
        }
    }

    fn text(&mut self, text: &str) {
        let text = plain(text);
        self.shown.push_str(&text);
        self.apart.push_str(&text);
    }

    fn part(&mut self, element: &str) {
        self.apart.push(' ');
        if !INLINE.contains(&element) {
            self.shown.push(' ');
        }
    }
}

/// In lower case, without the characters that have no width.
fn plain(text: &str) -> String {
    let has_width = |c: &char| !matches!(c, '\u{ad}' | '\u{200b}'..='\u{200f}' | '\u{2060}' | '\u{2066}'..='\u{2069}' | '\u{feff}');
    text.chars().filter(has_width).collect::<String>().to_lowercase()
}

#[cfg(test)]
mod tests {
    use super::*;

    fn read(page: &str) -> Reading {
        Html::read(page).reading()
    }

    #[test]
    fn what_stands_in_the_text_is_read() {
        for page in [
            "<p>Go to client.example</p>",
            "<p>Go to <b>client</b>.<wbr>example</p>",
            "<p>sub.<strong>client.example</strong></p>",
            "<p>Client&#46;example</p>",
            "<p>client&period;example</p>",
            "<input type=text readonly value='https://client.example/'>",
            "<button>Continue to client.example</button>",
            "<head><title>x</title></head><body>client.example",
            "<head><body>client.example",
            "<!-- a --><div hidden>x<div>y</div></div><p>client.example",
            "<p hidden>x<p>client.example",
            "<img hidden>client.example",
            "<p title='a > b'>client.example",
            "<textarea>client.example</textarea>",
            "<svg><title>x</title></svg>client.example",
        ] {
            assert!(read(page).shows("client.example"), "{page}");
        }
    }

    #[test]
    fn what_nobody_sees_is_not_read() {
        for page in [
            "<input type=\"hidden\" name=\"client_id\" value=\"https://client.example/\">",
            "<INPUT\nTYPE = Hidden VALUE=https://client.example/>",
            "<input type=password value=client.example>",
            "<a href=\"/login?return_to=https://client.example/\">Log in</a>",
            "<form action='https://client.example/'>",
            "<title>client.example</title>",
            "<p title='client.example'>A client</p>",
            "<!-- client.example -->",
            "<template>client.example</template>",
            "<noscript>client.example</noscript>",
            "<style>/* client.example */</style>",
            "<iframe>client.example</iframe>",
            "<p hidden>client.example</p>",
            "<div style='display: none'><div>x</div>client.example</div>",
            "<DIV STYLE=DISPLAY:NONE><p>client.example",
            "<p>client</p><p>.example</p>",
            "<script>var id = 'https://client.example/'</script>",
            "<dialog>client.example</dialog>",
        ] {
            assert!(!read(page).shows("client.example"), "{page}");
        }
        let script = read("<script>var id = 'https://client.example/'</script>");
        assert!(script.knows("client.example"));
        assert!(!read("<p>client.example</p>").knows("client.example"));
    }

    #[test]
    fn words_are_those_of_the_text() {
        let page = "<style>.warning{}</style><p class=\"warning\">Take <b>care</b>.</p>";
        assert_eq!(read(page).words().collect::<Vec<_>>(), ["take", "care."]);
    }

    #[test]
    fn the_text_is_as_written() {
        let page =
            "<title>T</title><style>p{}</style><h1>Not\n allowed</h1><script>x</script><p>Ask <b>Bob</b>";
        assert_eq!(Html::read(page).text(), "Not allowed Ask Bob");
    }

    #[test]
    fn broken_pages_end() {
        for broken in [
            "<",
            "<a",
            "</",
            "<!--",
            "<p hidden>",
            "<script",
            "<é>",
            "a < b",
            "open <",
        ] {
            let _ = read(broken);
        }
        assert!(read("1 < 2 client.example").shows("client.example"));
    }
}
