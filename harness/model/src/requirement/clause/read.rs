//! Reading clauses: strictly, every message at its place.

use std::collections::BTreeMap;

use schemars::JsonSchema;
use serde::Deserialize;

use crate::diagnostic::Diagnostic;
use crate::diagnostic::Sources;
use crate::diagnostic::nearest;
use crate::name::ClauseId;
use crate::requirement::clause::Binds;
use crate::requirement::clause::Clause;
use crate::requirement::clause::Clauses;
use crate::requirement::clause::Place;
use crate::requirement::level::Level;

#[derive(Debug, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields)]
struct ClauseRaw {
    /// The level: from the sentence's own word, and `inferred` where it does not name the server.
    level: Level,
    /// The level of those texts that say it with another force.
    #[serde(default)]
    levels: BTreeMap<String, Level>,
    /// Whom it binds.
    binds: Binds,
    /// Whom it binds in those texts that say it of somebody else.
    #[serde(default)]
    binds_in: BTreeMap<String, Binds>,
    /// The sentence's own words.
    quote: String,
    /// The words of those texts that say it in other ones.
    #[serde(default)]
    quotes: BTreeMap<String, String>,
    /// The text that has the quote; needed where the sentence has several anchors.
    says: Option<String>,
    /// Revision or specification to section.
    #[serde(default)]
    anchor: BTreeMap<String, String>,
    /// Texts by way of which the sentence binds: they refer to one that has it.
    #[serde(default)]
    through: BTreeMap<String, String>,
    /// The anchor to which those lead; the one that has the quote when left out.
    to: Option<String>,
    /// Texts that say otherwise: under a law that has one of them the clause is advice.
    #[serde(default)]
    yields: Vec<String>,
    /// The clause in its place where every literal address of a plan is a loopback address: some text excepts those.
    #[schemars(with = "Option<String>")]
    on_loopback: Option<ClauseId>,
    /// What happens to people when a server acts on what an inferred sentence forbids; without, a breach is a note.
    harm: Option<String>,
    /// Why no check covers it.
    excluded: Option<String>,
    /// How it is read, where it can be read otherwise.
    stance: Option<String>,
    /// What to change in a server that breaks it, in one sentence.
    remedy: Option<String>,
    /// The weaknesses (CWE numbers) that a breach of it is.
    #[serde(default)]
    cwe: Vec<u16>,
}

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
        let at = |told: String| Diagnostic::at(path, text, span.clone(), told);
        let toml::de::DeValue::Table(inner) = value.into_inner() else {
            return Err(at(format!("`{id}` is no table of a clause")));
        };
        let inner = toml::Spanned::new(span.clone(), inner);
        if !inner.get_ref().contains_key("level") {
            collect(path, text, &id, inner, into)?;
            continue;
        }
        let raw = ClauseRaw::deserialize(toml::de::Deserializer::from(inner))
            .map_err(|error| Diagnostic::from_toml(path, text, &error))?;
        let id = ClauseId::parse(&id).map_err(|error| at(error.to_string()))?;
        let clause = clause(&id, raw).map_err(|Wrong { told, hint }| match hint {
            None => at(told),
            Some(hint) => at(told).hint(hint),
        })?;
        into.insert(id, clause);
    }
    Ok(())
}

/// What is wrong with an entry, and what would be right.
struct Wrong {
    told: String,
    hint: Option<String>,
}

fn wrong<T>(told: String, hint: impl Into<Option<&'static str>>) -> Result<T, Wrong> {
    Err(Wrong {
        told,
        hint: hint.into().map(str::to_owned),
    })
}

fn clause(id: &ClauseId, raw: ClauseRaw) -> Result<Clause, Wrong> {
    let place = place(id, &raw)?;
    let ClauseRaw {
        level,
        levels,
        binds,
        binds_in,
        quote,
        quotes,
        says: _,
        anchor,
        through,
        to,
        yields,
        on_loopback,
        harm,
        excluded,
        stance,
        remedy,
        cwe,
    } = raw;
    let is_text = |text: &String| anchor.contains_key(text) || through.contains_key(text);
    let mut spoken_of = levels.keys().chain(quotes.keys()).chain(binds_in.keys());
    if let Some(stray) = spoken_of.find(|text| !is_text(text)) {
        return wrong(
            format!("`{id}` speaks of `{stray}` and has no anchor there"),
            None,
        );
    }
    if let Some(to) = to.as_ref().filter(|to| !anchor.contains_key(*to)) {
        return wrong(
            format!("`{id}` leads to `{to}`, which is none of its anchors"),
            None,
        );
    }
    let texts = anchor.keys().chain(through.keys());
    let of_text = |text: &String| {
        let level = levels.get(text).copied().unwrap_or(level);
        (level, binds_in.get(text).copied().unwrap_or(binds))
    };
    let forces: Vec<(Level, Binds)> = texts.map(of_text).chain([(level, binds)]).collect();
    for (level, binds) in &forces {
        let is_ordered = matches!(level, Level::Must | Level::Should);
        if is_ordered && !binds.names_the_server() {
            return wrong(
                format!(
                    "`{id}` binds {}, so it is no MUST or SHOULD of the server",
                    binds.words()
                ),
                "write level = \"inferred\", with the stance by which the server's part follows",
            );
        }
        if *level == Level::Inferred && (binds.names_the_server() || stance.is_none()) {
            return wrong(
                format!("`{id}` is inferred without a reason"),
                "an inferred sentence binds somebody else, and its stance says how the server's part follows",
            );
        }
    }
    if harm.is_some() && !forces.iter().any(|(level, _)| *level == Level::Inferred) {
        return wrong(
            format!("`{id}` names a harm and is not inferred"),
            "the word of the sentence is its level; `harm` is for inferred ones",
        );
    }
    Ok(Clause {
        id: id.clone(),
        level,
        levels,
        binds,
        binds_in,
        quote,
        quotes,
        place,
        anchor,
        through,
        to,
        yields,
        on_loopback,
        harm,
        excluded,
        stance,
        remedy,
        cwe,
        counts: true,
    })
}

