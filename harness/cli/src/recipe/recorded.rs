//! What a browser and a server exchanged on the way from an authorization request to its end.

use serde_json::Value;
use url::Url;

/// One walk of a user.
#[derive(Debug, Clone, Default)]
pub(crate) struct Walk {
    /// Which browser, of those that share no cookies.
    pub(crate) browser: usize,
    /// In the order in which they began.
    pub(crate) exchanges: Vec<Exchange>,
    /// What the user pressed, each with the number of exchanges before it.
    pub(crate) presses: Vec<(Press, usize)>,
    /// Where the page left to at its end.
    pub(crate) left: Option<String>,
}

/// What a user presses.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Press {
    /// What sends the login.
    Login,
    /// What approves.
    Approve,
    /// What denies.
    Deny,
}

/// A request with its answer.
#[derive(Debug, Clone)]
pub(crate) struct Exchange {
    pub(crate) method: String,
    pub(crate) url: Url,
    /// Header fields, names in lower case.
    pub(crate) headers: Vec<(String, String)>,
    pub(crate) body: String,
    pub(crate) kind: Kind,
    pub(crate) status: u16,
    /// Header fields of the answer, names in lower case.
    pub(crate) answer_headers: Vec<(String, String)>,
    pub(crate) answer: String,
}

/// What a request is for.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Kind {
    /// The whole page.
    Page,
    /// A script asks.
    Call,
    /// Scripts, pictures, frames.
    Part,
}

/// The phases of a walk.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
pub(crate) enum Phase {
    /// Before anything is pressed.
    Opened,
    /// After the login was sent.
    LoggedIn,
    /// After the decision was sent.
    Decided,
}

impl Walk {
    /// The phase in which an exchange began.
    pub(crate) fn phase(&self, at: usize) -> Phase {
        let pressed = self.presses.iter().rev().find(|(_, before)| *before <= at);
        match pressed {
            None => Phase::Opened,
            Some((Press::Login, _)) => Phase::LoggedIn,
            Some((Press::Approve | Press::Deny, _)) => Phase::Decided,
        }
    }

    /// The last decision.
    pub(crate) fn decision(&self) -> Option<Press> {
        let mut presses = self.presses.iter().rev().map(|(press, _)| *press);
        presses.find(|press| *press != Press::Login)
    }

    /// The page from which a request was made: the last that the server answered.
    pub(crate) fn page_of(&self, at: usize) -> Option<&Exchange> {
        let before = self.exchanges.get(..at)?;
        before.iter().rev().find(|exchange| exchange.is_shown())
    }
}

impl Exchange {
    /// Whether it is a page that the browser showed.
    pub(crate) fn is_shown(&self) -> bool {
        self.kind == Kind::Page && !(300..400).contains(&self.status) && self.status != 0
    }

    /// The answer as JSON.
    pub(crate) fn json(&self) -> Option<Value> {
        serde_json::from_str(&self.answer).ok()
    }

    /// What the request is by itself, without what differs from walk to walk.
    pub(crate) fn shape(&self) -> String {
        let segments = self.url.path_segments().into_iter().flatten();
        let segments: Vec<&str> = segments
            .map(|segment| if is_number(segment) { "*" } else { segment })
            .collect();
        let origin = self.url.origin().ascii_serialization();
        format!("{} {origin}/{}", self.method, segments.join("/"))
    }
}

/// Whether a segment may name one thing among many.
fn is_number(segment: &str) -> bool {
    let digits = segment.chars().filter(char::is_ascii_digit).count();
    segment.len() >= 24 || (segment.len() >= 6 && digits >= 2) || (digits > 0 && digits == segment.len())
}
