//! The lines of a ledger, in the order in which a run writes them.

use std::collections::BTreeMap;
use std::collections::BTreeSet;

use cimdspec_model::expect::Service;
use cimdspec_model::name::VariantId;
use cimdspec_model::observation::Case;
use cimdspec_model::profile::Policy;
use cimdspec_model::report::Target;
use cimdspec_model::requirement::claim::Judged as Law;
use cimdspec_model::verdict::Finding;
use serde::Deserialize;
use serde::Serialize;

use crate::ledger::derivation::Derivation;
use crate::samples::Samples;
use crate::service::Base;

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

/// What every case of a run is judged by, apart from the catalogue.
#[derive(Debug, Clone, Default, PartialEq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Basis {
    /// The issuer, as its metadata has it.
    pub issuer: String,
    /// The issuer as clients know it, where that was said exactly.
    pub exact: Option<String>,
    /// The policies that the profile declares.
    pub policies: BTreeSet<Policy>,
    /// What acceptance and refusal look like.
    pub samples: Samples,
    /// What became of the requests that everything else builds on.
    pub bases: BTreeMap<Service, Base>,
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
