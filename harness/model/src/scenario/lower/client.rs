//! Kinds of clients: the axis that they are, and the steps by which a client becomes what a scenario says.

use toml::Spanned;
use toml::de::DeTable;
use toml::de::DeValue;

use crate::diagnostic::Diagnostic;
use crate::name::HostLabel;
use crate::name::StepName;
use crate::name::VariantId;
use crate::plan::Need;
use crate::scenario::lower::File;
use crate::scenario::lower::matrix::Axis;
use crate::scenario::lower::matrix::Combination;
use crate::scenario::lower::matrix::axis_of_words;
use crate::scenario::lower::shared::Base;
use crate::scenario::raw::ClientRaw;
use crate::scenario::raw::HostRaw;
use crate::scenario::raw::ScenarioRaw;
use crate::scenario::raw::StepRaw;
use crate::scenario::raw_check::ExpectRaw;
use crate::verb::Act;
use crate::verb::ClientName;
use crate::verb::Manage;
use crate::verb::Register;
use crate::verb::Serve;
use crate::verb::Update;

const AXIS: &str = VariantId::CLIENT;
/// The folder of their bases.
const BASES: &str = "client";
/// The step that registers the plain client.
const PLAIN: &str = "client";
/// The word of a step that says what the plain client is like.
const STEP: &str = "client";

/// Adds the axis of the kinds, where a scenario has several.
pub(crate) fn add_axis<'i>(
    file: &File<'_>,
    table: &DeTable<'i>,
    axes: &mut Vec<Axis<'i>>,
) -> Result<(), Diagnostic> {
    let kinds = match table.get("clients").map(Spanned::get_ref) {
        Some(DeValue::Array(kinds)) if kinds.len() > 1 => kinds,
        _ => return Ok(()),
    };
    if axes.iter().any(|axis| axis.name == AXIS) {
        let told = format!("`clients` is the axis `{AXIS}` already");
        return Err(file.at_token(AXIS, told));
    }
    let axis = axis_of_words(AXIS, kinds.iter().map(Spanned::get_ref));
    for (index, kind) in axis.values.iter().enumerate() {
        if axis.values[..index].iter().any(|known| known.slug == kind.slug) {
            return Err(file.at_token(&kind.slug, format!("`clients` has `{}` twice", kind.slug)));
        }
    }
    axes.push(axis);
    axes.sort_by(|a, b| a.name.cmp(&b.name));
    Ok(())
}

/// The base of a variant: that of its kind of client, or the one that the scenario names.
pub(crate) fn base_of(
    file: &File<'_>,
    raw: &ScenarioRaw,
    combination: &Combination<'_, '_>,
) -> Result<String, Diagnostic> {
    let kind = combination.iter().find(|(name, _)| *name == AXIS);
    let kind = kind.map(|(_, value)| &value.slug).or(raw.clients.first());
    match (kind, &raw.base) {
        (Some(kind), None) => Ok(format!("{BASES}/{kind}")),
        (None, Some(base)) => Ok(base.clone()),
        (Some(_), Some(base)) => Err(file.at_token(base, "`clients` says the base already".to_owned())),
        (None, None) => Err(file
            .at_token("title", "the scenario says of no world".to_owned())
            .hint("`clients = [\"document\", \"registered\"]` names kinds of clients, `base` another world")),
    }
}

/// Writes what a scenario says of its clients as the steps and hosts that the base needs for it.
pub(crate) fn written_out(file: &File<'_>, raw: &mut ScenarioRaw, base: &Base) -> Result<(), Diagnostic> {
    let kind = match (&base.raw.registration, document_host(base)) {
        _ if raw.clients.is_empty() => Kind::None,
        (Some(_), _) => Kind::Registered,
        (None, Some(docs)) => Kind::Document(docs),
        (None, None) => Kind::None,
    };
    let others: Vec<(StepName, ClientRaw)> = std::mem::take(&mut raw.client).into_iter().collect();
    let told = raw.step.iter().filter(|step| step.client.is_some());
    let told: Vec<StepName> = told.filter_map(|step| step.name.clone()).collect();
    let control = raw.control.as_mut().map(|control| &mut control.step);
    let lists = [&mut raw.step]
        .into_iter()
        .chain(control.filter(|steps| !steps.is_empty()));
    let mut updates = false;
    for steps in lists {
        // What is inserted does not change what the steps of the file are called.
        for (index, step) in steps.iter_mut().enumerate() {
            if step.client.is_none() {
                step.name = step.name.take().or_else(|| numbered(index));
            }
        }
        match &kind {
            Kind::None => without_client(file, steps, &others)?,
            Kind::Document(docs) => by_document(file, steps, &others, docs)?,
            Kind::Registered => updates |= by_registration(file, steps, &others)?,
        }
    }
    if let Kind::Document(docs) = &kind {
        for (name, _) in &others {
            let like = HostRaw {
                like: Some(docs.clone()),
                ..HostRaw::default()
            };
            raw.host.insert(label_of(file, name)?, like);
        }
        // A document says what it says; only an answer to a registration can say something else.
        for check in &mut raw.check {
            check.given.0.retain(|condition| !asks_for(condition, &told));
        }
    }
    if let Some(control) = &mut raw.control
        && let Some(at) = control.keep.iter().position(|verb| verb == STEP)
    {
        let verbs: &[&str] = match kind {
            Kind::None => &[STEP],
            Kind::Document(_) => &["serve"],
            Kind::Registered => &["register", "update"],
        };
        control
            .keep
            .splice(at..=at, verbs.iter().map(|verb| (*verb).to_owned()));
    }
    if updates {
        raw.needs.extend([Need::DcrManage, Need::DcrManageUpdate]);
    }
    Ok(())
}

