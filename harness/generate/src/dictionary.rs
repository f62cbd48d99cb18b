//! What values are taken from: the tables of the catalogue, and what the target itself said.

use std::collections::BTreeSet;
use std::net::IpAddr;

use cimdspec_model::diagnostic::Sources;
use toml::Value;

const SPECIAL: &str = "tables/special-use-addresses.toml";
const EMBEDDED: &str = "tables/embedded-addresses.toml";
/// The columns of a block whose addresses are inside it.
const COLUMNS: [&str; 3] = ["middle", "first", "last"];
/// No more words are learned: a target may say any number of them.
const MOST_LEARNED: usize = 256;

/// An address that no request may lead to.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) struct Inside {
    pub(crate) address: IpAddr,
    /// The clause by which it is none.
    pub(crate) clause: &'static str,
}

/// What values are taken from.
#[derive(Debug, Clone, Default)]
pub struct Dictionary {
    pub(crate) inside: Vec<Inside>,
    /// Texts that the target said: scopes, methods, grants, error codes.
    pub(crate) learned: Vec<String>,
}

impl Dictionary {
    /// The tables of a catalogue.
    pub fn of(sources: &Sources) -> Self {
        let mut inside = Vec::new();
        for row in rows(sources, SPECIAL) {
            let clause = match text(&row, "class") {
                Some("rfc6890") => "cimd.ssrf.special-use",
                Some("later") => "advice.ssrf.later-registries",
                Some("global") => "advice.ssrf.globally-reachable",
                _ => "advice.ssrf.unlisted",
            };
            let addresses = COLUMNS
                .iter()
                .filter_map(|column| text(&row, column)?.parse().ok());
            inside.extend(addresses.map(|address| Inside { address, clause }));
        }
        for row in rows(sources, EMBEDDED) {
            let clause = match text(&row, "level") {
                Some("must") => "cimd.ssrf.special-use",
                _ => "advice.ssrf.embedded-addresses",
            };
            let address = text(&row, "address").and_then(|address| address.parse().ok());
            inside.extend(address.map(|address| Inside { address, clause }));
        }
        Self {
            inside,
            learned: Vec::new(),
        }
    }

    /// Adds texts that the target said: values of its metadata, error codes. Texts that are long, or no words, are left out.
    pub fn learn(&mut self, said: impl IntoIterator<Item = String>) {
        let known: BTreeSet<String> = self.learned.iter().cloned().collect();
        let is_word = |text: &String| {
            (1..=64).contains(&text.len())
                && text
                    .chars()
                    .all(|c| c.is_ascii_alphanumeric() || "_-.:/".contains(c))
        };
        let mut news: Vec<String> = said.into_iter().filter(is_word).collect();
        news.retain(|text| !known.contains(text));
        news.sort();
        news.dedup();
        self.learned.extend(news);
        self.learned.truncate(MOST_LEARNED);
    }
}

fn rows(sources: &Sources, path: &str) -> Vec<Value> {
    let table: Option<toml::Table> = sources.text(path).and_then(|text| toml::from_str(text).ok());
    match table.and_then(|mut table| table.remove("row")) {
        Some(Value::Array(rows)) => rows,
        _ => Vec::new(),
    }
}

fn text<'r>(row: &'r Value, column: &str) -> Option<&'r str> {
    row.get(column)?.as_str()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn words_that_the_target_said_are_learned_once() {
        let mut dictionary = Dictionary::default();
        let said = ["openid", "two words", "openid", "", "invalid_client"];
        dictionary.learn(said.map(str::to_owned));
        dictionary.learn(["openid".to_owned(), "x".repeat(65)]);
        assert_eq!(dictionary.learned, ["invalid_client", "openid"]);
    }
}