/// The text that has the quote: the only one, or the one that is named.
fn place(id: &ClauseId, raw: &ClauseRaw) -> Result<Option<Place>, Wrong> {
    let told = match (&raw.says, raw.anchor.len()) {
        (None, 0) if raw.through.is_empty() => return Ok(None),
        (None, 1) => raw.anchor.iter().next(),
        (Some(says), _) => raw.anchor.get_key_value(says),
        (None, _) => None,
    };
    if let Some((text, section)) = told {
        return Ok(Some(Place::direct(text, section)));
    }
    let Some(says) = &raw.says else {
        return wrong(
            format!("`{id}` has several anchors and does not say which one has its quote"),
            "name it: says = \"RFC 6749\"",
        );
    };
    let near = nearest(says, raw.anchor.keys().map(String::as_str));
    Err(Wrong {
        told: format!("`{id}` has its quote from `{says}`, which is none of its anchors"),
        hint: near.first().map(|best| format!("did you mean `{best}`?")),
    })
}

/// The JSON Schema of one clause entry.
pub fn schema() -> schemars::Schema {
    schemars::schema_for!(ClauseRaw)
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::requirement::law::Law;

    fn read(entry: &str) -> Result<Clause, String> {
        let text = format!("[a]\nquote = \"q\"\n{entry}");
        let sources = Sources([("clauses/w.toml".to_owned(), text)].into());
        let mut read = Clauses::read(&sources).map_err(|told| told.to_string())?;
        Ok(read.0.pop_first().unwrap().1)
    }

    fn cited(clause: &Clause, texts: &[&str]) -> String {
        let law = Law::of_texts(texts.iter().copied());
        let told = clause.under(&law).map(|clause| clause.sentence().origin());
        told.unwrap_or_default()
    }

    #[test]
    fn several_anchors_want_the_one_that_has_the_quote() {
        let anchors =
            "level = \"must\"\nbinds = \"as\"\nanchor = { \"RFC 6749\" = \"4\", \"RFC 9700\" = \"2\" }\n";
        let told = read(anchors).unwrap_err();
        assert!(
            told.contains("`w.a` has several anchors and does not say"),
            "{told}"
        );
        let told = read(&format!("{anchors}says = \"RFC 6479\"")).unwrap_err();
        assert!(told.contains("did you mean `RFC 6749`?"), "{told}");
        let clause = read(&format!("{anchors}says = \"RFC 6749\"")).unwrap();
        assert_eq!(clause.citation(), "RFC 6749 section 4");
    }

    #[test]
    fn the_level_and_the_place_are_those_of_the_law() {
        let clause = read(
            "level = \"must\"\nbinds = \"as\"\nsays = \"RFC 6749\"\nanchor = { \"RFC 6749\" = \"10.12\", \"OAuth 2.1\" = \"7.3.1\" }\n\
             levels = { \"OAuth 2.1\" = \"should\" }\nquotes = { \"OAuth 2.1\" = \"other\" }\nthrough = { \"02\" = \"8\" }",
        )
        .unwrap();
        let server = "of the authorization server";
        assert_eq!(
            cited(&clause, &["OAuth 2.1", "RFC 6749"]),
            format!("MUST {server}, RFC 6749 section 10.12")
        );
        assert_eq!(
            cited(&clause, &["OAuth 2.1"]),
            format!("SHOULD {server}, OAuth 2.1 section 7.3.1")
        );
        assert_eq!(
            cited(&clause, &["OAuth 2.1", "02"]),
            format!("MUST {server}, RFC 6749 section 10.12, by way of CIMD draft -02 section 8")
        );
        let law = Law::of_texts(["OAuth 2.1"]);
        assert_eq!(clause.under(&law).unwrap().quote, "other");
        assert_eq!(clause.under(&Law::of_texts(["03"])), None);
    }

    #[test]
    fn a_sentence_about_somebody_else_is_inferred_with_a_stance() {
        let told = read("level = \"must\"\nbinds = \"client\"").unwrap_err();
        assert!(
            told.contains("`w.a` binds the client, so it is no MUST or SHOULD"),
            "{told}"
        );
        let told = read("level = \"inferred\"\nbinds = \"client\"").unwrap_err();
        assert!(told.contains("`w.a` is inferred without a reason"), "{told}");
        let told = read("level = \"must\"\nbinds = \"as\"\nharm = \"h\"").unwrap_err();
        assert!(told.contains("`w.a` names a harm and is not inferred"), "{told}");
        let clause =
            read("level = \"inferred\"\nbinds = \"document\"\nstance = \"s\"\nanchor = { \"02\" = \"3\" }")
                .unwrap();
        assert_eq!(
            clause.sentence().origin(),
            "inferred from CIMD draft -02 section 3, which binds the client's document"
        );
    }

    #[test]
    fn a_section_without_a_number_is_quoted() {
        let mcp = "level = \"must\"\nbinds = \"as\"\nanchor = { \"MCP 2026-07-28\" = \"Open Redirection\" }";
        assert_eq!(
            read(mcp).unwrap().citation(),
            "MCP 2026-07-28, “Open Redirection”"
        );
        let appendix = mcp
            .replace("MCP 2026-07-28", "RFC 7592")
            .replace("Open Redirection", "2.1, B");
        assert_eq!(read(&appendix).unwrap().citation(), "RFC 7592 section 2.1, B");
    }
}
