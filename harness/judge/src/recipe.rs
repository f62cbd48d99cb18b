//! What is missing where nobody ever came to the end of the browser's part, in words.

use cimdspec_model::name::StepName;

use crate::disposition::Seen;
use crate::expectation::Scene;
use crate::words;

const RECIPE: &str = "the right request of the calibration ended on a page, not with a code: a recipe for login or consent is missing";

/// Why a step of the browser says nothing; a step before it that was not granted is the nearer reason.
pub(crate) fn cut_short(scene: &Scene<'_>, names: &[&StepName]) -> String {
    let first = names.iter().find_map(|name| {
        let mut before = scene.asking().take_while(|earlier| earlier != name);
        before.find_map(|earlier| match scene.disposition(earlier) {
            seen @ (Seen::Impossible(_) | Seen::Refused(_)) => {
                Some(format!("step `{earlier}` before it was {}", words::seen(&seen)))
            }
            _ => None,
        })
    });
    first.unwrap_or_else(|| RECIPE.to_owned())
}