/// How a client comes to be.
enum Kind {
    /// This host serves its document.
    Document(HostLabel),
    /// It registers itself.
    Registered,
    /// There is none, or the scenario does not say which kinds it has.
    None,
}

/// Whether a condition is about the answer of one of these steps.
fn asks_for(condition: &ExpectRaw, steps: &[StepName]) -> bool {
    let expect = condition.clone().single();
    expect.is_some_and(|expect| expect.kind().steps().into_iter().any(|step| steps.contains(step)))
}

fn numbered(index: usize) -> Option<StepName> {
    StepName::parse(&format!("step-{}", index + 1)).ok()
}

fn document_host(base: &Base) -> Option<HostLabel> {
    let hosts = base.raw.host.iter();
    hosts
        .filter(|(_, host)| host.document.is_some())
        .map(|(label, _)| label.clone())
        .next()
}

fn label_of(file: &File<'_>, name: &StepName) -> Result<HostLabel, Diagnostic> {
    HostLabel::parse(name.as_str()).map_err(|error| file.at_token(name.as_str(), error.to_string()))
}

/// Nothing is said of clients that are not there.
fn without_client(
    file: &File<'_>,
    steps: &[StepRaw],
    others: &[(StepName, ClientRaw)],
) -> Result<(), Diagnostic> {
    let other = others.first().map(|(name, _)| name.as_str());
    let is_told = steps.iter().any(|step| step.client.is_some());
    let Some(token) = other.or(is_told.then_some(STEP)) else {
        return Ok(());
    };
    let told = file.at_token(token, "the base has no client".to_owned());
    Err(told.hint("`clients` names the kinds of clients that a scenario has"))
}

/// Each client is a host; what it is like is served there.
fn by_document(
    file: &File<'_>,
    steps: &mut Vec<StepRaw>,
    others: &[(StepName, ClientRaw)],
    docs: &HostLabel,
) -> Result<(), Diagnostic> {
    for (index, step) in steps.iter_mut().enumerate() {
        if let Some(like) = step.client.take() {
            step.name = step.name.take().or_else(|| numbered(index));
            set_only_act(file, step, served(docs.clone(), like))?;
            continue;
        }
        let Some(mut act) = step.clone().act() else {
            continue;
        };
        let named = act.acts_as().and_then(Option::as_mut);
        if let Some(client) = named
            && let ClientName::Step(name) = client
            && others.iter().any(|(other, _)| other == name)
        {
            *client = ClientName::Host(label_of(file, name)?);
            step.set_act(act);
        }
    }
    let changed = others.iter().filter(|(_, like)| *like != ClientRaw::default());
    for (number, (name, like)) in changed.enumerate() {
        let mut step = StepRaw {
            name: Some(name.clone()),
            ..StepRaw::default()
        };
        step.set_act(served(label_of(file, name)?, like.clone()));
        steps.insert(number, step);
    }
    Ok(())
}

fn served(host: HostLabel, ClientRaw { set, remove }: ClientRaw) -> Act {
    Act::Serve(Serve {
        host: Some(host),
        set,
        remove,
        ..Serve::default()
    })
}

/// Each client is a step that registers it, the plain one last; what it is like later is an update. Whether there is one.
fn by_registration(
    file: &File<'_>,
    steps: &mut Vec<StepRaw>,
    others: &[(StepName, ClientRaw)],
) -> Result<bool, Diagnostic> {
    let plain = StepName::constant(PLAIN);
    let is_request = |step: &StepRaw| step.clone().act().is_some_and(|mut act| act.acts_as().is_some());
    let before_requests = steps.iter().take_while(|step| !is_request(step));
    let is_told = before_requests.clone().any(|step| step.client.is_some());
    let is_inserted = !is_told && steps.iter().all(|step| step.register.is_none());
    let mut registered = is_inserted.then(|| plain.clone());
    let mut updates = false;
    for (index, step) in steps.iter_mut().enumerate() {
        let Some(like) = step.client.take() else { continue };
        let act = match &registered {
            None => {
                let name = step.name.get_or_insert_with(|| plain.clone());
                registered = Some(name.clone());
                registration(like)
            }
            Some(client) => {
                updates = true;
                step.name = step.name.take().or_else(|| numbered(index));
                Act::Update(Update(Manage {
                    set: like.set,
                    remove: like.remove,
                    ..Manage::of(client.clone())
                }))
            }
        };
        set_only_act(file, step, act)?;
    }
    let inserted = others
        .iter()
        .map(|(name, like)| registers(name.clone(), like.clone()));
    let inserted: Vec<StepRaw> = inserted
        .chain(is_inserted.then(|| registers(plain, ClientRaw::default())))
        .collect();
    steps.splice(0..0, inserted);
    Ok(updates)
}

fn registers(name: StepName, like: ClientRaw) -> StepRaw {
    let mut step = StepRaw {
        name: Some(name),
        ..StepRaw::default()
    };
    step.set_act(registration(like));
    step
}

fn registration(ClientRaw { set, remove }: ClientRaw) -> Act {
    Act::Register(Register {
        set,
        remove,
        ..Register::default()
    })
}

/// Makes this the act of a step that has no verb beside `client`.
fn set_only_act(file: &File<'_>, step: &mut StepRaw, act: Act) -> Result<(), Diagnostic> {
    if step.has_verb() {
        let name = step.name.as_ref().map_or("client", StepName::as_str);
        return Err(file.at_token(
            name,
            "a step that says what the client is like has no verb beside it".to_owned(),
        ));
    }
    step.set_act(act);
    Ok(())
}
