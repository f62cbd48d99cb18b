//! The report for people: a table by family, each broken rule in three lines, the doubts, and one last line.

use std::collections::BTreeMap;
use std::fmt::Write;

use cimdspec_model::name::ScenarioId;
use cimdspec_model::report::Report;
use cimdspec_model::report::Tally;
use cimdspec_model::verdict::Finding;
use cimdspec_model::verdict::Outcome;
use cimdspec_model::verdict::Verdict;

use crate::paint::Paint;

/// How many variants of one check are named before the rest is counted.
const NAMED_VARIANTS: usize = 3;
const EVIDENCE_LINES: usize = 8;
const LONGEST_LINE: usize = 160;

/// The report as text.
pub fn human(report: &Report, paint: Paint) -> String {
    let mut out = String::new();
    families(&mut out, report, paint);
    for (verdict, title) in [
        (Verdict::Violation, "VIOLATION"),
        (Verdict::Warning, "WARNING"),
        (Verdict::Note, "NOTE"),
    ] {
        for group in grouped(report, verdict) {
            broken(&mut out, title, &group, paint, verdict);
        }
    }
    doubts(&mut out, report, paint);
    last_line(&mut out, report, paint);
    out
}

/// The folder of a scenario, at most two words of it.
fn family(scenario: &ScenarioId) -> String {
    let words: Vec<&str> = scenario.as_str().split('/').collect();
    let folder = words.len().saturating_sub(1).clamp(1, 2);
    words[..folder.min(words.len())].join("/")
}

fn families(out: &mut String, report: &Report, paint: Paint) {
    let mut by_family: BTreeMap<String, Vec<&Finding>> = BTreeMap::new();
    for finding in &report.findings {
        by_family
            .entry(family(&finding.variant.scenario))
            .or_default()
            .push(finding);
    }
    let widest = by_family.keys().map(String::len).max().unwrap_or(6).max(6);
    let header = format!(
        "  {:widest$}  {:>6}  {:>6}  {:>9}  other",
        "family", "checks", "passed", "violations"
    );
    let _ = writeln!(out, "{}", paint.faint(&header));
    for (name, findings) in &by_family {
        let tally = Tally::of(findings.iter().copied());
        let violations = format!("{:>10}", tally.violation);
        let violations = if tally.violation > 0 {
            paint.bad(&violations)
        } else {
            paint.faint(&violations)
        };
        let line = format!(
            "  {name:widest$}  {:>6}  {:>6}  {violations}  {}",
            tally.total(),
            tally.pass,
            others(&tally)
        );
        let _ = writeln!(out, "{}", line.trim_end());
    }
    out.push('\n');
}

fn others(tally: &Tally) -> String {
    [
        (tally.warning, "warnings"),
        (tally.note, "notes"),
        (tally.inconclusive, "inconclusive"),
        (tally.not_applicable, "not applicable"),
        (tally.not_run, "not run"),
        (tally.error, "errors"),
    ]
    .iter()
    .filter(|(count, _)| *count > 0)
    .map(|(count, word)| format!("{count} {word}"))
    .collect::<Vec<_>>()
    .join(", ")
}

/// The broken findings of a verdict, the variants of one check together.
fn grouped(report: &Report, verdict: Verdict) -> Vec<Vec<&Finding>> {
    let mut groups: BTreeMap<String, Vec<&Finding>> = BTreeMap::new();
    for finding in report
        .findings
        .iter()
        .filter(|finding| finding.verdict() == Some(verdict))
    {
        let key = format!("{}#{}", finding.variant.scenario, finding.check);
        groups.entry(key).or_default().push(finding);
    }
    groups.into_values().collect()
}

fn broken(out: &mut String, title: &str, group: &[&Finding], paint: Paint, verdict: Verdict) {
    let Some(first) = group.first() else { return };
    let title = if verdict == Verdict::Violation {
        paint.bad(title)
    } else {
        paint.doubtful(title)
    };
    let _ = writeln!(out, "{title}  {}", paint.strong(&first.title));
    let _ = writeln!(
        out,
        "  rule       {} ({}, {})",
        first.clause,
        first.level.word(),
        first.citation
    );
    let _ = writeln!(out, "  expected   {}", first.expected);
    let _ = writeln!(out, "  seen       {}", first.seen);
    for line in first.evidence.iter().take(EVIDENCE_LINES) {
        let short: String = line.chars().take(LONGEST_LINE).collect();
        let _ = writeln!(out, "             {}", paint.faint(&short));
    }
    let _ = writeln!(out, "  reproduce  cimdspec run --only '{}'", first.id());
    if group.len() > 1 {
        let named: Vec<String> = group[1..]
            .iter()
            .take(NAMED_VARIANTS)
            .map(|finding| {
                finding
                    .variant
                    .axes
                    .iter()
                    .map(|(_, slug)| slug.as_str())
                    .collect::<Vec<_>>()
                    .join(",")
            })
            .collect();
        let rest = group.len() - 1 - named.len();
        let more = if rest > 0 {
            format!(" and {rest} more")
        } else {
            String::new()
        };
        let _ = writeln!(out, "  also       {}{more}", named.join("; "));
    }
    out.push('\n');
}

fn doubts(out: &mut String, report: &Report, paint: Paint) {
    for (word, reason_of) in [
        (
            "inconclusive",
            (|outcome: &Outcome| match outcome {
                Outcome::Inconclusive(why) => Some(why.clone()),
                _ => None,
            }) as fn(&Outcome) -> Option<String>,
        ),
        ("not applicable", |outcome| match outcome {
            Outcome::NotApplicable(why) => Some(why.clone()),
            _ => None,
        }),
        ("not run", |outcome| match outcome {
            Outcome::NotRun(why) => Some(why.clone()),
            _ => None,
        }),
        ("error", |outcome| match outcome {
            Outcome::Error(why) => Some(why.clone()),
            _ => None,
        }),
    ] {
        let mut reasons: BTreeMap<String, Vec<String>> = BTreeMap::new();
        for finding in &report.findings {
            if let Some(why) = reason_of(&finding.outcome) {
                reasons.entry(why).or_default().push(finding.id());
            }
        }
        for (why, ids) in reasons {
            let _ = writeln!(out, "{}  {why}", paint.doubtful(&format!("{} {word}", ids.len())));
            let _ = writeln!(out, "  {}", ids[0]);
        }
    }
    if !out.ends_with("\n\n") {
        out.push('\n');
    }
}

fn last_line(out: &mut String, report: &Report, paint: Paint) {
    let tally = Tally::of(&report.findings);
    let rest = others(&tally);
    let rest = if rest.is_empty() {
        String::new()
    } else {
        format!(", {rest}")
    };
    let counts = format!(
        "{} checks: {} passed, {} violations{rest}",
        tally.total(),
        tally.pass,
        tally.violation
    );
    let verdict = match (
        report.interrupted,
        tally.violation,
        tally.inconclusive + tally.error,
    ) {
        (true, ..) => paint.doubtful("interrupted: what is known is told above"),
        (false, 0, 0) => paint.good("no violation"),
        (false, 0, _) => paint.doubtful("no violation, but not everything could be concluded"),
        (false, ..) => paint.bad("the server breaks rules that it must keep"),
    };
    let _ = writeln!(out, "{verdict}\n{counts} in {:.1}s", report.took as f64 / 1000.0);
}
