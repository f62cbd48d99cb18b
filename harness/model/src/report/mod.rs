//! The report document: versioned, whole, and what every writer writes from.

mod provenance;
mod share;

use std::collections::BTreeMap;

use schemars::JsonSchema;
use serde::Deserialize;
use serde::Serialize;

pub use provenance::Digest;
pub use provenance::Digests;
pub use provenance::Fingerprint;
pub use provenance::Selection;
pub use share::Asked;
pub use share::Share;

use crate::deviations::Deviations;
use crate::gate::Gated;
use crate::made::Made;
use crate::name::ClauseId;
use crate::observation::Case;
use crate::place::Places;
use crate::requirement::claim::Judged;
use crate::requirement::clause::Clauses;
use crate::requirement::clause::Sentence;
use crate::requirement::compliance::Standing;
use crate::verdict::Finding;

/// The version of the report document's shape.
pub const VERSION: u32 = 2;

/// All that a run learned.
#[derive(Debug, Clone, Default, PartialEq, Serialize, Deserialize, JsonSchema)]
pub struct Report {
    /// The shape's version.
    pub version: u32,
    /// The harness.
    pub harness: String,
    /// The target's name and issuer.
    pub target: Target,
    /// What it is judged by.
    #[serde(default)]
    pub law: Judged,
    /// The digests of what decided the run.
    #[serde(default)]
    pub digests: Digests,
    /// What tells this state of the server from another.
    #[serde(default)]
    pub fingerprint: Fingerprint,
    /// What of the catalogue was asked for.
    #[serde(default)]
    pub selection: Selection,
    /// The command that made the run.
    pub made: Made,
    /// What the user's repository has about the target.
    pub places: Places,
    /// The environment: `sandbox`, `loopback` or `public`.
    pub environment: String,
    /// Seconds since 1970 when the run began.
    pub began: u64,
    /// How long it took, in milliseconds.
    pub took: u64,
    /// Whether it was ended before all cases were done.
    pub interrupted: bool,
    /// What the calibration found, in words.
    pub calibration: Vec<String>,
    /// Which share of the selected cases the environment could ask; left out where it could ask all.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub share: Option<Share>,
    /// Why nothing could be concluded, where no right request was granted.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub obstacle: Option<Obstacle>,
    /// The findings about the target over the whole run that are broken, by their ids: it failed, or refused what
    /// everything else builds on.
    #[serde(default)]
    pub failures: Vec<String>,
    /// Those of them by which a launched target died, hung, or answered by a failure of its own: with one of these a run
    /// is not clean, unless a baseline names it.
    #[serde(default)]
    pub blocking: Vec<String>,
    /// The variants that bring the failures, where one does, by the ids of the findings.
    #[serde(default)]
    pub brought_by: BTreeMap<String, String>,
    /// How a launched target died, each time.
    #[serde(default)]
    pub deaths: Vec<Death>,
    /// Clients that the run registered and could not delete again.
    #[serde(default)]
    pub left_behind: Vec<String>,
    /// How many answers of the target asked for patience (status 429, or 503 with `Retry-After`).
    #[serde(default)]
    pub throttled: usize,
    /// The patterns of the selection of which nothing was judged: what they choose does not apply, or cannot run here.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub idle: Vec<String>,
    /// What decided how the run ended, and what was left out.
    #[serde(default, skip_serializing_if = "Gated::is_empty")]
    pub gates: Gated,
    /// How the run differs from its baseline, if it had one.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub deviations: Option<Deviations>,
    /// How the findings stand to frozen revisions and to the controls of frameworks.
    #[serde(default)]
    pub standing: Standing,
    /// The sentences that the findings name, by clause: their own words, whom they bind, and how they are read.
    pub sentences: BTreeMap<ClauseId, Sentence>,
    /// Every check of every case.
    pub findings: Vec<Finding>,
    /// What was seen in the cases whose checks did not all pass.
    pub cases: Vec<(String, Case)>,
}

impl Report {
    /// Whether a finding is a failure of the server over the whole run, and not a breach of one case.
    pub fn is_failure(&self, finding: &Finding) -> bool {
        self.failures.contains(&finding.id())
    }
}

/// The sentences that findings name.
pub fn sentences(findings: &[Finding], clauses: &Clauses) -> BTreeMap<ClauseId, Sentence> {
    let named = findings
        .iter()
        .flat_map(|finding| &finding.clauses)
        .filter_map(|id| clauses.named(id));
    named
        .map(|clause| (clause.id.clone(), clause.sentence()))
        .collect()
}

/// The JSON Schema of the report document.
pub fn schema() -> schemars::Schema {
    schemars::schema_for!(Report)
}

/// The server under test.
#[derive(Debug, Clone, Default, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
pub struct Target {
    /// The profile's name.
    pub name: String,
    /// The issuer.
    pub issuer: String,
}

/// What stood in the way of a request that is right in every respect.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
pub struct Obstacle {
    /// What was seen, in one sentence.
    pub cause: String,
    /// What the operator does about it.
    pub remedy: String,
    /// The last lines of the server log, where cimdspec started the server.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub log: Vec<String>,
}

impl Obstacle {
    /// An obstacle, without the server log.
    pub fn of(cause: impl Into<String>, remedy: impl Into<String>) -> Self {
        Self {
            cause: cause.into(),
            remedy: remedy.into(),
            log: Vec::new(),
        }
    }
}

/// A death of a launched target.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
pub struct Death {
    /// How it ended, in words.
    pub how: String,
    /// The case that it died of, where that could be told.
    pub case: Option<String>,
    /// The last lines that it wrote.
    pub log: Vec<String>,
}
