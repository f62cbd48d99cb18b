//! Secrets leave this room as their type: `[code]`, `[access-token]`, `[client-secret]`, …
//!
//! Distinct values of one type get distinct names (`[refresh-token]`, `[refresh-token-2]`), so that a rotation
//! can be seen without the tokens.

use std::collections::BTreeMap;
use std::collections::BTreeSet;
use std::sync::Mutex;
use std::sync::PoisonError;

use crate::secrets::Secrets;

/// The secrets of one case; what they are replaced by is stable within it.
#[derive(Debug, Default)]
pub(crate) struct Redactor {
    known: Mutex<Known>,
    /// Those of the whole run.
    all: Secrets,
}

#[derive(Debug, Default)]
struct Known {
    counts: BTreeMap<&'static str, usize>,
    names: BTreeMap<(&'static str, String), String>,
    /// Those that are replaced wherever they occur, the longest first.
    anywhere: Vec<Anywhere>,
}

/// A secret that is no other text by chance.
#[derive(Debug)]
struct Anywhere {
    secret: String,
    /// As a form would carry it, where that differs.
    encoded: Option<String>,
    name: String,
}

/// Parameters of queries and forms that are secrets, with their types.
const PARAMETERS: [(&str, &str); 20] = [
    ("_csrf", "csrf-token"),
    ("access_token", "access-token"),
    ("assertion", "assertion"),
    ("authenticity_token", "csrf-token"),
    ("client_assertion", "assertion"),
    ("client_secret", "client-secret"),
    ("code", "code"),
    ("code_verifier", "code-verifier"),
    ("csrf", "csrf-token"),
    ("csrf_token", "csrf-token"),
    ("csrfmiddlewaretoken", "csrf-token"),
    ("device_code", "device-code"),
    ("id_token", "id-token"),
    ("id_token_hint", "id-token"),
    ("passwd", "password"),
    ("password", "password"),
    ("refresh_token", "refresh-token"),
    ("registration_access_token", "registration-token"),
    ("subject_token", "token"),
    ("token", "token"),
];
/// Members of JSON texts that are secrets, with their types.
const MEMBERS: [(&str, &str); 8] = [
    ("access_token", "access-token"),
    ("client_assertion", "assertion"),
    ("client_secret", "client-secret"),
    ("device_code", "device-code"),
    ("id_token", "id-token"),
    ("password", "password"),
    ("refresh_token", "refresh-token"),
    ("registration_access_token", "registration-token"),
];
/// Private parts of JSON Web Keys.
const KEY_MEMBERS: [(&str, &str); 7] = [
    ("d", "private-key"),
    ("dp", "private-key"),
    ("dq", "private-key"),
    ("k", "symmetric-key"),
    ("p", "private-key"),
    ("q", "private-key"),
    ("qi", "private-key"),
];
/// Shorter values are replaced where they stand as a parameter or member, not wherever the text occurs.
const SHORTEST_UNMISTAKABLE: usize = 12;
const SHORTEST_PASSWORD: usize = 8;

impl Redactor {
    /// A redactor of one case, which tells the run what it learns.
    pub(crate) fn of(all: Secrets) -> Self {
        Self {
            known: Mutex::default(),
            all,
        }
    }

    /// Remembers a secret, so that it is replaced wherever it occurs.
    pub(crate) fn learn(&self, kind: &'static str, secret: &str) {
        self.name(kind, secret);
    }

    /// The text without its secrets.
    pub(crate) fn text(&self, text: &str) -> String {
        let mut out = text.to_owned();
        if out.contains('=') {
            for (parameter, kind) in PARAMETERS {
                out = self.parameters(out, parameter, kind);
            }
        }
        if out.contains("<input") {
            out = self.inputs(&out);
        }
        if out.contains('"') {
            for (member, kind) in MEMBERS {
                out = self.members(out, member, kind);
            }
        }
        if out.contains("\"kty\"") {
            for (member, kind) in KEY_MEMBERS {
                out = self.members(out, member, kind);
            }
        }
        self.known_values(out)
    }

    /// The value of a response parameter without its secrets.
    pub(crate) fn parameter(&self, name: &str, value: &str) -> String {
        match PARAMETERS.iter().find(|(known, _)| *known == name) {
            Some((_, kind)) if !value.is_empty() => self.name(kind, value),
            _ => self.known_values(value.to_owned()),
        }
    }

    /// The value of a response header without its secrets.
    pub(crate) fn header(&self, name: &str, value: &str) -> String {
        match name {
            "set-cookie" => {
                let (pair, attributes) = value.split_once(';').unwrap_or((value, ""));
                let (cookie, secret) = pair.split_once('=').unwrap_or((pair, ""));
                self.name("cookie", secret);
                match attributes {
                    "" => format!("{cookie}=[cookie]"),
                    attributes => format!("{cookie}=[cookie];{attributes}"),
                }
            }
            _ => self.text(value),
        }
    }

    /// The kinds of the secrets that stand in these lines.
    pub(crate) fn kinds_in(&self, lines: &[String]) -> BTreeSet<String> {
        let known = self.known.lock().unwrap_or_else(PoisonError::into_inner);
        let stands = |text: &str| lines.iter().any(|line| line.contains(text));
        let told = known.names.keys().filter(|(kind, secret)| {
            let anywhere = known.anywhere.iter().find(|other| other.secret == *secret);
            let encoded = anywhere.and_then(|other| other.encoded.as_deref());
            is_unmistakable(kind, secret) && (stands(secret) || encoded.is_some_and(stands))
        });
        told.map(|(kind, _)| (*kind).to_owned()).collect()
    }

