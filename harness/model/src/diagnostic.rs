//! Bad input told well: the file, the line, the token, and what would be right.

use std::collections::BTreeMap;
use std::fmt;
use std::ops::Range;

/// The files below `scenarios/`, by their path there.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct Sources(pub BTreeMap<String, String>);

impl Sources {
    /// The text of a file.
    pub fn text(&self, path: &str) -> Option<&str> {
        self.0.get(path).map(String::as_str)
    }

    /// All files whose path begins so, in order.
    pub fn below<'a>(&'a self, prefix: &'a str) -> impl Iterator<Item = (&'a str, &'a str)> {
        self.0
            .iter()
            .filter(move |(path, _)| path.starts_with(prefix))
            .map(|(path, text)| (path.as_str(), text.as_str()))
    }
}

/// One message about one place in a file that an author wrote.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Diagnostic {
    /// The file.
    pub path: String,
    /// The line, from 1.
    pub line: usize,
    /// The column, from 1.
    pub column: usize,
    /// The line's text.
    pub excerpt: String,
    /// How many characters of it are meant.
    pub width: usize,
    /// What is wrong.
    pub message: String,
    /// What would be right.
    pub hint: Option<String>,
}

impl Diagnostic {
    /// A message about the bytes `span` of `text`.
    pub fn at(path: &str, text: &str, span: Range<usize>, message: impl Into<String>) -> Self {
        let start = floor_boundary(text, span.start);
        let before = &text[..start];
        let line_start = before.rfind('\n').map_or(0, |at| at + 1);
        let excerpt = text[line_start..].lines().next().unwrap_or_default().to_owned();
        let meant = &text[start..floor_boundary(text, span.end.max(start))];
        Self {
            path: path.to_owned(),
            line: before.matches('\n').count() + 1,
            column: text[line_start..start].chars().count() + 1,
            width: meant.lines().next().unwrap_or_default().chars().count().max(1),
            excerpt,
            message: message.into(),
            hint: None,
        }
    }

    /// A message of the TOML reader. A line `hint: …` in it is its hint; an unknown word gets the nearest known one.
    pub fn from_toml(path: &str, text: &str, error: &toml::de::Error) -> Self {
        let whole = error.span().unwrap_or(0..0);
        let (message, hint, span) = match error.message().split_once("\nhint: ") {
            Some((message, hint)) => {
                let span = word_in(text, whole, message);
                (message.to_owned(), Some(hint.to_owned()), span)
            }
            None => (error.message().to_owned(), suggestion_in(error.message()), whole),
        };
        Self {
            hint,
            ..Self::at(path, text, span, message)
        }
    }

    /// The same message with a hint.
    pub fn hint(self, hint: impl Into<String>) -> Self {
        Self {
            hint: Some(hint.into()),
            ..self
        }
    }
}

impl fmt::Display for Diagnostic {
    fn fmt(&self, out: &mut fmt::Formatter<'_>) -> fmt::Result {
        let Self {
            path,
            line,
            column,
            excerpt,
            message,
            width,
            ..
        } = self;
        let gutter = " ".repeat(line.to_string().len());
        writeln!(out, "{path}:{line}:{column}: {message}")?;
        writeln!(out, "{gutter} |")?;
        writeln!(out, "{line} | {excerpt}")?;
        write!(
            out,
            "{gutter} | {}{}",
            " ".repeat(column.saturating_sub(1)),
            "^".repeat(*width)
        )?;
        match &self.hint {
            Some(hint) => write!(out, "\nhint: {hint}"),
            None => Ok(()),
        }
    }
}

impl std::error::Error for Diagnostic {}

/// The known names nearest to a wrong one, best first, at most three.
pub fn nearest<'a>(wrong: &str, known: impl IntoIterator<Item = &'a str>) -> Vec<&'a str> {
    let mut scored: Vec<(usize, &str)> = known
        .into_iter()
        .map(|name| (strsim::damerau_levenshtein(wrong, name), name))
        .filter(|(distance, name)| *distance <= 2.max(wrong.len().max(name.len()) / 3))
        .collect();
    scored.sort_unstable();
    scored.into_iter().take(3).map(|(_, name)| name).collect()
}

/// The place of the word that a message names: of an error in a list, the TOML reader knows the place of the list only.
fn word_in(text: &str, whole: Range<usize>, message: &str) -> Range<usize> {
    let quoted = message.split('`').nth(1).map(|word| format!("\"{word}\""));
    let found = quoted.and_then(|quoted| Some((text.get(whole.clone())?.find(&quoted)?, quoted.len())));
    match found {
        Some((at, length)) => whole.start + at..whole.start + at + length,
        None => whole,
    }
}

fn suggestion_in(message: &str) -> Option<String> {
    if !message.starts_with("unknown") {
        return None;
    }
    let mut quoted = message.split('`').skip(1).step_by(2);
    let wrong = quoted.next()?;
    let known: Vec<&str> = quoted.collect();
    let near = nearest(wrong, known.iter().copied());
    near.first().map(|best| format!("did you mean `{best}`?"))
}

fn floor_boundary(text: &str, at: usize) -> usize {
    let mut at = at.min(text.len());
    while !text.is_char_boundary(at) {
        at -= 1;
    }
    at
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_place_is_shown() {
        let text = "title = \"x\"\nbasse = \"y\"\n";
        let told =
            Diagnostic::at("a.toml", text, 12..17, "unknown field `basse`").hint("did you mean `base`?");
        assert_eq!(
            told.to_string(),
            "a.toml:2:1: unknown field `basse`\n  |\n2 | basse = \"y\"\n  | ^^^^^\nhint: did you mean `base`?"
        );
    }

    #[test]
    fn near_names_come_first() {
        assert_eq!(
            nearest("authorise", ["token", "authorize", "wait"]),
            ["authorize"]
        );
    }
}
