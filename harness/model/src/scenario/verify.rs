//! What serde cannot see: that every host, step, client and clause that a plan names exists.

use crate::diagnostic::Diagnostic;
use crate::diagnostic::nearest;
use crate::expect::kinds::Expect;
use crate::expect::kinds::Tells;
use crate::name::StepName;
use crate::plan::Plan;
use crate::profile::policy_names;
use crate::requirement::clause::Clauses;
use crate::scenario::lower::File;
use crate::text::KEY_SETS;
use crate::text::NO_HOSTS;
use crate::text::Text;
use crate::text::clients_in_json;
use crate::text::key_set_named;
use crate::text::key_sets_in_json;
use crate::text::labels_in_json;
use crate::verb::Act;
use crate::verb::Channel;
use crate::verb::Step;
use crate::verb::Swap;

pub(crate) fn verify(file: &File<'_>, plan: &Plan, clauses: &Clauses) -> Result<(), Diagnostic> {
    if let Some(label) = labels(plan).into_iter().find(|label| NO_HOSTS.contains(label)) {
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
        if let Some((word, why)) = contradiction(step) {
            return Err(file.at_token(word, why.to_owned()));
        }
        for name in steps_named(step) {
            among(file, "earlier step", &name, &earlier)?;
        }
        for label in labels_named(step)
            .into_iter()
            .filter(|label| !NO_HOSTS.contains(&label.as_str()))
        {
            among(file, "host", &label, &labels(plan))?;
        }
        for name in key_sets_named(step) {
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
        let known: Vec<&str> = clauses.0.keys().map(|id| id.as_str()).collect();
        among(file, "clause", check.clause.as_str(), &known)?;
        for policy in &check.unless {
            among(file, "policy", policy, &policy_names())?;
        }
        for expect in check.given.iter().chain([&check.expect]) {
            if let Some(name) = without_control(plan, expect) {
                let told = file.at_token(
                    name.as_str(),
                    format!("`unlike` has no control: a second step, of another plain client than that of `{name}`"),
                );
                return Err(told.hint(
                    "two plain clients' pages are compared first; where these differ, a difference tells nothing: \
                     `unlike = [\"plain\", \"another\"]`",
                ));
            }
            for name in expect.steps().into_iter().chain(expect.asked_in()) {
                among(file, "step", name.as_str(), &names)?;
            }
            let named = labels_expected(expect).into_iter();
            for label in named.filter(|label| !NO_HOSTS.contains(&label.as_str())) {
                among(file, "host", &label, &labels(plan))?;
            }
        }
    }
    Ok(())
}

/// The step with which a page is compared alone, so that it cannot be told why they differ.
fn without_control<'a>(plan: &Plan, expect: &'a Expect) -> Option<&'a StepName> {
    let Expect::Page(page) = expect else {
        return None;
    };
    let client = |name: &StepName| {
        let step = plan.steps.iter().find(|step| step.name == *name)?;
        match &step.act {
            Act::Authorize(act) => Some((act.client.clone(), act.client_id.clone())),
            _ => None,
        }
    };
    let (first, others) = page.unlike.split_first()?;
    let is_another = |other: &StepName| client(other).is_some() && client(other) != client(first);
    (!others.iter().any(is_another)).then_some(first)
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

