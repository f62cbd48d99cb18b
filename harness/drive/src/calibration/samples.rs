//! Calibration: what this target's acceptance and refusal look like, and what it really offers.

use std::collections::BTreeMap;
use std::collections::BTreeSet;
use std::sync::Arc;
use std::time::Duration;

use cimdspec_judge::Calibration;
use cimdspec_judge::Failure;
use cimdspec_judge::Seen;
use cimdspec_judge::disposition;
use cimdspec_model::expect::Service;
use cimdspec_model::name::CaseId;
use cimdspec_model::name::Series;
use cimdspec_model::name::StepName;
use cimdspec_model::observation::Reply;
use cimdspec_model::observation::StepRecord;
use cimdspec_model::plan::Control;
use cimdspec_model::plan::Need;
use cimdspec_model::plan::Plan;
use cimdspec_model::text::Text;
use cimdspec_model::verb::Act;
use cimdspec_model::verb::Authorize;
use cimdspec_model::verb::Manage;
use cimdspec_model::verb::Register;
use cimdspec_model::verb::Serve;
use cimdspec_model::verb::Step;
use cimdspec_model::verb::Update;
use serde_json::Value;

use crate::agent::cookie::Jar;
use crate::agent::login;
use crate::calibration::assertions::Origin;
use crate::calibration::capacity::capacity;
use crate::case::context::origin_of;
use crate::case::walk::Company;
use crate::case::walk::Walked;
use crate::case::walk::walk;
use crate::run::bases::Bases;
use crate::run::bases::base;
use crate::run::bases::base_of_update;
use crate::run::failures::Watch;
use crate::run::schedule::Attempts;
use crate::run::schedule::Job;
use crate::verb::management::CHANGE;
use crate::verb::management::lacking_of;
use crate::verb::management::management_of;
use crate::verb::register::LeftBehind;

/// The known-good worlds by which a target is calibrated, where several ask as little of it.
const WORLDS: [&str; 2] = ["cimd/public-client", "dcr/confidential-client"];
/// Fewer cases are no load that could be too much for a target.
const A_LOAD: usize = 5;
/// Who does not answer a plain request in this time is not asked anything else: nobody would wait longer.
const PLAIN_DEADLINE: Duration = Duration::from_secs(30);
/// The member of the metadata by which a target says that it takes documents.
const DOCUMENTS: &str = "client_id_metadata_document_supported";
/// The asking step of every calibration.
pub(crate) const ASK: &str = "ask";

/// What the calibration brought.
#[derive(Default)]
pub(crate) struct Calibrated {
    /// Known-good and known-bad authorize steps.
    pub(crate) calibration: Calibration,
    /// The cookies of a user who is logged in.
    pub(crate) jar: Jar,
    /// What the target does not support after all.
    pub(crate) lacks: BTreeSet<Need>,
    /// How many fetches it bears at once, where that is little.
    pub(crate) at_once: Option<usize>,
    /// Why nothing else is worth asking: the target does not answer the simplest requests.
    pub(crate) silent: Option<String>,
    /// What became of the requests that everything else builds on.
    pub(crate) bases: Bases,
    /// What logs a user in, on the way to a code.
    pub(crate) visit: Option<Arc<Plan>>,
    /// All of it in words.
    pub(crate) words: Vec<String>,
}

/// What calibrating needs of a run.
pub(crate) struct Calibrator<'a> {
    pub(crate) job: &'a Job,
    left_behind: &'a LeftBehind,
    watch: &'a Watch,
    pub(crate) found: Calibrated,
}

/// Calibrates by what the target offers, whichever of so many cases were chosen.
pub(crate) async fn calibrate(
    job: &Job,
    cases: usize,
    left_behind: &LeftBehind,
    watch: &Watch,
) -> Calibrated {
    let mut calibrator = Calibrator {
        job,
        left_behind,
        watch,
        found: Calibrated {
            jar: job.target.given_cookies(),
            ..Calibrated::default()
        },
    };
    // The client that asks least of the target stands for all.
    let with = |need: Need| {
        let all = job.bases.iter().filter(|plan| plan.needs.contains(&need));
        all.min_by_key(|plan| {
            let lacking = plan.needs.iter().filter(|need| !job.target.offers(**need));
            (lacking.count() * 10 + plan.needs.len(), !is_usual(plan))
        })
    };
    if let Some(plan) = with(Need::Cimd).filter(|_| job.target.offers(Need::Cimd)) {
        calibrator.by_document(plan).await;
        if job.attempts == Attempts::Twice && cases >= A_LOAD {
            calibrator.under_load(plan, cases).await;
        }
    }
    // Clients with a document have one; clients that register have none.
    let with_key = |origin: Origin, need: Need| {
        let is_offered = [need, Need::PrivateKeyJwt]
            .iter()
            .all(|need| job.target.offers(*need));
        let all = job.bases.iter().filter(|_| is_offered);
        let has_key =
            |plan: &Plan| origin == Origin::Registration || plan.needs.contains(&Need::PrivateKeyJwt);
        all.filter(|plan| origin_of(plan) == origin && plan.needs.contains(&need) && has_key(plan))
            .min_by_key(|plan| !is_usual(plan))
    };
    if let Some(plan) = with_key(Origin::Document, Need::Cimd) {
        calibrator.by_key(plan, Origin::Document).await;
    }
    if let Some(plan) = with(Need::Dcr).filter(|_| job.target.offers(Need::Dcr)) {
        calibrator.by_registration(plan).await;
    }
    if let Some(plan) = with_key(Origin::Registration, Need::Dcr) {
        calibrator.by_key(plan, Origin::Registration).await;
    }
    calibrator.found
}

