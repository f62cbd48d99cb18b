//! The runs of a proof: the conformant reference over everything, and every mutant.

use std::collections::BTreeMap;
use std::collections::BTreeSet;
use std::sync::Arc;

use cimdspec_drive::Attempts;
use cimdspec_drive::Controls;
use cimdspec_drive::Extent;
use cimdspec_drive::IfNotGranted;
use cimdspec_drive::Job;
use cimdspec_drive::Load;
use cimdspec_drive::Progress;
use cimdspec_drive::Recording;
use cimdspec_drive::Walked;
use cimdspec_model::plan::Need;
use cimdspec_model::plan::Plan;
use cimdspec_model::scenario::catalogue::Catalogue;
use cimdspec_model::scenario::variants::Scenario;
use cimdspec_model::verdict::Finding;
use cimdspec_model::verdict::Outcome;
use cimdspec_model::verdict::Verdict;
use cimdspec_reference::Mutant;
use cimdspec_reference::Policy;
use cimdspec_reference::mutants;
use futures_util::future::join_all;
use tokio::sync::Semaphore;
use tokio::sync::mpsc;
use tokio::sync::watch;

use crate::exit::Exit;
use crate::exit::Stop;
use crate::output::say;
use crate::prove::claims::Claims;
use crate::prove::claims::Shown;
use crate::prove::claims::scenario_of;
use crate::prove::ground::Ground;
use crate::session::selection;
use crate::session::stage::Recipe;
use crate::session::stage::Stage;

/// How many quick cases of all runs are walked at once.
pub(crate) const CASES_AT_ONCE: usize = 40;
/// A mutant that hangs must not hold the places of all others.
const CASES_OF_ONE: usize = 4;

/// Whether it puts a load on the server.
pub(crate) fn is_load(scenario: &Scenario) -> bool {
    scenario.plans.iter().any(|plan| plan.needs.contains(&Need::Load))
}

/// The checks that turned red, as the claims name them.
pub(crate) type Red = BTreeSet<String>;

/// Which variants run against a mutant.
#[derive(Clone, Copy, PartialEq, Eq)]
pub(crate) enum Breadth {
    /// All variants of scenarios that claim something of the mutant, and the first of the others.
    Claimed,
    /// All variants of all scenarios.
    Every,
}

/// A share of the scenarios.
#[derive(Clone, Copy, PartialEq, Eq)]
pub(crate) enum Share {
    /// Those that put a load on the server.
    Loads,
    /// All others.
    Others,
}

/// What all runs of a proof share.
pub(crate) struct Proof {
    pub(crate) catalogue: Catalogue,
    pub(crate) claims: Claims,
    pub(crate) stage: Stage,
    /// What the mutants deviate from.
    pub(crate) ground: Ground,
    pub(crate) nonce: String,
    /// The quick cases of all runs take turns here.
    pub(crate) limit: Arc<Semaphore>,
    pub(crate) breadth: Breadth,
}

/// The server of one run.
pub(crate) struct Subject {
    pub(crate) policy: Policy,
    pub(crate) recipe: Recipe,
    /// Keeps its names apart from those of other runs.
    pub(crate) nonce: String,
}

/// The policy of the reference, with what it was asked while each scenario ran.
pub(crate) type Consulted = BTreeMap<String, Policy>;

/// What the conformant reference did.
#[derive(Default)]
pub(crate) struct Clean {
    /// The scenarios of which it did not pass something in the concurrent phase.
    pub(crate) doubtful: Vec<usize>,
    /// What it was asked meanwhile.
    pub(crate) consulted: Consulted,
    /// What it did with the checks.
    pub(crate) shown: Shown,
}

impl Clean {
    /// Adds what it did with another share.
    pub(crate) fn join(&mut self, other: Self) {
        self.doubtful.extend(other.doubtful);
        self.consulted.extend(other.consulted);
        self.shown.join(other.shown);
    }
}

/// What became of one scenario on a conformant server.
struct Cleanly {
    wrong: Vec<String>,
    consulted: Policy,
    shown: Shown,
}

