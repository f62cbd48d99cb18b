//! The same findings, grouped as somebody else reads them: by revision, by framework, by trait, as the interop matrix.

use std::collections::BTreeMap;
use std::fmt::Write;

use cimdspec_model::report::Report;
use cimdspec_model::verdict::Outcome;
use cimdspec_model::verdict::Tally;

use crate::interop::interop;
use crate::paint::Paint;
use crate::words::one_line;
use crate::words::others;
use crate::words::plural;

/// How a report is grouped beside the table of families.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum By {
    /// By the controls of published frameworks.
    Framework,
    /// Client kinds and grants against the revisions of documents.
    Interop,
    /// By frozen revision.
    Revision,
    /// What the target does where both ways are right.
    Trait,
}

/// The grouping as text, with its heading.
pub fn by(report: &Report, grouping: By, paint: Paint) -> String {
    let mut out = String::new();
    match grouping {
        By::Framework => frameworks(&mut out, report, paint),
        By::Interop => out.push_str(&interop(report)),
        By::Revision => revisions(&mut out, report, paint),
        By::Trait => traits(&mut out, report, paint),
    }
    out.push('\n');
    out
}

fn counted(tally: &Tally, paint: Paint) -> String {
    let broken = format!("{:>6}", tally.violation);
    let broken = if tally.violation > 0 {
        paint.bad(&broken)
    } else {
        paint.faint(&broken)
    };
    format!(
        "{:>6}  {:>6}  {broken}  {}",
        tally.total(),
        tally.pass,
        others(tally)
    )
    .trim_end()
    .to_owned()
}

fn revisions(out: &mut String, report: &Report, paint: Paint) {
    let header = format!(
        "  {:16}  {:>6}  {:>6}  {:>6}  other",
        "revision", "checks", "passed", "broken"
    );
    let _ = writeln!(out, "{}", paint.faint(&header));
    for of in &report.standing.revisions {
        let _ = writeln!(out, "  {:16}  {}", of.revision, counted(&of.tally, paint));
        if of.covered < of.checks {
            let lacking = format!(
                "{} of the frozen list were not part of this run",
                plural(of.checks - of.covered, "check")
            );
            let _ = writeln!(out, "  {:16}  {}", "", paint.faint(&lacking));
        }
    }
}

fn frameworks(out: &mut String, report: &Report, paint: Paint) {
    for framework in &report.standing.frameworks {
        let _ = writeln!(out, "{}", paint.strong(&framework.title));
        let widest = framework
            .controls
            .iter()
            .map(|of| of.control.len())
            .max()
            .unwrap_or_default();
        let header = format!(
            "  {:widest$}  {:>6}  {:>6}  {:>6}  other",
            "control", "checks", "passed", "broken"
        );
        let _ = writeln!(out, "{}", paint.faint(&header));
        for of in &framework.controls {
            let line = match of.tally.total() {
                0 if of.supported => paint.faint("not part of this run"),
                0 => paint.faint(&format!("only to be declared: {}", of.declarable.join(", "))),
                _ => counted(&of.tally, paint),
            };
            let _ = writeln!(out, "  {:widest$}  {line}", of.control);
            let _ = writeln!(out, "  {:widest$}  {}", "", paint.faint(&of.title));
            if !of.weaknesses.is_empty() {
                let weaknesses: Vec<String> = of.weaknesses.iter().map(|cwe| format!("CWE-{cwe}")).collect();
                let _ = writeln!(
                    out,
                    "  {:widest$}  what is broken is {}",
                    "",
                    weaknesses.join(", ")
                );
            }
        }
        out.push('\n');
    }
    let _ = writeln!(
        out,
        "{}",
        paint.strong("Declared by the operator, never passed by a test")
    );
    for declared in &report.standing.declared {
        let _ = writeln!(out, "  {}: {}", declared.id, declared.title);
        let says = match &declared.says {
            Some(says) => format!("declared: {}", one_line(says)),
            None => paint.faint("not declared"),
        };
        let _ = writeln!(out, "    {says}");
    }
}

/// Each trait with what was told, and how often.
fn traits(out: &mut String, report: &Report, paint: Paint) {
    let mut by_trait: BTreeMap<String, BTreeMap<&str, usize>> = BTreeMap::new();
    for finding in &report.findings {
        if let Outcome::Recorded(told) = &finding.outcome {
            let id = format!("{}#{}", finding.variant.scenario, finding.check);
            *by_trait.entry(id).or_default().entry(told).or_default() += 1;
        }
    }
    let _ = writeln!(
        out,
        "{}",
        paint.faint("  what the server does where both ways are right")
    );
    for (id, told) in &by_trait {
        let told: Vec<String> = told
            .iter()
            .map(|(told, times)| match times {
                1 => one_line(told),
                _ => format!("{} ({times} times)", one_line(told)),
            })
            .collect();
        let _ = writeln!(out, "  {id}: {}", told.join("; "));
    }
    if by_trait.is_empty() {
        let _ = writeln!(out, "  none was part of this run");
    }
}
