//! What the README and the docs show is what the program does: each command exists, each scenario is valid, and each
//! shown output is printed.
//!
//! An example of output is a block that begins with `$ cimdspec …`. In it `...` stands for text that is left out, and
//! numbers and generated names may differ.

use std::io::Write;
use std::path::Path;
use std::path::PathBuf;
use std::process::Command;

use crate::sandboxed::ended;

const BINARY: &str = env!("CARGO_BIN_EXE_cimdspec");
const LEFT_OUT: &str = "...";
const MARGIN: &str = "    ";

fn root() -> &'static Path {
    Path::new(env!("CARGO_MANIFEST_DIR"))
}

/// The pages for users and contributors, with their text.
fn pages() -> Vec<(PathBuf, String)> {
    let of_docs = std::fs::read_dir(root().join("docs")).unwrap();
    let mut paths: Vec<PathBuf> = of_docs.map(|entry| entry.unwrap().path()).collect();
    paths.retain(|path| path.extension().is_some_and(|extension| extension == "md"));
    paths.extend(["README.md", "CONTRIBUTING.md"].map(|name| root().join(name)));
    paths.sort();
    let read = |path: PathBuf| {
        let text = std::fs::read_to_string(&path).unwrap();
        (path, text)
    };
    paths.into_iter().map(read).collect()
}

/// The blocks of lines with a margin, joined where a line ends with a backslash.
fn blocks(text: &str) -> Vec<Vec<String>> {
    let mut blocks: Vec<Vec<String>> = vec![Vec::new()];
    let mut fenced = false;
    for line in text.lines() {
        fenced ^= line.starts_with("```");
        match line.strip_prefix(MARGIN).filter(|_| !fenced) {
            Some(line) => blocks.last_mut().unwrap().push(line.to_owned()),
            None if line.is_empty() => blocks.last_mut().unwrap().push(String::new()),
            None => blocks.push(Vec::new()),
        }
    }
    blocks.retain(|block| block.iter().any(|line| !line.is_empty()));
    blocks
}

/// The arguments of a line that runs cimdspec.
fn arguments(line: &str) -> Option<Vec<String>> {
    let line = line.strip_prefix("$ ").unwrap_or(line);
    let mut words = shlex::split(line)?.into_iter();
    let program = words.next()?;
    matches!(program.as_str(), "cimdspec" | "target/release/cimdspec").then(|| words.collect())
}

/// Every command line of a page: in a block, or between backticks.
fn commands(text: &str) -> Vec<Vec<String>> {
    let joined = text.replace("\\\n", " ");
    let in_blocks = blocks(&joined).into_iter().flat_map(|block| {
        // Beside commands with their `$` there is output.
        let has_output = block.iter().any(|line| line.starts_with("$ "));
        let is_command = move |line: &String| !has_output || line.starts_with("$ ");
        block.into_iter().filter(is_command)
    });
    let in_words = text.split('`').skip(1).step_by(2).map(str::to_owned);
    in_blocks
        .chain(in_words)
        .filter_map(|line| arguments(&line))
        .collect()
}

/// The text with every number and generated name replaced, and with single spaces.
fn masked(line: &str) -> String {
    let mut out = String::new();
    let mut word = String::new();
    for character in line.chars().chain([' ']) {
        if character.is_ascii_alphanumeric() {
            word.push(character);
            continue;
        }
        let has_digit = word.chars().any(|character| character.is_ascii_digit());
        out.push_str(if has_digit { "N" } else { &word });
        word.clear();
        if character != ' ' || !out.ends_with(' ') {
            out.push(character);
        }
    }
    out.trim().to_owned()
}

/// Whether a shown line is that printed line.
fn is_shown(shown: &str, printed: &str) -> bool {
    let (shown, printed) = (masked(shown), masked(printed));
    let mut rest = printed.as_str();
    for (at, part) in shown.split(LEFT_OUT).enumerate() {
        match rest.find(part.trim()) {
            Some(0) => rest = &rest[part.trim().len()..],
            Some(found) if at > 0 => rest = &rest[found + part.trim().len()..],
            _ => return false,
        }
    }
    shown.ends_with(LEFT_OUT) || rest.is_empty()
}

/// Requires that the printed lines have the shown ones in this order.
fn assert_shown(shown: &[String], printed: &str, page: &str) {
    let mut lines = printed.lines();
    for line in shown {
        assert!(
            line.trim().is_empty() || line.trim() == LEFT_OUT || lines.any(|printed| is_shown(line, printed)),
            "{page}: the program does not print, in this place:\n{line}\n--- it prints:\n{printed}"
        );
    }
}