impl Calibrated {
    /// Whether a request that is right in every respect was granted.
    pub(crate) fn grants(&self) -> bool {
        self.good().any(|seen| seen.is_granted())
    }

    /// Whether requests that are right in every respect were refused.
    fn refuses(&self) -> bool {
        let mut good = self.good().peekable();
        good.peek().is_some() && good.all(|seen| matches!(seen, Seen::Refused(_)))
    }

    fn good(&self) -> impl Iterator<Item = Seen> {
        let good = self.calibration.good.iter();
        good.map(|record| disposition(record, &Act::Authorize(Authorize::default()), &self.calibration))
    }
}

impl Calibrator<'_> {
    /// Authorize steps for a client with a document: one that is right in every respect, then some that are not.
    async fn by_document(&mut self, plan: &Plan) {
        let served = |serve: Serve| {
            vec![
                step("world", Act::Serve(serve)),
                step(ASK, Act::Authorize(Authorize::default())),
            ]
        };
        let good = vec![step(ASK, Act::Authorize(Authorize::default()))];
        let deadline = match self.job.target.profile().login.command.is_empty() {
            true => PLAIN_DEADLINE,
            false => PLAIN_DEADLINE + login::DEADLINE,
        };
        let Ok(walked) = tokio::time::timeout(deadline, self.walked(plan, good, Series::Documents, 0)).await
        else {
            let seconds = deadline.as_secs();
            let told = format!("the target does not come to the end of a plain request within {seconds} s");
            self.watch.add(endless(&told), plan);
            self.found.silent = Some(told);
            return;
        };
        let Some(record) = walked else {
            return;
        };
        if let Some(reason) = unanswered(&record) {
            self.found.silent = Some(format!("the target does not answer a plain request: {reason}"));
            return;
        }
        self.found.calibration.good.push(record);
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
            vec![step(
                ASK,
                Act::Authorize(Authorize {
                    redirect_uri: Some(Text("@app/not-registered".to_owned())),
                    ..Authorize::default()
                }),
            )],
        ];
        for (number, steps) in bad.into_iter().enumerate() {
            let record = self.walked(plan, steps, Series::Documents, number + 1).await;
            self.found.calibration.bad.extend(record);
        }
        self.tell("documents");
        if self.found.calibration.ends_with_a_code() {
            let ask = vec![step(ASK, plain())];
            self.found.visit = Some(bare(plan, ask));
        }
        if self.job.target.flag(DOCUMENTS) == Some(true) {
            let good = self.found.calibration.good.first();
            let base = good.and_then(|good| base(good, &plain(), &self.found.calibration));
            self.found
                .bases
                .extend(base.map(|base| (Service::GrantsDocuments, base)));
        }
        if self.found.refuses() {
            let told = "hint: a server that takes only clients its operator has listed declares `listed-clients-only` in its profile";
            self.found.words.push(told.to_owned());
        }
    }

    /// How many clients it takes at once, where the profile does not say.
    async fn under_load(&mut self, plan: &Plan, cases: usize) {
        let declared = self.job.target.profile().pace.at_once;
        if declared.is_some() || !self.found.grants() {
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

    /// A registration, and an authorize step for the registered client where no document gave one.
    async fn by_registration(&mut self, plan: &Plan) {
        let register = step("register", Act::Register(Register::default()));
        let ask = step(ASK, Act::Authorize(Authorize::default()));
        let id = CaseId::new(&self.job.nonce, Series::Registrations, 0);
        let steps = [
            vec![register, ask],
            management_of(&StepName::constant("register")),
        ]
        .concat();
        let Some(walked) = self.walk(&bare(plan, steps), id).await else {
            return;
        };
        let found = lacking_of(&walked.case.steps);
        for (need, told) in &found {
            self.found.lacks.insert(*need);
            self.found.words.extend(told.map(str::to_owned));
        }
        if found.iter().any(|(need, _)| *need == Need::Dcr) {
            return;
        }
        let steps = walked.case.steps;
        self.note_registration(&steps);
        if self.found.calibration.good.is_empty()
            && let Some(record) = asked(steps)
        {
            self.found.jar = walked.jar;
            self.found.calibration.good.push(record);
            let bad = vec![
                step("register", Act::Register(Register::default())),
                step(
                    ASK,
                    Act::Authorize(Authorize {
                        redirect_uri: Some(Text("@app/not-registered".to_owned())),
                        ..Authorize::default()
                    }),
                ),
            ];
            let record = self.walked(plan, bad, Series::Registrations, 1).await;
            self.found.calibration.bad.extend(record);
            self.tell("registrations");
            if self.found.calibration.ends_with_a_code() {
                let steps = vec![
                    step("register", Act::Register(Register::default())),
                    step(ASK, plain()),
                ];
                self.found.visit = Some(bare(plan, steps));
            }
        }
    }

    /// Notes what became of a registration, of a request of its client, and of an update.
    fn note_registration(&mut self, steps: &[StepRecord]) {
        let calibration = &self.found.calibration;
        let record = |name: &str| steps.iter().find(|record| record.step.as_str() == name);
        let registered = record("register")
            .and_then(|record| base(record, &Act::Register(Register::default()), calibration));
        let asked = record(ASK).and_then(|record| base(record, &plain(), calibration));
        let own = Act::Update(Update(Manage::of(StepName::constant("register"))));
        let updated = record(CHANGE).and_then(|record| base_of_update(record, &own, calibration));
        for (service, base) in [
            (Service::GrantsRegistrations, registered),
            (Service::GrantsRegistered, asked),
            (Service::GrantsUpdates, updated),
        ] {
            self.found.bases.extend(base.map(|base| (service, base)));
        }
    }

    /// The record of the asking step.
    async fn walked(
        &mut self,
        plan: &Plan,
        steps: Vec<Step>,
        series: Series,
        number: usize,
    ) -> Option<StepRecord> {
        let id = CaseId::new(&self.job.nonce, series, number);
        let walked = self.walk(&bare(plan, steps), id).await?;
        self.found.jar = walked.jar;
        asked(walked.case.steps)
    }

    pub(crate) async fn walk(&self, plan: &Arc<Plan>, id: CaseId) -> Option<Walked> {
        let Job {
            world, target, stop, ..
        } = self.job;
        let jar = self.found.jar.clone();
        let mut walked = walk(plan, world, target, id, (jar, Company::None), stop)
            .await
            .ok()?;
        self.left_behind.add(std::mem::take(&mut walked.left_behind));
        self.watch.note(plan, &walked.case);
        Some(walked)
    }

    /// Says how the good and the bad were disposed of, once all of them are known.
    fn tell(&mut self, kind: &str) {
        let calibration = &self.found.calibration;
        let act = Act::Authorize(Authorize::default());
        let seen = |records: &[StepRecord]| {
            let mut each: Vec<String> = records
                .iter()
                .map(|record| in_words(&disposition(record, &act, calibration)))
                .collect();
            each.dedup();
            each.join("; ")
        };
        let told = format!(
            "{kind}: good request: {}; bad requests: {}",
            seen(&calibration.good),
            seen(&calibration.bad)
        );
        self.found.words.push(told);
    }
}

fn plain() -> Act {
    Act::Authorize(Authorize::default())
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

/// Whether a plan has one of the worlds of the calibration. Which scenario comes first must not matter.
fn is_usual(plan: &Plan) -> bool {
    WORLDS.contains(&plan.base.as_str())
}

pub(crate) fn in_words(seen: &Seen) -> String {
    match seen {
        Seen::Accepted(_) => "accepted so far".to_owned(),
        Seen::Diverted(to) => format!("sent with a code to `{to}`, which was not asked for"),
        Seen::Granted => "granted".to_owned(),
        Seen::Refused(None) => "refused".to_owned(),
        Seen::Refused(Some(error)) => format!("refused with `{error}`"),
        Seen::Throttled => "throttled".to_owned(),
        Seen::Impossible(reason) | Seen::Unclear(reason) => format!("unclear ({reason})"),
    }
}

/// Why a step got no answer at all.
fn unanswered(record: &StepRecord) -> Option<String> {
    match &record.exchanges.last()?.reply {
        Reply::Response { .. } => None,
        Reply::Timeout => Some("nothing came within the deadline".to_owned()),
        Reply::Broken { reason } => Some(format!("the connection broke: {reason}")),
    }
}

fn asked(steps: Vec<StepRecord>) -> Option<StepRecord> {
    steps.into_iter().find(|record| record.step.as_str() == ASK)
}

pub(crate) fn step(name: &'static str, act: Act) -> Step {
    Step {
        name: StepName::constant(name),
        background: false,
        optional: false,
        wait_on: None,
        act,
    }
}

/// The plan's world with other steps and without checks.
pub(crate) fn bare(plan: &Plan, steps: Vec<Step>) -> Arc<Plan> {
    let mut hosts = Vec::clone(&plan.hosts);
    hosts.iter_mut().for_each(|host| host.address = None);
    Arc::new(Plan {
        hosts: Arc::new(hosts),
        steps,
        checks: Arc::default(),
        control: Control::None(String::new()),
        ..plan.clone()
    })
}
