//! `cimdspec prove`: the catalogue against every mutant, and the kill matrix.

use std::collections::BTreeMap;
use std::collections::BTreeSet;
use std::sync::Arc;
use std::time::Duration;

use cimdspec_drive::Controls;
use cimdspec_drive::Job;
use cimdspec_drive::Load;
use cimdspec_drive::Looks;
use cimdspec_drive::Progress;
use cimdspec_model::plan::Need;
use cimdspec_model::plan::Plan;
use cimdspec_model::scenario::catalogue::Catalogue;
use cimdspec_model::scenario::catalogue::Scenario;
use cimdspec_model::verdict::Finding;
use cimdspec_model::verdict::Outcome;
use cimdspec_model::verdict::UNMET;
use cimdspec_reference::Mutant;
use cimdspec_reference::Policy;
use cimdspec_reference::mutants;
use cimdspec_report::Matrix;
use cimdspec_report::MatrixRow;
use cimdspec_report::matrix;
use cimdspec_report::matrix_json;
use cimdspec_world::Setting;
use futures_util::StreamExt;
use futures_util::stream;
use tokio::sync::Semaphore;
use tokio::sync::mpsc;
use tokio::sync::watch;

use crate::arguments::Format;
use crate::arguments::ProveArguments;
use crate::claims::Claims;
use crate::claims::Standing;
use crate::claims::compared;
use crate::exit::Exit;
use crate::exit::Stop;
use crate::files;
use crate::run::nonce;
use crate::selection::fits;
use crate::selection::unknown;
use crate::stage::AuthoritySource;
use crate::stage::Stage;
use crate::talk::say;
use crate::talk::show;

const CASES_AT_ONCE: usize = 24;
/// Most of them wait, so that many can run at once.
const SCENARIOS_AT_ONCE: usize = 200;
/// A mutant that hangs must not hold the places of all others.
const CASES_OF_ONE: usize = 4;
/// The first mutants begin one after the other, so that some wait while others work, all the time.
const BETWEEN_STARTS: Duration = Duration::from_millis(700);

/// Finds mistakes in the arguments before anything is built.
pub(crate) fn prepare(arguments: &ProveArguments) -> Result<(), Stop> {
    files::catalogue(&files::sources(arguments.scenarios.as_deref())?)?;
    chosen(&arguments.only).map(|_| ())
}

/// Runs every mutant, and the reference itself over everything.
pub(crate) async fn prove(arguments: ProveArguments) -> Result<Exit, Stop> {
    let catalogue = files::catalogue(&files::sources(arguments.scenarios.as_deref())?)?;
    let stage = Stage::build(Setting::Sandbox, AuthoritySource::Fresh).await?;
    let chosen = chosen(&arguments.only)?;
    say(&format!(
        "cimdspec {}  prove: {} mutants of the reference server against {} scenarios",
        env!("CARGO_PKG_VERSION"),
        chosen.len(),
        catalogue.scenarios.len()
    ));
    let proof = Proof {
        claims: Claims::of(&catalogue),
        catalogue,
        stage,
        nonce: nonce(),
        limit: Arc::new(Semaphore::new(CASES_AT_ONCE)),
        breadth: if arguments.all_variants {
            Breadth::Every
        } else {
            Breadth::Claimed
        },
    };
    let mut faults: Vec<String> = proof
        .claims
        .of_nobody(mutants().map(|mutant| mutant.name))
        .iter()
        .map(|name| format!("scenarios name a mutant that does not exist: `{name}`"))
        .collect();
    let consulted = match arguments.only.is_empty() {
        true => {
            let clean = proof.clean().await?;
            faults.extend(clean.wrong);
            let all = chosen.len() * clean.consulted.len();
            let kept: usize = chosen
                .iter()
                .map(|mutant| {
                    let policy = deviating(mutant);
                    let asked = clean.consulted.values();
                    asked.filter(|asked| asked.would_notice(&policy)).count()
                })
                .sum();
            say(&format!(
                "  {kept} of {all} pairs of a mutant and a scenario can differ: in the others nothing is ever asked that the mutant answers otherwise"
            ));
            Some(clean.consulted)
        }
        // For a few mutants it is cheaper to run everything than to learn what may be left out.
        false => None,
    };
    let runs = chosen.iter().enumerate().map(|(index, mutant)| {
        let apart = if index < arguments.at_once { index } else { 0 };
        let (proof, consulted) = (&proof, consulted.as_ref());
        async move {
            tokio::time::sleep(BETWEEN_STARTS * u32::try_from(apart).unwrap_or_default()).await;
            proof.mutant(index, mutant, consulted).await
        }
    });
    let done = stream::iter(runs)
        .buffer_unordered(arguments.at_once.max(1))
        .collect::<Vec<Result<(MatrixRow, Red), Stop>>>()
        .await;
    let mut rows = Vec::new();
    let mut reds: BTreeMap<String, Red> = BTreeMap::new();
    for result in done {
        let (mut row, mut red) = result?;
        if let Some(index) = chosen
            .iter()
            .position(|mutant| mutant.name == row.mutant && !row.faults.is_empty())
        {
            say(&format!(
                "  {}: again, alone, since a crowded machine can blur its times",
                row.mutant
            ));
            (row, red) = proof
                .mutant(chosen.len() + index, chosen[index], consulted.as_ref())
                .await?;
        }
        reds.insert(row.mutant.clone(), red);
        rows.push(row);
    }
    rows.sort_by(|a, b| a.mutant.cmp(&b.mutant));
    if let Some(path) = &arguments.reds {
        let text = serde_json::to_string_pretty(&reds).map_err(|error| Stop::new(Exit::Fault, error))?;
        std::fs::write(path, text).map_err(|error| Stop::new(Exit::Fault, error))?;
    }
    let Standing { proven, unproven } = Standing::of(&proof.catalogue);
    let found = Matrix {
        rows,
        proven,
        unproven,
        faults,
    };
    match arguments.format {
        Format::Human => show(matrix(&found).trim_end()),
        Format::Json => show(&matrix_json(&found)),
    }
    Ok(if found.is_clean() {
        Exit::Clean
    } else {
        Exit::Violation
    })
}

