//! The conditions of a check as written: one expectation, or a list of them.

use std::borrow::Cow;
use std::fmt;

use schemars::JsonSchema;
use schemars::Schema;
use schemars::SchemaGenerator;
use serde::Deserialize;
use serde::Deserializer;
use serde::Serialize;
use serde::Serializer;
use serde::de::MapAccess;
use serde::de::SeqAccess;
use serde::de::Visitor;
use serde::de::value::MapAccessDeserializer;

use crate::scenario::raw_check::ExpectRaw;

/// The description in the schema, which becomes that of the reference page.
const MEANING: &str = "The precondition of a check: one expectation, or a list of expectations that must all hold. If it does \
    not hold, the check is not applicable. This is so on the reference server too, where a mutant may make it hold. So a rule \
    about a flag of the metadata binds every server that sets the flag. What a check builds on has a step of its own. \
    Examples: a wrong secret is refused; a query is accepted at all.";

/// The precondition of a check: one expectation, or several that must all hold. An empty list requires nothing.
#[derive(Debug, Clone, Default, PartialEq)]
pub(crate) struct Conditions(pub(crate) Vec<ExpectRaw>);

impl Conditions {
    pub(crate) fn is_empty(&self) -> bool {
        self.0.is_empty()
    }
}

impl<'de> Deserialize<'de> for Conditions {
    fn deserialize<D: Deserializer<'de>>(from: D) -> Result<Self, D::Error> {
        from.deserialize_any(OneOrSeveral)
    }
}

impl Serialize for Conditions {
    fn serialize<S: Serializer>(&self, into: S) -> Result<S::Ok, S::Error> {
        match self.0.as_slice() {
            [one] => one.serialize(into),
            several => several.serialize(into),
        }
    }
}

impl JsonSchema for Conditions {
    fn schema_name() -> Cow<'static, str> {
        "Conditions".into()
    }

    fn json_schema(generator: &mut SchemaGenerator) -> Schema {
        let one = generator.subschema_for::<ExpectRaw>();
        let several = generator.subschema_for::<Vec<ExpectRaw>>();
        schemars::json_schema!({ "description": MEANING, "anyOf": [one, several] })
    }
}

struct OneOrSeveral;

impl<'de> Visitor<'de> for OneOrSeveral {
    type Value = Conditions;

    fn expecting(&self, out: &mut fmt::Formatter<'_>) -> fmt::Result {
        out.write_str("an expectation or a list of them")
    }

    fn visit_map<A: MapAccess<'de>>(self, map: A) -> Result<Self::Value, A::Error> {
        let one = ExpectRaw::deserialize(MapAccessDeserializer::new(map))?;
        Ok(Conditions(vec![one]))
    }

    fn visit_seq<A: SeqAccess<'de>>(self, mut list: A) -> Result<Self::Value, A::Error> {
        let mut several = Vec::new();
        while let Some(one) = list.next_element()? {
            several.push(one);
        }
        Ok(Conditions(several))
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn read(text: &str) -> Result<Conditions, String> {
        #[derive(Deserialize)]
        struct Check {
            given: Conditions,
        }
        let read: Result<Check, _> = toml::from_str(text);
        read.map(|check| check.given)
            .map_err(|error| error.message().to_owned())
    }

    #[test]
    fn one_condition_or_a_list_is_read() {
        let one = "{ answer = { of = \"reg\", is = \"granted\" } }";
        let single = read(&format!("given = {one}")).unwrap();
        assert_eq!(single, read(&format!("given = [{one}]")).unwrap());
        assert_eq!(read(&format!("given = [{one}, {one}]")).unwrap().0.len(), 2);
        assert!(read("given = []").unwrap().is_empty());
    }

    #[test]
    fn what_is_no_condition_is_told() {
        assert!(
            read("given = 7")
                .unwrap_err()
                .contains("an expectation or a list of them")
        );
        assert!(
            read("given = { answr = 7 }")
                .unwrap_err()
                .contains("unknown field `answr`")
        );
    }
}
