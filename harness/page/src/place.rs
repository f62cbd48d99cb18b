//! Where values that have a name stand in the text of a page, so that they can be replaced there.

use std::ops::Range;

use html5gum::DefaultEmitter;
use html5gum::StartTag;
use html5gum::Token;
use html5gum::Tokenizer;

use crate::html::Element;
use crate::tree::Tree;

/// A value with a name.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Place {
    /// The name, as written.
    pub name: String,
    /// The value, its character references resolved.
    pub value: String,
    /// Where it stands, without its quotes.
    pub at: Range<usize>,
}

/// What may end a tag that a cut left open.
const ENDS: [&str; 3] = [">", "\">", "'>"];
/// The key under which a tag has the text of its element.
const TEXT: &[u8] = b"\0";

/// The values that have a name, in order: those of fields and buttons, of `meta` elements, of attributes called
/// `data-…`, and what stands in a `textarea`; also in comments and scripts, and in a tag that the end of the text cut.
pub fn named_values(page: &str) -> Vec<Place> {
    let mut found = Vec::new();
    let mut end = 0;
    each_part(page, &mut |part| match part {
        Part::Tag(tag) => {
            end = tag.span.end;
            found.extend(places(page, &tag));
        }
        Part::Text(at) => {
            end = at.end;
            let (text, from) = (page.get(at.clone()).unwrap_or_default(), at.start);
            each_part(text, &mut |part| {
                if let Part::Tag(tag) = part {
                    let inside = places(text, &tag).into_iter();
                    found.extend(inside.map(|place| place.moved(from, page)));
                }
            });
        }
    });
    let rest = page.get(end..).unwrap_or_default();
    if let Some(open) = rest.rfind('<') {
        let cut = of_a_cut_tag(&rest[open..]).into_iter();
        found.extend(cut.map(|place| place.moved(end + open, page)));
    }
    found
}

/// The values of a tag that is not closed.
fn of_a_cut_tag(tag: &str) -> Vec<Place> {
    let mut found = Vec::new();
    for closed in ENDS.map(|end| format!("{tag}{end}")) {
        each_part(&closed, &mut |part| {
            if let Part::Tag(tag) = part {
                found.extend(places(&closed, &tag));
            }
        });
        if !found.is_empty() {
            break;
        }
    }
    found
}

impl Place {
    /// The same in the whole page, of which the part begins there.
    fn moved(self, by: usize, page: &str) -> Self {
        let at = |at: usize| (by + at).min(page.len());
        Self {
            at: at(self.at.start)..at(self.at.end),
            ..self
        }
    }
}

/// What may hold values with a name.
enum Part {
    /// A start tag; that of a textarea has its text too.
    Tag(StartTag<usize>),
    /// The inside of a comment or a script.
    Text(Range<usize>),
}

fn each_part(page: &str, take: &mut dyn FnMut(Part)) {
    let mut tokens = Tokenizer::new_with_emitter(page, DefaultEmitter::<usize>::new_with_span());
    // What is open decides how the inside of an element is read, here as for those who fill in a form.
    let mut tree = Tree::default();
    let mut area: Option<StartTag<usize>> = None;
    // Where the text begins that a text token does not always know the beginning of.
    let mut inside = 0;
    let mut is_script = false;
    while let Some(Ok(token)) = tokens.next() {
        match token {
            Token::StartTag(tag) => {
                let state = tree.start(Element::named(&tag.name), tag.self_closing);
                if let Some(state) = state {
                    tokens.set_state(state);
                }
                let is_text = |name: &[u8]| state.is_some() && *tag.name == *name;
                is_script = is_text(b"script");
                inside = tag.span.end;
                match is_text(b"textarea") {
                    true => area = Some(tag),
                    false => take(Part::Tag(tag)),
                }
            }
            Token::String(mut text) => {
                tree.text(String::from_utf8_lossy(&text).into_owned());
                text.span.start = inside;
                if let Some(mut tag) = area.take() {
                    tag.attributes.insert(TEXT.to_vec().into(), text);
                    take(Part::Tag(tag));
                } else if is_script {
                    take(Part::Text(text.span.start..text.span.end));
                }
            }
            Token::EndTag(tag) => {
                tree.end(&String::from_utf8_lossy(&tag.name));
                (area, is_script) = (None, false);
            }
            // Without its first character a comment is a text.
            Token::Comment(text) => take(Part::Text(text.span.start + 1..text.span.end)),
            Token::Doctype(_) | Token::Error(_) => {}
        }
    }
}

/// The values with a name of one tag.
fn places(page: &str, tag: &StartTag<usize>) -> Vec<Place> {
    let text = |bytes: &[u8]| String::from_utf8_lossy(bytes).into_owned();
    let named = |name: &[u8]| tag.attributes.get(name);
    let mut found = Vec::new();
    for value in [b"value".as_slice(), b"content", TEXT] {
        if let (Some(name), Some(it)) = (named(b"name"), named(value)) {
            let at = match value == TEXT {
                true => Some(it.span.start..it.span.end),
                false => inner(page, it.span.start, it.span.end),
            };
            found.extend(at.map(|at| Place {
                name: text(name),
                value: text(it),
                at,
            }));
        }
    }
    for (attribute, value) in &tag.attributes {
        if let Some(name) = text(attribute).strip_prefix("data-")
            && let Some(at) = inner(page, value.span.start, value.span.end)
        {
            found.push(Place {
                name: name.to_owned(),
                value: text(value),
                at,
            });
        }
    }
    found
}

