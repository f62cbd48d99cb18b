//! `cimdspec diff`: what changed between two reports, rule by rule.

use std::collections::BTreeMap;
use std::fmt::Write;
use std::path::Path;

use cimdspec_model::report::Report;
use cimdspec_model::verdict::Finding;
use cimdspec_model::verdict::Outcome;
use cimdspec_model::verdict::Verdict;

use crate::exit::Exit;
use crate::exit::Stop;
use crate::output::show;
use crate::session::document;

/// How many variants of one check are named.
const NAMED: usize = 4;

/// A finding's place among the better and the worse: what a reader of a difference wants to know.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
enum Standing {
    Kept,
    /// Not applicable: what it is about does not come about, for example because it is refused before.
    Void,
    Untold,
    Broken(Verdict),
}

/// Compares two reports; a rule that the second breaks and the first did not is a violation.
pub(crate) fn diff(before: &Path, after: &Path) -> Result<Exit, Stop> {
    let (before, after) = (document::read(before)?, document::read(after)?);
    let Compared {
        changes,
        only_before,
        only_after,
    } = compared(&before, &after);
    let mut out = format!(
        "before  {}, {}\nafter   {}, {}\n",
        before.target.name, before.harness, after.target.name, after.harness
    );
    let mut newly_broken = false;
    for (heading, chooses) in [
        ("newly broken", is_broken as fn(&Change) -> bool),
        ("repaired", is_repaired),
        ("broken before, not applicable now", is_void),
        ("no longer judged", is_lost),
        ("now judged", is_gained),
    ] {
        let chosen: Vec<&Change> = changes.iter().filter(|change| chooses(change)).collect();
        newly_broken |= heading == "newly broken"
            && chosen
                .iter()
                .any(|change| change.after == Some(Standing::Broken(Verdict::Violation)));
        if !chosen.is_empty() {
            let _ = write!(out, "\n{heading}\n{}", grouped(&chosen));
        }
    }
    if changes.is_empty() {
        out.push_str("\nno difference\n");
    }
    for (count, which) in [(only_before, "before"), (only_after, "after")] {
        if count > 0 {
            let _ = write!(
                out,
                "\n{count} checks are in the report {which} only, and not compared"
            );
        }
    }
    show(out.trim_end());
    Ok(if newly_broken {
        Exit::Violation
    } else {
        Exit::Clean
    })
}

/// What two reports have in common, and how much only one has.
struct Compared {
    changes: Vec<Change>,
    only_before: usize,
    only_after: usize,
}

/// A check of a variant that stands differently.
struct Change {
    check: String,
    axes: String,
    citation: String,
    before: Option<Standing>,
    after: Option<Standing>,
}

fn is_broken(change: &Change) -> bool {
    matches!(change.after, Some(Standing::Broken(_)))
}

fn is_repaired(change: &Change) -> bool {
    matches!(change.before, Some(Standing::Broken(_))) && change.after == Some(Standing::Kept)
}

fn is_void(change: &Change) -> bool {
    matches!(change.before, Some(Standing::Broken(_))) && change.after == Some(Standing::Void)
}

fn is_lost(change: &Change) -> bool {
    !is_broken(change) && !is_void(change) && change.after != Some(Standing::Kept)
}

fn is_gained(change: &Change) -> bool {
    change.after == Some(Standing::Kept) && !is_repaired(change)
}

fn compared(before: &Report, after: &Report) -> Compared {
    let by_id = |report: &'_ Report| -> BTreeMap<String, Finding> {
        let findings = report.findings.iter().cloned();
        findings.map(|finding| (finding.id(), finding)).collect()
    };
    let (before, after) = (by_id(before), by_id(after));
    let mut ids: Vec<&String> = before.keys().chain(after.keys()).collect();
    ids.sort();
    ids.dedup();
    let only = |one: &BTreeMap<String, Finding>, other: &BTreeMap<String, Finding>| {
        one.keys().filter(|id| !other.contains_key(*id)).count()
    };
    let (only_before, only_after) = (only(&before, &after), only(&after, &before));
    let is_common = |id: &&String| before.contains_key(*id) && after.contains_key(*id);
    let changes = ids
        .into_iter()
        .filter(is_common)
        .filter_map(|id| {
            let (was, is) = (before.get(id), after.get(id));
            let (before, after) = (was.map(standing), is.map(standing));
            let finding = is.or(was).filter(|_| before != after)?;
            let axes: Vec<String> = finding
                .variant
                .axes
                .iter()
                .map(|(_, slug)| slug.clone())
                .collect();
            Some(Change {
                check: format!("{}#{}", finding.variant.scenario, finding.check),
                axes: axes.join(","),
                citation: finding.citation_with(&finding.clauses.iter().collect::<Vec<_>>()),
                before,
                after,
            })
        })
        .collect();
    Compared {
        changes,
        only_before,
        only_after,
    }
}

fn standing(finding: &Finding) -> Standing {
    match (finding.verdict(), &finding.outcome) {
        (Some(verdict), _) => Standing::Broken(verdict),
        (None, Outcome::Pass) => Standing::Kept,
        (None, Outcome::NotApplicable(_)) => Standing::Void,
        (None, _) => Standing::Untold,
    }
}

/// One line for each check, with its variants.
fn grouped(changes: &[&Change]) -> String {
    let mut checks: BTreeMap<(&str, &str), Vec<&str>> = BTreeMap::new();
    for change in changes {
        checks
            .entry((&change.check, &change.citation))
            .or_default()
            .push(&change.axes);
    }
    let mut out = String::new();
    for ((check, citation), variants) in checks {
        let _ = writeln!(out, "  {check}  ({citation})");
        let named: Vec<&str> = variants
            .iter()
            .copied()
            .filter(|axes| !axes.is_empty())
            .take(NAMED)
            .collect();
        if !named.is_empty() {
            let rest = variants.len().saturating_sub(named.len());
            let more = if rest > 0 {
                format!("; and {rest} more")
            } else {
                String::new()
            };
            let _ = writeln!(out, "      {}{more}", named.join("; "));
        }
    }
    out
}
