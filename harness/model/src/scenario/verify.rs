//! What serde cannot see: that every host, step, client and clause that a plan names exists.

use crate::diagnostic::Diagnostic;
use crate::diagnostic::nearest;
use crate::plan::Plan;
use crate::requirement::clause::Clauses;
use crate::scenario::lower::File;
use crate::text::KEY_SETS;
use crate::text::NO_HOSTS;
use crate::text::NULL;

pub(crate) fn verify(file: &File<'_>, plan: &Plan, clauses: &Clauses) -> Result<(), Diagnostic> {
    let is_taken = |label: &&str| NO_HOSTS.contains(label) || *label == NULL;
    if let Some(label) = labels(plan).into_iter().find(is_taken) {
        let told = format!("`@{label}` stands for something else: no host is called `{label}`");
        return Err(file.at_token(label, told));
    }
    for (index, step) in plan.steps.iter().enumerate() {
        let earlier: Vec<&str> = plan.steps[..index]
            .iter()
            .map(|step| step.name.as_str())
            .collect();
        if earlier.contains(&step.name.as_str()) {
            return Err(file.at_token(
                step.name.as_str(),
                format!("two steps are called `{}`", step.name),
            ));
        }
        if let Some((word, why)) = step.act.verb().contradiction() {
            return Err(file.at_token(word, why.to_owned()));
        }
        let named = step.references();
        for name in named.all_steps() {
            among(file, "earlier step", &name, &earlier)?;
        }
        let hosts = named.labels().into_iter();
        for label in hosts.filter(|label| !NO_HOSTS.contains(&label.as_str())) {
            among(file, "host", &label, &labels(plan))?;
        }
        for name in named.key_sets() {
            among(file, "key set", &name, &KEY_SETS)?;
        }
    }
    if plan.is_of_the_run() {
        of_the_run(file, plan)?;
    }
    let names: Vec<&str> = plan.steps.iter().map(|step| step.name.as_str()).collect();
    for (index, check) in plan.checks.iter().enumerate() {
        if plan.checks[..index].iter().any(|earlier| earlier.id == check.id) {
            return Err(file.at_token(check.id.as_str(), format!("two checks are called `{}`", check.id)));
        }
        if let Some(stray) = check.clauses.iter().find(|id| clauses.named(id).is_none()) {
            let known: Vec<&str> = clauses.0.keys().map(|id| id.as_str()).collect();
            among(file, "clause", stray.as_str(), &known)?;
        }
        for expect in check.given.iter().chain([&check.expect]) {
            let kind = expect.kind();
            if let Some(name) = kind.without_comparison(&plan.steps) {
                let told = file.at_token(
                    name.as_str(),
                    format!("`unlike` has no control: a second step, of another plain client than that of `{name}`"),
                );
                return Err(told.hint(
                    "two plain clients' pages are compared first; where these differ, a difference tells nothing: \
                     `unlike = [\"plain\", \"another\"]`",
                ));
            }
            for name in kind.steps().into_iter().chain(kind.asked_in()) {
                among(file, "step", name.as_str(), &names)?;
            }
            let named = kind.hosts().into_iter();
            for label in named.filter(|label| !NO_HOSTS.contains(&label.as_str())) {
                among(file, "host", &label, &labels(plan))?;
            }
        }
    }
    Ok(())
}

/// What is looked at over a whole run has no case of its own.
fn of_the_run(file: &File<'_>, plan: &Plan) -> Result<(), Diagnostic> {
    let stray = plan.checks.iter().find(|check| check.service().is_none());
    let given = plan.checks.iter().find(|check| !check.given.is_empty());
    let (word, told) = match (plan.steps.first(), stray, given) {
        (Some(step), ..) => (
            step.name.as_str(),
            "what is looked at over a whole run has no steps",
        ),
        (None, Some(check), _) => (
            check.id.as_str(),
            "what is looked at over a whole run stands in a scenario of its own",
        ),
        (None, None, Some(check)) => (
            check.id.as_str(),
            "what is looked at over a whole run has no condition",
        ),
        (None, None, None) => return Ok(()),
    };
    Err(file.at_token(word, told.to_owned()))
}

fn labels(plan: &Plan) -> Vec<&str> {
    plan.hosts.iter().map(|host| host.label.as_str()).collect()
}

pub(crate) fn among(file: &File<'_>, kind: &str, name: &str, known: &[&str]) -> Result<(), Diagnostic> {
    if known.contains(&name) {
        return Ok(());
    }
    let told = file.at_token(name, format!("there is no {kind} `{name}`"));
    Err(match nearest(name, known.iter().copied()).first() {
        Some(best) => told.hint(format!("did you mean `{best}`?")),
        None if known.len() <= 8 => told.hint(format!("there are: {}", known.join(", "))),
        None => told,
    })
}
