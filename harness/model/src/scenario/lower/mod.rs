//! Lowering: a scenario file becomes one plan for each combination of its axes.

pub(crate) mod bounds;
pub(crate) mod client;
#[cfg(test)]
mod client_tests;
pub(crate) mod matrix;
pub(crate) mod only;
pub(crate) mod shared;
pub(crate) mod substitute;

use std::collections::BTreeMap;
use std::num::NonZeroU16;
use std::rc::Rc;
use std::sync::Arc;

use serde::Deserialize;
use serde_json::Value;
use toml::Spanned;
use toml::de::DeTable;
use toml::de::DeValue;

use crate::diagnostic::Diagnostic;
use crate::diagnostic::nearest;
use crate::name::ClauseId;
use crate::name::HostLabel;
use crate::name::ScenarioId;
use crate::name::VariantId;
use crate::plan::Check;
use crate::plan::Control;
use crate::plan::Document;
use crate::plan::HostSpec;
use crate::plan::Plan;
use crate::plan::Request;
use crate::requirement::clause::Clauses;
use crate::scenario::follow;
use crate::scenario::lower::matrix::Axis;
use crate::scenario::lower::matrix::AxisValue;
use crate::scenario::lower::matrix::Combination;
use crate::scenario::lower::matrix::axes;
use crate::scenario::lower::matrix::product;
use crate::scenario::lower::matrix::values;
use crate::scenario::lower::shared::Base;
use crate::scenario::lower::shared::SharedFiles;
use crate::scenario::lower::substitute::Unread;
use crate::scenario::lower::substitute::Why;
use crate::scenario::raw::ControlRaw;
use crate::scenario::raw::HostRaw;
use crate::scenario::raw::ScenarioRaw;
use crate::scenario::raw::StepRaw;
use crate::scenario::raw::VERBS;
use crate::scenario::raw_check::EXPECTATIONS;
use crate::scenario::verify::among;
use crate::scenario::verify::verify;
use crate::scenario::witness;
use crate::text::CASE;
use crate::verb::Step;

/// A file with what is needed to point into it.
pub(crate) struct File<'a> {
    pub(crate) path: &'a str,
    pub(crate) text: &'a str,
}

impl File<'_> {
    /// A message at the first place where the token stands.
    pub(crate) fn at_token(&self, token: &str, message: String) -> Diagnostic {
        let quoted = format!("\"{token}\"");
        let place = self
            .text
            .find(&quoted)
            .map(|at| at + 1)
            .or_else(|| self.text.find(token))
            .unwrap_or(0);
        Diagnostic::at(self.path, self.text, place..place + token.len(), message)
    }
}

/// More is a mistake, or an attack on whoever reads the file.
const MOST_VARIANTS: usize = 2000;

type Lowered = (String, Option<String>, Vec<Plan>);

