//! The committed JSON Schemas are those of the parsing types.

use std::fs;
use std::path::Path;

#[test]
fn the_committed_schemas_are_fresh() {
    for (name, schema) in cimdspec_model::scenario::schema::schemas() {
        let path = Path::new(env!("CARGO_MANIFEST_DIR"))
            .join("scenarios/schema")
            .join(name);
        let known: serde_json::Value = serde_json::from_str(&fs::read_to_string(&path).unwrap()).unwrap();
        assert_eq!(known, schema, "{name} is stale; run `cimdspec schema`");
    }
}
