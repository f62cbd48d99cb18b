//! What the gates of a run left out, and what did not decide.

use std::fmt::Write;

use cimdspec_model::report::Report;

use crate::paint::Paint;
use crate::words::one_line;
use crate::words::plural;

/// So many ids are named.
const NAMED: usize = 3;

/// The lines; nothing where all was run and all decides.
pub(crate) fn gates(out: &mut String, report: &Report, paint: Paint) {
    let before = out.len();
    let gates = &report.gates;
    if let Some(failures) = gates.ended_after {
        let told = format!("ended after {}", plural(failures, "failure"));
        let _ = writeln!(
            out,
            "{}: `--max-failures {failures}` was reached, and the rest was not run",
            paint.doubtful(&told)
        );
    }
    if !gates.left_out.is_empty() || !gates.unchecked.is_empty() {
        let _ = writeln!(out, "{}:", paint.doubtful("left out by `--quick`"));
        for (why, count) in &gates.left_out {
            let _ = writeln!(out, "  {count:>6} {}", one_line(why));
        }
        if !gates.unchecked.is_empty() {
            let count = gates.unchecked.len();
            let _ = writeln!(
                out,
                "  {count:>6} checks were not run at all: {}",
                named(&gates.unchecked)
            );
        }
    }
    if let Some(since) = gates.since.as_ref().filter(|_| !gates.newer.is_empty()) {
        let told = format!("{} not in release {since}", plural(gates.newer.len(), "check"));
        let _ = writeln!(
            out,
            "{} did not pass; this does not fail the run: {}",
            paint.doubtful(&told),
            named(&gates.newer)
        );
    }
    if out.len() > before {
        out.push('\n');
    }
}

/// The first few, and how many are left.
fn named(ids: &[String]) -> String {
    let shown: Vec<String> = ids.iter().take(NAMED).map(|id| one_line(id)).collect();
    match ids.len().saturating_sub(NAMED) {
        0 => shown.join(", "),
        rest => format!("{}, and {rest} more", shown.join(", ")),
    }
}
