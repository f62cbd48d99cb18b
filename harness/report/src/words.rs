//! Words and lines: counts in words, and text of the target made harmless for a terminal.

use cimdspec_model::shell::is_shown;
use cimdspec_model::verdict::Tally;

use crate::screen::Amount;

/// How many variants of one check, or ids with one reason, are named before the rest is counted.
const NAMED: usize = 3;
const LONGEST_LINE: usize = 200;
/// Where evidence is shown in full.
const LONGEST_OF_ALL: usize = 4000;

/// One line without control characters, cut where it is too long: a target must not write on our terminal.
pub(crate) fn one_line(text: &str) -> String {
    cut_line(text, LONGEST_LINE)
}

/// The same with all that matters of a long line.
pub(crate) fn whole_line(text: &str) -> String {
    cut_line(text, LONGEST_OF_ALL)
}

/// One line of at most so many characters.
pub(crate) fn cut_line(text: &str, most: usize) -> String {
    let mut line = String::new();
    for (count, character) in text.chars().enumerate() {
        if count == most {
            line.push('…');
            break;
        }
        if is_shown(character) {
            line.push(character);
        } else {
            line.extend(character.escape_default());
        }
    }
    line
}

/// `1 check`, `2 checks`.
pub fn plural(count: usize, word: &str) -> String {
    if count == 1 {
        format!("1 {word}")
    } else {
        format!("{count} {word}s")
    }
}

/// The first few, and how many are left; all of them where everything is wanted.
pub(crate) fn named(texts: impl ExactSizeIterator<Item = String>, amount: Amount) -> String {
    let most = match amount {
        Amount::Quiet | Amount::Usual => NAMED,
        Amount::Verbose => usize::MAX,
    };
    let rest = texts.len().saturating_sub(most);
    let mut told = texts.take(most).collect::<Vec<_>>().join("; ");
    if rest > 0 {
        told.push_str(&format!("; and {rest} more"));
    }
    told
}

/// What is neither a pass nor a violation, in words.
pub(crate) fn others(tally: &Tally) -> String {
    let counted = [
        (tally.warning, plural(tally.warning, "warning")),
        (tally.note, plural(tally.note, "note")),
        (tally.inconclusive, format!("{} inconclusive", tally.inconclusive)),
        (
            tally.not_applicable,
            format!("{} not applicable", tally.not_applicable),
        ),
        (tally.not_run, format!("{} not run", tally.not_run)),
        (tally.error, plural(tally.error, "error")),
        (tally.recorded, plural(tally.recorded, "trait")),
    ];
    let told: Vec<String> = counted
        .into_iter()
        .filter(|(count, _)| *count > 0)
        .map(|(_, words)| words)
        .collect();
    told.join(", ")
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_a_target_sends_cannot_steer_the_terminal() {
        assert_eq!(one_line("a\u{1b}[2Jb\nc\u{202e}d"), "a\\u{1b}[2Jb\\nc\\u{202e}d");
    }

    #[test]
    fn a_long_line_is_cut() {
        assert_eq!(one_line(&"é".repeat(1000)).chars().count(), LONGEST_LINE + 1);
        assert_eq!(whole_line(&"é".repeat(1000)).chars().count(), 1000);
        assert_eq!(whole_line(&"é".repeat(9000)).chars().count(), LONGEST_OF_ALL + 1);
    }
}
