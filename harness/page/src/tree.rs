//! Which elements are open: as much of a browser's tree as it takes to know what is inside of what.

use html5gum::State;

use crate::html::Element;
use crate::html::Html;
use crate::html::Node;
use crate::html::Within;
use crate::html::state_inside;

/// A page while it is read.
#[derive(Debug, Default)]
pub(crate) struct Tree {
    pub(crate) html: Html,
    open: Vec<Open>,
    /// The form that fields belong to, wherever its element was closed.
    form: Option<usize>,
}

#[derive(Debug)]
struct Open {
    at: usize,
    name: String,
    within: Within,
}

/// Browsers nest no deeper.
const MOST_OPEN: usize = 512;
/// Elements without an inside.
const VOID: [&str; 17] = [
    "area", "base", "basefont", "bgsound", "br", "col", "embed", "frame", "hr", "img", "input", "keygen",
    "link", "meta", "param", "track", "wbr",
];
const SOURCE: &str = "source";
/// What a head holds; anything else ends it.
const OF_THE_HEAD: [&str; 12] = [
    "base", "basefont", "bgsound", "head", "html", "link", "meta", "noscript", "script", "style", "template",
    "title",
];
/// Elements that end an open paragraph.
const BLOCKS: [&str; 41] = [
    "address",
    "article",
    "aside",
    "blockquote",
    "center",
    "dd",
    "details",
    "dialog",
    "dir",
    "div",
    "dl",
    "dt",
    "fieldset",
    "figcaption",
    "figure",
    "footer",
    "form",
    "h1",
    "h2",
    "h3",
    "h4",
    "h5",
    "h6",
    "header",
    "hgroup",
    "hr",
    "li",
    "listing",
    "main",
    "menu",
    "nav",
    "ol",
    "p",
    "plaintext",
    "pre",
    "search",
    "section",
    "summary",
    "table",
    "ul",
    "xmp",
];
/// Elements that look no further up for what they end.
const BARRIERS: [&str; 10] = [
    "applet", "button", "caption", "html", "marquee", "object", "select", "td", "template", "th",
];
/// Elements whose end tag leaves what was opened inside of them open.
const FORMATTING: [&str; 14] = [
    "a", "b", "big", "code", "em", "font", "i", "nobr", "s", "small", "strike", "strong", "tt", "u",
];
/// Elements that end a picture or a formula which was not closed.
const BREAKS_OUT: [&str; 36] = [
    "b",
    "big",
    "blockquote",
    "body",
    "br",
    "center",
    "code",
    "dd",
    "div",
    "dl",
    "dt",
    "em",
    "embed",
    "h1",
    "h2",
    "h3",
    "h4",
    "h5",
    "h6",
    "head",
    "hr",
    "i",
    "img",
    "li",
    "menu",
    "meta",
    "ol",
    "p",
    "pre",
    "s",
    "small",
    "span",
    "strong",
    "table",
    "u",
    "ul",
];
/// Elements of a picture or a formula that hold HTML again.
const HTML_AGAIN: [&str; 9] = [
    "annotation-xml",
    "desc",
    "foreignobject",
    "mi",
    "mn",
    "mo",
    "ms",
    "mtext",
    "title",
];
/// Elements whose inside nobody sees.
const UNSEEN: [&str; 10] = [
    "datalist", "head", "iframe", "noembed", "noframes", "noscript", "script", "style", "template", "title",
];