    fn name(&self, kind: &'static str, secret: &str) -> String {
        let mut known = self.known.lock().unwrap_or_else(PoisonError::into_inner);
        let key = (kind, secret.to_owned());
        if let Some(name) = known.names.get(&key) {
            return name.clone();
        }
        let count = known.counts.entry(kind).or_insert(0);
        *count += 1;
        let name = match *count {
            1 => format!("[{kind}]"),
            number => format!("[{kind}-{number}]"),
        };
        known.names.insert(key, name.clone());
        if is_unmistakable(kind, secret) {
            let encoded: String = url::form_urlencoded::byte_serialize(secret.as_bytes()).collect();
            let at = known
                .anywhere
                .partition_point(|other| other.secret.len() >= secret.len());
            known.anywhere.insert(
                at,
                Anywhere {
                    secret: secret.to_owned(),
                    encoded: (encoded != secret).then_some(encoded),
                    name: name.clone(),
                },
            );
        }
        self.all.learn(kind, secret);
        name
    }

    /// Replaces the values of input fields that are called like parameters.
    fn inputs(&self, html: &str) -> String {
        let mut out = String::with_capacity(html.len());
        let mut rest = html;
        while let Some(at) = rest.find("<input") {
            let length = rest[at..].find('>').unwrap_or(rest.len() - at);
            let tag = &rest[at..at + length];
            out.push_str(&rest[..at]);
            rest = &rest[at + length..];
            let named = attribute(tag, "name").map(|place| &tag[place]);
            let kind = named.and_then(|name| PARAMETERS.iter().find(|(known, _)| *known == name));
            match (kind, attribute(tag, "value")) {
                (Some((_, kind)), Some(place))
                    if !place.is_empty() && !tag[place.clone()].starts_with('[') =>
                {
                    out.push_str(&tag[..place.start]);
                    out.push_str(&self.name(kind, &tag[place.clone()]));
                    out.push_str(&tag[place.end..]);
                }
                _ => out.push_str(tag),
            }
        }
        out.push_str(rest);
        out
    }

    /// Replaces the value of `parameter=value` in queries and forms, and in links inside other texts.
    fn parameters(&self, text: String, parameter: &str, kind: &'static str) -> String {
        let assignment = format!("{parameter}=");
        if !text.contains(&assignment) {
            return text;
        }
        let mut out = String::with_capacity(text.len());
        let mut rest = text.as_str();
        while let Some(at) = rest.find(&assignment) {
            let starts = match rest[..at].chars().next_back() {
                None => out.is_empty(),
                Some(before) => matches!(before, '?' | '&' | ';' | '#'),
            };
            let value_at = at + assignment.len();
            out.push_str(&rest[..value_at]);
            rest = &rest[value_at..];
            if !starts {
                continue;
            }
            let length = rest
                .find(|c: char| c.is_whitespace() || matches!(c, '&' | '#' | '"' | '\'' | '<' | '>'))
                .unwrap_or(rest.len());
            if length > 0 && !rest.starts_with('[') {
                let decoded = decoded(&rest[..length]);
                out.push_str(&self.name(kind, &decoded));
                rest = &rest[length..];
            }
        }
        out.push_str(rest);
        out
    }

    /// Replaces the value of `"member": "value"`, also in a text that was cut.
    fn members(&self, text: String, member: &str, kind: &'static str) -> String {
        let quoted = format!("\"{member}\"");
        if !text.contains(&quoted) {
            return text;
        }
        let mut out = String::with_capacity(text.len());
        let mut rest = text.as_str();
        while let Some(at) = rest.find(&quoted) {
            let after = &rest[at + quoted.len()..];
            let value = after
                .trim_start()
                .strip_prefix(':')
                .and_then(|value| value.trim_start().strip_prefix('"'));
            let Some(value) = value.filter(|value| !value.starts_with('[') && !value.starts_with('"')) else {
                out.push_str(&rest[..at + quoted.len()]);
                rest = after;
                continue;
            };
            out.push_str(&rest[..rest.len() - value.len()]);
            let length = string_length(value);
            out.push_str(&self.name(kind, &value[..length]));
            rest = &value[length..];
        }
        out.push_str(rest);
        out
    }

    fn known_values(&self, text: String) -> String {
        let known = self.known.lock().unwrap_or_else(PoisonError::into_inner);
        let mut text = text;
        for Anywhere {
            secret,
            encoded,
            name,
        } in &known.anywhere
        {
            for written in std::iter::once(secret).chain(encoded) {
                if text.contains(written) {
                    text = text.replace(written, name);
                }
            }
        }
        text
    }
}

/// Whether a value is no other text by chance; a cookie may hold the URL that the user came from.
pub(crate) fn is_unmistakable(kind: &str, secret: &str) -> bool {
    let shortest = match kind {
        // People choose them, and they are typed into every page.
        "password" => SHORTEST_PASSWORD,
        _ => SHORTEST_UNMISTAKABLE,
    };
    let is_a_word = PARAMETERS.iter().any(|(name, _)| *name == secret);
    secret.len() >= shortest && !is_a_word && !secret.contains("://") && !secret.contains("%3A%2F%2F")
}

/// Where the value of an attribute stands in a tag.
fn attribute(tag: &str, name: &str) -> Option<std::ops::Range<usize>> {
    ['"', '\''].into_iter().find_map(|quote| {
        let at = tag.find(&format!(" {name}={quote}"))? + name.len() + 3;
        let length = tag[at..].find(quote).unwrap_or(tag.len() - at);
        Some(at..at + length)
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

fn decoded(value: &str) -> String {
    let pair = format!("v={value}");
    url::form_urlencoded::parse(pair.as_bytes())
        .next()
        .map_or_else(|| value.to_owned(), |(_, value)| value.into_owned())
}

#[cfg(test)]
#[path = "redact_tests.rs"]
mod tests;
