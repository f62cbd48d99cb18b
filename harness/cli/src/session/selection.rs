//! Choosing plans by `--only`.

use std::collections::BTreeMap;
use std::collections::BTreeSet;
use std::sync::Arc;

use cimdspec_model::diagnostic::nearest;
use cimdspec_model::name::CheckId;
use cimdspec_model::plan::Check;
use cimdspec_model::plan::Plan;
use cimdspec_model::requirement::revision::Revision;
use cimdspec_model::requirement::revision::Revisions;
use cimdspec_model::requirement::revision::id_of;
use cimdspec_model::scenario::catalogue::Catalogue;
use cimdspec_model::verdict::Finding;
use cimdspec_model::verdict::Tally;

use crate::args::arguments::RunArguments;
use crate::exit::Exit;
use crate::exit::Stop;

/// So many ids are suggested.
const MOST_HINTS: usize = 3;

/// The plans that the patterns choose, with only the chosen checks; all without patterns.
pub(crate) fn plans(catalogue: &Catalogue, patterns: &[String]) -> Result<Vec<Arc<Plan>>, Stop> {
    if patterns.is_empty() {
        return Ok(catalogue.plans().cloned().collect());
    }
    let mut chosen = Vec::new();
    let mut idle: Vec<&str> = patterns.iter().map(String::as_str).collect();
    for plan in catalogue.plans() {
        let Plan { variant, checks, .. } = &**plan;
        let names = variant.names();
        let mut is_chosen = |check: &Check| {
            idle.retain(|pattern| !chooses(pattern, &names, &check.id));
            patterns.iter().any(|pattern| chooses(pattern, &names, &check.id))
        };
        let ids: BTreeSet<&CheckId> = checks
            .iter()
            .filter(|check| is_chosen(check))
            .map(|check| &check.id)
            .collect();
        chosen.extend(with_checks(plan, |check| ids.contains(&check.id)));
    }
    match idle.first() {
        None => Ok(chosen),
        Some(pattern) => Err(nothing(catalogue, pattern)),
    }
}

/// Whether a pattern chooses a check: by a name of its variant, and by its own id.
fn chooses(pattern: &str, names: &[String], check: &CheckId) -> bool {
    let (place, id) = pattern.split_once('#').unwrap_or((pattern, "*"));
    fits(id, check.as_str()) && names.iter().any(|name| fits(place, name))
}

/// The patterns of which nothing was judged: what they choose does not apply to the server, or cannot run here.
pub(crate) fn idle(patterns: &[String], findings: &[Finding]) -> Vec<String> {
    let is_idle = |pattern: &&String| {
        let chosen = findings.iter().filter(|finding| {
            let Finding { variant, check, .. } = finding;
            chooses(pattern, &variant.names(), check)
        });
        Tally::of(chosen).is_empty_of_verdicts()
    };
    patterns.iter().filter(is_idle).cloned().collect()
}

/// The one variant that an id names: its own, that of one of its checks, or that of a scenario that has no other.
pub(crate) fn variant(catalogue: &Catalogue, id: &str) -> Result<Arc<Plan>, Stop> {
    let mut named: Vec<&Arc<Plan>> = catalogue.plans().collect();
    named.retain(|plan| {
        let Plan { variant, checks, .. } = &***plan;
        let names = variant.names();
        checks.iter().any(|check| chooses(id, &names, &check.id))
    });
    match named.as_slice() {
        [] => Err(nothing(catalogue, id)),
        [plan] => Ok(Arc::clone(plan)),
        several => {
            let near: Vec<String> = several
                .iter()
                .take(MOST_HINTS)
                .map(|plan| plan.variant.to_string())
                .collect();
            Err(Stop::new(
                Exit::Usage,
                format!(
                    "`{id}` names {} variants, and one is held at a time\nhint: there are `{}`{}",
                    several.len(),
                    near.join("`, `"),
                    if several.len() > near.len() {
                        " and others"
                    } else {
                        ""
                    }
                ),
            ))
        }
    }
}

/// What is looked at over a whole run, whatever was chosen.
pub(crate) fn of_the_run(catalogue: &Catalogue) -> Vec<Arc<Plan>> {
    let plans = catalogue.plans().filter(|plan| plan.is_of_the_run());
    plans.cloned().collect()
}

/// The revisions of these names.
pub(crate) fn revisions<'a>(catalogue: &'a Catalogue, names: &[String]) -> Result<Vec<&'a Revision>, Stop> {
    let known = &catalogue.revisions.0;
    let of_name = |name: &String| {
        known
            .get(name)
            .ok_or_else(|| unknown(name, known.keys().map(String::as_str)))
    };
    names.iter().map(of_name).collect()
}

