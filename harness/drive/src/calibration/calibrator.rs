//! Calibration: what this target's acceptance and refusal look like, and what it really offers.

use std::collections::BTreeMap;
use std::collections::BTreeSet;
use std::sync::Arc;
use std::sync::atomic::AtomicUsize;
use std::sync::atomic::Ordering;

use cimdspec_judge::Calibration;
use cimdspec_judge::Origin;
use cimdspec_judge::Samples;
use cimdspec_model::name::CaseId;
use cimdspec_model::name::Series;
use cimdspec_model::observation::Case;
use cimdspec_model::observation::Exchange;
use cimdspec_model::observation::Reply;
use cimdspec_model::observation::StepRecord;
use cimdspec_model::plan::Need;
use cimdspec_model::plan::Plan;
use cimdspec_model::report::Obstacle;
use cimdspec_model::verb::Channel;
use cimdspec_model::verb::Step;

use crate::agent::cookie::Jar;
use crate::calibration::samples::ASK;
use crate::calibration::samples::bare;
use crate::calibration::samples::is_promising;
use crate::calibration::samples::record_of;
use crate::calibration::samples::was_fetched;
use crate::case::walk::Company;
use crate::case::walk::Walked;
use crate::case::walk::walk;
use crate::run::bases::Bases;
use crate::run::failures::Watch;
use crate::run::schedule::Attempts;
use crate::run::schedule::Job;
use crate::target::facts::Lack;
use crate::verb::register::LeftBehind;

/// The known-good worlds by which a target is calibrated, where several ask as little of it.
const WORLDS: [&str; 2] = ["client/document", "dcr/confidential-client"];
/// Fewer cases are no load that could be too much for a target.
const A_LOAD: usize = 5;

/// What the calibration brought.
#[derive(Default)]
pub(crate) struct Calibrated {
    /// Known-good and known-bad authorize steps.
    pub(crate) samples: Samples,
    /// The cookies of a user who is logged in.
    pub(crate) jar: Jar,
    /// What the target does not support after all.
    pub(crate) lacks: BTreeSet<Need>,
    /// How many fetches it bears at once, where that is little.
    pub(crate) at_once: Option<usize>,
    /// What stood in the way of the right request of each origin that did not end with a code.
    pub(crate) obstacles: BTreeMap<Origin, Obstacle>,
    /// Whether nothing else is worth asking: the target does not answer the simplest requests.
    pub(crate) silent: bool,
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
    pub(crate) left_behind: &'a LeftBehind,
    pub(crate) watch: &'a Watch,
    pub(crate) found: Calibrated,
    /// How many cases were walked: each has a number of its own.
    walked: AtomicUsize,
}

/// Calibrates by what the target offers, whichever of so many cases were chosen.
pub(crate) async fn calibrate(
    job: &Job,
    cases: usize,
    left_behind: &LeftBehind,
    watch: &Watch,
) -> Calibrated {
    let mut calibrator = Calibrator::new(job, left_behind, watch);
    let with = |need: Need| simplest(job, need);
    if let Some(plan) = with(Need::Cimd).filter(|_| job.target.offers(Need::Cimd)) {
        calibrator.by_document(plan).await;
        if calibrator.found.silent {
            return calibrator.found;
        }
        if job.attempts == Attempts::Twice && cases >= A_LOAD {
            calibrator.under_load(plan, cases).await;
        }
        calibrator.by_refresh(plan, Origin::Document).await;
        calibrator.by_pushed(plan).await;
    }
    // Clients with a document have one; clients that register have none.
    let with_key = |origin: Origin, need: Need| {
        let is_offered = [need, Need::PrivateKeyJwt]
            .iter()
            .all(|need| job.target.offers(*need));
        let all = job.bases.iter().filter(|_| is_offered);
        let has_key =
            |plan: &Plan| origin == Origin::Registration || plan.needs.contains(&Need::PrivateKeyJwt);
        all.filter(|plan| Origin::of(plan) == origin && plan.needs.contains(&need) && has_key(plan))
            .min_by_key(|plan| !is_usual(plan))
    };
    if let Some(plan) = with_key(Origin::Document, Need::Cimd) {
        calibrator.by_key(plan, Origin::Document).await;
    }
    if let Some(plan) = with(Need::Dcr).filter(|_| job.target.offers(Need::Dcr)) {
        calibrator.by_registration(plan).await;
        if calibrator.found.silent {
            return calibrator.found;
        }
        calibrator.by_refresh(plan, Origin::Registration).await;
        calibrator.by_public(plan).await;
    }
    if let Some(plan) = with_key(Origin::Registration, Need::Dcr) {
        calibrator.by_key(plan, Origin::Registration).await;
    }
    calibrator.found
}

impl Calibrated {
    /// Why nothing can be concluded that builds on a grant, if that is so.
    pub(crate) fn obstacle(&self) -> Option<&Obstacle> {
        let ends = |calibration: &Calibration| calibration.ends_with_a_code();
        if self.samples.each().into_iter().any(ends) {
            return None;
        }
        // The one that is nearest to a code.
        let is_near = |origin: &&Origin| is_promising(self.samples.of(**origin));
        let origin = self
            .obstacles
            .keys()
            .find(is_near)
            .or_else(|| self.obstacles.keys().next());
        self.obstacles.get(origin?)
    }

