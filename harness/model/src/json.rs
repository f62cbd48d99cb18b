//! JSON as its grammar has it (RFC 8259), for the answers of targets: the grammar bounds neither the size of a number
//! nor pairs the halves of a surrogate, as most readers want them.
//!
//! ```
//! use cimdspec_model::json::value;
//! assert!(value("{\"expires_in\": 1e99999}").is_some());
//! assert!(value("{\"expires_in\": 1e}").is_none());
//! ```

use serde_json::Map;
use serde_json::Value;

/// In place of a number that no double holds.
const GREATEST: &str = "1.7976931348623157e308";
/// In place of half a surrogate pair.
const REPLACEMENT: &str = "\\ufffd";
const ESCAPE: usize = "\\u0000".len();

/// The value of a JSON text; `None` where it is not JSON. A number that no double holds is the greatest that one does.
pub fn value(text: &str) -> Option<Value> {
    match serde_json::from_str(text) {
        Ok(value) => Some(value),
        Err(_) => serde_json::from_str(&within_reach(text)).ok(),
    }
}

/// The members of a JSON text that is an object.
pub fn object(text: &str) -> Option<Map<String, Value>> {
    match value(text)? {
        Value::Object(members) => Some(members),
        _ => None,
    }
}

/// A value where it stands within a text: a string as such, anything else as JSON.
pub fn in_text(value: &Value) -> String {
    match value {
        Value::String(text) => text.clone(),
        other => other.to_string(),
    }
}

/// The value with each of its strings replaced; names of members stay.
///
/// # Errors
/// The first that `replaced` gives.
pub fn with_texts<E>(value: &Value, replaced: &impl Fn(&str) -> Result<Value, E>) -> Result<Value, E> {
    Ok(match value {
        Value::String(text) => replaced(text)?,
        Value::Array(items) => {
            let items = items.iter().map(|item| with_texts(item, replaced));
            Value::Array(items.collect::<Result<_, _>>()?)
        }
        Value::Object(members) => {
            let members = members
                .iter()
                .map(|(name, member)| Ok((name.clone(), with_texts(member, replaced)?)));
            Value::Object(members.collect::<Result<_, _>>()?)
        }
        other => other.clone(),
    })
}

/// The text with what the grammar allows and our reader does not take replaced by the nearest that it takes.
fn within_reach(text: &str) -> String {
    let mut out = String::with_capacity(text.len());
    let mut rest = text;
    while let Some(next) = rest.find(|c: char| c == '"' || c == '-' || c.is_ascii_digit()) {
        out.push_str(&rest[..next]);
        rest = &rest[next..];
        let length = match rest.starts_with('"') {
            true => string(rest, &mut out),
            false => number(rest, &mut out),
        };
        rest = &rest[length..];
    }
    out.push_str(rest);
    out
}

/// Writes the number at the beginning; how long it was.
fn number(text: &str, out: &mut String) -> usize {
    let is_of_it = |c: char| c.is_ascii_digit() || matches!(c, '+' | '-' | '.' | 'e' | 'E');
    let length = text.find(|c| !is_of_it(c)).unwrap_or(text.len());
    let token = &text[..length];
    let is_too_great = is_number(token) && token.parse().is_ok_and(f64::is_infinite);
    match is_too_great {
        true if token.starts_with('-') => out.push_str(&format!("-{GREATEST}")),
        true => out.push_str(GREATEST),
        false => out.push_str(token),
    }
    length
}

/// Whether the text is a number by the grammar of RFC 8259 section 6.
fn is_number(text: &str) -> bool {
    let digits = |text: &str| text.len() - text.trim_start_matches(|c: char| c.is_ascii_digit()).len();
    let text = text.strip_prefix('-').unwrap_or(text);
    let whole = digits(text);
    if whole == 0 || (whole > 1 && text.starts_with('0')) {
        return false;
    }
    let mut rest = &text[whole..];
    if let Some(fraction) = rest.strip_prefix('.') {
        let length = digits(fraction);
        if length == 0 {
            return false;
        }
        rest = &fraction[length..];
    }
    if let Some(exponent) = rest.strip_prefix(['e', 'E']) {
        let exponent = exponent.strip_prefix(['+', '-']).unwrap_or(exponent);
        return digits(exponent) > 0 && digits(exponent) == exponent.len();
    }
    rest.is_empty()
}