/// Leaves the checks that conforming to the revisions means; all without revisions.
pub(crate) fn as_in_revisions(
    catalogue: &Catalogue,
    plans: &mut Vec<Arc<Plan>>,
    names: &[String],
) -> Result<(), Stop> {
    if names.is_empty() {
        return Ok(());
    }
    let chosen = revisions(catalogue, names)?;
    let clauses = catalogue.clauses.of(&Revisions::law_of(&chosen));
    let listed = |scenario: &str, check: &Check| {
        let id = id_of(scenario, check);
        // Some variants of a listed check may have clauses of their own, which the revision does not have.
        let is_theirs = clauses.deciding(&check.clauses).is_some();
        is_theirs && chosen.iter().any(|revision| revision.checks.contains_key(&id))
    };
    *plans = plans
        .iter()
        .filter_map(|plan| with_checks(plan, |check| listed(plan.variant.scenario.as_str(), check)))
        .collect();
    Ok(())
}

/// Leaves the checks of variants that have these ids.
pub(crate) fn as_in(plans: &mut Vec<Arc<Plan>>, ids: &BTreeSet<String>) {
    let is_wanted = |plan: &Plan, check: &Check| ids.contains(&format!("{}#{}", plan.variant, check.id));
    *plans = plans
        .iter()
        .filter_map(|plan| with_checks(plan, |check| is_wanted(plan, check)))
        .collect();
}

/// Whether anything is left to run.
pub(crate) fn some(plans: &[Arc<Plan>], arguments: &RunArguments) -> Result<(), Stop> {
    if !plans.is_empty() {
        return Ok(());
    }
    let only = arguments.only.iter().map(|pattern| format!("`--only {pattern}`"));
    let revisions = arguments
        .revision
        .iter()
        .map(|name| format!("`--revision {name}`"));
    let again = arguments.gates.again.iter();
    let again = again.map(|results| format!("`--again {}`", results.display()));
    let flags: Vec<String> = only.chain(revisions).chain(again).collect();
    let told = match flags.as_slice() {
        [] => "the catalogue has no check\nhint: `--scenarios` takes a folder with scenarios".to_owned(),
        [flag] => format!("{flag} selects no check\nhint: `cimdspec list` shows all scenarios"),
        _ => format!(
            "nothing is selected: no check fits {} together\nhint: leave one of them out",
            flags.join(", ")
        ),
    };
    Err(Stop::new(Exit::Usage, told))
}

/// The plan with these of its checks, if it has any of them.
fn with_checks(plan: &Arc<Plan>, is_wanted: impl Fn(&Check) -> bool) -> Option<Arc<Plan>> {
    match plan.checks.iter().filter(|check| is_wanted(check)).count() {
        0 => None,
        all if all == plan.checks.len() => Some(Arc::clone(plan)),
        _ => {
            let mut plan = Plan::clone(plan);
            Arc::make_mut(&mut plan.checks).retain(is_wanted);
            Some(Arc::new(plan))
        }
    }
}

/// Whether all that an operator declares can be declared.
pub(crate) fn declared(catalogue: &Catalogue, declared: &BTreeMap<String, String>) -> Result<(), Stop> {
    let known = &catalogue.controls.declared;
    match declared.keys().find(|id| !known.contains_key(*id)) {
        None => Ok(()),
        Some(stray) => {
            let ids: Vec<&str> = known.keys().map(String::as_str).collect();
            let told = format!(
                "the profile declares `{stray}`, which is no control that can be declared\nhint: there are {}",
                ids.join(", ")
            );
            Err(Stop::new(Exit::BadInput, told))
        }
    }
}

/// The message for an id or pattern that chooses nothing: the nearest of what it seems to name.
pub(crate) fn nothing(catalogue: &Catalogue, id: &str) -> Stop {
    if let Some(now) = catalogue.moved.now(id) {
        return Stop::new(
            Exit::Usage,
            format!("nothing is called `{id}` any more\nhint: it is `{now}` now"),
        );
    }
    let place = id.split(['[', '#']).next().unwrap_or_default();
    let scenario = catalogue
        .scenarios
        .iter()
        .find(|scenario| scenario.id.as_str() == place);
    let known: Vec<String> = match scenario {
        None => catalogue
            .scenarios
            .iter()
            .map(|scenario| scenario.id.to_string())
            .collect(),
        Some(scenario) => {
            let (variant, check) = id.split_once('#').unwrap_or((id, ""));
            let checks = scenario.plans.iter().flat_map(|plan| plan.checks.iter());
            let with_checks = checks
                .filter(|_| !check.is_empty())
                .map(|check| format!("{variant}#{}", check.id));
            let variants = scenario.plans.iter().flat_map(|plan| plan.variant.names());
            let variants = variants.filter(|name| name != place);
            variants.chain(with_checks).collect()
        }
    };
    unknown(id, known.iter().map(String::as_str))
}