    /// Why no request for authorization of an origin is worth making: no right one of its kind was granted.
    pub(crate) fn hindrance(&self, origin: Origin) -> Option<&Obstacle> {
        self.obstacle().or_else(|| {
            let own = self.obstacles.get(&origin)?;
            (!is_promising(self.samples.of(origin))).then_some(own)
        })
    }
}

impl<'a> Calibrator<'a> {
    /// What the right requests of an origin show of logins and sessions.
    pub(crate) fn note_login(&self, origin: Origin) {
        let samples = self.found.samples.of(origin);
        if !samples.ends_with_a_code() {
            return;
        }
        let facts = self.job.target.facts();
        if samples
            .good
            .iter()
            .all(|record| record.exchanges.iter().all(is_redirect))
        {
            facts.lacks(Lack::Login);
        }
        if self.found.jar.values().next().is_none() {
            facts.lacks(Lack::Session);
        }
    }

    pub(crate) fn new(job: &'a Job, left_behind: &'a LeftBehind, watch: &'a Watch) -> Self {
        Self {
            job,
            left_behind,
            watch,
            found: Calibrated {
                jar: job.target.given_cookies(),
                ..Calibrated::default()
            },
            walked: AtomicUsize::new(0),
        }
    }

    /// The same as [`Self::pushed_or_not`]; where a client is refused after its document was fetched, and is granted with
    /// redirect URIs on the host of the document, all have them there from now on.
    pub(crate) async fn first_try(&mut self, plan: &Plan, origin: Origin, steps: &[Step]) -> Option<Case> {
        let case = self.pushed_or_not(plan, origin, steps).await?;
        let target = &self.job.target;
        let is_refused = record_of(&case.steps, ASK).and_then(StepRecord::status) >= Some(400);
        if origin != Origin::Document || !is_refused || !was_fetched(&case) || target.redirects_to_own_host()
        {
            return Some(case);
        }
        target.facts().redirect_to_own_host(true);
        let own = self.pushed_or_not(plan, origin, steps).await?;
        target.facts().redirect_to_own_host(false);
        if !own.has_code() {
            return Some(case);
        }
        // A server that failed the first time grants it now.
        let again = self.pushed_or_not(plan, origin, steps).await?;
        if again.has_code() {
            return Some(again);
        }
        target.facts().redirect_to_own_host(true);
        let told = "redirect URIs have to be on the host of the document: those on another host are refused";
        self.found.words.push(told.to_owned());
        Some(own)
    }

    /// The same as [`Self::walked`]; where the metadata ask for pushed requests and a plain one brings no code, all are pushed
    /// from now on.
    async fn pushed_or_not(&mut self, plan: &Plan, origin: Origin, steps: &[Step]) -> Option<Case> {
        let case = self.walked(plan, origin, steps.to_vec()).await?;
        let target = &self.job.target;
        let is_plain = target.profile().request.channel == Channel::Query && !target.facts().found().pushed;
        if !target.says_pushed() || !is_plain || case.has_code() {
            return Some(case);
        }
        target.facts().push(true);
        let pushed = self.walked(plan, origin, steps.to_vec()).await?;
        if pushed.has_code() {
            self.found
                .words
                .push("requests have to be pushed (RFC 9126)".to_owned());
            return Some(pushed);
        }
        self.job.target.facts().push(false);
        Some(case)
    }

    /// The case of these steps in the world of a plan; the browser keeps its cookies.
    pub(crate) async fn walked(&mut self, plan: &Plan, origin: Origin, steps: Vec<Step>) -> Option<Case> {
        let walked = self.walk(plan, origin, steps).await?;
        self.found.jar = walked.jar;
        Some(walked.case)
    }

    /// The same in a browser of its own, whose cookies are not kept.
    pub(crate) async fn walk(&self, plan: &Plan, origin: Origin, steps: Vec<Step>) -> Option<Walked> {
        let plan = bare(plan, steps);
        let series = match origin {
            Origin::Document => Series::Documents,
            Origin::Registration => Series::Registrations,
        };
        let number = self.walked.fetch_add(1, Ordering::Relaxed);
        let id = CaseId::new(&self.job.nonce, series, number);
        let Job {
            world, target, stop, ..
        } = self.job;
        let jar = self.found.jar.clone();
        let mut walked = walk(&plan, world, target, id, (jar, Company::None), stop)
            .await
            .ok()?;
        self.left_behind.add(std::mem::take(&mut walked.left_behind));
        self.watch.note(&plan, &walked.case);
        Some(walked)
    }
}

/// Whether an exchange showed nothing to anybody.
fn is_redirect(exchange: &Exchange) -> bool {
    matches!(
        exchange.reply,
        Reply::Response {
            status: 300..=399,
            ..
        }
    ) || exchange.method == "POST"
}

/// The plan that stands for all of a need: its client asks least of the target.
pub(crate) fn simplest(job: &Job, need: Need) -> Option<&Arc<Plan>> {
    let all = job.bases.iter().filter(|plan| plan.needs.contains(&need));
    all.min_by_key(|plan| {
        let lacking = plan.needs.iter().filter(|need| !job.target.offers(**need));
        (lacking.count() * 10 + plan.needs.len(), !is_usual(plan))
    })
}

/// Whether a plan has one of the worlds of the calibration. Which scenario comes first must not matter.
fn is_usual(plan: &Plan) -> bool {
    WORLDS.contains(&plan.base.as_str())
}
