//! Making a bundle from the results of a run.

use std::collections::BTreeMap;

use cimdspec_model::diagnostic::Diagnostic;
use cimdspec_model::diagnostic::Sources;
use cimdspec_model::report::Report;
use cimdspec_model::requirement::compliance::OfRevision;
use cimdspec_model::requirement::revision::Revision;
use cimdspec_model::scenario::catalogue::Catalogue;
use cimdspec_model::verdict::Finding;

use crate::bundle;
use crate::bundle::Files;
use crate::complete::gaps;
use crate::digest;
use crate::dsse::Envelope;
use crate::error::EvidenceError;
use crate::key::SigningKey;
use crate::rederived::Read;
use crate::statement::Claim;

/// What a bundle is made of.
pub struct Material<'a> {
    /// The report document, byte for byte.
    pub report: &'a [u8],
    /// The ledger, byte for byte.
    pub ledger: &'a [u8],
    /// The profile as it was used, without its secrets.
    pub profile: &'a str,
    /// The baseline of the run.
    pub baseline: Option<&'a str>,
    /// What the operator declares of what no test sees: the text of the file, and what it says.
    pub declared: Option<(&'a str, BTreeMap<String, String>)>,
    /// The scenario files of the run.
    pub sources: &'a Sources,
    /// The name of the revision.
    pub revision: &'a str,
}

/// The statements of a bundle before they are signed.
#[derive(Debug)]
pub struct Statements {
    /// What is claimed.
    pub claim: Claim,
    /// The files, without the statements.
    pub files: Files,
    /// The statement that other tools read.
    pub test_result: Vec<u8>,
    /// The statement with all that is claimed.
    pub conformance: Vec<u8>,
}

impl Material<'_> {
    /// What may be claimed of a run, if it tested all of the revision.
    ///
    /// # Errors
    /// [`EvidenceError::Incomplete`] with the list of what is missing; [`EvidenceError::Bad`] when the files are not those
    /// of one run.
    pub fn statements(&self) -> Result<Statements, EvidenceError> {
        let report: Report =
            serde_json::from_slice(self.report).map_err(|error| EvidenceError::bad("the report", error))?;
        let catalogue =
            Catalogue::read(self.sources).map_err(|error| EvidenceError::bad("the catalogue", error))?;
        if digest::of_sources(self.sources) != report.digests.catalogue {
            return Err(EvidenceError::bad(
                "the results",
                "they are of another catalogue: certify with the version of cimdspec that ran",
            ));
        }
        let named = [
            ("profile", Some(self.profile), &report.digests.profile),
            ("baseline", self.baseline, &report.digests.baseline),
        ];
        for (what, text, known) in named {
            if text.map(|text| digest::of(text.as_bytes())) != *known {
                let why = format!("the {what} in the folder is not the one of the run");
                return Err(EvidenceError::bad("the results", why));
            }
        }
        let revision = catalogue.revisions.0.get(self.revision).ok_or_else(|| {
            let known: Vec<&str> = catalogue.revisions.0.keys().map(String::as_str).collect();
            let why = format!("`{}` is none; there are {}", self.revision, known.join(", "));
            EvidenceError::bad("the revision", why)
        })?;
        let gaps = gaps(&report, &catalogue, revision);
        if !gaps.is_empty() {
            return Err(EvidenceError::Incomplete {
                revision: revision.name.clone(),
                gaps,
            });
        }
        let again = Read::of(self.ledger)?.compared(&report, &catalogue);
        if let Some(first) = again.differences.first() {
            return Err(EvidenceError::bad(
                "the results",
                format!("the findings do not follow from the ledger: {first}"),
            ));
        }
        if let Some((_, says)) = &self.declared
            && let Some(stray) = says
                .keys()
                .find(|id| !catalogue.controls.declared.contains_key(*id))
        {
            let why = format!("`{stray}` is no control that can be declared");
            return Err(EvidenceError::bad("the declarations", why));
        }
        let files = self.files();
        let standing = standing(&report, revision, &catalogue);
        let declared = self.declared.as_ref().map(|(_, says)| says.clone());
        let claim = Claim::of(
            &report,
            &standing,
            digests(&files),
            waivers(self.baseline.unwrap_or_default())?,
            declared.unwrap_or_default(),
        );
        let findings = of_revision(&report, revision, &catalogue);
        let text = |statement: Result<Vec<u8>, serde_json::Error>| {
            statement.map_err(|error| EvidenceError::bad("the statement", error))
        };
        Ok(Statements {
            test_result: text(serde_json::to_vec_pretty(
                &claim.test_result(&report.fingerprint, &findings),
            ))?,
            conformance: text(serde_json::to_vec_pretty(&claim.statement(&report.fingerprint)))?,
            claim,
            files,
        })
    }

    fn files(&self) -> Files {
        let catalogue = serde_json::to_vec(&self.sources.0).unwrap_or_default();
        let mut files = Files::from([
            (bundle::REPORT.to_owned(), self.report.to_vec()),
            (bundle::LEDGER.to_owned(), self.ledger.to_vec()),
            (bundle::CATALOGUE.to_owned(), catalogue),
            (bundle::PROFILE.to_owned(), self.profile.as_bytes().to_vec()),
        ]);
        let texts = [
            (bundle::BASELINE, self.baseline),
            (bundle::DECLARED, self.declared.as_ref().map(|(text, _)| *text)),
        ];
        for (name, text) in texts {
            files.extend(text.map(|text| (name.to_owned(), text.as_bytes().to_vec())));
        }
        files
    }
}