/// The message for an id that nothing has.
pub(crate) fn unknown<'a>(id: &str, known: impl Iterator<Item = &'a str>) -> Stop {
    let near = near(id, &known.collect::<Vec<&str>>());
    let hint = match near.as_slice() {
        [] => "`cimdspec list` shows all".to_owned(),
        near => format!("did you mean `{}`?", near.join("` or `")),
    };
    Stop::new(Exit::Usage, format!("nothing is called `{id}`\nhint: {hint}"))
}

/// What an id may mean: a folder of almost this name, the same last word in its folder or in another one, or an id that is spelled almost so.
fn near(id: &str, known: &[&str]) -> Vec<String> {
    if let Some(folder) = id.strip_suffix("/*") {
        let folders: BTreeSet<&str> = known.iter().flat_map(|id| folders(id)).collect();
        let near = nearest(folder, folders);
        return near.into_iter().map(|folder| format!("{folder}/*")).collect();
    }
    let (family, word) = (first_word(id), last_word(id));
    let of_family = || known.iter().filter(|known| first_word(known) == family);
    let words: BTreeSet<&str> = of_family().filter_map(|known| last_word(known)).collect();
    let words = word.map(|word| nearest(word, words)).unwrap_or_default();
    let has_word = |known: &&&str| last_word(known).is_some_and(|last| words.first() == Some(&last));
    let mut so_called: Vec<&str> = of_family().filter(has_word).copied().collect();
    so_called.sort_by_key(|known| folder(known) != folder(id));
    let mut near: Vec<String> = Vec::new();
    for id in so_called.into_iter().chain(nearest(id, known.iter().copied())) {
        if near.len() < MOST_HINTS && !near.iter().any(|known| known == id) {
            near.push(id.to_owned());
        }
    }
    near
}

/// The folders of an id, from the outermost.
fn folders(id: &str) -> impl Iterator<Item = &str> {
    id.match_indices('/').map(|(at, _)| &id[..at])
}

/// The innermost folder of an id.
fn folder(id: &str) -> Option<&str> {
    id.rsplit_once('/').map(|(folder, _)| folder)
}

fn first_word(id: &str) -> Option<&str> {
    id.split_once('/').map(|(first, _)| first)
}

fn last_word(id: &str) -> Option<&str> {
    id.rsplit_once('/').map(|(_, last)| last)
}

/// Whether the text fits a pattern in which `*` stands for any text.
pub(crate) fn fits(pattern: &str, text: &str) -> bool {
    /// No id has this character, so that `?` is an ordinary one.
    const ONE: char = '\0';
    wildmatch::WildMatchPattern::<'*', ONE>::new(pattern).matches(text)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn an_id_that_moved_is_found_by_its_last_word() {
        let known = [
            "code/pkce/missing",
            "cimd/ssrf/answers/rebind",
            "cimd/ssrf/pushed",
            "redirect/http",
        ];
        assert_eq!(near("cimd/ssrf/rebind", &known)[0], "cimd/ssrf/answers/rebind");
        assert_eq!(near("cimd/ssrf/rebimd", &known)[0], "cimd/ssrf/answers/rebind");
        assert_eq!(near("code/pkce-missing", &known), ["code/pkce/missing"]);
        let twins = ["code/pkce/key/missing", "code/pkce/missing"];
        assert_eq!(near("code/pkce/mising", &twins)[0], "code/pkce/missing");
        assert_eq!(near("cimd/redirect/http", &known), ["redirect/http"]);
        assert_eq!(near("cimd/ssfr/*", &known), ["cimd/ssrf/*"]);
        assert_eq!(near("quite-another-thing", &known), Vec::<String>::new());
    }

    #[test]
    fn patterns_fit_whole_texts() {
        assert!(fits("cimd/ssrf/*", "cimd/ssrf/answers/rebind[turn=1]"));
        assert!(fits("*rebind*", "cimd/ssrf/answers/rebind[turn=1]"));
        assert!(fits("a*c", "abc"));
        assert!(!fits("a*c", "abcd"));
        assert!(!fits("cimd/ssrf", "cimd/ssrf/answers/rebind"));
    }
}
