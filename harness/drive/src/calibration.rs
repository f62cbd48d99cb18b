//! Calibration: what this target's acceptance and refusal look like, and what it really offers.

use std::collections::BTreeMap;
use std::collections::BTreeSet;
use std::sync::Arc;
use std::time::Duration;

use cimdspec_judge::Calibration;
use cimdspec_judge::Seen;
use cimdspec_judge::disposition;
use cimdspec_model::name::CaseId;
use cimdspec_model::name::Series;
use cimdspec_model::name::StepName;
use cimdspec_model::observation::Reply;
use cimdspec_model::observation::StepRecord;
use cimdspec_model::plan::Control;
use cimdspec_model::plan::Need;
use cimdspec_model::plan::Plan;
use cimdspec_model::scenario::step::Act;
use cimdspec_model::scenario::step::Authorize;
use cimdspec_model::scenario::step::Register;
use cimdspec_model::scenario::step::Serve;
use cimdspec_model::scenario::step::Step;
use cimdspec_model::text::Text;
use serde_json::Value;

use crate::capacity::capacity;
use crate::cookie::Jar;
use crate::login;
use crate::management::lacking_of;
use crate::management::management_of;
use crate::manner::Origin;
use crate::registration::LeftBehind;
use crate::run::Job;
use crate::run::Looks;
use crate::scene::origin_of;
use crate::walk::Walked;
use crate::walk::walk;

/// Fewer cases are no crowd that could be too much for a target.
const A_CROWD: usize = 5;
/// Who does not answer a plain request in this time is not asked anything else: nobody would wait longer.
const PLAIN_DEADLINE: Duration = Duration::from_secs(30);
/// The asking step of every calibration.
pub(crate) const ASK: &str = "ask";

/// What the calibration brought.
#[derive(Default)]
pub(crate) struct Calibrated {
    /// Known-good and known-bad authorize steps.
    pub(crate) calibration: Calibration,
    /// The cookies of a user who is logged in.
    pub(crate) jar: Jar,
    /// What the target does not offer after all.
    pub(crate) lacks: BTreeSet<Need>,
    /// How many fetches it bears at once, where that is little.
    pub(crate) at_once: Option<usize>,
    /// Why nothing else is worth asking: the target does not answer the simplest requests.
    pub(crate) silent: Option<String>,
    /// All of it in words.
    pub(crate) words: Vec<String>,
}

/// What calibrating needs of a run.
pub(crate) struct Calibrator<'a> {
    pub(crate) job: &'a Job,
    left_behind: &'a LeftBehind,
    pub(crate) found: Calibrated,
}

/// Calibrates on the bases of the plans.
pub(crate) async fn calibrate(plans: &[Arc<Plan>], job: &Job, left_behind: &LeftBehind) -> Calibrated {
    let mut calibrator = Calibrator {
        job,
        left_behind,
        found: Calibrated {
            jar: job.target.given_cookies(),
            ..Calibrated::default()
        },
    };
    // The client that asks least of the target stands for all.
    let with = |need: Need| {
        let all = plans.iter().filter(|plan| plan.needs.contains(&need));
        all.min_by_key(|plan| {
            plan.needs
                .iter()
                .filter(|need| !job.target.offers(**need))
                .count()
                * 10
                + plan.needs.len()
        })
    };
    if let Some(plan) = with(Need::Cimd).filter(|_| job.target.offers(Need::Cimd)) {
        calibrator.by_document(plan).await;
        if job.looks == Looks::Twice && plans.len() >= A_CROWD {
            calibrator.in_a_crowd(plan, plans.len()).await;
        }
    }
    // Clients with a document have one; clients that register have none.
    let with_key = |origin: Origin, need: Need| {
        let mut all = plans.iter();
        all.find(|plan| {
            origin_of(plan) == origin
                && [need, Need::PrivateKeyJwt]
                    .iter()
                    .all(|need| plan.needs.contains(need) && job.target.offers(*need))
        })
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
        if self.found.refuses() {
            let told = "hint: a server that takes only clients its operator has listed declares `listed-clients-only` in its profile";
            self.found.words.push(told.to_owned());
        }
    }

    /// How many clients it takes at once, where the profile does not say.
    async fn in_a_crowd(&mut self, plan: &Plan, cases: usize) {
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
        let steps = [vec![register, ask], management_of("register")].concat();
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
        if self.found.calibration.good.is_empty()
            && let Some(record) = asked(walked.case.steps)
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

    pub(crate) async fn walk(&self, plan: &Plan, id: CaseId) -> Option<Walked> {
        let Job {
            world, target, stop, ..
        } = self.job;
        let mut walked = walk(plan, world, target, id, self.found.jar.clone(), stop)
            .await
            .ok()?;
        self.left_behind.add(std::mem::take(&mut walked.left_behind));
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
            "{kind}: a request that is right in every respect: {}; wrong ones: {}",
            seen(&calibration.good),
            seen(&calibration.bad)
        );
        self.found.words.push(told);
    }
}

fn in_words(seen: &Seen) -> String {
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
        after_refusal_of: None,
        act,
    }
}

/// The plan's world with other steps and without checks.
pub(crate) fn bare(plan: &Plan, steps: Vec<Step>) -> Plan {
    let mut hosts = plan.hosts.clone();
    hosts.iter_mut().for_each(|host| host.address = None);
    Plan {
        hosts,
        steps,
        checks: Vec::new(),
        control: Control::None(String::new()),
        ..plan.clone()
    }
}