impl Statements {
    /// The files of the bundle, with both statements signed.
    pub fn signed(self, key: &SigningKey) -> Files {
        let seal = |statement: &[u8]| {
            serde_json::to_vec_pretty(&Envelope::signed(statement, key)).unwrap_or_default()
        };
        let mut files = self.files;
        files.insert(bundle::TEST_RESULT.to_owned(), seal(&self.test_result));
        files.insert(bundle::CONFORMANCE.to_owned(), seal(&self.conformance));
        files.insert(bundle::KEY.to_owned(), key.verifying().pem().into_bytes());
        files
    }
}

/// The digests of the files that a statement names.
pub(crate) fn digests(files: &Files) -> BTreeMap<String, String> {
    let named = files
        .iter()
        .filter(|(name, _)| bundle::NAMED.contains(&name.as_str()));
    named
        .map(|(name, bytes)| (name.clone(), digest::of(bytes)))
        .collect()
}

/// The findings that are of a revision.
pub(crate) fn of_revision<'a>(
    report: &'a Report,
    revision: &Revision,
    catalogue: &Catalogue,
) -> Vec<&'a Finding> {
    let theirs = catalogue.clauses.of(&revision.law());
    let listed = |finding: &&Finding| {
        let id = format!("{}#{}", finding.variant.scenario, finding.check);
        revision.checks.contains_key(&id) && theirs.deciding(&finding.clauses).is_some()
    };
    report.findings.iter().filter(listed).collect()
}

/// How a report stands to a revision, counted anew.
pub(crate) fn standing(report: &Report, revision: &Revision, catalogue: &Catalogue) -> OfRevision {
    OfRevision::of(&report.findings, revision, &catalogue.clauses)
}

/// What a file of declarations says: an id and what is done, in each line.
///
/// # Errors
/// [`EvidenceError`] when it is no table of texts.
pub fn declared(path: &str, text: &str) -> Result<BTreeMap<String, String>, EvidenceError> {
    toml::from_str(text).map_err(|error| EvidenceError::bad(path, Diagnostic::from_toml(path, text, &error)))
}

/// The checks that a baseline names.
pub(crate) fn waivers(baseline: &str) -> Result<Vec<String>, EvidenceError> {
    let read = cimdspec_model::baseline::Baseline::read(bundle::BASELINE, baseline);
    let read = read.map_err(|error| EvidenceError::bad("the baseline", error))?;
    Ok(read.checks().map(str::to_owned).collect())
}
