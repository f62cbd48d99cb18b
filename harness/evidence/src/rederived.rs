//! Judging a ledger again, and comparing what follows with what was reported.

use std::collections::BTreeMap;
use std::collections::BTreeSet;
use std::collections::HashMap;
use std::sync::Arc;

use cimdspec_judge::Basis;
use cimdspec_judge::Concluded;
use cimdspec_judge::Derivation;
use cimdspec_judge::Doubt;
use cimdspec_judge::Head;
use cimdspec_judge::Judged;
use cimdspec_judge::Line;
use cimdspec_judge::Rederive;
use cimdspec_judge::doubt;
use cimdspec_judge::failures;
use cimdspec_judge::id_of_the_run;
use cimdspec_model::expect::Service;
use cimdspec_model::name::CaseId;
use cimdspec_model::name::VariantId;
use cimdspec_model::observation::Case;
use cimdspec_model::plan::Need;
use cimdspec_model::plan::Plan;
use cimdspec_model::reason::ReasonCode;
use cimdspec_model::report::Report;
use cimdspec_model::scenario::catalogue::Catalogue;
use cimdspec_model::verdict::Finding;
use cimdspec_model::verdict::Outcome;
use cimdspec_model::verdict::keep_causes_that_stay;

use crate::error::EvidenceError;
use crate::ledger;
use crate::ledger::ReadTo;

/// A ledger in memory.
pub(crate) struct Read {
    pub(crate) head: Head,
    basis: Basis,
    cases: BTreeMap<CaseId, Case>,
    concluded: Vec<Concluded>,
    /// What is wrong with its form.
    faults: Vec<String>,
}

/// What judging again showed.
#[derive(Debug, Default, PartialEq, Eq)]
pub(crate) struct Rederived {
    /// What does not follow.
    pub(crate) differences: Vec<String>,
    /// How many findings follow from cases.
    pub(crate) followed: usize,
    /// How many are about the whole run, and are taken as reported.
    pub(crate) of_the_run: usize,
    /// How many had no case, and are taken as reported.
    pub(crate) unjudged: usize,
}

impl Read {
    /// Reads a ledger.
    ///
    /// # Errors
    /// [`EvidenceError`] when it is none.
    pub(crate) fn of(bytes: &[u8]) -> Result<Self, EvidenceError> {
        let (mut head, mut basis) = (None, None);
        let mut read = (BTreeMap::new(), Vec::new(), Vec::new());
        let (cases, concluded, faults) = (&mut read.0, &mut read.1, &mut read.2);
        let ended = ledger::read(bytes, |line| {
            let twice = match line {
                Line::Run(run) => head.replace(*run).is_some().then(|| "its first line".to_owned()),
                Line::Basis(it) => basis.replace(*it).is_some().then(|| "its basis".to_owned()),
                Line::Case(case) => {
                    let id = case.case.clone();
                    let known = cases.insert(id.clone(), *case).is_some();
                    known.then(|| format!("the case `{id}`"))
                }
                Line::Concluded(it) => {
                    concluded.push(*it);
                    None
                }
            };
            faults.extend(twice.map(|what| format!("the ledger has {what} twice")));
            Ok(())
        })?;
        if ended == ReadTo::Cut {
            faults.push("the ledger is cut: its last line is not whole".to_owned());
        }
        let head =
            head.ok_or_else(|| EvidenceError::bad("the ledger", "it does not say which run it is of"))?;
        let (cases, concluded, faults) = read;
        Ok(Self {
            head,
            basis: basis.unwrap_or_default(),
            cases,
            concluded,
            faults,
        })
    }

    /// The cases.
    pub(crate) fn cases(&self) -> impl Iterator<Item = &Case> {
        self.cases.values()
    }

    /// Judges every case again, and compares.
    pub(crate) fn compared(&self, report: &Report, catalogue: &Catalogue) -> Rederived {
        let mut out = Rederived {
            differences: self.faults.clone(),
            ..Rederived::default()
        };
        let clauses = catalogue.clauses.judged_by(&self.head.law.law);
        let plans: HashMap<&VariantId, &Arc<Plan>> =
            catalogue.plans().map(|plan| (&plan.variant, plan)).collect();
        let of_the_run: Vec<Arc<Plan>> = catalogue
            .plans()
            .filter(|plan| plan.is_of_the_run())
            .cloned()
            .collect();
        let rederive = Rederive {
            basis: &self.basis,
            clauses: &clauses,
            of_the_run: &of_the_run,
            cases: &self.cases,
        };
        let needs = self.needs_that_were_judged(&plans);
        let mut known = BTreeSet::new();
        for concluded in &self.concluded {
            if !known.insert(&concluded.variant) {
                out.differences
                    .push(format!("{}: concluded twice", concluded.variant));
            }
            out.variant(concluded, &rederive, &plans, &needs);
        }
        self.orphans(report, &mut out.differences);
        out.differences.extend(self.silent_failures(&plans, &of_the_run));
        out.differences.extend(self.unlike(report));
        out
    }

