//! Samples: requests whose right answer is known, and what became of them.

use std::num::NonZeroU16;
use std::sync::Arc;

use cimdspec_judge::Calibration;
use cimdspec_judge::Seen;
use cimdspec_judge::disposition;
use cimdspec_model::name::StepName;
use cimdspec_model::observation::Arrival;
use cimdspec_model::observation::Case;
use cimdspec_model::observation::Happening;
use cimdspec_model::observation::Reply;
use cimdspec_model::observation::StepRecord;
use cimdspec_model::plan::Control;
use cimdspec_model::plan::Plan;
use cimdspec_model::verb::Act;
use cimdspec_model::verb::Authorize;
use cimdspec_model::verb::Step;

use crate::calibration::said::said;

/// The asking step of every calibration.
pub(crate) const ASK: &str = "ask";

/// Whether a request that is right in every respect was granted.
pub(crate) fn grants(calibration: &Calibration) -> bool {
    good(calibration).any(|seen| seen.is_granted())
}

/// Whether a right request was granted, or came to a page to which wrong ones do not come.
pub(crate) fn is_promising(calibration: &Calibration) -> bool {
    good(calibration).any(|seen| matches!(seen, Seen::Accepted(_) | Seen::Granted))
}

/// Whether requests that are right in every respect were refused.
pub(crate) fn refuses(calibration: &Calibration) -> bool {
    let mut good = good(calibration).peekable();
    good.peek().is_some() && good.all(|seen| seen.is_refused())
}

/// Whether the server failed at the request. 501 is a refusal.
pub(crate) fn fails(record: &StepRecord) -> bool {
    record
        .status()
        .is_some_and(|status| status >= 500 && status != 501)
}

fn good(calibration: &Calibration) -> impl Iterator<Item = Seen> {
    let good = calibration.good.iter();
    good.map(|record| disposition(record, &plain(), calibration))
}

/// The request that changes nothing.
pub(crate) fn plain() -> Act {
    Act::Authorize(Authorize::default())
}

/// How the good and the bad were disposed of.
pub(crate) fn told(kind: &str, calibration: &Calibration) -> String {
    let seen = |records: &[StepRecord]| {
        let mut each: Vec<String> = records
            .iter()
            .map(|record| in_words(&disposition(record, &plain(), calibration)))
            .collect();
        each.dedup();
        each.join("; ")
    };
    let why = calibration.good.first().filter(|_| refuses(calibration));
    format!(
        "{kind}: good request: {}{}; bad requests: {}",
        seen(&calibration.good),
        why.map(quoted).unwrap_or_default(),
        seen(&calibration.bad)
    )
}

/// What the target said of a refusal, to follow the words for it.
pub(crate) fn quoted(record: &StepRecord) -> String {
    said(record).map_or(String::new(), |said| format!(" (\"{said}\")"))
}

pub(crate) fn in_words(seen: &Seen) -> String {
    match seen {
        Seen::Accepted(_) => "accepted so far".to_owned(),
        Seen::Diverted(to) => format!("sent with a code to `{to}`, which was not asked for"),
        Seen::Granted => "granted".to_owned(),
        Seen::Refused(None) => "refused".to_owned(),
        Seen::Refused(Some(error)) => format!("refused with `{error}`"),
        Seen::Throttled => "throttled".to_owned(),
        Seen::Impossible(reason) | Seen::Unclear(reason) => format!("unclear ({reason})"),
    }
}

/// Why a plain request got no answer at all: of the target, or of where its users log in.
pub(crate) fn unanswered(record: &StepRecord) -> Option<String> {
    let why = match record.reply()? {
        Reply::Response { .. } => return None,
        Reply::Timeout => "nothing came within the deadline".to_owned(),
        Reply::Broken { reason } => format!("the connection broke: {reason}"),
    };
    match &record.arrival {
        Arrival::Impossible { reason } => Some(reason.clone()),
        _ => Some(format!("the target does not answer a plain request: {why}")),
    }
}

/// Whether a step was answered with success.
pub(crate) fn is_granted(steps: &[StepRecord], name: &str) -> bool {
    matches!(
        record_of(steps, name).and_then(StepRecord::status),
        Some(200..=299)
    )
}

/// Whether the target looked for a host of the case, or connected to one.
pub(crate) fn was_looked_up(case: &Case) -> bool {
    !case.events.is_empty()
}

/// Whether a request of the target reached a host of the case.
pub(crate) fn was_fetched(case: &Case) -> bool {
    let mut events = case.events.iter();
    events.any(|event| matches!(event.what, Happening::Request { .. }))
}

/// The record of a step.
pub(crate) fn record_of<'a>(steps: &'a [StepRecord], name: &str) -> Option<&'a StepRecord> {
    steps.iter().find(|record| record.step.as_str() == name)
}

pub(crate) fn step(name: &'static str, act: Act) -> Step {
    Step {
        name: StepName::constant(name),
        background: false,
        optional: false,
        wait_on: None,
        act,
    }
}

/// The plan's world with other steps and without checks.
pub(crate) fn bare(plan: &Plan, steps: Vec<Step>) -> Arc<Plan> {
    let mut hosts = Vec::clone(&plan.hosts);
    hosts.iter_mut().for_each(|host| host.address = None);
    Arc::new(Plan {
        hosts: Arc::new(hosts),
        steps,
        rounds: NonZeroU16::MIN,
        checks: Arc::default(),
        control: Control::None(String::new()),
        ..plan.clone()
    })
}
