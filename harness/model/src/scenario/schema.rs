//! The JSON Schemas of the files people write, generated from the types that read them.

use serde_json::Value;

use crate::scenario::raw::BaseRaw;
use crate::scenario::raw::ScenarioRaw;

/// The schemas by file name.
pub fn schemas() -> Vec<(&'static str, Value)> {
    let mut scenario = schemars::schema_for!(ScenarioRaw).to_value();
    let base = schemars::schema_for!(BaseRaw).to_value();
    let clause = crate::requirement::clause::schema().to_value();
    admit_references(&mut scenario);
    let mut schemas = vec![
        ("base.json", base),
        ("baseline.json", crate::baseline::schema()),
        ("clause.json", clause),
        ("config.json", crate::config::schema()),
        ("inventory.json", crate::requirement::inventory::schema()),
        ("kinds.json", crate::requirement::kinds::schema()),
        ("profile.json", crate::profile::schema()),
        ("release.json", crate::requirement::release::schema()),
        ("revision.json", crate::requirement::revision::schema()),
        ("scenario.json", scenario),
    ];
    schemas.extend(crate::requirement::framework::schemas());
    schemas
}

/// Lets a number or a truth value be written as `$axis` too.
fn admit_references(schema: &mut Value) {
    match schema {
        Value::Array(items) => items.iter_mut().for_each(admit_references),
        Value::Object(members) => {
            let simple = match members.get("type") {
                Some(Value::String(kind)) => matches!(kind.as_str(), "integer" | "boolean" | "number"),
                Some(Value::Array(kinds)) => kinds.iter().any(|kind| kind == "integer" || kind == "boolean"),
                _ => false,
            };
            if simple && !members.contains_key("pattern") {
                let description = members.remove("description");
                let plain = Value::Object(std::mem::take(members));
                let reference = serde_json::json!({ "type": "string", "pattern": "^\\$[a-z]" });
                members.insert("anyOf".to_owned(), Value::Array(vec![plain, reference]));
                if let Some(description) = description {
                    members.insert("description".to_owned(), description);
                }
            } else {
                members.values_mut().for_each(admit_references);
            }
        }
        _ => {}
    }
}
