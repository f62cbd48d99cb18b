//! A tolerant scanner for the forms of an HTML page: no tree, no scripts, bounded by the page.

/// A form with its fields and buttons.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub(crate) struct Form {
    /// The `action`, as written; empty for the page itself.
    pub(crate) action: String,
    /// Whether it is sent by POST.
    pub(crate) posts: bool,
    /// Its fields, in order.
    pub(crate) fields: Vec<Field>,
    /// Its submit buttons, in order.
    pub(crate) buttons: Vec<Button>,
}

/// A field with what it holds.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub(crate) struct Field {
    /// Its name.
    pub(crate) name: String,
    /// Its value when nobody types.
    pub(crate) value: String,
    /// What it is.
    pub(crate) kind: FieldKind,
}

/// What a field is.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq)]
pub(crate) enum FieldKind {
    /// Not shown.
    Hidden,
    /// Holds a password.
    Password,
    /// Anything that people fill in.
    #[default]
    Shown,
}

/// A submit button.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub(crate) struct Button {
    /// Its name; empty when it sends nothing.
    pub(crate) name: String,
    /// Its value.
    pub(crate) value: String,
    /// What stands on it.
    pub(crate) text: String,
    /// Its own `formaction`, if it has one.
    pub(crate) action: Option<String>,
}

impl Form {
    /// Whether somebody is to log in here.
    pub(crate) fn asks_password(&self) -> bool {
        self.fields.iter().any(|field| field.kind == FieldKind::Password)
    }

    /// The button that one of the words names: by value, name, text, or the first word of the text.
    pub(crate) fn button(&self, words: &[String]) -> Option<&Button> {
        let is_word = |text: &str| {
            let text = text.trim();
            words.iter().any(|word| word.eq_ignore_ascii_case(text))
        };
        let first_word = |text: &str| text.split_whitespace().next().unwrap_or_default().to_owned();
        self.buttons
            .iter()
            .find(|button| is_word(&button.value))
            .or_else(|| self.buttons.iter().find(|button| is_word(&button.name)))
            .or_else(|| self.buttons.iter().find(|button| is_word(&button.text)))
            .or_else(|| {
                self.buttons
                    .iter()
                    .find(|button| is_word(&first_word(&button.text)))
            })
    }
}

/// The forms of a page, in order.
pub(crate) fn forms(html: &str) -> Vec<Form> {
    let mut found = Vec::new();
    let mut open: Option<Form> = None;
    let mut rest = html;
    while let Some((tag, after)) = next_tag(rest) {
        rest = after;
        match tag.name.as_str() {
            "script" | "style" => rest = beyond_close(rest, &tag.name),
            "form" => {
                found.extend(open.take());
                open = Some(Form {
                    action: tag.attribute("action").unwrap_or_default(),
                    posts: tag
                        .attribute("method")
                        .is_some_and(|method| method.eq_ignore_ascii_case("post")),
                    ..Form::default()
                });
            }
            "/form" => found.extend(open.take()),
            _ => {
                if let Some(form) = &mut open {
                    control(form, &tag, &mut rest);
                }
            }
        }
    }
    found.extend(open);
    found
}

/// Where the link leads whose text one of the words names, or whose text begins with one.
pub(crate) fn link(html: &str, words: &[String]) -> Option<String> {
    let mut rest = html;
    while let Some((tag, after)) = next_tag(rest) {
        rest = after;
        match tag.name.as_str() {
            "script" | "style" => rest = beyond_close(rest, &tag.name),
            "a" => {
                let text = inner_text(rest, "a");
                let text = text.trim_matches(|c: char| !c.is_alphanumeric());
                let named = |word: &String| {
                    let first = text.split_whitespace().next().unwrap_or_default();
                    word.eq_ignore_ascii_case(text) || word.eq_ignore_ascii_case(first)
                };
                if words.iter().any(named) {
                    return tag.attribute("href");
                }
            }
            _ => {}
        }
    }
    None
}

