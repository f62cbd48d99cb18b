//! What shows that something that is not seen could have been: an absence proves a rule only where the same thing does
//! happen on this server in its lawful form.

use std::sync::Arc;

use schemars::JsonSchema;
use serde::Deserialize;
use serde::Serialize;

use crate::diagnostic::Diagnostic;
use crate::expect::Layer;
use crate::expect::Place;
use crate::expect::TrafficExpect;
use crate::name::HostLabel;
use crate::name::StepName;
use crate::plan::Check;
use crate::plan::Control;
use crate::plan::Plan;
use crate::quantity::Size;
use crate::scenario::lower::File;
use crate::scenario::verify::among;
use crate::text::Text;
use crate::verb::Act;
use crate::verb::ClientName;
use crate::verb::Verb;

/// What shows that the thing could have happened.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
#[serde(rename_all = "kebab-case")]
pub enum Witness {
    /// Nothing on the wire can: the step that could have set it off was granted in the control.
    Granted(StepName),
    /// This was seen.
    Seen(Box<Sight>),
}

/// Traffic that has to be seen somewhere.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
pub struct Sight {
    /// Where.
    pub of: Walk,
    /// What: at least once.
    pub traffic: TrafficExpect,
    /// Whether a refusal of the control, without the traffic, tells that the server does no such thing.
    #[serde(default, skip_serializing_if = "std::ops::Not::not")]
    pub or_refused: bool,
}

/// One of the two executions of a scenario.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
#[serde(rename_all = "kebab-case")]
pub enum Walk {
    /// The case itself.
    Case,
    /// Its paired control.
    Control,
}

/// What shows that something could have happened: either `granted` or `traffic`.
///
/// An absence proves a rule only if the same thing does happen on this server in its lawful form. So each check of
/// `traffic` with `at_most` and without `at_least` has a witness. It must be seen before the check can pass. A check
/// without one is an error.
///
/// The witness is derived where that is possible. If some traffic is allowed (`at_most = 6`), the case has it at least
/// once. If a request or handshake must not carry something (`header`, `contains`, `method`, `misnamed`,
/// `certificate`), the case has one that could carry it. If traffic must not occur at all, the control has it: at the
/// same host, on the same layer or a deeper one. With `during`, it has it in the same step. For an address, the host is
/// the one with that `address` or that answer. The control must lead the target to that host: `keep` can make it do so.
/// In all other cases the check declares its witness.
///
/// If the witness is not seen, the check is not applicable if the control was granted, and inconclusive if not. If it
/// is seen in the control, the answer to the control does not matter.
#[derive(Debug, Clone, Default, PartialEq, Serialize, Deserialize, JsonSchema)]
#[serde(default, deny_unknown_fields)]
pub(crate) struct WitnessRaw {
    /// A step that must be granted in the control. It is for cases in which no traffic can show more.
    #[serde(skip_serializing_if = "Option::is_none")]
    #[schemars(with = "Option<String>")]
    pub(crate) granted: Option<StepName>,
    /// Where the traffic must be seen. Default: `control`.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub(crate) of: Option<Walk>,
    /// Whether the check is not applicable also if the control was refused and the traffic was not seen. It is for what
    /// no server has to accept.
    #[serde(skip_serializing_if = "std::ops::Not::not")]
    pub(crate) or_refused: bool,
    /// The traffic that must be seen at least once.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub(crate) traffic: Option<TrafficExpect>,
}

impl WitnessRaw {
    /// The witness, if exactly one is written.
    pub(crate) fn witness(self) -> Option<Witness> {
        match (self.granted, self.traffic, self.of) {
            (Some(step), None, None) if !self.or_refused => Some(Witness::Granted(step)),
            (None, Some(traffic), of) => Some(Witness::Seen(Box::new(Sight {
                of: of.unwrap_or(Walk::Control),
                traffic: at_least_once(traffic),
                or_refused: self.or_refused,
            }))),
            _ => None,
        }
    }
}

impl From<&Witness> for WitnessRaw {
    fn from(witness: &Witness) -> Self {
        match witness.clone() {
            Witness::Granted(step) => Self {
                granted: Some(step),
                ..Self::default()
            },
            Witness::Seen(sight) => Self {
                of: Some(sight.of),
                traffic: Some(sight.traffic),
                or_refused: sight.or_refused,
                ..Self::default()
            },
        }
    }
}

/// The traffic that a check says does not happen, or not more often than so.
pub fn absence(check: &Check) -> Option<&TrafficExpect> {
    check.expect.kind().absence()
}

/// Gives every absence of a plan its witness: the declared one, else the one that follows from the control.
pub(crate) fn complete(file: &File<'_>, plan: &mut Plan) -> Result<(), Diagnostic> {
    let mut checks = std::mem::take(&mut plan.checks);
    for check in Arc::make_mut(&mut checks) {
        let Some(expect) = absence(check) else {
            if check.witness.is_some() {
                let told = "a witness stands beside an absence of traffic: `at_most` without `at_least`";
                return Err(file.at_token("witness", told.to_owned()));
            }
            continue;
        };
        let witness = match &check.witness {
            Some(declared) => declared.clone(),
            None => derived(plan, expect).ok_or_else(|| missing(file, plan, check, expect))?,
        };
        known(file, plan, &witness)?;
        check.witness = Some(witness);
    }
    plan.checks = checks;
    Ok(())
}

