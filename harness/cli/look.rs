//! Commands that only look: list, explain, check, doctor, schema.

use std::fmt::Write;
use std::path::Path;
use std::path::PathBuf;

use cimdspec_model::clause::Clause;
use cimdspec_model::scenario::catalogue::Catalogue;
use cimdspec_model::scenario::catalogue::Scenario;
use cimdspec_model::scenario::catalogue::scenario;
use cimdspec_model::scenario::print::print;
use cimdspec_model::scenario::schema::schemas;
use cimdspec_reference::mutant;
use cimdspec_reference::mutants;
use cimdspec_world::sandbox;
use cimdspec_world::sandbox::State;

use crate::arguments::ListArguments;
use crate::claims::Claims;
use crate::exit::Exit;
use crate::exit::Stop;
use crate::files;
use crate::run::say;
use crate::run::show;
use crate::selection::unknown;

const SCHEMAS: &str = "scenarios/schema";

/// Lists scenarios, clauses or mutants.
pub(crate) fn list(arguments: &ListArguments) -> Result<Exit, Stop> {
    let catalogue = files::catalogue(&files::sources(arguments.scenarios.as_deref())?)?;
    let mut out = String::new();
    if arguments.mutants {
        mutants().for_each(|mutant| _ = writeln!(out, "{:44} {}", mutant.name, mutant.summary));
    } else if arguments.clauses {
        for clause in catalogue.clauses.0.values() {
            let _ = writeln!(
                out,
                "{:44} {:7} {}",
                clause.id,
                clause.level.word(),
                clause.citation()
            );
        }
    } else {
        let (mut checks, mut variants) = (0, 0);
        for scenario in &catalogue.scenarios {
            let each = scenario.plans.first().map_or(0, |plan| plan.checks.len());
            (checks, variants) = (checks + each, variants + scenario.plans.len());
            let _ = writeln!(
                out,
                "{:44} {each:2} checks {:4} variants  {}",
                scenario.id,
                scenario.plans.len(),
                scenario.title
            );
        }
        let _ = write!(
            out,
            "{} scenarios, {checks} checks, {variants} variants",
            catalogue.scenarios.len()
        );
    }
    show(out.trim_end());
    Ok(Exit::Clean)
}

/// Says what an id is.
pub(crate) fn explain(id: &str) -> Result<Exit, Stop> {
    let catalogue = files::catalogue(&files::sources(None)?)?;
    let place = id.split(['[', '#']).next().unwrap_or_default();
    if let Some(found) = catalogue
        .scenarios
        .iter()
        .find(|scenario| scenario.id.as_str() == place)
    {
        show(scenario_in_words(&catalogue, found, id)?.trim_end());
    } else if let Some(clause) = catalogue
        .clauses
        .0
        .values()
        .find(|clause| clause.id.as_str() == id)
    {
        show(clause_in_words(&catalogue, clause).trim_end());
    } else if let Some(mutant) = mutant(id) {
        let claims = Claims::of(&catalogue);
        let mut out = format!("mutant {}\n  a server that {}\n", mutant.name, mutant.summary);
        for check in claims.kills.get(id).into_iter().flatten() {
            let _ = writeln!(out, "  killed by {check}");
        }
        show(out.trim_end());
    } else {
        let scenarios = catalogue.scenarios.iter().map(|scenario| scenario.id.as_str());
        let clauses = catalogue.clauses.0.keys().map(|id| id.as_str());
        return Err(unknown(
            id,
            scenarios
                .chain(clauses)
                .chain(mutants().map(|mutant| mutant.name)),
        ));
    }
    Ok(Exit::Clean)
}

fn scenario_in_words(catalogue: &Catalogue, found: &Scenario, id: &str) -> Result<String, Stop> {
    let variant = id.split('#').next().unwrap_or_default();
    let plan = found
        .plans
        .iter()
        .find(|plan| plan.variant.to_string() == variant)
        .or(found.plans.first());
    let mut out = format!(
        "{}\n  {}\n  {} variants, scenarios/{}\n",
        found.title,
        found.id,
        found.plans.len(),
        found.path
    );
    if let Some(note) = &found.note {
        let _ = writeln!(out, "\n{}", note.trim());
    }
    for check in plan.map(|plan| plan.checks.as_slice()).unwrap_or_default() {
        let _ = writeln!(out, "\ncheck {}", check.id);
        if let Some(clause) = catalogue.clauses.named(&check.clause) {
            let _ = writeln!(
                out,
                "  {} ({}, {})\n  {}",
                clause.id,
                clause.level.word(),
                clause.citation(),
                clause.quote
            );
        }
        let kills: Vec<&str> = check.kills.iter().map(|mutant| mutant.as_str()).collect();
        let _ = writeln!(
            out,
            "  kills {}",
            if kills.is_empty() {
                "nothing: unproven".to_owned()
            } else {
                kills.join(", ")
            }
        );
    }
    if let Some(plan) = plan {
        let text = print(plan).map_err(|error| Stop::new(Exit::Fault, error))?;
        let _ = writeln!(out, "\n{} as a scenario of its own:\n\n{text}", plan.variant);
    }
    Ok(out)
}