fn chosen(only: &[String]) -> Result<Vec<&'static Mutant>, Stop> {
    if let Some(pattern) = only
        .iter()
        .find(|only| !mutants().any(|mutant| fits(only, mutant.name)))
    {
        return Err(unknown(pattern, mutants().map(|mutant| mutant.name)));
    }
    Ok(mutants()
        .filter(|mutant| only.is_empty() || only.iter().any(|only| fits(only, mutant.name)))
        .collect())
}

/// The policy of a mutant.
fn deviating(mutant: &Mutant) -> Policy {
    let mut policy = Policy::default();
    (mutant.apply)(&mut policy);
    policy
}

/// The checks that turned red, as `scenario#check`.
type Red = BTreeSet<String>;

/// Which variants run against a mutant.
#[derive(Clone, Copy, PartialEq, Eq)]
enum Breadth {
    /// All variants of scenarios that claim something of the mutant, and the first of the others.
    Claimed,
    /// All variants of all scenarios.
    Every,
}

/// What all runs of a proof share.
struct Proof {
    catalogue: Catalogue,
    claims: Claims,
    stage: Stage,
    nonce: String,
    limit: Arc<Semaphore>,
    breadth: Breadth,
}

/// The policy of the reference, with what it was asked while each scenario ran.
type Consulted = BTreeMap<String, Policy>;

/// What the conformant reference did.
struct Clean {
    /// What it did not pass.
    wrong: Vec<String>,
    consulted: Consulted,
}

impl Proof {
    /// Runs every variant of every scenario, each scenario on a conformant reference of its own.
    async fn clean(&self) -> Result<Clean, Stop> {
        let scenarios = self.catalogue.scenarios.iter().enumerate();
        let runs = scenarios.map(|(index, scenario)| async move {
            let found = self.cleanly(format!("r{index:x}x"), scenario).await?;
            Ok((index, found))
        });
        let done: Vec<Result<_, Stop>> = stream::iter(runs)
            .buffer_unordered(SCENARIOS_AT_ONCE)
            .collect()
            .await;
        let mut clean = Clean {
            wrong: Vec::new(),
            consulted: Consulted::new(),
        };
        for result in done {
            let (index, (mut wrong, consulted)) = result?;
            let scenario = &self.catalogue.scenarios[index];
            if !wrong.is_empty() {
                say(&format!(
                    "  {}: again, alone, since a crowded machine can blur its times",
                    scenario.id
                ));
                (wrong, _) = self.cleanly(format!("r{index:x}y"), scenario).await?;
            }
            clean.wrong.extend(wrong);
            clean.consulted.insert(scenario.id.to_string(), consulted);
        }
        clean.wrong.sort();
        let mark = if clean.wrong.is_empty() {
            "clean "
        } else {
            "FAULT "
        };
        say(&format!("  {mark} the conformant reference, every variant"));
        Ok(clean)
    }

