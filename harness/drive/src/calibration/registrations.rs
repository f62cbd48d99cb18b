//! Calibration of registered clients: how they may authenticate, what becomes of their requests, and how they are managed.

use cimdspec_judge::Calibration;
use cimdspec_judge::Origin;
use cimdspec_judge::disposition;
use cimdspec_model::expect::Service;
use cimdspec_model::name::StepName;
use cimdspec_model::observation::Case;
use cimdspec_model::observation::StepRecord;
use cimdspec_model::plan::Need;
use cimdspec_model::plan::Plan;
use cimdspec_model::report::Obstacle;
use cimdspec_model::text::Text;
use cimdspec_model::verb::Act;
use cimdspec_model::verb::Authorize;
use cimdspec_model::verb::Manage;
use cimdspec_model::verb::Register;
use cimdspec_model::verb::Step;
use cimdspec_model::verb::Update;
use serde_json::Value;

use crate::calibration::calibrator::Calibrator;
use crate::calibration::documents::not_registered;
use crate::calibration::obstacle::obstacle;
use crate::calibration::samples::ASK;
use crate::calibration::samples::bare;
use crate::calibration::samples::grants;
use crate::calibration::samples::in_words;
use crate::calibration::samples::plain;
use crate::calibration::samples::quoted;
use crate::calibration::samples::record_of;
use crate::calibration::samples::step;
use crate::calibration::samples::told;
use crate::calibration::samples::unanswered;
use crate::run::bases::base;
use crate::run::bases::base_of_update;
use crate::target::facts::METHOD;
use crate::target::server::Target;
use crate::verb::management::CHANGE;
use crate::verb::management::lacking_of;
use crate::verb::management::management_of;
use crate::verb::register::BY_SECRET;
use crate::verb::register::NOT_AT_ALL;

pub(crate) const REGISTER: &str = "register";
/// How a client may authenticate that has no key, the usual first.
const METHODS: [&str; 3] = [BY_SECRET, "client_secret_post", NOT_AT_ALL];
/// An identifier that no server gave.
const NOBODY: &str = "cimdspec-no-such-client";

