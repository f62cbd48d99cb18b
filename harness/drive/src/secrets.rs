//! The secrets of a whole run, for texts that belong to no case: the log of a launched server.

use std::collections::HashMap;
use std::sync::Arc;
use std::sync::PoisonError;
use std::sync::RwLock;

use crate::redact::Redactor;
use crate::redact::is_unmistakable;

/// What all cases of a run know to be secret; a cheap handle.
#[derive(Debug, Clone, Default)]
pub struct Secrets(Arc<RwLock<HashMap<String, &'static str>>>);

impl Secrets {
    /// A text of the target without what shows by its name, and without what any case knows.
    pub fn redacted(&self, text: &str) -> String {
        let by_name = Redactor::default().text(text);
        let known = self.0.read().unwrap_or_else(PoisonError::into_inner);
        if known.is_empty() {
            return by_name;
        }
        let mut out = String::with_capacity(by_name.len());
        let mut rest = by_name.as_str();
        while let Some(at) = rest.find(is_of_a_token) {
            let (before, from) = rest.split_at(at);
            let (word, after) = from.split_at(from.find(|c| !is_of_a_token(c)).unwrap_or(from.len()));
            out.push_str(before);
            out.push_str(&without(&known, word));
            rest = after;
        }
        out.push_str(rest);
        out
    }

    pub(crate) fn learn(&self, kind: &'static str, secret: &str) {
        if is_unmistakable(kind, secret) {
            let mut known = self.0.write().unwrap_or_else(PoisonError::into_inner);
            known.insert(secret.to_owned(), kind);
        }
    }
}

fn is_of_a_token(c: char) -> bool {
    c.is_ascii_alphanumeric() || "-._~+/=%".contains(c)
}

/// The word without the secret that it is, or that its parts are.
fn without(known: &HashMap<String, &'static str>, word: &str) -> String {
    let decoded = percent_encoding::percent_decode_str(word).decode_utf8_lossy();
    if let Some(kind) = known.get(word).or_else(|| known.get(decoded.as_ref())) {
        return format!("[{kind}]");
    }
    // A token may stand in a path, behind a sign of equality, or before the end of a sentence.
    for separator in ['=', '/', '.'] {
        if let Some((before, after)) = word.split_once(separator) {
            return format!("{}{separator}{}", without(known, before), without(known, after));
        }
    }
    word.to_owned()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_log_line_keeps_nothing_that_a_case_knows() {
        let secrets = Secrets::default();
        assert_eq!(secrets.redacted("issued abcdefghijkl"), "issued abcdefghijkl");
        for (kind, secret) in [
            ("code", "abcdefghijkl"),
            ("access-token", "eyJhbGciOiJ.eyJpc3MiOi.c2lnbmF0dXJl"),
            ("refresh-token", "with/slash+and=="),
        ] {
            secrets.learn(kind, secret);
        }
        for (line, expected) in [
            ("issued abcdefghijkl.", "issued [code]."),
            ("GET /code/abcdefghijkl?x", "GET /code/[code]?x"),
            ("t=eyJhbGciOiJ.eyJpc3MiOi.c2lnbmF0dXJl", "t=[access-token]"),
            ("(with/slash+and==)", "([refresh-token])"),
            ("sent with%2Fslash%2Band%3D%3D", "sent [refresh-token]"),
            ("abcdefghijklm", "abcdefghijklm"),
            (
                "{\"access_token\":\"short\"}",
                "{\"access_token\":\"[access-token]\"}",
            ),
        ] {
            assert_eq!(secrets.redacted(line), expected);
        }
    }
}