/// What a step says that it cannot mean.
fn contradiction(step: &Step) -> Option<(&'static str, &'static str)> {
    let Act::Authorize(act) = &step.act else {
        return None;
    };
    let is_another_request = act.request_of.is_some() || act.continues.is_some();
    match (is_another_request, act) {
        (true, act) if act.client_id.is_some() => Some((
            "client_id",
            "the request was made by another step: here `client_id` is not sent",
        )),
        (true, act) if act.redirect_uri.is_some() => Some((
            "redirect_uri",
            "the request was made by another step: here `redirect_uri` is not sent",
        )),
        (_, act) if act.swap.is_some() && act.request_of.is_none() => Some((
            "swap",
            "only a `request_uri` has parts: say whose with `request_of`",
        )),
        (true, act) if act.times.is_some() => {
            Some(("times", "the request was made by another step: it is used once"))
        }
        (false, act) if act.times.is_some() && act.channel == Some(Channel::Par) => {
            Some(("times", "pushed requests are made one by one"))
        }
        _ => None,
    }
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

/// The steps that a step refers to; `@label` clients are hosts.
fn steps_named(step: &Step) -> Vec<String> {
    let client = |client: &Option<String>| {
        client
            .iter()
            .filter(|name| !name.starts_with('@'))
            .cloned()
            .collect()
    };
    match &step.act {
        Act::Authorize(act) => {
            let mut names: Vec<String> = client(&act.client);
            names.extend(
                act.request_of
                    .iter()
                    .chain(&act.continues)
                    .chain(swapped(&act.swap))
                    .map(ToString::to_string),
            );
            names
        }
        Act::Delete(act) | Act::Read(act) | Act::Update(act) => {
            let mut names: Vec<String> = std::iter::once(&act.client)
                .chain(&act.token_of)
                .cloned()
                .chain(act.from.iter().chain(swapped(&act.swap)).map(ToString::to_string))
                .collect();
            act.set
                .values()
                .for_each(|value| clients_in_json(value, &mut names));
            names
        }
        Act::Ask(act) => client(&act.client),
        Act::Grant(act) => client(&act.client),
        Act::Introspect(act) | Act::Revoke(act) => {
            let mut names: Vec<String> = client(&act.client);
            names.push(act.token.to_string());
            names
        }
        Act::Compare(steps) | Act::Join(steps) => steps.iter().map(ToString::to_string).collect(),
        Act::Logout(act) => client(&act.client),
        Act::Refresh(act) => {
            let mut names: Vec<String> = client(&act.client);
            names.push(act.token.to_string());
            names.extend(swapped(&act.swap).map(ToString::to_string));
            names
        }
        Act::Register(act) => act.overwrite.iter().map(ToString::to_string).collect(),
        Act::Token(act) => {
            let mut names: Vec<String> = client(&act.client);
            names.push(act.code.to_string());
            names.extend(swapped(&act.swap).map(ToString::to_string));
            names
        }
        Act::Wait(_) => step.wait_on.iter().map(|on| on.step().to_string()).collect(),
        Act::Discover(_) | Act::Listen(_) | Act::Resolve(_) | Act::Serve(_) => Vec::new(),
    }
}

/// The step whose value has the other part.
fn swapped(swap: &Option<Swap>) -> impl Iterator<Item = &StepName> {
    swap.iter().map(|swap| &swap.with)
}

fn labels_named(step: &Step) -> Vec<String> {
    let mut labels = Vec::new();
    let mut text = |text: &Text| labels.extend(text.labels().into_iter().map(str::to_owned));
    match &step.act {
        Act::Authorize(act) => {
            act.client_id.iter().for_each(&mut text);
            act.redirect_uri.iter().for_each(&mut text);
            act.posted_from.iter().for_each(&mut text);
            act.set.values().chain(act.repeat.values()).for_each(&mut text);
            labels.extend(
                act.client
                    .iter()
                    .filter_map(|client| client.strip_prefix('@'))
                    .map(str::to_owned),
            );
        }
        Act::Resolve(act) => {
            act.alias
                .iter()
                .chain(act.turns.iter().filter_map(|turn| turn.alias.as_ref()))
                .for_each(&mut text);
            labels.extend(act.name.iter().map(ToString::to_string));
            let answers = act
                .answers
                .iter()
                .chain(act.turns.iter().flat_map(|turn| turn.answers.iter()));
            labels.extend(
                answers
                    .filter_map(|answer| answer.strip_prefix('@'))
                    .map(|answer| answer.trim_end_matches(".v4").trim_end_matches(".v6").to_owned()),
            );
        }
        Act::Serve(act) => {
            act.headers.values().for_each(&mut text);
            let body = act
                .body
                .as_ref()
                .filter(|body| key_set_named(&body.0).is_none())
                .map(|body| Text(body.0.replace("@document", "").replace("@length", "")));
            body.iter().for_each(&mut text);
            labels.extend(act.host.iter().map(ToString::to_string));
            act.set
                .values()
                .for_each(|value| labels_in_json(value, &mut labels));
        }
        Act::Register(act) => {
            act.headers.values().for_each(&mut text);
            act.set
                .values()
                .for_each(|value| labels_in_json(value, &mut labels));
        }
        Act::Update(act) => {
            act.id.iter().for_each(&mut text);
            act.set
                .values()
                .for_each(|value| labels_in_json(value, &mut labels));
        }
        Act::Delete(act) | Act::Read(act) => act.id.iter().for_each(&mut text),
        Act::Ask(act) => act
            .set
            .values()
            .chain(act.headers.values())
            .chain(&act.body)
            .for_each(&mut text),
        Act::Logout(act) => act.set.values().chain(&act.to).for_each(&mut text),
        Act::Token(act) => act
            .set
            .values()
            .chain(act.repeat.values())
            .chain(act.headers.values())
            .for_each(&mut text),
        Act::Refresh(act) => act.set.values().for_each(&mut text),
        Act::Grant(act) => act.set.values().for_each(&mut text),
        Act::Introspect(act) | Act::Revoke(act) => act.set.values().for_each(&mut text),
        Act::Compare(_) | Act::Discover(_) | Act::Join(_) | Act::Listen(_) | Act::Wait(_) => {}
    }
    labels
}

fn key_sets_named(step: &Step) -> Vec<String> {
    let mut names = Vec::new();
    let set = match &step.act {
        Act::Serve(act) => {
            let body = act.body.as_ref().and_then(|body| key_set_named(&body.0));
            names.extend(body.map(str::to_owned));
            &act.set
        }
        Act::Register(act) => &act.set,
        Act::Update(act) => &act.set,
        _ => return names,
    };
    set.values().for_each(|value| key_sets_in_json(value, &mut names));
    names
}

fn labels_expected(expect: &Expect) -> Vec<String> {
    match expect {
        Expect::Log(it) => it
            .begins_not
            .iter()
            .flat_map(Text::labels)
            .map(str::to_owned)
            .collect(),
        Expect::Page(it) => it
            .shows
            .iter()
            .chain(&it.hides)
            .chain(&it.links_not)
            .chain(&it.loads_not)
            .flat_map(Text::labels)
            .map(str::to_owned)
            .collect(),
        Expect::Sent(it) => {
            let to = std::iter::once(&it.to).filter(|to| !matches!(to.0.as_str(), "nowhere" | "anywhere"));
            to.chain(&it.not_to)
                .flat_map(Text::labels)
                .map(str::to_owned)
                .collect()
        }
        Expect::Tells(Tells::Header(it)) => vec![it.of.to_string()],
        Expect::Tells(Tells::Requests(of)) => vec![of.to_string()],
        Expect::Traffic(it) => {
            let named = it.target_is.iter().flat_map(Text::labels).map(str::to_owned);
            let host = it.to.parse::<std::net::IpAddr>().is_err().then(|| it.to.clone());
            named.chain(host).collect()
        }
        _ => Vec::new(),
    }
}