/// The examples of a block: a command, and the lines that it prints.
fn examples(block: &[String]) -> Vec<(Vec<String>, Vec<String>)> {
    let mut examples: Vec<(Vec<String>, Vec<String>)> = Vec::new();
    for line in block {
        match (line.starts_with("$ "), examples.last_mut()) {
            (true, _) => examples.push((arguments(line).unwrap_or_default(), Vec::new())),
            (false, Some((_, shown))) => shown.push(line.clone()),
            (false, None) => {}
        }
    }
    examples.retain(|(arguments, shown)| !arguments.is_empty() && shown.iter().any(|line| !line.is_empty()));
    examples
}

#[test]
fn each_command_of_the_docs_exists() {
    let mut seen = 0;
    for (path, text) in pages() {
        for arguments in commands(&text) {
            let own = arguments
                .iter()
                .position(|word| word == "--")
                .unwrap_or(arguments.len());
            // `--help` ends the reading of a line that is right so far, before anything runs.
            let output = Command::new(BINARY)
                .args(&arguments[..own])
                .arg("--help")
                .output()
                .unwrap();
            let said = String::from_utf8_lossy(&output.stderr);
            assert!(
                output.status.success(),
                "{}: `cimdspec {}`: {said}",
                path.display(),
                arguments.join(" ")
            );
            seen += 1;
        }
    }
    assert!(seen > 30, "only {seen} commands were found in the docs");
}

#[test]
fn each_scenario_of_the_tutorial_is_valid() {
    let text = std::fs::read_to_string(root().join("docs/scenarios.md")).unwrap();
    let folder = tempfile::tempdir().unwrap();
    let scenarios: Vec<&str> = text
        .split("```toml\n")
        .skip(1)
        .filter_map(|block| block.split("```").next())
        .collect();
    assert_eq!(scenarios.len(), 3);
    for (number, scenario) in scenarios.iter().enumerate() {
        let path = folder.path().join(format!("example-{number}.toml"));
        std::fs::write(&path, scenario).unwrap();
        let output = Command::new(BINARY).arg("check").arg(&path).output().unwrap();
        let said = String::from_utf8_lossy(&output.stderr);
        assert!(output.status.success(), "example {number}: {said}");
    }
}

#[test]
fn each_shown_output_is_printed() {
    let folder = tempfile::tempdir().unwrap();
    std::os::unix::fs::symlink(root().join("targets"), folder.path().join("targets")).unwrap();
    let mut seen = 0;
    for (path, text) in pages() {
        for (arguments, shown) in blocks(&text).iter().flat_map(|block| examples(block)) {
            seen += 1;
            if can_run(&arguments) {
                let both = folder.path().join("printed");
                let file = std::fs::File::create(&both).unwrap();
                ended(
                    Command::new(BINARY)
                        .args(&arguments)
                        .current_dir(folder.path())
                        .stdout(file.try_clone().unwrap())
                        .stderr(file),
                );
                let printed = std::fs::read_to_string(&both).unwrap();
                assert_shown(&shown, &printed, &path.display().to_string());
            }
        }
    }
    assert!(
        seen >= 3,
        "only {seen} examples with their output were found in the docs"
    );
}

/// Whether what a command starts is installed. If not, that is said past the test runner, which keeps what tests print to itself.
fn can_run(arguments: &[String]) -> bool {
    const INSTALLED: &str = "targets/.installed/oidc-provider-9.13.3";
    let needs_server = arguments.iter().any(|word| word == "server.toml");
    if needs_server && !root().join(INSTALLED).exists() {
        let told = format!(
            "!!!! NOT RUN: `cimdspec {}`: `targets/install` installs its server\n",
            arguments.join(" ")
        );
        std::io::stderr().write_all(told.as_bytes()).unwrap();
        return false;
    }
    true
}

#[test]
fn a_shown_line_may_leave_out_text_and_not_change_it() {
    assert!(is_shown("  cases: 12 in 3.4 s", "  cases: 7 in   11.2 s"));
    assert!(is_shown(
        "GET https://docs-1f.test/a?...",
        "GET https://docs-2e.test/a?b=c"
    ));
    assert!(is_shown("GET ... -> status 200", "GET /x -> status 404"));
    assert!(!is_shown("GET /a", "GET /b"));
    assert!(!is_shown("GET /a", "GET /a and more"));
    assert!(!is_shown("a ... c", "b c"));
}