/// Lowers a file to its title, its note and its plans.
pub(crate) fn lower<'a>(
    path: &str,
    text: &'a str,
    id: &ScenarioId,
    shared: &SharedFiles<'a>,
    clauses: &Clauses,
) -> Result<Lowered, Diagnostic> {
    let file = File { path, text };
    let parsed = DeTable::parse(text).map_err(|error| Diagnostic::from_toml(path, text, &error))?;
    let whole = parsed.span();
    let mut table = parsed.into_inner();
    let mut matrix = table.remove("matrix");
    if let Some(matrix) = &mut matrix {
        substitute::repetitions(matrix).map_err(|unread| unreadable(path, text, unread, &[]))?;
    }
    let mut axes = matrix
        .map(|matrix| axes(path, text, &matrix, shared))
        .transpose()?
        .unwrap_or_default();
    client::add_axis(&file, &table, &mut axes)?;
    let axes = axes;
    let overrides = control_values(&table);
    let read = |combination: &Combination<'_, '_>| -> Result<(ScenarioRaw, Rc<Base>), Diagnostic> {
        let mut table = table.clone();
        substitute::in_table(&mut table, &values(combination))
            .map_err(|unread| unreadable(path, text, unread, &axes))?;
        let mut raw =
            ScenarioRaw::deserialize(toml::de::Deserializer::from(Spanned::new(whole.clone(), table)))
                .map_err(|error| Diagnostic::from_toml(path, text, &error))?;
        let name = client::base_of(&file, &raw, combination)?;
        let base = base(&file, &name, shared)?;
        client::written_out(&file, &mut raw, &base)?;
        raw.base = Some(name);
        Ok((raw, base))
    };
    let variants = axes
        .iter()
        .try_fold(1usize, |product, axis| product.checked_mul(axis.values.len()));
    if variants.is_none_or(|variants| variants > MOST_VARIANTS) {
        return Err(file.at_token(
            "matrix",
            format!("the matrix has more than {MOST_VARIANTS} combinations"),
        ));
    }
    let mut told = (String::new(), None);
    let mut plans = Vec::new();
    let mut last: Option<Arc<Plan>> = None;
    for combination in product(&axes) {
        let (mut raw, base) = read(&combination)?;
        only::keep(&file, &mut raw.check, &mut raw.traits, &axes, &combination)?;
        told = (raw.title.clone(), raw.note.clone());
        let control = raw.control.clone().unwrap_or_default();
        let mut plan = plan(&file, raw, &base, id, &combination)?;
        for verb in &control.keep {
            among(&file, "verb", verb, &VERBS.split(", ").collect::<Vec<_>>())?;
        }
        plan.control = if control.set.is_empty() {
            derived_control(&file, &plan, &control)?
        } else {
            let other = overridden(&file, &combination, &overrides)?;
            let borrowed: Combination<'_, '_> = other.iter().map(|(name, value)| (*name, value)).collect();
            let (other, base) = read(&borrowed)?;
            let mut same = crate::scenario::lower::plan(&file, other, &base, id, &combination)?;
            if control.keep.is_empty() {
                same.steps.retain(|step| !control.skip.contains(&step.name));
                same.checks = Arc::default();
            } else {
                same = same.neutral(&control.skip, &control.keep);
            }
            Control::Plan(Arc::new(same))
        };
        if let Control::Plan(control) = &mut plan.control {
            if let Some(last) = last.filter(|last| last.is_like(control)) {
                *control = last;
            }
            last = Some(Arc::clone(control));
        }
        excepted(&mut plan, clauses);
        witness::complete(&file, &mut plan)?;
        verify(&file, &plan, clauses)?;
        if let Some(before) = plans.last() {
            plan.share(before);
        }
        plans.push(plan);
    }
    Ok((told.0, told.1, plans))
}

/// What is wrong with a `$`.
fn unreadable(path: &str, text: &str, Unread { why, span }: Unread, axes: &[Axis<'_>]) -> Diagnostic {
    match why {
        Why::NoAxis(name) => {
            let told = Diagnostic::at(path, text, span, format!("no axis is called `${name}`"));
            match nearest(&name, axes.iter().map(|axis| axis.name.as_str())).first() {
                Some(best) => told.hint(format!("did you mean `${best}`? A plain `$` is written `$$`.")),
                None => told.hint("declare it below [matrix]; a plain `$` is written `$$`"),
            }
        }
        Why::NoRepetition(why) => {
            Diagnostic::at(path, text, span, format!("this is not a repetition: {why}"))
                .hint("write `$(TEXT*N)` or `$[TEXT*N]`")
        }
    }
}

/// Gives the checks of a plan about loopback addresses the clauses of the texts that do not except those.
fn excepted(plan: &mut Plan, clauses: &Clauses) {
    let claims = plan.claims();
    if claims.is_empty() || !claims.iter().all(|address| address.to_canonical().is_loopback()) {
        return;
    }
    for check in Arc::make_mut(&mut plan.checks) {
        let instead = |id: &ClauseId| clauses.named(id)?.on_loopback.clone();
        let there = std::mem::take(&mut check.clauses);
        for id in there.into_iter().map(|id| instead(&id).unwrap_or(id)) {
            if !check.clauses.contains(&id) {
                check.clauses.push(id);
            }
        }
    }
}

/// The raw values below `[control.set]`, before anything is substituted.
fn control_values<'i>(table: &DeTable<'i>) -> BTreeMap<String, DeValue<'i>> {
    let below = |value: &DeValue<'i>, key: &str| match value {
        DeValue::Table(inner) => inner.get(key).map(|found| found.get_ref().clone()),
        _ => None,
    };
    let set = table
        .get("control")
        .and_then(|control| below(control.get_ref(), "set"));
    match set {
        Some(DeValue::Table(set)) => set
            .into_iter()
            .map(|(name, value)| (name.get_ref().to_string(), value.into_inner()))
            .collect(),
        _ => BTreeMap::new(),
    }
}

