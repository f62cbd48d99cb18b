//! The interop matrix as it is handed in at an event: a row for each kind of client, grant and document revision.

use std::collections::BTreeMap;
use std::fmt::Write;

use cimdspec_model::report::Report;
use cimdspec_model::verdict::Finding;
use cimdspec_model::verdict::Outcome;
use serde_json::Value;
use serde_json::json;

use crate::ci::escape::code;
use crate::ci::escape::plain;
use crate::time::day;
use crate::time::moment;

/// The family whose scenarios make the matrix.
const FAMILY: &str = "interop";
/// Every client of the matrix is one with a metadata document.
const IDENTIFICATION: &str = "client ID metadata document";
const HEADER: [&str; 7] = [
    "client identification",
    "client authentication",
    "grant",
    "PKCE",
    "document revision",
    "result",
    "seen",
];

/// What a scenario of the matrix is about.
struct About {
    scenario: &'static str,
    authentication: &'static str,
    grant: &'static str,
    pkce: &'static str,
}

const SCENARIOS: [About; 3] = [
    About {
        scenario: "interop/code-key",
        authentication: "private_key_jwt",
        grant: "authorization_code",
        pkce: "S256",
    },
    About {
        scenario: "interop/code-public",
        authentication: "none",
        grant: "authorization_code",
        pkce: "S256",
    },
    About {
        scenario: "interop/credentials-key",
        authentication: "private_key_jwt",
        grant: "client_credentials",
        pkce: "-",
    },
];

/// One row.
struct Row<'a> {
    about: Option<&'static About>,
    title: &'a str,
    revision: &'a str,
    findings: Vec<&'a Finding>,
}

/// The rows, by scenario and revision.
fn rows(report: &Report) -> Vec<Row<'_>> {
    let of_family = |finding: &&Finding| finding.variant.scenario.family() == FAMILY;
    let mut rows: BTreeMap<(&str, &str), Row> = BTreeMap::new();
    for finding in report.findings.iter().filter(of_family) {
        let scenario = finding.variant.scenario.as_str();
        let revision = finding.variant.axes.iter().find(|(axis, _)| axis == "revision");
        let revision = revision.map_or("", |(_, slug)| slug.as_str());
        let row = rows.entry((scenario, revision)).or_insert_with(|| Row {
            about: SCENARIOS.iter().find(|about| about.scenario == scenario),
            title: &finding.title,
            revision,
            findings: Vec::new(),
        });
        row.findings.push(finding);
    }
    rows.into_values().collect()
}

impl Row<'_> {
    fn cells(&self) -> [String; 6] {
        // A row of another catalogue is named by its title alone.
        let (authentication, grant, pkce) = match self.about {
            Some(about) => (about.authentication, about.grant, about.pkce),
            None => (self.title, "-", "-"),
        };
        [
            IDENTIFICATION.to_owned(),
            authentication.to_owned(),
            grant.to_owned(),
            pkce.to_owned(),
            format!("draft -{}", self.revision),
            self.result().to_owned(),
        ]
    }

    /// What became of it, in a word.
    fn result(&self) -> &'static str {
        let any = |is: fn(&Outcome) -> bool| self.findings.iter().any(|finding| is(&finding.outcome));
        match () {
            () if any(|outcome| matches!(outcome, Outcome::Fail)) => "refused",
            () if any(|outcome| matches!(outcome, Outcome::Error(_) | Outcome::Inconclusive(_))) => "unclear",
            () if any(|outcome| matches!(outcome, Outcome::NotRun(_))) => "not run",
            () if any(|outcome| matches!(outcome, Outcome::NotApplicable(_))) => "not supported",
            () => "works",
        }
    }

    /// Why it does not work: what was seen, or the reason.
    fn why(&self) -> &str {
        let broken = self
            .findings
            .iter()
            .find(|finding| finding.outcome == Outcome::Fail);
        let reason = || self.findings.iter().find_map(|finding| finding.outcome.why());
        match broken {
            Some(finding) => &finding.seen,
            None => reason().map_or("", |why| why.text.as_str()),
        }
    }
}

