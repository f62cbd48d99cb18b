//! The families of clauses: the first words of their ids, each with what it is about.

use std::collections::BTreeMap;
use std::collections::BTreeSet;

use cimdspec_model::name::ClauseId;
use cimdspec_model::requirement::clause::Sentence;
use cimdspec_model::requirement::level::Level;

use super::cell::Cell;
use super::cell::State;
use super::entry::Entry;
use super::entry::Server;

/// The families in the order of the page; others come after them.
const TITLES: [(&str, &str); 20] = [
    ("cimd", "Client ID Metadata Documents"),
    ("registration", "Clients, by documents and by registrations"),
    ("rfc7591", "RFC 7591: dynamic client registration"),
    ("rfc7592", "RFC 7592: management of registrations"),
    ("oauth", "OAuth 2.0, 2.1 and RFC 9700"),
    ("rfc7636", "RFC 7636: PKCE"),
    ("rfc8252", "RFC 8252: native apps"),
    ("rfc8414", "RFC 8414: metadata"),
    ("rfc8707", "RFC 8707: resource indicators"),
    ("rfc9126", "RFC 9126: pushed authorization requests"),
    ("rfc9207", "RFC 9207: issuer identification"),
    ("rfc7009", "RFC 7009: revocation"),
    ("rfc7662", "RFC 7662: introspection"),
    ("openid", "OpenID Connect"),
    ("mcp", "Model Context Protocol"),
    ("http", "HTTP"),
    ("interop", "Interoperability"),
    ("service", "The service as a whole"),
    ("vendor-shapes", "Documents of real clients"),
    ("advice", "Advice of cimdspec"),
];

/// A family with its clauses.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(super) struct Family<'a> {
    pub(super) word: &'a str,
    pub(super) title: &'a str,
    /// The clauses, the stronger before the weaker.
    pub(super) clauses: Vec<&'a ClauseId>,
}

impl<'a> Family<'a> {
    /// The families of all clauses that the newest reports name.
    pub(super) fn all(servers: &[Server<'a>]) -> Vec<Self> {
        let named: BTreeSet<&ClauseId> = servers
            .iter()
            .flat_map(|server| server.now.clauses.keys())
            .collect();
        let mut by_word: BTreeMap<(usize, &str), Vec<&ClauseId>> = BTreeMap::new();
        for clause in named {
            let word = word_of(clause);
            let place = TITLES.iter().position(|(known, _)| *known == word);
            let place = place.unwrap_or(TITLES.len());
            by_word.entry((place, word)).or_default().push(clause);
        }
        let families = by_word.into_iter().map(|((place, word), mut clauses)| {
            clauses.sort_by_key(|clause| sentence(servers, clause).map_or(Level::Advice, |it| it.level));
            Self {
                word,
                title: TITLES.get(place).map_or(word, |(_, title)| title),
                clauses,
            }
        });
        families.collect()
    }

    /// Where the family is on the page.
    pub(super) fn anchor(&self) -> String {
        format!("family-{}", self.word)
    }

    /// What a report says of its clauses.
    pub(super) fn cells<'c>(&self, entry: &'c Entry) -> Vec<&'c Cell> {
        let clauses = self.clauses.iter();
        clauses.filter_map(|clause| entry.clauses.get(*clause)).collect()
    }

    /// Whether a server breaks something of it or stands differently than before, so that its clauses stand open.
    pub(super) fn is_news(&self, servers: &[Server<'a>]) -> bool {
        let mut servers = servers.iter();
        servers.any(|server| {
            let mut clauses = self.clauses.iter();
            clauses.any(|clause| {
                let is_broken = |cell: &Cell| matches!(cell.state, State::Broken(_));
                server.now.clauses.get(*clause).is_some_and(is_broken) || was(server, clause).is_some()
            })
        })
    }
}

/// How a clause stood in the report before the newest one, where it stood differently.
pub(super) fn was(server: &Server<'_>, clause: &ClauseId) -> Option<State> {
    let before = server.before()?.clauses.get(clause)?.state;
    let now = server.now.clauses.get(clause)?.state;
    (before != now).then_some(before)
}

/// The sentence of a clause, by the newest report that has it.
pub(super) fn sentence<'a>(servers: &[Server<'a>], clause: &ClauseId) -> Option<&'a Sentence> {
    let with = servers
        .iter()
        .filter_map(|server| Some((server.now.began, server.now.sentences.get(clause)?)));
    with.max_by_key(|(began, _)| *began).map(|(_, sentence)| sentence)
}

fn word_of(clause: &ClauseId) -> &str {
    let id = clause.as_str();
    id.split('.').next().unwrap_or(id)
}
