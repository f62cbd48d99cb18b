//! Words as a shell takes them: what is printed can be pasted, and does nothing else than it shows.

/// What a shell takes as it is.
const PLAIN: &str = "-_./:@=,+%";

/// A word as a shell takes it, on one line; it has no NUL, which no word of a shell can have.
pub fn quoted(word: &str) -> String {
    let is_plain = |c: char| c.is_ascii_alphanumeric() || PLAIN.contains(c);
    if !word.is_empty() && word.chars().all(is_plain) {
        return word.to_owned();
    }
    match word.chars().all(is_shown) {
        true => format!("'{}'", word.replace('\'', "'\\''")),
        false => format!(
            "$'{}'",
            escaped(word, |c| is_shown(c) && !matches!(c, '\'' | '\\' | '!'))
        ),
    }
}

/// The format of a `printf` that writes this text, whatever bytes it has.
pub fn printf_format(text: &str) -> String {
    let is_kept = |c: char| c.is_ascii_alphanumeric() || (PLAIN.contains(c) && c != '%') || c == ' ';
    format!("'{}'", escaped(text, is_kept))
}

/// The text with the bytes of all other characters in octal, as both `$'…'` and `printf` read them.
fn escaped(text: &str, is_kept: impl Fn(char) -> bool) -> String {
    let mut out = String::with_capacity(text.len());
    for c in text.chars() {
        match is_kept(c) {
            true => out.push(c),
            false => {
                let mut bytes = [0; 4];
                for byte in c.encode_utf8(&mut bytes).bytes() {
                    out.push_str(&format!("\\{byte:03o}"));
                }
            }
        }
    }
    out
}

/// Whether a character shows as what it is: neither a control character nor one that hides or turns the direction of writing.
pub fn is_shown(c: char) -> bool {
    !c.is_control()
        && !matches!(c, '\u{200b}'..='\u{200f}' | '\u{2028}'..='\u{202e}' | '\u{2066}'..='\u{2069}' | '\u{feff}')
}

/// The text without line ends and other characters that do not show as what they are: those as escapes.
pub fn on_one_line(text: &str) -> String {
    let mut line = String::with_capacity(text.len());
    for c in text.chars() {
        match is_shown(c) {
            true => line.push(c),
            false => line.extend(c.escape_default()),
        }
    }
    line
}

#[cfg(test)]
mod tests {
    use std::process::Command;

    use super::*;

    const HOSTILE: [&str; 16] = [
        "",
        "plain",
        "two words",
        "it's",
        "$(touch x) `touch y` ${HOME} ~ * ? [a]",
        "a;b|c&d>e<f#g",
        "back\\slash \\n \\047",
        "new\nline\r\ttab",
        "it's\n\\ and! \u{1b}[2Jclear",
        "!! history!",
        "'''",
        "\"double\"",
        "é ü 漢字 \u{1f600}",
        "turned\u{202e}txt\u{2066}",
        "-n",
        "100% %s %n",
    ];

    /// What bash makes of a piece of a command line.
    fn bash(command: &str) -> Vec<u8> {
        let output = Command::new("bash")
            .args(["--norc", "-c", command])
            .output()
            .unwrap();
        assert!(output.status.success(), "{command}: {output:?}");
        output.stdout
    }

    #[test]
    fn words_are_quoted_only_as_far_as_they_need_it() {
        for (word, expected) in [
            ("", "''"),
            ("https://as.test/a%20b", "https://as.test/a%20b"),
            ("a?b=c&d", "'a?b=c&d'"),
            ("it's", "'it'\\''s'"),
            ("a\nb", "$'a\\012b'"),
            ("it's\n\\!", "$'it\\047s\\012\\134\\041'"),
            ("\u{202e}", "$'\\342\\200\\256'"),
        ] {
            assert_eq!(quoted(word), expected);
        }
        assert_eq!(printf_format("a\0b%'\\"), "'a\\000b\\045\\047\\134'");
    }

    #[test]
    fn a_shell_reads_the_word_that_was_meant_and_nothing_else() {
        for word in HOSTILE {
            let written = quoted(word);
            assert!(written.chars().all(is_shown), "{written:?}");
            assert_eq!(
                bash(&format!("printf %s {written}")),
                word.as_bytes(),
                "{written}"
            );
            let format = printf_format(&format!("{word}\0{word}"));
            assert!(format.is_ascii(), "{format}");
            let both = [word.as_bytes(), b"\0", word.as_bytes()].concat();
            assert_eq!(bash(&format!("printf -- {format}")), both, "{format}");
        }
    }
}
