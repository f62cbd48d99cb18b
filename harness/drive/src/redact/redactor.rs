//! The secrets of one case, and texts without them.

use std::collections::BTreeMap;
use std::collections::BTreeSet;
use std::ops::Range;
use std::sync::Mutex;
use std::sync::PoisonError;

use cimdspec_world::UPSTREAM_CODE;

use crate::redact::index::Index;
use crate::redact::names::is_a_name;
use crate::redact::names::of_parameter;
use crate::redact::places::is_hidden;
use crate::redact::places::places;
use crate::redact::run::Secrets;
use crate::redact::views::views;

/// The secrets of one case; what they are replaced by is stable within it.
///
/// Distinct values of one type get distinct names (`[refresh-token]`, `[refresh-token-2]`), so that a rotation can be
/// seen without the tokens.
#[derive(Debug, Default)]
pub struct Redactor {
    known: Mutex<Known>,
    /// What everybody knows: names of hosts.
    public: Vec<String>,
    /// Those of the whole run.
    all: Secrets,
}

#[derive(Debug, Default)]
struct Known {
    counts: BTreeMap<&'static str, usize>,
    names: BTreeMap<(&'static str, String), String>,
    /// Those that are replaced wherever they stand.
    anywhere: Index,
}

/// Shorter values are replaced where they stand by their names, not wherever the text stands.
const SHORTEST_UNMISTAKABLE: usize = 12;
const SHORTEST_PASSWORD: usize = 8;
/// A text in which each pass hides more was made for that.
const MOST_PASSES: usize = 4;
/// Types whose values servers make of words, too.
const MAY_BE_WORDS: [&str; 8] = [
    "challenge",
    "cookie",
    "csrf-token",
    "secret",
    "session",
    "ticket",
    "token",
    "verifier",
];

impl Redactor {
    /// A redactor of one case, which tells the run what it learns; names of hosts are no secrets.
    pub fn of(all: Secrets, hosts: impl Iterator<Item = String>) -> Self {
        Self {
            known: Mutex::default(),
            public: hosts.filter(|host| !host.is_empty()).collect(),
            all,
        }
    }

    /// Remembers a secret, so that it is replaced wherever it stands.
    pub fn learn(&self, kind: &'static str, secret: &str) {
        if !secret.is_empty() {
            self.name(kind, secret);
        }
    }

    /// The text without its secrets: those that show by their names, which are remembered, and those that are known.
    pub fn text(&self, text: &str) -> String {
        let mut shown = text.to_owned();
        for _ in 0..MOST_PASSES {
            let next = self.hidden_once(&shown);
            if next == shown {
                break;
            }
            // What was hidden may have parted a name from its value, or ended one: then more shows by its name.
            shown = next;
        }
        shown
    }

    /// A text that was recorded before, without the secrets that the case and the run know by now.
    pub(crate) fn at_the_end(&self, text: &str) -> String {
        let shown = self.without_known(text);
        match shown == text {
            true => shown,
            false => self.text(&shown),
        }
    }

    fn hidden_once(&self, text: &str) -> String {
        // What is written otherwise is remembered too, and replaced where it stands if it is no other text by chance.
        for view in views(text).iter().skip(1) {
            let read = String::from_utf8_lossy(&view.text);
            for found in places(&read) {
                if self.is_unmistakable(found.kind, &found.value) {
                    self.learn(self.kind(found.kind, &found.value), &found.value);
                }
            }
        }
        let mut out = String::with_capacity(text.len());
        let mut end = 0;
        for found in places(text) {
            out.push_str(&text[end..found.at.start]);
            out.push_str(&self.name(self.kind(found.kind, &found.value), &found.value));
            end = found.at.end;
        }
        out.push_str(&text[end..]);
        self.without_known(&out)
    }

    /// The text without the secrets that the case and the run know by now.
    pub fn without_known(&self, text: &str) -> String {
        let known = self.known.lock().unwrap_or_else(PoisonError::into_inner);
        let own = replaced(text, &known.anywhere);
        drop(known);
        self.all.without_known(&own)
    }

    /// The value of a response parameter without its secrets.
    pub fn parameter(&self, name: &str, value: &str) -> String {
        match of_parameter(name) {
            Some(kind) if !value.is_empty() => self.name(kind, value),
            _ => self.without_known(value),
        }
    }

    /// The value of a response header without its secrets.
    pub fn header(&self, name: &str, value: &str) -> String {
        if name == "set-cookie" {
            let (pair, attributes) = value.split_once(';').unwrap_or((value, ""));
            let (cookie, secret) = pair.split_once('=').unwrap_or((pair, ""));
            self.learn("cookie", secret);
            return match attributes {
                "" => format!("{cookie}=[cookie]"),
                attributes => format!("{cookie}=[cookie];{attributes}"),
            };
        }
        match of_parameter(name) {
            Some(kind) if !value.is_empty() => self.name(kind, value),
            _ => self.text(value),
        }
    }

