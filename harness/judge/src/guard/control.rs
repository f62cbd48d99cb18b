//! What the paired control says of a check: whether it carries the conclusion.

use cimdspec_model::expect::Disposition;
use cimdspec_model::expect::Expect;
use cimdspec_model::expect::Instead;
use cimdspec_model::name::StepName;
use cimdspec_model::observation::Arrival;
use cimdspec_model::plan::Check;
use cimdspec_model::plan::Control;
use cimdspec_model::plan::Plan;
use cimdspec_model::verb::Act;
use cimdspec_model::verb::Until;
use cimdspec_model::verdict::Outcome;

use crate::disposition::Seen;
use crate::guard::progress::unreached;
use crate::guard::timing::slow_anyway;
use crate::input::Input;
use crate::words;

/// Why the paired control does not carry what was concluded.
pub(crate) fn control_gap(input: &Input<'_>, check: &Check, concluded: &Outcome) -> Option<String> {
    let Some((plan, case)) = input.control else {
        return ungranted(input, check);
    };
    let control = input.evidence(plan, case);
    let in_control: Vec<&StepName> = control.asking().collect();
    let named: Vec<&StepName> = check
        .expect
        .steps()
        .into_iter()
        .filter(|name| in_control.contains(name))
        .collect();
    let is_applicable = |name: &&StepName| {
        let record = control.record(name);
        !record.is_some_and(|record| matches!(record.arrival, Arrival::Inapplicable { .. }))
    };
    // What the target does not have is granted to nobody.
    let wanted = match named.is_empty() {
        true => in_control.into_iter().filter(is_applicable).collect(),
        false => named,
    };
    // A refusal before the page to which a right request comes is one, whatever lies behind that page.
    let is_a_refusal = *concluded == Outcome::Pass && is_refused(input, check);
    wanted.into_iter().find_map(|name| {
        let seen = control.disposition(name);
        let carries = seen.is_granted() || (is_a_refusal && matches!(seen, Seen::Accepted(_)));
        (!carries).then(|| {
            format!(
                "the paired control of step `{name}` was not granted but {}",
                words::seen(&seen)
            )
        })
    })
}

/// Whether every step of the case that the check looks at was refused.
fn is_refused(input: &Input<'_>, check: &Check) -> bool {
    let case = input.evidence(input.plan, input.case);
    let named = check.expect.steps();
    let looked_at = case
        .asking()
        .filter(|name| named.is_empty() || named.contains(name));
    let mut seen = looked_at.map(|name| case.disposition(name)).peekable();
    seen.peek().is_some() && seen.all(|seen| seen.is_refused())
}

/// Why a page, a header field, a member, a line of the log or the place where the user agent was not sent says nothing where there
/// is no control: the step itself was not granted.
fn ungranted(input: &Input<'_>, check: &Check) -> Option<String> {
    let instead = check.expect.kind().needs_a_grant()?;
    if matches!(input.plan.control, Control::Plan(_)) {
        return None;
    }
    let is_of_a_refusal = |name: &StepName| {
        let mut given = check.given.iter().filter_map(|given| given.kind().disposes());
        given.any(|(of, is)| of == name && is == Disposition::Refused)
    };
    let case = input.evidence(input.plan, input.case);
    let named = check.expect.steps();
    case.asking()
        .filter(|name| named.contains(name) && !is_of_a_refusal(name))
        .find_map(|name| {
            let seen = case.disposition(name);
            let was_sent = case
                .record(name)
                .is_some_and(|record| matches!(record.arrival, Arrival::Sent { .. }));
            // A success that lacks what makes it a grant is one all the same.
            let succeeded = case
                .status(name)
                .is_some_and(|status| (200..300).contains(&status));
            let is_answer = match instead {
                Instead::Sent => was_sent,
                Instead::Success => succeeded,
                Instead::Nothing => false,
            };
            (!seen.is_granted() && !is_answer)
                .then(|| format!("step `{name}` was not granted but {}", words::seen(&seen)))
        })
}

/// Whether the case asked what its paired control asks, since two of its hosts are one for this target.
///
/// For a target that takes redirect URIs of the document's origin only, the application's host is the document's.
pub(crate) fn is_its_control(input: &Input<'_>) -> bool {
    let Control::Plan(control) = &input.plan.control else {
        return false;
    };
    let hosts = &input.case.hosts;
    let aliases: Vec<(String, String)> = hosts
        .iter()
        .enumerate()
        .filter_map(|(index, fact)| {
            let same = hosts[..index].iter().find(|other| other.origin == fact.origin)?;
            Some((format!("@{}", fact.label), format!("@{}", same.label)))
        })
        .collect();
    let one_name = |text: &str| {
        aliases
            .iter()
            .fold(text.to_owned(), |text, (alias, label)| text.replace(alias, label))
    };
    let content = |plan: &Plan| {
        let mut plan = plan.clone();
        let usual = one_name(&plan.request.redirect_uri.0);
        for step in &mut plan.steps {
            if let Act::Authorize(act) = &mut step.act
                && act
                    .redirect_uri
                    .as_ref()
                    .is_some_and(|uri| one_name(&uri.0) == usual)
            {
                act.redirect_uri = None;
            }
        }
        one_name(&plan.content_key())
    };
    !aliases.is_empty() && content(input.plan) == content(control)
}

/// Why a late end says nothing of the rule that the check is about.
pub(crate) fn slow_control(input: &Input<'_>, check: &Check) -> Option<String> {
    let (Expect::Timing(expect), (_, control)) = (&check.expect, input.control?) else {
        return None;
    };
    let record = control.steps.iter().find(|record| record.step == expect.of)?;
    slow_anyway(record, expect)
}

/// Why a refusal says nothing of the rule that the check is about.
pub(crate) fn refused_too_early(input: &Input<'_>, check: &Check) -> Option<String> {
    let control = input.control?;
    let rests_on_a_rule = check.expect.kind().rests_on_a_rule();
    rests_on_a_rule
        .then(|| unreached(input.plan, input.case, control))
        .flatten()
}

/// Whether the check is about what comes before a login: that says something only where there is one, as the control tells.
pub(crate) fn stops_at_login(plan: &Plan, check: &Check) -> bool {
    let named = check.expect.steps();
    plan.steps.iter().any(|step| {
        matches!(&step.act, Act::Authorize(act) if act.until == Some(Until::Login))
            && named.contains(&&step.name)
    })
}
