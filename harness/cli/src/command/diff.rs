//! `cimdspec diff`: what changed between two reports, rule by rule.

use std::collections::BTreeMap;
use std::fmt::Write;
use std::path::Path;

use cimdspec_model::compared::Change;
use cimdspec_model::compared::Compared;
use cimdspec_model::compared::Kind;
use cimdspec_model::compared::Standing;
use cimdspec_model::compared::Standings;
use cimdspec_model::verdict::Verdict;

use crate::exit::Exit;
use crate::exit::Stop;
use crate::output::show;
use crate::session::document;

/// How many variants of one check are named.
const NAMED: usize = 4;

/// Compares two reports; a rule that the second breaks and the first did not is a violation.
pub(crate) fn diff(before: &Path, after: &Path) -> Result<Exit, Stop> {
    let (before, after) = (document::read(before)?, document::read(after)?);
    let compared = Compared::of(&Standings::of(&before), &Standings::of(&after));
    let mut out = format!(
        "before  {}, {}\nafter   {}, {}\n",
        before.target.name, before.harness, after.target.name, after.harness
    );
    for kind in Kind::ALL {
        let changes = compared.of_kind(kind);
        if !changes.is_empty() {
            let _ = write!(out, "\n{}\n{}", kind.heading(), grouped(&changes));
        }
    }
    if compared.changes.is_empty() {
        out.push_str("\nno difference\n");
    }
    for (count, which) in [(compared.only_before, "before"), (compared.only_after, "after")] {
        if count > 0 {
            let _ = write!(
                out,
                "\n{count} checks are in the report {which} only, and not compared"
            );
        }
    }
    show(out.trim_end());
    let violates = |change: &Change| change.after == Standing::Broken(Verdict::Violation);
    Ok(match compared.changes.iter().any(violates) {
        true => Exit::Violation,
        false => Exit::Clean,
    })
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