fn control(form: &mut Form, tag: &Tag, rest: &mut &str) {
    let name = tag.attribute("name").unwrap_or_default();
    let value = tag.attribute("value");
    let kind = tag.attribute("type").unwrap_or_default().to_ascii_lowercase();
    match (tag.name.as_str(), kind.as_str()) {
        (_, _) if tag.attribute("disabled").is_some() => {}
        ("button", "button" | "reset") | ("input", "button" | "reset" | "file") => {}
        ("button", _) => {
            let text = inner_text(rest, "button");
            form.buttons.push(Button {
                name,
                value: value.unwrap_or_default(),
                text,
                action: tag.attribute("formaction"),
            });
        }
        ("input", "submit" | "image") => {
            let text = value.clone().or_else(|| tag.attribute("alt")).unwrap_or_default();
            form.buttons.push(Button {
                name,
                value: value.unwrap_or_default(),
                text,
                action: tag.attribute("formaction"),
            });
        }
        ("input", "checkbox" | "radio") if tag.attribute("checked").is_some() => {
            let value = value.unwrap_or_else(|| "on".to_owned());
            form.add(name, value, FieldKind::Shown);
        }
        ("input", "checkbox" | "radio") => {}
        ("input", "hidden") => form.add(name, value.unwrap_or_default(), FieldKind::Hidden),
        ("input", "password") => form.add(name, value.unwrap_or_default(), FieldKind::Password),
        ("input", _) => form.add(name, value.unwrap_or_default(), FieldKind::Shown),
        ("textarea", _) => {
            let text = inner_text(rest, "textarea");
            form.add(name, text, FieldKind::Shown);
        }
        ("select", _) => form.add(name, String::new(), FieldKind::Shown),
        ("option", _) => {
            let selected = tag.attribute("selected").is_some();
            if let Some(field) = form.fields.last_mut()
                && (selected || field.value.is_empty())
            {
                field.value = value.unwrap_or_else(|| inner_text(rest, "option"));
            }
        }
        _ => {}
    }
}

impl Form {
    fn add(&mut self, name: String, value: String, kind: FieldKind) {
        if !name.is_empty() {
            self.fields.push(Field { name, value, kind });
        }
    }
}

struct Tag {
    name: String,
    attributes: Vec<(String, String)>,
}

impl Tag {
    fn attribute(&self, name: &str) -> Option<String> {
        self.attributes
            .iter()
            .find(|(known, _)| known == name)
            .map(|(_, value)| value.clone())
    }
}

/// The next tag and what follows it; comments are passed over.
fn next_tag(html: &str) -> Option<(Tag, &str)> {
    let mut rest = html;
    loop {
        rest = &rest[rest.find('<')? + 1..];
        if let Some(comment) = rest.strip_prefix("!--") {
            rest = &comment[comment.find("-->")? + 3..];
        } else if rest.starts_with(|c: char| c.is_ascii_alphabetic() || c == '/') {
            return Some(tag(rest));
        }
    }
}

fn tag(text: &str) -> (Tag, &str) {
    let is_end = |c: char| c.is_ascii_whitespace() || c == '>';
    let length = text[1..]
        .find(|c: char| is_end(c) || c == '/')
        .map_or(text.len(), |at| at + 1);
    let name = text[..length].to_ascii_lowercase();
    let mut attributes = Vec::new();
    let mut rest = &text[length..];
    loop {
        rest = rest.trim_start_matches(|c: char| c.is_ascii_whitespace() || c == '/');
        if rest.is_empty() {
            return (Tag { name, attributes }, rest);
        }
        if let Some(after) = rest.strip_prefix('>') {
            return (Tag { name, attributes }, after);
        }
        let length = rest
            .char_indices()
            .skip(1)
            .find(|(_, c)| is_end(*c) || *c == '=' || *c == '/')
            .map_or(rest.len(), |(at, _)| at);
        let key = rest[..length].to_ascii_lowercase();
        rest = rest[length..].trim_start();
        let mut value = String::new();
        if let Some(after) = rest.strip_prefix('=') {
            (value, rest) = attribute_value(after.trim_start());
        }
        attributes.push((key, value));
    }
}

fn attribute_value(text: &str) -> (String, &str) {
    for quote in ['"', '\''] {
        if let Some(inner) = text.strip_prefix(quote) {
            return match inner.split_once(quote) {
                Some((value, rest)) => (decoded(value), rest),
                None => (decoded(inner), ""),
            };
        }
    }
    let length = text
        .find(|c: char| c.is_ascii_whitespace() || c == '>')
        .unwrap_or(text.len());
    (decoded(&text[..length]), &text[length..])
}

/// Passes over the inside of an element that holds no markup.
fn beyond_close<'a>(rest: &'a str, name: &str) -> &'a str {
    close_of(rest, name).map_or("", |at| &rest[at..])
}

