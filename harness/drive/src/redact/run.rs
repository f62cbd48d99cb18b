//! The secrets of a whole run: for cases that meet those of others, and for texts that belong to no case, such as the log
//! of a launched server.

use std::sync::Arc;
use std::sync::PoisonError;
use std::sync::RwLock;

use cimdspec_world::UPSTREAM_CODE;

use crate::redact::index::Index;
use crate::redact::redactor::Redactor;
use crate::redact::redactor::replaced;

/// What all cases of a run know to be secret; a cheap handle.
#[derive(Debug, Clone, Default)]
pub struct Secrets(Arc<RwLock<Index>>);

/// No run needs a tenth of it; a server that floods with tokens or cookies would have us remember them without end.
const MOST_BYTES: usize = 64 * 1024 * 1024;
const WITHHELD: &str = "[withheld: the server sent more secrets than can be remembered]";

impl Secrets {
    /// A text of the target without what shows by its name, and without what any case knows.
    pub fn redacted(&self, text: &str) -> String {
        if self.is_full() {
            return WITHHELD.to_owned();
        }
        self.without_known(&Redactor::default().text(text))
    }

    /// A text without what any case knows.
    pub(crate) fn without_known(&self, text: &str) -> String {
        replaced(text, &self.0.read().unwrap_or_else(PoisonError::into_inner))
    }

    /// Hides a secret that somebody else than the target gave out.
    pub fn hide(&self, kind: &'static str, secret: &str) {
        self.learn(kind, secret);
    }

    /// Whether a value is a code of the upstream identity provider, and so none of the target's.
    pub(super) fn is_upstream_code(&self, secret: &str) -> bool {
        let known = self.0.read().unwrap_or_else(PoisonError::into_inner);
        known.has(secret, UPSTREAM_CODE)
    }

    /// Remembers a value that is no other text by chance.
    pub(super) fn learn(&self, kind: &'static str, secret: &str) {
        let mut known = self.0.write().unwrap_or_else(PoisonError::into_inner);
        if known.bytes() < MOST_BYTES {
            known.add(secret, kind, &format!("[{kind}]"));
        }
    }

    /// Whether what is learned now is remembered no more; what a case learns itself, it knows to its end.
    fn is_full(&self) -> bool {
        let known = self.0.read().unwrap_or_else(PoisonError::into_inner);
        known.bytes() >= MOST_BYTES
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    /// Where codes of the target stand is judged; those of its identity provider are no matter of the target's.
    #[test]
    fn a_code_of_somebody_else_is_of_another_type() {
        let secrets = Secrets::default();
        secrets.hide("upstream-code", "abcdefghijklmnop");
        let case = Redactor::of(secrets.clone(), std::iter::empty());
        let text = "GET /callback?code=abcdefghijklmnop&state=x";
        assert_eq!(case.text(text), "GET /callback?code=[upstream-code]&state=x");
        let kinds = case.kinds_in(&[text.to_owned()]);
        assert_eq!(kinds.into_iter().collect::<Vec<_>>(), ["upstream-code"]);
        assert_eq!(secrets.redacted("abcdefghijklmnop"), "[upstream-code]");
    }

    #[test]
    fn with_more_secrets_than_are_remembered_no_line_is_written() {
        let secrets = Secrets::default();
        for number in 0..=64 {
            secrets.learn("cookie", &format!("{number:08}{}", "x".repeat(1024 * 1024)));
        }
        secrets.learn("cookie", "learned-too-late");
        assert_eq!(secrets.redacted("issued learned-too-late"), WITHHELD);
    }

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
            ("sent with%2fslash&#43;and\\u003d=", "sent [refresh-token]"),
            ("abcdefghijk", "abcdefghijk"),
            (
                "{\"access_token\":\"short\"}",
                "{\"access_token\":\"[access-token]\"}",
            ),
        ] {
            assert_eq!(secrets.redacted(line), expected);
        }
    }
}