impl Proof {
    /// Runs every variant of the scenarios that put a load on the server, or of all others; each scenario on a
    /// conformant reference of its own.
    pub(crate) async fn clean(&self, share: Share) -> Result<Clean, Stop> {
        let scenarios = self.catalogue.scenarios.iter().enumerate();
        // All at once, since most of them wait.
        let runs = scenarios
            .filter(|(_, scenario)| is_load(scenario) == (share == Share::Loads))
            .map(|(index, scenario)| async move {
                let found = self.cleanly(format!("r{index:x}x"), scenario).await?;
                Ok((index, found))
            });
        let done: Vec<Result<_, Stop>> = join_all(runs).await;
        let mut clean = Clean::default();
        for result in done {
            let (index, found) = result?;
            let id = self.catalogue.scenarios[index].id.to_string();
            clean.consulted.insert(id, found.consulted);
            clean.shown.join(found.shown);
            if !found.wrong.is_empty() {
                clean.doubtful.push(index);
            }
        }
        Ok(clean)
    }

    /// What the conformant reference does not pass of these scenarios when each has the machine for itself, and what it does.
    pub(crate) async fn clean_alone(&self, doubtful: Vec<usize>) -> Result<(Vec<String>, Shown), Stop> {
        let mut wrong = Vec::new();
        let mut shown = Shown::default();
        for index in doubtful {
            let scenario = &self.catalogue.scenarios[index];
            say(&format!(
                "  {}: again, alone, since load on this machine can distort its times",
                scenario.id
            ));
            let again = self.cleanly(format!("r{index:x}y"), scenario).await?;
            wrong.extend(again.wrong);
            shown.join(again.shown);
        }
        wrong.sort();
        Ok((wrong, shown))
    }

    /// What the conformant server did with a scenario, and its policy with what it was asked.
    async fn cleanly(&self, label: String, scenario: &Scenario) -> Result<Cleanly, Stop> {
        let policy = self.ground.policy();
        let consulted = policy.clone();
        let subject = Subject {
            policy,
            recipe: Recipe::Right,
            nonce: format!("{}{label}", self.nonce),
        };
        let mut wrong = Vec::new();
        let mut shown = Shown::default();
        self.run(subject, scenario.plans.clone(), Controls::Always, |finding| {
            // What is looked at over a whole run is no finding of a part of it.
            if finding.variant.scenario != scenario.id {
                return;
            }
            let name = self.claims.id(&finding.variant, &finding.check);
            let is_shaped = self.ground.shape().is_some();
            match (&finding.outcome, finding.verdict()) {
                (Outcome::Pass | Outcome::Recorded(_), _) => _ = shown.applicable.insert(name),
                // What is refused earlier, or is not there to be judged, is so because the rule is kept.
                (Outcome::NotApplicable(why), _) if why.code.is_of_the_check() => {
                    shown.applicable.insert(name);
                }
                // Shapes lack some of what the plain reference has, and differ from what is only advised.
                (Outcome::NotApplicable(_), _) if is_shaped => {}
                (_, Some(Verdict::Note | Verdict::Warning)) if is_shaped => _ = shown.noted.insert(name),
                (outcome, _) => {
                    let told = serde_json::to_string(outcome).unwrap_or_default();
                    wrong.push(format!("the reference is not clean: {} {told}", finding.id()));
                }
            }
        })
        .await?;
        Ok(Cleanly {
            wrong,
            consulted,
            shown,
        })
    }

    /// All that turns red with one mutant; where nothing was asked that it answers otherwise, it cannot differ.
    pub(crate) async fn mutant(&self, mutant: &Mutant, consulted: Option<&Consulted>) -> Result<Red, Stop> {
        let policy = self.ground.deviating(mutant);
        let plans = self.plans_for(mutant.name, |scenario| {
            let asked = consulted.and_then(|consulted| consulted.get(scenario));
            asked.is_none_or(|asked| asked.would_notice(&policy))
        });
        self.red("x", mutant, plans).await
    }

    /// What turns red with one mutant when the scenarios of disputed checks have the machine for themselves; of all
    /// others what had turned red stays.
    pub(crate) async fn alone(
        &self,
        mutant: &Mutant,
        red: Red,
        disputed: &BTreeSet<String>,
    ) -> Result<Red, Stop> {
        let told: Vec<&str> = disputed.iter().map(String::as_str).collect();
        say(&format!(
            "  {}: again, alone, since load on this machine can distort its times: {}",
            mutant.name,
            told.join(", ")
        ));
        let disputed: BTreeSet<&str> = disputed.iter().map(|id| scenario_of(id)).collect();
        let mut plans = self.plans_for(mutant.name, |_| true);
        // What is looked at over the whole run needs all of it.
        let of_the_run = selection::of_the_run(&self.catalogue);
        let needs_all = of_the_run
            .iter()
            .any(|plan| disputed.contains(plan.variant.scenario.as_str()));
        plans.retain(|plan| needs_all || disputed.contains(plan.variant.scenario.as_str()));
        let now = self.red("y", mutant, plans).await?;
        let others = red.into_iter().filter(|id| !disputed.contains(scenario_of(id)));
        Ok(others.chain(now).collect())
    }

