//! Whether the target came as far as the rule: a refusal before that says nothing about it.

use cimdspec_model::observation::Case;
use cimdspec_model::observation::Happening;
use cimdspec_model::plan::Plan;
use cimdspec_model::verb::Act;
use cimdspec_model::verb::Authorize;

/// How far the target has to come.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
enum Reach {
    Lookup,
    Connect,
    Request,
}

/// Why a refusal is not by the rule: the difference lies behind a place to which the target did not come here, but
/// did come in the control.
pub(crate) fn unreached(plan: &Plan, case: &Case, (paired, control): (&Plan, &Case)) -> Option<String> {
    let Some(reach) = difference(plan, paired) else {
        return broken_off(plan, case, control);
    };
    let came = |case: &Case| case.events.iter().any(|event| is_at(&event.what, reach));
    if came(case) || !came(control) {
        return None;
    }
    let told = match reach {
        Reach::Lookup => "without asking for a name",
        Reach::Connect => "without connecting to a host",
        Reach::Request => "without asking for the document",
    };
    Some(format!(
        "the server refused {told}, which it did in the paired control: too many fetches at once, or a cache"
    ))
}

/// Whether a case was refused before its document was asked for, though in the control it was: by a rule, or for load.
pub fn is_early(case: &Case, control: &Case) -> bool {
    let came = |case: &Case| case.events.iter().any(|event| is_at(&event.what, Reach::Request));
    came(control) && !came(case)
}

/// Why a refusal is not by a rule about the request: the document was on its way and never came.
fn broken_off(plan: &Plan, case: &Case, control: &Case) -> Option<String> {
    let is_about_addresses = plan.hosts.iter().any(|host| host.address.is_some())
        || plan.steps.iter().any(|step| matches!(step.act, Act::Resolve(_)));
    let came = |case: &Case, reach| case.events.iter().any(|event| is_at(&event.what, reach));
    let began = came(case, Reach::Connect) && !came(case, Reach::Request);
    (!is_about_addresses && began && came(control, Reach::Request))
        .then(|| "the server broke off its fetch of the document, so its refusal may be of that".to_owned())
}

/// Where the difference of the plan lies; `None` when a request itself has one, for then it may be refused at once.
fn difference(plan: &Plan, paired: &Plan) -> Option<Reach> {
    // What a registration names may be refused at once, too, when it is another address.
    let is_registered = plan.steps.iter().any(|step| matches!(step.act, Act::Register(_)));
    if is_registered && plan.hosts != paired.hosts {
        return None;
    }
    let mut reach = None;
    for step in &plan.steps {
        let is_in_control = || paired.steps.iter().any(|same| same.act == step.act);
        let here = match &step.act {
            Act::Authorize(act) if differs(act) => return None,
            Act::Register(_) if !is_in_control() => return None,
            Act::Resolve(_) => Reach::Lookup,
            Act::Serve(serve) if serve.tls.is_some() => Reach::Connect,
            Act::Serve(_) => Reach::Request,
            _ => continue,
        };
        reach = Some(reach.map_or(here, |known: Reach| known.min(here)));
    }
    reach
}

fn differs(act: &Authorize) -> bool {
    act.client_id.is_some()
        || act.redirect_uri.is_some()
        || act.posted_from.is_some()
        || !(act.set.is_empty() && act.omit.is_empty() && act.repeat.is_empty())
}

fn is_at(what: &Happening, reach: Reach) -> bool {
    match reach {
        Reach::Lookup => matches!(what, Happening::Lookup { .. }),
        Reach::Connect => matches!(what, Happening::Connect { .. }),
        Reach::Request => matches!(what, Happening::Request { .. }),
    }
}
