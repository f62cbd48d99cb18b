//! The clauses that a check cites, as written.

use std::collections::BTreeMap;
use std::fmt;

use schemars::JsonSchema;
use serde::Deserialize;
use serde::Deserializer;
use serde::Serialize;
use serde::Serializer;
use serde::de;

use crate::name::ClauseId;

/// Axes, each with the slugs of some of its values.
pub(crate) type Slugs = BTreeMap<String, Vec<String>>;

/// The clauses of a check: one, or a list. One that binds only some values of axes is a table with `id` and `only` or
/// `except`.
///
/// ```toml
/// clause = ["cimd.ssrf.special-use", { id = "cimd.ssrf.private-or-loopback", only = { inside = ["10.0.0.1"] } }]
/// ```
#[derive(Debug, Clone, PartialEq)]
pub(crate) struct Cited(pub(crate) Vec<CitedRaw>);

/// One clause of a check, with the values of axes that it binds.
#[derive(Debug, Clone, PartialEq, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields)]
pub(crate) struct CitedRaw {
    /// The clause.
    #[schemars(with = "String")]
    pub(crate) id: ClauseId,
    /// The values of axes, by their slugs, that it binds. Default: all.
    #[serde(default)]
    pub(crate) only: Slugs,
    /// The values of axes, by their slugs, that it does not bind.
    #[serde(default)]
    pub(crate) except: Slugs,
}

impl From<ClauseId> for CitedRaw {
    fn from(id: ClauseId) -> Self {
        Self {
            id,
            only: Slugs::new(),
            except: Slugs::new(),
        }
    }
}

impl Cited {
    /// The ids, each once.
    pub(crate) fn ids(self) -> Vec<ClauseId> {
        let mut ids: Vec<ClauseId> = Vec::new();
        for CitedRaw { id, .. } in self.0 {
            if !ids.contains(&id) {
                ids.push(id);
            }
        }
        ids
    }
}

impl From<&[ClauseId]> for Cited {
    fn from(ids: &[ClauseId]) -> Self {
        Self(ids.iter().cloned().map(CitedRaw::from).collect())
    }
}

impl Serialize for Cited {
    fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        match self.0.as_slice() {
            [single] => single.id.serialize(serializer),
            several => serializer.collect_seq(several.iter().map(|cited| &cited.id)),
        }
    }
}

impl<'de> Deserialize<'de> for Cited {
    fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        struct OneOrMore;
        impl<'de> de::Visitor<'de> for OneOrMore {
            type Value = Cited;

            fn expecting(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
                formatter.write_str("the id of a clause, or a list of clauses")
            }

            fn visit_str<E: de::Error>(self, text: &str) -> Result<Cited, E> {
                One.visit_str(text).map(|single| Cited(vec![single]))
            }

            fn visit_seq<A: de::SeqAccess<'de>>(self, mut items: A) -> Result<Cited, A::Error> {
                let mut all = Vec::new();
                while let Some(next) = items.next_element_seed(One)? {
                    all.push(next);
                }
                match all.is_empty() {
                    true => Err(de::Error::custom("a check has at least one clause")),
                    false => Ok(Cited(all)),
                }
            }
        }
        deserializer.deserialize_any(OneOrMore)
    }
}

/// Reads one clause of a list.
struct One;

impl<'de> de::DeserializeSeed<'de> for One {
    type Value = CitedRaw;

    fn deserialize<D: Deserializer<'de>>(self, deserializer: D) -> Result<CitedRaw, D::Error> {
        deserializer.deserialize_any(self)
    }
}

impl<'de> de::Visitor<'de> for One {
    type Value = CitedRaw;

    fn expecting(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        formatter.write_str("the id of a clause, or `{ id = …, only = { AXIS = [SLUG, …] } }`")
    }

    fn visit_str<E: de::Error>(self, text: &str) -> Result<CitedRaw, E> {
        ClauseId::parse(text).map(CitedRaw::from).map_err(E::custom)
    }

    fn visit_map<A: de::MapAccess<'de>>(self, members: A) -> Result<CitedRaw, A::Error> {
        CitedRaw::deserialize(de::value::MapAccessDeserializer::new(members))
    }
}

impl JsonSchema for Cited {
    fn schema_name() -> std::borrow::Cow<'static, str> {
        "Cited".into()
    }

    fn json_schema(generator: &mut schemars::SchemaGenerator) -> schemars::Schema {
        let table = generator.subschema_for::<CitedRaw>();
        schemars::json_schema!({
            "description": "One clause, or a list. A clause that binds some values of axes only is a table.",
            "anyOf": [
                { "type": "string" },
                { "type": "array", "minItems": 1, "items": { "anyOf": [{ "type": "string" }, table] } },
            ],
        })
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[derive(Debug, Deserialize)]
    struct File {
        clause: Cited,
    }

    fn read(text: &str) -> Result<Vec<CitedRaw>, String> {
        let file: Result<File, _> = toml::from_str(text);
        file.map(|file| file.clause.0).map_err(|told| told.to_string())
    }

    #[test]
    fn a_check_has_one_clause_or_several() {
        let id = |text: &str| CitedRaw::from(ClauseId::parse(text).unwrap());
        assert_eq!(read("clause = \"a.b\"\n").unwrap(), [id("a.b")]);
        assert_eq!(
            read("clause = [\"a.b\", \"c.d\"]\n").unwrap(),
            [id("a.b"), id("c.d")]
        );
        let told = read("clause = []\n").unwrap_err();
        assert!(told.contains("a check has at least one clause"), "{told}");
        let told = read("clause = 7\n").unwrap_err();
        assert!(
            told.contains("expected the id of a clause, or a list of clauses"),
            "{told}"
        );
    }

    #[test]
    fn a_clause_may_bind_some_values_only() {
        let read_one = read("clause = [{ id = \"a.b\", only = { x = [\"y\"] } }]\n").unwrap();
        assert_eq!(
            read_one[0].only,
            Slugs::from([("x".to_owned(), vec!["y".to_owned()])])
        );
        let told = read("clause = [{ id = \"a.b\", olny = {} }]\n").unwrap_err();
        assert!(
            told.contains("unknown field `olny`, expected one of `id`, `only`, `except`"),
            "{told}"
        );
    }

    #[test]
    fn ids_are_named_once() {
        let twice = Cited(read("clause = [\"a.b\", \"c.d\", \"a.b\"]\n").unwrap());
        let ids: Vec<String> = twice.ids().iter().map(ToString::to_string).collect();
        assert_eq!(ids, ["a.b", "c.d"]);
    }
}