    /// The value of a header field that we send, without what authenticates somebody.
    pub fn request_header(&self, name: &str, value: &str) -> String {
        let hidden = |kind: &str, secret: &str| match self.without_known(secret) {
            shown if is_hidden(&shown) => shown,
            _ => format!("[{kind}]"),
        };
        match name.to_ascii_lowercase().as_str() {
            "authorization" | "proxy-authorization" => match value.split_once(' ') {
                Some((scheme, credentials)) => format!("{scheme} {}", hidden("authorization", credentials)),
                None => "[authorization]".to_owned(),
            },
            "cookie" => {
                let cookies = value.split("; ").map(|cookie| match cookie.split_once('=') {
                    Some((name, secret)) => format!("{name}={}", hidden("cookie", secret)),
                    None => "[cookie]".to_owned(),
                });
                cookies.collect::<Vec<_>>().join("; ")
            }
            "dpop" => "[dpop]".to_owned(),
            _ => self.header(name, value),
        }
    }

    /// The types of the secrets that stand in these lines.
    pub fn kinds_in(&self, lines: &[String]) -> BTreeSet<String> {
        let known = self.known.lock().unwrap_or_else(PoisonError::into_inner);
        let mut kinds = BTreeSet::new();
        for line in lines {
            for view in views(line) {
                known.anywhere.each(&view.text, |_, kind, _| {
                    kinds.insert(kind.to_owned());
                });
            }
        }
        kinds
    }

    /// The type of a value with a name: a code of somebody else has its own, and a session that is a cookie's value stays one, since where cookies stand is judged.
    fn kind(&self, kind: &'static str, value: &str) -> &'static str {
        if kind == "code" && self.all.is_upstream_code(value) {
            return UPSTREAM_CODE;
        }
        let known = self.known.lock().unwrap_or_else(PoisonError::into_inner);
        let is_cookie = kind == "session" && known.names.contains_key(&("cookie", value.to_owned()));
        match is_cookie && self.is_unmistakable("cookie", value) {
            true => "cookie",
            false => kind,
        }
    }

    fn name(&self, kind: &'static str, secret: &str) -> String {
        let mut known = self.known.lock().unwrap_or_else(PoisonError::into_inner);
        let key = (kind, secret.to_owned());
        if let Some(name) = known.names.get(&key) {
            return name.clone();
        }
        let count = known.counts.entry(kind).or_insert(0);
        *count += 1;
        let name = match *count {
            1 => format!("[{kind}]"),
            number => format!("[{kind}-{number}]"),
        };
        known.names.insert(key, name.clone());
        if self.is_unmistakable(kind, secret) {
            for written in spellings(secret) {
                known.anywhere.add(&written, kind, &name);
                self.all.learn(kind, &written);
            }
        }
        name
    }

    /// Whether a value is no other text by chance, so that it can be hidden wherever it stands: it is long; it is the
    /// name of nothing, no URL, and no name of a host; and if servers make values of its type of words as well, it is
    /// more than words.
    fn is_unmistakable(&self, kind: &str, secret: &str) -> bool {
        let shortest = match kind {
            // People choose them, and they are typed into every page.
            "password" => SHORTEST_PASSWORD,
            _ => SHORTEST_UNMISTAKABLE,
        };
        let is_url = secret.contains("://") || secret.contains("%3A%2F%2F");
        let is_public = || {
            let secret = secret.to_ascii_lowercase();
            let mut public = self.public.iter().map(|name| name.to_ascii_lowercase());
            public.any(|name| secret.contains(&name) || name.contains(&secret))
        };
        let are_words = || {
            let mut letters = secret.chars();
            let is_of_words = |c: char| c.is_ascii_lowercase() || matches!(c, '-' | '_' | '.' | ' ');
            MAY_BE_WORDS.contains(&kind) && letters.all(is_of_words)
        };
        let is_other_text =
            secret.len() < shortest || is_a_name(secret) || is_url || are_words() || is_public();
        !is_other_text
    }
}

/// A value as it is sent, as it was meant where it is percent-encoded, and with `+` for its spaces.
fn spellings(secret: &str) -> impl Iterator<Item = String> {
    let decoded = percent_encoding::percent_decode_str(secret).decode_utf8();
    let decoded = decoded.ok().filter(|decoded| decoded != secret);
    let decoded = decoded.map(std::borrow::Cow::into_owned);
    let joined = secret.contains(' ').then(|| secret.replace(' ', "+"));
    std::iter::once(secret.to_owned()).chain(decoded).chain(joined)
}

/// The text with the values of an index replaced, however they are written in it.
pub(super) fn replaced(text: &str, index: &Index) -> String {
    let mut found: Vec<(Range<usize>, String)> = Vec::new();
    for view in views(text) {
        index.each(&view.text, |at, _, name| {
            found.push((view.written(at), name.to_owned()));
        });
    }
    if found.is_empty() {
        return text.to_owned();
    }
    found.sort_by_key(|(at, _)| (at.start, std::cmp::Reverse(at.end)));
    let mut out = String::with_capacity(text.len());
    let mut end = 0;
    for (at, name) in found {
        let is_whole = text.is_char_boundary(at.start) && text.is_char_boundary(at.end);
        if at.start < end || !is_whole {
            continue;
        }
        out.push_str(&text[end..at.start]);
        out.push_str(&name);
        end = at.end;
    }
    out.push_str(&text[end..]);
    out
}