fn missing(file: &File<'_>, plan: &Plan, check: &Check, expect: &TrafficExpect) -> Diagnostic {
    let why = match control(plan) {
        None => "there is no control".to_owned(),
        Some(_) => format!("the control leads nobody to `{}`", expect.to),
    };
    let told = format!(
        "check `{}` says that something does not happen, and nothing shows that it could: {why}",
        check.id
    );
    file.at_token(check.id.as_str(), told).hint(
        "let the control do the same in its lawful form (`[control] keep = [\"serve\"]`), or say beside `expect` what shows it: `witness = { traffic = { … } }`, `of = \"case\"` if the case itself does",
    )
}

/// The witness that follows from the check and the control.
fn derived(plan: &Plan, expect: &TrafficExpect) -> Option<Witness> {
    let seen = |of: Walk, traffic: TrafficExpect| {
        Some(Witness::Seen(Box::new(Sight {
            of,
            traffic: at_least_once(traffic),
            or_refused: false,
        })))
    };
    let own = |traffic: TrafficExpect| seen(Walk::Case, traffic);
    // Of what is not to be too much something has to be there.
    if expect.at_most.is_some_and(|most| most.0 > 0) {
        return own(expect.clone());
    }
    // What a connection or a request is not to carry, it has to be there to carry.
    if expect.event == Layer::Certificate {
        return own(TrafficExpect {
            event: Layer::Handshake,
            ..expect.clone()
        });
    }
    if expect.header.is_some() || expect.contains.is_some() || expect.method.is_some() || expect.misnamed {
        return own(plain(expect));
    }
    if expect.port.is_some() {
        return None;
    }
    let control = control(plan)?;
    let label = meant(plan, &expect.to)?;
    let is_made = |name: &StepName| control.steps.iter().any(|step| step.name == *name);
    if !expect.during.as_ref().is_none_or(is_made) || !leads_to(control, &label) {
        return None;
    }
    let ordinary = TrafficExpect {
        to: Place::Host(label),
        ..plain(expect)
    };
    seen(Walk::Control, ordinary)
}

fn control(plan: &Plan) -> Option<&Plan> {
    match &plan.control {
        Control::Plan(control) => Some(control),
        Control::None(_) => None,
    }
}

/// The expectation without what narrows it.
fn plain(expect: &TrafficExpect) -> TrafficExpect {
    TrafficExpect {
        method: None,
        header: None,
        target: None,
        contains: None,
        target_is: None,
        misnamed: false,
        ..expect.clone()
    }
}

fn at_least_once(traffic: TrafficExpect) -> TrafficExpect {
    TrafficExpect {
        at_least: Some(Size(1)),
        at_most: None,
        ..traffic
    }
}

/// The host that stands in the control in the place of an address: the one whose name that address is, or is given to.
fn meant(plan: &Plan, to: &Place) -> Option<HostLabel> {
    let address = match to {
        Place::Address(address, _) => *address,
        Place::Host(label) => return Some(label.clone()),
    };
    let mut hosts = plan.hosts.iter();
    if let Some(host) = hosts.find(|host| host.address == Some(address)) {
        return Some(host.label.clone());
    }
    plan.steps.iter().find_map(|step| match &step.act {
        Act::Resolve(act) => {
            let is_given = act.addresses().contains(&address);
            let name = act.name.clone().or_else(|| HostLabel::parse("docs").ok());
            name.filter(|_| is_given)
        }
        _ => None,
    })
}

/// Whether a plan names a host to the target: by a client whose document it serves, or in a text that is sent or served.
fn leads_to(plan: &Plan, label: &HostLabel) -> bool {
    let first = plan.hosts.iter().find(|host| host.document.is_some());
    plan.steps.iter().any(|step| {
        let found = step.references();
        let is_client = |client: &Option<&ClientName>| match client {
            Some(client) => matches!(client, ClientName::Host(host) if host == label),
            None => first.is_some_and(|host| host.label == *label),
        };
        let is_named = |text: &str| Text(text.to_owned()).labels().contains(&label.as_str());
        found.clients.iter().any(is_client) || found.texts().into_iter().any(is_named)
    })
}

/// Whether what a witness names is there.
fn known(file: &File<'_>, plan: &Plan, witness: &Witness) -> Result<(), Diagnostic> {
    let (of, step, host) = match witness {
        Witness::Granted(step) => (Walk::Control, Some(step), None),
        Witness::Seen(sight) => (sight.of, sight.traffic.during.as_ref(), Some(&sight.traffic.to)),
    };
    let walked = match of {
        Walk::Case => plan,
        Walk::Control => control(plan)
            .ok_or_else(|| file.at_token("witness", "there is no control that could show it".to_owned()))?,
    };
    if let Some(step) = step {
        let names: Vec<&str> = walked.steps.iter().map(|step| step.name.as_str()).collect();
        among(file, "step", step.as_str(), &names)?;
    }
    if let Some(Place::Host(host)) = host {
        let names: Vec<&str> = walked.hosts.iter().map(|host| host.label.as_str()).collect();
        among(file, "host", host.as_str(), &names)?;
    }
    Ok(())
}

#[cfg(test)]
#[path = "witness_tests.rs"]
mod tests;
