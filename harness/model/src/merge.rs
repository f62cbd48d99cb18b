//! The reports of all parts of a run as one report.

use std::collections::BTreeMap;
use std::collections::BTreeSet;

use crate::parts::Part;
use crate::report::Report;
use crate::report::Share;
use crate::requirement::compliance::Standing;
use crate::scenario::catalogue::Catalogue;
use crate::verdict::Finding;
use crate::verdict::Outcome;

/// Why reports are not the parts of one run.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
#[non_exhaustive]
pub enum MergeError {
    /// They differ in what must be the same.
    #[error("{what} differs: `{first}` has `{one}`, `{second}` has `{other}`")]
    Differs {
        /// In what they differ.
        what: &'static str,
        /// A report.
        first: String,
        /// What it has.
        one: String,
        /// Another report.
        second: String,
        /// What that has.
        other: String,
    },
    /// The scenarios of the reports are not those of the program.
    #[error("`{report}` was made with other scenarios than this program has")]
    OtherCatalogue {
        /// The report.
        report: String,
    },
    /// Some parts are not there.
    #[error("part {missing} of {of} is missing")]
    Missing {
        /// Their numbers.
        missing: String,
        /// How many there are.
        of: usize,
    },
    /// A report is about a whole run.
    #[error("`{report}` is not a part of a run")]
    NoPart {
        /// The report.
        report: String,
    },
    /// A part is there twice.
    #[error("`{first}` and `{second}` are both part {number} of {of}")]
    Twice {
        /// A report.
        first: String,
        /// Another report.
        second: String,
        /// Their number.
        number: usize,
        /// How many there are.
        of: usize,
    },
}

/// The report of the whole run; `digest` is that of the catalogue, and each part has a name for messages.
///
/// # Errors
/// [`MergeError`] when the reports are not all the parts of one run.
pub fn merged(
    mut parts: Vec<(String, Report)>,
    catalogue: &Catalogue,
    digest: &str,
) -> Result<Report, MergeError> {
    let of = complete(&parts)?;
    for (name, report) in &parts {
        same(&parts[0], (name, report))?;
        if report.digests.catalogue != digest {
            return Err(MergeError::OtherCatalogue { report: name.clone() });
        }
    }
    parts.sort_by_key(|(_, report)| report.selection.part);
    let ends = parts
        .iter()
        .map(|(_, report)| report.began * 1000 + report.took)
        .max();
    // What nothing was judged of in any part was idle in the whole run.
    let idle_in_all = |pattern: &String| parts.iter().all(|(_, report)| report.idle.contains(pattern));
    let idle: Vec<String> = parts[0]
        .1
        .idle
        .iter()
        .filter(|pattern| idle_in_all(pattern))
        .cloned()
        .collect();
    let mut reports = parts.into_iter().map(|(_, report)| report);
    let Some(mut whole) = reports.next() else {
        return Err(MergeError::Missing {
            missing: "1".to_owned(),
            of,
        });
    };
    for report in reports {
        whole.began = whole.began.min(report.began);
        whole.interrupted |= report.interrupted;
        add_new(&mut whole.calibration, report.calibration);
        whole.obstacle = whole.obstacle.or(report.obstacle);
        add_new(&mut whole.failures, report.failures);
        add_new(&mut whole.blocking, report.blocking);
        whole.brought_by.extend(report.brought_by);
        whole.deaths.extend(report.deaths);
        whole.left_behind.extend(report.left_behind);
        whole.throttled += report.throttled;
        whole.gates = whole.gates.joined(report.gates);
        whole.deviations = match (whole.deviations, report.deviations) {
            (Some(one), Some(other)) => Some(one.joined(other)),
            (one, other) => one.or(other),
        };
        whole.sentences.extend(report.sentences);
        whole.findings.extend(report.findings);
        whole.cases.extend(report.cases);
    }
    whole.idle = idle;
    whole.took = ends.unwrap_or_default().saturating_sub(whole.began * 1000);
    whole.selection.part = None;
    whole.findings = each_once(std::mem::take(&mut whole.findings), &whole.failures);
    whole.share = Share::of(&whole.findings);
    whole.cases.sort_by(|a, b| a.0.cmp(&b.0));
    let declared: BTreeMap<String, String> = whole
        .standing
        .declared
        .iter()
        .filter_map(|declared| Some((declared.id.clone(), declared.says.clone()?)))
        .collect();
    whole.standing = Standing::of(&whole.findings, catalogue, &declared);
    Ok(whole)
}