/// Where the value stands in `name = "value"`.
fn inner(page: &str, start: usize, end: usize) -> Option<Range<usize>> {
    let written = page.get(start..end.min(page.len()))?;
    let equals = written.char_indices().skip(1).find(|(_, c)| *c == '=')?.0 + 1;
    let value = written[equals..].trim_start_matches(|c: char| c.is_ascii_whitespace());
    let begin = start + written.len() - value.len();
    let is_quote = |c: char| matches!(c, '"' | '\'');
    let (begin, value, is_end): (usize, &str, Box<dyn Fn(char) -> bool>) = match value.chars().next() {
        Some(quote) if is_quote(quote) => (begin + 1, &value[1..], Box::new(move |c| c == quote)),
        _ => (
            begin,
            value,
            Box::new(|c: char| c.is_ascii_whitespace() || c == '>'),
        ),
    };
    let length = value.find(is_end).unwrap_or(value.len());
    Some(begin..begin + length)
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;
    use crate::html::Html;

    fn found(page: &str) -> Vec<(String, String, String)> {
        let places = named_values(page).into_iter();
        places
            .map(|place| (place.name, place.value, page[place.at].to_owned()))
            .collect()
    }

    #[test]
    fn a_value_is_found_in_any_spelling() {
        for (page, written) in [
            ("<input name=code value=c-1>", "c-1"),
            ("<p>é<INPUT NAME=code VALUE=\"c-1\"/>", "c-1"),
            ("<input\r\nname\n=\n'code'\r\nvalue\n=\n'c-1'\r\n>", "c-1"),
            ("<input title='>' value=c&#45;1 name=code>", "c&#45;1"),
            ("<input name=\"code\"value=\"c-1\"x>", "c-1"),
            ("<input value=c-1 value=c-2 name=code>", "c-1"),
            ("<button name=code value=c-1>", "c-1"),
            ("<meta content=c-1 name=code>", "c-1"),
            ("<p data-code=c-1>", "c-1"),
            ("<textarea name=code>c-1</textarea>", "c-1"),
            ("<!--\r\né <input name=code value=c-1> -->", "c-1"),
            ("<textarea name=code>\r\nc-1</textarea>", "\r\nc-1"),
            ("<script>w('<input name=code value=c-1>')</script>", "c-1"),
            ("<input name='code' value='c-1", "c-1"),
            ("<input name='code' value=\"c-1", "c-1"),
            ("<input name=code value=c-1", "c-1"),
            ("<svg><title><form><input name=code value=c-1></svg>", "c-1"),
            ("<math><mi><input name=code value=c-1></math>", "c-1"),
        ] {
            let [(name, value, at)] = &found(page)[..] else {
                panic!("{page}");
            };
            assert_eq!(
                (name.as_str(), value.trim(), at.as_str()),
                ("code", "c-1", written),
                "{page}"
            );
        }
    }

    /// Who fills a form and who hides what is sent with it read the same page.
    #[test]
    fn what_an_agent_sends_of_a_page_has_a_place_in_it() {
        for page in [
            "<form><svg><title><input type=hidden name=code value=c-1></svg></form>",
            "<form><svg><style><textarea></style></svg><input type=hidden name=code value=c-1></form>",
            "<form><math><mi><script><input type=hidden name=code value=c-1></script></form>",
            "<form><svg><desc><title>x</title><input type=hidden name=code value=c-1></svg></form>",
        ] {
            let sent = Html::read(page).forms().remove(0).fields;
            let found = found(page);
            for field in &sent {
                let is_found = found
                    .iter()
                    .any(|(name, value, _)| (name, value) == (&field.name, &field.value));
                assert!(is_found, "{page}: {field:?} in {found:?}");
            }
        }
    }

    #[test]
    fn an_empty_textarea_has_none_of_the_text_behind_it() {
        assert_eq!(found("<textarea name=code></textarea>text"), []);
    }

    #[test]
    fn what_is_no_field_has_no_place() {
        for page in [
            "<input name=code>",
            "<a name=code>c</a>",
            "<input value=c>",
            "<input name=code value=>",
            "<",
            "<é",
        ] {
            assert_eq!(found(page), [], "{page}");
        }
    }
    proptest! {
        /// Whatever a target sends, reading it ends, and places stand inside of it.
        #[test]
        fn any_text_is_read_to_its_end(
            parts in prop::collection::vec("<[a-z/!-]{0,9}[ =\"'a-zé>]{0,12}|\\PC{0,6}|</?(form|svg|p|select|option|title|textarea|script)>|&[#a-z0-9]{0,6};?", 0..40)
        ) {
            let page = parts.concat();
            let html = Html::read(&page);
            let _ = (html.forms(), html.title(), html.links().count(), html.loads().count());
            let _ = (html.anchors().count(), html.reading().words().count());
            for place in named_values(&page) {
                prop_assert!(page.get(place.at).is_some());
            }
        }
    }
}
