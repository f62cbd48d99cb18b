//! Text of a report on a page: bounded, without characters that hide or turn, and links that only lead to the web.

use cimdspec_model::shell::is_shown;
use maud::Markup;
use maud::html;

/// The longest sentence, URL or line of evidence.
const LONGEST: usize = 1000;
/// Marks that pile up on one character, beyond these, would leave their place.
const MOST_MARKS: usize = 2;

/// Text in one line, cut where it is too long.
pub(crate) fn line(text: &str) -> String {
    cut(text, LONGEST)
}

/// Text in one line, in which backticks set code.
pub(crate) fn prose(text: &str) -> Markup {
    let text = line(text);
    let parts: Vec<&str> = text.split('`').collect();
    // An odd backtick is one of the text.
    let is_paired = parts.len() % 2 == 1;
    html! {
        @if is_paired {
            @for (place, part) in parts.iter().enumerate() {
                @if place % 2 == 1 { code { (part) } } @else { (part) }
            }
        } @else {
            (text)
        }
    }
}

/// Text in one line of at most so many characters.
pub(crate) fn cut(text: &str, most: usize) -> String {
    let mut line = String::new();
    let mut marks = 0;
    for (count, character) in text.chars().enumerate() {
        if count >= most {
            line.push('…');
            break;
        }
        marks = match is_mark(character) {
            true => marks + 1,
            false => 0,
        };
        match is_shown(character) {
            true if marks <= MOST_MARKS => line.push(character),
            true => {}
            false => line.extend(character.escape_default()),
        }
    }
    line
}

/// Whether a character is drawn onto the one before it.
fn is_mark(character: char) -> bool {
    matches!(character, '\u{300}'..='\u{36f}' | '\u{483}'..='\u{489}' | '\u{591}'..='\u{5bd}' | '\u{610}'..='\u{61a}'
        | '\u{64b}'..='\u{65f}' | '\u{e31}'..='\u{e3a}' | '\u{e47}'..='\u{e4e}' | '\u{1ab0}'..='\u{1aff}'
        | '\u{1dc0}'..='\u{1dff}' | '\u{20d0}'..='\u{20ff}' | '\u{fe20}'..='\u{fe2f}')
}

/// Words that lead somewhere, where the target is on the web; otherwise only the words.
pub(crate) fn linked(words: &str, to: Option<&str>) -> Markup {
    let safe = to.filter(|to| is_web(to));
    html! {
        @if let Some(to) = safe {
            a href=(to) rel="noopener noreferrer" { (line(words)) }
        } @else {
            (line(words))
        }
    }
}

/// Whether a link leads to the web and to where it seems to lead.
fn is_web(link: &str) -> bool {
    link.starts_with("https://") && link.len() <= LONGEST && link.chars().all(|c| c.is_ascii_graphic())
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn only_links_to_the_web_are_links() {
        let web = linked(
            "section 8",
            Some("https://www.rfc-editor.org/rfc/rfc6749#section-8"),
        );
        assert_eq!(
            web.into_string(),
            "<a href=\"https://www.rfc-editor.org/rfc/rfc6749#section-8\" rel=\"noopener noreferrer\">section 8</a>"
        );
        for other in [
            "javascript:alert(1)",
            "JavaScript:alert(1)",
            " https://a.example",
            "http://a.example",
            "data:text/html,x",
            "//a.example",
            "https://a.example/\u{202e}gpj",
            "https://a.example/\njavascript:",
            "file:///etc/passwd",
        ] {
            assert_eq!(linked("words", Some(other)).into_string(), "words", "{other}");
        }
        let quoting = linked("x", Some("https://a.example/\"onclick=\"alert(1)")).into_string();
        assert!(quoting.contains("/&quot;onclick=&quot;"), "{quoting}");
    }

    #[test]
    fn backticks_set_code_where_they_come_in_pairs() {
        assert_eq!(prose("a `b<` c").into_string(), "a <code>b&lt;</code> c");
        assert_eq!(prose("a ` c").into_string(), "a ` c");
    }

    #[test]
    fn text_cannot_hide_turn_or_pile_up() {
        assert_eq!(cut("a\u{202e}b\n", 9), "a\\u{202e}b\\n");
        assert_eq!(
            cut(&format!("a{}b", "\u{301}".repeat(50)), 99),
            "a\u{301}\u{301}b"
        );
        assert_eq!(cut("abcdef", 3), "abc…");
    }
}
