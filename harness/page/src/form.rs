//! The forms of a page: what is filled in, what is ticked, what is pressed.

use std::collections::BTreeMap;
use std::collections::BTreeSet;

use crate::html::Element;
use crate::html::Html;
use crate::html::collapsed;

/// A form with its fields and buttons, those that stand elsewhere and name it among them.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct Form {
    /// The `action`, as written; empty for the page itself.
    pub action: String,
    /// How it is sent.
    pub method: Method,
    /// In which shape it is sent.
    pub encoding: Encoding,
    /// Its fields, in order.
    pub fields: Vec<Field>,
    /// Its submit buttons, in order.
    pub buttons: Vec<Button>,
}

/// How a form is sent.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq)]
pub enum Method {
    /// Nowhere: it closes the dialog that it stands in.
    Dialog,
    /// In the query of a URL.
    #[default]
    Get,
    /// In the body of a POST.
    Post,
}

/// In which shape a form is sent by POST.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq)]
pub enum Encoding {
    /// `multipart/form-data`.
    Multipart,
    /// `text/plain`.
    Plain,
    /// `application/x-www-form-urlencoded`.
    #[default]
    UrlEncoded,
}

/// A field with what it holds.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct Field {
    /// Its name.
    pub name: String,
    /// Its value when nobody types; that which a tick sends.
    pub value: String,
    /// What it is.
    pub kind: FieldKind,
}

/// What a field is.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq)]
pub enum FieldKind {
    /// A box to tick; several may have one name.
    Box(Tick),
    /// One of several that exclude each other.
    Choice(Tick),
    /// Not shown.
    Hidden,
    /// Holds a password.
    Password,
    /// Anything that people fill in.
    #[default]
    Shown,
}

/// Whether a sandbox is ticked.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Tick {
    /// It is not.
    Off,
    /// It is.
    On,
}

/// A submit button.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct Button {
    /// Its name; empty when it sends nothing.
    pub name: String,
    /// Its value.
    pub value: String,
    /// What stands on it.
    pub text: String,
    /// Its own `formaction`, if it has one.
    pub action: Option<String>,
    /// Its own `formmethod`, if it has one.
    pub method: Option<Method>,
    /// Its own `formenctype`, if it has one.
    pub encoding: Option<Encoding>,
    /// Whether it is a picture: then it sends where it was pressed.
    pub is_picture: bool,
}

impl Html {
    /// The forms of the page, in order.
    pub fn forms(&self) -> Vec<Form> {
        let begins: Vec<(usize, &Element)> = self
            .elements()
            .filter(|(_, it)| it.name == "form" && !it.within.template && !it.within.foreign)
            .collect();
        let mut by_place = BTreeMap::new();
        let mut by_name = BTreeMap::new();
        for (form, (at, element)) in begins.iter().enumerate() {
            by_place.insert(*at, form);
            if let Some(id) = element.attribute("id").filter(|id| !id.is_empty()) {
                by_name.entry(id).or_insert(form);
            }
        }
        let mut forms: Vec<Form> = begins
            .iter()
            .map(|(_, element)| Form {
                action: element.attribute("action").unwrap_or_default().trim().to_owned(),
                method: method(element, "method").unwrap_or_default(),
                encoding: encoding(element, "enctype").unwrap_or_default(),
                ..Form::default()
            })
            .collect();
        for (at, element) in self.controls() {
            let owner = match element.attribute("form") {
                Some(id) => by_name.get(id),
                None => element.form.and_then(|begin| by_place.get(&begin)),
            };
            if let Some(form) = owner.and_then(|owner| forms.get_mut(*owner)) {
                self.add(form, at, element);
            }
        }
        forms
    }

    /// Whether a field asks for a password.
    pub fn asks_password(&self) -> bool {
        self.controls()
            .any(|(_, it)| it.name == "input" && it.keyword("type") == "password")
    }

    /// The names of all fields and buttons, those outside of forms too.
    pub fn names(&self) -> BTreeSet<&str> {
        self.controls()
            .filter_map(|(_, it)| it.attribute("name"))
            .filter(|name| !name.is_empty())
            .collect()
    }

    /// What people can fill in or press.
    fn controls(&self) -> impl Iterator<Item = (usize, &Element)> {
        let is_control =
            |element: &Element| matches!(element.name.as_str(), "button" | "input" | "select" | "textarea");
        self.elements().filter(move |(_, it)| {
            is_control(it) && !it.within.template && !it.within.foreign && !is_disabled(it)
        })
    }

