//! Imports point down only: a forbidden one fails here. So does printing, or `anyhow`, where it does not belong.

use std::collections::BTreeMap;
use std::collections::BTreeSet;
use std::fs;
use std::path::Path;

/// Room, and the rooms that it may import.
const ARROWS: [(&str, &[&str]); 12] = [
    ("model", &[]),
    ("page", &[]),
    ("browser", &[]),
    ("generate", &["model"]),
    ("judge", &["model", "page"]),
    ("world", &["model"]),
    ("drive", &["judge", "model", "page", "world"]),
    ("evidence", &["judge", "model"]),
    ("report", &["model"]),
    ("reference", &[]),
    // Only tests import it.
    (
        "laws",
        &[
            "drive",
            "evidence",
            "judge",
            "model",
            "page",
            "reference",
            "report",
            "world",
        ],
    ),
    (
        "cli",
        &[
            "browser",
            "drive",
            "evidence",
            "generate",
            "judge",
            "model",
            "reference",
            "report",
            "world",
        ],
    ),
];
const PURE: [&str; 4] = ["model", "judge", "page", "generate"];
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

/// The import circles that are left, each by its first file. The list only gets shorter: a new circle fails, and so does
/// one that is here and gone.
const CIRCLES: [&str; 9] = [
    "drive/calibration/calibrator",
    "drive/case/context",
    "drive/redact/redactor",
    "judge/expect",
    "model/expect/conditions",
    "model/plan",
    "page/html",
    "reference/cimd/cache",
    "reference/faults/parts",
];

/// The modules of a room with the modules that each imports by `crate::`, tests apart.
fn imports(room: &str) -> BTreeMap<String, BTreeSet<String>> {
    let folder = Path::new(env!("CARGO_MANIFEST_DIR"))
        .join("harness")
        .join(room)
        .join("src");
    let mut found = Vec::new();
    sources(&folder, &mut found);
    let name = |path: &str| {
        let path = path.strip_prefix(folder.to_str().unwrap()).unwrap();
        let path = path.trim_start_matches('/').trim_end_matches(".rs");
        path.trim_end_matches("/mod").to_owned()
    };
    let is_code = |path: &str| path.ends_with(".rs") && !path.ends_with("_tests.rs");
    let texts: BTreeMap<String, String> = found
        .iter()
        .filter(|(path, _)| is_code(path))
        .map(|(path, text)| {
            let code = text.split("#[cfg(test)]").next().unwrap_or_default();
            (name(path), code.to_owned())
        })
        .collect();
    let imported = |text: &str| -> BTreeSet<String> {
        let paths = text.split("crate::").skip(1).map(|rest| {
            let end = rest.find(|it: char| !it.is_alphanumeric() && it != '_' && it != ':');
            rest[..end.unwrap_or(rest.len())].replace("::", "/")
        });
        // The longest beginning that is a module; the rest names what is in it.
        let modules = paths.filter_map(|path| {
            let mut ends = path
                .match_indices('/')
                .map(|(at, _)| at)
                .chain([path.len()])
                .collect::<Vec<_>>();
            ends.reverse();
            ends.into_iter()
                .map(|end| path[..end].to_owned())
                .find(|module| texts.contains_key(module))
        });
        modules.collect()
    };
    texts
        .iter()
        .map(|(name, text)| (name.clone(), imported(text)))
        .collect()
}

/// What a module imports, also by way of others.
fn reached<'a>(from: &'a str, imports: &'a BTreeMap<String, BTreeSet<String>>) -> BTreeSet<&'a str> {
    let mut reached = BTreeSet::new();
    let mut next = vec![from];
    while let Some(module) = next.pop() {
        for other in imports.get(module).into_iter().flatten() {
            if other != module && reached.insert(other.as_str()) {
                next.push(other);
            }
        }
    }
    reached
}

#[test]
fn no_new_circle_of_imports_is_inside_a_room() {
    let mut circles: BTreeSet<String> = BTreeSet::new();
    for (room, _) in ARROWS {
        let imports = imports(room);
        let reached: BTreeMap<&str, BTreeSet<&str>> = imports
            .keys()
            .map(|module| (module.as_str(), reached(module, &imports)))
            .collect();
        for (module, others) in &reached {
            let in_circle = |other: &&&str| reached.get(**other).is_some_and(|back| back.contains(module));
            let first = others.iter().filter(in_circle).min();
            circles.extend(first.map(|first| format!("{room}/{}", first.min(module))));
        }
    }
    assert_eq!(circles.iter().map(String::as_str).collect::<Vec<_>>(), CIRCLES);
}
