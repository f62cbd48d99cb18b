//! Whether what was not seen could have been: an absence counts where its witness is seen.

use cimdspec_model::expect::Layer;
use cimdspec_model::expect::TrafficExpect;
use cimdspec_model::name::StepName;
use cimdspec_model::observation::Case;
use cimdspec_model::plan::Check;
use cimdspec_model::plan::Control;
use cimdspec_model::reason::Reason;
use cimdspec_model::reason::ReasonCode;
use cimdspec_model::scenario::witness::Sight;
use cimdspec_model::scenario::witness::Walk;
use cimdspec_model::scenario::witness::Witness;
use cimdspec_model::verdict::Outcome;

use crate::disposition::Seen;
use crate::expect::Evidence;
use crate::input::Input;
use crate::traffic;
use crate::words;

/// Whether the control did what the check is about, in its lawful form: how it was answered then does not matter.
pub(crate) fn is_witnessed(input: &Input<'_>, check: &Check) -> bool {
    match (&check.witness, input.control) {
        (Some(Witness::Seen(sight)), Some((_, control))) if sight.of == Walk::Control => {
            is_seen(control, &sight.traffic)
        }
        _ => false,
    }
}

/// What becomes of a check that passed because something was not seen, where nothing shows that it could have been.
pub(crate) fn unwitnessed(input: &Input<'_>, check: &Check, outcome: &Outcome) -> Option<Outcome> {
    let witness = check.witness.as_ref().filter(|_| *outcome == Outcome::Pass)?;
    match witness {
        Witness::Granted(step) => {
            let (plan, case) = input.control?;
            let told = not_granted(&input.evidence(plan, case), step)?;
            Some(inconclusive(&told))
        }
        Witness::Seen(sight) => unseen(input, sight),
    }
}

fn unseen(input: &Input<'_>, sight: &Sight) -> Option<Outcome> {
    let seen = |case: &Case| is_seen(case, &sight.traffic);
    let what = in_words(&sight.traffic);
    match (sight.of, input.control) {
        (Walk::Case, _) if seen(input.case) => return None,
        (Walk::Case, Some((_, control))) if seen(control) => {
            let told = format!("{what} was seen here, as in the paired control");
            return Some(inconclusive(&told));
        }
        (Walk::Control, Some((_, control))) if seen(control) => return None,
        // A control that was not walked says nothing for and nothing against it.
        (Walk::Control, None) => return None,
        _ => {}
    }
    let (plan, case, place) = match (input.control, &input.plan.control) {
        (Some((plan, case)), _) => (plan, case, "in the paired control"),
        (None, Control::None(_)) => (input.plan, input.case, "here"),
        (None, Control::Plan(_)) => return Some(inconclusive(&format!("{what} was seen here"))),
    };
    let evidence = input.evidence(plan, case);
    let none_at_all = |how: &str| {
        Outcome::not_applicable(Reason::unmet(format!(
            "the server does no such thing at all: {what} was seen {place}, which was {how}"
        )))
    };
    let mut asking = evidence.asking();
    Some(
        match asking.find_map(|step| Some((step, not_granted(&evidence, step)?))) {
            None => none_at_all("granted"),
            Some((step, _)) if sight.or_refused && matches!(evidence.disposition(step), Seen::Refused(_)) => {
                none_at_all("refused without it")
            }
            Some((_, told)) => inconclusive(&format!("{what} was seen {place}: {told}")),
        },
    )
}

fn inconclusive(why: &str) -> Outcome {
    let why = format!("nothing shows that it could have happened: {why}");
    Outcome::inconclusive(ReasonCode::Witness.with(why))
}

/// How a step was disposed of that was not granted.
fn not_granted(evidence: &Evidence<'_>, step: &StepName) -> Option<String> {
    let seen = evidence.disposition(step);
    (!seen.is_granted()).then(|| format!("step `{step}` was not granted but {}", words::seen(&seen)))
}

/// Whether traffic of this layer, or of a deeper one, was seen.
fn is_seen(case: &Case, expect: &TrafficExpect) -> bool {
    from(expect.event).iter().any(|event| {
        let here = TrafficExpect {
            event: *event,
            ..expect.clone()
        };
        traffic::figure(&traffic::matching(case, &here), *event) > 0
    })
}

/// The layer and those that cannot be without it.
fn from(layer: Layer) -> &'static [Layer] {
    const ALL: [Layer; 5] = [
        Layer::Lookup,
        Layer::Connect,
        Layer::Hello,
        Layer::Handshake,
        Layer::Request,
    ];
    match layer {
        Layer::Lookup => &ALL,
        Layer::Connect => &ALL[1..],
        Layer::Hello => &ALL[2..],
        Layer::Handshake => &ALL[3..],
        Layer::Request => &ALL[4..],
        Layer::Bytes => &[Layer::Bytes],
        Layer::Certificate => &[Layer::Certificate],
    }
}

fn in_words(expect: &TrafficExpect) -> String {
    let layer = format!("{:?}", expect.event).to_lowercase();
    let mut place = format!("`{}`", expect.to);
    if let Some(target) = &expect.target_is {
        place.push_str(&format!(" for `{}`", target.0));
    }
    if let Some(port) = expect.port {
        place.push_str(&format!(" at port {port}"));
    }
    match &expect.during {
        None => format!("no {layer} to {place}"),
        Some(step) => format!("no {layer} to {place} during `{step}`"),
    }
}

#[cfg(test)]
#[path = "witness_tests.rs"]
mod tests;
