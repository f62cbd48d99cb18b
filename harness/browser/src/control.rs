//! What a person can fill in and press on a page.

use serde_json::Value;

/// A field or a button that a page shows. It is valid until the page changes.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Control {
    /// Its number on the page.
    pub(crate) at: u64,
    /// The type of an input, such as `password`; `link` for a link, else the name of the element.
    pub kind: String,
    /// Its `name`.
    pub name: String,
    /// Its `id`.
    pub id: String,
    /// What a person reads at it: the words of a button, the label of a field.
    pub words: String,
    /// Its `autocomplete`.
    pub autocomplete: String,
    /// Whether it can be used.
    pub enabled: bool,
    /// Whether it has a value, or is ticked.
    pub filled: bool,
}

/// The fields and buttons that a page shows, in its order.
#[derive(Debug, Clone, PartialEq, Eq, Default)]
pub struct Controls {
    /// What can be filled in.
    pub fields: Vec<Control>,
    /// What can be pressed, links included.
    pub buttons: Vec<Control>,
}

impl Controls {
    /// Reads the list of the probe.
    pub(crate) fn read(list: &Value) -> Self {
        let mut controls = Self::default();
        for one in list.as_array().into_iter().flatten() {
            let text = |name: &str| one[name].as_str().unwrap_or_default().to_owned();
            let control = Control {
                at: one["at"].as_u64().unwrap_or(u64::MAX),
                kind: text("kind"),
                name: text("name"),
                id: text("id"),
                words: text("label"),
                autocomplete: text("autocomplete"),
                enabled: one["enabled"] == true,
                filled: one["filled"] == true,
            };
            match one["presses"] == true {
                true => controls.buttons.push(control),
                false => controls.fields.push(control),
            }
        }
        controls
    }

    /// The field with this name, id, `autocomplete` or type, else the one whose label has the word.
    pub fn field(&self, called: &str) -> Option<&Control> {
        let exact: [fn(&Control) -> &str; 4] = [
            |field| &field.name,
            |field| &field.id,
            |field| &field.autocomplete,
            |field| &field.kind,
        ];
        let mut ways = exact.iter();
        let exactly = |way: &fn(&Control) -> &str| self.fields.iter().find(|field| way(field) == called);
        ways.find_map(exactly)
            .filter(|_| !called.is_empty())
            .or_else(|| self.fields.iter().find(|field| has_words(&field.words, called)))
    }

    /// The button with these words, else with this value of `name` or `id`, else whose words have them.
    pub fn button(&self, words: &str) -> Option<&Control> {
        let ways: [fn(&Control, &str) -> bool; 3] = [
            |button, words| button.words.eq_ignore_ascii_case(words),
            |button, words| button.name == words || button.id == words,
            |button, words| has_words(&button.words, words),
        ];
        let mut ways = ways.iter();
        ways.find_map(|way| self.buttons.iter().find(|button| way(button, words)))
            .filter(|_| !words.is_empty())
    }
}

/// Whether the words stand in the text as words: `Allow` is not in `Disallow`.
fn has_words(text: &str, words: &str) -> bool {
    let split = |text: &str| -> Vec<String> {
        text.split(|it: char| !it.is_alphanumeric())
            .filter(|word| !word.is_empty())
            .map(str::to_lowercase)
            .collect()
    };
    let (text, words) = (split(text), split(words));
    !words.is_empty() && text.windows(words.len()).any(|part| part == words)
}

#[cfg(test)]
mod tests {
    use serde_json::json;

    use super::*;

    fn controls() -> Controls {
        Controls::read(&json!([
            { "at": 0, "presses": false, "kind": "text", "name": "u", "id": "user", "label": "User name", "autocomplete": "username", "enabled": true },
            { "at": 1, "presses": false, "kind": "password", "label": "Password", "enabled": true },
            { "at": 2, "presses": true, "kind": "submit", "label": "Disallow", "enabled": true },
            { "at": 3, "presses": true, "kind": "button", "label": "Allow access", "id": "allow", "enabled": false },
        ]))
    }

    #[test]
    fn a_field_is_found_by_whatever_names_it() {
        let controls = controls();
        for called in ["u", "user", "username", "text", "user name"] {
            assert_eq!(controls.field(called).map(|field| field.at), Some(0), "{called}");
        }
        assert_eq!(controls.field("password").map(|field| field.at), Some(1));
        for called in ["email", ""] {
            assert_eq!(controls.field(called), None, "{called}");
        }
    }

    #[test]
    fn a_button_is_found_by_whole_words() {
        let controls = controls();
        for words in ["Allow access", "allow", "ALLOW"] {
            assert_eq!(controls.button(words).map(|button| button.at), Some(3), "{words}");
        }
        assert_eq!(controls.button("disallow").map(|button| button.at), Some(2));
        assert_eq!(controls.button("low"), None);
        assert_eq!(controls.button(""), None);
    }
}
