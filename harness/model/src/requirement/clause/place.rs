//! Where a sentence stands: the text that has its words, and the one by way of which it binds.

use std::fmt;

/// How the names of CIMD revisions in citations begin.
const CIMD: &str = "CIMD draft -";
/// The revision of CIMD that is known from its editors' copy only.
const PROVISIONAL: &str = "03";

/// A place of a sentence.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Place {
    /// The text that has the sentence: a revision of CIMD by its number, or a specification.
    pub text: String,
    /// The section.
    pub section: String,
    /// The text, and its section, by way of which the sentence binds, where that is another.
    pub through: Option<(String, String)>,
}

impl Place {
    /// A place in the text itself.
    pub(super) fn direct(text: &str, section: &str) -> Self {
        Self {
            text: text.to_owned(),
            section: section.to_owned(),
            through: None,
        }
    }

    /// The text whose own words are quoted.
    pub(super) fn speaking(&self) -> &str {
        &self.text
    }

    /// The order in which places of equal force are cited: own words first, then settled revisions, the newest first.
    pub(super) fn rank(&self) -> (bool, bool, std::cmp::Reverse<String>) {
        let newest = std::cmp::Reverse(self.text.clone());
        (self.through.is_some(), self.text == PROVISIONAL, newest)
    }
}

impl fmt::Display for Place {
    fn fmt(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        formatter.write_str(&cited(&self.text, &self.section))?;
        match &self.through {
            None => Ok(()),
            Some((text, section)) => write!(formatter, ", by way of {}", cited(text, section)),
        }
    }
}

/// The name of a text: `CIMD draft -02`, `RFC 6749`.
pub(crate) fn name_of(text: &str) -> String {
    match text.starts_with(|c: char| c.is_ascii_digit()) {
        true => format!("{CIMD}{text}"),
        false => text.to_owned(),
    }
}

fn cited(text: &str, section: &str) -> String {
    let name = name_of(text);
    match () {
        () if text.starts_with("https://") => format!("{text}, seen {section}"),
        () if is_numbered(section) => format!("{name} section {section}"),
        () => format!("{name}, “{section}”"),
    }
}

/// Whether a section has a number, as `4.1.2`, `7.3, 7.3.1` or `A.1` have.
fn is_numbered(section: &str) -> bool {
    let mut words = section.split(", ");
    words.all(|word| {
        let numbered = |c: char| c.is_ascii_digit() || c == '.';
        word.trim_start_matches(|c: char| c.is_ascii_uppercase())
            .chars()
            .all(numbered)
            && word.chars().take_while(char::is_ascii_uppercase).count() <= 1
    })
}
