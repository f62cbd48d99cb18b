//! A quick run: one variant for each check, and nothing that waits long; what is left out is counted.

use std::collections::BTreeMap;
use std::collections::BTreeSet;
use std::time::Duration;

use cimdspec_model::name::CheckId;
use cimdspec_model::plan::Control;
use cimdspec_model::plan::Plan;
use cimdspec_model::verdict::Outcome;

use crate::run::shared::Task;

/// A case with a longer wait is left out.
const LONGEST_WAIT: Duration = Duration::from_secs(2);

const COVERED: &str = "variants whose checks another variant has";
const WAITS: &str = "variants that wait longer than 2 s";
const STALLS: &str = "variants that last as long as the server waits for an answer";
const ROUNDS: &str = "variants that are walked once instead of many times";

/// Which of the chosen plans are walked.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Extent {
    /// All of them.
    Whole,
    /// One for each check, if it is quick.
    Quick,
}

/// What a quick run leaves out.
#[derive(Debug, Clone, PartialEq, Eq, Default)]
pub struct LeftOut {
    /// How many variants, by reason.
    pub variants: BTreeMap<String, usize>,
    /// The checks of which nothing is run.
    pub checks: Vec<String>,
}

/// A task, and why it is not walked, if it is not.
pub(crate) type Applied = (Task, Option<Outcome>);

/// The tasks of a quick run: of each scenario so few variants that all of its checks have one, those first that the target
/// and the environment can carry.
pub(crate) fn quick(tasks: Vec<Applied>) -> (Vec<Applied>, LeftOut) {
    let mut left_out = LeftOut::default();
    let mut kept = Vec::new();
    let mut scenarios: BTreeMap<String, Vec<Applied>> = BTreeMap::new();
    for task in tasks {
        let scenario = task.0.plan.variant.scenario.to_string();
        scenarios.entry(scenario).or_default().push(task);
    }
    for (scenario, tasks) in scenarios {
        let (lacking, walked): (Vec<Applied>, Vec<Applied>) =
            tasks.into_iter().partition(|(_, lacking)| lacking.is_some());
        let (slow, walked): (Vec<Applied>, Vec<Applied>) = walked
            .into_iter()
            .partition(|(task, _)| slowness(&task.plan).is_some());
        for (task, _) in &slow {
            let why = slowness(&task.plan).unwrap_or(WAITS);
            *left_out.variants.entry(why.to_owned()).or_default() += 1;
        }
        let mut covered = BTreeSet::new();
        let before = walked.len() + lacking.len();
        let mut chosen = covering(walked, &mut covered);
        for (task, _) in &slow {
            for check in task
                .plan
                .checks
                .iter()
                .filter(|check| !covered.contains(&check.id))
            {
                left_out.checks.push(format!("{scenario}#{}", check.id));
            }
        }
        // A check that only a slow variant could show does not seem to be without an object.
        covered.extend(slow.iter().flat_map(|(task, _)| ids(&task.plan)));
        chosen.extend(covering(lacking, &mut covered));
        let superfluous = before - chosen.len();
        if superfluous > 0 {
            *left_out.variants.entry(COVERED.to_owned()).or_default() += superfluous;
        }
        for (task, lacking) in chosen {
            let once = task.plan.walked_once();
            if lacking.is_none() && once.rounds != task.plan.rounds {
                *left_out.variants.entry(ROUNDS.to_owned()).or_default() += 1;
            }
            kept.push((Task { plan: once, ..task }, lacking));
        }
    }
    left_out.checks.sort();
    left_out.checks.dedup();
    (kept, left_out)
}

/// So few of the tasks that together they have each check that is not covered yet.
fn covering(mut tasks: Vec<Applied>, covered: &mut BTreeSet<CheckId>) -> Vec<Applied> {
    let mut chosen = Vec::new();
    loop {
        let gain = |(task, _): &Applied| ids(&task.plan).filter(|id| !covered.contains(id)).count();
        let best = (0..tasks.len()).max_by_key(|at| {
            let effort = tasks[*at].0.plan.steps.len();
            (gain(&tasks[*at]), std::cmp::Reverse((effort, *at)))
        });
        let Some(best) = best.filter(|at| gain(&tasks[*at]) > 0) else {
            return chosen;
        };
        let task = tasks.swap_remove(best);
        covered.extend(ids(&task.0.plan));
        chosen.push(task);
    }
}

fn ids(plan: &Plan) -> impl Iterator<Item = CheckId> + '_ {
    plan.checks.iter().map(|check| check.id.clone())
}

