//! Calibration of clients with a document: what becomes of a right request, and of some that are not.

use std::collections::BTreeMap;
use std::time::Duration;

use cimdspec_judge::Failure;
use cimdspec_judge::Origin;
use cimdspec_judge::Seen;
use cimdspec_judge::disposition;
use cimdspec_model::expect::Service;
use cimdspec_model::plan::Need;
use cimdspec_model::plan::Plan;
use cimdspec_model::report::Obstacle;
use cimdspec_model::text::Text;
use cimdspec_model::verb::Act;
use cimdspec_model::verb::Authorize;
use cimdspec_model::verb::Channel;
use cimdspec_model::verb::Serve;
use cimdspec_model::verb::Step;
use serde_json::Value;

use crate::agent::programs;
use crate::calibration::calibrator::Calibrator;
use crate::calibration::capacity::capacity;
use crate::calibration::obstacle::obstacle;
use crate::calibration::samples::ASK;
use crate::calibration::samples::bare;
use crate::calibration::samples::fails;
use crate::calibration::samples::grants;
use crate::calibration::samples::plain;
use crate::calibration::samples::record_of;
use crate::calibration::samples::refuses;
use crate::calibration::samples::step;
use crate::calibration::samples::told;
use crate::calibration::samples::unanswered;
use crate::calibration::samples::was_looked_up;
use crate::run::bases::base;
use crate::target::facts::Lack;
use crate::target::server::DOCUMENTS;

/// Who does not answer a plain request in this time is not asked anything else: nobody would wait longer.
const PLAIN_DEADLINE: Duration = Duration::from_secs(30);

