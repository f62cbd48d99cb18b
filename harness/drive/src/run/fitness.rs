//! Which plans are worth walking, after the calibration.

use std::collections::BTreeMap;
use std::collections::BTreeSet;

use cimdspec_judge::Origin;
use cimdspec_model::plan::Need;
use cimdspec_model::plan::Plan;
use cimdspec_model::reason::ReasonCode;
use cimdspec_model::verb::Act;
use cimdspec_model::verdict::Outcome;

use crate::calibration::calibrator::Calibrated;
use crate::run::applicability::lacking;
use crate::run::schedule::IfNotGranted;
use crate::run::schedule::Job;

/// What the target lacks, and what stands in the way of its right requests.
pub(crate) struct Fitness {
    lacks: BTreeSet<Need>,
    /// The causes why no right request was granted.
    hindrances: BTreeMap<Origin, String>,
    /// Whether the target answers nothing at all.
    silent: bool,
}

impl Fitness {
    /// By what the calibration found.
    pub(crate) fn of(job: &Job, calibrated: &Calibrated) -> Self {
        let origins = [Origin::Document, Origin::Registration];
        let hindrances = origins
            .into_iter()
            .filter(|_| job.if_not_granted == IfNotGranted::Stop)
            .filter_map(|origin| Some((origin, calibrated.hindrance(origin)?.cause.clone())));
        Self {
            lacks: calibrated.lacks.clone(),
            hindrances: hindrances.collect(),
            silent: calibrated.silent,
        }
    }

    /// Whether nothing is worth asking.
    pub(crate) fn is_silent(&self) -> bool {
        self.silent
    }

    /// Whether clients that were registered can be deleted again.
    pub(crate) fn deletes(&self) -> bool {
        !self.lacks.contains(&Need::DcrManageDelete)
    }

    /// Why a plan is not walked, if it is not.
    pub(crate) fn why_not(&self, job: &Job, plan: &Plan) -> Option<Outcome> {
        let environment = job.world.environment();
        let lacking = lacking(plan, environment, &job.target, &self.lacks, job.load);
        lacking.or_else(|| {
            let asks = plan
                .steps
                .iter()
                .any(|step| matches!(step.act, Act::Authorize(_)));
            let cause = self
                .hindrances
                .get(&Origin::of(plan))
                .filter(|_| self.silent || asks)?;
            let told = format!("no right request was granted: {cause}");
            Some(Outcome::inconclusive(ReasonCode::Calibration.with(told)))
        })
    }
}
