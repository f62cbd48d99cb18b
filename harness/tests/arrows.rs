//! Imports point down only: a forbidden one fails here. So does printing, or `anyhow`, where it does not belong.

use std::fs;
use std::path::Path;

/// Room, and the rooms that it may import.
const ARROWS: [(&str, &[&str]); 8] = [
    ("model", &[]),
    ("page", &[]),
    ("judge", &["model", "page"]),
    ("world", &["model"]),
    ("drive", &["judge", "model", "page", "world"]),
    ("report", &["model"]),
    ("reference", &[]),
    (
        "cli",
        &["drive", "judge", "model", "reference", "report", "world"],
    ),
];
const PURE: [&str; 3] = ["model", "judge", "page"];
const MAY_PRINT: [&str; 2] = ["cli", "report"];
const MAY_USE_ANYHOW: [&str; 1] = ["cli"];
const PRINTS: [&str; 4] = ["print!(", "println!(", "eprint!(", "eprintln!("];

/// What is forbidden in a source text or manifest of a room.
fn forbidden(room: &str, text: &str) -> Vec<String> {
    let allowed = ARROWS
        .iter()
        .find(|(name, _)| *name == room)
        .map(|(_, allowed)| *allowed)
        .unwrap_or_default();
    let mut found: Vec<String> = ARROWS
        .iter()
        .map(|(other, _)| *other)
        .filter(|other| *other != room && !allowed.contains(other))
        .flat_map(|other| [format!("cimdspec_{other}"), format!("cimdspec-{other}")])
        .filter(|name| stands_alone(text, name))
        .collect();
    let words = |words: &[&str], found: &mut Vec<String>| {
        let lines: Vec<&str> = text
            .lines()
            .map(str::trim_start)
            .filter(|line| !line.starts_with("//"))
            .collect();
        let said = words
            .iter()
            .filter(|word| lines.iter().any(|line| stands_alone(line, word)));
        found.extend(said.map(|word| (*word).to_owned()));
    };
    if PURE.contains(&room) {
        words(
            &["tokio", "reqwest", "std::net::TcpStream", "std::fs"],
            &mut found,
        );
    }
    if !MAY_USE_ANYHOW.contains(&room) {
        words(&["anyhow"], &mut found);
    }
    if !MAY_PRINT.contains(&room) {
        words(&PRINTS, &mut found);
    }
    found
}

/// Whether the word stands in the text, not as a part of a longer one.
fn stands_alone(text: &str, word: &str) -> bool {
    let joins = |neighbour: Option<char>| neighbour.is_some_and(|it| it.is_alphanumeric() || it == '_');
    text.match_indices(word).any(|(at, _)| {
        let after = text[at + word.len()..].chars().next();
        !joins(text[..at].chars().next_back()) && (word.ends_with('(') || !joins(after))
    })
}

fn sources(folder: &Path, found: &mut Vec<(String, String)>) {
    for entry in fs::read_dir(folder).unwrap() {
        let path = entry.unwrap().path();
        if path.is_dir() && !path.ends_with("examples") {
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
                    .map(|import| format!("{path}: {import}")),
            );
        }
    }
    assert_eq!(wrong, Vec::<String>::new());
}

#[test]
fn every_room_has_its_arrows() {
    let harness = Path::new(env!("CARGO_MANIFEST_DIR")).join("harness");
    for entry in fs::read_dir(harness).unwrap() {
        let name = entry.unwrap().file_name().into_string().unwrap();
        let known = ["proptest-regressions", "tests"].contains(&name.as_str())
            || ARROWS.iter().any(|(room, _)| *room == name);
        assert!(known, "room `{name}` has no arrows");
    }
}

#[test]
fn a_forbidden_import_is_found() {
    let cases = [
        ("model", "use cimdspec_world::World;", "cimdspec_world"),
        ("reference", "cimdspec-model.workspace = true", "cimdspec-model"),
        (
            "report",
            "judge = { package = \"cimdspec-judge\" }",
            "cimdspec-judge",
        ),
        ("judge", "use cimdspec_drive::run;", "cimdspec_drive"),
        ("drive", "use cimdspec_reference::Server;", "cimdspec_reference"),
        ("world", "use anyhow::Context;", "anyhow"),
        ("drive", "    println!(\"{secret}\");", "println!("),
        ("model", "async fn f(_: tokio::time::Instant) {}", "tokio"),
    ];
    for (room, text, name) in cases {
        assert_eq!(forbidden(room, text), [name], "{room}: {text}");
    }
}

#[test]
fn an_allowed_import_is_not_found() {
    let cases = [
        ("judge", "use cimdspec_model::plan::Plan;"),
        (
            "cli",
            "use cimdspec_reference::Server; println!(); anyhow::bail!()",
        ),
        ("world", "// println!(\"in a comment\")"),
        ("drive", "eprint_nothing!(); \"cimdspec-client\""),
    ];
    for (room, text) in cases {
        assert_eq!(forbidden(room, text), Vec::<String>::new(), "{room}: {text}");
    }
}