impl Calibrator<'_> {
    /// Authorize steps for a client with a document: one that is right in every respect, then some that are not.
    pub(crate) async fn by_document(&mut self, plan: &Plan) {
        let profile = self.job.target.profile();
        let commands = [&profile.login.command, &profile.consent.command];
        let deadline = commands.into_iter().filter(|command| !command.is_empty());
        let deadline = deadline.fold(PLAIN_DEADLINE, |deadline, _| deadline + programs::DEADLINE);
        let asks = [step(ASK, plain())];
        let first = self.first_try(plan, Origin::Document, &asks);
        let Ok(case) = tokio::time::timeout(deadline, first).await else {
            let seconds = deadline.as_secs();
            let told = format!("the target does not come to the end of a plain request within {seconds} s");
            self.watch.add(endless(&told), plan);
            self.is_silent(Origin::Document, &told);
            return;
        };
        let Some(case) = case else {
            return;
        };
        let Some(record) = record_of(&case.steps, ASK) else {
            return;
        };
        if let Some(reason) = unanswered(record) {
            self.is_silent(Origin::Document, &reason);
            return;
        }
        let samples = self.found.samples.of_mut(Origin::Document);
        samples.good.push(record.clone());
        let is_none = refuses(samples) || fails(record);
        if self.job.target.flag(DOCUMENTS).is_none() && is_none && !was_looked_up(&case) {
            samples.good.clear();
            self.found.lacks.insert(Need::Cimd);
            self.found.words.push(format!(
                "documents: not offered: the metadata do not say `{DOCUMENTS}`, and a right request was refused, or failed the server, before any host was looked up"
            ));
            return;
        }
        self.bad_documents(plan).await;
        self.once_more(plan, Origin::Document, vec![step(ASK, plain())])
            .await;
        self.note_login(Origin::Document);
        let samples = self.found.samples.of(Origin::Document);
        self.found.words.push(told("documents", samples));
        if samples.ends_with_a_code() {
            self.found.visit = Some(bare(plan, vec![step(ASK, plain())]));
        } else {
            let obstacle = obstacle(&case, record, self.job.target.profile(), Origin::Document);
            self.found.obstacles.insert(Origin::Document, obstacle);
        }
        if self.job.target.flag(DOCUMENTS) == Some(true) {
            let good = samples.good.first();
            let base = good.and_then(|good| base(good, &plain(), samples));
            self.found
                .bases
                .extend(base.map(|base| (Service::GrantsDocuments, base)));
        }
        if refuses(samples) {
            let told = "hint: a server that takes only clients its operator has listed declares `listed-clients-only` in its profile";
            self.found.words.push(told.to_owned());
        }
    }

    /// Whether a client with a document is known where it pushes its first request, or after an authorization request only.
    pub(crate) async fn by_pushed(&mut self, plan: &Plan) {
        let target = &self.job.target;
        let is_plain = target.profile().request.channel == Channel::Query && !target.facts().found().pushed;
        if !is_plain
            || !target.offers(Need::Par)
            || !self.found.samples.of(Origin::Document).ends_with_a_code()
        {
            return;
        }
        let pushed = Act::Authorize(Authorize {
            channel: Some(Channel::Par),
            ..Authorize::default()
        });
        if self.is_known(plan, &pushed).await != Some(false) {
            return;
        }
        self.job.target.facts().lacks(Lack::KnownAtOnce);
        match self.is_known(plan, &pushed).await {
            Some(true) => self.found.words.push(
                "a client with a document is known after its first authorization request only".to_owned(),
            ),
            _ => self.job.target.facts().has(Lack::KnownAtOnce),
        }
    }

    /// Whether a client with a document may push a request: it is granted, or refused; none where neither can be said.
    async fn is_known(&self, plan: &Plan, pushed: &Act) -> Option<bool> {
        let steps = vec![step(ASK, pushed.clone())];
        let walked = self.walk(plan, Origin::Document, steps).await?;
        let record = record_of(&walked.case.steps, ASK)?;
        match disposition(record, pushed, self.found.samples.of(Origin::Document)) {
            Seen::Granted => Some(true),
            Seen::Refused(_) => Some(false),
            _ => None,
        }
    }

    /// The target does not answer the simplest requests: nothing else is worth asking.
    pub(crate) fn is_silent(&mut self, origin: Origin, told: &str) {
        self.found.silent = true;
        let obstacle = Obstacle::of(
            told,
            "look at the server log: the server may wait for something that it cannot reach, or send its users to it",
        );
        self.found.obstacles.insert(origin, obstacle);
    }

    /// Requests that any server refuses.
    async fn bad_documents(&mut self, plan: &Plan) {
        let served = |serve: Serve| vec![step("world", Act::Serve(serve)), step(ASK, plain())];
        let other_id = BTreeMap::from([("client_id".to_owned(), Value::from("@docs/somebody-else.json"))]);
        let bad = [
            served(Serve {
                status: Some(404),
                ..Serve::default()
            }),
            served(Serve {
                set: other_id,
                ..Serve::default()
            }),
            vec![step(ASK, not_registered())],
        ];
        for steps in bad {
            self.bad(plan, Origin::Document, steps).await;
        }
    }

    /// How many clients it takes at once, where the profile does not say.
    pub(crate) async fn under_load(&mut self, plan: &Plan, cases: usize) {
        let declared = self.job.target.profile().pace.at_once;
        if declared.is_some() || !grants(self.found.samples.of(Origin::Document)) {
            return;
        }
        let borne = capacity(plan, self.job, &self.found.jar, self.left_behind, cases).await;
        if let Some(most) = borne {
            self.found.at_once = borne;
            let told = format!(
                "the target refuses or delays clients under load: {most} cases at once (`pace.at_once` of a profile says another number)"
            );
            self.found.words.push(told);
        }
    }

    /// A request that any server refuses. One that was granted shows a hole, and not what a refusal looks like.
    pub(crate) async fn bad(&mut self, plan: &Plan, origin: Origin, steps: Vec<Step>) {
        let Some(case) = self.walked(plan, origin, steps).await else {
            return;
        };
        let Some(record) = record_of(&case.steps, ASK) else {
            return;
        };
        let samples = self.found.samples.of_mut(origin);
        match disposition(record, &plain(), samples) {
            Seen::Diverted(_) | Seen::Granted => {}
            _ => samples.bad.push(record.clone()),
        }
    }

    /// The right request a second time, when the user is logged in: the pages that it brings may be others.
    pub(crate) async fn once_more(&mut self, plan: &Plan, origin: Origin, steps: Vec<Step>) {
        if !grants(self.found.samples.of(origin)) {
            return;
        }
        let Some(case) = self.walked(plan, origin, steps).await else {
            return;
        };
        let samples = self.found.samples.of_mut(origin);
        if let Some(record) = record_of(&case.steps, ASK)
            && disposition(record, &plain(), samples).is_granted()
        {
            samples.good.push(record.clone());
        }
    }
}

/// A request with a redirect URI that is not the client's.
pub(crate) fn not_registered() -> Act {
    Act::Authorize(Authorize {
        redirect_uri: Some(Text("@app/not-registered".to_owned())),
        ..Authorize::default()
    })
}

/// A request that came to no end: not even a plain one is answered.
fn endless(told: &str) -> Failure {
    let axes = [("place", "authorize"), ("step", "authorize")];
    Failure {
        service: Service::AlwaysAnswers,
        axes: axes.map(|(name, slug)| (name.to_owned(), slug.to_owned())).into(),
        case: None,
        seen: told.to_owned(),
        evidence: Vec::new(),
    }
}
