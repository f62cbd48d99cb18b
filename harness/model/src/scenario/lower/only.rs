//! Checks that exist for some values of the axes only, and clauses that bind some values only.

use crate::diagnostic::Diagnostic;
use crate::diagnostic::nearest;
use crate::scenario::lower::File;
use crate::scenario::lower::cited::CitedRaw;
use crate::scenario::lower::cited::Slugs;
use crate::scenario::lower::matrix::Axis;
use crate::scenario::lower::matrix::Combination;
use crate::scenario::raw_check::CheckRaw;

/// Keeps the checks that exist for this combination, each with the clauses that bind it.
pub(crate) fn keep(
    file: &File<'_>,
    checks: &mut Vec<CheckRaw>,
    axes: &[Axis<'_>],
    combination: &Combination<'_, '_>,
) -> Result<(), Diagnostic> {
    let named = checks.iter().flat_map(|check| {
        let clauses = check.clause.0.iter();
        clauses
            .flat_map(|cited| [&cited.only, &cited.except])
            .chain([&check.only])
    });
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
    for check in checks {
        check.clause.0.retain(|cited| binds(cited, combination));
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

/// Whether a clause binds the combination.
fn binds(cited: &CitedRaw, combination: &Combination<'_, '_>) -> bool {
    let is_excepted = !cited.except.is_empty() && is_meant(&cited.except, combination);
    !is_excepted && is_meant(&cited.only, combination)
}

/// Whether the combination has one of these values of each of these axes.
fn is_meant(values: &Slugs, combination: &Combination<'_, '_>) -> bool {
    values.iter().all(|(axis, slugs)| {
        let here = combination.iter().find(|(name, _)| name == axis);
        here.is_some_and(|(_, value)| slugs.contains(&value.slug))
    })
}