/// How many parts there are, if each is there once.
fn complete(parts: &[(String, Report)]) -> Result<usize, MergeError> {
    let mut there: BTreeMap<Part, &String> = BTreeMap::new();
    for (name, report) in parts {
        let part = report
            .selection
            .part
            .ok_or_else(|| MergeError::NoPart { report: name.clone() })?;
        if let Some(first) = there.insert(part, name) {
            return Err(MergeError::Twice {
                first: first.clone(),
                second: name.clone(),
                number: part.number,
                of: part.of,
            });
        }
    }
    let of = there.keys().next().map_or(1, |part| part.of);
    let numbers: BTreeSet<usize> = there.keys().map(|part| part.number).collect();
    let missing: Vec<String> = (1..=of)
        .filter(|number| !numbers.contains(number))
        .map(|number| number.to_string())
        .collect();
    match missing.is_empty() {
        true => Ok(of),
        false => Err(MergeError::Missing {
            missing: missing.join(", "),
            of,
        }),
    }
}

/// Whether two parts are of one run.
fn same(first: &(String, Report), second: (&String, &Report)) -> Result<(), MergeError> {
    type Of = fn(&Report) -> String;
    let compared: [(&'static str, Of); 14] = [
        ("the number of parts", |it| {
            it.selection
                .part
                .map_or(String::new(), |part| part.of.to_string())
        }),
        ("the version of cimdspec", |it| it.harness.clone()),
        ("the catalogue", |it| it.digests.catalogue.clone()),
        ("the profile", |it| it.digests.profile.clone().unwrap_or_default()),
        ("the target", |it| {
            format!("{} at {}", it.target.name, it.target.issuer)
        }),
        ("the environment", |it| it.environment.clone()),
        ("`--only`", |it| it.selection.only.join(" ")),
        ("`--revision`", |it| it.selection.revisions.join(" ")),
        ("the baseline", |it| {
            it.digests.baseline.clone().unwrap_or_default()
        }),
        ("`--fail-on`", |it| {
            let words: Vec<&str> = it.gates.fail_on.iter().map(|on| on.word()).collect();
            words.join(",")
        }),
        ("`--allow-inconclusive`", |it| {
            it.gates.allow_inconclusive.to_string()
        }),
        ("`--catalogue-since`", |it| {
            it.gates.since.clone().unwrap_or_default()
        }),
        ("`--load`", |it| it.selection.load.to_string()),
        ("what it was judged by", |it| {
            let names: Vec<&str> = it.law.claims.iter().map(|claim| claim.name.as_str()).collect();
            names.join(", ")
        }),
    ];
    for (what, of) in compared {
        let (one, other) = (of(&first.1), of(second.1));
        if one != other {
            return Err(MergeError::Differs {
                what,
                first: first.0.clone(),
                one,
                second: second.0.clone(),
                other,
            });
        }
    }
    Ok(())
}

fn add_new(into: &mut Vec<String>, more: Vec<String>) {
    for text in more {
        if !into.contains(&text) {
            into.push(text);
        }
    }
}

/// Each finding once, in the order of their ids.
///
/// What is looked at over a whole run is broken in each part that saw it broken. Where one part did, another one that
/// did not has a pass, which the whole run would not have.
fn each_once(findings: Vec<Finding>, failures: &[String]) -> Vec<Finding> {
    let check = |finding: &Finding| format!("{}#{}", finding.variant.scenario, finding.check);
    let broken: BTreeSet<String> = findings
        .iter()
        .filter(|finding| failures.contains(&finding.id()))
        .map(check)
        .collect();
    let mut by_id: BTreeMap<String, Finding> = BTreeMap::new();
    for finding in findings {
        let is_failure = finding.outcome == Outcome::Fail;
        if is_failure || !broken.contains(&check(&finding)) {
            by_id.entry(finding.id()).or_insert(finding);
        }
    }
    by_id.into_values().collect()
}
