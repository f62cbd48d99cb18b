//! `cimdspec prove`: the catalogue against every mutant, and the kill matrix.

use std::collections::BTreeSet;
use std::sync::Arc;

use cimdspec_drive::Job;
use cimdspec_drive::Progress;
use cimdspec_model::plan::Plan;
use cimdspec_model::scenario::catalogue::Catalogue;
use cimdspec_model::verdict::Outcome;
use cimdspec_reference::Policy;
use cimdspec_reference::mutants;
use cimdspec_report::MatrixRow;
use cimdspec_report::matrix;
use cimdspec_world::Environment;
use futures_util::StreamExt;
use futures_util::stream;
use tokio::sync::Semaphore;
use tokio::sync::mpsc;
use tokio::sync::watch;

use crate::arguments::ProveArguments;
use crate::claims::Claims;
use crate::claims::Reds;
use crate::claims::faults;
use crate::exit::Exit;
use crate::exit::Stop;
use crate::files;
use crate::run::nonce;
use crate::run::say;
use crate::run::show;
use crate::selection::fits;
use crate::stage::Stage;

const CASES_AT_ONCE: usize = 24;

/// Runs every mutant and the reference itself.
pub(crate) async fn prove(arguments: ProveArguments) -> Result<Exit, Stop> {
    let catalogue = files::catalogue(&files::sources(arguments.scenarios.as_deref())?)?;
    let claims = Claims::of(&catalogue);
    let stage = Stage::build(Environment::Sandbox).await?;
    let limit = Arc::new(Semaphore::new(CASES_AT_ONCE));
    let chosen: Vec<_> = mutants()
        .filter(|mutant| {
            arguments.only.is_empty() || arguments.only.iter().any(|only| fits(only, mutant.name))
        })
        .collect();
    if chosen.is_empty() {
        let known = mutants().map(|mutant| mutant.name);
        return Err(crate::selection::unknown(&arguments.only.join("`, `"), known));
    }
    say(&format!(
        "cimdspec prove: {} mutants, {} scenarios",
        chosen.len(),
        catalogue.scenarios.len()
    ));
    let nonce = nonce();
    let runs = chosen.iter().enumerate().map(|(index, mutant)| {
        let (stage, catalogue, claims, limit) = (&stage, &catalogue, &claims, Arc::clone(&limit));
        let nonce = format!("{nonce}{index:x}x");
        let every = arguments.all_variants;
        async move {
            let mut policy = Policy::default();
            (mutant.apply)(&mut policy);
            let plans = plans_for(catalogue, claims, mutant.name, every);
            let red = reds(stage, catalogue, policy, plans, nonce, limit).await?;
            let row = faults(claims, mutant.name, mutant.summary, &red);
            say(&format!(
                "  {} {}",
                if row.faults.is_empty() { "killed" } else { "FAULT " },
                mutant.name
            ));
            Ok::<_, Stop>((row, red))
        }
    });
    let done: Vec<Result<(MatrixRow, BTreeSet<String>), Stop>> = stream::iter(runs)
        .buffer_unordered(arguments.at_once.max(1))
        .collect()
        .await;
    let mut rows = Vec::new();
    let mut all: Reds = Reds::new();
    for result in done {
        let (row, red) = result?;
        all.insert(row.mutant.clone(), red);
        rows.push(row);
    }
    rows.sort_by(|a, b| a.mutant.cmp(&b.mutant));
    if let Some(path) = &arguments.reds {
        let text = serde_json::to_string_pretty(&all).unwrap_or_default();
        std::fs::write(path, text).map_err(|error| Stop::new(Exit::Fault, error))?;
    }
    let known: BTreeSet<&str> = mutants().map(|mutant| mutant.name).collect();
    let unknown: Vec<&str> = claims.named().difference(&known).copied().collect();
    show(&matrix(&rows));
    show(&unproven(&catalogue));
    if !unknown.is_empty() {
        show(&format!(
            "scenarios name mutants that do not exist: {}",
            unknown.join(", ")
        ));
    }
    let clean = unknown.is_empty() && rows.iter().all(|row| row.faults.is_empty());
    Ok(if clean { Exit::Clean } else { Exit::Violation })
}

/// All variants of scenarios that claim something of the mutant, and the first of the others.
fn plans_for(catalogue: &Catalogue, claims: &Claims, mutant: &str, every: bool) -> Vec<Plan> {
    catalogue
        .scenarios
        .iter()
        .flat_map(|scenario| {
            let all = every || claims.concern(mutant, scenario.id.as_str());
            scenario
                .plans
                .iter()
                .take(if all { usize::MAX } else { 1 })
                .cloned()
        })
        .collect()
}

/// The checks that turn red on a server with this policy.
async fn reds(
    stage: &Stage,
    catalogue: &Catalogue,
    policy: Policy,
    plans: Vec<Plan>,
    nonce: String,
    limit: Arc<Semaphore>,
) -> Result<BTreeSet<String>, Stop> {
    let embedded = stage.reference(&nonce, policy).await?;
    let (progress, mut told) = mpsc::unbounded_channel();
    let (_stop, stopped) = watch::channel(false);
    let job = Job {
        world: Arc::clone(&stage.world),
        target: embedded.target,
        plans,
        clauses: Arc::new(catalogue.clauses.clone()),
        nonce,
        progress,
        stop: stopped,
        limit,
    };
    let running = tokio::spawn(cimdspec_drive::run(job));
    let mut red = BTreeSet::new();
    while let Some(news) = told.recv().await {
        if let Progress::Done { findings, .. } = news {
            red.extend(
                findings
                    .iter()
                    .filter(|finding| finding.outcome == Outcome::Fail)
                    .map(|finding| format!("{}#{}", finding.variant.scenario, finding.check)),
            );
        }
    }
    running
        .await
        .map_err(|error| Stop::new(Exit::Fault, format!("the run failed: {error}")))?;
    embedded.server.stop();
    Ok(red)
}

/// The checks that no mutant proves: they do not count.
fn unproven(catalogue: &Catalogue) -> String {
    let (mut proven, mut unproven) = (0, 0);
    for scenario in &catalogue.scenarios {
        for (index, check) in scenario
            .plans
            .first()
            .map(|plan| plan.checks.as_slice())
            .unwrap_or_default()
            .iter()
            .enumerate()
        {
            let killers = scenario.plans.iter().any(|plan| {
                plan.checks
                    .get(index)
                    .is_some_and(|it| it.id == check.id && !it.kills.is_empty())
            });
            *(if killers { &mut proven } else { &mut unproven }) += 1;
        }
    }
    format!("{proven} checks proven, {unproven} unproven (they do not count)")
}
