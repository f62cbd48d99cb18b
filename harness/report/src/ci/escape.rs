//! Text of a report in Markdown: it shows as what it is, and is neither markup, nor a link, nor the end of a cell.

use std::fmt::Write;

use crate::words::one_line;
use crate::words::whole_line;

/// The characters that Markdown, its tables or HTML give a meaning inside a line.
const MEANT: &str = "&<>|`*[]~@$\\";
/// Those that they give one at the beginning of a line.
const MEANT_AT_FIRST: &str = "#-+=0123456789";

/// One line of text, inside a line.
pub(crate) fn plain(text: &str) -> String {
    escaped(&whole_line(text))
}

/// One line of text as a quotation.
pub(crate) fn quotation(text: &str) -> String {
    let line = whole_line(text);
    let first = line
        .chars()
        .next()
        .filter(|first| MEANT_AT_FIRST.contains(*first));
    match first {
        Some(first) => format!("> {}{}", reference(first), escaped(&line[first.len_utf8()..])),
        None => format!("> {}", escaped(&line)),
    }
}

/// One line of text as code, also inside a cell of a table; long text is cut.
pub(crate) fn code(text: &str) -> String {
    format!("<code>{}</code>", escaped(&one_line(text)))
}

fn escaped(line: &str) -> String {
    let mut out = String::with_capacity(line.len());
    let mut before = ' ';
    let mut rest = line.chars();
    while let Some(character) = rest.next() {
        let after = rest.clone().next().unwrap_or(' ');
        let is_meant = match character {
            // Between letters it is one of them.
            '_' => !(before.is_alphanumeric() && after.is_alphanumeric()),
            // An address is a link without any markup.
            ':' => after == '/',
            _ => MEANT.contains(character),
        };
        match is_meant {
            true => out.push_str(&reference(character)),
            false => out.push(character),
        }
        before = character;
    }
    let mut linkless = String::with_capacity(out.len());
    for character in out.chars() {
        let ends_www = linkless.len() >= 3
            && linkless
                .get(linkless.len() - 3..)
                .is_some_and(|end| end.eq_ignore_ascii_case("www"));
        match character == '.' && ends_www {
            true => linkless.push_str(&reference('.')),
            false => linkless.push(character),
        }
    }
    linkless
}

/// A reference to a character is never markup: CommonMark reads it as the character alone.
fn reference(character: char) -> String {
    let mut out = String::new();
    let _ = write!(out, "&#{};", u32::from(character));
    out
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn no_character_with_a_meaning_is_left() {
        let cell = code("a|b`c`\n<b onclick=x>&[l](u)*_~@$\\https://x WwW.x");
        let inner = cell
            .strip_prefix("<code>")
            .unwrap()
            .strip_suffix("</code>")
            .unwrap();
        for character in "|`\n<>[]*_~@$\\".chars() {
            assert!(!inner.contains(character), "{character:?} in {inner}");
        }
        assert!(!inner.contains("://") && !inner.contains("WwW."), "{inner}");
    }

    #[test]
    fn ordinary_text_stays_readable() {
        for text in [
            "private_key_jwt",
            "cimd/ssrf/plain#refused",
            "10.0.0.7: refused (403)",
            "-",
        ] {
            assert_eq!(plain(text), text);
        }
        assert_eq!(quotation("- a"), "> &#45; a");
        assert_eq!(quotation("MUST NOT"), "> MUST NOT");
    }
}
