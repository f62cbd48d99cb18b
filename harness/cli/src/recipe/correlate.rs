//! From walks to a recipe: which requests are needed, and where their values come from.

use std::cmp::Reverse;
use std::collections::BTreeMap;
use std::collections::BTreeSet;

use cimdspec_model::profile::Reference;
use cimdspec_model::profile::Requests;
use cimdspec_model::profile::Script;
use cimdspec_model::profile::ScriptRequest;
use cimdspec_model::profile::Template;
use serde_json::Value;

use crate::recipe::lines::Line;
use crate::recipe::lines::Step;
use crate::recipe::lines::lines;
use crate::recipe::recorded::Exchange;
use crate::recipe::recorded::Kind;
use crate::recipe::recorded::Press;
use crate::recipe::recorded::Walk;
use crate::recipe::request::absolute;
use crate::recipe::request::built;
use crate::recipe::request::provisional;
use crate::recipe::request::renamed;
use crate::recipe::request::with_names;
use crate::recipe::template::Origin;
use crate::recipe::template::Seen;
use crate::recipe::template::origin;
use crate::recipe::values::Position;
use crate::recipe::values::of_answer;
use crate::recipe::values::of_cookies;
use crate::recipe::values::of_page;
use crate::recipe::values::values;

/// A recipe, and what is to be known of it.
#[derive(Debug, Clone, PartialEq, Default)]
pub(crate) struct Correlated {
    pub(crate) script: Script,
    /// What the script computes, and what the walks did not show, in words.
    pub(crate) notes: Vec<String>,
}

/// The recipe of walks of one server. The last one may be of a wrong client, which no user decides about.
///
/// # Errors
/// What the walks have not shown, in words.
pub(crate) fn correlated(walks: &[Walk], fields: &BTreeMap<String, String>) -> Result<Correlated, String> {
    let all = lines(walks);
    let correlator = Correlator {
        walks,
        fields,
        lines: &all,
    };
    correlator.recipe()
}

struct Correlator<'a> {
    walks: &'a [Walk],
    fields: &'a BTreeMap<String, String>,
    lines: &'a [Line],
}

