//! The laws that a generated world is held to. Each finding is one of a clause, with the level of that clause.

use serde::Deserialize;
use serde::Serialize;
use toml::Table;
use toml::Value;

/// What holds in every world, whatever was generated.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
#[serde(rename_all = "lowercase")]
pub enum Law {
    /// Traffic that must never be: to a special-use address, to another host, with credentials.
    Traffic,
    /// A code, a token or an error goes to no URI that is not the client's.
    Redirect,
    /// Nothing is granted without a successful fetch of a valid document, or on a registration that must be refused.
    Document,
    /// No wrong assertion, secret, verifier or token opens anything.
    Credentials,
    /// Each request is answered, in time, and not with a failure.
    Failure,
    /// What a specification gives no meaning to changes nothing.
    Alike,
    /// A right request is granted afterwards, for this client and for another one.
    Afterwards,
    /// What is deleted or belongs to another client is not used.
    Ownership,
    /// Input does not come back as markup, as a header field or as a line of a log.
    Echo,
    /// One request makes a bounded number of fetches.
    Fetches,
}

impl Law {
    /// All of them.
    pub const ALL: [Self; 10] = [
        Self::Traffic,
        Self::Redirect,
        Self::Document,
        Self::Credentials,
        Self::Failure,
        Self::Alike,
        Self::Afterwards,
        Self::Ownership,
        Self::Echo,
        Self::Fetches,
    ];

    /// Its word: the beginning of the ids of its checks.
    pub fn word(self) -> &'static str {
        match self {
            Self::Traffic => "traffic",
            Self::Redirect => "redirect",
            Self::Document => "document",
            Self::Credentials => "credentials",
            Self::Failure => "failure",
            Self::Alike => "alike",
            Self::Afterwards => "afterwards",
            Self::Ownership => "ownership",
            Self::Echo => "echo",
            Self::Fetches => "fetches",
        }
    }

    /// The law of a check, by the check's id.
    pub fn of_check(id: &str) -> Option<Self> {
        let word = id.split('-').next()?;
        Self::ALL.into_iter().find(|law| law.word() == word)
    }
}

/// A check of a generated world: a law, the clauses that it rests on, and what is expected.
#[derive(Debug, Clone, PartialEq)]
pub(crate) struct Rule {
    pub(crate) law: Law,
    clauses: Vec<String>,
    expect: Table,
    given: Vec<Value>,
    witness: Option<Table>,
    unless: Vec<&'static str>,
}

/// A table of these members.
pub(crate) fn table<const N: usize>(members: [(&str, Value); N]) -> Table {
    members
        .map(|(name, value)| (name.to_owned(), value))
        .into_iter()
        .collect()
}

impl Rule {
    pub(crate) fn new(law: Law, clauses: &[&str], expect: Table) -> Self {
        Self {
            law,
            clauses: clauses.iter().map(|clause| (*clause).to_owned()).collect(),
            expect,
            given: Vec::new(),
            witness: None,
            unless: Vec::new(),
        }
    }

    fn answer(law: Law, clauses: &[&str], of: &str, is: &str) -> Self {
        let answer = table([("of", of.into()), ("is", is.into())]);
        Self::new(law, clauses, table([("answer", answer.into())]))
    }

    /// The step is refused.
    pub(crate) fn refused(law: Law, clauses: &[&str], of: &str) -> Self {
        Self::answer(law, clauses, of, "refused")
    }

    /// The step is granted.
    pub(crate) fn granted(law: Law, clauses: &[&str], of: &str) -> Self {
        Self::answer(law, clauses, of, "granted")
    }

    /// The step is answered, whatever the answer is.
    pub(crate) fn answered(clauses: &[&str], of: &str) -> Self {
        Self::answer(Law::Failure, clauses, of, "answered")
    }

    /// The browser is sent nowhere in the step.
    pub(crate) fn nowhere(clauses: &[&str], of: &str) -> Self {
        let sent = table([("of", of.into()), ("to", "nowhere".into())]);
        Self::new(Law::Redirect, clauses, table([("sent", sent.into())]))
    }

    /// There is no such traffic. It could have been, if the step is granted in the control.
    pub(crate) fn no_traffic(clauses: &[&str], event: &str, to: &str, could: &str) -> Self {
        let mut traffic = table([("event", event.into()), ("to", to.into()), ("at_most", 0.into())]);
        // The document's host may be asked in other steps, when it is as it should be.
        if to == "docs" {
            traffic.insert("during".to_owned(), could.into());
        }
        Self::new(Law::Traffic, clauses, table([("traffic", traffic.into())])).could_be(could)
    }

    /// The same rule, of something that could be if the step is granted in the control.
    pub(crate) fn could_be(self, step: &str) -> Self {
        Self {
            witness: Some(table([("granted", step.into())])),
            ..self
        }
    }

    /// The same rule, but where one of these policies is declared.
    pub(crate) fn unless(self, policies: &[&'static str]) -> Self {
        let unless = self.unless.iter().chain(policies).copied().collect();
        Self { unless, ..self }
    }

    /// The step that it is about, or by which it could be seen.
    pub(crate) fn step(&self) -> Option<&str> {
        let looked_at = self
            .expect
            .iter()
            .filter_map(|(_, what)| what.get("of").or(what.get("during")));
        let could = self.witness.iter().filter_map(|witness| witness.get("granted"));
        looked_at.chain(could).find_map(Value::as_str)
    }

    /// Whether it orders that something is refused.
    pub(crate) fn refuses(&self) -> bool {
        self.ordered() == Some("refused")
    }

    /// Whether it orders that something is granted.
    pub(crate) fn grants(&self) -> bool {
        self.ordered() == Some("granted")
    }

    fn ordered(&self) -> Option<&str> {
        let answer = self.expect.get("answer").and_then(|answer| answer.get("is"));
        answer.and_then(Value::as_str)
    }

    /// The same rule where something else holds, too.
    pub(crate) fn given(mut self, condition: Table) -> Self {
        self.given.push(condition.into());
        self
    }

    /// The check as a scenario file has it, with a number that no other check of the scenario has.
    pub(crate) fn written(&self, number: usize) -> Table {
        let id = format!("{}-{number}", self.law.word());
        let clauses: Vec<Value> = self.clauses.iter().map(|clause| clause.as_str().into()).collect();
        let mut check = table([("id", id.into()), ("clause", clauses.into())]);
        match self.given.as_slice() {
            [] => {}
            [given] => drop(check.insert("given".to_owned(), given.clone())),
            several => drop(check.insert("given".to_owned(), several.to_vec().into())),
        }
        check.insert("expect".to_owned(), self.expect.clone().into());
        if let Some(witness) = &self.witness {
            check.insert("witness".to_owned(), witness.clone().into());
        }
        if !self.unless.is_empty() {
            let policies: Vec<Value> = self.unless.iter().map(|policy| Value::from(*policy)).collect();
            check.insert("unless".to_owned(), policies.into());
        }
        check
    }
}

/// The condition that a step is granted.
pub(crate) fn is_granted(step: &str) -> Table {
    let answer = table([("of", step.into()), ("is", "granted".into())]);
    table([("answer", answer.into())])
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_law_of_a_check_stands_in_its_id() {
        for law in Law::ALL {
            let check = Rule::refused(law, &["a.b"], "first").written(7);
            let id = check.get("id").and_then(Value::as_str).unwrap_or_default();
            assert_eq!(Law::of_check(id), Some(law));
        }
        assert_eq!(Law::of_check("unknown-1"), None);
    }
}