/// Writes the string at the beginning; how long it was.
fn string(text: &str, out: &mut String) -> usize {
    let bytes = text.as_bytes();
    out.push('"');
    let mut at = 1;
    while let Some(byte) = bytes.get(at) {
        let length = match (byte, surrogate(text, at)) {
            (b'"', _) => {
                out.push('"');
                return at + 1;
            }
            (_, Some(Half::First)) if surrogate(text, at + ESCAPE) == Some(Half::Second) => 2 * ESCAPE,
            (_, Some(_)) => {
                out.push_str(REPLACEMENT);
                at += ESCAPE;
                continue;
            }
            (b'\\', None) => 1 + text[at + 1..].chars().next().map_or(0, char::len_utf8),
            (_, None) => text[at..].chars().next().map_or(1, char::len_utf8),
        };
        out.push_str(&text[at..at + length]);
        at += length;
    }
    bytes.len()
}

/// Which half of a surrogate pair an escape is.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum Half {
    First,
    Second,
}

fn surrogate(text: &str, at: usize) -> Option<Half> {
    let digits = text.get(at..at + ESCAPE)?.strip_prefix("\\u")?;
    match u32::from_str_radix(digits, 16).ok()? {
        0xd800..=0xdbff => Some(Half::First),
        0xdc00..=0xdfff => Some(Half::Second),
        _ => None,
    }
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;
    use serde_json::json;

    use super::*;

    #[test]
    fn numbers_that_no_double_holds_are_numbers() {
        for text in ["1e99999", "-1E+400", "123.5e999", &"9".repeat(400)] {
            let read = value(&format!("{{\"x\":{text},\"y\":\"{text}\"}}")).unwrap();
            assert!(read["x"].is_number(), "{text}");
            assert_eq!(read["y"], *text);
        }
        assert_eq!(value("[1e99999, 7]"), Some(json!([f64::MAX, 7])));
    }

    #[test]
    fn half_a_surrogate_pair_is_in_the_grammar() {
        assert_eq!(value(r#"{"a":"\ud800"}"#), Some(json!({ "a": "\u{fffd}" })));
        assert_eq!(
            value(r#"["\udc00x\ud83d\ude00", 1e999]"#),
            Some(json!(["\u{fffd}x\u{1f600}", f64::MAX]))
        );
        assert_eq!(value(r#"["\\ud800"]"#), Some(json!(["\\ud800"])));
    }

    #[test]
    fn what_is_not_in_the_grammar_is_not_json() {
        for text in [
            "",
            "1e",
            "01e99999",
            "1.e99999",
            ".5e99999",
            "+1e99999",
            "1e99999,",
            "{\"a\":1e99999,}",
            "Infinity",
            "[1e99999",
            "\"\\ud800",
            "\"\\ud8",
            "\"\\",
            "'a'",
            "<p>1e99999</p>",
        ] {
            assert_eq!(value(text), None, "{text}");
        }
    }

    #[test]
    fn an_object_is_told_from_other_values() {
        assert!(object("{\"a\":1e99999}").is_some());
        assert!(object("[]").is_none());
    }

    proptest! {
        /// Any text comes to an end, and what the plain reader takes is read alike.
        #[test]
        fn every_text_is_read_as_before_or_not(text in "[-+.0-9eE\"\\\\ud8cf{}:,a ]{0,40}") {
            let plain: Option<Value> = serde_json::from_str(&text).ok();
            if plain.is_some() {
                prop_assert_eq!(value(&text), plain);
            } else {
                let _ = value(&text);
            }
        }
    }
}
