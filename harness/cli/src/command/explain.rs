//! `cimdspec explain`: what a scenario, a variant, a check, a clause or a mutant is.

use std::collections::BTreeSet;
use std::fmt::Write;
use std::path::PathBuf;

use cimdspec_model::plan::Check;
use cimdspec_model::plan::Plan;
use cimdspec_model::requirement::clause::Clause;
use cimdspec_model::requirement::law::Law;
use cimdspec_model::scenario::catalogue::Catalogue;
use cimdspec_model::scenario::print::print;
use cimdspec_model::scenario::variants::Scenario;
use cimdspec_reference::Mutant;
use cimdspec_reference::mutant;
use cimdspec_reference::mutants;
use cimdspec_report::sentence_lines;

use crate::exit::Exit;
use crate::exit::Stop;
use crate::output::show;
use crate::prove::claims::Claims;
use crate::session::own;
use crate::session::own::Read;
use crate::session::selection::nothing;
use crate::session::selection::unknown;

/// Says what an id is.
pub(crate) fn explain(id: &str, beside: &[PathBuf]) -> Result<Exit, Stop> {
    let read = own::catalogue(None, beside)?;
    let catalogue = &read.catalogue;
    let place = id.split(['[', '#']).next().unwrap_or_default();
    let scenario = catalogue
        .scenarios
        .iter()
        .find(|scenario| scenario.id.as_str() == place);
    let clause = catalogue
        .clauses
        .0
        .values()
        .find(|clause| clause.id.as_str() == id);
    let words = match (scenario, clause, mutant(id)) {
        (Some(scenario), _, _) => scenario_in_words(&read, scenario, id)?,
        (None, Some(clause), _) => clause_in_words(catalogue, clause),
        (None, None, Some(mutant)) => mutant_in_words(catalogue, mutant),
        (None, None, None) if catalogue.moved.now(id).is_some() => return Err(nothing(catalogue, id)),
        (None, None, None) => {
            let scenarios = catalogue.scenarios.iter().map(|scenario| scenario.id.as_str());
            let clauses = catalogue.clauses.0.keys().map(|id| id.as_str());
            let mutants = mutants().map(|mutant| mutant.name);
            return Err(unknown(id, scenarios.chain(clauses).chain(mutants)));
        }
    };
    show(words.trim_end());
    Ok(Exit::Clean)
}

fn scenario_in_words(read: &Read, found: &Scenario, id: &str) -> Result<String, Stop> {
    let catalogue = &read.catalogue;
    let (variant, check) = match id.split_once('#') {
        Some((variant, check)) => (variant, Some(check)),
        None => (id, None),
    };
    let whole = variant == found.id.as_str();
    let plan = found
        .plans
        .iter()
        .find(|plan| whole || plan.variant.to_string() == variant)
        .ok_or_else(|| nothing(catalogue, id))?;
    let shown: Vec<&Plan> = match whole {
        true => found.plans.iter().map(AsRef::as_ref).collect(),
        false => vec![plan],
    };
    let mut checks = united(shown.into_iter().flat_map(|plan| plan.checks.iter()));
    checks.retain(|it| check.is_none_or(|check| it.id.as_str() == check));
    if checks.is_empty() && check.is_some() {
        return Err(nothing(catalogue, id));
    }
    let place = read.place(&found.path);
    let mut out = format!("{}\n  {}, in {place}\n", found.title, found.id);
    if let Some(note) = &found.note {
        let _ = writeln!(out, "\n{}", note.trim());
    }
    for check in &checks {
        out.push_str(&check_in_words(catalogue, check));
    }
    out.push_str(&variants_in_words(found, plan));
    let text = print(plan).map_err(|error| Stop::new(Exit::Fault, error))?;
    let _ = writeln!(out, "\n{} as a scenario of its own:\n\n{text}", plan.variant);
    Ok(out)
}