/// The combination with the axes of the control put to their other values.
fn overridden<'a, 'i>(
    file: &File<'_>,
    combination: &Combination<'a, 'i>,
    overrides: &BTreeMap<String, DeValue<'i>>,
) -> Result<Vec<(&'a str, AxisValue<'i>)>, Diagnostic> {
    for axis in overrides.keys() {
        if combination.iter().all(|(name, _)| name != axis) {
            return Err(file.at_token(axis, format!("no axis is called `{axis}`")));
        }
    }
    combination
        .iter()
        .map(|(name, value)| {
            let mut value = (*value).clone();
            match overrides.get(*name) {
                None => {}
                Some(DeValue::Table(reference)) => {
                    let column = reference
                        .get("column")
                        .map(|column| substitute::plain(column.get_ref()));
                    let other = column
                        .as_deref()
                        .and_then(|column| value.columns.get(column))
                        .cloned();
                    value.value = other.ok_or_else(|| {
                        file.at_token("column", format!("the rows of `{name}` have no such column"))
                    })?;
                }
                Some(plain) => value.value = plain.clone(),
            }
            Ok((*name, value))
        })
        .collect()
}

fn derived_control(file: &File<'_>, plan: &Plan, control: &ControlRaw) -> Result<Control, Diagnostic> {
    if let Some(reason) = &control.none {
        return Ok(Control::None(reason.clone()));
    }
    let mut neutral = plan.neutral(&control.skip, &control.keep);
    if !control.step.is_empty() {
        neutral.steps = steps(file, control.step.clone())?;
        neutral.hosts.clone_from(&plan.hosts);
    } else if neutral.is_like(plan) {
        return Ok(Control::None(
            "the scenario is its base, without a difference".to_owned(),
        ));
    }
    Ok(Control::Plan(Arc::new(neutral)))
}

fn base(file: &File<'_>, name: &str, shared: &SharedFiles<'_>) -> Result<Rc<Base>, Diagnostic> {
    let path = format!("base/{name}.toml");
    shared.base(&path)?.ok_or_else(|| {
        let known: Vec<&str> = shared
            .sources
            .below("base/")
            .filter_map(|(path, _)| path.strip_prefix("base/")?.strip_suffix(".toml"))
            .collect();
        let told = file.at_token(name, format!("there is no base `{name}`"));
        match nearest(name, known.iter().copied()).first() {
            Some(best) => told.hint(format!("did you mean `{best}`?")),
            None => told.hint(format!("the bases are {}", known.join(", "))),
        }
    })
}

fn plan(
    file: &File<'_>,
    raw: ScenarioRaw,
    base: &Base,
    id: &ScenarioId,
    combination: &Combination<'_, '_>,
) -> Result<Plan, Diagnostic> {
    let hosts = hosts(file, &raw.host, base)?;
    let base = &base.raw;
    let mut needs: Vec<_> = base.needs.iter().chain(&raw.needs).copied().collect();
    needs.sort_unstable();
    needs.dedup();
    let axes = combination
        .iter()
        .map(|(name, value)| ((*name).to_owned(), value.slug.clone()))
        .collect();
    let mut checks: Vec<Check> = raw
        .check
        .into_iter()
        .map(|check| {
            let id = check.id.clone();
            check.check().ok_or_else(|| {
                file.at_token(
                    id.as_str(),
                    format!("check `{id}` has exactly one expectation, and one witness at most"),
                )
                .hint(format!(
                    "one of {EXPECTATIONS}; a witness is `granted` or `traffic`"
                ))
            })
        })
        .chain(raw.traits.into_iter().map(|told| Ok(Check::from(told))))
        .collect::<Result<_, _>>()?;
    follow::relate(&mut checks);
    Ok(Plan {
        variant: VariantId {
            scenario: id.clone(),
            axes,
        },
        title: raw.title,
        base: raw.base.unwrap_or_default(),
        needs,
        rounds: raw.rounds.unwrap_or(NonZeroU16::MIN),
        hosts,
        registration: base.registration.clone().unwrap_or_default(),
        request: Request {
            redirect_uri: base.request.redirect_uri.clone(),
            set: base.request.set.clone(),
        },
        steps: steps(file, raw.step)?,
        checks: Arc::new(checks),
        control: Control::None(String::new()),
    })
}

