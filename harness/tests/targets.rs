//! `targets/list` names every release that `targets/install` pins, for people and for the matrix of a CI job.

use std::collections::BTreeSet;
use std::path::Path;
use std::process::Command;
use std::process::Output;

use serde_json::Value;

fn root() -> &'static Path {
    Path::new(env!("CARGO_MANIFEST_DIR"))
}

fn script(name: &str, arguments: &[&str]) -> Output {
    let mut command = Command::new(root().join("targets").join(name));
    // A list does not depend on where it is asked for.
    command.args(arguments).current_dir("/").output().unwrap()
}

fn listed() -> Vec<Value> {
    let output = script("list", &["--json"]);
    assert_eq!(output.status.code(), Some(0));
    serde_json::from_slice(&output.stdout).unwrap()
}

fn word<'a>(release: &'a Value, member: &str) -> &'a str {
    release[member].as_str().unwrap()
}

/// The releases that are pinned, as `server-release`.
fn pinned() -> BTreeSet<String> {
    let mut pinned = BTreeSet::new();
    for server in std::fs::read_dir(root().join("targets")).unwrap() {
        let server = server.unwrap();
        let Ok(locks) = std::fs::read_dir(server.path().join("locks")) else {
            continue;
        };
        for lock in locks {
            let lock = lock.unwrap().file_name().into_string().unwrap();
            let release = lock.trim_end_matches(".txt").trim_end_matches(".sha512");
            pinned.insert(format!("{}-{release}", server.file_name().into_string().unwrap()));
        }
    }
    pinned
}

#[test]
fn each_pinned_release_is_listed_with_its_files() {
    let releases = listed();
    let names: BTreeSet<String> = releases
        .iter()
        .map(|release| format!("{}-{}", word(release, "server"), word(release, "version")))
        .collect();
    assert_eq!(names, pinned());
    assert_eq!(names.len(), releases.len(), "a release is listed twice");
    for release in &releases {
        let name = format!("{}-{}", word(release, "server"), word(release, "version"));
        assert_eq!(word(release, "profile"), format!("targets/{name}.toml"));
        assert_eq!(word(release, "install"), format!("targets/install {name}"));
        assert!(root().join(word(release, "profile")).exists(), "{name}");
        let baseline = format!("targets/{name}.baseline.toml");
        let expected = match root().join(&baseline).exists() {
            true => Value::from(baseline),
            false => Value::Null,
        };
        assert_eq!(release["baseline"], expected, "{name}");
    }
    assert!(releases.iter().any(|release| release["baseline"].is_null()));
}

#[test]
fn people_read_the_same_releases_the_older_first() {
    let text = String::from_utf8(script("list", &[]).stdout).unwrap();
    let lines: Vec<String> = listed()
        .iter()
        .map(|release| {
            let baseline = release["baseline"].as_str().unwrap_or("-");
            let words = ["server", "version", "profile"].map(|member| word(release, member));
            format!("{} {baseline}", words.join(" "))
        })
        .collect();
    assert_eq!(text.lines().collect::<Vec<_>>(), lines);
    let at = |release: &str| lines.iter().position(|line| line.starts_with(release)).unwrap();
    assert!(at("oidc-provider 9.9.1 ") < at("oidc-provider 9.11.0 "));
}

#[test]
fn what_is_not_a_target_or_a_flag_is_named() {
    for (name, argument, wanted) in [
        ("list", "--jsn", "write `targets/list` or `targets/list --json`"),
        (
            "install",
            "oidc-provider-9",
            "there is no target `oidc-provider-9`; there are: oidc-provider ",
        ),
    ] {
        let output = script(name, &[argument]);
        assert_eq!(output.status.code(), Some(64), "{name}");
        let told = String::from_utf8_lossy(&output.stderr);
        assert!(told.contains(wanted), "{told}");
        assert_eq!(output.stdout, b"");
    }
}
