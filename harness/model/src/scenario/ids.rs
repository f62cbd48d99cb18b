//! Ids as people write them: a scenario, a variant, a check, or a check of a variant; and whether such a thing exists.

use std::collections::BTreeMap;
use std::collections::BTreeSet;
use std::fmt;

use crate::diagnostic::Diagnostic;
use crate::diagnostic::nearest;
use crate::plan::Plan;
use crate::scenario::variants::Scenario;

/// An id in its parts: `a/b`, `a/b[axis=slug]`, `a/b#c` or `a/b[axis=slug]#c`.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) struct Id {
    pub(crate) scenario: String,
    pub(crate) axes: BTreeMap<String, String>,
    pub(crate) check: Option<String>,
}

impl Id {
    /// The parts of a text.
    pub(crate) fn of(id: &str) -> Self {
        let (place, check) = match id.split_once('#') {
            Some((place, check)) => (place, Some(check.to_owned())),
            None => (id, None),
        };
        let (scenario, axes) = place.split_once('[').unwrap_or((place, ""));
        let axes = axes.trim_end_matches(']').split(',');
        Self {
            scenario: scenario.to_owned(),
            axes: axes
                .filter_map(|axis| axis.split_once('='))
                .map(|(axis, slug)| (axis.to_owned(), slug.to_owned()))
                .collect(),
            check,
        }
    }
}

impl fmt::Display for Id {
    fn fmt(&self, out: &mut fmt::Formatter<'_>) -> fmt::Result {
        out.write_str(&self.scenario)?;
        if !self.axes.is_empty() {
            let axes: Vec<String> = self
                .axes
                .iter()
                .map(|(axis, slug)| format!("{axis}={slug}"))
                .collect();
            write!(out, "[{}]", axes.join(","))?;
        }
        match &self.check {
            Some(check) => write!(out, "#{check}"),
            None => Ok(()),
        }
    }
}

/// The scenarios of a catalogue, to look ids up.
pub(crate) struct KnownIds<'a>(BTreeMap<&'a str, &'a Scenario>);

impl<'a> KnownIds<'a> {
    pub(crate) fn of(scenarios: &'a [Scenario]) -> Self {
        Self(
            scenarios
                .iter()
                .map(|scenario| (scenario.id.as_str(), scenario))
                .collect(),
        )
    }

    /// The plans of an id: they have its axes, and perhaps more, and its check.
    fn plans(&self, id: &Id) -> impl Iterator<Item = &'a Plan> {
        let scenario = self.0.get(id.scenario.as_str());
        let plans = scenario.into_iter().flat_map(|scenario| &scenario.plans);
        plans.map(|plan| &**plan).filter(move |plan| {
            let here = &plan.variant.axes;
            let has_axes = id
                .axes
                .iter()
                .all(|(axis, slug)| here.iter().any(|(known, value)| (known, value) == (axis, slug)));
            let mut checks = plan.checks.iter();
            has_axes
                && id
                    .check
                    .as_ref()
                    .is_none_or(|wanted| checks.any(|check| check.id.as_str() == wanted))
        })
    }

    /// Whether there is such a thing; the id may leave out axes.
    pub(crate) fn has_some(&self, id: &Id) -> bool {
        self.plans(id).next().is_some()
    }

    /// Whether there is a check of this id; the id has all axes of its variant, but perhaps the kind of client, or none.
    pub(crate) fn has_check(&self, text: &str) -> bool {
        let id = Id::of(text);
        let place = text.split('#').next().unwrap_or_default();
        let is_whole = |plan: &Plan| plan.variant.names().iter().any(|name| name == place);
        id.check.is_some() && id.to_string() == text && self.plans(&id).any(is_whole)
    }

    /// The message with a hint: the id that is spelled almost so, of those that may be meant.
    pub(crate) fn hinted(&self, told: Diagnostic, text: &str, is_meant: fn(&str) -> bool) -> Diagnostic {
        let plans = self.0.values().flat_map(|scenario| &scenario.plans);
        let ids: BTreeSet<String> = plans.flat_map(|plan| ids(plan)).collect();
        let meant = ids.iter().map(String::as_str).filter(|id| is_meant(id));
        match nearest(text, meant).first() {
            Some(best) => told.hint(format!("did you mean `{best}`?")),
            None => told,
        }
    }
}

/// Every id that names a plan or something in it.
fn ids(plan: &Plan) -> Vec<String> {
    let mut ids = plan.variant.names().to_vec();
    for check in plan.checks.iter() {
        let named = plan.variant.names();
        ids.extend(named.map(|name| format!("{name}#{}", check.id)));
    }
    ids
}
