//! The report of a run that wrote none: of a run that was killed, from its ledger.

use std::collections::BTreeMap;
use std::io::Read as Source;

use cimdspec_judge::Derivation;
use cimdspec_judge::Line;
use cimdspec_model::name::CaseId;
use cimdspec_model::observation::Case;
use cimdspec_model::report::Digests;
use cimdspec_model::report::Report;
use cimdspec_model::report::Share;
use cimdspec_model::report::VERSION;
use cimdspec_model::report::sentences;
use cimdspec_model::requirement::compliance::Standing;
use cimdspec_model::scenario::catalogue::Catalogue;
use cimdspec_model::verdict::Finding;
use cimdspec_model::verdict::Outcome;
use cimdspec_model::verdict::keep_causes_that_stay;

use crate::error::EvidenceError;
use crate::ledger;

/// What a run had learned by the last whole line of its ledger, as the report of an interrupted run. The catalogue is the one
/// of this program: it has the sentences.
///
/// # Errors
/// [`EvidenceError`] when it is no ledger.
pub fn report(source: impl Source, catalogue: &Catalogue) -> Result<Report, EvidenceError> {
    let mut head = None;
    let mut cases: BTreeMap<CaseId, Case> = BTreeMap::new();
    let (mut findings, mut kept, mut failures) = (Vec::new(), Vec::new(), Vec::new());
    ledger::read(source, |line| {
        match line {
            Line::Run(run) => head = Some(*run),
            Line::Basis(_) => {}
            Line::Case(case) => {
                cases.insert(case.case.clone(), *case);
            }
            Line::Concluded(concluded) => {
                if concluded.derivation == Derivation::OfTheRun {
                    let broken = concluded
                        .findings
                        .iter()
                        .filter(|finding| finding.outcome == Outcome::Fail);
                    failures.extend(broken.map(Finding::id));
                }
                let is_good = concluded.findings.iter().all(|finding| finding.outcome.is_good());
                let case = last_of(&concluded.derivation).and_then(|id| cases.get(id));
                if let Some(case) = case.filter(|_| !is_good) {
                    kept.push((concluded.variant.to_string(), case.clone()));
                }
                findings.extend(concluded.findings);
            }
        }
        Ok(())
    })?;
    let head = head.ok_or_else(|| EvidenceError::bad("the ledger", "it does not say which run it is of"))?;
    findings.sort_by_key(Finding::id);
    keep_causes_that_stay(&mut findings);
    let clauses = catalogue.clauses.judged_by(&head.law.law);
    let last = cases.values().flat_map(|case| &case.steps).map(|step| step.ended);
    let took = last.max().map_or(0, |at| at.0 / 1000);
    Ok(Report {
        version: VERSION,
        harness: head.harness,
        target: head.target,
        law: head.law,
        digests: Digests {
            catalogue: head.catalogue,
            ..Digests::default()
        },
        environment: head.environment,
        began: head.began,
        took,
        interrupted: true,
        share: Share::of(&findings),
        failures,
        standing: Standing::of(&findings, catalogue, &BTreeMap::new()),
        sentences: sentences(&findings, &clauses),
        findings,
        cases: kept,
        ..Report::default()
    })
}

/// The case that was judged last.
fn last_of(derivation: &Derivation) -> Option<&CaseId> {
    match derivation {
        Derivation::Judged(judged) => Some(&judged.case),
        Derivation::Settled(first, last) | Derivation::SettledOdd(first, last) => {
            last_of(last).or_else(|| last_of(first))
        }
        Derivation::Disputed(first, _, last) => last_of(last).or_else(|| last_of(first)),
        Derivation::OfTheRun | Derivation::Unjudged { .. } => None,
    }
}
