//! Frozen lists: what conforming to a revision of a specification means, check by check, whatever is added later.

use std::collections::BTreeMap;
use std::collections::BTreeSet;

use schemars::JsonSchema;
use serde::Deserialize;

use crate::diagnostic::Diagnostic;
use crate::diagnostic::Sources;
use crate::diagnostic::nearest;
use crate::name::ClauseId;
use crate::plan::Check;
use crate::requirement::clause::Clauses;
use crate::requirement::law::Law;
use crate::requirement::level::Level;
use crate::scenario::variants::Scenario;

/// A revision of a specification, or a set of our own, with its frozen list.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Revision {
    /// Its name: the file's, such as `cimd-02`.
    pub name: String,
    /// What it is.
    pub title: String,
    /// What people should know before they rely on it.
    pub note: Option<String>,
    /// The anchors of the clauses that it has.
    pub anchors: Vec<String>,
    /// The first words of clauses that it has whatever their anchors are, such as `advice`.
    pub families: Vec<String>,
    /// The day on which the list was frozen.
    pub frozen: String,
    /// The checks, as `scenario#check`, each with its level in this revision.
    pub checks: BTreeMap<String, Level>,
}

#[derive(Debug, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields)]
struct RevisionRaw {
    /// What it is.
    title: String,
    /// What people should know before they rely on it.
    note: Option<String>,
    /// The anchors of the clauses that it has.
    #[serde(default)]
    anchors: Vec<String>,
    /// The first words of clauses that it has whatever their anchors are.
    #[serde(default)]
    families: Vec<String>,
    /// The day on which the list was frozen.
    frozen: String,
    /// The checks of MUST and MUST NOT, as `scenario#check`.
    #[serde(default)]
    must: Vec<String>,
    /// The checks of SHOULD and SHOULD NOT.
    #[serde(default)]
    should: Vec<String>,
    /// The checks of sentences that bind the client or its document.
    #[serde(default)]
    inferred: Vec<String>,
    /// The checks of MAY, and traits.
    #[serde(default)]
    may: Vec<String>,
    /// The checks of advice.
    #[serde(default)]
    advice: Vec<String>,
}

/// All revisions, by name.
#[derive(Debug, Clone, PartialEq, Eq, Default)]
pub struct Revisions(pub BTreeMap<String, Revision>);

impl Revision {
    /// What counts here.
    pub fn law(&self) -> Law {
        Law {
            texts: self.anchors.iter().cloned().collect(),
            families: self.families.iter().cloned().collect(),
        }
    }

    /// What the list would be if it were frozen now.
    pub fn as_of_now(&self, clauses: &Clauses, scenarios: &[Scenario]) -> BTreeMap<String, Level> {
        self.among(clauses, &judging(scenarios))
    }

    /// The checks of a catalogue that are its own, each with its level.
    fn among(&self, clauses: &Clauses, judging: &Judging<'_>) -> BTreeMap<String, Level> {
        let theirs = clauses.of(&self.law());
        let mut checks = BTreeMap::new();
        for (id, clauses) in judging {
            if let Some(clause) = theirs.deciding(clauses) {
                // Some variants may have weaker clauses of their own.
                let level = checks.entry(id.clone()).or_insert(clause.level);
                *level = clause.level.min(*level);
            }
        }
        checks
    }

    /// The file, with the list as it would be now.
    pub fn frozen_again(&self, day: &str, clauses: &Clauses, scenarios: &[Scenario]) -> String {
        let text = |text: &str| toml::Value::from(text).to_string();
        let list = |words: &[String]| toml::Value::from(words.to_vec()).to_string();
        let mut lines = vec![format!("title = {}", text(&self.title))];
        lines.extend(self.note.iter().map(|note| format!("note = {}", text(note))));
        for (key, words) in [("anchors", &self.anchors), ("families", &self.families)] {
            if !words.is_empty() {
                lines.push(format!("{key} = {}", list(words)));
            }
        }
        lines.push(format!("frozen = {}", text(day)));
        let checks = self.as_of_now(clauses, scenarios);
        for level in Level::ALL {
            let of_level: Vec<String> = checks
                .iter()
                .filter(|(_, known)| **known == level)
                .map(|(id, _)| format!("    {},", text(id)))
                .collect();
            if !of_level.is_empty() {
                let key = level.word().to_lowercase();
                lines.push(format!("\n{key} = [\n{}\n]", of_level.join("\n")));
            }
        }
        lines.push(String::new());
        lines.join("\n")
    }
}

