//! Whether our name server was asked at all: where others answer for a name, what we would have said steers nothing, and nothing
//! follows from what the target did.

use cimdspec_model::expect::Layer;
use cimdspec_model::name::HostLabel;
use cimdspec_model::observation::Case;
use cimdspec_model::observation::Happening;
use cimdspec_model::plan::Check;
use cimdspec_model::plan::Control;
use cimdspec_model::plan::Plan;
use cimdspec_model::verb::Act;

use crate::input::Input;

/// The host whose name a step changes that names none.
const USUAL: &str = "docs";

/// Why a case that steers names, or counts lookups, says nothing: our name server saw no lookup in it, and nothing shows that it is
/// the one that is asked.
///
/// A target may refuse a client before it looks up its name. That it does is shown by a control in which it asked us, as long as
/// nothing came to the steered name: who finds a name without us was told by somebody else where it leads.
pub(crate) fn unsteered(input: &Input<'_>, check: &Check) -> Option<String> {
    let steered = steered(input.plan);
    let counts_lookups = check.expect.kind().layer() == Some(Layer::Lookup);
    if (steered.is_empty() && !counts_lookups) || is_asked(input.case) {
        return None;
    }
    if let Some(host) = steered.iter().find(|host| is_reached(input.case, host)) {
        return Some(format!(
            "the name of `{host}` led here without a lookup at our name server: somebody else answers for it, or a resolver still \
             has an old answer"
        ));
    }
    let is_asked_at_all = match (input.control, &input.plan.control) {
        (Some((_, control)), _) => is_asked(control),
        (None, Control::None(_)) => false,
        // A control that was not walked says nothing for and nothing against it.
        (None, Control::Plan(_)) => true,
    };
    (!is_asked_at_all).then(|| {
        "our name server saw no lookup, neither here nor in the paired control: somebody else may answer for these names"
            .to_owned()
    })
}

/// The hosts whose names a plan steers.
fn steered(plan: &Plan) -> Vec<&str> {
    let steps = plan.steps.iter();
    steps
        .filter_map(|step| match &step.act {
            Act::Resolve(act) => Some(act.name.as_ref().map_or(USUAL, HostLabel::as_str)),
            _ => None,
        })
        .collect()
}

fn is_asked(case: &Case) -> bool {
    case.events
        .iter()
        .any(|event| matches!(event.what, Happening::Lookup { .. }))
}

fn is_reached(case: &Case, host: &str) -> bool {
    case.events.iter().any(|event| {
        let is_its = event.host.as_ref().is_some_and(|label| label.as_str() == host);
        is_its && matches!(event.what, Happening::Hello { .. } | Happening::Request { .. })
    })
}

#[cfg(test)]
mod tests {
    use cimdspec_model::observation::Event;
    use cimdspec_model::observation::Instant;
    use cimdspec_model::profile::Profile;
    use cimdspec_model::verdict::Outcome;

    use crate::fabricated::answered;
    use crate::fabricated::case;
    use crate::fabricated::findings;
    use crate::fabricated::plan;
    use crate::fabricated::registered;

    use super::*;

    const LOOKUP: &str = "lookup";
    const REQUEST: &str = "request";

    fn event(word: &str) -> Event {
        Event {
            at: Instant(0),
            case: None,
            host: HostLabel::parse("logos").ok(),
            what: match word {
                LOOKUP => Happening::Lookup {
                    name: "logos-1.probe.example.org".to_owned(),
                    record: "A".to_owned(),
                    turn: 1,
                    said: vec!["NXDOMAIN".to_owned()],
                },
                _ => Happening::Request {
                    connection: 1,
                    to: "203.0.113.7:443".parse().unwrap(),
                    method: "GET".to_owned(),
                    target: "/logo.png".to_owned(),
                    headers: Vec::new(),
                },
            },
        }
    }

    fn word(outcome: &Outcome) -> &'static str {
        match outcome {
            Outcome::Pass => "pass",
            Outcome::Fail => "fail",
            Outcome::Inconclusive(_) => "inconclusive",
            _ => "other",
        }
    }

    /// What becomes of a name that cannot be looked up, by how its client was answered and by what was seen here and in the control.
    #[test]
    fn what_others_answer_is_neither_kept_nor_broken() {
        let steering = plan(
            "needs = [\"dns\"]\n[host.logos]\n[[step]]\nresolve = { name = \"logos\", fail = \"nxdomain\" }\n[[step]]\nname = \"reg\"\n\
             register = { set = { logo_uri = \"@logos/logo.png\" } }\n[[check]]\nid = \"refused\"\nclause = \"a.b\"\n\
             expect = { answer = { of = \"reg\", is = \"refused\" } }\n",
        );
        let Control::Plan(paired) = &steering.control else {
            panic!("there is no control")
        };
        let (granted, refused) = (
            || registered("reg"),
            || answered("reg", 400, "{\"error\":\"invalid_client_metadata\"}"),
        );
        for (is_refused, here, control, expected) in [
            (true, &[LOOKUP][..], &[LOOKUP, REQUEST][..], "pass"),
            (false, &[LOOKUP], &[LOOKUP, REQUEST], "fail"),
            // It is refused before its name is looked up.
            (true, &[], &[LOOKUP, REQUEST], "pass"),
            // Nobody ever asks us.
            (true, &[], &[REQUEST], "inconclusive"),
            (false, &[], &[REQUEST], "inconclusive"),
            (false, &[], &[], "inconclusive"),
            // A resolver had an answer for this name, though it asked us for the other.
            (false, &[REQUEST], &[LOOKUP, REQUEST], "inconclusive"),
            (true, &[REQUEST], &[LOOKUP, REQUEST], "inconclusive"),
        ] {
            let seen = |step, words: &[&str]| {
                let mut case = case(vec![step]);
                case.events = words.iter().copied().map(event).collect();
                case
            };
            let here_seen = seen(if is_refused { refused() } else { granted() }, here);
            let control_seen = seen(granted(), control);
            let found = findings(
                &steering,
                &here_seen,
                Some((paired, &control_seen)),
                &Profile::default(),
            );
            assert_eq!(
                word(&found[0].outcome),
                expected,
                "{is_refused} {here:?} {control:?}: {:?}",
                found[0]
            );
        }
    }
}
