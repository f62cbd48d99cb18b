//! Texts with references, from what a value was in several walks.

use cimdspec_model::json::in_text;
use cimdspec_model::profile::Reference;
use serde_json::Value;

/// A value in one walk, with all that the script knew there.
pub(crate) struct Seen<'a> {
    pub(crate) value: Value,
    pub(crate) sources: &'a [(Reference, Value)],
}

/// Where a value comes from.
#[derive(Debug, Clone, PartialEq)]
pub(crate) enum Origin {
    /// It is always the same.
    Constant(Value),
    /// A text with references.
    From(String),
    /// It differs, and nothing has it: the script computes it. Its first value.
    Computed(Value),
}

/// A shorter text may stand in another by chance.
const SHORTEST_PART: usize = 6;

/// Where a value comes from that was seen in these walks.
pub(crate) fn origin(seen: &[Seen<'_>]) -> Origin {
    let Some(first) = seen.first() else {
        return Origin::Constant(Value::Null);
    };
    let is_always = |reference: &Reference| {
        seen.iter()
            .all(|one| source(one, reference).is_some_and(|value| same(value, &one.value)))
    };
    // What the user typed is the user's even where everybody types the same.
    let references = || first.sources.iter().map(|(reference, _)| reference);
    let is_typed = |reference: &&Reference| matches!(reference, Reference::User(_)) && is_always(reference);
    if let Some(typed) = references().find(is_typed) {
        return Origin::From(typed.to_string());
    }
    let differs = seen.iter().any(|one| one.value != first.value);
    let may_be_told = differs || (seen.len() == 1 && is_telling(&first.value));
    if !may_be_told {
        return Origin::Constant(first.value.clone());
    }
    if let Some(whole) = references().find(|reference| is_always(reference)) {
        return Origin::From(whole.to_string());
    }
    match mixed(seen) {
        Some(text) => Origin::From(text),
        None if differs => Origin::Computed(first.value.clone()),
        None => Origin::Constant(first.value.clone()),
    }
}

/// A text in which a known value stands among others, such as `Bearer {login.json/token}`.
fn mixed(seen: &[Seen<'_>]) -> Option<String> {
    let first = seen.first()?;
    let text = first.value.as_str()?;
    let mut parts: Vec<(&Reference, String)> = first
        .sources
        .iter()
        .map(|(reference, value)| (reference, in_text(value)))
        .filter(|(_, part)| part.len() >= SHORTEST_PART && text.contains(part.as_str()))
        .collect();
    // The longest says most.
    parts.sort_by_key(|(_, part)| std::cmp::Reverse(part.len()));
    parts.into_iter().find_map(|(reference, part)| {
        let (before, after) = text.split_once(part.as_str())?;
        let fits = seen.iter().all(|one| {
            let value = source(one, reference).map(in_text);
            value.is_some_and(|value| one.value.as_str() == Some(&format!("{before}{value}{after}")))
        });
        fits.then(|| format!("{}{reference}{}", plain(before), plain(after)))
    })
}

/// Whether one walk alone shows that a value is no word of the script.
fn is_telling(value: &Value) -> bool {
    value.as_str().is_some_and(|text| {
        text.len() >= 12 && text.chars().any(|it| it.is_ascii_digit()) && !text.contains(' ')
    })
}

fn source<'a>(seen: &'a Seen<'_>, reference: &Reference) -> Option<&'a Value> {
    let mut sources = seen.sources.iter();
    sources
        .find(|(known, _)| known == reference)
        .map(|(_, value)| value)
}

/// Whether it is the same value; a number may be sent as a text.
fn same(source: &Value, value: &Value) -> bool {
    source == value
        || (value.is_string()
            && !source.is_object()
            && !source.is_null()
            && in_text(source) == in_text(value))
}

/// A text as such within a text with references.
pub(crate) fn plain(text: &str) -> String {
    text.replace('{', "{{").replace('}', "}}")
}

impl Origin {
    /// The text of a recipe.
    pub(crate) fn text(&self) -> String {
        match self {
            Self::Constant(value) | Self::Computed(value) => plain(&in_text(value)),
            Self::From(text) => text.clone(),
        }
    }

    /// The value of a JSON body in a recipe.
    pub(crate) fn json(&self) -> Value {
        match self {
            Self::Constant(Value::String(text)) | Self::Computed(Value::String(text)) => plain(text).into(),
            Self::Constant(value) | Self::Computed(value) => value.clone(),
            Self::From(text) => Value::from(text.as_str()),
        }
    }
}

#[cfg(test)]
mod tests {
    use serde_json::json;

    use super::*;

    fn told(name: &str, value: Value) -> (Reference, Value) {
        (Reference::Json("load".to_owned(), format!("/{name}")), value)
    }

    /// The origin of values in walks, each with what the script knew.
    fn of(walks: &[(Value, &[(Reference, Value)])]) -> Origin {
        let seen: Vec<Seen<'_>> = walks
            .iter()
            .map(|(value, sources)| Seen {
                value: value.clone(),
                sources,
            })
            .collect();
        origin(&seen)
    }

    fn from(text: &str) -> Origin {
        Origin::From(text.to_owned())
    }

    #[test]
    fn values_are_told_by_what_they_were_in_each_walk() {
        let one = [
            told("csrf", json!("c1-abcdef")),
            told("n", json!(7)),
            told("user", json!("alice")),
        ];
        let two = [
            told("csrf", json!("c2-abcdef")),
            told("n", json!(8)),
            told("user", json!("alice")),
        ];
        for (first, second, expected) in [
            // It differs, and an answer has it.
            (json!("c1-abcdef"), json!("c2-abcdef"), from("{load.json/csrf}")),
            (json!(7), json!(8), from("{load.json/n}")),
            (json!("7"), json!("8"), from("{load.json/n}")),
            // It stands among other words.
            (
                json!("Bearer c1-abcdef"),
                json!("Bearer c2-abcdef"),
                from("Bearer {load.json/csrf}"),
            ),
            (
                json!("{c1-abcdef}"),
                json!("{c2-abcdef}"),
                from("{{{load.json/csrf}}}"),
            ),
            // It is always the same, though an answer has it as well.
            (json!("alice"), json!("alice"), Origin::Constant(json!("alice"))),
            (json!(true), json!(true), Origin::Constant(json!(true))),
            // Nothing has it.
            (json!("x1"), json!("x2"), Origin::Computed(json!("x1"))),
            // One walk has it by chance.
            (
                json!("c1-abcdef"),
                json!("other"),
                Origin::Computed(json!("c1-abcdef")),
            ),
            (json!(7), json!(9), Origin::Computed(json!(7))),
        ] {
            assert_eq!(of(&[(first.clone(), &one), (second, &two)]), expected, "{first}");
        }
    }

    #[test]
    fn what_the_user_typed_is_the_users() {
        let typed = (Reference::User("password".to_owned()), json!("s3cret"));
        let sources = [told("echo", json!("s3cret")), typed];
        let seen = (json!("s3cret"), &sources[..]);
        assert_eq!(of(&[seen.clone(), seen.clone()]), from("{user.password}"));
        assert_eq!(of(&[seen]), from("{user.password}"));
    }

    #[test]
    fn one_walk_shows_what_no_script_would_say() {
        let sources = [
            told("csrf", json!("0f1e2d3c4b5a6978")),
            told("word", json!("approve")),
        ];
        assert_eq!(
            of(&[(json!("0f1e2d3c4b5a6978"), &sources)]),
            from("{load.json/csrf}")
        );
        assert_eq!(
            of(&[(json!("approve"), &sources)]),
            Origin::Constant(json!("approve"))
        );
    }
}
