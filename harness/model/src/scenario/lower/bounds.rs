//! What a check names by id, each perhaps for some values of the axes only: the clauses that it cites, the mutants that it kills.

use std::borrow::Cow;
use std::collections::BTreeMap;
use std::fmt;
use std::marker::PhantomData;

use schemars::JsonSchema;
use serde::Deserialize;
use serde::Deserializer;
use serde::Serialize;
use serde::Serializer;
use serde::de;

use crate::name::ClauseId;

/// Axes, each with the slugs of some of its values.
pub(crate) type Slugs = BTreeMap<String, Vec<String>>;

/// One id, or a list of ids. One that is meant for some values of axes only is a table with `id` and `only` or `except`.
///
/// ```toml
/// clause = ["cimd.ssrf.special-use", { id = "cimd.ssrf.private-or-loopback", only = { inside = ["10.0.0.1"] } }]
/// ```
#[derive(Debug, Clone, PartialEq)]
pub(crate) struct Bounds<Id>(pub(crate) Vec<Bound<Id>>);

/// One id, with the values of axes for which it is meant.
#[derive(Debug, Clone, PartialEq, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields)]
pub(crate) struct Bound<Id> {
    /// The id.
    #[schemars(with = "String")]
    pub(crate) id: Id,
    /// The values of axes, by their slugs, for which it is meant. Default: all.
    #[serde(default)]
    pub(crate) only: Slugs,
    /// The values of axes, by their slugs, for which it is not meant.
    #[serde(default)]
    pub(crate) except: Slugs,
}

impl<Id> From<Id> for Bound<Id> {
    fn from(id: Id) -> Self {
        Self {
            id,
            only: Slugs::new(),
            except: Slugs::new(),
        }
    }
}

impl<Id> Bound<Id> {
    /// The values of axes that it names.
    pub(crate) fn values(&self) -> [&Slugs; 2] {
        [&self.only, &self.except]
    }
}

impl<Id: PartialEq> Bounds<Id> {
    /// The ids, each once.
    pub(crate) fn ids(self) -> Vec<Id> {
        let mut ids: Vec<Id> = Vec::new();
        for Bound { id, .. } in self.0 {
            if !ids.contains(&id) {
                ids.push(id);
            }
        }
        ids
    }

    pub(crate) fn is_empty(&self) -> bool {
        self.0.is_empty()
    }
}

impl<Id> Default for Bounds<Id> {
    fn default() -> Self {
        Self(Vec::new())
    }
}

impl<Id: Clone> From<&[Id]> for Bounds<Id> {
    fn from(ids: &[Id]) -> Self {
        Self(ids.iter().cloned().map(Bound::from).collect())
    }
}

/// Reads the clauses of a check, of which there is at least one.
pub(crate) fn clauses<'de, D: Deserializer<'de>>(deserializer: D) -> Result<Bounds<ClauseId>, D::Error> {
    let all = Bounds::deserialize(deserializer)?;
    match all.is_empty() {
        true => Err(de::Error::custom("a check has at least one clause")),
        false => Ok(all),
    }
}

impl<Id: Serialize> Serialize for Bounds<Id> {
    fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        match self.0.as_slice() {
            [single] => single.id.serialize(serializer),
            several => serializer.collect_seq(several.iter().map(|bound| &bound.id)),
        }
    }
}

impl<'de, Id: Deserialize<'de>> Deserialize<'de> for Bounds<Id> {
    fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        struct OneOrMore<Id>(PhantomData<Id>);
        impl<'de, Id: Deserialize<'de>> de::Visitor<'de> for OneOrMore<Id> {
            type Value = Bounds<Id>;

            fn expecting(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
                formatter.write_str("an id, or a list of ids")
            }

            fn visit_str<E: de::Error>(self, text: &str) -> Result<Bounds<Id>, E> {
                One(PhantomData)
                    .visit_str(text)
                    .map(|single| Bounds(vec![single]))
            }

            fn visit_seq<A: de::SeqAccess<'de>>(self, mut items: A) -> Result<Bounds<Id>, A::Error> {
                let mut all = Vec::new();
                while let Some(next) = items.next_element_seed(One(PhantomData))? {
                    all.push(next);
                }
                Ok(Bounds(all))
            }
        }
        deserializer.deserialize_any(OneOrMore(PhantomData))
    }
}

/// Reads one id of a list.
struct One<Id>(PhantomData<Id>);

impl<'de, Id: Deserialize<'de>> de::DeserializeSeed<'de> for One<Id> {
    type Value = Bound<Id>;

    fn deserialize<D: Deserializer<'de>>(self, deserializer: D) -> Result<Bound<Id>, D::Error> {
        deserializer.deserialize_any(self)
    }
}

impl<'de, Id: Deserialize<'de>> de::Visitor<'de> for One<Id> {
    type Value = Bound<Id>;

    fn expecting(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        formatter.write_str("an id, or `{ id = …, only = { AXIS = [SLUG, …] } }`")
    }

    fn visit_str<E: de::Error>(self, text: &str) -> Result<Bound<Id>, E> {
        Id::deserialize(de::value::StrDeserializer::new(text)).map(Bound::from)
    }

    fn visit_map<A: de::MapAccess<'de>>(self, members: A) -> Result<Bound<Id>, A::Error> {
        Bound::deserialize(de::value::MapAccessDeserializer::new(members))
    }
}

impl<Id> JsonSchema for Bounds<Id> {
    fn schema_name() -> Cow<'static, str> {
        "Bounds".into()
    }

    fn json_schema(generator: &mut schemars::SchemaGenerator) -> schemars::Schema {
        let table = generator.subschema_for::<Bound<String>>();
        schemars::json_schema!({
            "description": "One id, or a list. One that is meant for some values of axes only is a table.",
            "anyOf": [
                { "type": "string" },
                { "type": "array", "items": { "anyOf": [{ "type": "string" }, table] } },
            ],
        })
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[derive(Debug, Deserialize)]
    struct File {
        #[serde(deserialize_with = "clauses")]
        clause: Bounds<ClauseId>,
    }

    fn read(text: &str) -> Result<Vec<Bound<ClauseId>>, String> {
        let file: Result<File, _> = toml::from_str(text);
        file.map(|file| file.clause.0).map_err(|told| told.to_string())
    }

    #[test]
    fn a_check_has_one_clause_or_several() {
        let id = |text: &str| Bound::from(ClauseId::parse(text).unwrap());
        assert_eq!(read("clause = \"a.b\"\n").unwrap(), [id("a.b")]);
        assert_eq!(
            read("clause = [\"a.b\", \"c.d\"]\n").unwrap(),
            [id("a.b"), id("c.d")]
        );
        let told = read("clause = []\n").unwrap_err();
        assert!(told.contains("a check has at least one clause"), "{told}");
        let told = read("clause = 7\n").unwrap_err();
        assert!(told.contains("expected an id, or a list of ids"), "{told}");
    }

    #[test]
    fn an_id_may_be_meant_for_some_values_only() {
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
        let twice = Bounds(read("clause = [\"a.b\", \"c.d\", \"a.b\"]\n").unwrap());
        let ids: Vec<String> = twice.ids().iter().map(ToString::to_string).collect();
        assert_eq!(ids, ["a.b", "c.d"]);
    }
}
