//! Where a page leads, and what it loads before anybody presses anything.

use crate::html::Element;
use crate::html::Html;
use crate::html::Node;
use crate::html::collapsed;

/// A link that a person follows.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Anchor {
    /// Where it leads, as written.
    pub to: String,
    /// What stands on it.
    pub text: String,
}

/// Attributes that hold a URL.
const URLS: [&str; 12] = [
    "action",
    "background",
    "cite",
    "codebase",
    "data",
    "formaction",
    "href",
    "manifest",
    "ping",
    "poster",
    "src",
    "xlink:href",
];
/// Elements and attributes whose URL is loaded before anybody presses anything.
const LOADED: [(&str, &str); 21] = [
    ("audio", "src"),
    ("body", "background"),
    ("embed", "src"),
    ("feimage", "href"),
    ("frame", "src"),
    ("html", "manifest"),
    ("iframe", "src"),
    ("image", "href"),
    ("image", "xlink:href"),
    ("img", "src"),
    ("img", "srcset"),
    ("input", "src"),
    ("object", "data"),
    ("script", "href"),
    ("script", "src"),
    ("source", "src"),
    ("source", "srcset"),
    ("track", "src"),
    ("use", "href"),
    ("video", "poster"),
    ("video", "src"),
];
/// Kinds of `link` elements for which a browser asks the host, or looks up its name.
const LOADING_LINKS: [&str; 11] = [
    "apple-touch-icon",
    "dns-prefetch",
    "icon",
    "manifest",
    "mask-icon",
    "modulepreload",
    "preconnect",
    "prefetch",
    "preload",
    "prerender",
    "stylesheet",
];

impl Html {
    /// Every URL of the page, without the characters that a browser strips, its letters in lower case.
    pub fn links(&self) -> impl Iterator<Item = String> {
        let urls = self.elements().flat_map(|(_, element)| {
            let attributes = element.attributes.iter();
            attributes
                .filter(|(name, _)| URLS.contains(&name.as_str()))
                .map(|(_, url)| url.as_str())
        });
        urls.chain(self.refreshes()).map(as_browsers_read)
    }

    /// What a browser loads, or where it goes, before anybody presses anything: URLs, and the texts of styles.
    pub fn loads(&self) -> impl Iterator<Item = &str> {
        self.parts().chain(self.refreshes())
    }

    /// What a browser loads for the page: URLs, and the texts of styles.
    pub fn parts(&self) -> impl Iterator<Item = &str> {
        let elements = self.elements().map(|(_, element)| element);
        let urls = elements
            .filter(|element| !element.within.template)
            .flat_map(|element| {
                element
                    .attributes
                    .iter()
                    .filter(|(name, _)| name.as_str() == "style" || is_loaded(element, name))
                    .map(|(_, value)| value.as_str())
            });
        let styles = self.nodes.iter().filter_map(|node| match node {
            Node::Text(text, within) if within.style && !within.template => Some(text.as_str()),
            Node::Element(_) | Node::End(_) | Node::Text(..) => None,
        });
        urls.chain(styles)
    }

    /// The links that a person can follow, in order.
    pub fn anchors(&self) -> impl Iterator<Item = Anchor> {
        self.elements().filter_map(|(at, element)| {
            let to = element.attribute("href")?.trim().to_owned();
            let is_link = element.name == "a" && !element.within.template;
            let told = || element.attribute("aria-label").unwrap_or_default().to_owned();
            let text = collapsed(&self.inside(at));
            is_link.then(|| Anchor {
                to,
                text: if text.is_empty() { told() } else { text },
            })
        })
    }

    /// Where the link leads whose text one of the words names, or whose text begins with one.
    pub fn link(&self, words: &[String]) -> Option<String> {
        let is_named = |anchor: &Anchor| {
            let text = anchor.text.trim_matches(|c: char| !c.is_alphanumeric());
            let first = text.split_whitespace().next().unwrap_or_default();
            words
                .iter()
                .any(|word| word.eq_ignore_ascii_case(text) || word.eq_ignore_ascii_case(first))
        };
        self.anchors().find(is_named).map(|anchor| anchor.to)
    }

    /// The URL that relative ones start from, as written, where the page names one.
    pub fn base(&self) -> Option<&str> {
        let mut bases = self
            .elements()
            .filter(|(_, it)| it.name == "base" && !it.within.template);
        bases.find_map(|(_, it)| it.attribute("href"))
    }

    fn refreshes(&self) -> impl Iterator<Item = &str> {
        self.elements().filter_map(|(_, element)| {
            let refreshes = element.name == "meta" && element.keyword("http-equiv") == "refresh";
            let content = element.attribute("content").filter(|_| refreshes)?;
            content
                .split_once('=')
                .map(|(_, url)| url.trim().trim_matches(['"', '\'']))
        })
    }
}

fn is_loaded(element: &Element, attribute: &str) -> bool {
    if element.name == "link" {
        let kinds = element.keyword("rel");
        let mut kinds = kinds.split_ascii_whitespace();
        return matches!(attribute, "href" | "imagesrcset")
            && kinds.any(|kind| LOADING_LINKS.contains(&kind));
    }
    LOADED.contains(&(element.name.as_str(), attribute))
}

/// A URL without leading spaces and control characters and without line breaks and tabs, in lower case.
fn as_browsers_read(url: &str) -> String {
    let kept = url
        .chars()
        .filter(|c| !matches!(c, '\t' | '\n' | '\r'))
        .collect::<String>();
    kept.trim_start_matches(|c: char| c <= ' ').to_lowercase()
}

#[cfg(test)]
mod tests {
    use super::*;

    fn words(list: &[&str]) -> Vec<String> {
        list.iter().map(|word| (*word).to_owned()).collect()
    }

    #[test]
    fn links_are_read_as_browsers_read_them() {
        let page = "<a href=' java&#x0A;script&colon;alert(1)'>x</a><form action=/decide><meta http-equiv=Refresh content='0; url=HTTPS://app'>";
        let links: Vec<String> = Html::read(page).links().collect();
        assert_eq!(links, ["javascript:alert(1)", "/decide", "https://app"]);
    }

    #[test]
    fn only_what_loads_by_itself_is_loaded() {
        let page = "<a href=https://a><link rel=dns-prefetch href=//b><img src=c><p style='background:url(d)'><style>@import 'e'</style>
            <link rel=canonical href=https://f><template><img src=g></template><!-- <img src=h> --><IMG\nSRC = i>";
        let html = Html::read(page);
        let loads: Vec<&str> = html.loads().collect();
        assert_eq!(loads, ["//b", "c", "background:url(d)", "i", "@import 'e'"]);
    }

    #[test]
    fn a_link_is_found_by_its_words() {
        let page = "<a href=/help>Help</a> <a href='/abort?x=1&amp;y'>[ <b>Cancel</b> ]</a>";
        let html = Html::read(page);
        assert_eq!(html.link(&words(&["deny", "cancel"])).unwrap(), "/abort?x=1&y");
        assert_eq!(html.link(&words(&["no"])), None);
        let commented = Html::read("<!-- <a href=/x>Deny</a> --><a>Deny</a>");
        assert_eq!(commented.link(&words(&["deny"])), None);
    }

    #[test]
    fn a_page_may_say_where_its_urls_start() {
        assert_eq!(Html::read("<BASE HREF=/a/>").base(), Some("/a/"));
        assert_eq!(
            Html::read("<base target=_top><base href=/b/>").base(),
            Some("/b/")
        );
    }
}
