//! Findings: each check of a case, with its control, its level and its evidence.

use cimdspec_model::clause::Clauses;
use cimdspec_model::clause::Level;
use cimdspec_model::name::StepName;
use cimdspec_model::observation::Case;
use cimdspec_model::plan::Check;
use cimdspec_model::plan::Plan;
use cimdspec_model::profile::Profile;
use cimdspec_model::scenario::expect::Expect;
use cimdspec_model::scenario::step::Act;
use cimdspec_model::scenario::step::Decision;
use cimdspec_model::scenario::step::Until;
use cimdspec_model::verdict::Finding;
use cimdspec_model::verdict::Outcome;
use cimdspec_model::verdict::UNMET;

use crate::because::with_causes;
use crate::denial::not_made;
use crate::disposition::Calibration;
use crate::disposition::Seen;
use crate::expectation::Conclusion;
use crate::expectation::Scene;
use crate::reach::unreached;
use crate::recipe;
use crate::timing::slow_anyway;
use crate::words;

/// What findings are drawn from.
#[derive(Debug, Clone, Copy)]
pub struct Input<'a> {
    /// The plan that was walked.
    pub plan: &'a Plan,
    /// What was seen.
    pub case: &'a Case,
    /// The paired control and what was seen there.
    pub control: Option<(&'a Plan, &'a Case)>,
    /// What acceptance and refusal look like.
    pub calibration: &'a Calibration,
    /// The clauses, for levels and citations.
    pub clauses: &'a Clauses,
    /// The target's profile.
    pub profile: &'a Profile,
    /// The target's issuer.
    pub issuer: &'a str,
}

/// Concludes every check of a case.
pub fn judge(input: Input<'_>) -> Vec<Finding> {
    let checks = input.plan.checks.iter();
    let findings = checks.map(|check| check_finding(&input, check)).collect();
    with_causes(&scene_of(&input), findings)
}

/// What is concluded from: the case itself, without its control.
fn scene_of<'a>(input: &Input<'a>) -> Scene<'a> {
    Scene {
        plan: input.plan,
        case: input.case,
        calibration: input.calibration,
        issuer: input.issuer,
    }
}

/// The same outcome for every check of a plan that was not walked.
pub fn not_judged(plan: &Plan, clauses: &Clauses, outcome: &Outcome) -> Vec<Finding> {
    let conclusion = |check: &Check| Conclusion {
        outcome: outcome.clone(),
        expected: expected_of(check),
        seen: "nothing".to_owned(),
        evidence: Vec::new(),
    };
    plan.checks
        .iter()
        .map(|check| finding(plan, clauses, check, conclusion(check)))
        .collect()
}

fn check_finding(input: &Input<'_>, check: &Check) -> Finding {
    let Input {
        plan,
        case,
        clauses,
        profile,
        ..
    } = *input;
    let scene = scene_of(input);
    let mut conclusion = scene.conclude(&check.expect);
    if let Some(policy) = check
        .unless
        .iter()
        .find(|policy| profile.policies.contains(*policy))
    {
        conclusion.outcome = Outcome::NotApplicable(format!("the target declares the policy `{policy}`"));
    } else if let Some(outcome) = not_made(&scene, &check.expect.steps()) {
        conclusion.outcome = outcome;
    } else if let Some(outcome) = check.given.iter().find_map(|given| lifted(&scene, given)) {
        conclusion.outcome = outcome;
    } else if let Some(why) = unprepared(&scene, check) {
        conclusion.outcome = Outcome::Inconclusive(why);
    } else if matches!(conclusion.outcome, Outcome::Fail | Outcome::Pass) {
        let gap = control_gap(input, check)
            .or_else(|| refused_too_early(input, check))
            .or_else(|| cut_short(input, check))
            .or_else(|| slow_control(input, check).filter(|_| conclusion.outcome == Outcome::Fail));
        let breach_speaks = conclusion.outcome == Outcome::Fail
            && speaks_without_control(check)
            && !stops_at_login(plan, check);
        let gap = match breach_speaks {
            true => came_otherwise(input, check),
            false => gap,
        };
        if let Some(gap) = gap {
            conclusion.outcome = Outcome::Inconclusive(gap);
        } else if !case.alive && conclusion.outcome == Outcome::Pass {
            conclusion.outcome =
                Outcome::Inconclusive("the target no longer answered after this case".to_owned());
        }
    }
    finding(plan, clauses, check, conclusion)
}