impl Calibrator<'_> {
    /// A registration, a request of its client, and some that any server refuses.
    pub(crate) async fn by_registration(&mut self, plan: &Plan) {
        let Some(case) = self.registered(plan).await else {
            return;
        };
        let steps = case.steps.clone();
        let found = lacking_of(&steps);
        for (need, told) in &found {
            self.found.lacks.insert(*need);
            self.found.words.extend(told.map(str::to_owned));
        }
        if found.iter().any(|(need, _)| *need == Need::Dcr) {
            return;
        }
        let silence = [REGISTER, ASK]
            .iter()
            .find_map(|name| unanswered(record_of(&steps, name)?));
        if let Some(reason) = silence
            && !grants(self.found.samples.of(Origin::Document))
        {
            self.note_registration(&steps);
            self.is_silent(Origin::Registration, &reason);
            return;
        }
        let samples = self.found.samples.of_mut(Origin::Registration);
        let asked = record_of(&steps, ASK).filter(|record| !record.exchanges.is_empty());
        samples.good.extend(asked.cloned());
        self.note_registration(&steps);
        if asked.is_none() {
            if let Some(record) = record_of(&steps, REGISTER) {
                let seen = disposition(
                    record,
                    &Act::Register(Register::default()),
                    &Calibration::default(),
                );
                let told = format!("a right registration was {}{}", in_words(&seen), quoted(record));
                self.found.words.push(format!("registrations: {told}"));
                let remedy = "`cimdspec init` tries what servers usually want; `[registration]` of the profile says it";
                let obstacle = Obstacle::of(told, remedy);
                self.found.obstacles.insert(Origin::Registration, obstacle);
            }
            return;
        }
        let bad = [
            vec![registers(), step(ASK, not_registered())],
            vec![registers(), step(ASK, of_nobody())],
        ];
        if self.uses_up_tokens(plan).await {
            return;
        }
        for steps in bad {
            self.bad(plan, Origin::Registration, steps).await;
        }
        let asks = vec![registers(), step(ASK, plain())];
        self.once_more(plan, Origin::Registration, asks.clone()).await;
        self.note_login(Origin::Registration);
        let samples = self.found.samples.of(Origin::Registration);
        self.found.words.push(told("registrations", samples));
        if !samples.ends_with_a_code()
            && let Some(record) = asked
        {
            let obstacle = obstacle(&case, record, self.job.target.profile(), Origin::Registration);
            self.found.obstacles.insert(Origin::Registration, obstacle);
        }
        if self.found.visit.is_none() && samples.ends_with_a_code() {
            self.found.visit = Some(bare(plan, asks));
        }
    }

    /// Whether the one initial access token of the profile opens no second registration.
    async fn uses_up_tokens(&mut self, plan: &Plan) -> bool {
        let profile = self.job.target.profile();
        if profile.initial_access_token.is_none() || profile.initial_tokens.is_told() {
            return false;
        }
        let case = self.walked(plan, Origin::Registration, vec![registers()]).await;
        let is_closed =
            case.is_some_and(|case| record_of(&case.steps, REGISTER).is_some_and(is_for_its_token));
        if is_closed {
            self.found.lacks.insert(Need::Dcr);
            let told = "the initial access token opened one registration and no second: `[initial_tokens]` of a profile says how new ones are had";
            self.found.words.push(told.to_owned());
        }
        is_closed
    }

    /// The records of a registration by the first method that is taken, of a request, and of both ways to manage it.
    pub(crate) async fn registered(&mut self, plan: &Plan) -> Option<Case> {
        let steps = [
            vec![registers(), step(ASK, plain())],
            management_of(&StepName::constant(REGISTER)),
        ]
        .concat();
        let methods = methods(&self.job.target);
        let mut first = None;
        for method in &methods {
            // What the bases say themselves needs no fact.
            let other = Some(method).filter(|method| *method != METHODS[0]);
            self.job.target.facts().authenticate_by(other.cloned());
            let case = self.first_try(plan, Origin::Registration, &steps).await?;
            let is_refused = record_of(&case.steps, REGISTER).is_some_and(is_for_its_metadata);
            if !is_refused {
                if method == NOT_AT_ALL {
                    self.found.lacks.insert(Need::DcrSecret);
                }
                let told = other.map(|method| format!("registered clients authenticate by `{method}`"));
                self.found.words.extend(told);
                return Some(case);
            }
            first.get_or_insert(case);
        }
        self.job
            .target
            .facts()
            .authenticate_by(methods.into_iter().next());
        first
    }

    /// Notes what became of a registration, of a request of its client, and of an update.
    fn note_registration(&mut self, steps: &[StepRecord]) {
        let calibration = self.found.samples.of(Origin::Registration);
        let registered = record_of(steps, REGISTER)
            .and_then(|record| base(record, &Act::Register(Register::default()), calibration));
        let asked = record_of(steps, ASK).and_then(|record| base(record, &plain(), calibration));
        let own = Act::Update(Update(Manage::of(StepName::constant(REGISTER))));
        let updated = record_of(steps, CHANGE).and_then(|record| base_of_update(record, &own, calibration));
        for (service, base) in [
            (Service::GrantsRegistrations, registered),
            (Service::GrantsRegistered, asked),
            (Service::GrantsUpdates, updated),
        ] {
            self.found.bases.extend(base.map(|base| (service, base)));
        }
    }
}

/// The step that registers a client.
pub(crate) fn registers() -> Step {
    step(REGISTER, Act::Register(Register::default()))
}

/// A request that names a client that is not there.
fn of_nobody() -> Act {
    Act::Authorize(Authorize {
        client_id: Some(Text(NOBODY.to_owned())),
        ..Authorize::default()
    })
}

/// The methods to be tried: what the profile says, or those of ours that the metadata lists, or all.
fn methods(target: &Target) -> Vec<String> {
    if let Some(said) = target.profile().registration.get(METHOD).and_then(Value::as_str) {
        return vec![said.to_owned()];
    }
    let listed = target.metadata().get("token_endpoint_auth_methods_supported");
    let listed = listed.and_then(Value::as_array);
    let is_listed = |method: &&str| listed.is_none_or(|listed| listed.iter().any(|known| known == method));
    let methods: Vec<String> = METHODS.into_iter().filter(is_listed).map(str::to_owned).collect();
    match methods.is_empty() {
        true => METHODS.map(str::to_owned).to_vec(),
        false => methods,
    }
}

/// Whether a registration was refused for who sends it.
fn is_for_its_token(record: &StepRecord) -> bool {
    matches!(record.status(), Some(401 | 403))
}

/// Whether a registration was refused for what it says, so that another may be taken.
fn is_for_its_metadata(record: &StepRecord) -> bool {
    matches!(record.status(), Some(400 | 422))
}