    /// What plans need of which at least one was judged: that was there.
    fn needs_that_were_judged(&self, plans: &HashMap<&VariantId, &Arc<Plan>>) -> BTreeSet<Need> {
        let judged = self
            .concluded
            .iter()
            .filter(|concluded| cases_of(&concluded.derivation).next().is_some());
        judged
            .filter_map(|concluded| plans.get(&concluded.variant))
            .flat_map(|plan| plan.needs.iter().copied())
            .collect()
    }

    /// Cases from which nothing follows: only where the server died may an attempt have been replaced.
    fn orphans(&self, report: &Report, differences: &mut Vec<String>) {
        let named: BTreeSet<&CaseId> = self
            .concluded
            .iter()
            .flat_map(|concluded| cases_of(&concluded.derivation))
            .collect();
        if report.deaths.is_empty() && !report.interrupted {
            let orphans = self.cases.keys().filter(|id| !named.contains(id));
            differences.extend(
                orphans.map(|id| format!("the case `{id}` is in the ledger, and no finding follows from it")),
            );
        }
    }

    /// Failures of the server that a case shows and no finding tells.
    fn silent_failures(
        &self,
        plans: &HashMap<&VariantId, &Arc<Plan>>,
        of_the_run: &[Arc<Plan>],
    ) -> Vec<String> {
        let findings = self.concluded.iter().flat_map(|concluded| &concluded.findings);
        let told: BTreeMap<String, &Outcome> =
            findings.map(|finding| (finding.id(), &finding.outcome)).collect();
        let whole = id_of_the_run(of_the_run, Service::NeverFails, &[]);
        let is_void = whole
            .as_ref()
            .and_then(|id| told.get(id))
            .is_none_or(|outcome| !matches!(outcome, Outcome::Pass));
        if is_void {
            return Vec::new();
        }
        let judged = self.concluded.iter().filter_map(|concluded| {
            let plan = plans.get(&concluded.variant)?;
            let case = cases_of(&concluded.derivation).find_map(|id| self.cases.get(id))?;
            Some((plan, case))
        });
        let failed = judged.filter(|(plan, case)| {
            let mut shown = failures(plan, case).into_iter();
            shown.any(|failure| failure.service == Service::NeverFails)
        });
        failed
            .map(|(plan, _)| {
                format!(
                    "{}: the server failed in it, and the run says that it never does",
                    plan.variant
                )
            })
            .collect()
    }

    /// Where the report does not say what the ledger says.
    fn unlike(&self, report: &Report) -> Vec<String> {
        let mut unlike = Vec::new();
        let mut differs = |what: &str, is_same: bool| {
            if !is_same {
                unlike.push(format!("the report and the ledger differ in {what}"));
            }
        };
        differs("the server", self.head.target == report.target);
        differs(
            "the issuer",
            self.basis.issuer.is_empty() || self.basis.issuer == report.target.issuer,
        );
        differs("the claims", self.head.law == report.law);
        differs("the environment", self.head.environment == report.environment);
        differs("the time", self.head.began == report.began);
        differs("the version of cimdspec", self.head.harness == report.harness);
        differs("the catalogue", self.head.catalogue == report.digests.catalogue);
        differs("the policies", self.basis.policies == report.selection.policies);
        let mut all: Vec<Finding> = self
            .concluded
            .iter()
            .flat_map(|concluded| concluded.findings.iter().cloned())
            .collect();
        all.sort_by_key(Finding::id);
        keep_causes_that_stay(&mut all);
        let there: BTreeMap<String, &Finding> = all.iter().map(|finding| (finding.id(), finding)).collect();
        let mut reported = BTreeSet::new();
        for finding in &report.findings {
            let id = finding.id();
            match there.get(&id) {
                None => unlike.push(format!("{id}: in the report, and not in the ledger")),
                Some(other) if *other != finding => {
                    unlike.push(format!("{id}: the report and the ledger differ"))
                }
                Some(_) => {}
            }
            if !reported.insert(id.clone()) {
                unlike.push(format!("{id}: twice in the report"));
            }
        }
        let missing = there.keys().filter(|id| !reported.contains(*id));
        unlike.extend(missing.map(|id| format!("{id}: in the ledger, and not in the report")));
        unlike
    }
}

