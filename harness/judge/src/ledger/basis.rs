//! What every case of a run is judged by, apart from the catalogue.

use std::collections::BTreeMap;
use std::collections::BTreeSet;

use cimdspec_model::expect::Service;
use cimdspec_model::profile::Policy;
use serde::Deserialize;
use serde::Serialize;

use crate::samples::Samples;
use crate::service::Base;

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
