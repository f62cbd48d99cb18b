//! Words and lines: counts in words, and text of the target made harmless for a terminal.

use cimdspec_model::verdict::Tally;

const LONGEST_LINE: usize = 200;

/// One line without control characters, cut where it is too long: a target must not write on our terminal.
pub(crate) fn one_line(text: &str) -> String {
    let mut line = String::new();
    for (count, character) in text.chars().enumerate() {
        if count == LONGEST_LINE {
            line.push('…');
            break;
        }
        if is_harmless(character) {
            line.push(character);
        } else {
            line.extend(character.escape_default());
        }
    }
    line
}

/// Neither a control character nor one that turns the direction of writing.
fn is_harmless(character: char) -> bool {
    !character.is_control()
        && !matches!(character, '\u{200b}'..='\u{200f}' | '\u{2028}'..='\u{202e}' | '\u{2066}'..='\u{2069}' | '\u{feff}')
}

/// `1 check`, `2 checks`.
pub fn plural(count: usize, word: &str) -> String {
    if count == 1 {
        format!("1 {word}")
    } else {
        format!("{count} {word}s")
    }
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
    }
}