/// Why a plan is not quick, if it is not: in itself or in its control.
fn slowness(plan: &Plan) -> Option<&'static str> {
    let control = match &plan.control {
        Control::Plan(control) => Some(&**control),
        Control::None(_) => None,
    };
    let mut walked = std::iter::once(plan).chain(control);
    walked.find_map(|plan| {
        let verbs = || plan.steps.iter().map(|step| step.act.verb());
        let waits: Duration = verbs().map(|verb| verb.waits()).sum();
        match () {
            () if waits > LONGEST_WAIT => Some(WAITS),
            () if verbs().any(|verb| verb.stalls()) => Some(STALLS),
            () => None,
        }
    })
}

#[cfg(test)]
mod tests {
    use std::num::NonZeroU16;
    use std::sync::Arc;

    use cimdspec_model::expect::Expect;
    use cimdspec_model::expect::Service;
    use cimdspec_model::name::ClauseId;
    use cimdspec_model::name::StepName;
    use cimdspec_model::plan::Check;
    use cimdspec_model::quantity::Span;
    use cimdspec_model::verb::Act;
    use cimdspec_model::verb::Step;
    use cimdspec_model::verb::Wait;

    use super::*;
    use crate::run::estimate::tests::plan;

    fn task(slug: &str, checks: &[&str], wait: u64) -> Task {
        let step = Step {
            name: StepName::constant("wait"),
            background: false,
            optional: false,
            wait_on: None,
            act: Act::Wait(Wait(Span(Duration::from_secs(wait)))),
        };
        let mut plan = plan(vec![step]);
        plan.variant.axes = vec![("x".to_owned(), slug.to_owned())];
        let checks = checks.iter().map(|id| Check {
            id: CheckId::parse(id).unwrap(),
            clauses: vec![ClauseId::parse("x.y").unwrap()],
            given: Vec::new(),
            expect: Expect::Service(Service::NeverDies),
            witness: None,
            unless: Vec::new(),
            kills: Vec::new(),
            also: BTreeMap::new(),
            follows: None,
        });
        plan.checks = Arc::new(checks.collect());
        Task {
            plan: Arc::new(plan),
            control: None,
            number: 0,
        }
    }

    fn chosen(tasks: Vec<Applied>) -> (Vec<String>, LeftOut) {
        let (kept, left_out) = quick(tasks);
        let slugs = kept.iter().map(|(task, _)| task.plan.variant.axes[0].1.clone());
        (slugs.collect(), left_out)
    }

    fn lacking() -> Option<Outcome> {
        Some(Outcome::not_applicable("it has none"))
    }

    #[test]
    fn few_variants_have_all_checks() {
        let (kept, left_out) = chosen(vec![
            (task("one", &["a"], 0), None),
            (task("two", &["a", "b"], 0), None),
            (task("three", &["b"], 0), None),
            (task("four", &["c"], 1), None),
        ]);
        assert_eq!(kept, ["two", "four"]);
        assert_eq!(left_out.variants, [(COVERED.to_owned(), 2)].into());
        assert_eq!(left_out.checks, Vec::<String>::new());
    }

    #[test]
    fn what_waits_long_is_left_out_and_counted() {
        let (kept, left_out) = chosen(vec![
            (task("slow", &["a", "late"], 3), None),
            (task("quick", &["a"], 2), None),
        ]);
        assert_eq!(kept, ["quick"]);
        assert_eq!(left_out.variants, [(WAITS.to_owned(), 1)].into());
        assert_eq!(left_out.checks, ["cimd/ssrf/x#late"]);
    }

    #[test]
    fn what_the_server_can_carry_comes_first() {
        let (kept, _) = chosen(vec![
            (task("lacking", &["a", "b"], 0), lacking()),
            (task("carried", &["a"], 0), None),
        ]);
        assert_eq!(kept, ["carried", "lacking"]);
        let (kept, left_out) = chosen(vec![
            (task("lacking", &["a"], 0), lacking()),
            (task("slow", &["a"], 3), None),
        ]);
        assert_eq!(kept, Vec::<String>::new());
        assert_eq!(left_out.checks, ["cimd/ssrf/x#a"]);
    }

    #[test]
    fn rounds_are_walked_once() {
        let mut many = task("one", &["a"], 0);
        let mut plan = Plan::clone(&many.plan);
        plan.rounds = NonZeroU16::new(20).unwrap();
        many.plan = Arc::new(plan);
        let (kept, left_out) = quick(vec![(many, None)]);
        assert_eq!(kept[0].0.plan.rounds, NonZeroU16::MIN);
        assert_eq!(left_out.variants, [(ROUNDS.to_owned(), 1)].into());
    }
}