impl Rederived {
    fn variant(
        &mut self,
        concluded: &Concluded,
        rederive: &Rederive<'_>,
        plans: &HashMap<&VariantId, &Arc<Plan>>,
        needs: &BTreeSet<Need>,
    ) {
        let variant = &concluded.variant;
        if concluded.derivation == Derivation::OfTheRun {
            let mut whole = rederive.of_the_run.iter();
            match whole.any(|plan| plan.variant.scenario == variant.scenario) {
                true => self.of_the_run += concluded.findings.len(),
                false => self.differences.push(format!(
                    "{variant}: said to be about the whole run, and it is about a case"
                )),
            }
            return;
        }
        let Some(plan) = plans.get(variant) else {
            self.differences.push(format!("{variant}: not in the catalogue"));
            return;
        };
        let plan = of_these_checks(plan, &concluded.findings);
        if let Some(why) = implausible(&plan, &concluded.derivation, needs) {
            self.differences.push(format!("{variant}: {why}"));
        }
        match rederive.findings(&plan, &concluded.derivation) {
            Err(missing) => self.differences.push(format!("{variant}: {missing}")),
            Ok(None) => {}
            Ok(Some(again)) => {
                if let Some(why) = unretried(&plan, &concluded.derivation, &again) {
                    self.differences.push(format!("{variant}: {why}"));
                }
                match &concluded.derivation {
                    Derivation::Unjudged { .. } => self.unjudged += again.len(),
                    _ => self.followed += again.len(),
                }
                self.compare(&again, &concluded.findings);
            }
        }
    }

    fn compare(&mut self, again: &[Finding], reported: &[Finding]) {
        for (number, finding) in reported.iter().enumerate() {
            let told = match again.get(number) {
                Some(other) if other == finding => continue,
                Some(other) if other.outcome != finding.outcome => {
                    format!(
                        "reported as {}, and what was seen gives {}",
                        word(finding),
                        word(other)
                    )
                }
                _ => "the outcome follows, and the words or the evidence do not".to_owned(),
            };
            self.differences.push(format!("{}: {told}", finding.id()));
        }
    }
}

/// The plan with the checks of these findings.
fn of_these_checks(plan: &Arc<Plan>, findings: &[Finding]) -> Arc<Plan> {
    let is_there = |id| findings.iter().any(|finding| finding.check == id);
    match plan.checks.iter().all(|check| is_there(check.id.clone())) {
        true => Arc::clone(plan),
        false => {
            let mut plan = Plan::clone(plan);
            Arc::make_mut(&mut plan.checks).retain(|check| is_there(check.id.clone()));
            Arc::new(plan)
        }
    }
}

/// Why it cannot be that a plan was not judged.
fn implausible(plan: &Plan, derivation: &Derivation, needs: &BTreeSet<Need>) -> Option<&'static str> {
    let Derivation::Unjudged { outcome, .. } = derivation else {
        return None;
    };
    match outcome {
        Outcome::Fail | Outcome::Pass | Outcome::Recorded(_) => Some("a verdict without a case"),
        Outcome::NotApplicable(why) if why.code == ReasonCode::NotSupported => {
            let is_there = plan.needs.iter().all(|need| needs.contains(need));
            is_there.then_some("said not to be supported, and other cases show all that it needs")
        }
        _ => None,
    }
}

/// Why it cannot be that only one attempt was made.
fn unretried(plan: &Plan, derivation: &Derivation, findings: &[Finding]) -> Option<&'static str> {
    if !matches!(derivation, Derivation::Judged(_)) {
        return None;
    }
    let mut calls = findings.iter().map(|finding| doubt(plan, finding, false));
    let is_called_for = calls.any(|call| call != Doubt::Certain);
    is_called_for.then_some("its first attempt calls for a second, and there is none")
}

/// The cases that a derivation names: of attempts and of their controls.
fn cases_of(derivation: &Derivation) -> Box<dyn Iterator<Item = &CaseId> + '_> {
    match derivation {
        Derivation::Judged(Judged { case, control, .. }) => {
            Box::new(std::iter::once(case).chain(control.as_ref()))
        }
        Derivation::Settled(first, second) | Derivation::SettledOdd(first, second) => {
            Box::new(cases_of(first).chain(cases_of(second)))
        }
        Derivation::Disputed(first, second, third) => {
            Box::new(cases_of(first).chain(cases_of(second)).chain(cases_of(third)))
        }
        Derivation::OfTheRun | Derivation::Unjudged { .. } => Box::new(std::iter::empty()),
    }
}

fn word(finding: &Finding) -> &'static str {
    match &finding.outcome {
        Outcome::Error(_) => "an error of the harness",
        Outcome::Fail => "broken",
        Outcome::Inconclusive(_) => "inconclusive",
        Outcome::NotApplicable(_) => "not applicable",
        Outcome::NotRun(_) => "not run",
        Outcome::Pass => "passed",
        Outcome::Recorded(_) => "recorded",
    }
}
