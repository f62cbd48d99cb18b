//! Probing a target: what comes of a right request, for whoever writes its profile.

use std::collections::BTreeMap;

use cimdspec_judge::Calibration;
use cimdspec_judge::Origin;
use cimdspec_judge::disposition;
use cimdspec_model::observation::Arrival;
use cimdspec_model::observation::Case;
use cimdspec_model::observation::StepRecord;
use cimdspec_model::plan::Need;
use cimdspec_model::plan::Plan;
use cimdspec_model::report::Obstacle;
use cimdspec_model::verb::Act;
use cimdspec_model::verb::Register;

use crate::calibration::calibrator::Calibrator;
use crate::calibration::calibrator::calibrate;
use crate::calibration::calibrator::simplest;
use crate::calibration::registrations::REGISTER;
use crate::calibration::said::said;
use crate::calibration::samples::ASK;
use crate::calibration::samples::plain;
use crate::calibration::samples::record_of;
use crate::calibration::samples::step;
use crate::calibration::samples::was_looked_up;
use crate::run::failures::Watch;
use crate::run::schedule::Job;
use crate::target::facts::Found;
use crate::verb::register::LeftBehind;

/// What the calibration of a run finds out of a target.
#[derive(Debug, Default)]
pub struct Probed {
    /// What belongs into a profile.
    pub found: Found,
    /// Whether right requests of clients with a document, and of registered ones, ended with a code.
    pub codes: (bool, bool),
    /// Whether the target takes documents after all.
    pub takes_documents: bool,
    /// Why no right request was granted, if that is so.
    pub obstacle: Option<Obstacle>,
    /// What stood in the way of each kind of client that got no code.
    pub obstacles: BTreeMap<Origin, Obstacle>,
    /// All of it in words.
    pub words: Vec<String>,
    /// Clients that were registered and could not be deleted.
    pub left_behind: Vec<String>,
}

/// What became of one right request.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Tried {
    /// How far it came.
    pub stage: Reached,
    /// What the target said of a refusal.
    pub said: Option<String>,
    /// Whether the target looked for a host of the client, or connected to one.
    pub looked_up: bool,
}

/// How far a right request came.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
pub enum Reached {
    /// It was refused, or its client was not registered.
    Refused,
    /// Its client was registered, and the request refused.
    Registered,
    /// The client was told an error at its redirect URI, so that it was known.
    Told,
    /// It ended on a page that asks for a login.
    Login,
    /// It ended on another page.
    Page,
    /// A code came back.
    Code,
}

/// Finds out what the calibration of a run would.
pub async fn probe(job: &Job) -> Probed {
    let left_behind = LeftBehind::default();
    let watch = Watch::default();
    let found = calibrate(job, 1, &left_behind, &watch).await;
    let ends = |origin| found.samples.of(origin).ends_with_a_code();
    Probed {
        found: job.target.facts().found(),
        codes: (ends(Origin::Document), ends(Origin::Registration)),
        takes_documents: job.target.offers(Need::Cimd) && !found.lacks.contains(&Need::Cimd),
        obstacle: found.obstacle().cloned(),
        obstacles: found.obstacles,
        words: found.words,
        left_behind: left_behind.words(),
    }
}

/// Makes one right request of a client of this origin.
pub async fn attempt(job: &Job, origin: Origin) -> Option<Tried> {
    let need = match origin {
        Origin::Document => Need::Cimd,
        Origin::Registration => Need::Dcr,
    };
    let plan = simplest(job, need)?;
    let (left_behind, watch) = (LeftBehind::default(), Watch::default());
    let mut calibrator = Calibrator::new(job, &left_behind, &watch);
    let case = walked(&mut calibrator, plan, origin).await?;
    Some(tried(&case))
}

async fn walked(calibrator: &mut Calibrator<'_>, plan: &Plan, origin: Origin) -> Option<Case> {
    match origin {
        Origin::Document => {
            let asks = [step(ASK, plain())];
            calibrator.first_try(plan, origin, &asks).await
        }
        Origin::Registration => calibrator.registered(plan).await,
    }
}

fn tried(case: &Case) -> Tried {
    let register = record_of(&case.steps, REGISTER);
    let asked = record_of(&case.steps, ASK).filter(|record| !record.exchanges.is_empty());
    let is_registered = register.is_some_and(|record| {
        let act = Act::Register(Register::default());
        disposition(record, &act, &Calibration::default()).is_granted()
    });
    let stage = match asked.map_or(Reached::Refused, stage) {
        Reached::Refused if asked.is_some() && is_registered => Reached::Registered,
        stage => stage,
    };
    Tried {
        stage,
        said: asked
            .or(register)
            .and_then(said)
            .filter(|_| stage < Reached::Login),
        looked_up: was_looked_up(case),
    }
}

fn stage(record: &StepRecord) -> Reached {
    let Some(status) = record.status() else {
        return Reached::Refused;
    };
    let arrival = &record.arrival;
    match arrival {
        Arrival::Login => Reached::Login,
        Arrival::Sent { .. } if arrival.has_code() => Reached::Code,
        Arrival::Sent { .. } if arrival.parameter("error").is_some() => Reached::Told,
        Arrival::Sent { .. } => Reached::Page,
        _ if status < 400 => Reached::Page,
        _ => Reached::Refused,
    }
}