impl Correlator<'_> {
    fn recipe(&self) -> Result<Correlated, String> {
        let has = |step| self.lines.iter().any(|line| line.step == step);
        if !has(Step::Load) {
            return Err("the script of the page loads nothing before it asks".to_owned());
        }
        if !has(Step::Approve) {
            return Err("no request of a script followed the approval".to_owned());
        }
        let mut notes = Vec::new();
        let mut requests: Vec<ScriptRequest> = (0..self.lines.len())
            .map(|number| self.request(number, &mut notes))
            .collect();
        let primary = self.primary();
        for step in [Step::Login, Step::Approve, Step::Deny] {
            if let Some(last) = self.lines.iter().rposition(|line| line.step == step) {
                self.add_go(step, last, &mut requests);
            }
        }
        let kept = self.needed(&requests, primary);
        let logged_in = self.sign(primary);
        let names = self.names(&kept);
        let rename = |text: &str| renamed(text, &names);
        let mut script = Script {
            page: self.page(),
            logged_in: logged_in
                .as_ref()
                .map(|(reference, _)| Template(rename(&reference.to_string()))),
            logged_in_is: logged_in.and_then(|(_, value)| value),
            ..Script::default()
        };
        for (number, request) in requests
            .into_iter()
            .enumerate()
            .filter(|(number, _)| kept.contains(number))
        {
            let step = self.lines[number].step;
            let name = names.get(&number).filter(|name| *name != step.word()).cloned();
            let request = with_names(request, name, &rename);
            let list = match step {
                Step::Load => &mut script.load,
                Step::Login => &mut script.login,
                Step::Approve => &mut script.approve,
                Step::Deny => &mut script.deny,
            };
            list.0.push(request);
        }
        notes.retain(|(number, _)| kept.contains(number));
        let mut notes: Vec<String> = notes.into_iter().map(|(_, words)| words).collect();
        notes.extend(self.gaps(&script, primary));
        notes.dedup();
        Ok(Correlated { script, notes })
    }

    /// The request with the references that its values had in all walks.
    fn request(&self, number: usize, notes: &mut Vec<(usize, String)>) -> ScriptRequest {
        let line = &self.lines[number];
        // The fullest is the model: before a login some fields are missing.
        let mut instances = line.instances.clone();
        instances.sort_by_key(|(walk, at)| Reverse(values(&self.walks[*walk].exchanges[*at]).len()));
        let (walk, at) = instances[0];
        let first = &self.walks[walk].exchanges[at];
        let mut origins: Vec<(Position, Origin)> = Vec::new();
        let all: Vec<Vec<(Position, Value)>> = instances
            .iter()
            .map(|(walk, at)| values(&self.walks[*walk].exchanges[*at]))
            .collect();
        let sources: Vec<Vec<(Reference, Value)>> = instances
            .iter()
            .map(|(walk, at)| self.sources(number, *walk, *at))
            .collect();
        for (position, _) in &all[0] {
            let seen: Vec<Seen<'_>> = all
                .iter()
                .zip(&sources)
                .filter_map(|(values, sources)| {
                    let value = values.iter().find(|(known, _)| known == position)?.1.clone();
                    Some(Seen { value, sources })
                })
                .collect();
            let origin = origin(&seen);
            if matches!(origin, Origin::Computed(_)) {
                let words = format!(
                    "{} of the {} request is computed by the script",
                    position.words(),
                    line.step.word()
                );
                notes.push((number, words));
            }
            origins.push((position.clone(), origin));
        }
        let has_search = instances.iter().all(|(walk, at)| {
            let here = &self.walks[*walk];
            let own = here.exchanges[*at].url.query();
            own.is_some_and(|own| here.page_of(*at).and_then(|page| page.url.query()) == Some(own))
        });
        built(first, self.walks[walk].page_of(at), &origins, has_search)
    }

    /// What the script knew in this walk when it made this request.
    fn sources(&self, number: usize, walk: usize, at: usize) -> Vec<(Reference, Value)> {
        let (step, here) = (self.lines[number].step, &self.walks[walk]);
        let fields = self.fields.iter();
        let mut sources: Vec<(Reference, Value)> = fields
            .map(|(name, value)| (Reference::User(name.clone()), Value::from(value.as_str())))
            .collect();
        let page = here.page_of(at).map(of_page).unwrap_or_default();
        let is_query = |one: &&(Reference, Value)| matches!(one.0, Reference::PageQuery(_));
        sources.extend(page.iter().filter(is_query).cloned());
        for (other, line) in self.lines.iter().enumerate() {
            // A reference only knows what is played before it.
            let is_before = line.step < step && !(line.step == Step::Approve && step == Step::Deny);
            let is_earlier = line.step == step && other < number;
            // The answers to the login are kept, so that what is loaded later may have them.
            let is_kept = line.step == Step::Login && step == Step::Load;
            if is_before || is_earlier || is_kept {
                let answer = self.answer(other, walk, at);
                sources.extend(
                    answer
                        .into_iter()
                        .flat_map(|answer| of_answer(&provisional(other), answer)),
                );
            }
        }
        sources.extend(here.exchanges.get(at).map(of_cookies).unwrap_or_default());
        sources.extend(page.iter().filter(|one| !is_query(one)).cloned());
        sources
    }

    /// The last answer to the request before this; the login may be of an earlier walk of the same browser.
    fn answer(&self, number: usize, walk: usize, at: usize) -> Option<&Exchange> {
        let line = &self.lines[number];
        let mut instances = line.instances.iter().rev();
        let same = instances.find(|(other, place)| *other == walk && *place < at);
        let earlier = || {
            let mut instances = line.instances.iter().rev();
            let browser = self.walks[walk].browser;
            instances.find(|(other, _)| *other < walk && self.walks[*other].browser == browser)
        };
        let (walk, at) = match (same, line.step) {
            (Some(same), _) => same,
            (None, Step::Login) => earlier()?,
            (None, _) => return None,
        };
        self.walks[*walk].exchanges.get(*at)
    }

    /// The request whose answer says what is asked: it refuses a wrong client, else it is about the page, else it is the last.
    fn primary(&self) -> usize {
        let loads = || {
            self.lines
                .iter()
                .enumerate()
                .filter(|(_, line)| line.step == Step::Load)
        };
        let is_good = |(walk, at): &(usize, usize)| {
            (self.walks[*walk].exchanges[*at].status < 400).then_some(self.walks[*walk].decision().is_some())
        };
        let refuses = |line: &Line| {
            let wrong = line
                .instances
                .iter()
                .filter(|(walk, _)| self.walks[*walk].decision().is_none());
            let mut wrong = wrong.peekable();
            wrong.peek().is_some()
                && wrong.all(|one| is_good(one).is_none())
                && line.instances.iter().any(|one| is_good(one) == Some(true))
        };
        let is_about = |line: &Line| {
            let (walk, at) = line.instances[0];
            let page = self.walks[walk]
                .page_of(at)
                .map(|page| page.url.query().unwrap_or_default().to_owned());
            let url = &self.walks[walk].exchanges[at].url;
            let mut values = url
                .query_pairs()
                .map(|(_, value)| value.into_owned())
                .chain(url.path_segments().into_iter().flatten().map(str::to_owned));
            values.any(|value| value.len() >= 6 && page.as_ref().is_some_and(|page| page.contains(&value)))
        };
        let found = loads().find(|(_, line)| refuses(line));
        let found = found.or_else(|| loads().find(|(_, line)| is_about(line)));
        found
            .or_else(|| loads().next_back())
            .map_or(0, |(number, _)| number)
    }

    /// Where the browser goes after the last request of a step: what an answer said, or what the script made of what it knew.
    fn add_go(&self, step: Step, last: usize, requests: &mut [ScriptRequest]) {
        let of_step: Vec<usize> = (0..self.lines.len())
            .filter(|number| self.lines[*number].step == step)
            .collect();
        let mut places: [Vec<(usize, usize, String)>; 2] = [Vec::new(), Vec::new()];
        for (walk, at) in &self.lines[last].instances {
            let here = &self.walks[*walk];
            let page = here.page_of(*at).map(|page| page.url.as_str());
            let later = here.exchanges.iter().enumerate().skip(*at);
            let mut later =
                later.filter(|(next, one)| one.kind == Kind::Page && here.phase(*next) == here.phase(*at));
            // To load the same page again is what a recipe does anyway.
            let next = later
                .next()
                .filter(|(_, one)| step != Step::Login || Some(one.url.as_str()) != page);
            places[0].extend(next.map(|(_, next)| (*walk, *at, next.url.to_string())));
            let left = here.left.as_ref().filter(|_| step != Step::Login);
            places[1].extend(left.map(|left| (*walk, *at, left.clone())));
        }
        for place in places
            .into_iter()
            .filter(|place| place.len() == self.lines[last].instances.len())
        {
            let sources: Vec<Vec<(Reference, Value)>> = place
                .iter()
                .map(|(walk, at, _)| {
                    let known = self.sources(last, *walk, *at);
                    let end = self.walks[*walk].exchanges.len();
                    let own = of_step.iter().filter_map(|number| {
                        let answer = self.answer(*number, *walk, end)?;
                        Some(of_answer(&provisional(*number), answer))
                    });
                    let known = own.flatten().chain(known);
                    let page = self.walks[*walk].page_of(*at);
                    known
                        .map(|(reference, value)| (reference, absolute(page, value)))
                        .collect()
                })
                .collect();
            let seen: Vec<Seen<'_>> = place
                .iter()
                .zip(&sources)
                .map(|((_, _, url), sources)| Seen {
                    value: Value::from(url.as_str()),
                    sources,
                })
                .collect();
            if let Origin::From(text) = origin(&seen) {
                // It belongs to the request that says it.
                let own = of_step
                    .iter()
                    .rev()
                    .find(|number| text.contains(&provisional(**number)));
                requests[*own.unwrap_or(&last)].go = Some(Template(text));
                return;
            }
        }
    }

    /// The requests that something needs.
    fn needed(&self, requests: &[ScriptRequest], primary: usize) -> BTreeSet<usize> {
        let loaded: BTreeSet<String> = self
            .lines
            .iter()
            .filter(|line| line.step == Step::Load)
            .map(|line| self.shape(line))
            .collect();
        let mut kept: BTreeSet<usize> = (0..self.lines.len())
            .filter(|number| {
                let line = &self.lines[*number];
                let (walk, at) = line.instances[0];
                let changes = self.walks[walk].exchanges[at].method != "GET";
                // What is sent before anything is pressed as well counts visits.
                let counts = loaded.contains(&self.shape(line));
                *number == primary
                    || (line.step != Step::Load && changes && !counts)
                    || requests[*number].go.is_some()
            })
            .collect();
        let texts: Vec<String> = requests
            .iter()
            .map(|request| serde_json::to_string(request).unwrap_or_default())
            .collect();
        loop {
            let named = (0..self.lines.len()).filter(|number| {
                let name = serde_json::to_string(&provisional(*number)).unwrap_or_default();
                let name = name.trim_matches('"');
                kept.iter()
                    .any(|other| other != number && texts[*other].contains(&format!("{{{name}.")))
            });
            let before = kept.len();
            let named: Vec<usize> = named.collect();
            kept.extend(named);
            if kept.len() == before {
                return kept;
            }
        }
    }

    fn shape(&self, line: &Line) -> String {
        let (walk, at) = line.instances[0];
        self.walks[walk].exchanges[at].shape()
    }

    /// What the answer has only where a user is logged in; nothing where a status says it.
    fn sign(&self, primary: usize) -> Option<(Reference, Option<Value>)> {
        let mut out = Vec::new();
        let mut inside = Vec::new();
        for (walk, at) in &self.lines[primary].instances {
            let here = &self.walks[*walk];
            if here.decision().is_none() {
                continue;
            }
            let login = here.presses.iter().find(|(press, _)| *press == Press::Login);
            match login.is_some_and(|(_, before)| at < before) {
                true => out.push(&here.exchanges[*at]),
                false => inside.push(&here.exchanges[*at]),
            }
        }
        if out.is_empty() || out.iter().all(|answer| answer.status == 401) {
            return None;
        }
        let name = provisional(primary);
        let known = of_answer(&name, inside.first()?);
        let value = |answer: &Exchange, reference: &Reference| {
            let mut all = of_answer(&name, answer).into_iter();
            all.find(|(known, _)| known == reference).map(|(_, value)| value)
        };
        let is_there = |value: &Option<Value>| match value {
            None | Some(Value::Null | Value::Bool(false)) => false,
            Some(Value::String(text)) => !text.is_empty(),
            Some(_) => true,
        };
        let mut sign = known.iter().filter(|(reference, _)| {
            inside.iter().all(|answer| is_there(&value(answer, reference)))
                && out.iter().all(|answer| !is_there(&value(answer, reference)))
        });
        if let Some((reference, _)) = sign.next() {
            return Some((reference.clone(), None));
        }
        let mut sign = known.iter().filter(|(reference, wanted)| {
            inside
                .iter()
                .all(|answer| value(answer, reference).as_ref() == Some(wanted))
                && out
                    .iter()
                    .all(|answer| value(answer, reference).as_ref() != Some(wanted))
        });
        sign.next()
            .map(|(reference, wanted)| (reference.clone(), Some(wanted.clone())))
    }

    /// The path of the page, where it is one.
    fn page(&self) -> Option<String> {
        let decided = self.walks.iter().filter(|walk| walk.decision().is_some());
        let shown = decided.flat_map(|walk| walk.exchanges.iter().filter(|one| one.is_shown()));
        let mut paths: BTreeSet<&str> = shown.map(|page| page.url.path()).collect();
        let first = paths.pop_first()?.to_owned();
        paths.is_empty().then_some(first)
    }

    /// The names of the kept requests: that of the step for its last one, the last word of the path for others.
    fn names(&self, kept: &BTreeSet<usize>) -> BTreeMap<usize, String> {
        let mut names: BTreeMap<usize, String> = BTreeMap::new();
        for number in kept {
            let step = self.lines[*number].step;
            let is_last = !kept
                .iter()
                .any(|other| other > number && self.lines[*other].step == step);
            let mut name = step.word().to_owned();
            if !is_last {
                let (walk, at) = self.lines[*number].instances[0];
                let mut segments = self.walks[walk].exchanges[at]
                    .url
                    .path_segments()
                    .into_iter()
                    .flatten();
                let word = segments.rfind(|word| word.chars().all(|it| it.is_ascii_lowercase() || it == '-'));
                let word = word.filter(|word| !word.is_empty()).unwrap_or("request");
                name = format!("{}-{word}", step.word());
                while names.values().any(|known| *known == name) {
                    name.push('-');
                }
            }
            names.insert(*number, name);
        }
        names
    }

    /// What the walks did not show.
    fn gaps(&self, script: &Script, primary: usize) -> Vec<String> {
        let mut gaps = Vec::new();
        let goes = |requests: &Requests| requests.0.iter().any(|request| request.go.is_some());
        if !goes(&script.approve) {
            gaps.push("where the browser goes after the approval is computed by the script".to_owned());
        }
        if script.deny.is_empty() {
            gaps.push("the page has no button that denies, or pressing it sent nothing".to_owned());
        } else if !goes(&script.deny) {
            gaps.push("where the browser goes after the denial is computed by the script".to_owned());
        }
        let wrong = self
            .walks
            .iter()
            .enumerate()
            .filter(|(_, walk)| walk.decision().is_none());
        let wrong: Vec<usize> = wrong.map(|(number, _)| number).collect();
        let answered = self.lines[primary]
            .instances
            .iter()
            .filter(|(walk, _)| wrong.contains(walk));
        if answered.clone().next().is_some()
            && answered
                .clone()
                .all(|(walk, at)| self.walks[*walk].exchanges[*at].status < 400)
        {
            gaps.push(
                "the answer to `load` has no error for a wrong client: what refuses it is not known"
                    .to_owned(),
            );
        }
        gaps
    }
}