    /// What turns red with a server of its own; the letter keeps its names apart from those of another.
    async fn red(&self, letter: &str, mutant: &Mutant, plans: Vec<Arc<Plan>>) -> Result<Red, Stop> {
        let index = mutants()
            .position(|other| other.name == mutant.name)
            .unwrap_or_default();
        let subject = Subject {
            policy: self.ground.deviating(mutant),
            recipe: Recipe::Right,
            nonce: format!("{}{index:x}{letter}", self.nonce),
        };
        let mut red = Red::new();
        // Only what breaks a rule counts here.
        let controls = Controls::ForBreaches;
        self.run(subject, plans, controls, |finding| {
            if finding.outcome == Outcome::Fail {
                red.insert(self.claims.id(&finding.variant, &finding.check));
            }
        })
        .await?;
        Ok(red)
    }

    /// The plans to run against a mutant.
    fn plans_for(&self, mutant: &str, may_differ: impl Fn(&str) -> bool) -> Vec<Arc<Plan>> {
        let scenarios = self.catalogue.scenarios.iter();
        scenarios
            .flat_map(|scenario| {
                let is_concerned = self.claims.concern(mutant, scenario.id.as_str());
                let most = match (self.breadth, is_concerned) {
                    (_, true) => usize::MAX,
                    // A load blurs the times of all that run beside it.
                    _ if is_load(scenario) || !may_differ(scenario.id.as_str()) => 0,
                    (Breadth::Every, false) => usize::MAX,
                    (Breadth::Claimed, false) => 1,
                };
                let plans = scenario.plans.iter().take(most);
                plans.map(move |plan| match is_concerned {
                    true => Arc::clone(plan),
                    false => plan.walked_once(),
                })
            })
            .collect()
    }

    /// Runs plans against a server of its own, behind a front of its own; how many were walked.
    pub(crate) async fn run(
        &self,
        subject: Subject,
        plans: Vec<Arc<Plan>>,
        controls: Controls,
        mut each: impl FnMut(Finding),
    ) -> Result<usize, Stop> {
        let Subject {
            policy,
            recipe,
            nonce,
        } = subject;
        let embedded = self
            .stage
            .reference(&nonce, policy, self.ground.profile(), recipe)
            .await?;
        let (progress, mut told) = mpsc::unbounded_channel();
        let (_stop, stopped) = watch::channel(false);
        // A mutant is calibrated by all that it offers; of the clean server each scenario is its own proof.
        let bases = match controls {
            Controls::Always => plans.clone(),
            Controls::ForBreaches => self.catalogue.plans().cloned().collect(),
        };
        let job = Job {
            if_not_granted: IfNotGranted::KeepGoing,
            bases,
            of_the_run: selection::of_the_run(&self.catalogue),
            world: Arc::clone(&self.stage.world),
            target: embedded.target,
            launched: None,
            plans,
            clauses: Arc::new(self.catalogue.clauses.clone()),
            nonce,
            progress,
            stop: stopped,
            limits: vec![Arc::new(Semaphore::new(CASES_OF_ONE)), Arc::clone(&self.limit)],
            attempts: Attempts::Once,
            controls,
            load: Load::Consented,
            recording: Recording::NotPassed,
            extent: Extent::Whole,
            enough: None,
        };
        let running = tokio::spawn(cimdspec_drive::run(job));
        let mut cases = 0;
        while let Some(news) = told.recv().await {
            if let Progress::Done { findings, walked, .. } = news {
                cases += usize::from(walked == Walked::Yes);
                findings.into_iter().for_each(&mut each);
            }
        }
        running
            .await
            .map_err(|error| Stop::new(Exit::Fault, format!("the run failed: {error}")))?;
        embedded.server.stop();
        Ok(cases)
    }
}
