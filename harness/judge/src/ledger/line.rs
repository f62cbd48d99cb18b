//! The lines of a ledger, in the order in which a run writes them.

use cimdspec_model::name::VariantId;
use cimdspec_model::observation::Case;
use cimdspec_model::report::Target;
use cimdspec_model::requirement::claim::Judged as Law;
use cimdspec_model::verdict::Finding;
use serde::Deserialize;
use serde::Serialize;

use crate::ledger::basis::Basis;
use crate::ledger::derivation::Derivation;

/// The version of the ledger's shape.
pub const LEDGER_VERSION: u32 = 1;

/// One line of a ledger.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
#[serde(rename_all = "kebab-case")]
pub enum Line {
    /// The first: which run it is.
    Run(Box<Head>),
    /// What every case of the run is judged by.
    Basis(Box<Basis>),
    /// What one case saw: an attempt, a round or a paired control.
    Case(Box<Case>),
    /// What became of one variant.
    Concluded(Box<Concluded>),
}

/// Which run it is.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Head {
    /// The version of the ledger's shape.
    pub version: u32,
    /// The harness.
    pub harness: String,
    /// The target's name and issuer.
    pub target: Target,
    /// What it is judged by.
    pub law: Law,
    /// The environment: `sandbox`, `loopback` or `public`.
    pub environment: String,
    /// Seconds since 1970 when the run began.
    pub began: u64,
    /// The SHA-256 digest of the catalogue.
    pub catalogue: String,
}

/// What became of one variant.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Concluded {
    /// The variant.
    pub variant: VariantId,
    /// How its findings follow from the cases.
    pub derivation: Derivation,
    /// The findings.
    pub findings: Vec<Finding>,
}
