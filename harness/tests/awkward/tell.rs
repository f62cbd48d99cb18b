//! What is told of a run: enough to review a verdict, and nothing that differs from run to run.

use std::collections::BTreeMap;
use std::collections::BTreeSet;

use serde_json::Value;

use crate::awkward::Ended;

/// How often something happened, where a review can tell it.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Counts {
    /// Each run gives the same numbers.
    Same,
    /// Who meets whom decides, so only what happened is told.
    ByChance,
}

/// A run in lines: exit code, tally, broken checks, open questions, deaths, calibration.
pub fn told(ended: &Ended, counts: Counts) -> String {
    let times = |count: &usize| match counts {
        Counts::Same => count.to_string(),
        Counts::ByChance => "some".to_owned(),
    };
    let report = &ended.report;
    let findings = report["findings"].as_array().unwrap();
    let mut tally: BTreeMap<String, usize> = BTreeMap::new();
    let mut broken: BTreeMap<String, usize> = BTreeMap::new();
    let mut open: BTreeMap<String, usize> = BTreeMap::new();
    for finding in findings {
        let outcome = text(&finding["outcome"]);
        *tally.entry(kind(&outcome, finding).to_owned()).or_default() += 1;
        if outcome == "fail" {
            let told = format!("{}: {}", kind(&outcome, finding), check(finding));
            *broken.entry(told).or_default() += 1;
        } else if outcome != "pass" {
            let why = finding["reason"]["text"]
                .as_str()
                .or(finding["recorded"].as_str());
            let why = without_names(why.unwrap_or_default());
            *open.entry(format!("{outcome}: {why}")).or_default() += 1;
        }
    }
    let tally: Vec<String> = tally
        .iter()
        .map(|(kind, count)| format!("{} {kind}", times(count)))
        .collect();
    let mut lines = vec![format!("exit {}; {}", ended.exit, tally.join(", "))];
    let counted = broken.iter().chain(&open);
    lines.extend(counted.map(|(what, count)| format!("{} {what}", times(count))));
    lines.extend(deaths(report));
    let calibration = report["calibration"].as_array().unwrap();
    lines.extend(
        calibration
            .iter()
            .map(|words| format!("calibration: {}", without_names(&text(words)))),
    );
    lines.join("\n")
}

/// The checks that a run found broken at the level of a violation.
pub fn violated(report: &Value) -> BTreeSet<String> {
    let findings = report["findings"].as_array().unwrap();
    findings.iter().filter(is_violation).map(check).collect()
}

/// The same, each with its variant.
pub fn violations(report: &Value) -> BTreeSet<String> {
    let findings = report["findings"].as_array().unwrap();
    findings.iter().filter(is_violation).map(id).collect()
}

/// The checks that passed, each with its variant.
pub fn passing(report: &Value) -> BTreeSet<String> {
    let findings = report["findings"].as_array().unwrap();
    findings
        .iter()
        .filter(|finding| finding["outcome"] == "pass")
        .map(id)
        .collect()
}

fn is_violation(finding: &&Value) -> bool {
    kind(&text(&finding["outcome"]), finding) == "violation"
}

fn id(finding: &Value) -> String {
    format!("{} {}", check(finding), finding["variant"]["axes"])
}

fn deaths(report: &Value) -> BTreeSet<String> {
    let deaths = report["deaths"].as_array().unwrap();
    deaths
        .iter()
        .map(|death| {
            let of = death["case"].as_str().unwrap_or("no case that could be named");
            format!("died of {of}: {}", text(&death["how"]))
        })
        .collect()
}

fn kind<'a>(outcome: &'a str, finding: &Value) -> &'a str {
    match (outcome, finding["level"].as_str()) {
        ("fail", Some("must")) => "violation",
        ("fail", Some("should")) => "warning",
        ("fail", _) => "note",
        _ => outcome,
    }
}

fn check(finding: &Value) -> String {
    format!(
        "{}#{}",
        text(&finding["variant"]["scenario"]),
        text(&finding["check"])
    )
}

fn text(value: &Value) -> String {
    value.as_str().unwrap_or_default().to_owned()
}

/// The text without the part of host names that is different in every run.
fn without_names(text: &str) -> String {
    let mut told = String::new();
    let mut rest = text;
    while let Some(end) = rest.find(".cimdspec.dev") {
        let (before, after) = rest.split_at(end);
        let label = before.rfind('-').map_or(before, |dash| &before[..dash]);
        told.push_str(label);
        told.push_str("-*");
        let next = &after[1..];
        let until = next
            .find(|c: char| !(c.is_alphanumeric() || c == '.'))
            .unwrap_or(next.len());
        told.push_str(&after[..=until]);
        rest = &next[until..];
    }
    told + rest
}