fn clause_in_words(catalogue: &Catalogue, clause: &Clause) -> String {
    let mut out = format!(
        "{} ({}, {})\n  {}\n",
        clause.id,
        clause.level.word(),
        clause.citation(),
        clause.quote
    );
    if let Some(stance) = &clause.stance {
        let _ = writeln!(out, "  stance: {stance}");
    }
    if let Some(reason) = &clause.excluded {
        let _ = writeln!(out, "  not checked: {reason}");
    }
    for scenario in &catalogue.scenarios {
        for check in scenario
            .plans
            .first()
            .map(|plan| plan.checks.as_slice())
            .unwrap_or_default()
        {
            if check.clause == clause.id {
                let _ = writeln!(out, "  checked by {}#{}", scenario.id, check.id);
            }
        }
    }
    out
}

/// Reads scenario files of an author.
pub(crate) fn check(paths: &[PathBuf]) -> Result<Exit, Stop> {
    let sources = files::sources(None)?;
    let clauses = files::catalogue(&sources)?.clauses;
    for path in paths {
        let told = path.display().to_string();
        let text = std::fs::read_to_string(path)
            .map_err(|error| Stop::new(Exit::BadInput, format!("failed to read `{told}`: {error}")))?;
        let name = stem(path);
        let read = scenario(&name, &text, &sources, &clauses).map_err(|mut diagnostic| {
            if diagnostic.path == name {
                diagnostic.path.clone_from(&told);
            }
            Stop::new(Exit::BadInput, diagnostic)
        })?;
        let checks = read.plans.first().map_or(0, |plan| plan.checks.len());
        show(&format!(
            "{told}: right; {checks} checks, {} variants",
            read.plans.len()
        ));
    }
    Ok(Exit::Clean)
}

/// The scenario's path below `scenarios/`, or its file name.
fn stem(path: &Path) -> String {
    let text = path.to_string_lossy().into_owned();
    match text.rsplit_once("scenarios/") {
        Some((_, below)) => below.to_owned(),
        None => path
            .file_name()
            .map_or(text.clone(), |name| name.to_string_lossy().to_lowercase()),
    }
}

/// Tells what this machine allows.
pub(crate) fn doctor() -> Exit {
    let findings = sandbox::doctor();
    let ready = findings.iter().all(|finding| finding.state == State::Ready);
    for finding in &findings {
        let mark = if finding.state == State::Ready {
            "ready  "
        } else {
            "missing"
        };
        show(&format!("{mark}  {:18} {}", finding.name, finding.detail));
        if let Some(remedy) = &finding.remedy {
            show(&format!("         remedy: {remedy}"));
        }
    }
    let last = if ready {
        "everything runs here"
    } else {
        "the box cannot be made; `--env loopback` works everywhere"
    };
    show(last);
    if ready { Exit::Clean } else { Exit::Environment }
}

/// Writes the schemas, or compares them.
pub(crate) fn schema(check: bool) -> Result<Exit, Stop> {
    let mut stale = Vec::new();
    for (name, schema) in schemas() {
        let path = Path::new(SCHEMAS).join(name);
        let text = format!("{}\n", serde_json::to_string_pretty(&schema).unwrap_or_default());
        if std::fs::read_to_string(&path).is_ok_and(|known| known == text) {
            continue;
        }
        if check {
            stale.push(path.display().to_string());
        } else {
            let written = std::fs::create_dir_all(SCHEMAS).and_then(|()| std::fs::write(&path, text));
            written.map_err(|error| {
                Stop::new(
                    Exit::Fault,
                    format!("failed to write `{}`: {error}", path.display()),
                )
            })?;
            say(&format!("wrote {}", path.display()));
        }
    }
    if stale.is_empty() {
        return Ok(Exit::Clean);
    }
    Err(Stop::new(
        Exit::Violation,
        format!("stale: {}\nhint: run `cimdspec schema`", stale.join(", ")),
    ))
}
