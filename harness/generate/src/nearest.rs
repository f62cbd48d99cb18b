//! The tapes whose worlds are nearest to given plans: where a corpus begins.

use std::collections::BTreeSet;
use std::collections::HashMap;

use cimdspec_model::plan::Plan;
use fastrand::Rng;
use serde_json::Value;

use crate::tape::Tape;
use crate::world::Generator;

/// Of so many worlds the nearest one is taken.
const POOL: usize = 4000;

impl Generator {
    /// For each plan the tape whose world has the most in common with it, each tape once. Which worlds there are to choose
    /// from is always the same.
    pub fn nearest<'p>(&self, plans: impl IntoIterator<Item = &'p Plan>) -> Vec<Tape> {
        let mut random = Rng::with_seed(0);
        let pool: BTreeSet<Tape> = (0..POOL).map(|_| Tape::random(&mut random)).collect();
        let mut having: HashMap<String, Vec<usize>> = HashMap::new();
        let mut sized = Vec::new();
        for (at, tape) in pool.into_iter().enumerate() {
            let features = features(&self.world(&tape).plan);
            sized.push((tape, features.len()));
            for feature in features {
                having.entry(feature).or_default().push(at);
            }
        }
        let mut nearest = BTreeSet::new();
        for plan in plans {
            let features = features(plan);
            let mut shared: HashMap<usize, usize> = HashMap::new();
            for at in features
                .iter()
                .filter_map(|feature| having.get(feature))
                .flatten()
            {
                *shared.entry(*at).or_default() += 1;
            }
            // What both have of what one of them has; of equals the first.
            let likeness = |(at, shared): (&usize, &usize)| {
                let size = sized.get(*at).map_or(0, |(_, size)| *size);
                shared * 1_000_000 / (features.len() + size - shared).max(1)
            };
            let best = shared
                .iter()
                .max_by_key(|pair| (likeness(*pair), std::cmp::Reverse(*pair.0)));
            nearest.extend(
                best.and_then(|(at, _)| sized.get(*at))
                    .map(|(tape, _)| tape.clone()),
            );
        }
        nearest.into_iter().collect()
    }
}

/// What a plan does, in words: its verbs, their members, and the values of these.
fn features(plan: &Plan) -> BTreeSet<String> {
    let mut features = BTreeSet::from([plan.base.clone()]);
    for step in &plan.steps {
        let act = serde_json::to_value(&step.act).unwrap_or_default();
        leaves(step.act.word(), &act, &mut features);
    }
    for host in plan.hosts.iter() {
        features.extend(host.address.map(|address| format!("address {address}")));
    }
    features
}

fn leaves(path: &str, value: &Value, into: &mut BTreeSet<String>) {
    into.insert(path.to_owned());
    match value {
        Value::Object(members) => members
            .iter()
            .for_each(|(name, member)| leaves(&format!("{path}.{name}"), member, into)),
        Value::Array(items) => items.iter().for_each(|item| leaves(path, item, into)),
        Value::Null => {}
        leaf => {
            into.insert(format!("{path}={leaf}"));
        }
    }
}
