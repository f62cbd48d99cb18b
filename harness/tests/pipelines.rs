//! What runs on the machines of others is pinned, and no input is part of a script.

use std::fs;
use std::path::Path;
use std::path::PathBuf;

fn root() -> &'static Path {
    Path::new(env!("CARGO_MANIFEST_DIR"))
}

/// The files that name actions of others, or pass inputs to scripts.
fn pipelines() -> Vec<(PathBuf, String)> {
    let workflows = fs::read_dir(root().join(".github/workflows")).unwrap();
    let mut paths: Vec<PathBuf> = workflows.map(|entry| entry.unwrap().path()).collect();
    paths.extend(["action.yml", "docs/ci.md"].map(|name| root().join(name)));
    let read = |path: PathBuf| {
        let text = fs::read_to_string(&path).unwrap();
        (path, text)
    };
    paths.into_iter().map(read).collect()
}

#[test]
fn each_action_of_others_is_pinned_by_its_commit() {
    let mut seen = 0;
    for (path, text) in pipelines() {
        for line in text.lines() {
            let Some((_, used)) = line.split_once("uses: ") else {
                continue;
            };
            if used == "./" || used.starts_with("OWNER/cimdspec@COMMIT # v") {
                continue;
            }
            seen += 1;
            let (commit, version) = used
                .split_once('@')
                .unwrap()
                .1
                .split_once(" # v")
                .unwrap_or_default();
            let is_commit = commit.len() == 40 && commit.chars().all(|c| c.is_ascii_hexdigit());
            assert!(is_commit && !version.is_empty(), "{}: {used}", path.display());
        }
    }
    assert!(seen > 8, "{seen}");
}

/// An input in the text of a script would be executed.
#[test]
fn no_input_is_part_of_a_script() {
    for (path, text) in pipelines() {
        let scripts = text.lines().filter(|line| line.trim_start().starts_with("run:"));
        for line in scripts {
            assert!(!line.contains("${{"), "{}: {line}", path.display());
        }
    }
    let action = fs::read_to_string(root().join("action.yml")).unwrap();
    for script in ["install", "prepare", "run", "finish"] {
        assert!(
            action.contains(&format!("'\"$GITHUB_ACTION_PATH/.ci/action/{script}\"'")),
            "{script}"
        );
    }
}
