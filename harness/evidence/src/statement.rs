//! What is signed: in-toto statements about the server that was tested.

use std::collections::BTreeMap;

use cimdspec_model::report::Digest;
use cimdspec_model::report::Digests;
use cimdspec_model::report::Fingerprint;
use cimdspec_model::report::Report;
use cimdspec_model::requirement::compliance::OfRevision;
use cimdspec_model::verdict::Finding;
use cimdspec_model::verdict::Tally;
use schemars::JsonSchema;
use serde::Deserialize;
use serde::Serialize;

use crate::digest;

/// The type of our own predicate; `docs/certify.md` documents it.
pub(crate) const PREDICATE: &str = "https://cimdspec.dev/attestation/conformance/v0.1";
/// The type of the predicate that other tools read.
pub(crate) const TEST_RESULT: &str = "https://in-toto.io/attestation/test-result/v0.1";
const STATEMENT: &str = "https://in-toto.io/Statement/v1";

/// A statement about something.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "camelCase", deny_unknown_fields)]
pub(crate) struct Statement<T> {
    #[serde(rename = "_type")]
    pub(crate) kind: String,
    pub(crate) subject: Vec<Resource>,
    pub(crate) predicate_type: String,
    pub(crate) predicate: T,
}

/// A thing with its digests.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields)]
pub(crate) struct Resource {
    /// Its name.
    pub(crate) name: String,
    /// Its digests, by algorithm.
    pub(crate) digest: BTreeMap<String, String>,
}

impl Resource {
    fn of(name: &str, sha256: &str) -> Self {
        Self {
            name: name.to_owned(),
            digest: BTreeMap::from([("sha256".to_owned(), sha256.to_owned())]),
        }
    }
}

/// The outcome of a test run, as in-toto has it.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
#[serde(rename_all = "UPPERCASE")]
pub enum RunResult {
    /// A mandatory rule of the revision is broken.
    Failed,
    /// All of the revision was tested and no rule of it is broken.
    Passed,
    /// No mandatory rule of the revision is broken, and a recommended one is.
    Warned,
}

impl RunResult {
    /// The result of a run that is complete for a revision.
    pub(crate) fn of(tally: &Tally) -> Self {
        match (tally.violation, tally.warning) {
            (0, 0) => Self::Passed,
            (0, _) => Self::Warned,
            _ => Self::Failed,
        }
    }

    /// The word.
    pub fn word(self) -> &'static str {
        match self {
            Self::Failed => "FAILED",
            Self::Passed => "PASSED",
            Self::Warned => "WARNED",
        }
    }
}

/// The predicate `https://in-toto.io/attestation/test-result/v0.1`.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "camelCase", deny_unknown_fields)]
pub(crate) struct TestResult {
    pub(crate) result: RunResult,
    pub(crate) configuration: Vec<Resource>,
    pub(crate) passed_tests: Vec<String>,
    pub(crate) warned_tests: Vec<String>,
    pub(crate) failed_tests: Vec<String>,
}

/// What a bundle claims.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields)]
pub struct Claim {
    /// The name of the server, as its operator gave it.
    pub server: String,
    /// Its issuer.
    pub issuer: String,
    /// The release, as its operator gave it: version, image digest, commit.
    pub release: BTreeMap<String, String>,
    /// The name of the revision: that of its frozen list.
    pub revision: String,
    /// The day on which the list was frozen.
    pub frozen: String,
    /// The result.
    pub result: RunResult,
    /// How many checks of the list the run had.
    pub checks: usize,
    /// How many variants of them passed.
    pub passed: usize,
    /// How many variants of them apply to the server.
    pub total: usize,
    /// How many do not.
    pub not_applicable: usize,
    /// The environment: `sandbox`, `loopback` or `public`.
    pub environment: String,
    /// Seconds since 1970 when the run began.
    pub began: u64,
    /// The version of cimdspec that ran.
    pub harness: String,
    /// The digests of what decided the run: catalogue, profile, baseline, program.
    pub digests: BTreeMap<String, String>,
    /// The digests of the files of the bundle, by their names.
    pub files: BTreeMap<String, String>,
    /// The policies that the operator declares; each makes checks void.
    pub policies: Vec<String>,
    /// The broken rules that a baseline names. They count as broken all the same.
    pub waivers: Vec<String>,
    /// Controls that no test sees, as the operator declares them; never counted as passed.
    pub declared: BTreeMap<String, String>,
}