/// The words inside an element, without the markup.
fn inner_text(rest: &str, name: &str) -> String {
    let inside = &rest[..close_of(rest, name).unwrap_or(0)];
    let mut text = String::new();
    let mut in_tag = false;
    for c in inside.chars() {
        match c {
            '<' => in_tag = true,
            '>' => in_tag = false,
            c if !in_tag => text.push(c),
            _ => {}
        }
    }
    decoded(text.trim())
}

fn close_of(rest: &str, name: &str) -> Option<usize> {
    rest.match_indices("</").map(|(at, _)| at).find(|at| {
        rest.as_bytes()
            .get(at + 2..at + 2 + name.len())
            .is_some_and(|found| found.eq_ignore_ascii_case(name.as_bytes()))
    })
}

/// The text with its character references resolved, as far as forms need them.
fn decoded(text: &str) -> String {
    let mut out = String::with_capacity(text.len());
    let mut rest = text;
    while let Some(at) = rest.find('&') {
        out.push_str(&rest[..at]);
        rest = &rest[at..];
        let reference = rest.find(';').filter(|end| *end <= 10).map(|end| &rest[1..end]);
        match reference.and_then(|name| Some((name.len() + 2, character(name)?))) {
            Some((length, c)) => {
                out.push(c);
                rest = &rest[length..];
            }
            None => {
                out.push('&');
                rest = &rest[1..];
            }
        }
    }
    out.push_str(rest);
    out
}

fn character(name: &str) -> Option<char> {
    match name {
        "amp" => Some('&'),
        "apos" => Some('\''),
        "gt" => Some('>'),
        "lt" => Some('<'),
        "nbsp" => Some(' '),
        "quot" => Some('"'),
        _ => {
            let number = name.strip_prefix('#')?;
            let code = match number.strip_prefix(['x', 'X']) {
                Some(hexadecimal) => u32::from_str_radix(hexadecimal, 16).ok()?,
                None => number.parse().ok()?,
            };
            char::from_u32(code)
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn words(list: &[&str]) -> Vec<String> {
        list.iter().map(|word| (*word).to_owned()).collect()
    }

    #[test]
    fn a_login_form_keeps_its_hidden_fields() {
        let html = r#"<!-- <form action="/no"> --><FORM method=POST action='/login?a=1&amp;b=2'>
            <input type=hidden name=csrf value="a&quot;b"><input name="username">
            <input type="password" name="password"/><button>Sign in</button></FORM>"#;
        let found = forms(html);
        assert_eq!(found.len(), 1);
        assert_eq!(
            (found[0].action.as_str(), found[0].posts),
            ("/login?a=1&b=2", true)
        );
        assert!(found[0].asks_password());
        assert_eq!(found[0].fields[0].value, "a\"b");
        assert_eq!(found[0].buttons[0].text, "Sign in");
    }

    #[test]
    fn a_button_is_found_by_value_name_or_text() {
        let html = r#"<form><button name="d" value="deny">No</button><button name="d" value="approve"><b>Sure</b></button></form>
            <form action=x><input type=submit value="Allow access"><input type=submit value="Do not allow"></form>"#;
        let found = forms(html);
        assert_eq!(found[0].button(&words(&["approve"])).unwrap().value, "approve");
        assert_eq!(found[0].button(&words(&["no"])).unwrap().value, "deny");
        assert_eq!(found[0].button(&words(&["sure"])).unwrap().value, "approve");
        assert_eq!(found[1].button(&words(&["allow"])).unwrap().text, "Allow access");
        assert_eq!(found[1].button(&words(&["never"])), None);
    }

    #[test]
    fn a_link_is_found_by_its_words() {
        let html = "<a href=/help>Help</a> <a href='/abort?x=1&amp;y'>[ Cancel ]</a>";
        assert_eq!(link(html, &words(&["deny", "cancel"])).unwrap(), "/abort?x=1&y");
        assert_eq!(link(html, &words(&["no"])), None);
    }

    #[test]
    fn scripts_are_no_markup_and_broken_pages_end() {
        assert!(forms("<script>document.write('<form>')</script>").is_empty());
        for broken in [
            "<form",
            "<form action=\"x",
            "<form><button",
            "<é",
            "<form é=é",
            "<a =>",
            "<",
            "<!--",
            "<form><é/>&#xffffffff;",
        ] {
            let _ = forms(broken);
        }
        assert_eq!(
            forms("<form><select name=s><option value=1><option selected value=2></select>")[0].fields[0]
                .value,
            "2"
        );
    }
}
