//! Imports point down only: a forbidden one fails here.

use std::fs;
use std::path::Path;

/// Room, and the rooms that it may import.
const ARROWS: [(&str, &[&str]); 7] = [
    ("model", &[]),
    ("judge", &["model"]),
    ("world", &["model"]),
    ("drive", &["judge", "model", "world"]),
    ("report", &["model"]),
    ("reference", &[]),
    (
        "cli",
        &["drive", "judge", "model", "reference", "report", "world"],
    ),
];

/// The forbidden imports of a source text in a room.
fn forbidden(room: &str, text: &str) -> Vec<String> {
    let allowed = ARROWS
        .iter()
        .find(|(name, _)| *name == room)
        .map(|(_, allowed)| *allowed)
        .unwrap_or_default();
    ARROWS
        .iter()
        .map(|(other, _)| *other)
        .filter(|other| *other != room && !allowed.contains(other))
        .flat_map(|other| [format!("cimdspec_{other}"), format!("cimdspec-{other}.")])
        .chain((room == "model" || room == "judge").then(|| "tokio::".to_owned()))
        .chain((room != "cli").then(|| "anyhow::".to_owned()))
        .filter(|import| text.contains(import.as_str()))
        .collect()
}

fn sources(folder: &Path, found: &mut Vec<(String, String)>) {
    for entry in fs::read_dir(folder).unwrap() {
        let path = entry.unwrap().path();
        if path.is_dir() {
            sources(&path, found);
        } else if path
            .extension()
            .is_some_and(|kind| kind == "rs" || kind == "toml")
        {
            found.push((path.display().to_string(), fs::read_to_string(&path).unwrap()));
        }
    }
}

#[test]
fn no_room_imports_what_it_must_not() {
    let harness = Path::new(env!("CARGO_MANIFEST_DIR")).join("harness");
    let mut wrong = Vec::new();
    for (room, _) in ARROWS {
        let mut found = Vec::new();
        sources(&harness.join(room), &mut found);
        assert!(!found.is_empty(), "room {room} is empty");
        for (path, text) in found {
            wrong.extend(
                forbidden(room, &text)
                    .into_iter()
                    .map(|import| format!("{path} imports {import}")),
            );
        }
    }
    assert_eq!(wrong, Vec::<String>::new());
}

#[test]
fn a_forbidden_import_is_found() {
    assert_eq!(
        forbidden("model", "use cimdspec_world::World;"),
        ["cimdspec_world"]
    );
    assert_eq!(
        forbidden("reference", "cimdspec-model.workspace = true"),
        ["cimdspec-model."]
    );
    assert_eq!(
        forbidden("judge", "use cimdspec_model::plan::Plan;"),
        Vec::<String>::new()
    );
}
