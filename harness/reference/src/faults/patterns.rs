//! What mutants read registered redirect URIs as: the root of a site for all of it, a text for a regular expression.

/// Whether the registered URI is the root of a site, with or without its slash, and the requested one is of that site.
pub(crate) fn is_below_root(registered: &str, requested: &str) -> bool {
    let site = registered.strip_suffix('/').unwrap_or(registered);
    let host = site.split_once("://").map_or("", |(_, host)| host);
    let after = requested.strip_prefix(site);
    !host.is_empty() && !host.contains('/') && after.is_some_and(|after| after.starts_with(['/', '?']))
}

/// Whether the requested URI has a part that fits the expression; `regexp=` before it is a way to say that it is one.
pub(crate) fn fits_expression(expression: &str, requested: &str) -> bool {
    let expression = expression.strip_prefix("regexp=").unwrap_or(expression);
    let (pattern, text) = (expression.as_bytes(), requested.as_bytes());
    match pattern.strip_prefix(b"^") {
        Some(anchored) => fits_here(anchored, text),
        None => (0..=text.len()).any(|at| fits_here(pattern, &text[at..])),
    }
}

/// Whether the text begins with what fits: letters, `.`, `$` at the end, and `*`, `+` or `?` behind one of them.
fn fits_here(pattern: &[u8], text: &[u8]) -> bool {
    let Some((first, rest)) = pattern.split_first() else {
        return true;
    };
    if *first == b'$' && rest.is_empty() {
        return text.is_empty();
    }
    let fits = |at: usize| text.get(at).is_some_and(|byte| *first == b'.' || byte == first);
    match rest.split_first() {
        Some((b'?', after)) => fits_here(after, text) || (fits(0) && fits_here(after, &text[1..])),
        Some((b'*' | b'+', after)) => {
            let least = usize::from(rest[0] == b'+');
            let most = (0..text.len()).take_while(|at| fits(*at)).count();
            (least..=most).any(|count| fits_here(after, &text[count..]))
        }
        _ => fits(0) && fits_here(rest, &text[1..]),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_root_is_all_of_its_site_and_no_other() {
        assert!(is_below_root("https://a/", "https://a/x"));
        assert!(is_below_root("https://a", "https://a/x"));
        assert!(!is_below_root("https://a/cb", "https://a/cb/x"));
        assert!(!is_below_root("https://a", "https://a.b/x"));
    }

    #[test]
    fn an_expression_is_looked_for_anywhere() {
        for (expression, text) in [
            ("regexp=.*", "https://b/cb"),
            ("^https://.*$", "https://b/cb"),
            ("https://a/call.back", "https://a/callxback"),
            ("https://a/cb?x=1", "https://a/cx=1"),
            ("https://a/cb+", "https://a/cbbb"),
            ("https://a/cb", "https://b/?u=https://a/cb"),
        ] {
            assert!(fits_expression(expression, text), "{expression}");
        }
        assert!(!fits_expression("^https://a/cb$", "https://a/cb2"));
        assert!(!fits_expression("https://a/cb", "https://a/c"));
    }
}