/// The matrix as Markdown, in columns that are even on a terminal, too.
pub fn interop(report: &Report) -> String {
    let mut out = format!("## Interop: {}\n\n", code(&report.target.name));
    let _ = writeln!(
        out,
        "{}, {}, cimdspec {}, {} environment\n",
        code(&report.target.issuer),
        moment(report.began),
        plain(&report.harness),
        plain(&report.environment)
    );
    let rows: Vec<Vec<String>> = rows(report)
        .iter()
        .map(|row| {
            let cells = row.cells().into_iter().map(|cell| plain(&cell));
            let why = row.why();
            let why = if why.is_empty() { String::new() } else { code(why) };
            cells.chain([why]).collect()
        })
        .collect();
    if rows.is_empty() {
        out.push_str("No row of the matrix was part of this run.\n");
        return out;
    }
    let widths: Vec<usize> = (0..HEADER.len())
        .map(|column| {
            let cells = rows.iter().map(|row| row[column].chars().count());
            cells.chain([HEADER[column].len()]).max().unwrap_or(0)
        })
        .collect();
    let header: Vec<String> = HEADER.iter().map(|cell| (*cell).to_owned()).collect();
    line(&mut out, &header, &widths);
    let rule: Vec<String> = widths.iter().map(|width| "-".repeat(*width)).collect();
    line(&mut out, &rule, &widths);
    for row in &rows {
        line(&mut out, row, &widths);
    }
    out
}

/// A row of the table; the last column is as wide as its text.
fn line(out: &mut String, cells: &[String], widths: &[usize]) {
    let last = cells.len().saturating_sub(1);
    for (column, (cell, width)) in cells.iter().zip(widths).enumerate() {
        let _ = match column == last {
            true => write!(out, "| {cell} |"),
            false => write!(out, "| {cell:width$} "),
        };
    }
    out.push('\n');
}

/// The matrix as JSON.
///
/// # Errors
/// When a value has no JSON form, which these have.
pub fn interop_json(report: &Report) -> Result<String, serde_json::Error> {
    let rows: Vec<Value> = rows(report)
        .iter()
        .map(|row| {
            let [identification, authentication, grant, pkce, revision, result] = row.cells();
            let checks: Vec<String> = row.findings.iter().map(|finding| finding.id()).collect();
            json!({
                "client_identification": identification,
                "client_authentication": authentication,
                "grant": grant,
                "pkce": pkce,
                "document_revision": revision,
                "result": result,
                "seen": row.why(),
                "checks": checks,
            })
        })
        .collect();
    let table = json!({
        "target": report.target.name,
        "issuer": report.target.issuer,
        "date": day(report.began),
        "cimdspec": report.harness,
        "environment": report.environment,
        "rows": rows,
    });
    serde_json::to_string_pretty(&table)
}

#[cfg(test)]
mod tests {
    use cimdspec_model::requirement::level::Level;

    use super::*;
    use crate::fabricated::finding;
    use crate::fabricated::report;
    use crate::fabricated::snapshot;

    fn of(scenario: &str, revision: &str, outcome: Outcome) -> Finding {
        let mut finding = finding(scenario, Some(revision), Level::Advice, outcome);
        finding.variant.axes[0].0 = "revision".to_owned();
        finding
    }

    fn matrix() -> Report {
        let unsupported = Outcome::not_applicable("no grant `client_credentials`".to_owned());
        report(vec![
            of("interop/code-public", "02", Outcome::Pass),
            of("interop/code-public", "03", Outcome::Fail),
            of("interop/credentials-key", "02", unsupported),
            of("code/pkce/missing", "x", Outcome::Pass),
        ])
    }

    #[test]
    fn the_matrix_can_be_handed_in() {
        snapshot("interop_markdown", &interop(&matrix()));
        snapshot("interop_json", &interop_json(&matrix()).unwrap());
    }

    #[test]
    fn without_its_scenarios_the_matrix_says_so() {
        assert!(interop(&report(Vec::new())).contains("No row of the matrix"));
    }
}
