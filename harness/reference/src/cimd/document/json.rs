//! The JSON of a document: one object, without doubles; and what a lenient reader makes of it.

use std::collections::HashSet;
use std::fmt::Formatter;

use serde::Deserialize;
use serde::Deserializer;
use serde::de::Error;
use serde::de::IgnoredAny;
use serde::de::MapAccess;
use serde::de::Visitor;
use serde_json::Map;
use serde_json::Value;

use crate::cimd::document::rules::refuse;
use crate::cimd::document::rules::unexpected;
use crate::cimd::document::rules::wrong;
use crate::cimd::refusal::Refusal;
use crate::policy::DocumentPolicy;

/// The members of the object that a text is.
pub(crate) fn object(policy: &DocumentPolicy, text: &str) -> Result<Map<String, Value>, Refusal> {
    let lenient;
    let text = if policy.strict_json.on() {
        text
    } else {
        lenient = without_comments(text);
        &lenient
    };
    let text = if policy.one_value.on() {
        text
    } else {
        first_value(text)
    };
    match serde_json::from_str(text).map_err(|_| wrong("it is not JSON"))? {
        Value::Object(members) => match serde_json::from_str(text) {
            Err(_) if policy.duplicate_members.on() => refuse("a member is there twice"),
            Ok(Unambiguous) | Err(_) => Ok(members),
        },
        Value::Array(items) if !policy.array_root.on() => match items.into_iter().next() {
            Some(Value::Object(members)) => Ok(members),
            _ => refuse("it is no JSON object"),
        },
        _ => Err(unexpected(policy, "it is no JSON object")),
    }
}

/// The first value of a text, as a reader of streams takes it.
fn first_value(text: &str) -> &str {
    let mut values = serde_json::Deserializer::from_str(text).into_iter::<IgnoredAny>();
    match values.next() {
        Some(Ok(_)) => &text[..values.byte_offset()],
        _ => text,
    }
}

/// Reads any object in which no member is there twice: of two, two readers may take one each.
struct Unambiguous;

impl<'de> Deserialize<'de> for Unambiguous {
    fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        deserializer.deserialize_map(Self)
    }
}

impl<'de> Visitor<'de> for Unambiguous {
    type Value = Self;

    fn expecting(&self, formatter: &mut Formatter<'_>) -> std::fmt::Result {
        formatter.write_str("an object whose members have different names")
    }

    fn visit_map<A: MapAccess<'de>>(self, mut map: A) -> Result<Self, A::Error> {
        let mut names = HashSet::new();
        while let Some((name, _)) = map.next_entry::<String, IgnoredAny>()? {
            if !names.insert(name) {
                return Err(A::Error::custom("a member is there twice"));
            }
        }
        Ok(Self)
    }
}

/// What a lenient reader makes of comments and trailing commas.
pub(crate) fn without_comments(text: &str) -> String {
    let mut out = String::new();
    let mut rest = text;
    while let Some(c) = rest.chars().next() {
        let taken = match c {
            '"' => length_of_string(rest),
            _ if rest.starts_with("//") => {
                rest = &rest[rest.find('\n').unwrap_or(rest.len())..];
                continue;
            }
            _ if rest.starts_with("/*") => {
                rest = rest[2..].split_once("*/").map_or("", |(_, after)| after);
                continue;
            }
            '}' | ']' => {
                let kept = out.trim_end();
                out.truncate(kept.strip_suffix(',').unwrap_or(kept).len());
                1
            }
            _ => c.len_utf8(),
        };
        out.push_str(&rest[..taken]);
        rest = &rest[taken..];
    }
    out
}

/// The length of the string literal at the start, with its quotes.
fn length_of_string(text: &str) -> usize {
    let mut escaped = false;
    for (at, c) in text.char_indices().skip(1) {
        match c {
            _ if escaped => escaped = false,
            '\\' => escaped = true,
            '"' => return at + 1,
            _ => {}
        }
    }
    text.len()
}
