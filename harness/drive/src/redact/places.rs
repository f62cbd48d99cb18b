//! Where secrets stand by their names: in queries and forms, in JSON, in the fields of pages.

use std::ops::Range;

use cimdspec_page::named_values;

use crate::redact::names::of_member;
use crate::redact::names::of_parameter;

/// A secret, where it stands, and what it is.
#[derive(Debug, PartialEq, Eq)]
pub(super) struct Found {
    pub(super) at: Range<usize>,
    /// What it is, as it was meant.
    pub(super) value: String,
    pub(super) kind: &'static str,
}

/// The secrets of a text by their names, in order, none inside of another.
pub(super) fn places(text: &str) -> Vec<Found> {
    let mut found = Vec::new();
    if text.contains('=') {
        found.extend(parameters(text));
        if text.contains('<') {
            found.extend(fields(text));
        }
    }
    if text.contains('"') {
        found.extend(members(text));
    }
    found.retain(|it| !it.value.is_empty() && !is_hidden(&text[it.at.clone()]));
    found.sort_by_key(|it| (it.at.start, std::cmp::Reverse(it.at.end)));
    let mut end = 0;
    found.retain(|it| {
        let is_next = it.at.start >= end;
        if is_next {
            end = it.at.end;
        }
        is_next
    });
    found
}

/// `name=value` in queries and forms, and in links inside other texts.
fn parameters(text: &str) -> impl Iterator<Item = Found> {
    let is_of_a_name = |c: char| c.is_ascii_alphanumeric() || matches!(c, '_' | '-' | '.');
    text.match_indices('=').filter_map(move |(at, _)| {
        let before = text[..at].trim_end_matches(is_of_a_name);
        let name = &text[before.len()..at];
        let begins = before.is_empty() || before.ends_with(['?', '&', ';', '#']);
        let kind = of_parameter(name).filter(|_| begins)?;
        let value = &text[at + 1..];
        // A session in a path ends where the query begins.
        let ends_path = kind == "session";
        let is_end = |c: char| {
            c.is_whitespace()
                || matches!(c, '&' | '#' | '"' | '\'' | '<' | '>' | '\\')
                || (ends_path && c == '?')
        };
        let length = value.find(is_end).unwrap_or(value.len());
        let pair = format!("v={}", &value[..length]);
        let decoded = url::form_urlencoded::parse(pair.as_bytes()).next();
        Some(Found {
            at: at + 1..at + 1 + length,
            value: decoded.map_or_else(String::new, |(_, value)| value.into_owned()),
            kind,
        })
    })
}

/// Fields of pages.
fn fields(text: &str) -> impl Iterator<Item = Found> {
    named_values(text).into_iter().filter_map(|place| {
        Some(Found {
            kind: of_parameter(&place.name)?,
            value: place.value,
            at: place.at,
        })
    })
}

/// `"member": "value"`, also in a text that was cut.
fn members(text: &str) -> impl Iterator<Item = Found> {
    let has_key = text.contains("\"kty\"");
    text.match_indices('"').filter_map(move |(quote, _)| {
        let value = text[quote + 1..].trim_start().strip_prefix(':')?;
        let value = value.trim_start().strip_prefix('"')?;
        let name = &text[text[..quote].rfind('"')? + 1..quote];
        let begin = text.len() - value.len();
        let value = &value[..string_length(value)];
        Some(Found {
            kind: of_member(name, value, has_key)?,
            value: value.to_owned(),
            at: begin..begin + value.len(),
        })
    })
}

/// Whether a value was replaced before.
pub(super) fn is_hidden(written: &str) -> bool {
    let inside = written.strip_prefix('[').and_then(|rest| rest.strip_suffix(']'));
    inside.is_some_and(|name| {
        let mut name = name.bytes();
        name.len() > 0 && name.all(|c| c.is_ascii_lowercase() || c.is_ascii_digit() || c == b'-')
    })
}

/// The length of a JSON string's inside, up to its closing quote or the end.
fn string_length(text: &str) -> usize {
    let mut escaped = false;
    for (at, c) in text.char_indices() {
        match c {
            _ if escaped => escaped = false,
            '\\' => escaped = true,
            '"' => return at,
            _ => {}
        }
    }
    text.len()
}
