//! What was tested, and by which law: the first lines of a report.

use std::fmt::Write;

use cimdspec_model::report::Report;
use cimdspec_model::requirement::claim::By;
use cimdspec_model::requirement::claim::EVERYTHING;

use crate::paint::Paint;
use crate::sentence::labelled;
use crate::share::not_asked;
use crate::share::tested;
use crate::words::one_line;

/// The texts whose sentences are notes where they are not claimed, each with how its name begins.
const OFTEN_CLAIMED: [(&str, &str); 2] = [("MCP", "MCP "), ("OAuth 2.1", "OAuth 2.1")];

/// The lines.
pub(crate) fn judged_by(report: &Report, paint: Paint) -> String {
    let mut out = String::new();
    let _ = writeln!(
        out,
        "  {}",
        paint.strong(&format!("{:10} {}", "tested", one_line(&tested(report))))
    );
    if let Some(share) = &report.share {
        for line in labelled("asked", &not_asked(share)) {
            let _ = writeln!(out, "  {line}");
        }
    }
    for line in labelled("judged by", &law(report)) {
        let _ = writeln!(out, "  {line}");
    }
    out.push('\n');
    out
}

/// The claims by who makes them, and what counts beside them.
pub(crate) fn law(report: &Report) -> String {
    let claims = &report.law.claims;
    let is_selected = claims.iter().any(|claim| claim.by == By::Selection);
    let mut told: Vec<String> = Vec::new();
    for by in [By::Profile, By::Mcp, By::Selection, By::Default, By::Metadata] {
        let names: Vec<&str> = claims
            .iter()
            .filter(|claim| claim.by == by)
            .map(|claim| claim.name.as_str())
            .collect();
        if !names.is_empty() {
            told.push(format!("{} ({})", names.join(", "), by.words()));
        }
    }
    let everything = claims.iter().any(|claim| claim.name == EVERYTHING);
    if is_selected || everything {
        return told.join("; ");
    }
    told.push("and the RFCs that bind every server, such as 6749 and 9700".to_owned());
    let unclaimed: Vec<&str> = OFTEN_CLAIMED
        .into_iter()
        .filter(|(_, text)| !report.law.law.texts.iter().any(|known| known.starts_with(text)))
        .map(|(name, _)| name)
        .collect();
    let notes = match unclaimed.is_empty() {
        true => String::new(),
        false => format!(". Not claimed, so notes only: {}", unclaimed.join(", ")),
    };
    format!("{}{notes}", told.join("; "))
}
