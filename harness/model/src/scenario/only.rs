//! Checks that are there, or have another clause, for some values of the axes only.

use std::collections::BTreeMap;

use crate::diagnostic::Diagnostic;
use crate::diagnostic::nearest;
use crate::scenario::lower::File;
use crate::scenario::matrix::Axis;
use crate::scenario::matrix::Combination;
use crate::scenario::raw_check::CheckRaw;

/// Keeps the checks that are there for this combination, each with its clause.
pub(crate) fn keep(
    file: &File<'_>,
    checks: &mut Vec<CheckRaw>,
    axes: &[Axis<'_>],
    combination: &Combination<'_, '_>,
) -> Result<(), Diagnostic> {
    let named = checks
        .iter()
        .flat_map(|check| check.clause_for.values().chain([&check.only]));
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
        let other = check
            .clause_for
            .iter()
            .find(|(_, values)| is_meant(values, combination));
        if let Some((clause, _)) = other {
            check.clause = clause.clone();
        }
    }
    Ok(())
}

/// Whether the combination has one of these values of each of these axes.
fn is_meant(values: &BTreeMap<String, Vec<String>>, combination: &Combination<'_, '_>) -> bool {
    values.iter().all(|(axis, slugs)| {
        let here = combination.iter().find(|(name, _)| name == axis);
        here.is_some_and(|(_, value)| slugs.contains(&value.slug))
    })
}
