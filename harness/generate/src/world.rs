//! From a tape to a world: the scenario that it makes, and its plan.

use std::collections::BTreeSet;
use std::sync::Arc;

use cimdspec_model::diagnostic::Diagnostic;
use cimdspec_model::diagnostic::Sources;
use cimdspec_model::plan::Plan;
use cimdspec_model::requirement::clause::Clauses;
use cimdspec_model::scenario::catalogue::scenario;
use toml::Table;

use crate::dictionary::Dictionary;
use crate::draft::Draft;
use crate::draft::KINDS;
use crate::draft::Kind;
use crate::family;
use crate::law::Law;
use crate::law::Rule;
use crate::law::table;
use crate::route;
use crate::tape::Tape;

/// The most fetches of a document for one request.
const MOST_FETCHES: i64 = 6;

/// The clauses by which there is no document.
const UNKNOWN: [&str; 3] = ["cimd.fetch.", "cimd.ssrf.", "http.tls."];
/// The clauses by which there is no client; who takes it for one all the same has its document, and breaks these alone.
const NO_CLIENT: &str = "cimd.identifier.";

/// A world that a tape makes.
#[derive(Debug, Clone)]
pub struct World {
    /// The tape.
    pub tape: Tape,
    /// The scenario file.
    pub text: String,
    /// Its only variant.
    pub plan: Arc<Plan>,
    /// What differs from the known-good world, in words.
    pub fields: Vec<String>,
}

/// What stands before each check of a file.
const CHECK: &str = "\n[[check]]\n";

impl World {
    /// The scenario file with one of its checks only; all of them if there is none of this id.
    pub fn text_with(&self, check: &str) -> String {
        let mut parts = self.text.split(CHECK);
        let steps = parts.next().unwrap_or_default();
        let line = format!("id = \"{check}\"");
        match parts.find(|part| part.lines().any(|other| other == line)) {
            Some(check) => format!("{steps}{CHECK}{}", check.trim_end_matches('\n').to_owned() + "\n"),
            None => self.text.clone(),
        }
    }
}

/// Makes worlds.
#[derive(Debug, Clone)]
pub struct Generator {
    sources: Sources,
    clauses: Clauses,
    dictionary: Dictionary,
    plain: Arc<Plan>,
}

impl Generator {
    /// A generator on the bases, the clauses and the tables of a catalogue.
    ///
    /// # Errors
    /// A [`Diagnostic`] if the catalogue has no known-good world for a public client with a document.
    pub fn of(sources: &Sources, clauses: &Clauses) -> Result<Self, Diagnostic> {
        let text = text_of(&Tape::default(), &Dictionary::default()).1;
        let plain = planned(&text, &Tape::default(), sources, clauses)?;
        Ok(Self {
            sources: sources.clone(),
            clauses: clauses.clone(),
            dictionary: Dictionary::of(sources),
            plain,
        })
    }

    /// Adds words that the target said to those that values are taken from.
    pub fn learn(&mut self, said: impl IntoIterator<Item = String>) {
        self.dictionary.learn(said);
    }

    /// The world of a tape. Each tape has one.
    pub fn world(&self, tape: &Tape) -> World {
        self.tried(tape).unwrap_or_else(|_| World {
            tape: Tape::default(),
            text: text_of(&Tape::default(), &self.dictionary).1,
            plan: Arc::clone(&self.plain),
            fields: Vec::new(),
        })
    }

    /// The world of a tape.
    ///
    /// # Errors
    /// A [`Diagnostic`] if the scenario that the tape makes is not valid: a fault of the generator.
    pub fn tried(&self, tape: &Tape) -> Result<World, Diagnostic> {
        let (fields, text) = text_of(tape, &self.dictionary);
        let plan = planned(&text, tape, &self.sources, &self.clauses)?;
        Ok(World {
            tape: tape.clone(),
            text,
            plan,
            fields,
        })
    }
}

fn planned(text: &str, tape: &Tape, sources: &Sources, clauses: &Clauses) -> Result<Arc<Plan>, Diagnostic> {
    let path = format!("fuzz/{}.toml", tape.name());
    let read = scenario(&path, text, sources, clauses)?;
    let first = read.plans.into_iter().next();
    first.ok_or_else(|| Diagnostic::at(&path, text, 0..0, "the scenario has no variant"))
}

