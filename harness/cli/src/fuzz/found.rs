//! What was found, on the disk: a scenario file and a tape for each key, and a summary.

use std::collections::BTreeMap;
use std::fs;
use std::path::Path;
use std::path::PathBuf;

use cimdspec_generate::Key;
use cimdspec_generate::World;
use cimdspec_model::gate::Gate;
use cimdspec_model::made::Made;
use cimdspec_model::verdict::Verdict;
use serde::Serialize;

use crate::exit::Exit;
use crate::exit::Stop;
use crate::fuzz::confirm::Confirmed;
use crate::fuzz::corpus::TAPE;
use crate::fuzz::tally::Walks;

const FOUND: &str = "found";
const SUMMARY: &str = "fuzz.json";

/// One key with what shows it.
#[derive(Debug, Clone, Serialize)]
pub(crate) struct Found {
    /// The name of its files.
    pub(crate) name: String,
    pub(crate) key: Key,
    /// The check of the world that fails; nothing where the server died.
    #[serde(skip)]
    check: Option<String>,
    /// `violation`, `warning` or `note`.
    pub(crate) verdict: &'static str,
    /// What was expected, and what was seen.
    pub(crate) expected: String,
    pub(crate) seen: String,
    /// In how many walks of how many.
    pub(crate) walks: (usize, usize),
    /// How many mutations and steps are left.
    pub(crate) mutations: usize,
    pub(crate) steps: usize,
    /// How often it came, first and later.
    pub(crate) times: usize,
    /// Whether the baseline names a check of its clause.
    pub(crate) known: bool,
    /// Whether it fails the run.
    pub(crate) fails: bool,
}

impl Found {
    /// A finding that came again; `known` says whether the baseline names its rule. With a gate what a baseline
    /// would have to name fails the run, without one everything that is not known.
    pub(crate) fn of(confirmed: &Confirmed, known: bool, gate: Option<&Gate>) -> Self {
        let Confirmed {
            key,
            world,
            finding,
            seen,
            ..
        } = confirmed;
        let (verdict, expected, seen_now) = match finding {
            Some(finding) => (
                finding.verdict().unwrap_or(Verdict::Note),
                finding.expected.clone(),
                finding.seen.clone(),
            ),
            None => (
                Verdict::Violation,
                "the server lives".to_owned(),
                "the server died".to_owned(),
            ),
        };
        Self {
            name: key.name(),
            verdict: verdict.word(),
            expected,
            seen: seen_now,
            walks: *seen,
            mutations: world.fields.len(),
            steps: world.plan.steps.len(),
            times: 1,
            known,
            fails: !known
                && gate
                    .zip(finding.as_ref())
                    .is_none_or(|(gate, finding)| gate.needs_entry(finding)),
            check: finding.as_ref().map(|finding| finding.check.to_string()),
            key: key.clone(),
        }
    }
}

/// The folder of a fuzzing run.
pub(crate) struct Folder {
    path: PathBuf,
}

impl Folder {
    pub(crate) fn of(path: PathBuf) -> Self {
        Self { path }
    }

    pub(crate) fn path(&self) -> &Path {
        &self.path
    }

    /// The output of a launched server.
    pub(crate) fn log(&self) -> PathBuf {
        self.path.join("server.log")
    }

    /// Keeps a finding: the scenario that shows it, and its tape.
    pub(crate) fn keep(&self, found: &Found, world: &World, reproduce: &Made) -> Result<(), Stop> {
        let text = match &found.check {
            Some(check) => world.text_with(check),
            None => world.text.clone(),
        };
        let heading = [
            found.key.to_string(),
            format!("expected: {}", found.expected),
            format!(
                "seen: {}, in {} of {} walks",
                found.seen, found.walks.0, found.walks.1
            ),
            format!(
                "again: {}",
                reproduce.with(&format!(" {}", self.file(&found.name, "toml").display()))
            ),
            world.tape.to_string(),
        ];
        let heading: String = heading
            .iter()
            .map(|line| format!("# {}\n", one_line(line)))
            .collect();
        self.write(&found.name, "toml", &format!("{heading}\n{text}"))?;
        self.write(
            &found.name,
            TAPE,
            &format!("{}\n{}\n", world.tape, found.key.rule()),
        )
    }

    /// Where a file of a finding is.
    pub(crate) fn file(&self, name: &str, kind: &str) -> PathBuf {
        self.path.join(FOUND).join(format!("{name}.{kind}"))
    }

    fn write(&self, name: &str, kind: &str, text: &str) -> Result<(), Stop> {
        let path = self.file(name, kind);
        let written = fs::create_dir_all(self.path.join(FOUND)).and_then(|()| fs::write(&path, text));
        written.map_err(|error| unwritten(&path, &error))
    }

    /// Writes the summary.
    pub(crate) fn close(&self, summary: &Summary<'_>) -> Result<(), Stop> {
        let path = self.path.join(SUMMARY);
        let text = serde_json::to_string_pretty(summary).map_err(|error| Stop::new(Exit::Fault, error))?;
        fs::write(&path, text).map_err(|error| unwritten(&path, &error))
    }
}

fn unwritten(path: &Path, error: &std::io::Error) -> Stop {
    Stop::new(
        Exit::Fault,
        format!("failed to write `{}`: {error}", path.display()),
    )
}

fn one_line(text: &str) -> String {
    text.chars()
        .map(|c| if c.is_control() { ' ' } else { c })
        .collect()
}

/// The summary of a fuzzing run.
#[derive(Serialize)]
pub(crate) struct Summary<'a> {
    pub(crate) harness: &'static str,
    pub(crate) tape_version: u32,
    pub(crate) seed: u64,
    pub(crate) target: &'a str,
    pub(crate) issuer: &'a str,
    pub(crate) milliseconds: u128,
    pub(crate) cases: usize,
    pub(crate) unfit: usize,
    pub(crate) signatures: usize,
    pub(crate) new_in_the_last_tenth: usize,
    pub(crate) interrupted: bool,
    /// Whether the target answered nothing any more.
    pub(crate) silent: bool,
    /// Candidates that did not come again.
    pub(crate) not_repeated: usize,
    pub(crate) left_behind: Vec<String>,
    pub(crate) found: &'a [Found],
    pub(crate) clauses: &'a BTreeMap<String, Walks>,
    pub(crate) not_fuzzed: Vec<&'a str>,
}
