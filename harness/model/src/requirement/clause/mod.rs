//! Clauses: the sentences that bind a server. The only place where a level is written down.

mod link;
mod place;
mod read;
mod sentence;

use std::collections::BTreeMap;

use schemars::JsonSchema;
use serde::Deserialize;
use serde::Serialize;

pub use place::Place;
pub use read::schema;
pub use sentence::Sentence;

use crate::name::ClauseId;
use crate::requirement::law::Law;
use crate::requirement::level::Level;
use crate::verdict::Verdict;

/// Whom a clause binds.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
#[serde(rename_all = "kebab-case")]
pub enum Binds {
    /// The authorization server.
    As,
    /// Client and authorization server alike.
    Both,
    /// The client.
    Client,
    /// The client's metadata document.
    Document,
    /// Implementations, in a text that does not say which.
    Implementations,
}

impl Binds {
    /// Whom, in words.
    pub fn words(self) -> &'static str {
        match self {
            Self::As => "the authorization server",
            Self::Both => "client and server",
            Self::Client => "the client",
            Self::Document => "the client's document",
            Self::Implementations => "implementations",
        }
    }

    /// Whether the server is among those whom the sentence names.
    pub fn names_the_server(self) -> bool {
        matches!(self, Self::As | Self::Both)
    }
}

/// One normative sentence.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Clause {
    /// Its id, words joined by dots.
    pub id: ClauseId,
    /// Its level, where the text that is cited has no level of its own in `levels`.
    pub level: Level,
    /// The level of those texts that say it with another force.
    pub levels: BTreeMap<String, Level>,
    /// Whom it binds.
    pub binds: Binds,
    /// Whom it binds in those texts that say it of somebody else.
    pub binds_in: BTreeMap<String, Binds>,
    /// The sentence's own words, or a paraphrase.
    pub quote: String,
    /// The words of those texts that say it in other ones.
    pub quotes: BTreeMap<String, String>,
    /// Where it stands; nothing where the clause is ours.
    pub place: Option<Place>,
    /// Revision or specification to section, for each text that has the sentence.
    pub anchor: BTreeMap<String, String>,
    /// Revision or specification to section, for each text by way of which the sentence binds.
    pub through: BTreeMap<String, String>,
    /// The anchor to which those lead, where that is not the one that has the quote.
    pub to: Option<String>,
    /// Texts that say otherwise: under a law that has one of them the clause is advice.
    pub yields: Vec<String>,
    /// The clause in its place where every literal address of a plan is a loopback address: some text excepts those.
    pub on_loopback: Option<ClauseId>,
    /// What happens to people when a server acts on what the sentence forbids the client.
    pub harm: Option<String>,
    /// Why no check covers it.
    pub excluded: Option<String>,
    /// The stance, where the text is ambiguous, in the indicative, or about somebody else, or the clause is ours.
    pub stance: Option<String>,
    /// What to change in a server that breaks it.
    pub remedy: Option<String>,
    /// The weaknesses (CWE numbers) that a breach of it is.
    pub cwe: Vec<u16>,
    /// Whether it counts under the law that it was read under.
    pub counts: bool,
}

/// All clauses, by id.
#[derive(Debug, Clone, PartialEq, Eq, Default)]
pub struct Clauses(pub BTreeMap<ClauseId, Clause>);

impl Clause {
    /// The level in a revision or specification; nothing where that does not have the sentence.
    pub fn level_in(&self, text: &str) -> Option<Level> {
        let level = self.levels.get(text).copied().unwrap_or(self.level);
        (self.anchor.contains_key(text) || self.through.contains_key(text)).then_some(level)
    }

    /// The first word of its id.
    pub fn family(&self) -> &str {
        self.id.as_str().split('.').next().unwrap_or_default()
    }

