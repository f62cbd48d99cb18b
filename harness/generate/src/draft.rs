//! A world while it is made: the known-good one, and the differences from it so far.

use std::collections::BTreeSet;

use toml::Table;
use toml::Value;

use crate::law::Law;
use crate::law::Rule;
use crate::law::table;

/// The kinds of clients; the first one is the known-good world of a tape of zeros.
pub(crate) const KINDS: [Kind; 5] = [
    Kind::Document,
    Kind::DocumentKey,
    Kind::Registered,
    Kind::RegisteredSecret,
    Kind::RegisteredKey,
];

/// A kind of client.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Kind {
    /// A public one with a document.
    Document,
    /// One with a document and a key.
    DocumentKey,
    /// A public one that registers itself.
    Registered,
    /// One that registers itself and gets a secret.
    RegisteredSecret,
    /// One that registers itself with its key.
    RegisteredKey,
}

impl Kind {
    /// Its base, below `base/client/`.
    pub(crate) fn word(self) -> &'static str {
        match self {
            Self::Document => "document",
            Self::DocumentKey => "document-key",
            Self::Registered => "registered",
            Self::RegisteredSecret => "registered-secret",
            Self::RegisteredKey => "registered-key",
        }
    }

    /// Whether it has a document.
    pub(crate) fn has_document(self) -> bool {
        matches!(self, Self::Document | Self::DocumentKey)
    }

    /// Whether it has a key.
    pub(crate) fn has_key(self) -> bool {
        matches!(self, Self::DocumentKey | Self::RegisteredKey)
    }

    /// One of two clauses: that of clients with a document, or that of clients that register themselves.
    pub(crate) fn clause(self, of_documents: &'static str, of_registered: &'static str) -> &'static str {
        match self.has_document() {
            true => of_documents,
            false => of_registered,
        }
    }

    /// The clause of its redirect URIs.
    pub(crate) fn redirects(self) -> &'static str {
        self.clause("cimd.redirect.exact-match", "oauth.redirect.exact-match")
    }
}

/// What a wrong document or registration means for the client.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) enum Effect {
    /// The request must be refused, by these clauses.
    Breaks(&'static [&'static str]),
    /// The request must be granted all the same, by this clause.
    Keeps(&'static str),
    /// Neither is ordered.
    Open,
}

/// The world so far.
#[derive(Debug)]
pub(crate) struct Draft {
    pub(crate) kind: Kind,
    /// What differs, in words: the fields of the mutations.
    fields: Vec<String>,
    /// What a mutation has set; another one leaves it alone.
    taken: BTreeSet<String>,
    needs: BTreeSet<&'static str>,
    hosts: Table,
    /// Whether there is another client.
    has_other: bool,
    /// Steps before the client is as it is.
    pub(crate) before: Vec<Table>,
    /// Members of the document or the registration.
    set: Table,
    remove: Vec<String>,
    /// How the document is delivered, or what a registration request has beside its members.
    delivery: Table,
    /// What the authorization request has.
    pub(crate) first: Table,
    /// What the token request has.
    pub(crate) tokens: Table,
    /// The steps after the client is as it is.
    pub(crate) steps: Vec<Table>,
    pub(crate) rules: Vec<Rule>,
    /// Whether something decides neither way.
    open: bool,
    /// The clause by which everything so far changes nothing.
    keeps: Option<&'static str>,
    /// The clauses by which the request must be refused.
    breaks: Vec<&'static str>,
    pub(crate) control: Table,
    /// Whether the client has a step of its own in any case.
    is_named: bool,
    /// Whether the target saw the client when it was right.
    pub(crate) was_seen: bool,
    /// Whether the name of the document leads elsewhere after some lookups.
    pub(crate) moves: bool,
}

impl Draft {
    pub(crate) fn new(kind: Kind) -> Self {
        Self {
            kind,
            fields: Vec::new(),
            taken: BTreeSet::new(),
            needs: BTreeSet::new(),
            hosts: Table::new(),
            has_other: false,
            before: Vec::new(),
            set: Table::new(),
            remove: Vec::new(),
            delivery: Table::new(),
            first: Table::new(),
            tokens: Table::new(),
            steps: Vec::new(),
            rules: Vec::new(),
            open: false,
            keeps: None,
            breaks: Vec::new(),
            control: Table::new(),
            is_named: false,
            was_seen: false,
            moves: false,
        }
    }

    /// Whether these parts are free; then they are taken, and the field is noted.
    pub(crate) fn take(&mut self, parts: &[&str], field: &str) -> bool {
        if parts.iter().any(|part| self.taken.contains(*part)) {
            return false;
        }
        self.taken.extend(parts.iter().map(|part| (*part).to_owned()));
        self.fields.push(field.to_owned());
        true
    }

