//! Controls of published frameworks, which clauses support them, and those that only an operator can declare.

use std::collections::BTreeMap;

use schemars::JsonSchema;
use serde::Deserialize;
use toml::Spanned;

use crate::diagnostic::Diagnostic;
use crate::diagnostic::Sources;
use crate::diagnostic::nearest;
use crate::name::ClauseId;
use crate::requirement::clause::Clause;
use crate::requirement::clause::Clauses;

const FRAMEWORKS: &str = "controls/frameworks.toml";
const SUPPORT: &str = "controls/support.toml";
const DECLARED: &str = "controls/declared.toml";

/// A published framework.
#[derive(Debug, Clone, PartialEq, Eq, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields)]
pub struct Framework {
    /// Its title, with its edition.
    pub title: String,
    /// Its controls: id to a short title.
    pub controls: BTreeMap<String, String>,
    /// Controls of the framework that a black box cannot support, each with the reason.
    #[serde(default)]
    pub unfit: BTreeMap<String, String>,
}

/// What a clause supports, and what its breach is.
#[derive(Debug, Clone, PartialEq, Eq, Default)]
pub struct Support {
    /// The ids of controls.
    pub controls: Vec<String>,
    /// The number of the weakness in the Common Weakness Enumeration.
    pub cwe: Option<u32>,
}

/// A control that no black box sees: an operator may declare it, and the harness never passes it.
#[derive(Debug, Clone, PartialEq, Eq, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields)]
pub struct Declarable {
    /// What is to be declared.
    pub title: String,
    /// The ids of controls that it supports.
    pub controls: Vec<String>,
}

/// The frameworks, what supports their controls, and what can only be declared.
#[derive(Debug, Clone, PartialEq, Eq, Default)]
pub struct Controls {
    /// By short name.
    pub frameworks: BTreeMap<String, Framework>,
    /// By clause.
    pub support: BTreeMap<ClauseId, Support>,
    /// By id.
    pub declared: BTreeMap<String, Declarable>,
}

/// One entry of the table of support.
#[derive(Debug, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields)]
struct SupportRaw {
    /// The clauses: ids, or the beginnings of ids with `*` at the end.
    #[schemars(with = "Vec<String>")]
    clauses: Vec<Spanned<String>>,
    /// The controls that they support.
    #[serde(default)]
    #[schemars(with = "Vec<String>")]
    controls: Vec<Spanned<String>>,
    /// The weakness that a breach is, where the clause names none; the first entry that names one for a clause counts.
    cwe: Option<u32>,
    /// Whether the entry counts only for clauses that no entry before it names: the default of a family.
    #[serde(default)]
    default: bool,
}

#[derive(Debug, Default, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields)]
struct SupportFile {
    #[serde(default)]
    support: Vec<SupportRaw>,
}

impl Controls {
    /// Reads the three files; without them there are no controls.
    ///
    /// # Errors
    /// A [`Diagnostic`] at a control, or a clause, that does not exist.
    pub fn read(sources: &Sources, clauses: &Clauses) -> Result<Self, Diagnostic> {
        let frameworks: BTreeMap<String, Framework> = parsed(sources, FRAMEWORKS)?;
        let declared: BTreeMap<String, Declarable> = parsed(sources, DECLARED)?;
        let file: SupportFile = parsed(sources, SUPPORT)?;
        let known: Vec<&str> = frameworks
            .values()
            .flat_map(|framework| framework.controls.keys().map(String::as_str))
            .collect();
        let mut support: BTreeMap<ClauseId, Support> = BTreeMap::new();
        for entry in &file.support {
            for control in &entry.controls {
                among(
                    sources,
                    SUPPORT,
                    "control",
                    control.span(),
                    control.get_ref(),
                    &known,
                )?;
            }
            for pattern in &entry.clauses {
                let mut meant = clauses
                    .0
                    .values()
                    .filter(|clause| fits(pattern.get_ref(), clause))
                    .peekable();
                if meant.peek().is_none() {
                    let ids: Vec<&str> = clauses.0.keys().map(|id| id.as_str()).collect();
                    among(
                        sources,
                        SUPPORT,
                        "clause",
                        pattern.span(),
                        pattern.get_ref(),
                        &ids,
                    )?;
                }
                for clause in meant {
                    if entry.default && support.contains_key(&clause.id) {
                        continue;
                    }
                    let support = support.entry(clause.id.clone()).or_default();
                    let own = clause.cwe.first().copied().map(u32::from);
                    support.cwe = own.or(support.cwe).or(entry.cwe);
                    let controls = entry.controls.iter().map(|control| control.get_ref().clone());
                    support.controls.extend(controls);
                    support.controls.sort();
                    support.controls.dedup();
                }
            }
        }
        if let Some(text) = sources.text(DECLARED) {
            for control in declared.values().flat_map(|declarable| &declarable.controls) {
                let at = text.find(control.as_str()).unwrap_or_default();
                among(
                    sources,
                    DECLARED,
                    "control",
                    at..at + control.len(),
                    control,
                    &known,
                )?;
            }
        }
        Ok(Self {
            frameworks,
            support,
            declared,
        })
    }
}

