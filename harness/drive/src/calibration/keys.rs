//! Calibration of clients with keys: how the assertions are made that the target takes, if it takes any.

use std::collections::BTreeMap;

use cimdspec_judge::Origin;
use cimdspec_judge::disposition;
use cimdspec_model::name::HostLabel;
use cimdspec_model::name::StepName;
use cimdspec_model::observation::StepRecord;
use cimdspec_model::plan::Need;
use cimdspec_model::plan::Plan;
use cimdspec_model::text::Text;
use cimdspec_model::verb::Act;
use cimdspec_model::verb::Authorize;
use cimdspec_model::verb::ClientName;
use cimdspec_model::verb::Register;
use cimdspec_model::verb::Serve;
use cimdspec_model::verb::Step;
use cimdspec_model::verb::Token;
use serde_json::Value;

use crate::calibration::assertions::Manner;
use crate::calibration::calibrator::Calibrator;
use crate::calibration::registrations::REGISTER;
use crate::calibration::samples::ASK;
use crate::calibration::samples::grants;
use crate::calibration::samples::is_granted;
use crate::calibration::samples::record_of;
use crate::calibration::samples::step;
use crate::target::facts::Lack;
use crate::target::facts::METHOD;

/// The step that redeems the code of the one before.
pub(crate) const REDEEM: &str = "redeem";
/// Where the keys of a registered client stand, when they are not in its registration.
const PLACE: &str = "/@case/keys.json";

impl Calibrator<'_> {
    /// How a client of this origin proves itself by its key: the first way by which one gets tokens.
    pub(crate) async fn by_key(&mut self, plan: &Plan, origin: Origin) {
        if !self.found.samples.each().into_iter().any(grants) {
            return;
        }
        let all = Manner::all(self.job.target.algorithms());
        let ways = match origin {
            Origin::Document => vec![authorized(None)],
            Origin::Registration => vec![registered(false), registered(true)],
        };
        let manners = &self.job.target.keys().manners;
        let mut tries = Vec::new();
        for steps in &ways {
            tries.extend(all.iter().map(|manner| (steps, *manner)));
        }
        let mut is_registered = false;
        for (steps, manner) in tries {
            manners.go(origin, manner);
            let Some(walked) = self.walk(plan, origin, steps.clone()).await else {
                break;
            };
            is_registered |= is_granted(&walked.case.steps, REGISTER);
            if self.took(origin, steps, &walked.case.steps) {
                if Some(&manner) != all.first() {
                    let told = format!("assertions of {} are taken {}", origin.words(), manner.words());
                    self.found.words.push(told);
                }
                return;
            }
        }
        if origin == Origin::Registration && !is_registered {
            self.found.lacks.insert(Need::DcrKey);
            self.found
                .words
                .push(self.job.target.facts().lacks(Lack::KeysOfRegistered));
            return;
        }
        if let Some(first) = all.first() {
            manners.go(origin, *first);
            let told = format!(
                "no assertion of {} was taken: {} ways were tried, with both audiences and all types and algorithms",
                origin.words(),
                all.len()
            );
            self.found.words.push(told);
        }
    }

    fn took(&self, origin: Origin, steps: &[Step], records: &[StepRecord]) -> bool {
        let redeemed = steps.iter().find(|step| step.name.as_str() == REDEEM);
        redeemed
            .zip(record_of(records, REDEEM))
            .is_some_and(|(step, record)| {
                disposition(record, &step.act, self.found.samples.of(origin)).is_granted()
            })
    }
}

/// A client asks and redeems.
pub(crate) fn authorized(client: Option<ClientName>) -> Vec<Step> {
    let redeem = Act::Token(Token {
        client: client.clone(),
        code: StepName::constant(ASK),
        swap: None,
        set: BTreeMap::new(),
        omit: Vec::new(),
        repeat: BTreeMap::new(),
        headers: BTreeMap::new(),
        auth: None,
    });
    let ask = Act::Authorize(Authorize {
        client,
        ..Authorize::default()
    });
    vec![step(ASK, ask), step(REDEEM, redeem)]
}

/// A client registers its key, or the place of its key, then asks and redeems.
fn registered(elsewhere: bool) -> Vec<Step> {
    let method = (METHOD.to_owned(), Value::from("private_key_jwt"));
    let (member, value) = match elsewhere {
        false => ("jwks", "@keys/client".to_owned()),
        true => ("jwks_uri", format!("@app{PLACE}")),
    };
    let serve = Act::Serve(Serve {
        host: HostLabel::parse("app").ok(),
        path: Some(Text(PLACE.to_owned())),
        body: Some(Text("@keys/client".to_owned())),
        ..Serve::default()
    });
    let register = Act::Register(Register {
        set: BTreeMap::from([method, (member.to_owned(), Value::from(value))]),
        ..Register::default()
    });
    let mut steps = vec![step("keys", serve), step(REGISTER, register)];
    steps.extend(authorized(Some(ClientName::Step(StepName::constant(REGISTER)))));
    steps
}