    /// What the conformant reference did not pass of a scenario, and its policy with what it was asked.
    async fn cleanly(&self, label: String, scenario: &Scenario) -> Result<(Vec<String>, Policy), Stop> {
        let policy = Policy::default();
        let watched = policy.clone();
        let nonce = format!("{}{label}", self.nonce);
        let mut wrong = Vec::new();
        self.run(
            policy,
            scenario.plans.clone(),
            nonce,
            Controls::Always,
            |finding| {
                let is_unmet =
                    matches!(&finding.outcome, Outcome::NotApplicable(why) if why.starts_with(UNMET));
                if !finding.outcome.is_good() && !is_unmet {
                    let told = serde_json::to_string(&finding.outcome).unwrap_or_default();
                    wrong.push(format!("the reference is not clean: {} {told}", finding.id()));
                }
            },
        )
        .await?;
        Ok((wrong, watched))
    }

    /// The row of one mutant, and all that turned red.
    async fn mutant(
        &self,
        index: usize,
        mutant: &Mutant,
        consulted: Option<&Consulted>,
    ) -> Result<(MatrixRow, Red), Stop> {
        let policy = deviating(mutant);
        let plans = self.plans_for(mutant.name, |scenario| {
            let asked = consulted.and_then(|consulted| consulted.get(scenario));
            asked.is_none_or(|asked| asked.would_notice(&policy))
        });
        let nonce = format!("{}{index:x}x", self.nonce);
        let mut red = Red::new();
        // Only what breaks a rule counts here.
        let controls = Controls::ForBreaches;
        self.run(policy, plans, nonce, controls, |finding| {
            if finding.outcome == Outcome::Fail {
                red.insert(format!("{}#{}", finding.variant.scenario, finding.check));
            }
        })
        .await?;
        let row = compared(&self.claims, mutant.name, mutant.summary, &red);
        match row.faults.as_slice() {
            [] => say(&format!("  killed {}", mutant.name)),
            faults => say(&format!("  FAULT  {}: {}", mutant.name, faults.join("; "))),
        }
        Ok((row, red))
    }

    /// The plans to run against a mutant; where nothing was asked that it answers otherwise, the mutant cannot differ.
    fn plans_for(&self, mutant: &str, may_differ: impl Fn(&str) -> bool) -> Vec<Arc<Plan>> {
        let scenarios = self.catalogue.scenarios.iter();
        scenarios
            .flat_map(|scenario| {
                let is_concerned = self.claims.concern(mutant, scenario.id.as_str());
                let is_load = scenario.plans.iter().any(|plan| plan.needs.contains(&Need::Load));
                let most = match (self.breadth, is_concerned) {
                    (_, true) => usize::MAX,
                    // A load blurs the times of all that run beside it.
                    _ if is_load || !may_differ(scenario.id.as_str()) => 0,
                    (Breadth::Every, false) => usize::MAX,
                    (Breadth::Claimed, false) => 1,
                };
                scenario.plans.iter().take(most).cloned()
            })
            .collect()
    }

    /// Runs plans against a server of this policy, behind a front of its own.
    async fn run(
        &self,
        policy: Policy,
        plans: Vec<Arc<Plan>>,
        nonce: String,
        controls: Controls,
        mut each: impl FnMut(Finding),
    ) -> Result<(), Stop> {
        let embedded = self.stage.reference(&nonce, policy).await?;
        let (progress, mut told) = mpsc::unbounded_channel();
        let (_stop, stopped) = watch::channel(false);
        let job = Job {
            world: Arc::clone(&self.stage.world),
            target: embedded.target,
            launched: None,
            plans,
            clauses: Arc::new(self.catalogue.clauses.clone()),
            nonce,
            progress,
            stop: stopped,
            limits: vec![Arc::new(Semaphore::new(CASES_OF_ONE)), Arc::clone(&self.limit)],
            looks: Looks::Once,
            controls,
            load: Load::Consented,
        };
        let running = tokio::spawn(cimdspec_drive::run(job));
        while let Some(news) = told.recv().await {
            if let Progress::Done { findings, .. } = news {
                findings.into_iter().for_each(&mut each);
            }
        }
        running
            .await
            .map_err(|error| Stop::new(Exit::Fault, format!("the run failed: {error}")))?;
        embedded.server.stop();
        Ok(())
    }
}