/// What differs, and the text of the scenario.
fn text_of(tape: &Tape, dictionary: &Dictionary) -> (Vec<String>, String) {
    let mut head = tape.head();
    let kind = head.pick(&KINDS).copied().unwrap_or(Kind::Document);
    let mut draft = Draft::new(kind);
    for mut frame in tape.frames() {
        family::apply(&mut frame, dictionary, &mut draft);
    }
    let of_mutations = draft.rules.len();
    route::go(&mut head, &mut draft);
    leave_out(&mut draft, of_mutations);
    concluded(&mut draft);
    let fields = draft.fields().to_vec();
    let title = match fields.as_slice() {
        [] => "A right client gets what it asks for".to_owned(),
        fields => format!("The laws hold where something differs: {}", fields.join(", ")),
    };
    (fields, draft.text(&title))
}

/// Leaves out the rules about steps that the route does not have, and those of mutations about a request that is another one.
fn leave_out(draft: &mut Draft, of_mutations: usize) {
    let names = draft.step_names();
    let is_own = draft.first_is_own();
    let mut number = 0;
    draft.rules.retain(|rule| {
        number += 1;
        let is_there = rule
            .step()
            .is_none_or(|step| names.iter().any(|name| name == step));
        let is_of_mutation = number <= of_mutations && rule.step() == Some("first");
        is_there && (is_own || !is_of_mutation)
    });
}

/// So often the document was asked for in the first step.
fn fetched(bound: &str, times: i64) -> Table {
    let fetched = table([
        ("event", "request".into()),
        ("to", "docs".into()),
        ("during", "first".into()),
        (bound, times.into()),
    ]);
    table([("traffic", fetched.into())])
}

/// Adds the rules that follow from all that differs, and those of every world.
fn concluded(draft: &mut Draft) {
    let has = |draft: &Draft, name: &str| draft.step_names().iter().any(|step| step == name);
    let is_own = draft.first_is_own();
    if has(draft, "first") && is_own {
        let breaks: BTreeSet<&str> = draft.breaks().iter().copied().collect();
        let breaks: Vec<&str> = breaks.into_iter().collect();
        if !breaks.is_empty() {
            draft.rules.push(Rule::refused(Law::Document, &breaks, "first"));
            // Of a client whose document was not had nobody knows a redirect URI.
            let is_unknown = |clause: &&str| UNKNOWN.iter().any(|family| clause.starts_with(family));
            let nowhere = Rule::nowhere(&["oauth.error.not-redirected"], "first");
            if breaks.iter().any(is_unknown) {
                draft.rules.push(nowhere);
            } else if breaks.iter().any(|clause| clause.starts_with(NO_CLIENT)) {
                draft.rules.push(nowhere.given(fetched("at_most", 0)));
            }
        }
        // What must be refused for another reason is not granted for this one.
        let is_refused = draft.rules.iter().any(Rule::refuses);
        if let Some(clause) = draft.keeps().filter(|_| !is_refused) {
            draft.rules.push(Rule::granted(Law::Alike, &[clause], "first"));
        }
    }
    if draft.moves {
        // Who looks at the document again does not find it.
        draft
            .rules
            .retain(|rule| !rule.grants() || rule.step() == Some("first"));
    }
    if draft.was_seen {
        // Who has kept the right document, and did not ask again, is judged by that one.
        let fetched = fetched("at_least", 1);
        for rule in draft.rules.iter_mut().filter(|rule| rule.step() == Some("first")) {
            *rule = rule.clone().given(fetched.clone()).unless(&["cache-floor"]);
        }
    }
    if draft.kind.has_document() {
        if has(draft, "first") {
            draft
                .rules
                .push(Rule::answered(&["advice.document.answered"], "first"));
        }
        let fetched = [
            ("advice.fetch.amplification", None, MOST_FETCHES),
            ("advice.fetch.no-credentials", Some("authorization"), 0),
            ("advice.fetch.no-credentials", Some("cookie"), 0),
        ];
        for (clause, header, most) in fetched {
            let mut traffic = table([
                ("event", "request".into()),
                ("to", "docs".into()),
                ("at_most", most.into()),
            ]);
            let law = match header {
                Some(name) => {
                    traffic.insert("header".to_owned(), name.into());
                    Law::Traffic
                }
                None if has(draft, "first") => {
                    traffic.insert("during".to_owned(), "first".into());
                    Law::Fetches
                }
                None => continue,
            };
            draft
                .rules
                .push(Rule::new(law, &[clause], table([("traffic", traffic.into())])));
        }
    } else if draft.client_step().is_some() {
        // What a failure at the text itself breaks is a limit of the parser.
        let clause = match draft.delivers("body") {
            true => "registration.json",
            false => "rfc7591.error.status",
        };
        draft.rules.push(Rule::answered(&[clause], "client"));
    }
    if has(draft, "tokens") {
        draft
            .rules
            .push(Rule::answered(&["oauth.token.errors"], "tokens"));
    }
}
