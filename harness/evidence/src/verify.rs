//! Verifying a bundle: nothing in it is trusted, nothing is fetched, nothing is written.

use std::collections::BTreeMap;

use cimdspec_model::diagnostic::Sources;
use cimdspec_model::observation::Case;
use cimdspec_model::report::Digest;
use cimdspec_model::report::Report;
use cimdspec_model::report::VERSION;
use cimdspec_model::scenario::catalogue::Catalogue;

use crate::bundle;
use crate::bundle::Files;
use crate::certify::declared as declared_in;
use crate::certify::digests;
use crate::certify::of_revision;
use crate::certify::standing;
use crate::certify::waivers;
use crate::complete::gaps;
use crate::digest;
use crate::dsse::Envelope;
use crate::error::EvidenceError;
use crate::key::VerifyingKey;
use crate::rederived::Read;
use crate::statement::Claim;
use crate::statement::Statement;
use crate::statement::TestResult;

/// What a verifier knows by itself.
pub struct Verifier<'a> {
    /// The key that the signer is known by; without one, that of the bundle counts, and proves nothing of who holds it.
    pub key: Option<&'a VerifyingKey>,
    /// The version of this program.
    pub version: &'a str,
    /// The digest of the catalogue of this program.
    pub catalogue: &'a Digest,
    /// Seconds since 1970.
    pub now: u64,
    /// What is not redacted in a case: a kind of secret, if there is one.
    pub shows_secret: &'a dyn Fn(&Case) -> Option<String>,
}

/// What a bundle showed.
#[derive(Debug)]
pub struct Verified {
    /// What is claimed, as the statement says.
    pub claim: Claim,
    /// What is not as the statement says; nothing where the bundle holds.
    pub differences: Vec<String>,
    /// How many findings follow from cases.
    pub followed: usize,
    /// How many had no case: not applicable or not run.
    pub unjudged: usize,
    /// How many are about the whole run, and are taken as reported.
    pub of_the_run: usize,
    /// Whose catalogue it is, where it is not the one of this program.
    pub other_catalogue: Option<String>,
    /// The name of the key that signed.
    pub key: String,
    /// The digest of the state of the server.
    pub state: Digest,
}

/// Clocks differ, in seconds.
const TOLERANCE: u64 = 10 * 60;

