//! Whether a run tested all of a revision: nothing left out, open, or hidden.

use std::collections::BTreeMap;

use cimdspec_model::name::VariantId;
use cimdspec_model::reason::ReasonCode;
use cimdspec_model::report::Report;
use cimdspec_model::requirement::level::Level;
use cimdspec_model::requirement::revision::Revision;
use cimdspec_model::scenario::catalogue::Catalogue;
use cimdspec_model::verdict::Finding;
use cimdspec_model::verdict::Outcome;

/// What is missing for a revision, each with its reason; nothing where all of it was tested.
pub fn gaps(report: &Report, catalogue: &Catalogue, revision: &Revision) -> Vec<String> {
    let mut gaps = Vec::new();
    if report.interrupted {
        gaps.push("the run was interrupted".to_owned());
    }
    if let Some(obstacle) = &report.obstacle {
        gaps.push(format!("no right request was granted: {}", obstacle.cause));
    }
    let theirs = catalogue.clauses.of(&revision.law());
    let found: BTreeMap<(&VariantId, &str), &Finding> = report
        .findings
        .iter()
        .map(|finding| ((&finding.variant, finding.check.as_str()), finding))
        .collect();
    for plan in catalogue.plans().filter(|plan| !plan.is_of_the_run()) {
        for check in plan.checks.iter() {
            let listed = format!("{}#{}", plan.variant.scenario, check.id);
            let Some(clause) = theirs.deciding(&check.clauses) else {
                continue;
            };
            if !revision.checks.contains_key(&listed) {
                continue;
            }
            let id = format!("{}#{}", plan.variant, check.id);
            match found.get(&(&plan.variant, check.id.as_str())) {
                None => gaps.push(format!("{id}: not in the report")),
                Some(finding) => {
                    gaps.extend(gap(&finding.outcome, clause.level).map(|why| format!("{id}: {why}")));
                }
            }
        }
    }
    gaps
}

fn gap(outcome: &Outcome, level: Level) -> Option<String> {
    match outcome {
        Outcome::Error(why) => Some(format!("the harness failed: {why}")),
        Outcome::Inconclusive(why) => Some(format!("inconclusive: {why}")),
        Outcome::NotRun(why) => Some(format!("not run: {why}")),
        Outcome::NotApplicable(why) if why.code == ReasonCode::Policy && level == Level::Must => {
            Some(format!("a MUST that a policy makes void: {why}"))
        }
        Outcome::Fail | Outcome::NotApplicable(_) | Outcome::Pass | Outcome::Recorded(_) => None,
    }
}