/// Why a step says nothing: one before it, such as a deletion, could not be made.
fn unprepared(scene: &Scene<'_>, check: &Check) -> Option<String> {
    let named = check.expect.steps();
    let last = scene.asking().filter(|name| named.contains(name)).last()?;
    let mut before = scene.asking().take_while(|name| *name != last);
    before.find_map(|name| match scene.disposition(name) {
        Seen::Impossible(reason) if !scene.was_refused_before(name) => {
            Some(format!("step `{name}` before it was not possible: {reason}"))
        }
        _ => None,
    })
}
/// What becomes of a check whose condition does not hold.
fn lifted(scene: &Scene<'_>, given: &Expect) -> Option<Outcome> {
    let condition = scene.conclude(given);
    match condition.outcome {
        Outcome::Pass => None,
        Outcome::Fail | Outcome::NotApplicable(_) => Some(Outcome::NotApplicable(format!(
            "{UNMET}: expected {}, seen {}",
            condition.expected, condition.seen
        ))),
        // A request that was refused brings nothing to look at: then the condition does not hold.
        Outcome::Inconclusive(_) if given.steps().iter().any(|name| scene.was_refused_before(name)) => Some(
            Outcome::NotApplicable(format!("{UNMET}: a step before it was refused")),
        ),
        other => Some(other),
    }
}

/// Forbidden traffic and a grant that should not be are seen, whatever the control says.
pub(crate) fn speaks_without_control(check: &Check) -> bool {
    use cimdspec_model::scenario::expect::Disposition;
    match &check.expect {
        Expect::Answer(it) => it.is == Disposition::Refused && it.error.is_empty(),
        Expect::Count(_) => true,
        Expect::Sent(it) => it.to.0 == "nowhere" || it.not_to.is_some() || it.without.is_some(),
        Expect::Traffic(it) => it.at_least.is_none(),
        // What is told as taken, or honoured, is taken.
        Expect::Member(it) => it.asked_in.is_some(),
        Expect::Header(_)
        | Expect::Log(_)
        | Expect::Page(_)
        | Expect::Tells(_)
        | Expect::Timing(_)
        | Expect::Values(_) => false,
    }
}

/// Whether the check is about what comes before a login: that says something only where there is one, as the control tells.
fn stops_at_login(plan: &Plan, check: &Check) -> bool {
    let named = check.expect.steps();
    plan.steps.iter().any(|step| {
        matches!(&step.act, Act::Authorize(act) if act.until == Some(Until::Login))
            && named.contains(&&step.name)
    })
}

/// Why the paired control does not carry the check.
fn control_gap(input: &Input<'_>, check: &Check) -> Option<String> {
    let (plan, case) = input.control?;
    let scene = Scene {
        plan,
        case,
        calibration: input.calibration,
        issuer: input.issuer,
    };
    let in_control: Vec<&StepName> = scene.asking().collect();
    let named: Vec<&StepName> = check
        .expect
        .steps()
        .into_iter()
        .filter(|name| in_control.contains(name))
        .collect();
    let wanted = if named.is_empty() { in_control } else { named };
    wanted.into_iter().find_map(|name| {
        let seen = scene.disposition(name);
        (!seen.is_granted()).then(|| {
            format!(
                "the paired control of step `{name}` was not granted but {}",
                words::seen(&seen)
            )
        })
    })
}

/// Why more traffic during a later step than there should be says nothing: an earlier step was not granted, as it was in
/// the control.
fn came_otherwise(input: &Input<'_>, check: &Check) -> Option<String> {
    let (Expect::Traffic(expect), (plan, case)) = (&check.expect, input.control?) else {
        return None;
    };
    let during = expect.during.as_ref()?;
    let (calibration, issuer) = (input.calibration, input.issuer);
    let scene = |plan, case| Scene {
        plan,
        case,
        calibration,
        issuer,
    };
    let (here, control) = (scene(input.plan, input.case), scene(plan, case));
    let mut earlier = here.asking().take_while(|name| *name != during);
    earlier.find_map(|name| {
        let was_granted = control.disposition(name).is_granted();
        let seen = here.disposition(name);
        (was_granted && !seen.is_granted()).then(|| {
            format!(
                "step `{name}` before it was not granted, as in the paired control, but {}",
                words::seen(&seen)
            )
        })
    })
}