    /// What differs, in words.
    pub(crate) fn fields(&self) -> &[String] {
        &self.fields
    }

    pub(crate) fn need(&mut self, need: &'static str) {
        self.needs.insert(need);
    }

    pub(crate) fn host(&mut self, label: &str, members: Table) {
        self.hosts.insert(label.to_owned(), members.into());
    }

    /// Another client of the same kind, named `other`.
    pub(crate) fn other(&mut self) {
        self.has_other = true;
    }

    /// Orders that a step is refused.
    pub(crate) fn refused(&mut self, law: Law, clause: &str, step: &str) {
        self.rules.push(Rule::refused(law, &[clause], step));
    }

    /// What a mutation means for whether the request is granted.
    pub(crate) fn affect(&mut self, effect: &Effect) {
        match effect {
            Effect::Breaks(clauses) => self.breaks.extend(*clauses),
            Effect::Keeps(clause) => {
                self.keeps.get_or_insert(clause);
            }
            Effect::Open => self.open = true,
        }
    }

    /// The clauses by which the request must be refused; empty where none orders it.
    pub(crate) fn breaks(&self) -> &[&'static str] {
        &self.breaks
    }

    /// The clause by which the request must be granted, where all that differs is without meaning.
    pub(crate) fn keeps(&self) -> Option<&'static str> {
        self.keeps.filter(|_| !self.open && self.breaks.is_empty())
    }

    /// Sets a member of the document or the registration, if no mutation did.
    pub(crate) fn member(&mut self, name: &str, value: impl Into<Value>, effect: &Effect) -> bool {
        let part = format!("member {name}");
        if !self.take(&[&part], &part) {
            return false;
        }
        self.set.insert(name.to_owned(), value.into());
        self.affect(effect);
        true
    }

    /// Sets members together, if no mutation set one of them.
    pub(crate) fn members(&mut self, values: Table, effect: &Effect) -> bool {
        if values
            .keys()
            .any(|name| self.taken.contains(&format!("member {name}")))
        {
            return false;
        }
        let names: Vec<String> = values.keys().cloned().collect();
        names
            .into_iter()
            .zip(values.into_iter().map(|(_, value)| value))
            .for_each(|(name, value)| {
                self.member(&name, value, &Effect::Open);
            });
        self.affect(effect);
        true
    }

    /// Leaves a member out, if no mutation set it.
    pub(crate) fn without(&mut self, name: &str, effect: &Effect) -> bool {
        let part = format!("member {name}");
        if !self.take(&[&part], &part) {
            return false;
        }
        self.remove.push(name.to_owned());
        self.affect(effect);
        true
    }

    /// Says how the document is delivered, or what the registration request has beside its members.
    pub(crate) fn deliver(&mut self, name: &str, value: impl Into<Value>) {
        self.delivery.insert(name.to_owned(), value.into());
    }

    /// Whether this of how the document or the registration is delivered is set.
    pub(crate) fn delivers(&self, name: &str) -> bool {
        self.delivery.contains_key(name)
    }

    /// Sets members of the document that are a part of how it is delivered.
    pub(crate) fn deliver_members(&mut self, members: Table) {
        self.set.extend(members);
    }

    /// Adds a header field of the document.
    pub(crate) fn header(&mut self, name: &str, value: impl Into<Value>) {
        let headers = self
            .delivery
            .entry("headers")
            .or_insert_with(|| Table::new().into());
        if let Value::Table(headers) = headers {
            headers.insert(name.to_owned(), value.into());
        }
    }

    /// Has the client register in a step of its own, also if nothing differs, so that other steps can name it.
    pub(crate) fn register_plainly(&mut self) {
        self.is_named = true;
    }

    /// Whether the step `first` is a request of this client as it is.
    pub(crate) fn first_is_own(&self) -> bool {
        let is_first = |step: &&Table| step.get("name").and_then(Value::as_str) == Some("first");
        let act = self
            .steps
            .iter()
            .find(is_first)
            .and_then(|step| step.get("authorize"));
        act.is_some_and(|act| {
            let is_another = ["request_of", "session"]
                .iter()
                .any(|member| act.get(member).is_some());
            !is_another && act.get("client").and_then(Value::as_str) != Some("other")
        })
    }

    /// The names of the steps.
    pub(crate) fn step_names(&self) -> Vec<String> {
        let steps = self.before.iter().cloned().chain(self.client_step());
        let steps = steps.chain(self.steps.iter().cloned());
        let names = steps.filter_map(|step| step.get("name").and_then(Value::as_str).map(str::to_owned));
        names.collect()
    }

    /// Whether one of these parts is set.
    pub(crate) fn has_one_of(&self, parts: &[&str]) -> bool {
        parts.iter().any(|part| self.taken.contains(*part))
    }

    /// The step that makes the client as it is now, if anything differs.
    pub(crate) fn client_step(&self) -> Option<Table> {
        let mut like = Table::new();
        if !self.set.is_empty() {
            like.insert("set".to_owned(), self.set.clone().into());
        }
        if !self.remove.is_empty() {
            let names: Vec<Value> = self.remove.iter().map(|name| name.as_str().into()).collect();
            like.insert("remove".to_owned(), names.into());
        }
        if like.is_empty() && self.delivery.is_empty() && !self.is_named {
            return None;
        }
        like.extend(self.delivery.clone());
        Some(match self.kind.has_document() {
            true => {
                like.insert("host".to_owned(), "docs".into());
                table([("serve", like.into())])
            }
            false => table([("name", "client".into()), ("register", like.into())]),
        })
    }

    /// The text of the scenario.
    pub(crate) fn text(&self, title: &str) -> String {
        let mut out = String::new();
        let mut top = vec![
            ("title", Value::from(title)),
            ("clients", vec![Value::from(self.kind.word())].into()),
        ];
        if !self.needs.is_empty() {
            let needs: Vec<Value> = self.needs.iter().map(|need| Value::from(*need)).collect();
            top.push(("needs", needs.into()));
        }
        top.into_iter()
            .for_each(|(name, value)| line(&mut out, name, value));
        if !self.control.is_empty() {
            section(&mut out, "[control]", self.control.clone());
        }
        if self.has_other {
            section(&mut out, "[client.other]", Table::new());
        }
        for (label, host) in &self.hosts {
            section(
                &mut out,
                &format!("[host.{label}]"),
                host.as_table().cloned().unwrap_or_default(),
            );
        }
        for step in self
            .before
            .iter()
            .cloned()
            .chain(self.client_step())
            .chain(self.steps.iter().cloned())
        {
            section(&mut out, "[[step]]", step);
        }
        for (at, rule) in self.rules.iter().enumerate() {
            section(&mut out, "[[check]]", rule.written(at + 1));
        }
        out
    }
}