/// The hosts of a plan: those of its base, which all plans share that add none, and those of the scenario.
fn hosts(
    file: &File<'_>,
    own: &BTreeMap<HostLabel, HostRaw>,
    base: &Base,
) -> Result<Arc<Vec<HostSpec>>, Diagnostic> {
    let unknown =
        |missing: HostLabel| file.at_token(missing.as_str(), format!("no host is called `{missing}`"));
    let of_base = match base.hosts.get() {
        Some(known) => Arc::clone(known),
        None => {
            let hosts = base.raw.host.iter();
            let hosts: Vec<HostSpec> = hosts
                .map(|(label, host)| host_spec(label, host, &[]))
                .collect::<Result<_, _>>()
                .map_err(unknown)?;
            Arc::clone(base.hosts.get_or_init(|| Arc::new(hosts)))
        }
    };
    if own.is_empty() {
        return Ok(of_base);
    }
    let mut hosts = Vec::clone(&of_base);
    for (label, host) in own {
        let spec = host_spec(label, host, &hosts).map_err(unknown)?;
        match hosts.iter_mut().find(|known| known.label == *label) {
            Some(known) => *known = spec,
            None => hosts.push(spec),
        }
    }
    Ok(Arc::new(hosts))
}

fn steps(file: &File<'_>, raw: Vec<StepRaw>) -> Result<Vec<Step>, Diagnostic> {
    raw.into_iter()
        .enumerate()
        .map(|(index, step)| {
            let number = index + 1;
            let name = step
                .name
                .as_ref()
                .map_or("[[step]]".to_owned(), ToString::to_string);
            step.step(number).ok_or_else(|| {
                file.at_token(&name, format!("step {number} has exactly one verb"))
                    .hint(format!("one of {VERBS}"))
            })
        })
        .collect()
}

fn host_spec(label: &HostLabel, raw: &HostRaw, known: &[HostSpec]) -> Result<HostSpec, HostLabel> {
    let mut document = raw.document.as_ref().map(|document| Document {
        path: document.path.clone(),
        body: document.body.clone(),
    });
    if let Some(like) = &raw.like {
        let model = known
            .iter()
            .find(|host| host.label == *like)
            .ok_or_else(|| like.clone())?;
        document = model.document.clone().map(|document| Document {
            path: document.path,
            body: document
                .body
                .into_iter()
                .map(|(name, value)| {
                    (
                        name,
                        with_prefix(value, &format!("@{like}/"), &format!("@{label}/")),
                    )
                })
                .collect(),
        });
    }
    let is_of_no_case =
        raw.address.is_some() || raw.name.as_ref().is_some_and(|name| name.labels().is_empty());
    if let Some(document) = document.as_mut().filter(|_| is_of_no_case) {
        mark(document, label);
    }
    Ok(HostSpec {
        label: label.clone(),
        address: raw.address,
        name: raw.name.clone(),
        document,
    })
}

/// Puts the document below a path of the case: the host has one name in all cases, and a server may remember what stood there.
fn mark(document: &mut Document, label: &HostLabel) {
    let below = format!("/@{CASE}");
    if document.path.starts_with(&below) {
        return;
    }
    let (plain, marked) = (format!("@{label}/"), format!("@{label}{below}/"));
    document.path = format!("{below}{}", document.path);
    let body = std::mem::take(&mut document.body);
    let members = body.into_iter();
    document.body = members
        .map(|(name, value)| (name, with_prefix(value, &plain, &marked)))
        .collect();
}

/// The value with another beginning of its texts that begin so.
fn with_prefix(value: Value, from: &str, to: &str) -> Value {
    match value {
        Value::String(text) => Value::String(match text.strip_prefix(from) {
            Some(rest) => format!("{to}{rest}"),
            None => text,
        }),
        Value::Array(items) => {
            let items = items.into_iter();
            Value::Array(items.map(|item| with_prefix(item, from, to)).collect())
        }
        Value::Object(members) => {
            let members = members.into_iter();
            Value::Object(
                members
                    .map(|(name, member)| (name, with_prefix(member, from, to)))
                    .collect(),
            )
        }
        plain => plain,
    }
}
