//! What a polite run leaves out: the server has other users, who are not asked.

use std::collections::BTreeMap;
use std::collections::BTreeSet;

use cimdspec_model::behaviour::delivery::Delivery;
use cimdspec_model::forecast::Kind;
use cimdspec_model::forecast::LARGE;
use cimdspec_model::plan::Control;
use cimdspec_model::plan::Need;
use cimdspec_model::plan::Plan;
use cimdspec_model::reason::ReasonCode;
use cimdspec_model::verb::Act;
use cimdspec_model::verb::Burden;
use cimdspec_model::verb::Channel;
use cimdspec_model::verb::Serve;
use cimdspec_model::verdict::Outcome;

use crate::run::applicability::burden;
use crate::run::applicability::requests_at_once;
use crate::run::quick::Applied;

/// So many clients a polite run registers for its cases and their controls; a retry of a case registers its own again.
const REGISTRATIONS: usize = 100;
/// A case that registers more is a burst.
const REGISTRATIONS_OF_A_CASE: usize = 5;
const REQUESTS_AT_ONCE: usize = 4;

const BURST: &str = "it sends many requests in a burst, and this run is polite";
const ENDLESS: &str =
    "it serves bodies or header fields that are endless or very large, and this run is polite";
const LARGE_BODY: &str = "it sends a very large request, and this run is polite";
const MANY: &str = "it registers clients, and a polite run registers at most 100";
const REMAINING: &str =
    "it registers a client, which this server cannot delete again, and this run is polite";
const RESOLVER: &str = "it keeps the resolver of the server waiting, and this run is polite";

/// Why a plan is nothing for a server that others use, too.
pub(crate) fn impolite(plan: &Plan) -> Option<&'static str> {
    let checks = [
        (
            BURST,
            plan.needs.contains(&Need::Load)
                || plan.rounds.get() > 1
                || requests_at_once(plan) > REQUESTS_AT_ONCE
                || registrations(plan) > REGISTRATIONS_OF_A_CASE,
        ),
        (ENDLESS, served(plan).any(is_endless)),
        (LARGE_BODY, plan.steps.iter().any(|step| is_large(&step.act))),
        (RESOLVER, burden(plan) == Burden::Resolver),
    ];
    checks.into_iter().find_map(|(why, is_so)| is_so.then_some(why))
}

/// Takes out the plans that register more clients than a polite run may; all that register one where none can be deleted again.
pub(crate) fn leave_out(applied: &mut [Applied], deletes: bool) {
    let walked = applied.iter().filter(|(_, lacking)| lacking.is_none());
    let beyond = beyond(walked.map(|(task, _)| &*task.plan), deletes);
    for (task, lacking) in applied.iter_mut().filter(|(_, lacking)| lacking.is_none()) {
        if let Some(why) = beyond.get(&task.plan.variant.to_string()) {
            *lacking = Some(not_run(why));
        }
    }
}

/// The plans of these that register more clients than a polite run may, by their variants, with the reason. The first variants of all
/// scenarios go before the second ones.
pub(crate) fn beyond<'a>(
    plans: impl Iterator<Item = &'a Plan>,
    deletes: bool,
) -> BTreeMap<String, &'static str> {
    let mut turns: BTreeMap<&str, usize> = BTreeMap::new();
    let mut registering: BTreeSet<(usize, String, usize)> = BTreeSet::new();
    for plan in plans {
        let count = registrations(plan) + control(plan).map_or(0, registrations);
        if count > 0 {
            let turn = turns.entry(plan.variant.scenario.as_str()).or_default();
            *turn += 1;
            registering.insert((*turn, plan.variant.to_string(), count));
        }
    }
    let mut left = REGISTRATIONS;
    let mut beyond = BTreeMap::new();
    for (_, variant, count) in registering {
        match (deletes, left.checked_sub(count)) {
            (false, _) => _ = beyond.insert(variant, REMAINING),
            (true, None) => _ = beyond.insert(variant, MANY),
            (true, Some(rest)) => left = rest,
        }
    }
    beyond
}

/// What becomes of a plan that is left out.
pub(crate) fn not_run(why: &str) -> Outcome {
    Outcome::not_run(ReasonCode::Polite.with(why))
}

fn control(plan: &Plan) -> Option<&Plan> {
    match &plan.control {
        Control::None(_) => None,
        Control::Plan(control) => Some(control),
    }
}

/// How many clients a walk of a plan registers.
fn registrations(plan: &Plan) -> usize {
    let steps = plan.steps.iter();
    let requests = steps.flat_map(|step| step.act.verb().requests(Channel::default()));
    let registering = requests.filter(|(kind, _)| *kind == Kind::Register);
    registering.map(|(_, count)| count).sum()
}

fn served(plan: &Plan) -> impl Iterator<Item = &Serve> {
    plan.steps.iter().filter_map(|step| match &step.act {
        Act::Serve(serve) => Some(serve),
        _ => None,
    })
}

fn is_endless(serve: &Serve) -> bool {
    let is_endless = |delivery: Delivery| {
        let endless = [
            Delivery::Endless,
            Delivery::EndlessHeaders,
            Delivery::EndlessInterim,
        ];
        endless.contains(&delivery) || delivery.is_giant()
    };
    serve.arrives().is_some_and(is_endless) || serve.pad.is_some_and(|size| size.0 > LARGE)
}

fn is_large(act: &Act) -> bool {
    matches!(act, Act::Register(act) if act.pad.is_some_and(|size| size.0 > LARGE))
}