impl Revisions {
    /// What counts in any of these revisions.
    pub fn law_of(chosen: &[&Revision]) -> Law {
        let mut law = Law::default();
        for Law { texts, families } in chosen.iter().map(|revision| revision.law()) {
            law.texts.extend(texts);
            law.families.extend(families);
        }
        law
    }

    /// Reads every `revisions/*.toml`.
    ///
    /// # Errors
    /// A [`Diagnostic`] at the first thing that is not right: a check that does not exist, or one whose clause has
    /// another level now.
    pub fn read(sources: &Sources, clauses: &Clauses, scenarios: &[Scenario]) -> Result<Self, Diagnostic> {
        let mut revisions = BTreeMap::new();
        let judging = judging(scenarios);
        for (path, text) in sources.below("revisions/") {
            let Some(name) = path
                .strip_prefix("revisions/")
                .and_then(|name| name.strip_suffix(".toml"))
            else {
                continue;
            };
            let raw: RevisionRaw =
                toml::from_str(text).map_err(|error| Diagnostic::from_toml(path, text, &error))?;
            let lists = [
                (Level::Must, raw.must),
                (Level::Should, raw.should),
                (Level::Inferred, raw.inferred),
                (Level::May, raw.may),
                (Level::Advice, raw.advice),
            ];
            let checks = lists
                .into_iter()
                .flat_map(|(level, ids)| ids.into_iter().map(move |id| (id, level)))
                .collect();
            let revision = Revision {
                name: name.to_owned(),
                title: raw.title,
                note: raw.note,
                anchors: raw.anchors,
                families: raw.families,
                frozen: raw.frozen,
                checks,
            };
            kept(path, text, &revision, &revision.among(clauses, &judging))?;
            revisions.insert(name.to_owned(), revision);
        }
        Ok(Self(revisions))
    }
}

/// The checks by their ids, each with the clauses that it has in some variant.
type Judging<'a> = BTreeSet<(String, &'a [ClauseId])>;

fn judging(scenarios: &[Scenario]) -> Judging<'_> {
    let mut judging = Judging::new();
    for plan in scenarios.iter().flat_map(|scenario| &scenario.plans) {
        let scenario = plan.variant.scenario.as_str();
        judging.extend(
            plan.checks
                .iter()
                .map(|check| (id_of(scenario, check), check.clauses.as_slice())),
        );
    }
    judging
}

/// Whether the list still says what the catalogue says.
fn kept(
    path: &str,
    text: &str,
    revision: &Revision,
    now: &BTreeMap<String, Level>,
) -> Result<(), Diagnostic> {
    for (id, level) in &revision.checks {
        let wrong = match now.get(id) {
            Some(known) if known == level => continue,
            Some(known) => format!("`{id}` is frozen as {} and is {} now", level.word(), known.word()),
            None => format!(
                "`{id}` is frozen, and there is no such check of {} now",
                revision.name
            ),
        };
        let at = text.find(id.as_str()).unwrap_or_default();
        let told = Diagnostic::at(path, text, at..at + id.len(), wrong);
        return Err(match nearest(id, now.keys().map(String::as_str)).first() {
            Some(best) if !now.contains_key(id) => told.hint(format!("did you mean `{best}`?")),
            _ => told,
        });
    }
    Ok(())
}

/// A file of `revisions/` without its list, so that it can be frozen anew.
///
/// # Errors
/// A [`Diagnostic`] where it is no TOML.
pub fn thawed(path: &str, text: &str) -> Result<String, Diagnostic> {
    let mut table: toml::Table =
        toml::from_str(text).map_err(|error| Diagnostic::from_toml(path, text, &error))?;
    for level in Level::ALL {
        table.remove(&level.word().to_lowercase());
    }
    Ok(table.to_string())
}

/// A check without its variant: `cimd/ssrf/answers/rebind#not-fetched`.
pub fn id_of(scenario: &str, check: &Check) -> String {
    format!("{scenario}#{}", check.id)
}

