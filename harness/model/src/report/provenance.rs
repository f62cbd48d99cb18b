//! What a report is about and rests on: which server, which files, and what of the catalogue was asked for.

use std::collections::BTreeMap;
use std::collections::BTreeSet;

use schemars::JsonSchema;
use serde::Deserialize;
use serde::Serialize;

use crate::parts::Part;
use crate::profile::Policy;
use crate::profile::Release;

/// The SHA-256 digest of a file or of a set of files, as 64 hexadecimal digits.
pub type Digest = String;

/// The digests of what decided the run.
#[derive(Debug, Clone, Default, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
pub struct Digests {
    /// The scenario files, all of them.
    pub catalogue: Digest,
    /// The profile, if one was given.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub profile: Option<Digest>,
    /// The baseline, if one was given.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub baseline: Option<Digest>,
    /// The program that ran, if it could be read.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub program: Option<Digest>,
}

/// What tells one state of a server from another.
#[derive(Debug, Clone, Default, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
pub struct Fingerprint {
    /// The digests of its metadata documents, by their URLs. Without the run's own names and addresses they would be
    /// equal from run to run.
    #[serde(default)]
    pub metadata: BTreeMap<String, Digest>,
    /// The header field `server` of its metadata.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub server: Option<String>,
    /// What its operator says it is.
    #[serde(default, skip_serializing_if = "Release::is_empty")]
    pub release: Release,
}

/// What of the catalogue was asked for, and how.
#[derive(Debug, Clone, Default, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
pub struct Selection {
    /// The patterns of `--only`.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub only: Vec<String>,
    /// The revisions of `--revision`.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub revisions: Vec<String>,
    /// The part of the run, where it was divided.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub part: Option<Part>,
    /// Whether load tests were allowed.
    #[serde(default)]
    pub load: bool,
    /// The policies that the profile declares: each makes some checks void.
    #[serde(default, skip_serializing_if = "BTreeSet::is_empty")]
    pub policies: BTreeSet<Policy>,
    /// What keeps the names of this run apart from those of others.
    #[serde(default)]
    pub nonce: String,
}