impl Verifier<'_> {
    /// Verifies a bundle.
    ///
    /// # Errors
    /// [`EvidenceError`] when it is no bundle, or its signature does not hold: then nothing can be said of it.
    pub fn verify(&self, source: impl std::io::Read) -> Result<Verified, EvidenceError> {
        let files = bundle::unpack(source)?;
        let key = self.key_of(&files)?;
        let conformance: Statement<Claim> = opened(&files, bundle::CONFORMANCE, &key)?;
        let test_result: Statement<TestResult> = opened(&files, bundle::TEST_RESULT, &key)?;
        let claim = conformance.predicate.clone();
        let report = self.report(&files)?;
        let sources = Sources(
            serde_json::from_slice::<BTreeMap<String, String>>(&files[bundle::CATALOGUE])
                .map_err(|error| EvidenceError::bad("the catalogue", error))?,
        );
        let catalogue =
            Catalogue::read(&sources).map_err(|error| EvidenceError::bad("the catalogue", error))?;
        let read = Read::of(&files[bundle::LEDGER])?;
        let there = digests(&files);
        let mut differences = of_the_files(&there, &claim, &report);
        let digest = digest::of_sources(&sources);
        let (other_catalogue, wrong) = self.of_the_catalogue(&claim, &digest);
        differences.extend(wrong);
        if claim.digests.get("catalogue") != Some(&digest) {
            differences.push("the catalogue is not the one that the run used".to_owned());
        }
        differences.extend(self.secrets(&read));
        if report.began > self.now.saturating_add(TOLERANCE) {
            differences.push("the run is said to have begun in the future".to_owned());
        }
        let again = read.compared(&report, &catalogue);
        differences.extend(again.differences);
        match catalogue.revisions.0.get(&claim.revision) {
            None => differences.push(format!("the catalogue has no revision `{}`", claim.revision)),
            Some(revision) => {
                let gaps = gaps(&report, &catalogue, revision).into_iter();
                differences.extend(gaps.map(|gap| format!("not complete: {gap}")));
                let baseline = files
                    .get(bundle::BASELINE)
                    .map(|bytes| String::from_utf8_lossy(bytes));
                let waivers = waivers(&baseline.unwrap_or_default())?;
                let declared = files
                    .get(bundle::DECLARED)
                    .map(|bytes| String::from_utf8_lossy(bytes));
                let declared = declared_in(bundle::DECLARED, &declared.unwrap_or_default())?;
                let anew = Claim::of(
                    &report,
                    &standing(&report, revision, &catalogue),
                    there,
                    waivers,
                    declared,
                );
                differences.extend(unlike(&claim, &anew));
                let findings = of_revision(&report, revision, &catalogue);
                if test_result != anew.test_result(&report.fingerprint, &findings) {
                    differences
                        .push("the statement for other tools does not follow from the findings".to_owned());
                }
                if conformance.subject != anew.statement(&report.fingerprint).subject {
                    differences
                        .push("the statement is about another server, or another state of it".to_owned());
                }
            }
        }
        Ok(Verified {
            claim,
            differences,
            followed: again.followed,
            unjudged: again.unjudged,
            of_the_run: again.of_the_run,
            other_catalogue,
            key: key.id(),
            state: digest::of(&serde_json::to_vec(&report.fingerprint).unwrap_or_default()),
        })
    }

    /// The key that counts; the one in the bundle has to be the same.
    fn key_of(&self, files: &Files) -> Result<VerifyingKey, EvidenceError> {
        let inside = VerifyingKey::read(&String::from_utf8_lossy(&files[bundle::KEY]))?;
        match self.key {
            Some(known) if *known != inside => Err(EvidenceError::bad(
                "the signature",
                "the bundle is signed by another key than the given one",
            )),
            _ => Ok(inside),
        }
    }

    fn report(&self, files: &Files) -> Result<Report, EvidenceError> {
        let report: Report = serde_json::from_slice(&files[bundle::REPORT])
            .map_err(|error| EvidenceError::bad("the report", error))?;
        match report.version {
            VERSION => Ok(report),
            other => Err(EvidenceError::bad(
                "the report",
                format!("its version is {other}, and this cimdspec reads {VERSION}"),
            )),
        }
    }

    /// Whose catalogue it is, and whether it is what it is said to be.
    fn of_the_catalogue(&self, claim: &Claim, digest: &Digest) -> (Option<String>, Option<String>) {
        match (digest == self.catalogue, claim.harness == self.version) {
            (true, _) => (None, None),
            (false, true) => {
                let told = format!(
                    "the catalogue is said to be that of cimdspec {}, and is not",
                    claim.harness
                );
                (None, Some(told))
            }
            (false, false) => (Some(claim.harness.clone()), None),
        }
    }

    fn secrets(&self, read: &Read) -> Option<String> {
        read.cases()
            .find_map(|case| Some((case, (self.shows_secret)(case)?)))
            .map(|(case, kind)| format!("the case `{}` shows a secret ({kind})", case.case))
    }
}

/// Each file against its digest, nothing more and nothing less.
fn of_the_files(there: &BTreeMap<String, Digest>, claim: &Claim, report: &Report) -> Vec<String> {
    let mut wrong = Vec::new();
    for (name, digest) in &claim.files {
        match there.get(name) {
            None => wrong.push(format!(
                "the statement names `{name}`, and the bundle does not have it"
            )),
            Some(other) if other != digest => {
                wrong.push(format!("`{name}` is not the file that was signed for"));
            }
            Some(_) => {}
        }
    }
    let more = there.keys().filter(|name| !claim.files.contains_key(*name));
    wrong.extend(more.map(|name| format!("the bundle has `{name}`, and the statement does not name it")));
    for (name, known) in [
        (bundle::PROFILE, &report.digests.profile),
        (bundle::BASELINE, &report.digests.baseline),
    ] {
        if there.get(name) != known.as_ref() {
            wrong.push(format!("`{name}` is not the one of the run"));
        }
    }
    wrong
}

/// A statement that was signed by a key.
fn opened<T: serde::de::DeserializeOwned>(
    files: &Files,
    name: &str,
    key: &VerifyingKey,
) -> Result<T, EvidenceError> {
    let envelope: Envelope =
        serde_json::from_slice(&files[name]).map_err(|error| EvidenceError::bad(name, error))?;
    serde_json::from_slice(&envelope.opened(key)?).map_err(|error| EvidenceError::bad(name, error))
}

/// Where a claim is not what follows from the findings.
fn unlike(claim: &Claim, anew: &Claim) -> Vec<String> {
    let value = |claim: &Claim| serde_json::to_value(claim).unwrap_or_default();
    let (said, follows) = (value(claim), value(anew));
    let (Some(said), Some(follows)) = (said.as_object(), follows.as_object()) else {
        return Vec::new();
    };
    said.iter()
        .filter(|(name, _)| *name != "files")
        .filter(|(name, value)| follows.get(*name) != Some(*value))
        .map(|(name, value)| {
            let other = follows.get(name).unwrap_or(&serde_json::Value::Null);
            format!("the claim says {name} {value}, and {other} follows from the report")
        })
        .collect()
}