/// The JSON Schema of a frozen list.
pub(crate) fn schema() -> serde_json::Value {
    schemars::schema_for!(RevisionRaw).to_value()
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::name::ClauseId;
    use crate::scenario::catalogue::Catalogue;
    use crate::verdict::Verdict;

    const CLAUSES: &str = "[a]\nlevel = \"must\"\nlevels = { \"01\" = \"should\" }\nbinds = \"as\"\nquote = \"q\"\nsays = \"02\"\nanchor = { \"01\" = \"4\", \"02\" = \"5\" }\n";
    const BASE: &str = "title = \"t\"\n[host.docs]\ndocument = { path = \"/c\", body = {} }\n[request]\nredirect_uri = \"https://a.example/\"\n";
    const SCENARIO: &str = "title = \"t\"\nbase = \"b\"\n[control]\nnone = \"x\"\n[[step]]\nname = \"s\"\nauthorize = {}\n[[check]]\nid = \"c\"\nclause = \"w.a\"\nexpect = { answer = { of = \"s\", is = \"granted\" } }\n";

    fn catalogue(list: &str) -> Result<Catalogue, String> {
        let file = format!("title = \"t\"\nanchors = [\"01\"]\nfrozen = \"2026-01-01\"\n{list}");
        let files = [
            ("base/b.toml", BASE),
            ("clauses/w.toml", CLAUSES),
            ("revisions/w-01.toml", &file),
            ("x/y.toml", SCENARIO),
        ];
        let sources = Sources(
            files
                .map(|(path, text)| (path.to_owned(), text.to_owned()))
                .into(),
        );
        Catalogue::read(&sources).map_err(|diagnostic| diagnostic.to_string())
    }

    #[test]
    fn a_list_has_the_levels_of_its_revision() {
        let read = catalogue("should = [\"x/y#c\"]").unwrap();
        let revision = &read.revisions.0["w-01"];
        assert_eq!(revision.checks["x/y#c"], Level::Should);
        let theirs = read.clauses.of(&Revisions::law_of(&[revision]));
        let clause = theirs.0.values().next().unwrap();
        assert_eq!(clause.level, Level::Should);
        assert_eq!(clause.citation(), "CIMD draft -01 section 4");
    }

    #[test]
    fn a_list_that_says_something_else_than_the_clauses_is_told() {
        let told = catalogue("must = [\"x/y#c\"]").unwrap_err();
        assert!(
            told.contains("`x/y#c` is frozen as MUST and is SHOULD now"),
            "{told}"
        );
        let told = catalogue("should = [\"x/y#d\"]").unwrap_err();
        assert!(told.contains("there is no such check of w-01 now"), "{told}");
        assert!(told.contains("did you mean `x/y#c`?"), "{told}");
    }

    /// What the revision lacks, or demotes, does not decide; what none of its clauses is in, it does not have.
    #[test]
    fn the_strongest_clause_that_a_revision_has_decides() {
        let clause = |id: &str, level: &str, further: &str| {
            format!("[{id}]\nlevel = \"{level}\"\nbinds = \"as\"\nquote = \"q\"\n{further}\n")
        };
        let clauses = [
            clause(
                "a",
                "should",
                "says = \"01\"\nanchor = { \"01\" = \"4\", \"02\" = \"4\" }",
            ),
            clause("b", "must", "anchor = { \"02\" = \"5\" }\nyields = [\"RFC 1\"]"),
            clause("c", "may", "anchor = { \"03\" = \"6\" }"),
        ];
        let sources = Sources([("clauses/w.toml".to_owned(), clauses.concat())].into());
        let clauses = Clauses::read(&sources).unwrap();
        let ids = ["w.a", "w.b"].map(|id| ClauseId::parse(id).unwrap());
        let decides = |texts: &[&str]| {
            let theirs = clauses.judged_by(&Law::of_texts(texts.iter().copied()));
            let clause = theirs.deciding(&ids).unwrap();
            (clause.id.to_string(), clause.level, clause.breach())
        };
        let told = |id: &str, level, breach| (id.to_owned(), level, breach);
        assert_eq!(decides(&["01"]), told("w.a", Level::Should, Verdict::Warning));
        assert_eq!(decides(&["02"]), told("w.b", Level::Must, Verdict::Violation));
        assert_eq!(
            decides(&["02", "RFC 1"]),
            told("w.a", Level::Should, Verdict::Warning)
        );
        assert_eq!(decides(&["03"]), told("w.b", Level::Must, Verdict::Note));
        assert_eq!(clauses.of(&Law::of_texts(["03"])).deciding(&ids), None);
    }

    #[test]
    fn a_list_frozen_again_is_read_as_the_same() {
        let read = catalogue("should = [\"x/y#c\"]").unwrap();
        let text = read.revisions.0["w-01"].frozen_again("2026-01-01", &read.clauses, &read.scenarios);
        let bare = thawed("revisions/w-01.toml", &text).unwrap();
        assert!(!bare.contains("x/y#c"));
        let list = text.split("\n\n").nth(1).unwrap();
        assert_eq!(catalogue(list).unwrap().revisions, read.revisions);
    }
}