impl Tree {
    /// An element begins; in which state its inside is read, where not in the usual one.
    pub(crate) fn start(&mut self, mut element: Element, closes_itself: bool) -> Option<State> {
        if self.within().foreign && BREAKS_OUT.contains(&element.name.as_str()) {
            while self.within().foreign {
                self.pop();
            }
        }
        let outside = self.within();
        if !outside.foreign {
            if element.name == "image" {
                "img".clone_into(&mut element.name);
            }
            self.end_implied(&element.name);
        }
        let outside = self.within();
        let is_form = element.name == "form" && !outside.foreign && !outside.template;
        if is_form && self.form.is_some() {
            // A form in a form is no element.
            return None;
        }
        let at = self.html.nodes.len();
        element.within = outside;
        element.form = self.form;
        element.end = at + 1;
        if is_form {
            self.form = Some(at);
        }
        let is_void = VOID.contains(&element.name.as_str()) || element.name == SOURCE;
        let inside = inside_of(&element, outside);
        let name = element.name.clone();
        self.html.nodes.push(Node::Element(element));
        if is_void || (outside.foreign && closes_itself) {
            return None;
        }
        let state = state_inside(&name).filter(|_| !outside.foreign);
        if self.open.len() < MOST_OPEN {
            self.open.push(Open {
                at,
                name,
                within: inside,
            });
        }
        state
    }

    /// An element ends.
    pub(crate) fn end(&mut self, name: &str) {
        if name == "form" && !self.within().template {
            self.form = None;
        }
        let Some(place) = self.open.iter().rposition(|open| open.name == name) else {
            return;
        };
        let above = &self.open[place + 1..];
        if FORMATTING.contains(&name) {
            let open = self.open.remove(place);
            self.close(open.at);
            return;
        }
        let is_block = |open: &Open| BLOCKS.contains(&open.name.as_str());
        let is_barrier = |open: &Open| BARRIERS.contains(&open.name.as_str());
        let ends_nothing = match BLOCKS.contains(&name) || BARRIERS.contains(&name) {
            true => above.iter().any(|open| open.name == "template"),
            false => above.iter().any(|open| is_block(open) || is_barrier(open)) && !is_of_a_page(name),
        };
        if !ends_nothing {
            self.pop_to(place);
        }
    }

    /// A text.
    pub(crate) fn text(&mut self, text: String) {
        let is_in_head = self.open.last().is_some_and(|open| open.name == "head");
        if is_in_head && !text.trim().is_empty() {
            self.pop();
        }
        let within = self.within();
        self.html.nodes.push(Node::Text(text, within));
    }

    /// The page, at its end.
    pub(crate) fn whole(mut self) -> Html {
        self.pop_to(0);
        self.html
    }

    fn within(&self) -> Within {
        self.open.last().map(|open| open.within).unwrap_or_default()
    }

    /// Ends what the beginning of this element ends.
    fn end_implied(&mut self, name: &str) {
        if !OF_THE_HEAD.contains(&name)
            && let Some(head) = self.open.iter().position(|open| open.name == "head")
            && !self.within().template
        {
            self.pop_to(head);
        }
        match name {
            "li" => self.end_nearest(&["li"], &["ol", "ul", "menu"]),
            "dd" | "dt" => self.end_nearest(&["dd", "dt"], &["dl"]),
            "option" => self.end_nearest(&["option"], &["select", "datalist"]),
            "optgroup" => self.end_nearest(&["optgroup", "option"], &["select"]),
            "td" | "th" => self.end_nearest(&["td", "th"], &["table", "tr"]),
            "tr" => self.end_nearest(&["tr"], &["table"]),
            "tbody" | "tfoot" | "thead" => self.end_nearest(&["tbody", "tfoot", "thead"], &["table"]),
            _ => {}
        }
        if BLOCKS.contains(&name) {
            self.end_nearest(&["p"], &BARRIERS);
        }
    }

    /// Ends the nearest open element of these, if none of the others is open inside of it.
    fn end_nearest(&mut self, names: &[&str], barriers: &[&str]) {
        let nearest = self.open.iter().rposition(|open| {
            let name = open.name.as_str();
            names.contains(&name) || barriers.contains(&name) || name == "template"
        });
        if let Some(place) = nearest.filter(|place| names.contains(&self.open[*place].name.as_str())) {
            self.pop_to(place);
        }
    }

    fn pop_to(&mut self, place: usize) {
        while self.open.len() > place {
            self.pop();
        }
    }

