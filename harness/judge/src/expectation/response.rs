//! The last response of a step: its header fields and the members of its JSON body.

use cimdspec_model::name::StepName;
use cimdspec_model::scenario::expect::HeaderExpect;
use cimdspec_model::scenario::expect::MemberExpect;
use cimdspec_model::scenario::expect::MemberIs;
use cimdspec_model::verdict::Outcome;
use serde_json::Value;

use super::Scene;
use super::list;
use super::pass_if;
use crate::html::Html;
use crate::likeness::header;
use crate::words;

impl Scene<'_> {
    pub(super) fn header(&self, expect: &HeaderExpect) -> (Outcome, String, String) {
        let expected = expect.words();
        match self.last_response(&expect.of) {
            None => {
                let why = words::seen(&self.disposition(&expect.of));
                (Outcome::Inconclusive(why.clone()), expected, why)
            }
            Some((_, headers, body)) => {
                let values: Vec<&str> = headers
                    .iter()
                    .filter(|(name, _)| name.eq_ignore_ascii_case(&expect.name))
                    .map(|(_, value)| value.as_str())
                    .collect();
                let meta = expect
                    .meta
                    .as_ref()
                    .and_then(|name| Some(Html::read(body).meta(name)?.to_owned()));
                let is_right = |value: &str| {
                    let contains = expect.contains.as_ref().is_none_or(|part| has(value, part));
                    let is_one = |item: &str| {
                        expect
                            .one_of
                            .iter()
                            .any(|one| one.eq_ignore_ascii_case(item.trim()))
                    };
                    contains && (expect.one_of.is_empty() || value.split(',').any(is_one))
                };
                let instead = expect.or.iter().any(|other| {
                    let mut fields = headers.iter();
                    fields.any(|(name, value)| {
                        name.eq_ignore_ascii_case(&other.name) && has(value, &other.contains)
                    })
                });
                let kept = instead || values.iter().copied().chain(meta.as_deref()).any(is_right);
                let seen = match header(headers, &expect.name) {
                    None => format!("no `{}`", expect.name),
                    Some(_) => format!("`{}: {}`", expect.name, values.join(", ")),
                };
                (pass_if(kept), expected, seen)
            }
        }
    }

    pub(super) fn member(&self, expect: &MemberExpect) -> (Outcome, String, String) {
        let at = &expect.at;
        let value_in = |name: &StepName| -> Option<Value> {
            self.last_response(name)
                .and_then(|(_, _, body)| serde_json::from_str(body).ok())
        };
        let Some(body) = value_in(&expect.of) else {
            let seen = "an answer that is no JSON".to_owned();
            let outcome = match self.last_response(&expect.of) {
                Some(_) => Outcome::Fail,
                None => Outcome::Inconclusive(words::seen(&self.disposition(&expect.of))),
            };
            return (outcome, format!("JSON with `{at}`"), seen);
        };
        let found = body.pointer(at);
        let names = self.names();
        let resolved = |value: &Value| names.json(value).unwrap_or_else(|_| value.clone());
        let mut wants: Vec<(bool, String)> = Vec::new();
        if let Some(is) = expect.is {
            wants.push((is_kind(found, is), format!("{is:?}").to_lowercase()));
        }
        if let Some(equals) = expect.equals.as_ref().map(&resolved) {
            let equals = if equals == "@issuer" {
                Value::String(self.issuer.to_owned())
            } else {
                equals
            };
            wants.push((found == Some(&equals), format!("equal to {equals}")));
        }
        for part in expect.includes.iter().map(resolved) {
            let has = found
                .and_then(Value::as_array)
                .is_some_and(|items| items.contains(&part));
            wants.push((has, format!("with {part}")));
        }
        if let Some(prefix) = &expect.not_prefix {
            let kept = found
                .and_then(Value::as_str)
                .is_some_and(|text| !text.starts_with(prefix.as_str()));
            wants.push((kept, format!("not beginning with `{prefix}`")));
        }
        if let Some(word) = &expect.lacks_word {
            wants.push((is_list_without(found, word), format!("without the word `{word}`")));
        }
        if let Some(other) = &expect.differs_from {
            let same = value_in(other)
                .as_ref()
                .and_then(|body| body.pointer(at))
                .cloned();
            wants.push((
                same.is_some() && same.as_ref() != found,
                format!("another than in `{other}`"),
            ));
        }
        let kept = wants.iter().all(|(kept, _)| *kept);
        let expected = format!("`{at}` {}", list(wants.iter().map(|(_, words)| words)));
        let seen = found.map_or(format!("no `{at}`"), |value| format!("`{at}` is {value}"));
        (pass_if(kept), expected, seen)
    }
}

/// Whether it is a list, separated by spaces, in which this word is not.
fn is_list_without(found: Option<&Value>, word: &str) -> bool {
    let list = found.and_then(Value::as_str);
    list.is_some_and(|list| list.split(' ').all(|known| known != word))
}

fn has(value: &str, part: &str) -> bool {
    value.to_ascii_lowercase().contains(&part.to_ascii_lowercase())
}

fn is_kind(found: Option<&Value>, is: MemberIs) -> bool {
    match (is, found) {
        (MemberIs::Absent, found) => found.is_none(),
        (MemberIs::Present, found) => found.is_some(),
        (MemberIs::Array, Some(value)) => value.is_array(),
        (MemberIs::Boolean, Some(value)) => value.is_boolean(),
        (MemberIs::Number, Some(value)) => value.is_number(),
        (MemberIs::String, Some(value)) => value.is_string(),
        (_, None) => false,
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_word_is_looked_for_as_a_whole() {
        let lacks = |list: &str| is_list_without(Some(&Value::from(list)), "admin");
        assert!(lacks("read") && lacks("read administer") && lacks(""));
        assert!(!lacks("admin") && !lacks("read admin"));
        assert!(!is_list_without(None, "admin"));
    }
}
