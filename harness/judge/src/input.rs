//! What findings are drawn from.

use std::collections::BTreeSet;

use cimdspec_model::observation::Case;
use cimdspec_model::plan::Plan;
use cimdspec_model::profile::Policy;
use cimdspec_model::requirement::clause::Clauses;

use crate::disposition::Calibration;
use crate::expect::Evidence;
use crate::published::Issuer;

/// What findings are drawn from.
#[derive(Debug, Clone, Copy)]
pub struct Input<'a> {
    /// The plan that was walked.
    pub plan: &'a Plan,
    /// What was seen.
    pub case: &'a Case,
    /// The paired control and what was seen there.
    pub control: Option<(&'a Plan, &'a Case)>,
    /// What acceptance and refusal look like.
    pub calibration: &'a Calibration,
    /// The clauses, for levels and citations.
    pub clauses: &'a Clauses,
    /// The policies that the target's profile declares.
    pub policies: &'a BTreeSet<Policy>,
    /// The target's issuer.
    pub issuer: Issuer<'a>,
}

impl<'a> Input<'a> {
    /// A case of this run, by its plan.
    pub(crate) fn evidence(&self, plan: &'a Plan, case: &'a Case) -> Evidence<'a> {
        Evidence {
            plan,
            case,
            calibration: self.calibration,
            issuer: self.issuer,
        }
    }
}
