//! The evidence of a finding on the screen: what decides, and how it came to that.

use std::fmt::Write;

use cimdspec_model::verdict::Finding;

use crate::paint::Paint;
use crate::words::one_line;
use crate::words::plural;

const MOST_LINES: usize = 8;
/// The others show how it came to that.
const MOST_DECISIVE: usize = 4;

/// The lines that are shown of a finding, in the order of time; those that decide stand out.
pub(crate) fn excerpt(out: &mut String, finding: &Finding, paint: Paint) {
    let shown = shown(finding);
    let mut next = 0;
    for place in &shown {
        let gap = place - next;
        if gap > 0 {
            let _ = writeln!(out, "             {}", paint.faint("…"));
        }
        next = place + 1;
        let line = one_line(&finding.evidence[*place]);
        let line = match finding.decisive.contains(place) {
            true => paint.strong(&line),
            false => paint.faint(&line),
        };
        let _ = writeln!(out, "             {line}");
    }
    let left_off = finding.evidence.len() - shown.len();
    if left_off > 0 {
        let more = format!("and {} in report.json", plural(left_off, "more line"));
        let _ = writeln!(out, "             {}", paint.faint(&more));
    }
}

/// The places of what is shown: what decides, and of the rest what was first.
fn shown(finding: &Finding) -> Vec<usize> {
    let count = finding.evidence.len();
    let decisive = finding.decisive.iter().copied().filter(|place| *place < count);
    let mut shown: Vec<usize> = decisive.take(MOST_DECISIVE).collect();
    for place in 0..count {
        if shown.len() < MOST_LINES && !shown.contains(&place) {
            shown.push(place);
        }
    }
    shown.sort_unstable();
    shown
}