/// Why a late end says nothing of the rule that the check is about.
fn slow_control(input: &Input<'_>, check: &Check) -> Option<String> {
    let (Expect::Timing(expect), (_, control)) = (&check.expect, input.control?) else {
        return None;
    };
    let record = control.steps.iter().find(|record| record.step == expect.of)?;
    slow_anyway(record, expect)
}

/// Why a refusal says nothing of the rule that the check is about.
fn refused_too_early(input: &Input<'_>, check: &Check) -> Option<String> {
    use cimdspec_model::scenario::expect::Disposition;
    let (_, control) = input.control?;
    match &check.expect {
        Expect::Answer(it) if it.is == Disposition::Refused => unreached(input.plan, input.case, control),
        Expect::Sent(it) if it.to.0 == "nowhere" => unreached(input.plan, input.case, control),
        Expect::Traffic(it) if it.at_least.is_none() => unreached(input.plan, input.case, control),
        _ => None,
    }
}

/// Why a check of the browser's part has nothing to look at: nobody ever came to the end of that part.
fn cut_short(input: &Input<'_>, check: &Check) -> Option<String> {
    let denied = |name: &StepName| {
        input.plan.steps.iter().any(|step| {
            matches!(&step.act, Act::Authorize(act) if step.name == *name && act.decide == Some(Decision::Deny))
        })
    };
    let of_the_browser = match &check.expect {
        Expect::Page(_) => true,
        Expect::Sent(it) => it.to.0 != "nowhere" && it.not_to.is_none() && it.without.is_none(),
        Expect::Answer(it) => denied(&it.of),
        Expect::Count(_)
        | Expect::Header(_)
        | Expect::Log(_)
        | Expect::Member(_)
        | Expect::Tells(_)
        | Expect::Timing(_)
        | Expect::Traffic(_)
        | Expect::Values(_) => false,
    };
    (of_the_browser && !input.calibration.ends_with_a_code())
        .then(|| recipe::cut_short(&scene_of(input), &check.expect.steps()))
}

fn expected_of(check: &Check) -> String {
    match &check.expect {
        Expect::Answer(it) => format!("step `{}` is {:?}", it.of, it.is).to_lowercase(),
        Expect::Count(it) => format!("at most {} granted", it.at_most),
        Expect::Header(it) => it.words(),
        Expect::Member(it) => format!("member `{}` of step `{}`", it.at, it.of),
        Expect::Page(it) => format!("the page of step `{}`", it.of),
        Expect::Sent(it) => match (&it.not_to, &it.without) {
            (Some(not_to), _) => format!("step `{}` does not send the user agent to {}", it.of, not_to.0),
            (None, Some(without)) => {
                format!("step `{}` sends the user agent nowhere with `{without}`", it.of)
            }
            (None, None) => format!("step `{}` sends the user agent to {}", it.of, it.to.0),
        },
        Expect::Tells(_) => "either way".to_owned(),
        Expect::Timing(it) => match &it.like {
            None => format!("step `{}` ends within {}", it.of, it.at_most),
            Some(like) => format!("step `{}` ends as soon as `{like}`", it.of),
        },
        Expect::Traffic(it) => format!("{:?} to {}", it.event, it.to).to_lowercase(),
        Expect::Log(it) => format!("the log in step `{}`", it.of),
        Expect::Values(it) => format!("the values of `{}` in step `{}`", it.at, it.of),
    }
}

fn finding(plan: &Plan, clauses: &Clauses, check: &Check, conclusion: Conclusion) -> Finding {
    let clause = clauses.named(&check.clause);
    let Conclusion {
        outcome,
        expected,
        seen,
        evidence,
    } = conclusion;
    Finding {
        variant: plan.variant.clone(),
        check: check.id.clone(),
        title: plan.title.clone(),
        clause: check.clause.clone(),
        level: clause.map_or(Level::Advice, |clause| clause.level),
        citation: clause.map_or_else(|| "no such clause".to_owned(), |clause| clause.citation()),
        outcome,
        expected,
        seen,
        evidence,
        because: None,
    }
}
