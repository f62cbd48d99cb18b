//! Requests whose right answer is known, of clients of each origin apart: every case is judged by those of its kind.

use cimdspec_model::plan::Plan;
use cimdspec_model::verb::Act;
use serde::Deserialize;
use serde::Serialize;

use crate::disposition::Calibration;

/// Where a client is known from.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
pub enum Origin {
    /// Its document.
    Document,
    /// Its registration.
    Registration,
}

impl Origin {
    /// Where the clients of a plan are known from: from documents, where it has any.
    pub fn of(plan: &Plan) -> Self {
        match plan.hosts.iter().any(|host| host.document.is_some()) {
            true => Self::Document,
            false => Self::Registration,
        }
    }

    /// Its clients in words.
    pub fn words(self) -> &'static str {
        match self {
            Self::Document => "clients with a document",
            Self::Registration => "registered clients",
        }
    }
}

/// Known-good and known-bad authorize steps, of clients of each origin apart.
#[derive(Debug, Clone, Default, PartialEq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Samples {
    documents: Calibration,
    registrations: Calibration,
}

impl Samples {
    /// Those of clients of this origin.
    pub fn of(&self, origin: Origin) -> &Calibration {
        match origin {
            Origin::Document => &self.documents,
            Origin::Registration => &self.registrations,
        }
    }

    /// The same, to be filled.
    pub fn of_mut(&mut self, origin: Origin) -> &mut Calibration {
        match origin {
            Origin::Document => &mut self.documents,
            Origin::Registration => &mut self.registrations,
        }
    }

    /// Both.
    pub fn each(&self) -> [&Calibration; 2] {
        [&self.documents, &self.registrations]
    }

    /// Those that a plan is judged by. Who has neither a document nor a registration is judged by whatever was granted.
    pub fn for_plan(&self, plan: &Plan) -> &Calibration {
        let registers = plan.steps.iter().any(|step| matches!(step.act, Act::Register(_)));
        let (own, other) = match Origin::of(plan) {
            Origin::Document => (&self.documents, &self.registrations),
            Origin::Registration => (&self.registrations, &self.documents),
        };
        let is_bound = registers || Origin::of(plan) == Origin::Document;
        match own.good.is_empty() || (!is_bound && !own.ends_with_a_code()) {
            true => other,
            false => own,
        }
    }
}
