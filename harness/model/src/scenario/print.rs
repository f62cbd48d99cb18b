//! A plan printed back as a scenario file: lowered again it is the same plan.

use std::collections::BTreeMap;
use std::num::NonZeroU16;

use serde_json::Value;

use crate::plan::Control;
use crate::plan::Plan;
use crate::scenario::raw::ControlRaw;
use crate::scenario::raw::HostRaw;
use crate::scenario::raw::ScenarioRaw;
use crate::scenario::raw::StepRaw;
use crate::scenario::raw_check::CheckRaw;
use crate::scenario::raw_check::TraitRaw;

/// The text of a scenario file without axes that says what the plan does.
///
/// # Errors
/// When a value has no TOML form (a JSON `null`).
pub fn print(plan: &Plan) -> Result<String, toml::ser::Error> {
    let control = match &plan.control {
        Control::None(reason) => ControlRaw {
            none: Some(reason.clone()),
            ..ControlRaw::default()
        },
        Control::Plan(control) => ControlRaw {
            step: control.steps.iter().map(StepRaw::from).collect(),
            ..ControlRaw::default()
        },
    };
    let raw = ScenarioRaw {
        title: plan.title.clone(),
        clients: Vec::new(),
        client: BTreeMap::new(),
        base: Some(plan.base.clone()),
        needs: plan.needs.clone(),
        rounds: Some(plan.rounds).filter(|rounds| *rounds != NonZeroU16::MIN),
        note: None,
        matrix: BTreeMap::new(),
        control: Some(control),
        host: plan
            .hosts
            .iter()
            .map(|host| {
                let raw = HostRaw {
                    like: None,
                    address: host.address,
                    name: host.name.clone(),
                    document: host.document.as_ref().map(|document| super::raw::DocumentRaw {
                        path: document.path.clone(),
                        body: document.body.clone(),
                    }),
                };
                (host.label.clone(), raw)
            })
            .collect(),
        step: plan.steps.iter().map(StepRaw::from).collect(),
        check: plan
            .checks
            .iter()
            .filter(|check| TraitRaw::of(check).is_none())
            .map(CheckRaw::from)
            .collect(),
        traits: plan.checks.iter().filter_map(TraitRaw::of).collect(),
    };
    let mut value = toml::Value::try_from(&raw)?;
    escape(&mut value);
    toml::to_string_pretty(&value)
}

/// Doubles every `$`, so that none is taken for an axis.
fn escape(value: &mut toml::Value) {
    match value {
        toml::Value::String(text) => *text = text.replace('$', "$$"),
        toml::Value::Array(items) => items.iter_mut().for_each(escape),
        toml::Value::Table(members) => {
            let unescaped = std::mem::take(members);
            members.extend(unescaped.into_iter().map(|(name, mut member)| {
                escape(&mut member);
                (name.replace('$', "$$"), member)
            }));
        }
        _ => {}
    }
}

/// Whether the value has a TOML form.
pub fn has_toml_form(value: &Value) -> bool {
    match value {
        Value::Null => false,
        Value::Array(items) => items.iter().all(has_toml_form),
        Value::Object(members) => members.values().all(has_toml_form),
        _ => true,
    }
}
