//! What hosts serve and how names are answered: the world's behaviours from the words of a step.

use std::collections::BTreeMap;
use std::net::IpAddr;

use cimdspec_model::behaviour::Encoding;
use cimdspec_model::behaviour::HostBehaviour;
use cimdspec_model::behaviour::NameBehaviour;
use cimdspec_model::behaviour::Page;
use cimdspec_model::behaviour::Say;
use cimdspec_model::behaviour::Turn;
use cimdspec_model::behaviour::body::Body;
use cimdspec_model::behaviour::delivery::Amounts;
use cimdspec_model::behaviour::delivery::Pace;
use cimdspec_model::observation::HostFact;
use cimdspec_model::plan::Document;
use cimdspec_model::plan::HostSpec;
use cimdspec_model::text::Names;
use cimdspec_model::text::Text;
use cimdspec_model::text::key_set_named;
use cimdspec_model::verb::Padding;
use cimdspec_model::verb::Resolve;
use cimdspec_model::verb::ResolveTurn;
use cimdspec_model::verb::Serve;
use serde_json::Map;
use serde_json::Value;
use serde_json::map::Entry;

/// Stands for `@document` while host references are resolved.
const PLACE_OF_DOCUMENT: &str = "\u{1}";
/// Stands for `@length` meanwhile.
const PLACE_OF_LENGTH: &str = "\u{2}";
/// More is not needed for any check, and would only burden this machine.
const MOST_PADDING: usize = 256 * 1024 * 1024;

/// Members of a base that scenarios build on: a profile cannot replace them.
pub(crate) const OF_SCENARIOS: [&str; 6] = [
    "client_id",
    "client_name",
    "jwks",
    "jwks_uri",
    "redirect_uris",
    "token_endpoint_auth_method",
];

/// The known-good document of a host, with the members that the profile adds.
pub(crate) fn known_good(hosts: &[HostSpec], host: &HostSpec, profile: &BTreeMap<String, Value>) -> Document {
    // A host without a document of its own serves that of the client when it is told to serve one.
    let model = || hosts.iter().find_map(|other| other.document.clone());
    let mut document = host.document.clone().or_else(model).unwrap_or(Document {
        path: "/".to_owned(),
        body: Map::new(),
    });
    document.body = completed(&document.body, profile);
    document
}

/// The members of a base, with those of the profile in their place.
pub(crate) fn completed(
    members: &Map<String, Value>,
    profile: &BTreeMap<String, Value>,
) -> Map<String, Value> {
    let mut members = members.clone();
    for (name, value) in profile {
        match members.entry(name.clone()) {
            Entry::Occupied(_) if OF_SCENARIOS.contains(&name.as_str()) => {}
            Entry::Occupied(mut known) => _ = known.insert(value.clone()),
            Entry::Vacant(place) => _ = place.insert(value.clone()),
        }
    }
    members
}

/// What a host serves before any step.
pub(crate) fn initial(document: &Document, names: &Names) -> Result<HostBehaviour, String> {
    let mut behaviour = HostBehaviour::default();
    serve(&mut behaviour, &Serve::default(), document, names)?;
    Ok(behaviour)
}

/// Changes what a host serves.
pub(crate) fn serve(
    behaviour: &mut HostBehaviour,
    step: &Serve,
    document: &Document,
    names: &Names,
) -> Result<(), String> {
    let resolve = |text: &Text| text.resolve(names).map_err(|error| error.to_string());
    let target = match &step.path {
        None => Some(resolve(&Text(document.path.clone()))?),
        Some(path) if path.0 == "*" => None,
        Some(path) => Some(resolve(path)?),
    };
    let mut headers = vec![("content-type".to_owned(), "application/json".to_owned())];
    for (name, value) in &step.headers {
        headers.retain(|(known, _)| !known.eq_ignore_ascii_case(name));
        headers.push((name.clone(), resolve(value)?));
    }
    let delivery = step.arrives().unwrap_or_default();
    let padding = step.pad.filter(|_| !delivery.is_giant());
    let json = edited(&document.body, &step.set, &step.remove, names)?;
    let text = body(&json, step.body.as_ref(), names)?;
    let encoding = step.encoding.unwrap_or_default();
    let body = match padding {
        None => encoding.bytes(text).into(),
        Some(size) => padded(
            text,
            usize::try_from(size.0).unwrap_or(usize::MAX),
            step.pad_with.unwrap_or(Padding::Within),
        )
        .body(encoding),
    };
    let page = Page {
        target,
        methods: step.methods.clone(),
        status: step.status.unwrap_or(200),
        headers,
        body,
        coding: step.coding.unwrap_or_default(),
        delivery,
        amounts: amounts(step),
        validators: step.validators.unwrap_or_default(),
        by_turns: step.by_turns,
    };
    behaviour.tls = step.tls.unwrap_or_default();
    if page.by_turns {
        // After those of the same target: the oldest is served first.
        let of_it = |known: &&mut Page| known.target == page.target;
        behaviour
            .pages
            .iter_mut()
            .filter(of_it)
            .for_each(|known| known.by_turns = true);
        let last = behaviour
            .pages
            .iter()
            .rposition(|known| known.target == page.target);
        behaviour.pages.insert(last.map_or(0, |at| at + 1), page);
        return Ok(());
    }
    match page.target {
        None => behaviour.pages.clear(),
        Some(_) => behaviour.pages.retain(|known| known.target != page.target),
    }
    behaviour.pages.insert(0, page);
    Ok(())
}

