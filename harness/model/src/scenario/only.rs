//! Checks that are there for some values of the axes only.

use super::lower::File;
use super::matrix::Axis;
use super::matrix::Combination;
use super::raw_check::CheckRaw;
use crate::diagnostic::Diagnostic;
use crate::diagnostic::nearest;

/// Keeps the checks that are there for this combination.
pub(crate) fn keep(
    file: &File<'_>,
    checks: &mut Vec<CheckRaw>,
    axes: &[Axis<'_>],
    combination: &Combination<'_, '_>,
) -> Result<(), Diagnostic> {
    for (axis, slugs) in checks.iter().flat_map(|check| &check.only) {
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
    checks.retain(|check| {
        check.only.iter().all(|(axis, slugs)| {
            let here = combination.iter().find(|(name, _)| name == axis);
            here.is_some_and(|(_, value)| slugs.contains(&value.slug))
        })
    });
    Ok(())
}
