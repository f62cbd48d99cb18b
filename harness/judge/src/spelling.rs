//! URIs in other spellings: what a server or a browser takes for one and the same.

use url::Url;

/// Whether two texts are one URI, as a browser reads it: white space around and line breaks inside, the case of scheme
/// and host, percent-encoding where none is needed, dot segments and default ports aside. A fragment, empty or not,
/// makes another one.
pub(crate) fn alike(one: &str, other: &str) -> bool {
    one == other || plain(one) == plain(other)
}

fn plain(uri: &str) -> String {
    let uri: String = uri.chars().filter(|c| !matches!(c, '\t' | '\n' | '\r')).collect();
    let uri = uri.trim_matches(|c: char| c <= ' ');
    let read = Url::parse(uri).map_or_else(|_| uri.to_owned(), String::from);
    unreserved_decoded(&read).to_lowercase()
}

/// Without the percent-encoding of what needs none (RFC 3986 section 6.2.2.2).
fn unreserved_decoded(uri: &str) -> String {
    let mut out = String::with_capacity(uri.len());
    let mut rest = uri;
    while let Some(at) = rest.find('%') {
        out.push_str(&rest[..at]);
        let code = rest
            .get(at + 1..at + 3)
            .and_then(|digits| u8::from_str_radix(digits, 16).ok());
        let plain = code.filter(|byte| byte.is_ascii_alphanumeric() || b"-._~".contains(byte));
        let (text, length) = match plain {
            Some(byte) => (char::from(byte), 3),
            None => ('%', 1),
        };
        out.push(text);
        rest = &rest[at + length..];
    }
    out.push_str(rest);
    out
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_uri_is_known_in_other_spellings() {
        for (sent, told) in [
            ("JaVaScRiPt:alert(1)//", "javascript:alert(1)//"),
            (" javascript:alert(1)//", "javascript:alert(1)//"),
            ("\tjavascript:alert(1)//", "javascript:alert(1)//"),
            ("java\nscript:alert(1)//", "javascript:alert(1)//"),
            ("http://app.test/callback", "HTTP://APP.TEST:80/callback"),
            ("http://app.test/callback", "http://app.test/%63allback"),
            ("http://app.test/callback", "http://app.test/x/../callback"),
            ("https:///callback", "https://callback/"),
            ("https://*.app.test/callback", "https://*.APP.test/callback"),
            ("file:///etc/passwd", "file://localhost/etc/passwd"),
            ("/callback", " /callback "),
            ("", " "),
        ] {
            assert!(alike(sent, told), "{sent} {told}");
        }
    }

    #[test]
    fn what_is_another_uri_stays_another() {
        for (sent, told) in [
            ("https://app.test/callback#x", "https://app.test/callback"),
            ("https://app.test/callback#", "https://app.test/callback"),
            ("https://app.test/*", "https://app.test/%2A"),
            ("http://app.test/callback", "https://app.test/callback"),
            ("//app.test/callback", "https://app.test/callback"),
            ("http://localhost@app.test/callback", "http://localhost/callback"),
            ("%", "%2"),
        ] {
            assert!(!alike(sent, told), "{sent} {told}");
        }
    }
}