    /// The clause as a law has it: its level there, and the text of that law that has it so; nothing where the law does not
    /// have it.
    pub fn under(&self, law: &Law) -> Option<Self> {
        let texts = self.anchor.keys().chain(self.through.keys());
        let mut told: Vec<(Level, Place)> = texts
            .filter(|text| law.texts.contains(*text))
            .filter_map(|text| Some((self.level_in(text)?, self.place_in(text)?)))
            .collect();
        let own = self.place.as_ref();
        let is_own = |place: &Place| own == Some(place);
        told.sort_by_key(|(level, place)| (*level, !is_own(place), place.rank()));
        let by_text = told.into_iter().next();
        let by_family = law.families.contains(self.family());
        let (level, place) = match by_text {
            Some((level, place)) if !by_family || level <= self.level => (level, Some(place)),
            _ if by_family => (self.level, self.place.clone()),
            _ => return None,
        };
        let level = match self.yields.iter().any(|text| law.texts.contains(text)) {
            true => level.max(Level::Advice),
            false => level,
        };
        let speaking = place.as_ref().map(Place::speaking);
        let words = speaking.and_then(|text| self.quotes.get(text));
        let binds = speaking.and_then(|text| self.binds_in.get(text));
        Some(Self {
            level,
            binds: *binds.unwrap_or(&self.binds),
            quote: words.unwrap_or(&self.quote).clone(),
            place,
            counts: true,
            ..self.clone()
        })
    }

    /// Where it stands in a text, or by way of it.
    fn place_in(&self, text: &str) -> Option<Place> {
        if let Some(section) = self.anchor.get(text) {
            return Some(Place::direct(text, section));
        }
        let led = match &self.to {
            Some(to) => Place::direct(to, self.anchor.get(to)?),
            None => self.place.clone()?,
        };
        let section = self.through.get(text)?;
        Some(Place {
            through: Some((text.to_owned(), section.clone())),
            ..led
        })
    }

    /// Where it stands, in words.
    pub fn citation(&self) -> String {
        match &self.place {
            None => "cimdspec".to_owned(),
            Some(place) => place.to_string(),
        }
    }

    /// What a breach of it is.
    pub fn breach(&self) -> Verdict {
        match self.counts {
            true => Verdict::of(self.level, self.harm.is_some()),
            false => Verdict::Note,
        }
    }

    /// What a finding prints of it.
    pub fn sentence(&self) -> Sentence {
        Sentence {
            quote: self.quote.clone(),
            level: self.level,
            binds: self.binds,
            citation: self.citation(),
            stance: self.stance.clone(),
            harm: self.harm.clone().filter(|_| self.level == Level::Inferred),
            counts: self.counts,
            is_ours: self.place.is_none(),
            link: self.place.as_ref().and_then(Place::link),
            remedy: self.remedy.clone(),
            cwe: self.cwe.clone(),
        }
    }
}

impl Clauses {
    /// The clause of this id.
    pub fn named(&self, id: &ClauseId) -> Option<&Clause> {
        self.0.get(id)
    }

    /// The clauses of these ids, the deciding one first: one that counts before one that does not, then the one whose
    /// breach is worse, then the stronger one.
    pub fn by_strength(&self, ids: &[ClauseId]) -> Vec<&Clause> {
        let mut named: Vec<&Clause> = ids.iter().filter_map(|id| self.named(id)).collect();
        named.sort_by_key(|clause| (!clause.counts, clause.breach(), clause.level));
        named
    }

    /// The clause of these ids that decides; nothing if none of them is here.
    pub fn deciding(&self, ids: &[ClauseId]) -> Option<&Clause> {
        self.by_strength(ids).into_iter().next()
    }

    /// The clauses that a law has, as it has them; of the others nothing is left.
    pub fn of(&self, law: &Law) -> Self {
        let had = self.0.iter();
        Self(
            had.filter_map(|(id, clause)| Some((id.clone(), clause.under(law)?)))
                .collect(),
        )
    }

    /// All clauses as a law has them; those that it does not have are there and do not count.
    pub fn judged_by(&self, law: &Law) -> Self {
        let of_law = |clause: &Clause| {
            clause.under(law).unwrap_or_else(|| Clause {
                counts: clause.place.is_none(),
                ..clause.clone()
            })
        };
        let all = self.0.iter();
        Self(all.map(|(id, clause)| (id.clone(), of_law(clause))).collect())
    }
}