    fn add(&self, form: &mut Form, at: usize, element: &Element) {
        let name = element.attribute("name").unwrap_or_default().to_owned();
        let value = element.attribute("value").map(str::to_owned);
        let tick = match element.attribute("checked") {
            Some(_) => Tick::On,
            None => Tick::Off,
        };
        let ticked = || value.clone().unwrap_or_else(|| "on".to_owned());
        match (element.name.as_str(), element.keyword("type").as_str()) {
            ("button", "button" | "reset") | ("input", "button" | "file" | "reset") => {}
            ("button", _) => {
                let text = collapsed(&self.inside(at));
                form.buttons.push(button(element, text));
            }
            ("input", "image" | "submit") => {
                let text = value.or_else(|| element.attribute("alt").map(str::to_owned));
                form.buttons.push(button(element, text.unwrap_or_default()));
            }
            ("input", "checkbox") => form.add(name, ticked(), FieldKind::Box(tick)),
            ("input", "radio") => form.add(name, ticked(), FieldKind::Choice(tick)),
            ("input", "hidden") => form.add(name, value.unwrap_or_default(), FieldKind::Hidden),
            ("input", "password") => form.add(name, value.unwrap_or_default(), FieldKind::Password),
            ("textarea", _) => {
                let text = self.inside(at);
                let text = text.strip_prefix('\n').unwrap_or(&text).to_owned();
                form.add(name, text, FieldKind::Shown);
            }
            ("select", _) => {
                for value in self.chosen(at, element) {
                    form.add(name.clone(), value, FieldKind::Shown);
                }
            }
            _ => form.add(name, value.unwrap_or_default(), FieldKind::Shown),
        }
    }

    /// What a list has chosen when nobody chooses.
    fn chosen(&self, at: usize, list: &Element) -> Vec<String> {
        let options: Vec<(bool, String)> = (at + 1..list.end)
            .filter_map(|option| Some((option, self.element(option)?)))
            .filter(|(_, it)| it.name == "option" && it.attribute("disabled").is_none())
            .map(|(option, it)| {
                let value = it.attribute("value").map(str::to_owned);
                (
                    it.attribute("selected").is_some(),
                    value.unwrap_or_else(|| collapsed(&self.inside(option))),
                )
            })
            .collect();
        let mut selected = options
            .iter()
            .filter(|(selected, _)| *selected)
            .map(|(_, value)| value);
        match list.attribute("multiple") {
            Some(_) => selected.cloned().collect(),
            None => selected
                .next_back()
                .or(options.first().map(|(_, value)| value))
                .into_iter()
                .cloned()
                .collect(),
        }
    }
}

impl Form {
    /// Whether somebody is to log in here.
    pub fn asks_password(&self) -> bool {
        self.fields.iter().any(|field| field.kind == FieldKind::Password)
    }

    /// The button that one of the words names: by value, name, text, or the first word of the text.
    pub fn button(&self, words: &[String]) -> Option<&Button> {
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

    fn add(&mut self, name: String, value: String, kind: FieldKind) {
        if !name.is_empty() {
            self.fields.push(Field { name, value, kind });
        }
    }
}

fn button(element: &Element, text: String) -> Button {
    let told = ["aria-label", "title"]
        .into_iter()
        .find_map(|name| element.attribute(name));
    Button {
        name: element.attribute("name").unwrap_or_default().to_owned(),
        value: element.attribute("value").unwrap_or_default().to_owned(),
        text: match text.is_empty() {
            true => told.unwrap_or_default().to_owned(),
            false => text,
        },
        action: element
            .attribute("formaction")
            .map(|action| action.trim().to_owned()),
        method: method(element, "formmethod"),
        encoding: encoding(element, "formenctype"),
        is_picture: element.keyword("type") == "image",
    }
}

fn method(element: &Element, name: &str) -> Option<Method> {
    element.attribute(name)?;
    Some(match element.keyword(name).as_str() {
        "dialog" => Method::Dialog,
        "post" => Method::Post,
        _ => Method::Get,
    })
}

fn encoding(element: &Element, name: &str) -> Option<Encoding> {
    element.attribute(name)?;
    Some(match element.keyword(name).as_str() {
        "multipart/form-data" => Encoding::Multipart,
        "text/plain" => Encoding::Plain,
        _ => Encoding::UrlEncoded,
    })
}

fn is_disabled(element: &Element) -> bool {
    element.within.disabled || element.attribute("disabled").is_some()
}

#[cfg(test)]
#[path = "form_tests.rs"]
mod tests;
