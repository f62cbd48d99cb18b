//! Clauses: the sentences that bind a server. The only place where a level is written down.

use std::collections::BTreeMap;

use schemars::JsonSchema;
use serde::Deserialize;
use serde::Serialize;

use crate::diagnostic::Diagnostic;
use crate::diagnostic::Sources;
use crate::name::ClauseId;

/// The revision of CIMD whose sections are known from its editors' copy only.
const PROVISIONAL_REVISION: &str = "03";
/// How the anchors of the Model Context Protocol begin.
const MCP: &str = "MCP ";

/// The level of a clause; `advice` is ours, with a written stance, not a specification's.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize, JsonSchema)]
#[serde(rename_all = "kebab-case")]
pub enum Level {
    /// MUST, MUST NOT, REQUIRED, SHALL.
    Must,
    /// SHOULD, SHOULD NOT, RECOMMENDED.
    Should,
    /// MAY, OPTIONAL.
    May,
    /// Hardening beyond the text, or an ambiguity with a stance.
    Advice,
}

impl Level {
    /// The word of BCP 14, or `advice`.
    pub fn word(self) -> &'static str {
        match self {
            Self::Must => "MUST",
            Self::Should => "SHOULD",
            Self::May => "MAY",
            Self::Advice => "advice",
        }
    }
}

/// Whom a clause binds.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
#[serde(rename_all = "kebab-case")]
pub enum Binds {
    /// The authorization server.
    As,
    /// The client; the server's part follows from it.
    Client,
}

/// One normative sentence.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Clause {
    /// Its id, words joined by dots.
    pub id: ClauseId,
    /// Its level, in the newest revision that has it.
    pub level: Level,
    /// The level of those revisions that say it with another force.
    pub levels: BTreeMap<String, Level>,
    /// Whom it binds.
    pub binds: Binds,
    /// A short quotation or paraphrase.
    pub quote: String,
    /// Revision or specification to section.
    pub anchor: BTreeMap<String, String>,
    /// Why no check covers it.
    pub excluded: Option<String>,
    /// The stance, where the text is ambiguous or the clause is ours.
    pub stance: Option<String>,
}

impl Clause {
    /// The level in a revision or specification; nothing where that does not have the sentence.
    pub fn level_in(&self, anchor: &str) -> Option<Level> {
        let level = self.levels.get(anchor).copied().unwrap_or(self.level);
        self.anchor.contains_key(anchor).then_some(level)
    }

    /// The newest anchor in words: `draft -02 section 8.6`; a provisional one only where there is no other. What MCP says
    /// beside another text is cited beside it.
    pub fn citation(&self) -> String {
        let (of_mcp, others): (Vec<_>, Vec<_>) = self
            .anchor
            .iter()
            .rev()
            .partition(|(document, _)| document.starts_with(MCP));
        let settled = |(revision, _): &&(&String, &String)| revision.as_str() != PROVISIONAL_REVISION;
        let newest = others.iter().find(settled).or(others.first());
        let told: Vec<String> = newest.into_iter().chain(of_mcp.first()).map(cited).collect();
        match told.is_empty() {
            true => "cimdspec stance".to_owned(),
            false => told.join("; "),
        }
    }
}

fn cited((document, section): &(&String, &String)) -> String {
    match document.as_str() {
        revision if revision.starts_with(|c: char| c.is_ascii_digit()) => {
            format!("CIMD draft -{revision} section {section}")
        }
        address if address.starts_with("https://") => format!("{address}, seen {section}"),
        document => format!("{document} section {section}"),
    }
}

#[derive(Debug, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields)]
struct ClauseRaw {
    level: Level,
    #[serde(default)]
    levels: BTreeMap<String, Level>,
    binds: Binds,
    quote: String,
    #[serde(default)]
    anchor: BTreeMap<String, String>,
    excluded: Option<String>,
    stance: Option<String>,
}

/// All clauses, by id.
#[derive(Debug, Clone, PartialEq, Eq, Default)]
pub struct Clauses(pub BTreeMap<ClauseId, Clause>);

impl Clauses {
    /// Reads every `clauses/*.toml`; the file's name is the first word of its ids.
    ///
    /// # Errors
    /// A [`Diagnostic`] at the first entry that is not right.
    pub fn read(sources: &Sources) -> Result<Self, Diagnostic> {
        let mut clauses = BTreeMap::new();
        for (path, text) in sources.below("clauses/") {
            let Some(word) = path
                .strip_prefix("clauses/")
                .and_then(|name| name.strip_suffix(".toml"))
            else {
                continue;
            };
            let table =
                toml::de::DeTable::parse(text).map_err(|error| Diagnostic::from_toml(path, text, &error))?;
            collect(path, text, word, table, &mut clauses)?;
        }
        Ok(Self(clauses))
    }

    /// The clause of this id.
    pub fn named(&self, id: &ClauseId) -> Option<&Clause> {
        self.0.get(id)
    }
}

fn collect(
    path: &str,
    text: &str,
    prefix: &str,
    table: toml::Spanned<toml::de::DeTable<'_>>,
    into: &mut BTreeMap<ClauseId, Clause>,
) -> Result<(), Diagnostic> {
    for (key, value) in table.into_inner() {
        let span = value.span();
        let id = format!("{prefix}.{}", key.get_ref());
        let toml::de::DeValue::Table(inner) = value.into_inner() else {
            return Err(Diagnostic::at(
                path,
                text,
                span,
                format!("`{id}` is no table of a clause"),
            ));
        };
        let inner = toml::Spanned::new(span.clone(), inner);
        if !inner.get_ref().contains_key("level") {
            collect(path, text, &id, inner, into)?;
            continue;
        }
        let raw = ClauseRaw::deserialize(toml::de::Deserializer::from(inner))
            .map_err(|error| Diagnostic::from_toml(path, text, &error))?;
        let id = ClauseId::parse(&id)
            .map_err(|error| Diagnostic::at(path, text, span.clone(), error.to_string()))?;
        let ClauseRaw {
            level,
            levels,
            binds,
            quote,
            anchor,
            excluded,
            stance,
        } = raw;
        if let Some(stray) = levels.keys().find(|revision| !anchor.contains_key(*revision)) {
            let told = format!("`{id}` has a level for `{stray}` and no anchor there");
            return Err(Diagnostic::at(path, text, span, told));
        }
        into.insert(
            id.clone(),
            Clause {
                id,
                level,
                levels,
                binds,
                quote,
                anchor,
                excluded,
                stance,
            },
        );
    }
    Ok(())
}

/// The JSON Schema of one clause entry.
pub fn schema() -> schemars::Schema {
    schemars::schema_for!(ClauseRaw)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_mcp_says_too_is_cited_beside_the_draft() {
        let text = "[a]\nlevel = \"must\"\nbinds = \"as\"\nquote = \"q\"\nanchor = { \"02\" = \"4\", \"03\" = \"5\", \"MCP x\" = \"Z\" }\n";
        let sources = Sources([("clauses/w.toml".to_owned(), text.to_owned())].into());
        let read = Clauses::read(&sources).unwrap();
        let clause = read.0.values().next().unwrap();
        assert_eq!(clause.citation(), "CIMD draft -02 section 4; MCP x section Z");
    }
}
