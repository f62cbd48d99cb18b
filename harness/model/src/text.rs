//! Text with host references: the `@` sigil of scenario files.
//!
//! At the start of a text `@docs` stands for the origin of the host (`https://docs-1a.cimdspec.dev`), anywhere
//! else for its bare name; `@^docs` is the bare name in upper case and `@@` a plain `@`.

use std::collections::BTreeMap;

use schemars::JsonSchema;
use serde::Deserialize;
use serde::Serialize;
use serde_json::Value;

use crate::name::HostLabel;

/// A text in which `@` names a host and `$` names an axis.
///
/// At the start of a text, `@docs` is the origin of the host `docs`, for example `https://docs-1a.cimdspec.dev`.
/// Elsewhere it is the bare name of the host. `@^docs` is the bare name in upper case. `@@` is a plain `@`, so
/// `https://user@@@docs/client.json` has a user name.
///
/// Four labels are not hosts. `@issuer` is the target's issuer without a slash at its end. In an expectation, the whole
/// text `@issuer` is the issuer as the metadata reports it, or as the user named it exactly. `@authorization` is the
/// authorization endpoint. `@scope` is a scope that the metadata lists. `@case` is a text that no other case has, in
/// any run. A URL whose host is the same in all cases needs it in its path (`https://127.1/@case/client.json`), because
/// a server may remember what it fetched there.
///
/// `$axis` is the value of an axis of the matrix. `$axis.column` is another column of its row. `$$` is a plain `$`.
/// They are also replaced in names of members. A whole text `$axis` becomes the value itself, so it may stand for a
/// number or a list.
///
/// `$(TEXT*N)` is the text N times: `/$(a*1023)`. A whole text `$[TEXT*N]` is a list of N texts, in each of which `#` is
/// its number from 0: `$[c#@@example.net*500]`.
///
/// JSON values have four more references, each a whole string: `@keys/…` (see Serve), `@statement/…` (see Register),
/// `@client/…` (see Manage), and `@null`, the JSON value `null`, which TOML does not have.
#[derive(Debug, Clone, PartialEq, Eq, Hash, PartialOrd, Ord, Serialize, Deserialize, JsonSchema)]
#[serde(transparent)]
pub struct Text(pub String);

/// The real names behind the labels of one case.
#[derive(Debug, Clone, Default, PartialEq)]
pub struct Names {
    /// Label to origin, for example `docs` to `https://docs-1a.cimdspec.dev`.
    pub origins: BTreeMap<HostLabel, String>,
    /// JSON Web Key Sets that a whole text `@keys/<name>` stands for.
    pub keys: BTreeMap<String, Value>,
    /// Identifiers of registered clients that a whole text `@client/<register step>` stands for.
    pub clients: BTreeMap<String, String>,
}

/// The names that `@keys/<name>` may have; the software statements are written without `keys/`.
pub const KEY_SETS: [&str; 28] = [
    "client",
    "client-eddsa",
    "client-es256",
    "client-for-encryption",
    "client-of-another-algorithm",
    "client-private",
    "client-ps256",
    "client-rs256",
    "other",
    "renewed",
    "statement/broken",
    "statement/no-jwt",
    "statement/secret",
    "statement/trusted",
    "statement/trusted-altered",
    "statement/trusted-another-audience",
    "statement/trusted-another-issuer",
    "statement/trusted-critical",
    "statement/trusted-expired",
    "statement/trusted-key-in-header",
    "statement/trusted-not-yet",
    "statement/trusted-secret",
    "statement/trusted-unsigned",
    "statement/trusted-without-issuer",
    "statement/trusted-wrong-key",
    "statement/unknown-issuer",
    "statement/unsigned",
    "symmetric",
];

/// The label that stands for the target's issuer and not for a host.
pub const ISSUER: &str = "issuer";
/// The label that stands for the target's authorization endpoint and not for a host.
pub const AUTHORIZATION: &str = "authorization";
/// The label that stands for a scope that the target's metadata lists and not for a host.
pub const SCOPE: &str = "scope";
/// The label that stands for the case and not for a host: a text that no other case has, in no run.
pub const CASE: &str = "case";
/// The label that stands for `null` in JSON values and not for a host.
pub const NULL: &str = "null";
/// The labels that no host may have.
pub const NO_HOSTS: [&str; 4] = [AUTHORIZATION, CASE, ISSUER, SCOPE];