/// The checks of several variants, each once, with all that it has in any of them.
fn united<'a>(checks: impl Iterator<Item = &'a Check>) -> Vec<Check> {
    let mut united: Vec<Check> = Vec::new();
    for check in checks {
        match united.iter_mut().find(|known| known.id == check.id) {
            None => united.push(check.clone()),
            Some(known) => known.unite(check),
        }
    }
    united
}

/// How many variants are named before the rest is counted.
const NAMED_VARIANTS: usize = 12;

fn variants_in_words(found: &Scenario, shown: &Plan) -> String {
    if shown.variant.axes.is_empty() {
        return String::new();
    }
    let mut out = format!("\n{} variants\n", found.plans.len());
    for plan in found.plans.iter().take(NAMED_VARIANTS) {
        let _ = writeln!(out, "  {}", plan.variant);
    }
    let rest = found.plans.len().saturating_sub(NAMED_VARIANTS);
    if rest > 0 {
        let _ = writeln!(out, "  and {rest} more");
    }
    out
}

fn check_in_words(catalogue: &Catalogue, check: &Check) -> String {
    let mut out = format!("\ncheck {}\n", check.id);
    out.push_str(&sentences_of(&catalogue.clauses.by_strength(&check.clauses)));
    if check.is_trait() {
        out.push_str("  a trait: told, and right either way\n");
    } else if check.kills.is_empty() {
        out.push_str("  kills nothing: unproven, so it does not count\n");
    } else {
        let kills: Vec<&str> = check.kills.iter().map(|mutant| mutant.as_str()).collect();
        let _ = writeln!(out, "  kills {}", kills.join(", "));
    }
    for (mutant, reason) in &check.also {
        let _ = writeln!(out, "  red too for {mutant}: {reason}");
    }
    out
}

/// The sentences as a finding prints them.
fn sentences_of(clauses: &[&Clause]) -> String {
    let sentences: Vec<_> = clauses
        .iter()
        .map(|clause| (clause.sentence(), &clause.id))
        .collect();
    let lines = sentence_lines(sentences.iter().map(|(sentence, id)| (sentence, *id)));
    lines.iter().map(|line| format!("  {line}\n")).collect()
}

fn clause_in_words(catalogue: &Catalogue, clause: &Clause) -> String {
    let mut out = format!("{}\n{}", clause.id, sentences_of(&[clause]));
    for text in clause.anchor.keys().chain(clause.through.keys()) {
        if let Some(there) = clause.under(&Law::of_texts([text.as_str()])) {
            let _ = writeln!(out, "  stands in {}: {}", there.citation(), there.level.word());
            if there.quote != clause.quote {
                let _ = writeln!(out, "    “{}”", there.quote);
            }
        }
    }
    let _ = writeln!(out, "  a breach is a {}", clause.breach().word());
    if let Some(reason) = &clause.excluded {
        let _ = writeln!(out, "  not checked: {reason}");
    }
    for scenario in &catalogue.scenarios {
        let checks = scenario.plans.iter().flat_map(|plan| plan.checks.iter());
        let of_clause = checks.filter(|check| check.clauses.contains(&clause.id));
        let ids: BTreeSet<&str> = of_clause.map(|check| check.id.as_str()).collect();
        for id in ids {
            let _ = writeln!(out, "  checked by {}#{id}", scenario.id);
        }
    }
    out
}

fn mutant_in_words(catalogue: &Catalogue, mutant: &Mutant) -> String {
    let claims = Claims::of(catalogue);
    let mut out = format!("mutant {}\n  a server that {}\n", mutant.name, mutant.summary);
    for check in claims.kills.get(mutant.name).into_iter().flatten() {
        let _ = writeln!(out, "  killed by {check}");
    }
    for (check, reason) in claims.also.get(mutant.name).into_iter().flatten() {
        let _ = writeln!(out, "  red too is {check}: {reason}");
    }
    let _ = writeln!(out, "  seen by cimdspec run --mutant {}", mutant.name);
    out
}