/// A section of a scenario file: its members on a line each.
fn section(out: &mut String, heading: &str, mut members: Table) {
    out.push_str(&format!("\n{heading}\n"));
    // A name stands first, as people write it.
    for first in ["name", "id", "clause"] {
        if let Some(value) = members.remove(first) {
            line(out, first, value);
        }
    }
    members
        .into_iter()
        .for_each(|(name, value)| line(out, &name, value));
}

fn line(out: &mut String, name: &str, mut value: Value) {
    escape(&mut value);
    out.push_str(&format!("{name} = {value}\n"));
}

/// Doubles every `$` that begins no repetition, so that none is taken for an axis.
fn escape(value: &mut Value) {
    match value {
        Value::String(text) => *text = escaped(text),
        Value::Array(items) => items.iter_mut().for_each(escape),
        Value::Table(members) => {
            let plain = std::mem::take(members);
            members.extend(plain.into_iter().map(|(name, mut member)| {
                escape(&mut member);
                (escaped(&name), member)
            }));
        }
        _ => {}
    }
}

fn escaped(text: &str) -> String {
    match text.starts_with("$(") || text.starts_with("$[") {
        true => text.to_owned(),
        false => text.replace('$', "$$"),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_one_mutation_set_another_leaves_alone() {
        let mut draft = Draft::new(Kind::Document);
        assert!(draft.member("scope", "a", &Effect::Open));
        assert!(!draft.member("scope", "b", &Effect::Breaks(&["a.b"])));
        assert!(!draft.without("scope", &Effect::Open));
        assert!(draft.breaks().is_empty());
        assert_eq!(draft.fields(), ["member scope"]);
        let step = draft.client_step().unwrap();
        assert_eq!(
            toml::to_string(&step).unwrap(),
            "[serve]\nhost = \"docs\"\n\n[serve.set]\nscope = \"a\"\n"
        );
    }

    #[test]
    fn a_request_must_be_granted_only_if_nothing_else_differs() {
        let mut draft = Draft::new(Kind::Document);
        draft.affect(&Effect::Keeps("a.b"));
        assert_eq!(draft.keeps(), Some("a.b"));
        draft.affect(&Effect::Open);
        assert_eq!(draft.keeps(), None);
    }
}