impl Claim {
    /// What a report claims for a revision. `files` are the digests of the bundle's files.
    pub(crate) fn of(
        report: &Report,
        standing: &OfRevision,
        files: BTreeMap<String, Digest>,
        waivers: Vec<String>,
        declared: BTreeMap<String, String>,
    ) -> Self {
        let release = &report.fingerprint.release;
        let release = [
            ("commit", &release.commit),
            ("image", &release.image),
            ("version", &release.version),
        ];
        let Digests {
            catalogue,
            profile,
            baseline,
            program,
        } = report.digests.clone();
        let digests = [
            ("baseline", baseline),
            ("catalogue", Some(catalogue)),
            ("profile", profile),
            ("program", program),
        ];
        let tally = &standing.tally;
        Self {
            server: report.target.name.clone(),
            issuer: report.target.issuer.clone(),
            release: release
                .into_iter()
                .filter(|(_, text)| !text.is_empty())
                .map(|(name, text)| (name.to_owned(), text.clone()))
                .collect(),
            revision: standing.revision.clone(),
            frozen: standing.frozen.clone(),
            result: RunResult::of(tally),
            checks: standing.covered,
            passed: tally.pass,
            total: tally.total() - tally.not_applicable,
            not_applicable: tally.not_applicable,
            environment: report.environment.clone(),
            began: report.began,
            harness: report.harness.clone(),
            digests: digests
                .into_iter()
                .filter_map(|(name, digest)| Some((name.to_owned(), digest?)))
                .collect(),
            files,
            policies: report
                .selection
                .policies
                .iter()
                .map(|policy| policy.word().to_owned())
                .collect(),
            waivers,
            declared,
        }
    }

    /// The statement of it.
    pub(crate) fn statement(&self, fingerprint: &Fingerprint) -> Statement<Self> {
        Statement {
            kind: STATEMENT.to_owned(),
            subject: subject(self, fingerprint),
            predicate_type: PREDICATE.to_owned(),
            predicate: self.clone(),
        }
    }

    /// The same as the predicate that other tools read; `findings` are those of the revision.
    pub(crate) fn test_result(
        &self,
        fingerprint: &Fingerprint,
        findings: &[&Finding],
    ) -> Statement<TestResult> {
        let mut by_check: BTreeMap<String, Tally> = BTreeMap::new();
        for finding in findings {
            let id = format!("{}#{}", finding.variant.scenario, finding.check);
            let one = Tally::of([*finding]);
            let tally = by_check.entry(id).or_default();
            tally.violation += one.violation;
            tally.warning += one.warning;
            tally.pass += one.pass;
        }
        let of = |wanted: &dyn Fn(&Tally) -> bool| {
            let ids = by_check.iter().filter(|(_, tally)| wanted(tally));
            ids.map(|(id, _)| id.clone()).collect()
        };
        Statement {
            kind: STATEMENT.to_owned(),
            subject: subject(self, fingerprint),
            predicate_type: TEST_RESULT.to_owned(),
            predicate: TestResult {
                result: self.result,
                configuration: self
                    .files
                    .iter()
                    .map(|(name, sha256)| Resource::of(name, sha256))
                    .collect(),
                passed_tests: of(&|tally| tally.violation == 0 && tally.warning == 0 && tally.pass > 0),
                warned_tests: of(&|tally| tally.violation == 0 && tally.warning > 0),
                failed_tests: of(&|tally| tally.violation > 0),
            },
        }
    }
}

/// The server, with the digest of what tells its state from another.
fn subject(claim: &Claim, fingerprint: &Fingerprint) -> Vec<Resource> {
    let state = serde_json::to_vec(fingerprint).unwrap_or_default();
    vec![Resource::of(
        &format!("{} at {}", claim.server, claim.issuer),
        &digest::of(&state),
    )]
}

/// The JSON Schema of the predicate.
pub fn schema() -> schemars::Schema {
    schemars::schema_for!(Claim)
}
