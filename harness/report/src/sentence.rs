//! A sentence in lines: its own words, whose they are and whom they bind, how it is read, and what harm its breach does.

use cimdspec_model::name::ClauseId;
use cimdspec_model::requirement::clause::Level;
use cimdspec_model::requirement::clause::Sentence;

/// The width of the words beside a label.
const WIDTH: usize = 100;

/// The lines of a sentence, each label once.
pub fn told(sentence: &Sentence, clause: &ClauseId) -> Vec<String> {
    let quoted = match sentence.level {
        Level::Advice => sentence.quote.clone(),
        _ => format!("“{}”", sentence.quote),
    };
    let mut lines = labelled("sentence", &quoted);
    lines.extend(labelled("", &format!("{} ({clause})", sentence.origin())));
    for (label, words) in [("stance", &sentence.stance), ("harm", &sentence.harm)] {
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