fn fits(pattern: &str, clause: &Clause) -> bool {
    match pattern.strip_suffix('*') {
        Some(beginning) => clause.id.as_str().starts_with(beginning),
        None => clause.id.as_str() == pattern,
    }
}

fn among(
    sources: &Sources,
    path: &str,
    kind: &str,
    span: std::ops::Range<usize>,
    name: &str,
    known: &[&str],
) -> Result<(), Diagnostic> {
    if known.contains(&name) {
        return Ok(());
    }
    let text = sources.text(path).unwrap_or_default();
    let told = Diagnostic::at(path, text, span, format!("there is no {kind} `{name}`"));
    Err(match nearest(name, known.iter().copied()).first() {
        Some(best) => told.hint(format!("did you mean `{best}`?")),
        None => told,
    })
}

fn parsed<T: serde::de::DeserializeOwned + Default>(sources: &Sources, path: &str) -> Result<T, Diagnostic> {
    match sources.text(path) {
        None => Ok(T::default()),
        Some(text) => toml::from_str(text).map_err(|error| Diagnostic::from_toml(path, text, &error)),
    }
}

/// The JSON Schemas of the three files, by name.
pub(crate) fn schemas() -> [(&'static str, serde_json::Value); 3] {
    [
        (
            "controls-declared.json",
            schemars::schema_for!(BTreeMap<String, Declarable>).to_value(),
        ),
        (
            "controls-frameworks.json",
            schemars::schema_for!(BTreeMap<String, Framework>).to_value(),
        ),
        (
            "controls-support.json",
            schemars::schema_for!(SupportFile).to_value(),
        ),
    ]
}

#[cfg(test)]
mod tests {
    use super::*;

    fn controls(support: &str) -> Result<Controls, String> {
        let clause = |level: &str| format!("level = \"{level}\"\nbinds = \"as\"\nquote = \"q\"\n");
        let clauses = format!(
            "[b.c]\n{}[b.d]\n{}[b.weak]\n{}cwe = [918, 601]\n",
            clause("must"),
            clause("may"),
            clause("may")
        );
        let files = [
            ("clauses/a.toml", clauses.as_str()),
            (
                FRAMEWORKS,
                "[f]\ntitle = \"F\"\ncontrols = { one = \"1\", two = \"2\" }\n",
            ),
            (SUPPORT, support),
        ];
        let sources = Sources(
            files
                .map(|(path, text)| (path.to_owned(), text.to_owned()))
                .into(),
        );
        let clauses = Clauses::read(&sources).unwrap();
        Controls::read(&sources, &clauses).map_err(|diagnostic| diagnostic.to_string())
    }

    #[test]
    fn all_entries_add_controls_and_the_first_names_the_weakness() {
        let read = controls("[[support]]\nclauses = [\"a.b.c\"]\ncontrols = [\"two\"]\ncwe = 1\n[[support]]\nclauses = [\"a.b.*\"]\ncontrols = [\"one\"]\ncwe = 2\n").unwrap();
        let of = |id: &str| read.support[&ClauseId::parse(id).unwrap()].clone();
        assert_eq!(of("a.b.c").controls, ["one", "two"]);
        assert_eq!(of("a.b.c").cwe, Some(1));
        assert_eq!(of("a.b.d").cwe, Some(2));
    }

    #[test]
    fn the_weakness_that_a_clause_names_itself_comes_before_the_table() {
        let read = controls("[[support]]\nclauses = [\"a.b.*\"]\ncwe = 1\n").unwrap();
        let of = |id: &str| read.support[&ClauseId::parse(id).unwrap()].cwe;
        assert_eq!((of("a.b.c"), of("a.b.weak")), (Some(1), Some(918)));
    }

    #[test]
    fn a_default_counts_for_what_nothing_else_names() {
        let read = controls("[[support]]\nclauses = [\"a.b.c\"]\ncontrols = [\"two\"]\ncwe = 1\n[[support]]\ndefault = true\nclauses = [\"a.*\"]\ncontrols = [\"one\"]\ncwe = 2\n").unwrap();
        let of = |id: &str| read.support[&ClauseId::parse(id).unwrap()].clone();
        assert_eq!(
            (of("a.b.c").controls, of("a.b.c").cwe),
            (vec!["two".to_owned()], Some(1))
        );
        assert_eq!(
            (of("a.b.d").controls, of("a.b.d").cwe),
            (vec!["one".to_owned()], Some(2))
        );
    }

    #[test]
    fn a_control_or_clause_that_nobody_knows_is_told() {
        let told = controls("[[support]]\nclauses = [\"a.b.c\"]\ncontrols = [\"twoo\"]\n").unwrap_err();
        assert!(told.contains("there is no control `twoo`"), "{told}");
        let told = controls("[[support]]\nclauses = [\"a.b.x\"]\n").unwrap_err();
        assert!(told.contains("there is no clause `a.b.x`"), "{told}");
    }
}
