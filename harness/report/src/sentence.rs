//! Sentences in lines: their own words, whose they are and whom they bind, how they are read, and what harm a breach does.

use cimdspec_model::name::ClauseId;
use cimdspec_model::requirement::clause::Sentence;
use cimdspec_model::requirement::level::Level;

/// The width of the words beside a label.
const WIDTH: usize = 100;

/// The lines of the sentences of one check, the deciding one first.
pub fn sentence_lines<'a>(cited: impl IntoIterator<Item = (&'a Sentence, &'a ClauseId)>) -> Vec<String> {
    let labels = std::iter::once("sentence").chain(std::iter::repeat("also"));
    labels
        .zip(cited)
        .flat_map(|(label, (sentence, clause))| lines(label, sentence, clause))
        .collect()
}

/// The lines of a sentence.
fn lines(label: &str, sentence: &Sentence, clause: &ClauseId) -> Vec<String> {
    let quoted = match sentence.level {
        Level::Advice => sentence.quote.clone(),
        _ => format!("“{}”", sentence.quote),
    };
    let mut lines = labelled(label, &quoted);
    lines.extend(labelled("", &format!("{} ({clause})", sentence.origin())));
    for (label, words) in [
        ("stance", &sentence.stance),
        ("harm", &sentence.harm),
        ("remedy", &sentence.remedy),
    ] {
        lines.extend(words.iter().flat_map(|words| labelled(label, words)));
    }
    lines
}

/// The words beside a label, wrapped.
pub(crate) fn labelled(label: &str, words: &str) -> Vec<String> {
    let mut lines: Vec<String> = Vec::new();
    for word in words.split_whitespace() {
        match lines.last_mut() {
            Some(line) if line.chars().count() + 1 + word.chars().count() <= WIDTH => {
                line.push(' ');
                line.push_str(word);
            }
            _ => lines.push(word.to_owned()),
        }
    }
    let labels = std::iter::once(label).chain(std::iter::repeat(""));
    labels
        .zip(lines)
        .map(|(label, line)| format!("{label:10} {line}"))
        .collect()
}