    fn pop(&mut self) {
        if let Some(open) = self.open.pop() {
            self.close(open.at);
        }
    }

    fn close(&mut self, at: usize) {
        let end = self.html.nodes.len();
        if let Some(Node::Element(element)) = self.html.nodes.get_mut(at) {
            element.end = end;
        }
        self.html.nodes.push(Node::End(at));
    }
}

/// Whether an end tag ends its element, whatever is open inside of it.
fn is_of_a_page(name: &str) -> bool {
    matches!(name, "body" | "head" | "html" | "math" | "svg")
}

/// What is inside of an element that stands there.
fn inside_of(element: &Element, outside: Within) -> Within {
    let name = element.name.as_str();
    let foreign = match outside.foreign {
        true => !HTML_AGAIN.contains(&name),
        false => matches!(name, "math" | "svg"),
    };
    Within {
        unseen: outside.unseen || UNSEEN.contains(&name) || is_hidden(element),
        template: outside.template || name == "template",
        foreign,
        disabled: outside.disabled || (name == "fieldset" && element.attribute("disabled").is_some()),
        script: outside.script || name == "script",
        style: outside.style || name == "style",
    }
}

/// Whether an element is not shown, by what its tag says.
pub(crate) fn is_hidden(element: &Element) -> bool {
    let style: String = element
        .keyword("style")
        .chars()
        .filter(|c| !c.is_whitespace())
        .collect();
    let is_closed = element.name == "dialog" && element.attribute("open").is_none();
    is_closed
        || element.attribute("hidden").is_some()
        || style.contains("display:none")
        || style.contains("visibility:hidden")
}

#[cfg(test)]
mod tests {
    use super::*;

    /// The texts of a page, with the names of what is open around each.
    fn around(page: &str, text: &str) -> Vec<String> {
        let html = Html::read(page);
        let at = html
            .nodes
            .iter()
            .position(|node| matches!(node, Node::Text(it, _) if it.trim() == text));
        let at = at.unwrap();
        html.elements()
            .filter(|(start, it)| *start < at && at < it.end)
            .map(|(_, it)| it.name.clone())
            .collect()
    }

    #[test]
    fn elements_end_where_a_browser_ends_them() {
        for (page, text, expected) in [
            ("<div><p>a<p>b</div>", "b", vec!["div", "p"]),
            ("<ul><li>a<li>b</ul>", "b", vec!["ul", "li"]),
            ("<ul><li><ul><li>a</ul>b", "b", vec!["ul", "li"]),
            ("<dl><dt>a<dd>b", "b", vec!["dl", "dd"]),
            ("<p>a<div>b", "b", vec!["div"]),
            ("<p>a<button><div>b", "b", vec!["p", "button", "div"]),
            ("<b><i>a</b>b", "b", vec!["i"]),
            ("<div><span>a</div>b", "b", vec![]),
            ("<div><span><div>a</span>b", "b", vec!["div", "span", "div"]),
            ("</div>b", "b", vec![]),
            ("<br>b", "b", vec![]),
            ("<br/>b</br>", "b", vec![]),
            ("<div/>b", "b", vec!["div"]),
            ("<svg><path/>b", "b", vec!["svg"]),
            ("<svg><g><p>b", "b", vec!["p"]),
            ("<head><meta><title>t</title>b", "b", vec![]),
            ("<head><meta><body>b", "b", vec!["body"]),
            ("<select><option>a<option>b", "b", vec!["select", "option"]),
            ("<table><tr><td>a<td>b", "b", vec!["table", "tr", "td"]),
        ] {
            assert_eq!(around(page, text), expected, "{page}");
        }
    }

    #[test]
    fn a_deep_page_ends() {
        let html = Html::read(&"<div>".repeat(3 * MOST_OPEN));
        assert_eq!(html.elements().count(), 3 * MOST_OPEN);
        let mixed = "<div><b><p></div></x>".repeat(5_000);
        assert!(Html::read(&mixed).elements().count() > 5_000);
    }
}