/// A JSON object with members set and left out, host references resolved.
pub(crate) fn edited(
    from: &Map<String, Value>,
    set: &BTreeMap<String, Value>,
    remove: &[String],
    names: &Names,
) -> Result<Map<String, Value>, String> {
    let mut members = Map::new();
    for (name, value) in from.iter().chain(set) {
        let value = names.json(value).map_err(|error| error.to_string())?;
        members.insert(name.clone(), value);
    }
    members.retain(|name, _| !remove.contains(name));
    Ok(members)
}

/// The JSON text, the author's body with the JSON text in it, or the key set that the body names.
pub(crate) fn body(
    json: &Map<String, Value>,
    written: Option<&Text>,
    names: &Names,
) -> Result<String, String> {
    let json = Value::Object(json.clone()).to_string();
    let Some(Text(written)) = written else {
        return Ok(json);
    };
    if let Some(name) = key_set_named(written) {
        let set = names.key_set(name).map_err(|error| error.to_string())?;
        return Ok(set.to_string());
    }
    let places = written
        .replace("@document", PLACE_OF_DOCUMENT)
        .replace("@length", PLACE_OF_LENGTH);
    let resolved = Text(places).resolve(names).map_err(|error| error.to_string())?;
    Ok(resolved
        .replace(PLACE_OF_LENGTH, &json.len().to_string())
        .replace(PLACE_OF_DOCUMENT, &json))
}

/// A text with padding in it, which may be large.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) struct Padded {
    before: String,
    filler: &'static str,
    times: usize,
    after: String,
}

/// A text of this whole size; a text that is longer stays as it is.
pub(crate) fn padded(text: String, size: usize, with: Padding) -> Padded {
    let times = size.min(MOST_PADDING).saturating_sub(text.len());
    let (before, after) = match (with, text.strip_prefix('{')) {
        (Padding::Within, Some(members)) => ("{".to_owned(), members.to_owned()),
        _ => (text, String::new()),
    };
    Padded {
        before,
        filler: if with == Padding::Garbage { "]" } else { " " },
        times,
        after,
    }
}

impl Padded {
    /// The text, written out.
    pub(crate) fn text(&self) -> String {
        [&self.before, &self.filler.repeat(self.times), &self.after]
            .map(String::as_str)
            .concat()
    }

    /// The text as a body, not written out.
    fn body(self, encoding: Encoding) -> Body {
        let filler = encoding.unmarked(self.filler.to_owned());
        Body::padded(
            encoding.bytes(self.before),
            &filler,
            self.times,
            encoding.unmarked(self.after),
        )
    }
}

/// The pace of a step and the size of what is giant.
fn amounts(step: &Serve) -> Amounts {
    let usual = Amounts::default();
    let pace = step.pace.unwrap_or(usual.pace);
    let giant = step.pad.and_then(|size| usize::try_from(size.0).ok());
    Amounts {
        pace: Pace {
            bytes: pace.bytes.max(1),
            ..pace
        },
        giant: giant.unwrap_or(usual.giant),
    }
}

/// How a name is answered from now on.
pub(crate) fn answers(step: &Resolve, facts: &[HostFact]) -> Result<NameBehaviour, String> {
    let seconds = step.ttl.map_or(0, |ttl| ttl.0.as_secs());
    let whole = [ResolveTurn {
        until: None,
        answers: step.answers.clone(),
        alias: step.alias.clone(),
        fail: step.fail,
        delay: step.delay,
    }];
    let turns = match step.turns.as_slice() {
        [] => whole.as_slice(),
        turns => turns,
    };
    let mut turns: Vec<Turn> = turns
        .iter()
        .map(|turn| {
            Ok(Turn {
                until: turn.until,
                say: say(turn, facts)?,
                delay: turn.delay.or(step.delay).unwrap_or_default().0,
            })
        })
        .collect::<Result<_, String>>()?;
    if let Some(last) = turns.last_mut() {
        last.until = None;
    }
    Ok(NameBehaviour {
        ttl: u32::try_from(seconds).unwrap_or(u32::MAX),
        hints: step.hints.clone(),
        turns,
    })
}

fn say(turn: &ResolveTurn, facts: &[HostFact]) -> Result<Say, String> {
    match (turn.fail, &turn.alias) {
        (Some(fault), _) => return Ok(Say::Fault(fault)),
        (None, Some(alias)) => {
            let name = match alias.0.strip_prefix('@') {
                Some(label) => named(label, facts)?.name.clone(),
                None => alias.0.clone(),
            };
            return Ok(Say::Alias(name));
        }
        (None, None) => {}
    }
    let mut addresses: Vec<IpAddr> = Vec::new();
    for answer in &turn.answers {
        match answer.strip_prefix('@') {
            None => addresses.push(
                answer
                    .parse()
                    .map_err(|_| format!("`{answer}` is neither an address nor a host"))?,
            ),
            Some(reference) => {
                let (label, family) = reference.split_once('.').unwrap_or((reference, ""));
                let of_family = |address: &&IpAddr| match family {
                    "v4" => address.is_ipv4(),
                    "v6" => address.is_ipv6(),
                    _ => true,
                };
                addresses.extend(named(label, facts)?.addresses.iter().filter(of_family));
            }
        }
    }
    Ok(Say::Addresses(addresses))
}

fn named<'a>(label: &str, facts: &'a [HostFact]) -> Result<&'a HostFact, String> {
    facts
        .iter()
        .find(|fact| fact.label.as_str() == label)
        .ok_or_else(|| format!("no host is called `{label}`"))
}

#[cfg(test)]
#[path = "behaviour_tests.rs"]
mod tests;
