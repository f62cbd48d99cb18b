//! The requests of several walks, aligned: which of them are the same request of the script.

use std::collections::BTreeSet;

use crate::recipe::recorded::Exchange;
use crate::recipe::recorded::Kind;
use crate::recipe::recorded::Phase;
use crate::recipe::recorded::Press;
use crate::recipe::recorded::Walk;

/// The steps of a recipe, in the order in which they are played.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
pub(crate) enum Step {
    Load,
    Login,
    Approve,
    Deny,
}

/// A request of the script, with where it was made.
#[derive(Debug, Clone)]
pub(crate) struct Line {
    pub(crate) step: Step,
    /// The walk and the exchange in it; in the order of the walks.
    pub(crate) instances: Vec<(usize, usize)>,
}

impl Step {
    /// Its name in a recipe.
    pub(crate) fn word(self) -> &'static str {
        match self {
            Self::Load => "load",
            Self::Login => "login",
            Self::Approve => "approve",
            Self::Deny => "deny",
        }
    }
}

/// The requests of the scripts of these walks, by steps, each step in the order of the requests.
pub(crate) fn lines(walks: &[Walk]) -> Vec<Line> {
    let loads = loads(walks);
    let mut lines: Vec<(String, Line)> = Vec::new();
    for (number, walk) in walks.iter().enumerate() {
        for (at, exchange) in calls(walk) {
            let shape = exchange.shape();
            let step = match (walk.phase(at), walk.decision()) {
                (Phase::Opened, _) => Step::Load,
                (Phase::LoggedIn, _) if loads.contains(&shape) => Step::Load,
                (Phase::LoggedIn, _) => Step::Login,
                (Phase::Decided, Some(Press::Deny)) => Step::Deny,
                (Phase::Decided, _) => Step::Approve,
            };
            let mut known = lines.iter_mut();
            match known.find(|(other, line)| *other == shape && line.step == step) {
                Some((_, line)) => line.instances.push((number, at)),
                None => {
                    let line = Line {
                        step,
                        instances: vec![(number, at)],
                    };
                    lines.push((shape, line));
                }
            }
        }
    }
    // What only a page without a session asks for is no part of what is asked later.
    let mut lines: Vec<Line> = lines
        .into_iter()
        .filter(|(shape, line)| line.step != Step::Load || loads.contains(shape))
        .map(|(_, line)| line)
        .collect();
    lines.sort_by_key(|line| line.step);
    lines
}

/// What the page asks for where the user is logged in; with no such walk, whatever is asked before anything is pressed, and again
/// after the login.
fn loads(walks: &[Walk]) -> BTreeSet<String> {
    let shapes = |walk: &Walk, fits: &dyn Fn(Phase, &Exchange) -> bool| -> Vec<String> {
        let calls = calls(walk).into_iter();
        calls
            .filter(|(at, exchange)| fits(walk.phase(*at), exchange))
            .map(|(_, exchange)| exchange.shape())
            .collect()
    };
    let logged_in = walks
        .iter()
        .filter(|walk| walk.presses.iter().all(|(press, _)| *press != Press::Login));
    let mut found: BTreeSet<String> = logged_in
        .flat_map(|walk| shapes(walk, &|phase, _| phase == Phase::Opened))
        .collect();
    if found.is_empty() {
        let before = |phase, exchange: &Exchange| {
            phase == Phase::Opened || (phase == Phase::LoggedIn && exchange.method == "GET")
        };
        found.extend(walks.iter().flat_map(|walk| shapes(walk, &before)));
    }
    found
}

/// The requests of scripts that the server answered.
fn calls(walk: &Walk) -> Vec<(usize, &Exchange)> {
    let all = walk.exchanges.iter().enumerate();
    all.filter(|(_, exchange)| {
        exchange.kind == Kind::Call && exchange.method != "OPTIONS" && exchange.status != 0
    })
    .collect()
}