/// A label that no host has.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
#[error("no host is called `{label}`; write `@@` for a plain `@`")]
pub struct UnknownHost {
    /// The label.
    pub label: String,
}

enum Piece<'a> {
    Plain(&'a str),
    Origin(&'a str),
    Name(&'a str),
    UpperName(&'a str),
}

impl Text {
    /// The text with every host reference replaced.
    ///
    /// # Errors
    /// [`UnknownHost`] for a label without a host.
    pub fn resolve(&self, names: &Names) -> Result<String, UnknownHost> {
        let mut out = String::with_capacity(self.0.len() + 32);
        for piece in pieces(&self.0) {
            match piece {
                Piece::Plain(text) => out.push_str(text),
                Piece::Origin(label) => out.push_str(names.origin(label)?),
                Piece::Name(label) => out.push_str(names.bare(label)?),
                Piece::UpperName(label) => out.push_str(&names.bare(label)?.to_ascii_uppercase()),
            }
        }
        Ok(out)
    }

    /// The labels that the text refers to, in order.
    pub fn labels(&self) -> Vec<&str> {
        pieces(&self.0)
            .into_iter()
            .filter_map(|piece| match piece {
                Piece::Plain(_) => None,
                Piece::Origin(label) | Piece::Name(label) | Piece::UpperName(label) => Some(label),
            })
            .collect()
    }
}

impl Names {
    /// The value with every string resolved; a whole string `@keys/<name>` becomes that JSON value, and `@null` is null.
    ///
    /// # Errors
    /// [`UnknownHost`] for a label without a host, or a key without a value.
    pub fn json(&self, value: &Value) -> Result<Value, UnknownHost> {
        Ok(match value {
            Value::String(text) if is_null(text) => Value::Null,
            Value::String(text) => match (key_set_named(text), client_named(text)) {
                (Some(name), _) => self.key_set(name)?.clone(),
                (None, Some(step)) => Value::String(self.client(step)?.to_owned()),
                (None, None) => Value::String(Text(text.clone()).resolve(self)?),
            },
            Value::Array(items) => Value::Array(
                items
                    .iter()
                    .map(|item| self.json(item))
                    .collect::<Result<_, _>>()?,
            ),
            Value::Object(members) => Value::Object(
                members
                    .iter()
                    .map(|(name, member)| Ok((name.clone(), self.json(member)?)))
                    .collect::<Result<_, UnknownHost>>()?,
            ),
            plain => plain.clone(),
        })
    }

    /// The JSON Web Key Set of this name.
    ///
    /// # Errors
    /// [`UnknownHost`] for a name without a set.
    pub fn key_set(&self, name: &str) -> Result<&Value, UnknownHost> {
        self.keys.get(name).ok_or_else(|| UnknownHost {
            label: format!("keys/{name}"),
        })
    }

    fn client(&self, step: &str) -> Result<&str, UnknownHost> {
        let known = self.clients.get(step).map(String::as_str);
        known.ok_or_else(|| UnknownHost {
            label: format!("client/{step}"),
        })
    }

    fn origin(&self, label: &str) -> Result<&str, UnknownHost> {
        HostLabel::parse(label)
            .ok()
            .and_then(|label| self.origins.get(&label))
            .map(String::as_str)
            .ok_or_else(|| UnknownHost {
                label: label.to_owned(),
            })
    }

    fn bare(&self, label: &str) -> Result<&str, UnknownHost> {
        let origin = self.origin(label)?;
        Ok(origin.split_once("://").map_or(origin, |(_, rest)| rest))
    }
}

/// The name of the key set that a whole text `@keys/<name>` stands for, or of the software statement.
pub fn key_set_named(text: &str) -> Option<&str> {
    const STATEMENT: &str = "@statement/";
    match text.starts_with(STATEMENT) {
        true => text.strip_prefix('@'),
        false => text.strip_prefix("@keys/"),
    }
}

/// The register step whose identifier a whole text `@client/<register step>` stands for.
pub fn client_named(text: &str) -> Option<&str> {
    text.strip_prefix("@client/")
}

/// Whether a whole text stands for `null`.
fn is_null(text: &str) -> bool {
    text.strip_prefix('@') == Some(NULL)
}

/// The register steps whose identifiers strings of a JSON value stand for.
pub fn clients_in_json(value: &Value, into: &mut Vec<String>) {
    each_string(value, &mut |text| {
        into.extend(client_named(text).map(str::to_owned));
    });
}

/// The labels in all strings of a JSON value; `@keys/…`, `@client/…` and `@null` are none.
pub fn labels_in_json(value: &Value, into: &mut Vec<String>) {
    each_string(value, &mut |text| {
        if key_set_named(text).is_none() && client_named(text).is_none() && !is_null(text) {
            into.extend(Text(text.to_owned()).labels().into_iter().map(str::to_owned));
        }
    });
}

/// The names of the key sets that strings of a JSON value stand for.
pub fn key_sets_in_json(value: &Value, into: &mut Vec<String>) {
    each_string(value, &mut |text| {
        into.extend(key_set_named(text).map(str::to_owned));
    });
}

/// Every string of a JSON value, but no name of a member.
pub(crate) fn each_string<'a>(value: &'a Value, look: &mut dyn FnMut(&'a str)) {
    match value {
        Value::String(text) => look(text),
        Value::Array(items) => items.iter().for_each(|item| each_string(item, look)),
        Value::Object(members) => members.values().for_each(|member| each_string(member, look)),
        _ => {}
    }
}

fn pieces(text: &str) -> Vec<Piece<'_>> {
    let mut found = Vec::new();
    let mut rest = text;
    let mut at_start = true;
    while let Some(sigil) = rest.find('@') {
        if sigil > 0 {
            found.push(Piece::Plain(&rest[..sigil]));
            at_start = false;
        }
        let after = &rest[sigil + 1..];
        if let Some(escaped) = after.strip_prefix('@') {
            found.push(Piece::Plain("@"));
            rest = escaped;
        } else {
            let (upper, named) = after
                .strip_prefix('^')
                .map_or((false, after), |named| (true, named));
            let length = named
                .find(|c: char| !(c.is_ascii_lowercase() || c.is_ascii_digit() || c == '-'))
                .unwrap_or(named.len());
            let label = &named[..length];
            found.push(match (upper, at_start) {
                (true, _) => Piece::UpperName(label),
                (false, true) => Piece::Origin(label),
                (false, false) => Piece::Name(label),
            });
            rest = &named[length..];
        }
        at_start = false;
    }
    if !rest.is_empty() {
        found.push(Piece::Plain(rest));
    }
    found
}

#[cfg(test)]
mod tests {
    use super::*;

    fn names() -> Names {
        let origins = [(
            HostLabel::parse("docs").unwrap(),
            "https://docs-1.example.dev".to_owned(),
        )];
        Names {
            origins: origins.into(),
            keys: [("client".to_owned(), serde_json::json!({"keys": []}))].into(),
            ..Names::default()
        }
    }

    fn resolved(text: &str) -> Result<String, UnknownHost> {
        Text(text.to_owned()).resolve(&names())
    }

    #[test]
    fn a_reference_is_an_origin_at_the_start_and_a_name_elsewhere() {
        assert_eq!(
            resolved("@docs/client.json").unwrap(),
            "https://docs-1.example.dev/client.json"
        );
        assert_eq!(
            resolved("https://u@@@docs:443/c").unwrap(),
            "https://u@docs-1.example.dev:443/c"
        );
        assert_eq!(
            resolved("https://@^docs/c").unwrap(),
            "https://DOCS-1.EXAMPLE.DEV/c"
        );
        assert_eq!(resolved("@@docs").unwrap(), "@docs");
    }

    #[test]
    fn an_unknown_label_is_named() {
        assert_eq!(
            resolved("a@example.com").unwrap_err(),
            UnknownHost {
                label: "example".to_owned()
            }
        );
    }

    #[test]
    fn a_whole_string_may_be_null() {
        let value = serde_json::json!({"a": "@null", "b": ["@null", "@@null"]});
        let told = serde_json::json!({"a": null, "b": [null, "@null"]});
        assert_eq!(names().json(&value).unwrap(), told);
        let mut labels = Vec::new();
        labels_in_json(&value, &mut labels);
        assert_eq!(labels, Vec::<String>::new());
        assert_eq!(resolved("@null").unwrap_err().label, "null");
    }

    #[test]
    fn keys_become_json() {
        let value = names()
            .json(&serde_json::json!({"jwks": "@keys/client", "x": ["@docs/a"]}))
            .unwrap();
        assert_eq!(
            value,
            serde_json::json!({"jwks": {"keys": []}, "x": ["https://docs-1.example.dev/a"]})
        );
    }
}
