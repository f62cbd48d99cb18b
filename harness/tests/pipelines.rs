//! What runs on the machines of others is pinned, and no input is part of a script.

use std::fs;
use std::path::Path;
use std::path::PathBuf;
use std::process::Command;

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

/// Who downloads a release asks for the name that the release script gave it.
#[test]
fn the_archives_of_a_release_have_one_name() {
    for (file, name) in [
        (".ci/release", "name=cimdspec-$tag-$target\n"),
        (".ci/action/install", "name=cimdspec-$version-$target\n"),
        (
            "Cargo.toml",
            "/cimdspec-v{ version }-{ target }{ archive-suffix }\"",
        ),
        ("docs/ci.md", "NAME=cimdspec-$VERSION-x86_64-unknown-linux-musl\n"),
        (
            "docs/ci.md",
            "name=cimdspec-$(version)-x86_64-unknown-linux-musl\n",
        ),
    ] {
        let text = fs::read_to_string(root().join(file)).unwrap();
        assert!(text.contains(name), "{file} has no `{name}`");
    }
}

#[test]
fn a_tag_of_another_version_makes_no_release() {
    let output = Command::new(root().join(".ci/release"))
        .args(["v999.0.0", "x86_64-unknown-linux-musl"])
        .output()
        .unwrap();
    let told = String::from_utf8_lossy(&output.stderr);
    assert_eq!(output.status.code(), Some(64), "{told}");
    let version = env!("CARGO_PKG_VERSION");
    assert!(
        told.contains(&format!(
            "the tag is `v999.0.0`, and Cargo.toml has version `v{version}`"
        )),
        "{told}"
    );
}

/// A part without a pod would be missing, and a pod without a part fails.
#[test]
fn the_job_has_a_pod_for_each_part() {
    let text = fs::read_to_string(root().join("deploy/job.yaml")).unwrap();
    let after = |words: &str| -> usize {
        let (_, rest) = text.split_once(words).unwrap();
        let digits: String = rest.chars().take_while(char::is_ascii_digit).collect();
        digits.parse().unwrap()
    };
    let parts = after("--partition=hash:job/");
    assert!(parts > 1);
    assert_eq!(after("completions: "), parts);
    assert_eq!(after("parallelism: "), parts);
}
