//! The elements and texts of a page, in order.

use std::collections::BTreeMap;

use html5gum::State;
use html5gum::Token;
use html5gum::Tokenizer;

use crate::tree::Tree;

/// A page that was read.
#[derive(Debug, Default)]
pub struct Html {
    pub(crate) nodes: Vec<Node>,
}

/// What stands in a page.
#[derive(Debug)]
pub(crate) enum Node {
    /// An element begins.
    Element(Element),
    /// The element that begins at this node ends.
    End(usize),
    /// A text.
    Text(String, Within),
}

/// An element.
#[derive(Debug)]
pub(crate) struct Element {
    /// Its name, in lower case.
    pub(crate) name: String,
    /// Its attributes, names in lower case; of two with one name the first counts.
    pub(crate) attributes: BTreeMap<String, String>,
    /// Where it stands.
    pub(crate) within: Within,
    /// The form that was open when it began.
    pub(crate) form: Option<usize>,
    /// The node behind its inside.
    pub(crate) end: usize,
}

/// What an element or a text is inside of.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq)]
pub(crate) struct Within {
    /// Something that no person sees.
    pub(crate) unseen: bool,
    /// A template: no part of the page.
    pub(crate) template: bool,
    /// A picture or a formula in the page, where elements have other meanings.
    pub(crate) foreign: bool,
    /// A group of fields that is switched off.
    pub(crate) disabled: bool,
    /// The text of a script.
    pub(crate) script: bool,
    /// The text of a style.
    pub(crate) style: bool,
}

/// No honest page has more elements and texts; what follows them is not read.
const MOST_NODES: usize = 100_000;

impl Html {
    /// Reads a page.
    pub fn read(page: &str) -> Self {
        let mut tree = Tree::default();
        let mut tokens = Tokenizer::new(page);
        while let Some(Ok(token)) = tokens.next() {
            if tree.html.nodes.len() >= MOST_NODES {
                break;
            }
            match token {
                Token::StartTag(tag) => {
                    let attributes = tag.attributes.into_iter();
                    let element = Element {
                        attributes: attributes
                            .map(|(name, value)| (text(&name), text(&value)))
                            .collect(),
                        ..Element::named(&tag.name)
                    };
                    if let Some(state) = tree.start(element, tag.self_closing) {
                        tokens.set_state(state);
                    }
                }
                Token::EndTag(tag) => tree.end(&text(&tag.name)),
                Token::String(string) => tree.text(text(&string)),
                Token::Comment(_) | Token::Doctype(_) | Token::Error(_) => {}
            }
        }
        tree.whole()
    }

    /// The title; empty where there is none.
    pub fn title(&self) -> String {
        let titles = self.elements().filter(|(_, it)| !it.within.foreign);
        titles
            .into_iter()
            .find(|(_, it)| it.name == "title" && !it.within.template)
            .map(|(at, _)| collapsed(&self.inside(at)))
            .unwrap_or_default()
    }

    /// The content of the `meta` element of this name.
    pub fn meta(&self, name: &str) -> Option<&str> {
        let is_named = |element: &Element| {
            element.name == "meta"
                && element
                    .attribute("name")
                    .is_some_and(|it| it.eq_ignore_ascii_case(name))
        };
        let mut elements = self.elements();
        elements.find(|(_, it)| is_named(it))?.1.attribute("content")
    }

    /// Whether an element or an attribute is called so.
    pub fn has(&self, name: &str) -> bool {
        self.elements()
            .any(|(_, it)| it.name == name || it.attributes.contains_key(name))
    }

    /// The elements and where they stand.
    pub(crate) fn elements(&self) -> impl Iterator<Item = (usize, &Element)> {
        self.nodes.iter().enumerate().filter_map(|(at, node)| match node {
            Node::Element(element) => Some((at, element)),
            Node::End(_) | Node::Text(..) => None,
        })
    }

    /// The element at a node.
    pub(crate) fn element(&self, at: usize) -> Option<&Element> {
        match self.nodes.get(at)? {
            Node::Element(element) => Some(element),
            Node::End(_) | Node::Text(..) => None,
        }
    }

    /// What stands inside an element.
    pub(crate) fn nodes_inside(&self, at: usize) -> &[Node] {
        let end = self.element(at).map_or(at, |element| element.end);
        self.nodes.get(at + 1..end).unwrap_or_default()
    }

    /// The texts inside an element, without those of scripts and styles.
    pub(crate) fn inside(&self, at: usize) -> String {
        let mut inside = String::new();
        for node in self.nodes_inside(at) {
            match node {
                Node::Text(text, within) if !within.script && !within.style => inside.push_str(text),
                Node::Element(element) if element.name == "br" => inside.push(' '),
                Node::Element(_) | Node::End(_) | Node::Text(..) => {}
            }
        }
        inside
    }
}

impl Element {
    /// An element of this name without attributes, that was not put into a tree yet.
    pub(crate) fn named(name: &[u8]) -> Self {
        Self {
            name: text(name),
            attributes: BTreeMap::new(),
            within: Within::default(),
            form: None,
            end: 0,
        }
    }

    /// The value of an attribute.
    pub(crate) fn attribute(&self, name: &str) -> Option<&str> {
        self.attributes.get(name).map(String::as_str)
    }

    /// The value of an attribute that names one of a few things.
    pub(crate) fn keyword(&self, name: &str) -> String {
        let value = self.attribute(name).unwrap_or_default();
        value.trim().to_ascii_lowercase()
    }
}

/// In which state the tokenizer reads the inside of an element.
pub(crate) fn state_inside(name: &str) -> Option<State> {
    match name {
        "plaintext" => Some(State::PlainText),
        "script" => Some(State::ScriptData),
        "textarea" | "title" => Some(State::RcData),
        "iframe" | "noembed" | "noframes" | "style" | "xmp" => Some(State::RawText),
        _ => None,
    }
}

/// The text with single spaces between its words.
pub(crate) fn collapsed(text: &str) -> String {
    text.split_ascii_whitespace().collect::<Vec<_>>().join(" ")
}

fn text(bytes: &[u8]) -> String {
    String::from_utf8_lossy(bytes).into_owned()
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
            "<svg><title><x-mark></title></svg>",
        ] {
            assert!(Html::read(live).has("x-mark"), "{live}");
        }
        for text in [
            "&lt;x-mark>",
            "<b title=\"x-mark=1\">x-mark</b>",
            "<textarea><x-mark></textarea>",
            "<!-- <x-mark> -->",
            "<!--> --> <!-- <x-mark> --!>",
            "<title><x-mark></title>",
            "<iframe><x-mark></iframe>",
        ] {
            assert!(!Html::read(text).has("x-mark"), "{text}");
        }
    }

    #[test]
    fn titles_and_metas_are_read_in_any_spelling() {
        for page in [
            "<title>Log in</title>",
            "<TITLE >\n Log\tin </TITLE\n>",
            "<title lang='en'>Log&#32;in</title>",
            "<svg><title>Logo</title></svg><title>Log in</title>",
        ] {
            assert_eq!(Html::read(page).title(), "Log in", "{page}");
        }
        for page in [
            "<meta name=Referrer content=no-referrer>",
            "<META content = 'no-referrer'\nNAME=\"referrer\"/>",
        ] {
            assert_eq!(Html::read(page).meta("referrer"), Some("no-referrer"), "{page}");
        }
    }

    #[test]
    fn a_page_without_end_is_read_to_a_bound() {
        let read = Html::read(&"<b>x".repeat(MOST_NODES)).nodes.len();
        assert!(read < MOST_NODES + 1_000, "{read}");
    }
}
