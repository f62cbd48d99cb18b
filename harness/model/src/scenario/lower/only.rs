//! Checks that exist for some values of the axes only, and clauses and mutants that are meant for some values only.

use crate::diagnostic::Diagnostic;
use crate::diagnostic::nearest;
use crate::scenario::lower::File;
use crate::scenario::lower::bounds::Bound;
use crate::scenario::lower::bounds::Slugs;
use crate::scenario::lower::matrix::Axis;
use crate::scenario::lower::matrix::Combination;
use crate::scenario::raw_check::CheckRaw;
use crate::scenario::raw_check::TraitRaw;

/// Keeps the checks and traits that exist for this combination, each check with the clauses that bind it.
pub(crate) fn keep(
    file: &File<'_>,
    checks: &mut Vec<CheckRaw>,
    traits: &mut Vec<TraitRaw>,
    axes: &[Axis<'_>],
    combination: &Combination<'_, '_>,
) -> Result<(), Diagnostic> {
    let named = checks.iter().flat_map(|check| {
        let clauses = check.clause.0.iter().flat_map(Bound::values);
        let kills = check.kills.0.iter().flat_map(Bound::values);
        clauses.chain(kills).chain([&check.only])
    });
    let named = named.chain(traits.iter().map(|told| &told.only));
    for (axis, slugs) in named.flatten() {
        let Some(known) = axes.iter().find(|known| known.name == *axis) else {
            return Err(file.at_token(axis, format!("no axis is called `{axis}`")));
        };
        let has = |slug: &String| known.values.iter().any(|value| value.slug == *slug);
        if let Some(slug) = slugs.iter().find(|slug| !has(slug)) {
            let told = file.at_token(slug, format!("no value of `{axis}` has the slug `{slug}`"));
            let all = known.values.iter().map(|value| value.slug.as_str());
            return Err(match nearest(slug, all).first() {
                Some(best) => told.hint(format!("did you mean `{best}`?")),
                None => told.hint("the slug of a value is its `slug`, else its text"),
            });
        }
    }
    checks.retain(|check| is_meant(&check.only, combination));
    traits.retain(|told| is_meant(&told.only, combination));
    for check in checks {
        check.clause.0.retain(|cited| binds(cited, combination));
        check.kills.0.retain(|killed| binds(killed, combination));
        if check.clause.0.is_empty() {
            let values: Vec<String> = combination
                .iter()
                .map(|(axis, value)| format!("{axis}={}", value.slug))
                .collect();
            let told = format!("check `{}` has no clause for {}", check.id, values.join(","));
            return Err(file
                .at_token(check.id.as_str(), told)
                .hint("name one, or leave these values out by `only` of the check"));
        }
    }
    Ok(())
}

/// Whether an id is meant for the combination.
fn binds<Id>(bound: &Bound<Id>, combination: &Combination<'_, '_>) -> bool {
    let is_excepted = !bound.except.is_empty() && is_meant(&bound.except, combination);
    !is_excepted && is_meant(&bound.only, combination)
}

/// Whether the combination has one of these values of each of these axes.
fn is_meant(values: &Slugs, combination: &Combination<'_, '_>) -> bool {
    values.iter().all(|(axis, slugs)| {
        let here = combination.iter().find(|(name, _)| name == axis);
        here.is_some_and(|(_, value)| slugs.contains(&value.slug))
    })
}
